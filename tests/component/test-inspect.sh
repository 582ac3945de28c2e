#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Inspects the test disks that are in the cache (tests/images/make-image builds them):
# what was put in by the recipe must come out as a fact.
. "$(dirname "${BASH_SOURCE[0]}")/../functions.sh"
prog=$V2V_BUILDDIR/tests/component/test-inspect
make_image=$V2V_SRCDIR/tests/images/make-image
[ -x "$prog" ] || skip_all "tests/component/test-inspect is not built: make check TESTS="
[ -x "$make_image" ] || skip_all "tests/images/make-image is absent"
checked=0

inspect () { # recipe root; FALSE when the image is not built
  local disk second
  disk=$("$make_image" --print-path "$1" 2>/dev/null) || return 1
  [ -r "$disk" ] || return 1
  second=${disk%.raw}-disk1.raw
  [ -e "$second" ] || second=
  timeout 300 "$prog" "$2" "$disk" ${second:+"$second"} >"$T/facts"
  checked=$((checked + 1))
}

has () { # description regex
  like "$recipe: $1" "$T/facts" "$2"
}

common () {
  has "distribution and architecture" '^os debian 1[123] 1[123]\.[0-9]+ x86_64 ip-'
  has "apt and a full list" '^packages deb apt [12][0-9][0-9]$'
  has "NVMe name of the data partition" '^mount /srv/data /dev/nvme0n1p2 -> /dev/sda2$'
  has "the scratch disk stays behind" '^mount /mnt/ephemeral /dev/xvdb -> cloud-init wrote it'
  has "default entry with a kernel" '^entry\* /boot/vmlinuz-[^ ]+ /boot/initrd.img-[^ ]+ root='
  has "default kernel" '^kernel\* [56]\.'
  has "no virtio_blk in the initramfs" '^driver virtio_blk disk$'
  has "NVMe is there" '^driver nvme (initramfs|builtin)$'
  has "free space" '^usage /dev/[^ ]+ sane$'
  has "it came from EC2" '^ec2 1$'
  unlike "$recipe: everything was read" "$T/facts" '^(unknown|error)'
}

recipe=debian12-ec2
if inspect $recipe single; then
  common
  has "root" '^root /dev/sda1 of 1$'
  has "hybrid is BIOS" '^firmware 1 disk 0: .*can do both'
fi
recipe=debian13-ec2
if inspect $recipe single; then
  common
  has "UEFI" '^firmware 2 disk 0:'
fi
recipe=debian12-ec2-btrfs
if inspect $recipe single; then
  common
  has "root in a subvolume" '^root btrfsvol:/dev/sda1/@rootfs of 1$'
  has "no ESP" '^firmware 1 disk 0: .*no EFI system partition'
fi
recipe=debian12-ec2-uefi-lvm-xfs
if inspect $recipe single; then
  common
  has "root on LVM" '^root /dev/vg0/root of 1$'
  has "its name in fstab" '^mount / /dev/mapper/vg0-root -> /dev/vg0/root$'
  has "separate /boot" '^mount /boot UUID=[^ ]+ -> /dev/sda16$'
  has "UEFI" '^firmware 2 disk 0:'
fi
recipe=debian12-ec2-dracut
if inspect $recipe single; then
  common
fi
recipe=debian12-ec2-xen
if inspect $recipe single; then
  common
  has "Xen's name in fstab" '^mount / /dev/xvda1 -> /dev/sda1$'
  has "Xen's name on the command line" '^entry\* .* root=/dev/xvda1 '
fi
recipe=debian12-ec2-lvm-devices
if inspect $recipe single; then
  common
  has "root on LVM, whatever the devices file says" '^root /dev/vg0/root of 1$'
fi
recipe=amzn2023-ec2
if inspect $recipe single; then
  has "distribution and architecture" '^os amzn 2023 2023\.0 x86_64 ip-'
  has "the RPM database is seen" '^packages rpm '
  has "UEFI" '^firmware 2 disk 0:'
  has "/boot on its own" '^mount /boot UUID=[0-9A-F-]+ -> /dev/sda16$'
  has "the loader" '^loader systemd-boot '
  has "default entry, by paths of the guest" '^entry\* /boot/vmlinuz-[^ ]+ /boot/initramfs-[^ ]+\.img root=UUID='
  has "default kernel" '^kernel\* 6\.'
  has "no virtio_blk in the initramfs" '^driver virtio_blk disk$'
  has "it came from EC2" '^ec2 1$'
fi
recipe=debian12-ec2-two-disks
if inspect $recipe single; then
  common
  has "the second volume" '^mount /srv/disk1 /dev/nvme1n1 -> /dev/sdb$'
fi
recipe=debian12-two-roots
if inspect $recipe single; then
  has "a choice is asked for" "^error 1: 2 operating systems.*'/dev/sda1', '/dev/sda3'.*--root"
  inspect $recipe sda3
  has "the other one by name" '^root /dev/sda3 of 2$'
fi
recipe=debian12-virtio
if inspect $recipe single; then
  has "virtio_blk is in the initramfs" '^driver virtio_blk (initramfs|builtin)$'
  has "not from EC2" '^ec2 0$'
fi
[ "$checked" -gt 0 ] || skip_all "no test disk is built: tests/images/make-image debian12-ec2"
done_testing
