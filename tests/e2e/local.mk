# SPDX-License-Identifier: GPL-2.0-or-later
EXTRA_DIST += \
	%D%/functions.sh \
	%D%/test-broken.sh \
	%D%/test-ec2-missing.sh \
	%D%/test-ec2-network.sh \
	%D%/test-ec2-remove.sh \
	%D%/test-ec2-boots.sh \
	%D%/test-faults.sh \
	%D%/test-first-light.sh \
	%D%/test-guest-agent.sh \
	%D%/test-layouts.sh \
	%D%/test-luks-boot.sh \
	%D%/test-native.sh \
	%D%/test-next-kernel.sh \
	%D%/test-oracle.sh \
	%D%/test-plan.sh \
	%D%/test-refused.sh \
	%D%/test-selinux.sh \
	%D%/test-stopped.sh \
	%D%/test-tools-remove.sh \
	%D%/test-two-disks.sh \
	$(NULL)
