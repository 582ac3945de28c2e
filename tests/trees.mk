# SPDX-License-Identifier: GPL-2.0-or-later
# The default rules on phony guests, and what the documents say about the language.
UNIT_TESTS += \
	tests/unit/test-plans \
	tests/unit/test-undo \
	tests/unit/test-undo-modes \
	tests/unit/test-rules-docs \
	$(NULL)
tests_unit_test_plans_SOURCES = \
	tests/unit/test-manifest.h \
	tests/unit/test-plan-text.h \
	tests/unit/test-plans.c \
	$(NULL)
tests_unit_test_undo_SOURCES = tests/unit/test-undo.c tests/unit/test-undo.h

EXTRA_DIST += \
	tests/golden/plans \
	tests/trees \
	$(NULL)
