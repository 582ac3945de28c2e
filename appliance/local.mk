# SPDX-License-Identifier: GPL-2.0-or-later
# What runs inside our appliance.  Compiled by scripts/build-appliance, which is installed
# together with it: a user's appliance is made from the packages of the user's machine.
appliancedir = $(pkgdatadir)/appliance
dist_appliance_DATA = \
	%D%/device.c \
	%D%/device.h \
	%D%/init.c \
	%D%/udevadm.c \
	%D%/version.c \
	$(NULL)

pkgscriptsdir = $(pkgdatadir)/scripts
dist_pkgscripts_SCRIPTS = scripts/build-appliance
