# SPDX-License-Identifier: GPL-2.0-or-later
# One line per test; sorted.  Each links the library like the program does.
LDADD = $(V2V_LIBS)

UNIT_TESTS += \
	tests/unit/test-process \
	tests/unit/test-str \
	tests/unit/test-xml \
	tests/unit/test-json \
	$(NULL)
