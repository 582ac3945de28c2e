# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	$(NULL)

bin_PROGRAMS += v2v-wrapper/v2v-wrapper
v2v_wrapper_v2v_wrapper_SOURCES = %D%/main.c
v2v_wrapper_v2v_wrapper_LDADD = $(V2V_LIBS)
