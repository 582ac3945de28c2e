# SPDX-License-Identifier: GPL-2.0-or-later
# "make check" runs the unit and program layers: no appliance, no network.
# Component and end-to-end tests are run by scripts/check.

TEST_EXTENSIONS = .sh
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
LOG_COMPILER = $(top_srcdir)/tests/tap-run
SH_LOG_COMPILER = $(top_srcdir)/tests/tap-run
AM_TESTS_ENVIRONMENT = \
	V2V_SRCDIR='$(abs_top_srcdir)'; export V2V_SRCDIR; \
	V2V_BUILDDIR='$(abs_top_builddir)'; export V2V_BUILDDIR; \
	$(NULL)

include tests/unit/local.mk
include tests/trees.mk
include tests/program/local.mk
include tests/component/local.mk
include tests/e2e/local.mk
include tests/images/local.mk

TESTS = $(UNIT_TESTS) $(PROGRAM_TESTS)
check_PROGRAMS += $(UNIT_TESTS)

EXTRA_DIST += \
	$(PROGRAM_TESTS) \
	build-aux/tap-driver.sh \
	tests/disk-sum \
	tests/functions.sh \
	tests/tap-run \
	$(NULL)
