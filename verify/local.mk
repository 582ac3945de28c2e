# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	%D%/v2v-module-index.c \
	%D%/v2v-module-index.h \
	%D%/v2v-verify-access.c \
	%D%/v2v-verify-boot.c \
	%D%/v2v-verify-device.c \
	%D%/v2v-verify-initramfs.c \
	%D%/v2v-verify-kernel.c \
	%D%/v2v-verify-labels.c \
	%D%/v2v-verify-network.c \
	%D%/v2v-verify-private.h \
	%D%/v2v-verify-sshd.c \
	%D%/v2v-verify-sshd.h \
	%D%/v2v-verify-storage.c \
	%D%/v2v-verify.c \
	%D%/v2v-verify.h \
	$(NULL)

EXTRA_DIST += %D%/README

UNIT_TESTS += \
	tests/unit/test-emit-verdict \
	tests/unit/test-verify \
	tests/unit/test-verify-boot \
	tests/unit/test-verify-kernel \
	tests/unit/test-verify-parts \
	$(NULL)
EXTRA_DIST += tests/unit/test-verify.h

FUZZ_TARGETS += \
	fuzz/fuzz-module-index \
	fuzz/fuzz-sshd \
	$(NULL)
fuzz_fuzz_module_index_SOURCES = fuzz/fuzz-module-index.c $(FUZZ_MAIN)
fuzz_fuzz_sshd_SOURCES = fuzz/fuzz-sshd.c $(FUZZ_MAIN)
