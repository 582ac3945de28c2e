# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += %D%/v2v-verify.h

EXTRA_DIST += %D%/README
