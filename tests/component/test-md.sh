#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Guests whose root is a mirror of two disks: whole, not stopped, halved, degraded before.
. "$(dirname "${BASH_SOURCE[0]}")/../functions.sh"
export PATH=$PATH:/usr/sbin:/sbin
requires guestfish qemu-img cpio mdadm sfdisk mke2fs debugfs python3
export V2V_WORKDIR=$T/work
storage=$V2V_SRCDIR/tests/images/lib/storage.py
array=0f0c6a49-801e-4e01-9166-5baf8e5e8c98
root=11111111-2222-4333-8444-555555555555
sectors=51200 data=2048 start=2048

# A small guest from EC2; what verify/ asks for is built in, but mdadm.
tree=$T/tree modules=$T/tree/usr/lib/modules/6.1.0-0
mkdir -p "$tree"/{etc/network,etc/mdadm,bin,usr/bin,boot/grub,var/lib,home,root,proc,sys,dev} "$modules/kernel"
install -D /dev/null "$tree/boot/grub/i386-pc/normal.mod"
printf 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12"\n' >"$tree/etc/os-release"
printf 'root:x:0:0:root:/root:/bin/sh\n' >"$tree/etc/passwd"
printf '/dev/md0 / ext4 defaults 0 1\n' >"$tree/etc/fstab"
printf 'DEVICE\n /dev/nvme0n1p1\n /dev/nvme1n1p1\nARRAY /dev/md0 UUID=0f0c6a49:801e4e01:91665baf:8e5e8c98\n' >"$tree/etc/mdadm/mdadm.conf"
printf '#!/bin/sh\n' >"$tree/bin/sh"
printf 'auto ens3\niface ens3 inet dhcp\n' >"$tree/etc/network/interfaces"
for driver in virtio virtio_ring virtio_pci virtio_blk virtio_net virtio_scsi sd_mod ext4 raid1; do
  echo "kernel/$driver.ko"
done >"$modules/modules.builtin"
: >"$modules/modules.dep"
ln -s usr/lib "$tree/lib"
printf 'kernel' >"$tree/boot/vmlinuz-6.1.0-0"
mkdir -p "$T/image/sbin" "$T/image/etc/mdadm"
printf 'x' >"$T/image/sbin/mdadm"
cp "$tree/etc/mdadm/mdadm.conf" "$T/image/etc/mdadm/"
(cd "$T/image" && find . -mindepth 1 | cpio --quiet -o -H newc) >"$tree/boot/initrd.img-6.1.0-0"
printf 'menuentry "Debian GNU/Linux" {\n  linux /boot/vmlinuz-6.1.0-0 root=UUID=%s ro\n  initrd /boot/initrd.img-6.1.0-0\n}\n' \
  $root >"$tree/boot/grub/grub.cfg"
truncate -s $(((sectors - data) * 512)) "$T/fs.raw"
mke2fs -q -t ext4 -U $root -d "$tree" "$T/fs.raw"

half () { # FILE ROLE WORD...: one disk with its half of the array
  local file=$1 role=$2
  shift 2
  rm -f "$file"
  truncate -s $(((start + sectors + 2048) * 512)) "$file"
  printf 'label: gpt\nsize=%s, type=A19D880F-05FC-4D3B-A006-743F0F84911E\n' $sectors | sfdisk -q "$file"
  dd if="$T/fs.raw" of="$file" bs=512 seek=$((start + data)) conv=notrunc status=none
  printf 'GRUB ' | dd of="$file" bs=1 seek=384 conv=notrunc status=none
  python3 "$storage" member "$file" $((start * 512)) $sectors $data $array "$array" host:0 "$role" "$@"
}
both () { half "$T/a.raw" 0 "$@"; half "$T/b.raw" 1 "$@"; }
inside () { dd if="$1" bs=512 skip=$((start + data)) count=$((sectors - data)) status=none | sha256sum; }
examine () { # FILE: what mdadm says of its member
  dd if="$1" bs=512 skip=$start count=$sectors of="$T/member" status=none
  mdadm --examine "$T/member"
}
v2v () { # COMMAND ARG...
  local lap=$SECONDS
  timeout 300 "$V2V" "$@" >"$T/out" 2>"$T/err"
  rc=$?
  echo "# $1 in $((SECONDS - lap)) s"
  grep -E '(warning|error):' "$T/err" | sed 's/^/# /'
}
convert () { v2v convert --engine native --kubevirt none -o "$T/descriptions" "$@"; }

