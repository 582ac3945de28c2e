#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# guest/ against the real appliance: makes small disks of every layout (seconds, on
# the host), lets two programs work on them, and then looks at them
# again with the host's own tools.
. "$(dirname "${BASH_SOURCE[0]}")/../functions.sh"
export PATH=$PATH:/usr/sbin:/sbin
requires mke2fs debugfs mkfs.xfs mkfs.vfat mkfs.btrfs mkswap sfdisk truncate dd
progs=$V2V_BUILDDIR/tests/component
[ -x "$progs/test-guest-stop" ] || skip_all "tests/component/test-guest is not built: make check TESTS="
cd "$T" || exit 99
MB=1048576

put () { # image offset-MiB file-system-image
  dd if="$3" of="$1" bs=$MB seek="$2" conv=notrunc,sparse status=none
}

make_tree () {
  mkdir -p root/etc root/boot/efi root/usr/lib root/many root/srv
  printf 'UUID=x / ext4 defaults 0 1\n' >root/etc/fstab
  chmod 640 root/etc/fstab
  ln -s usr/lib root/lib
  ln -s /usr/lib root/abs
  ln -s ../../../../../etc/shadow root/up
  ln -s /etc/shadow root/shadow
  ln -s /init root/appliance
  ln -s loop2 root/loop1
  ln -s loop1 root/loop2
  ln -s /no/such root/dangling
  ln -s /usr root/outside
  echo a >root/usr/lib/a
  printf 'nl' >"root/usr/lib/new
line"
  printf 'x\0y' >root/etc/nul
  mkfifo root/fifo
  truncate -s 3G root/big
  dd if=/dev/zero bs=$MB count=9 status=none | tr '\0' 'v' >root/nine
  local i
  for i in $(seq 1500); do ln -s "target-$i" "root/many/link-$i"; done
}

make_gpt () {
  truncate -s 900M gpt.raw
  sfdisk -q gpt.raw <<'TABLE' || return 1
label: gpt
start=2048, size=2048, type=21686148-6449-6E6F-744E-656564454649, uuid=AAAAAAAA-0000-4000-8000-000000000014
start=4096, size=614400, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709, uuid=AAAAAAAA-0000-4000-8000-000000000001, name="root 'one' $x"
start=618496, size=655360, type=linux, uuid=AAAAAAAA-0000-4000-8000-000000000002
start=1273856, size=131072, type=uefi, uuid=AAAAAAAA-0000-4000-8000-00000000000f
start=1404928, size=65536, type=swap
start=1495040, size=32768, type=linux, uuid=AAAAAAAA-0000-4000-8000-00000000000A, name=twofold
TABLE
  printf 'GRUB ' | dd of=gpt.raw bs=1 seek=384 conv=notrunc status=none
  truncate -s 300M p2 && mke2fs -q -t ext4 -L cloudimg-root -U 11111111-2222-4333-8444-555555555555 -d root p2
  truncate -s 320M p3 && mkfs.xfs -q -m uuid=99999999-2222-4333-8444-555555555555 -L data p3
  truncate -s 64M p4 && mkfs.vfat -n ESP -i ABCD1234 p4 >/dev/null
  truncate -s 32M p5 && mkswap -q -U 77777777-2222-4333-8444-555555555555 p5 >/dev/null 2>&1
  put gpt.raw 2 p2 && put gpt.raw 302 p3 && put gpt.raw 622 p4 && put gpt.raw 686 p5
}

# The second volume of one snapshot: the same XFS once more; a logical partition.
make_mbr () {
  truncate -s 500M mbr.raw
  sfdisk -q mbr.raw <<'TABLE' || return 1
label: dos
label-id: 0xdeadbeef
1: start=2048, size=655360, type=83, bootable
2: start=657408, size=262144, type=5
3: start=942080, size=32768, type=8e
5: start=659456, size=65536, type=82
TABLE
  put mbr.raw 1 p3 && put mbr.raw 322 p5 || return 1
  # Two signatures: what is in here is for nobody to say.
  truncate -s 16M twofold && mke2fs -q -t ext4 twofold || return 1
  printf hsqs | dd of=twofold bs=1 conv=notrunc status=none
  printf '\004\000' | dd of=twofold bs=1 seek=28 conv=notrunc status=none
  put mbr.raw 460 twofold && put gpt.raw 730 twofold
}

