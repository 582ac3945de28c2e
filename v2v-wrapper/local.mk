# SPDX-License-Identifier: GPL-2.0-or-later
# Everything but main.c goes into the library.
libv2v_a_SOURCES += \
	%D%/v2v-engine.h \
	%D%/v2v-transaction.h \
	$(NULL)

bin_PROGRAMS += v2v-wrapper/v2v-wrapper
v2v_wrapper_v2v_wrapper_SOURCES = %D%/main.c
v2v_wrapper_v2v_wrapper_LDADD = $(V2V_LIBS)

include v2v-wrapper/transaction.mk
include v2v-wrapper/engine.mk
include v2v-wrapper/domain.mk
