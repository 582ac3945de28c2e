# SPDX-License-Identifier: GPL-2.0-or-later
libv2v_a_SOURCES += \
	%D%/v2v-check-domain.c \
	%D%/v2v-check-domain.h \
	%D%/v2v-check-kubevirt-devices.c \
	%D%/v2v-check-kubevirt-machine.c \
	%D%/v2v-check-kubevirt-private.h \
	%D%/v2v-check-kubevirt.c \
	%D%/v2v-check-kubevirt.h \
	%D%/v2v-decide-device.c \
	%D%/v2v-decide-disk.c \
	%D%/v2v-decide-driver.c \
	%D%/v2v-decide-firmware.c \
	%D%/v2v-decide-identity.c \
	%D%/v2v-decide-network.c \
	%D%/v2v-decide-private.h \
	%D%/v2v-decide-system.c \
	%D%/v2v-decide.c \
	%D%/v2v-diff.c \
	%D%/v2v-diff.h \
	%D%/v2v-emit-guest-json.c \
	%D%/v2v-emit-guest-json.h \
	%D%/v2v-emit-guest-text.c \
	%D%/v2v-emit-inspection.c \
	%D%/v2v-emit-kubevirt.c \
	%D%/v2v-emit-libvirt-devices.c \
	%D%/v2v-emit-libvirt-private.h \
	%D%/v2v-emit-libvirt.c \
	%D%/v2v-emit-plan-json.c \
	%D%/v2v-emit-plan.c \
	%D%/v2v-emit-plan.h \
	%D%/v2v-emit-report.c \
	%D%/v2v-emit-verdict.c \
	%D%/v2v-emit-verdict.h \
	%D%/v2v-emit.h \
	%D%/v2v-fields.c \
	%D%/v2v-fields.h \
	%D%/v2v-hyperv.c \
	%D%/v2v-hyperv.h \
	%D%/v2v-text.c \
	%D%/v2v-text.h \
	%D%/v2v-timezone.c \
	%D%/v2v-timezone.h \
	$(NULL)

UNIT_TESTS += \
	tests/unit/test-check-kubevirt \
	tests/unit/test-emit-decide \
	tests/unit/test-emit-decide-devices \
	tests/unit/test-emit-facts \
	tests/unit/test-emit-golden \
	tests/unit/test-emit-plan \
	$(NULL)
EMIT_FIXTURES = tests/unit/emit-fixtures.c tests/unit/emit-fixtures.h
tests_unit_test_check_kubevirt_SOURCES = tests/unit/test-check-kubevirt.c $(EMIT_FIXTURES)
tests_unit_test_emit_decide_SOURCES = tests/unit/test-emit-decide.c $(EMIT_FIXTURES)
tests_unit_test_emit_decide_devices_SOURCES = tests/unit/test-emit-decide-devices.c $(EMIT_FIXTURES)
tests_unit_test_emit_facts_SOURCES = tests/unit/test-emit-facts.c $(EMIT_FIXTURES)
tests_unit_test_emit_golden_SOURCES = tests/unit/test-emit-golden.c $(EMIT_FIXTURES)
PROGRAM_TESTS += \
	tests/program/test-emit-kubevirt.sh \
	tests/program/test-emit-schema.sh \
	$(NULL)
EXTRA_DIST += \
	tests/e2e/test-emit-libvirt.sh \
	tests/golden/emit \
	$(NULL)

# Only in a commit that says why.
.PHONY: update-golden
update-golden: tests/unit/test-emit-facts tests/unit/test-emit-golden
	for test in $^; do \
	  UPDATE_GOLDEN=1 V2V_SRCDIR='$(abs_top_srcdir)' ./$$test || exit 1; \
	done
