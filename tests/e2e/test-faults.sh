# SPDX-License-Identifier: GPL-2.0-or-later
# A real guest is converted, and verify finds no fault.  Then ten are planted in copies of its
# disk, one in each: verify must reject every one by the check that is about it and by no
# other, say where it is, and leave the disk alone.
. "$V2V_SRCDIR/tests/functions.sh"
. "$V2V_SRCDIR/tests/e2e/functions.sh"
root_required
requires qemu-img python3 sfdisk zstd cpio unmkinitramfs depmod setfattr mdel

good=$(guest_copy debian12-ec2-selinux good) || skip_all "the guest could not be made"
timed "convert" "$V2V" convert --engine native --name good -o "$T/out" "$good" >"$T/convert.log" 2>&1
is "the guest is converted" $? 0
ok "verify finds no fault in it" "$V2V" verify "$good"

# --- in the root of the guest.  Files are written in place: a new one would have no SELinux
# label, and that is a fault of its own.

in_image () { # COMMAND...: changes the initramfs, unpacked
  local tree=$T/unpacked
  rm -rf "$tree"
  unmkinitramfs boot/initrd.img-*-amd64 "$tree" || return 1
  [ ! -d "$tree/main" ] || tree=$tree/main
  ( cd "$tree" && "$@" && find . | sort | cpio -o -H newc --quiet | zstd -q ) >"$T/image" || return 1
  cat "$T/image" >"$(echo boot/initrd.img-*-amd64)"
}
index () { depmod -b "$PWD/usr" "$(ls usr/lib/modules)"; }

no_sd_mod () { # what is left for a disk is virtio_scsi, which finds none without sd_mod
  find . -name sd_mod.ko -delete
  find . -name virtio_blk.ko -delete
  index
}
stale_index () { # the driver is there, and modprobe does not know of it
  mv usr/lib/modules/*/kernel/drivers/block/virtio_blk.ko "$T/"
  index
  mv "$T/virtio_blk.ko" usr/lib/modules/*/kernel/drivers/block/
}
wrong_root () { # in the menu
  sed 's/root=[^ ]*/root=UUID=0badc0de-0000-4000-8000-000000000000/' boot/grub/grub.cfg >"$T/text"
  cat "$T/text" >boot/grub/grub.cfg
}
dangling_initrd () { mv "$(echo boot/initrd.img-*-amd64)" boot/gone; }
unresolvable_fstab () { echo 'UUID=0badc0de-0000-4000-8000-000000000000 /srv ext4 defaults 0 2' >>etc/fstab; }
truncated_cpio () { # the compressor does not see it
  zstd -dcq boot/initrd.img-*-amd64 | head -c 8000000 | zstd -q >"$T/image"
  cat "$T/image" >"$(echo boot/initrd.img-*-amd64)"
}
unlabelled_file () { setfattr -x security.selinux etc/fstab; }
pinned_mac () { # the only network configuration is for the card of the source
  local file
  for file in etc/netplan/*.yaml; do
    printf 'network:\n  version: 2\n  ethernets:\n    ens5:\n      match: {macaddress: "0a:1b:2c:3d:4e:5f"}\n      dhcp4: true\n' >"$file"
  done
  for file in etc/systemd/network/*.network; do
    printf '[Match]\nMACAddress=0a:1b:2c:3d:4e:5f\n[Network]\nDHCP=yes\n' >"$file"
  done
}
half_sshd_edit () { echo 'AuthorizedKeysCommand /bin/true' >>etc/ssh/sshd_config; }

# --- on the disk
missing_loader () { # neither for a BIOS nor for UEFI
  local esp
  dd if=/dev/zero of="$1" bs=440 count=1 conv=notrunc status=none
  esp=$(sfdisk -J "$1" | python3 -c 'import json,sys
print([p["start"] for p in json.load(sys.stdin)["partitiontable"]["partitions"] if p["type"].startswith("C12A7328")][0] * 512)')
  mdel -i "$1@@$esp" '::EFI/BOOT/*'
}

rejected () { # FAULT CHECK EVIDENCE
  local before
  before=$(sha "$T/bad.raw")
  "$V2V" verify --format json "$T/bad.raw" >"$T/verdict" 2>"$T/verify.log"
  is "$1: verify rejects the disk" $? 4
  python3 -c 'import json, sys
for c in json.load(open(sys.argv[1]))["checks"]:
    if c["state"] == "failed":
        print(c["id"], "|", c.get("subject", "-"), "|", c["evidence"])' "$T/verdict" >"$T/failed"
  sed 's/^/# /' "$T/failed"
  is "$1: by the check '$2'" "$(cut -d' ' -f1 "$T/failed" | sort -u)" "$2"
  like "$1: it says what is wrong" "$T/failed" "$3"
  is "$1: the disk is as it was" "$(sha "$T/bad.raw")" "$before"
}

try () { # FAULT CHECK EVIDENCE COMMAND...
  local fault=$1 check=$2 evidence=$3
  shift 3
  cp --sparse=always "$good" "$T/bad.raw"
  if ! "$@"; then
    _result 1 "$fault: can be planted"
    return
  fi
  rejected "$fault" "$check" "$evidence"
}
planted () { in_root_fs rw "$T/bad.raw" "$@"; }

try "missing sd_mod" kernel-drivers 'sd_mod' planted in_image no_sd_mod
try "stale index" kernel-drivers 'virtio_blk' planted in_image stale_index
try "wrong root=" boot-entries '0badc0de' planted wrong_root
try "dangling initrd" boot-entries 'initrd\.img' planted dangling_initrd
try "unresolvable fstab" fstab '0badc0de' planted unresolvable_fstab
try "truncated cpio" initramfs-sound 'initrd\.img' planted truncated_cpio
try "unlabelled file" labels '/etc/fstab' planted unlabelled_file
try "pinned MAC" network '0a:1b:2c:3d:4e:5f' planted pinned_mac
try "half sshd edit" sshd 'AuthorizedKeysCommand' planted half_sshd_edit
try "missing loader" loader 'EFI/BOOT|boot loader' missing_loader "$T/bad.raw"
done_testing
