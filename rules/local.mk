# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	%D%/actions/v2v-action-fstab.c \
	%D%/actions/v2v-action-fstab.h \
	%D%/actions/v2v-action-modules.c \
	%D%/actions/v2v-action-modules.h \
	$(NULL)

UNIT_TESTS += \
	tests/unit/test-action-fstab \
	tests/unit/test-action-modules \
	$(NULL)

FUZZ_TARGETS += fuzz/fuzz-action-fstab
fuzz_fuzz_action_fstab_SOURCES = fuzz/fuzz-action-fstab.c $(FUZZ_MAIN)
