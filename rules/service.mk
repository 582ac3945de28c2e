# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	%D%/actions/v2v-action-service.c \
	%D%/actions/v2v-actions-system.h \
	%D%/actions/v2v-unit-enable.c \
	%D%/actions/v2v-unit-enable.h \
	%D%/actions/v2v-unit-find.c \
	%D%/actions/v2v-unit-find.h \
	%D%/actions/v2v-unit-text.c \
	%D%/actions/v2v-unit-text.h \
	%D%/v2v-label.c \
	$(NULL)

UNIT_TESTS += \
	tests/unit/test-action-service \
	tests/unit/test-label \
	tests/unit/test-unit-text \
	$(NULL)

EXTRA_DIST += tests/unit/test-action.h
