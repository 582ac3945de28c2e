# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	%D%/v2v-glob.c \
	%D%/v2v-glob.h \
	$(NULL)

UNIT_TESTS += \
	tests/unit/test-glob \
	$(NULL)
