# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	%D%/actions/v2v-action-crypttab.c \
	%D%/actions/v2v-action-crypttab.h \
	%D%/actions/v2v-action-fstab.c \
	%D%/actions/v2v-action-fstab.h \
	%D%/actions/v2v-action-modules.c \
	%D%/actions/v2v-action-modules.h \
	%D%/v2v-action.h \
	%D%/v2v-actions.c \
	%D%/v2v-args.c \
	%D%/v2v-args.h \
	%D%/v2v-condition.h \
	%D%/v2v-context.c \
	%D%/v2v-context.h \
	%D%/v2v-draft.h \
	%D%/v2v-label.h \
	%D%/v2v-predicate.h \
	%D%/v2v-predicates.c \
	%D%/v2v-ruleset.h \
	$(NULL)

EXTRA_DIST += %D%/README tests/component/test-ec2-refused.sh tests/component/test-rules.sh

UNIT_TESTS += \
	tests/unit/test-action-crypttab \
	tests/unit/test-action-fstab \
	tests/unit/test-action-modules \
	$(NULL)

FUZZ_TARGETS += fuzz/fuzz-action-fstab
fuzz_fuzz_action_fstab_SOURCES = fuzz/fuzz-action-fstab.c $(FUZZ_MAIN)

# One fragment for each part, so that parts grow apart.
include %D%/boot.mk
include %D%/draft.mk
include %D%/edit.mk
include %D%/kernel-args.mk
include %D%/language.mk
include %D%/match.mk
include %D%/service.mk
