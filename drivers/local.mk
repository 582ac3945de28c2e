# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	%D%/linux/v2v-initramfs-image.h \
	%D%/linux/v2v-inject.h \
	%D%/linux/v2v-modules.h \
	$(NULL)

EXTRA_DIST += %D%/README

include %D%/image.mk
include %D%/inject.mk
