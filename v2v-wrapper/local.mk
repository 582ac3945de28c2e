# SPDX-License-Identifier: GPL-2.0-or-later
# Everything but main.c goes into the library, so that tests link the same objects.
libv2v_a_SOURCES += \
	%D%/v2v-command-plan.c \
	%D%/v2v-command-private.h \
	%D%/v2v-command-rules.c \
	%D%/v2v-command.c \
	%D%/v2v-command.h \
	%D%/v2v-compare.c \
	%D%/v2v-console.c \
	%D%/v2v-console.h \
	%D%/v2v-engine.h \
	%D%/v2v-exit.c \
	%D%/v2v-exit.h \
	%D%/v2v-input.c \
	%D%/v2v-input.h \
	%D%/v2v-judge.c \
	%D%/v2v-mode.c \
	%D%/v2v-mode.h \
	%D%/v2v-keys.c \
	%D%/v2v-keys.h \
	%D%/v2v-luks-keys.c \
	%D%/v2v-luks-keys.h \
	%D%/v2v-options.c \
	%D%/v2v-options.h \
	%D%/v2v-output.c \
	%D%/v2v-output.h \
	%D%/v2v-pipeline-private.h \
	%D%/v2v-pipeline.c \
	%D%/v2v-pipeline.h \
	%D%/v2v-pod.c \
	%D%/v2v-pod.h \
	%D%/v2v-rules.c \
	%D%/v2v-rules.h \
	%D%/v2v-run.c \
	%D%/v2v-say.c \
	%D%/v2v-steps.c \
	$(NULL)

bin_PROGRAMS += v2v-wrapper/v2v-wrapper
v2v_wrapper_v2v_wrapper_SOURCES = %D%/main.c
v2v_wrapper_v2v_wrapper_LDADD = $(V2V_LIBS)

UNIT_TESTS += \
	tests/unit/test-exit \
	tests/unit/test-luks-keys \
	tests/unit/test-mode \
	tests/unit/test-options \
	tests/unit/test-output \
	tests/unit/test-pod \
	$(NULL)

include v2v-wrapper/transaction.mk
include v2v-wrapper/engine.mk
include v2v-wrapper/domain.mk
