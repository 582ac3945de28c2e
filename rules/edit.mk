# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	%D%/actions/v2v-action-edit.c \
	%D%/actions/v2v-action-line.c \
	%D%/actions/v2v-action-link.c \
	%D%/actions/v2v-action-mdadm.c \
	%D%/actions/v2v-action-message.c \
	%D%/actions/v2v-action-remove.c \
	%D%/actions/v2v-action-set.c \
	%D%/actions/v2v-action-words.c \
	%D%/actions/v2v-action-write.c \
	%D%/actions/v2v-actions-file.h \
	%D%/edit/v2v-edit-files.c \
	%D%/edit/v2v-edit-files.h \
	%D%/edit/v2v-edit-ini.c \
	%D%/edit/v2v-edit-keys.c \
	%D%/edit/v2v-edit-keys.h \
	%D%/edit/v2v-edit-lines.c \
	%D%/edit/v2v-edit-lines.h \
	%D%/edit/v2v-edit-private.h \
	%D%/edit/v2v-edit-shell-words.c \
	%D%/edit/v2v-edit-shell.c \
	%D%/edit/v2v-edit-shell.h \
	%D%/edit/v2v-edit-ssh.c \
	%D%/edit/v2v-edit-text.c \
	%D%/edit/v2v-edit-text.h \
	%D%/edit/v2v-edit-words.c \
	%D%/edit/v2v-edit-words.h \
	$(NULL)

UNIT_TESTS += \
	tests/unit/test-action-mdadm \
	tests/unit/test-actions-file \
	tests/unit/test-edit-keys \
	tests/unit/test-edit-text \
	tests/unit/test-edit-words \
	$(NULL)

FUZZ_TARGETS += fuzz/fuzz-edit
fuzz_fuzz_edit_SOURCES = fuzz/fuzz-edit.c $(FUZZ_MAIN)
