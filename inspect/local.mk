# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	%D%/v2v-inspect.h \
	$(NULL)

include inspect/linux.mk
include inspect/windows.mk
