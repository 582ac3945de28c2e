# SPDX-License-Identifier: GPL-2.0-or-later
# The only place with <guestfs.h> and <hivex.h>.
libv2v_a_SOURCES += \
	%D%/v2v-appliance.h \
	%D%/v2v-fs.h \
	%D%/v2v-hive.h \
	$(NULL)
