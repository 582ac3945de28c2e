# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	inspect/v2v-device-name.c \
	inspect/v2v-device-name.h \
	inspect/v2v-fstab.c \
	inspect/v2v-fstab.h \
	inspect/v2v-inspect-private.c \
	inspect/v2v-inspect-private.h \
	inspect/v2v-name-map.c \
	inspect/v2v-os-release.c \
	inspect/v2v-os-release.h \
	inspect/v2v-shellvars.c \
	inspect/v2v-shellvars.h \
	$(NULL)

UNIT_TESTS += \
	tests/unit/test-fstab \
	$(NULL)

FUZZ_TARGETS += \
	fuzz/fuzz-fstab \
	$(NULL)
fuzz_fuzz_fstab_SOURCES = fuzz/fuzz-fstab.c $(FUZZ_MAIN)
