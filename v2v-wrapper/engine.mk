# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	%D%/v2v-engine-classes.c \
	%D%/v2v-engine-gate.c \
	%D%/v2v-engine-gate.h \
	%D%/v2v-engine-handshake.c \
	%D%/v2v-engine-handshake.h \
	%D%/v2v-engine-litter.c \
	%D%/v2v-engine-litter.h \
	%D%/v2v-engine-messages.c \
	%D%/v2v-engine-messages.h \
	%D%/v2v-engine-native.c \
	%D%/v2v-engine-nbd.c \
	%D%/v2v-engine-nbd.h \
	%D%/v2v-engine-output.c \
	%D%/v2v-engine-output.h \
	%D%/v2v-engine-virt-v2v.c \
	%D%/v2v-engine-xml.c \
	%D%/v2v-engine-xml.h \
	%D%/v2v-engine.c \
	$(NULL)

UNIT_TESTS += \
	tests/unit/test-engine-choose \
	tests/unit/test-engine-gate \
	tests/unit/test-engine-handshake \
	tests/unit/test-engine-litter \
	tests/unit/test-engine-messages \
	tests/unit/test-engine-output \
	$(NULL)

check_PROGRAMS += tests/program/engine-driver
tests_program_engine_driver_SOURCES = tests/program/engine-driver.c
PROGRAM_TESTS += tests/program/test-engine.sh
EXTRA_DIST += tests/component/test-engine.sh

FUZZ_TARGETS += fuzz/fuzz-engine-output
fuzz_fuzz_engine_output_SOURCES = fuzz/fuzz-engine-output.c $(FUZZ_MAIN)
