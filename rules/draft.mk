# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	%D%/v2v-draft-edit.c \
	%D%/v2v-draft-flush.c \
	%D%/v2v-draft-fs.c \
	%D%/v2v-draft-path.c \
	%D%/v2v-draft-private.h \
	%D%/v2v-draft.c \
	%D%/v2v-record-private.h \
	%D%/v2v-record.c \
	%D%/v2v-record.h \
	%D%/v2v-undo.c \
	$(NULL)

UNIT_TESTS += \
	tests/unit/test-draft \
	tests/unit/test-draft-flush \
	tests/unit/test-draft-keep \
	tests/unit/test-draft-links \
	tests/unit/test-draft-random \
	tests/unit/test-draft-view \
	tests/unit/test-record \
	$(NULL)

EXTRA_DIST += \
	tests/unit/test-counting-fs.h \
	tests/unit/test-draft-flush.h \
	tests/unit/test-draft.h \
	$(NULL)
