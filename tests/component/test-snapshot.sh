#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A root on LVM of which there is a snapshot, with the same UUID and a name that sorts first.
# A root on btrfs with a read-only snapshot, whose name says nothing.
. "$(dirname "${BASH_SOURCE[0]}")/../functions.sh"
export PATH=$PATH:/usr/sbin:/sbin
requires qemu-img guestfish python3
# guestfish asks neither the program nor us whether KVM would answer.
export V2V_WORKDIR=$T/work LIBGUESTFS_BACKEND=direct
grep -qE '^flags.* (vmx|svm)( |$)' /proc/cpuinfo || export LIBGUESTFS_BACKEND_SETTINGS=force_tcg

mkdir -p "$T"/tree/{etc,bin,boot,usr,var,home,root,proc,sys,dev}
printf 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12"\n' >"$T/tree/etc/os-release"
printf 'UUID=11111111-2222-4333-8444-555555555555 / ext4 defaults 0 1\n' >"$T/tree/etc/fstab"
printf '#!/bin/sh\n' >"$T/tree/bin/sh"
tar -C "$T/tree" -cf "$T/tree.tar" .
truncate -s 100M "$T/disk.raw"
truncate -s 200M "$T/pool.raw"
timeout 280 guestfish --format=raw -a "$T/disk.raw" --format=raw -a "$T/pool.raw" run : part-disk /dev/sda gpt : pvcreate /dev/sda1 \
  : vgcreate my-group /dev/sda1 : lvcreate root-1 my-group 40 : mkfs ext4 /dev/my-group/root-1 \
  : set-e2uuid /dev/my-group/root-1 11111111-2222-4333-8444-555555555555 \
  : mount /dev/my-group/root-1 / : tar-in "$T/tree.tar" / : umount / \
  : debug sh "lvm lvcreate -qq -s -l 4 -n before my-group/root-1" \
  : mkfs btrfs /dev/sdb : mount /dev/sdb / : btrfs-subvolume-create /@ : tar-in "$T/tree.tar" /@ \
  : btrfs-subvolume-snapshot /@ /@/before ro:true : umount / >"$T/fish" 2>&1
is "a disk is made" $? 0
sed 's/^/# /' "$T/fish"

v2v () { # ARG...
  timeout 280 "$V2V" "$@" >"$T/out" 2>"$T/err"
  rc=$?
  grep -E '(warning|error):' "$T/err" | sed 's/^/# /'
}
v2v inspect --format json "$T/disk.raw"
is "the snapshot is no second system" "$rc" 0
like "the root is the volume" "$T/out" '"root" : "/dev/my-group/root-1"'
like "of which the other is a snapshot" "$T/out" '"origin" : "/dev/my-group/root-1"'
like "the UUID in fstab means the volume" "$T/out" '"device" : "/dev/my-group/root-1",'
v2v inspect --root /dev/my-group/before --format json "$T/disk.raw"
is "who asks for the snapshot" "$rc" 0
like "gets it" "$T/out" '"root" : "/dev/my-group/before"'
v2v inspect --format json "$T/pool.raw"
is "btrfs: a read-only snapshot is no second system" "$rc" 0
like "btrfs: the root is what it is of" "$T/out" '"root" : "btrfsvol:/dev/sda/@"'
done_testing