# Needs root, for a loop device; without it the program leaves these cases out.
make_lvm () {
  truncate -s 200M lvm.raw
  local loop
  loop=$(losetup -f --show lvm.raw) || return 1
  local lvm="lvm_call $loop"
  $lvm pvcreate -qq "$loop" && $lvm vgcreate -qq vg-x "$loop" \
    && $lvm lvcreate -qq -an -Zn -Wn -L 100M -n root vg-x
  local rc=$?
  losetup -d "$loop"
  [ $rc -eq 0 ] || return 1
  truncate -s 100M lv && mke2fs -q -t ext4 -L lvroot -d root/etc lv && put lvm.raw 1 lv
}

lvm_call () { # loop command args
  local loop=$1 command=$2
  shift 2
  # Nothing is activated, so a kernel without device-mapper will do.
  lvm "$command" --driverloaded n \
    --config "devices { use_devicesfile=0 filter=[\"a|^$loop\$|\",\"r|.*|\"] }" "$@" >/dev/null
}

make_btrfs () {
  truncate -s 200M btrfs.raw && mkfs.btrfs -q -L pool btrfs.raw && mkdir -p mnt \
    && mount -o loop btrfs.raw mnt || return 1
  btrfs -q subvolume create mnt/@rootfs && btrfs -q subvolume create mnt/@home \
    && echo sub >mnt/@rootfs/file \
    && btrfs -q subvolume set-default mnt/@home \
    && btrfs -q subvolume snapshot -r mnt/@rootfs mnt/@home/before
  local rc=$?
  umount mnt
  return $rc
}

{ make_tree && make_gpt && make_mbr; } >images.log 2>&1 || { sed 's/^/# /' images.log; skip_all "cannot make the test disks"; }
make_lvm >lvm.log 2>&1 || { rm -f lvm.raw; sed 's/^/# no LVM disk: /' lvm.log; }
make_btrfs >btrfs.log 2>&1 || { rm -f btrfs.raw; sed 's/^/# no btrfs disk: /' btrfs.log; }
truncate -s 1M blank.raw

inode () { debugfs -R "stat $1" "gpt.raw?offset=$((2 * MB))" 2>/dev/null | sed -nE 's/^Inode: ([0-9]+).*Mode: *([0-9]+).*/\1 \2/p'; }
before=$(inode /etc/fstab)

run () { # program
  "$progs/$1" --tap >prog.out 2>prog.err
  local rc=$?
  grep -E 'measured|(not )?ok|Bail|locked:|qcow2:|unknown:' prog.out | grep -v DEBUG | sed 's/^/# /'
  ok "$1 passes" test $rc -eq 0
  [ $rc -eq 0 ] || cat prog.err prog.out | tail -n 40 | sed 's/^/# /'
  is "$1 prints nothing on standard error" "$(head -c 2000 prog.err)" ""
}
run test-guest
run test-guest-stop
is "writing in place keeps inode and mode" "$(inode /etc/fstab)" "$before"
is "what was written is on the disk" \
  "$(debugfs -R 'cat /etc/fstab' "gpt.raw?offset=$((2 * MB))" 2>/dev/null)" "written in place"
is "nine MiB were written" \
  "$(debugfs -R 'cat /nine' "gpt.raw?offset=$((2 * MB))" 2>/dev/null | tr -d w | wc -c)" 0
ok "the file system is clean" \
  bash -c "dd if=gpt.raw of=p2.after bs=$MB skip=2 count=300 status=none && e2fsck -fn p2.after"
is "no qemu is left" "$(pgrep -f "$T" | wc -l)" 0
done_testing
