# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	%D%/v2v-label.c \
	$(NULL)

UNIT_TESTS += \
	tests/unit/test-label \
	$(NULL)
