# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	%D%/v2v-args-expand.c \
	%D%/v2v-rule-file.c \
	%D%/v2v-rule-parse.c \
	%D%/v2v-rule-parse.h \
	%D%/v2v-ruleset-private.h \
	%D%/v2v-ruleset-read.c \
	%D%/v2v-ruleset-run.c \
	%D%/v2v-ruleset.c \
	$(NULL)

UNIT_TESTS += \
	tests/unit/test-args \
	tests/unit/test-rule-limits \
	tests/unit/test-rule-parse \
	tests/unit/test-ruleset \
	tests/unit/test-ruleset-run \
	$(NULL)

EXTRA_DIST += tests/unit/test-language.h

FUZZ_TARGETS += fuzz/fuzz-rules
fuzz_fuzz_rules_SOURCES = fuzz/fuzz-rules.c $(FUZZ_MAIN)
