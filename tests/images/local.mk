# SPDX-License-Identifier: GPL-2.0-or-later
# Recipes for every test disk, and the boot harness: see README beside this file.
PROGRAM_TESTS += \
	tests/program/test-boot-image.sh \
	tests/program/test-make-image.sh \
	$(NULL)

EXTRA_DIST += \
	tests/e2e/test-images.sh \
	tests/images/README \
	tests/images/boot-image \
	tests/images/consoles/btrfs-root.console \
	tests/images/consoles/btrfs-scanned-only.console \
	tests/images/consoles/dracut-degraded-array.console \
	tests/images/consoles/dracut-initrd-only.console \
	tests/images/consoles/dracut-no-root.console \
	tests/images/consoles/dracut-xfs-login.console \
	tests/images/consoles/emergency-mode.console \
	tests/images/consoles/grub-rescue.console \
	tests/images/consoles/initramfs-tools-no-root.console \
	tests/images/consoles/no-boot-device.console \
	tests/images/consoles/panic-after-mount.console \
	tests/images/consoles/panic.console \
	tests/images/lib/agents.sh \
	tests/images/lib/disk.sh \
	tests/images/lib/guest.sh \
	tests/images/lib/initramfs.sh \
	tests/images/lib/loader.sh \
	tests/images/lib/recipe.sh \
	tests/images/lib/rootfs.sh \
	tests/images/lib/rpm.sh \
	tests/images/lib/storage.py \
	tests/images/lib/storage.sh \
	tests/images/make-image \
	tests/images/mirror \
	tests/images/packages.txt \
	tests/images/recipes/almalinux9-ec2.recipe \
	tests/images/recipes/amzn2023-ec2-agents.recipe \
	tests/images/recipes/amzn2023-ec2.recipe \
	tests/images/recipes/debian11-ec2-agents.recipe \
	tests/images/recipes/debian11-ec2.recipe \
	tests/images/recipes/debian12-ec2-agents.recipe \
	tests/images/recipes/debian12-ec2-boot-nvme.recipe \
	tests/images/recipes/debian12-ec2-btrfs.recipe \
	tests/images/recipes/debian12-ec2-dracut-generic.recipe \
	tests/images/recipes/debian12-ec2-dracut.recipe \
	tests/images/recipes/debian12-ec2-gzip.recipe \
	tests/images/recipes/debian12-ec2-luks.recipe \
	tests/images/recipes/debian12-ec2-lvm-devices.recipe \
	tests/images/recipes/debian12-ec2-lz4.recipe \
	tests/images/recipes/debian12-ec2-md-devices.recipe \
	tests/images/recipes/debian12-ec2-md.recipe \
	tests/images/recipes/debian12-ec2-next-kernel-dracut.recipe \
	tests/images/recipes/debian12-ec2-next-kernel.recipe \
	tests/images/recipes/debian12-ec2-resume.recipe \
	tests/images/recipes/debian12-ec2-selinux.recipe \
	tests/images/recipes/debian12-ec2-two-disks.recipe \
	tests/images/recipes/debian12-ec2-uefi-lvm-xfs.recipe \
	tests/images/recipes/debian12-ec2-xen.recipe \
	tests/images/recipes/debian12-ec2-xz.recipe \
	tests/images/recipes/debian12-ec2.recipe \
	tests/images/recipes/debian12-two-roots.recipe \
	tests/images/recipes/debian12-virtio.recipe \
	tests/images/recipes/debian13-ec2-agents.recipe \
	tests/images/recipes/debian13-ec2.recipe \
	tests/images/recipes/rhel9-ec2.recipe \
	tests/images/recipes/rocky9-ec2.recipe \
	tests/images/small-internet \
	$(NULL)
