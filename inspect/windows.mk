# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	guest/v2v-hive-private.h \
	guest/v2v-hive.c \
	inspect/v2v-cloud-init.c \
	inspect/v2v-crypttab.c \
	inspect/v2v-crypttab.h \
	inspect/v2v-ec2-files.c \
	inspect/v2v-ec2-hives.c \
	inspect/v2v-ec2-private.h \
	inspect/v2v-ec2.c \
	inspect/v2v-network-ifcfg.c \
	inspect/v2v-network-ifupdown.c \
	inspect/v2v-network-keyfile.c \
	inspect/v2v-network-netplan.c \
	inspect/v2v-network-private.h \
	inspect/v2v-network.c \
	inspect/v2v-osinfo-ids.c \
	inspect/v2v-osinfo.c \
	inspect/v2v-osinfo.h \
	inspect/v2v-windows-files.c \
	inspect/v2v-windows-hives.c \
	inspect/v2v-windows-private.h \
	inspect/v2v-windows.c \
	$(NULL)

EXTRA_DIST += \
	tests/unit/test-hive-maker.h \
	tests/unit/test-tree.h \
	$(NULL)

UNIT_TESTS += \
	tests/unit/test-cloud-init \
	tests/unit/test-ec2 \
	tests/unit/test-fs-head \
	tests/unit/test-hive \
	tests/unit/test-network \
	tests/unit/test-osinfo \
	tests/unit/test-windows \
	tests/unit/test-yaml \
	$(NULL)

FUZZ_TARGETS += \
	fuzz/fuzz-hive \
	fuzz/fuzz-network \
	fuzz/fuzz-pe \
	fuzz/fuzz-yaml \
	$(NULL)
fuzz_fuzz_hive_SOURCES = fuzz/fuzz-hive.c $(FUZZ_MAIN)
fuzz_fuzz_network_SOURCES = fuzz/fuzz-network.c $(FUZZ_MAIN)
fuzz_fuzz_pe_SOURCES = fuzz/fuzz-pe.c $(FUZZ_MAIN)
fuzz_fuzz_yaml_SOURCES = fuzz/fuzz-yaml.c $(FUZZ_MAIN)
