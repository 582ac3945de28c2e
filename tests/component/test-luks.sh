#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Guests whose root is in an encrypted volume: LUKS 2, and LVM in LUKS 1.
. "$(dirname "${BASH_SOURCE[0]}")/../functions.sh"
export PATH=$PATH:/usr/sbin:/sbin
requires guestfish qemu-img cpio cryptsetup sfdisk mke2fs
export V2V_WORKDIR=$T/work
# guestfish asks neither the program nor us whether KVM would answer.
export LIBGUESTFS_BACKEND=direct
grep -qE '^flags.* (vmx|svm)( |$)' /proc/cpuinfo || export LIBGUESTFS_BACKEND_SETTINGS=force_tcg
boot=11111111-2222-4333-8444-555555555555

# A small guest from EC2 in $T/tree; what verify/ asks for is built in.  name of the root
tree () {
  local modules=$T/tree/usr/lib/modules/6.1.0-0 driver
  rm -rf "$T/tree" "$T/boot"
  mkdir -p "$T/tree"/{etc/network,bin,usr/bin,boot,var/lib,home,root,proc,sys,dev} "$T/boot/grub" "$modules/kernel"
  install -D /dev/null "$T/boot/grub/i386-pc/normal.mod"
  printf 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12"\n' >"$T/tree/etc/os-release"
  printf 'root:x:0:0:root:/root:/bin/sh\n' >"$T/tree/etc/passwd"
  printf '%s / ext4 defaults 0 1\n/dev/nvme0n1p1 /boot ext4 defaults 0 2\n' "$1" >"$T/tree/etc/fstab"
  printf '# volumes\ncr_root\t/dev/nvme0n1p2 none luks,discard\nold /dev/nvme3n1 none luks\n' >"$T/tree/etc/crypttab"
  printf '#!/bin/sh\n' >"$T/tree/bin/sh"
  printf 'auto ens3\niface ens3 inet dhcp\n' >"$T/tree/etc/network/interfaces"
  for driver in virtio virtio_ring virtio_pci virtio_blk virtio_net virtio_scsi sd_mod ext4 dm_crypt; do
    echo "kernel/$driver.ko"
  done >"$modules/modules.builtin"
  : >"$modules/modules.dep"
  ln -s usr/lib "$T/tree/lib"
  printf 'kernel' >"$T/boot/vmlinuz-6.1.0-0"
  (cd "$T/tree/bin" && echo sh | cpio --quiet -o -H newc) >"$T/boot/initrd.img-6.1.0-0"
  printf 'menuentry "Debian GNU/Linux" {\n  linux /vmlinuz-6.1.0-0 root=%s ro\n  initrd /initrd.img-6.1.0-0\n}\n' \
    "$1" >"$T/boot/grub/grub.cfg"
  tar -C "$T/tree" -cf "$T/$2.tar" . && mv "$T/boot" "$T/$2-boot"
}

printf 'open-sesame\n' >"$T/key"
printf 'open barley\n' >"$T/wrong"
tree /dev/mapper/cr_root plain
tree /dev/mapper/vg0-root lvm
disk () { # NAME TYPE: /boot, and an encrypted volume that is still empty
  truncate -s 17M "$T/boot.raw"
  truncate -s 47M "$T/volume.raw"
  mke2fs -q -t ext4 -U $boot -d "$T/$1-boot" "$T/boot.raw" 16M
  # Few rounds: the usual key derivation takes a minute without KVM.
  printf open-sesame | cryptsetup -q luksFormat --type "$2" --pbkdf pbkdf2 --pbkdf-force-iterations 1000 \
    --key-file - "$T/volume.raw"
  { head -c 1M /dev/zero; cat "$T/boot.raw" "$T/volume.raw"; } >"$T/$1.raw"
  printf 'start=2048, size=34816\nstart=36864\n' | sfdisk -q "$T/$1.raw"
  printf 'GRUB ' | dd of="$T/$1.raw" bs=1 seek=384 conv=notrunc status=none
}
lap=$SECONDS
disk plain luks2 && disk lvm luks1
# There is no device mapper to rely on outside of an appliance.
yes open-sesame | timeout 280 guestfish --keys-from-stdin --format=raw -a "$T/plain.raw" -a "$T/lvm.raw" \
  -- run : luks-open /dev/sda2 a : mkfs ext4 /dev/mapper/a : mount /dev/mapper/a / \
  : tar-in "$T/plain.tar" / : umount / : luks-close /dev/mapper/a \
  : luks-open /dev/sdb2 b : pvcreate /dev/mapper/b : vgcreate vg0 /dev/mapper/b \
  : lvcreate root vg0 24 : mkfs ext4 /dev/vg0/root : mount /dev/vg0/root / \
  : tar-in "$T/lvm.tar" / : umount / : vg-activate false vg0 : luks-close /dev/mapper/b \
  >"$T/made" 2>&1
