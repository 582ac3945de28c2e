# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	drivers/linux/v2v-inject-files.c \
	drivers/linux/v2v-inject-leftovers.c \
	drivers/linux/v2v-inject-names.c \
	drivers/linux/v2v-inject-names.h \
	drivers/linux/v2v-inject-plan.c \
	drivers/linux/v2v-inject-private.h \
	drivers/linux/v2v-inject.c \
	drivers/linux/v2v-modules.c \
	rules/actions/v2v-action-initramfs.c \
	$(NULL)

UNIT_TESTS += \
	tests/unit/test-action-initramfs \
	tests/unit/test-action-initramfs-modes \
	tests/unit/test-inject-leftovers \
	tests/unit/test-inject-plan \
	tests/unit/test-modules \
	$(NULL)

FUZZ_TARGETS += fuzz/fuzz-modules
fuzz_fuzz_modules_SOURCES = fuzz/fuzz-modules.c $(FUZZ_MAIN)

check_PROGRAMS += tests/component/inject-driver
tests_component_inject_driver_SOURCES = tests/component/inject-driver.c

EXTRA_DIST += \
	tests/component/test-initramfs-refused.sh \
	tests/component/test-inject.sh \
	tests/unit/test-initramfs-tree.h \
	tests/unit/test-inject.h \
	$(NULL)
