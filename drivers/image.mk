# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	drivers/linux/v2v-initramfs-image-catalog.c \
	drivers/linux/v2v-initramfs-image-edit.c \
	drivers/linux/v2v-initramfs-image-private.h \
	drivers/linux/v2v-initramfs-image-read.c \
	drivers/linux/v2v-initramfs-image-wire.c \
	drivers/linux/v2v-initramfs-image.c \
	$(NULL)

EXTRA_DIST += tests/unit/test-newc.h

UNIT_TESTS += \
	tests/unit/test-image-read \
	$(NULL)
