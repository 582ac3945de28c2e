# SPDX-License-Identifier: GPL-2.0-or-later
# Plain data: includes nothing of ours from other folders.
libv2v_a_SOURCES += \
	%D%/v2v-array.c \
	%D%/v2v-guest.c \
	%D%/v2v-guest.h \
	%D%/v2v-key.c \
	%D%/v2v-key.h \
	%D%/v2v-net-config.c \
	%D%/v2v-plan.c \
	%D%/v2v-plan.h \
	%D%/v2v-report.c \
	%D%/v2v-report.h \
	%D%/v2v-request.c \
	%D%/v2v-request.h \
	%D%/v2v-source.c \
	%D%/v2v-source.h \
	%D%/v2v-target.c \
	%D%/v2v-target.h \
	%D%/v2v-verdict.c \
	%D%/v2v-verdict.h \
	$(NULL)
