# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	drivers/linux/v2v-initramfs-image-catalog.c \
	drivers/linux/v2v-initramfs-image-check.c \
	drivers/linux/v2v-initramfs-image-edit.c \
	drivers/linux/v2v-initramfs-image-plan.c \
	drivers/linux/v2v-initramfs-image-private.h \
	drivers/linux/v2v-initramfs-image-read.c \
	drivers/linux/v2v-initramfs-image-wire.c \
	drivers/linux/v2v-initramfs-image-write.c \
	drivers/linux/v2v-initramfs-image.c \
	$(NULL)

EXTRA_DIST += \
	tests/unit/test-image.h \
	tests/unit/test-newc.h \
	$(NULL)

UNIT_TESTS += \
	tests/unit/test-image-edit \
	tests/unit/test-image-read \
	tests/unit/test-image-write \
	$(NULL)
tests_unit_test_image_edit_CPPFLAGS = $(AM_CPPFLAGS) $(ARCHIVE_CFLAGS)
tests_unit_test_image_edit_LDADD = $(V2V_LIBS) $(ARCHIVE_LIBS)
tests_unit_test_image_write_CPPFLAGS = $(AM_CPPFLAGS) $(ARCHIVE_CFLAGS)
tests_unit_test_image_write_LDADD = $(V2V_LIBS) $(ARCHIVE_LIBS)

check_PROGRAMS += tests/component/image-driver
tests_component_image_driver_SOURCES = tests/component/image-driver.c
tests_component_image_driver_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/tests/unit

EXTRA_DIST += \
	tests/component/initramfs-init.c \
	tests/component/test-initramfs-boot.sh \
	$(NULL)

FUZZ_TARGETS += fuzz/fuzz-image
fuzz_fuzz_image_SOURCES = fuzz/fuzz-image.c $(FUZZ_MAIN)
