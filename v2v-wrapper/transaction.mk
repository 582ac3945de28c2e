# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	%D%/v2v-disk-check.c \
	%D%/v2v-disk-format.c \
	%D%/v2v-disk-format.h \
	%D%/v2v-disk-id.c \
	%D%/v2v-disk-id.h \
	%D%/v2v-disk-use.c \
	%D%/v2v-disk-use.h \
	%D%/v2v-fd.h \
	%D%/v2v-lock.c \
	%D%/v2v-lock.h \
	%D%/v2v-work-dir.c \
	%D%/v2v-work-dir.h \
	$(NULL)

UNIT_TESTS += \
	tests/unit/test-disk-check \
	tests/unit/test-disk-format \
	tests/unit/test-disk-use \
	$(NULL)

FUZZ_TARGETS += fuzz/fuzz-disk-header
fuzz_fuzz_disk_header_SOURCES = fuzz/fuzz-disk-header.c $(FUZZ_MAIN)