rc=$?
echo "# made in $((SECONDS - lap)) s"
sed 's/^/# /' "$T/made"
is "the encrypted disks are made" "$rc" 0
[ "$rc" -eq 0 ] || done_testing
v2v () { # COMMAND DISK [option...]
  local command=$1 disk=$2
  shift 2
  lap=$SECONDS
  timeout 300 "$V2V" "$command" "$@" "$T/$disk.raw" >"$T/out" 2>"$T/err"
  rc=$?
  echo "# $command in $((SECONDS - lap)) s"
  grep -E '(warning|error):' "$T/err" | sed 's/^/# /'
  ! grep -r 'sesame' "$T/out" "$T/err" "$T/descriptions" 2>/dev/null || rc="$rc, and the key is shown"
}
native=(--engine native --kubevirt none -o "$T/descriptions")
header () { tail -c +18874369 "$T/plain.raw" | head -c 16M | sha256sum; }
before=$(sha256sum <"$T/plain.raw")
head=$(header)

v2v convert plain "${native[@]}"
is "no key: refused" "$rc" 4
is "no key: one line" "$(grep -c error: "$T/err")" 1
like "no key: it says what to give" "$T/err" "error: .*'/dev/sda2' is a LUKS volume.*--key all:file:FILE"
v2v convert plain --key "all:file:$T/wrong" "${native[@]}"
is "wrong key: refused" "$rc" 4
is "wrong key: one line" "$(grep -c error: "$T/err")" 1
like "wrong key: it says so" "$T/err" "error: .*'/dev/sda2' is a LUKS volume: the key that was given does not open it"
v2v inspect plain --key "/dev/sda9:file:$T/key"
is "a key for a volume that is not there: a mistake in the options" "$rc" 2
like "it names it" "$T/err" "error: --key: there is no LUKS volume '/dev/sda9'"
v2v inspect plain --key "/dev/sda2:file:$T/wrong" --key "/dev/vg0/data:file:$T/key"
is "a wrong key for what may hold the other volume: refused" "$rc" 4
like "it is the cause that is told" "$T/err" "error: .*'/dev/sda2' is a LUKS volume: the key that was given does not open it"
head -c 8193 /dev/zero | tr '\0' a >"$T/big"
v2v plan plain --key "all:file:$T/big"
is "a key file that is too large" "$rc" 2
like "one line for it" "$T/err" "error: --key: '.*/big' has more than 8192 bytes"
is "and nothing is changed" "$(sha256sum <"$T/plain.raw")" "$before"

v2v plan plain --key "all:file:$T/wrong" --key "all:file:$T/key"
is "the second key fits: a plan" "$rc" 0
like "its crypttab is put right" "$T/out" '^ +\+cr_root.UUID=[0-9a-f-]{36} none luks,discard'
like "a volume that is not there is made optional" "$T/out" '^ +\+old /dev/nvme3n1 none luks,nofail'
like "fstab too" "$T/out" "^ +\\+UUID=$boot /boot"
is "a plan writes nothing" "$(sha256sum <"$T/plain.raw")" "$before"

# With all that libguestfs would tell: the key is in none of it.
LIBGUESTFS_TRACE=1 v2v convert plain -v --key "/dev/sda2:file:$T/key" "${native[@]}"
like "what is passed to libguestfs is logged" <(cat "$T/out" "$T/err") 'cryptsetup_open "/dev/sda2" "\*\*\*"'
is "LUKS 2: converted" "$rc" 0
is "its header is as it was" "$(header)" "$head"
v2v plan plain --key "all:file:$T/key" --format json
is "a second plan" "$rc" 0
like "is empty" "$T/out" '"changes" : \[\]'
v2v verify plain --key "all:file:$T/key" --format json
is "verified" "$rc" 0
like "crypttab leads to the volume" "$T/out" '"evidence" : "UUID=[0-9a-f-]{36} is /dev/sda2"'
like "the root is what is inside" "$T/out" '"evidence" : "/dev/mapper/cr_root for / is /dev/mapper/luks-'

v2v convert lvm --key "all:file:$T/key" "${native[@]}"
is "LVM in LUKS 1: converted" "$rc" 0
v2v inspect lvm --key "all:file:$T/key" --format json
is "and inspected" "$rc" 0
like "the root is the logical volume" "$T/out" '"root" : "/dev/vg0/root"'
like "the volume that holds it" "$T/out" '"container" : "/dev/sda2"'
# As cryptsetup makes them by default: a key derivation that wants 1 GiB of memory.  The
# appliance has that much; here it is given less.
truncate -s 20M "$T/hungry.raw"
printf open-sesame | cryptsetup -q luksFormat --type luks2 --pbkdf argon2id --pbkdf-memory 1048576 \
  --pbkdf-force-iterations 4 --key-file - "$T/hungry.raw"
LIBGUESTFS_MEMSIZE=700 v2v inspect hungry --key "all:file:$T/key"
is "no memory for the key: refused" "$rc" 4
is "no memory for the key: one line" "$(grep -c error: "$T/err")" 1
like "no memory for the key: it says what to do" "$T/err" "error: .*'/dev/sda' is a LUKS volume.*set LIBGUESTFS_MEMSIZE=4608"
done_testing
