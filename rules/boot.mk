# SPDX-License-Identifier: GPL-2.0-or-later
# What a guest boots by, beside kernel arguments, and what its network cards are called.
libv2v_a_SOURCES += \
	%D%/actions/v2v-action-card-name.c \
	%D%/actions/v2v-action-esp-fallback.c \
	%D%/v2v-card-names.c \
	%D%/v2v-card-names.h \
	%D%/v2v-esp-fallback.c \
	%D%/v2v-esp-fallback.h \
	$(NULL)

UNIT_TESTS += \
	tests/unit/test-boot-rules \
	tests/unit/test-card-names \
	tests/unit/test-esp-fallback \
	$(NULL)
