# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	%D%/v2v-cancel.c \
	%D%/v2v-cancel.h \
	%D%/v2v-codec-bzip2.c \
	%D%/v2v-codec-gzip.c \
	%D%/v2v-codec-lz4.c \
	%D%/v2v-codec-private.h \
	%D%/v2v-codec-xz.c \
	%D%/v2v-codec-zstd.c \
	%D%/v2v-codec.c \
	%D%/v2v-codec.h \
	%D%/v2v-confine-child.c \
	%D%/v2v-confine-private.h \
	%D%/v2v-confine.c \
	%D%/v2v-confine.h \
	%D%/v2v-error.c \
	%D%/v2v-error.h \
	%D%/v2v-file.c \
	%D%/v2v-file.h \
	%D%/v2v-json.c \
	%D%/v2v-json.h \
	%D%/v2v-process.c \
	%D%/v2v-process.h \
	%D%/v2v-regex.c \
	%D%/v2v-regex.h \
	%D%/v2v-str.c \
	%D%/v2v-str.h \
	%D%/v2v-xml.c \
	%D%/v2v-xml.h \
	%D%/v2v-yaml.c \
	%D%/v2v-yaml.h \
	$(NULL)

UNIT_TESTS += \
	tests/unit/test-confine \
	$(NULL)

UNIT_TESTS += tests/unit/test-regex
