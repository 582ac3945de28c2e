# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	%D%/predicates/v2v-login.c \
	%D%/predicates/v2v-login.h \
	%D%/predicates/v2v-login-files.c \
	%D%/predicates/v2v-login-files.h \
	%D%/predicates/v2v-predicate-facts.c \
	%D%/predicates/v2v-predicate-files.c \
	%D%/predicates/v2v-predicate-kconfig.c \
	%D%/predicates/v2v-predicate-login.c \
	%D%/predicates/v2v-predicate-package.c \
	%D%/predicates/v2v-predicate-private.c \
	%D%/predicates/v2v-predicate-private.h \
	%D%/predicates/v2v-predicate-unit.c \
	%D%/predicates/v2v-predicate-version.c \
	%D%/v2v-condition.c \
	%D%/v2v-glob.c \
	%D%/v2v-glob.h \
	$(NULL)

UNIT_TESTS += \
	tests/unit/test-bad-guests \
	tests/unit/test-condition \
	tests/unit/test-glob \
	tests/unit/test-login \
	tests/unit/test-predicates \
	tests/unit/test-predicates-files \
	$(NULL)

EXTRA_DIST += tests/unit/test-bad-guests.h tests/unit/test-default-rules.h tests/unit/test-when.h

FUZZ_TARGETS += fuzz/fuzz-condition
fuzz_fuzz_condition_SOURCES = fuzz/fuzz-condition.c $(FUZZ_MAIN)

FUZZ_TARGETS += fuzz/fuzz-login
fuzz_fuzz_login_SOURCES = fuzz/fuzz-login.c $(FUZZ_MAIN)
