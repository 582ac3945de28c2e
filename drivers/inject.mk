# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	drivers/linux/v2v-modules.c \
	$(NULL)

UNIT_TESTS += \
	tests/unit/test-modules \
	$(NULL)

FUZZ_TARGETS += fuzz/fuzz-modules
fuzz_fuzz_modules_SOURCES = fuzz/fuzz-modules.c $(FUZZ_MAIN)
