# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	inspect/v2v-boot-path.c \
	inspect/v2v-boot-path.h \
	inspect/v2v-boot-text.c \
	inspect/v2v-bootloader.c \
	inspect/v2v-device-name.c \
	inspect/v2v-device-name.h \
	inspect/v2v-dpkg.c \
	inspect/v2v-dpkg.h \
	inspect/v2v-esp.c \
	inspect/v2v-esp.h \
	inspect/v2v-firmware.c \
	inspect/v2v-fstab-read.c \
	inspect/v2v-fstab.c \
	inspect/v2v-fstab.h \
	inspect/v2v-grub-private.h \
	inspect/v2v-grub.c \
	inspect/v2v-grub.h \
	inspect/v2v-initramfs.c \
	inspect/v2v-initramfs.h \
	inspect/v2v-inspect-private.c \
	inspect/v2v-inspect-private.h \
	inspect/v2v-inspect.c \
	inspect/v2v-kernel-drivers.c \
	inspect/v2v-kernel-drivers.h \
	inspect/v2v-kernel-names.c \
	inspect/v2v-kernels.c \
	inspect/v2v-kernels.h \
	inspect/v2v-mdadm.c \
	inspect/v2v-mdadm.h \
	inspect/v2v-menu.c \
	inspect/v2v-name-map.c \
	inspect/v2v-overwrite.c \
	inspect/v2v-overwrite.h \
	inspect/v2v-newc.c \
	inspect/v2v-newc.h \
	inspect/v2v-os-release.c \
	inspect/v2v-os-release.h \
	inspect/v2v-packages.c \
	inspect/v2v-prefetch.c \
	inspect/v2v-root-names.c \
	inspect/v2v-root-names.h \
	inspect/v2v-root-subvolumes.c \
	inspect/v2v-root.c \
	inspect/v2v-root.h \
	inspect/v2v-segment.c \
	inspect/v2v-segment.h \
	inspect/v2v-shellvars.c \
	inspect/v2v-shellvars.h \
	inspect/v2v-stable-name.c \
	inspect/v2v-stable-name.h \
	inspect/v2v-uki.c \
	inspect/v2v-uki.h \
	inspect/v2v-units.c \
	$(NULL)

EXTRA_DIST += \
	tests/unit/test-linux-tree.h \
	tests/unit/test-uki.h \
	$(NULL)

UNIT_TESTS += \
	tests/unit/test-boot-menu \
	tests/unit/test-firmware \
	tests/unit/test-fstab \
	tests/unit/test-initramfs \
	tests/unit/test-inspect-linux \
	tests/unit/test-inspect-odd \
	tests/unit/test-os-release \
	tests/unit/test-uki \
	$(NULL)

FUZZ_TARGETS += \
	fuzz/fuzz-boot-menu \
	fuzz/fuzz-dpkg \
	fuzz/fuzz-fstab \
	fuzz/fuzz-initramfs \
	fuzz/fuzz-os-release \
	fuzz/fuzz-uki \
	$(NULL)
fuzz_fuzz_boot_menu_SOURCES = fuzz/fuzz-boot-menu.c $(FUZZ_MAIN)
fuzz_fuzz_dpkg_SOURCES = fuzz/fuzz-dpkg.c $(FUZZ_MAIN)
fuzz_fuzz_fstab_SOURCES = fuzz/fuzz-fstab.c $(FUZZ_MAIN)
fuzz_fuzz_initramfs_SOURCES = fuzz/fuzz-initramfs.c $(FUZZ_MAIN)
fuzz_fuzz_os_release_SOURCES = fuzz/fuzz-os-release.c $(FUZZ_MAIN)
fuzz_fuzz_uki_SOURCES = fuzz/fuzz-uki.c $(FUZZ_MAIN)

check_PROGRAMS += tests/component/test-inspect
tests_component_test_inspect_SOURCES = tests/component/test-inspect.c
EXTRA_DIST += tests/component/test-inspect.sh
