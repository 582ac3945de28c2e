# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	%D%/actions/v2v-action-fstab-ops.c \
	%D%/actions/v2v-action-kernel-args.c \
	%D%/actions/v2v-actions-boot.h \
	%D%/predicates/v2v-predicate-cmdline.c \
	%D%/v2v-kernel-args-files.c \
	%D%/v2v-kernel-args-files.h \
	%D%/v2v-kernel-args-list.c \
	%D%/v2v-kernel-args-patch.c \
	%D%/v2v-kernel-args-private.h \
	%D%/v2v-kernel-args-scan.c \
	%D%/v2v-kernel-args-shell.c \
	%D%/v2v-kernel-args-units.c \
	%D%/v2v-kernel-args.c \
	%D%/v2v-kernel-args.h \
	$(NULL)

UNIT_TESTS += \
	tests/unit/test-kernel-args \
	tests/unit/test-kernel-args-rules \
	tests/unit/test-kernel-args-stores \
	$(NULL)

FUZZ_TARGETS += fuzz/fuzz-kernel-args
fuzz_fuzz_kernel_args_SOURCES = fuzz/fuzz-kernel-args.c $(FUZZ_MAIN)
EXTRA_DIST += tests/unit/test-kernel-args.h
