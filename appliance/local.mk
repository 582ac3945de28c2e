# SPDX-License-Identifier: GPL-2.0-or-later
# What runs inside our appliance.  Compiled by scripts/build-appliance, which is installed
# together with it: a user's appliance is made from the packages of the user's machine.
appliancedir = $(pkgdatadir)/appliance
dist_appliance_DATA = \
	%D%/device.c \
	%D%/device.h \
	%D%/init.c \
	%D%/mount.c \
	%D%/no-tsk.c \
	%D%/no-yara.c \
	%D%/start.c \
	%D%/udevadm.c \
	$(NULL)

pkgscriptsdir = $(pkgdatadir)/scripts
dist_pkgscripts_SCRIPTS = scripts/build-appliance

UNIT_TESTS += tests/unit/test-appliance-device
tests_unit_test_appliance_device_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/appliance
tests_unit_test_appliance_device_SOURCES = \
	appliance/device.c \
	tests/unit/test-appliance-device.c \
	$(NULL)

FUZZ_TARGETS += fuzz/fuzz-device
fuzz_fuzz_device_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/appliance
fuzz_fuzz_device_SOURCES = appliance/device.c fuzz/fuzz-device.c $(FUZZ_MAIN)

EXTRA_DIST += tests/component/test-appliance.sh
