# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	inspect/v2v-device-name.c \
	inspect/v2v-device-name.h \
	inspect/v2v-dpkg.c \
	inspect/v2v-dpkg.h \
	inspect/v2v-fstab.c \
	inspect/v2v-fstab.h \
	inspect/v2v-initramfs.c \
	inspect/v2v-initramfs.h \
	inspect/v2v-inspect-private.c \
	inspect/v2v-inspect-private.h \
	inspect/v2v-mounts.c \
	inspect/v2v-name-map.c \
	inspect/v2v-os-release.c \
	inspect/v2v-os-release.h \
	inspect/v2v-packages.c \
	inspect/v2v-segment.c \
	inspect/v2v-segment.h \
	inspect/v2v-shellvars.c \
	inspect/v2v-shellvars.h \
	inspect/v2v-units.c \
	$(NULL)

UNIT_TESTS += \
	tests/unit/test-fstab \
	tests/unit/test-initramfs \
	$(NULL)

FUZZ_TARGETS += \
	fuzz/fuzz-dpkg \
	fuzz/fuzz-fstab \
	fuzz/fuzz-initramfs \
	$(NULL)
fuzz_fuzz_dpkg_SOURCES = fuzz/fuzz-dpkg.c $(FUZZ_MAIN)
fuzz_fuzz_fstab_SOURCES = fuzz/fuzz-fstab.c $(FUZZ_MAIN)
fuzz_fuzz_initramfs_SOURCES = fuzz/fuzz-initramfs.c $(FUZZ_MAIN)
