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
	%D%/v2v-journal.c \
	%D%/v2v-journal.h \
	%D%/v2v-lock.c \
	%D%/v2v-lock.h \
	%D%/v2v-neighbours.c \
	%D%/v2v-neighbours.h \
	%D%/v2v-overlay.c \
	%D%/v2v-overlay.h \
	%D%/v2v-space.c \
	%D%/v2v-space.h \
	%D%/v2v-transaction.c \
	%D%/v2v-transaction.h \
	%D%/v2v-work-dir.c \
	%D%/v2v-work-dir.h \
	$(NULL)

UNIT_TESTS += \
	tests/unit/test-disk-check \
	tests/unit/test-disk-format \
	tests/unit/test-disk-use \
	tests/unit/test-journal \
	tests/unit/test-space \
	$(NULL)

FUZZ_TARGETS += fuzz/fuzz-disk-header fuzz/fuzz-journal
fuzz_fuzz_disk_header_SOURCES = fuzz/fuzz-disk-header.c $(FUZZ_MAIN)
fuzz_fuzz_journal_SOURCES = fuzz/fuzz-journal.c $(FUZZ_MAIN)

check_PROGRAMS += tests/program/tx-driver
tests_program_tx_driver_SOURCES = tests/program/tx-driver.c
PROGRAM_TESTS += tests/program/test-transaction.sh
EXTRA_DIST += tests/program/fake-qemu-img tests/program/transaction-root.sh
