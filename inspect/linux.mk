# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	inspect/v2v-inspect-private.c \
	inspect/v2v-inspect-private.h \
	$(NULL)
