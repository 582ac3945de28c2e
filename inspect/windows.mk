# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	inspect/v2v-osinfo-ids.c \
	inspect/v2v-osinfo.c \
	inspect/v2v-osinfo.h \
	$(NULL)

UNIT_TESTS += \
	tests/unit/test-osinfo \
	tests/unit/test-yaml \
	$(NULL)

FUZZ_TARGETS += \
	fuzz/fuzz-yaml \
	$(NULL)
fuzz_fuzz_yaml_SOURCES = fuzz/fuzz-yaml.c $(FUZZ_MAIN)
