# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
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
	$(NULL)
