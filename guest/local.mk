# SPDX-License-Identifier: GPL-2.0-or-later
# The only place with <guestfs.h> and <hivex.h>.
libv2v_a_SOURCES += \
	%D%/v2v-accel.c \
	%D%/v2v-appliance-private.h \
	%D%/v2v-appliance.c \
	%D%/v2v-appliance.h \
	%D%/v2v-disks.c \
	%D%/v2v-fs-directory.c \
	%D%/v2v-fs-private.h \
	%D%/v2v-fs.c \
	%D%/v2v-fs.h \
	%D%/v2v-guard.c \
	%D%/v2v-hive.h \
	%D%/v2v-mounts.c \
	$(NULL)

UNIT_TESTS += \
	tests/unit/test-fs-directory \
	$(NULL)
