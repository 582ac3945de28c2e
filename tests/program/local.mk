# SPDX-License-Identifier: GPL-2.0-or-later
PROGRAM_TESTS += \
	tests/program/test-bad-input.sh \
	tests/program/test-cli.sh \
	tests/program/test-completion.sh \
	tests/program/test-describe.sh \
	tests/program/test-disk-sum.sh \
	tests/program/test-docs.sh \
	tests/program/test-guest-agent.sh \
	tests/program/test-options-void.sh \
	tests/program/test-oracle.sh \
	tests/program/test-pod.sh \
	tests/program/test-qemu-tcg.sh \
	tests/program/test-remove-agents.sh \
	tests/program/test-remove-tools.sh \
	tests/program/test-rules.sh \
	$(NULL)

EXTRA_DIST += \
	tests/golden/oracle \
	tests/oracle/diff-guests \
	tests/oracle/read-guest \
	$(NULL)
