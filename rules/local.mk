# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	%D%/actions/v2v-action-fstab.h \
	$(NULL)