# As a snapshot of a running instance is: not stopped, so that md would copy one half over the
# other.  Something that only the second half has, where no file is, shows whether it did.
both dirty
last=$((start + sectors - 64))
printf 'only here' | dd of="$T/b.raw" bs=512 seek=$last conv=notrunc status=none
examine "$T/a.raw" >"$T/before"
like "mdadm takes the disks that are made here" "$T/before" 'Array State : AA'
like "which were not stopped" "$T/before" 'State : active'
v2v inspect --format json "$T/b.raw" "$T/a.raw"
is "inspected, in any order of the disks" "$rc" 0
like "the root is the array" "$T/out" '"root" : "/dev/md[0-9]+"'
like "its level is known" "$T/out" '"level" : "raid1"'
like "it starts from the first of its disks" "$T/out" '"boot_disk" : 0'
like "so that the firmware is known" "$T/out" '"firmware" : "bios"'
convert "$T/a.raw" "$T/b.raw"
is "converted" "$rc" 0
like "mdadm sees all disks then, in the initramfs too" "$T/err" "'etc/mdadm/mdadm.conf' lets mdadm look at all disks"
is "no half was copied over the other" "$(dd if="$T/b.raw" bs=1 skip=$((last * 512)) count=9 status=none)" "only here"
for disk in a b; do
  examine "$T/$disk.raw" >"$T/after"
  like "$disk: both halves are in the array" "$T/after" 'Array State : AA'
  dd if="$T/$disk.raw" of="$T/fs-$disk.raw" bs=512 skip=$((start + data)) count=$((sectors - data)) status=none
  debugfs -R 'cat /etc/mdadm/mdadm.conf' "$T/fs-$disk.raw" >"$T/conf" 2>/dev/null
  like "$disk: both halves have what was changed" "$T/conf" '^DEVICE partitions$'
done
is "of one moment" "$(examine "$T/a.raw" | grep Events)" "$(examine "$T/b.raw" | grep Events)"
v2v plan --format json "$T/a.raw" "$T/b.raw"
is "a second plan" "$rc" 0
like "is empty" "$T/out" '"changes" : \[\]'

both
convert "$T/a.raw" "$T/b.raw"
is "an array that was stopped: converted" "$rc" 0
is "its halves are the same" "$(inside "$T/a.raw")" "$(inside "$T/b.raw")"
like "and clean" <(examine "$T/a.raw") 'State : clean'

both
before=$(sha256sum <"$T/a.raw")
convert "$T/a.raw"
is "one disk of two: refused" "$rc" 4
like "it is said why" "$T/err" "error: no operating system was found, and '/dev/sda1' is part of a RAID array that does not start"
is "one line" "$(grep -c error: "$T/err")" 1
is "and nothing is written to it" "$(sha256sum <"$T/a.raw")" "$before"

half "$T/a.raw" 0 events=40
half "$T/b.raw" 1 events=17
before=$(sha256sum "$T/a.raw" "$T/b.raw")
convert "$T/a.raw" "$T/b.raw"
is "disks of two moments: refused" "$rc" 4
is "and not written to" "$(sha256sum "$T/a.raw" "$T/b.raw")" "$before"

half "$T/a.raw" 0 lost
convert "$T/a.raw"
is "degraded before: converted" "$rc" 0
like "with a warning" "$T/err" "warning: the RAID array on '/dev/sda1' had lost a member before: 1 of 2 are there"
like "and so it stays" <(examine "$T/a.raw") 'Array State : A[.]'
# LVM on the array, and a volume group of other data beside it, which is on none: the root needs
# the array, and this initramfs starts none.
rm "$T/image/sbin/mdadm"
(cd "$T/image" && find . -mindepth 1 | cpio --quiet -o -H newc) >"$tree/boot/initrd.img-6.1.0-0"
printf '/dev/mapper/vg0-root / ext4 defaults 0 1\n' >"$tree/etc/fstab"
sed -i 's|root=[^ ]*|root=/dev/mapper/vg0-root|' "$tree/boot/grub/grub.cfg"
tar -C "$tree" -cf "$T/tree.tar" .
both
truncate -s 24M "$T/c.raw"
export LIBGUESTFS_BACKEND=direct
grep -qE '^flags.* (vmx|svm)( |$)' /proc/cpuinfo || export LIBGUESTFS_BACKEND_SETTINGS=force_tcg
lap=$SECONDS
timeout 280 guestfish --format=raw -a "$T/a.raw" -a "$T/b.raw" -a "$T/c.raw" -- run \
  : pvcreate /dev/md127 : vgcreate vg0 /dev/md127 : lvcreate root vg0 16 : mkfs ext4 /dev/vg0/root \
  : mount /dev/vg0/root / : tar-in "$T/tree.tar" / : umount / \
  : pvcreate /dev/sdc : vgcreate vgdata /dev/sdc : lvcreate data vgdata 12 \
  : vg-activate-all false : md-stop /dev/md127 >"$T/made" 2>&1
is "LVM on the array and beside it" "$?" 0
sed 's/^/# /' "$T/made"
echo "# made in $((SECONDS - lap)) s"
before=$(sha256sum "$T/a.raw" "$T/b.raw" "$T/c.raw")
convert "$T/a.raw" "$T/b.raw" "$T/c.raw"
is "an initramfs without mdadm: refused" "$rc" 4
like "the root needs the array" "$T/err" 'has no mdadm, and nothing starts the array of the root'
is "and nothing is written" "$(sha256sum "$T/a.raw" "$T/b.raw" "$T/c.raw")" "$before"

done_testing
