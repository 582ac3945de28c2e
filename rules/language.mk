# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
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
	$(NULL)
