# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	%D%/v2v-domain-devices.c \
	%D%/v2v-domain-private.h \
	%D%/v2v-domain-xml.c \
	%D%/v2v-domain-xml.h \
	$(NULL)

UNIT_TESTS += tests/unit/test-domain-xml

FUZZ_TARGETS += fuzz/fuzz-domain
fuzz_fuzz_domain_SOURCES = fuzz/fuzz-domain.c $(FUZZ_MAIN)
