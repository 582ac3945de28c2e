#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every test disk is what its recipe says: it boots as it boots in EC2, and does not
# boot on virtio, or a conversion would prove nothing.  V2V_E2E_IMAGES names the
# recipes.  A cold cache needs root and the network.
. "${V2V_SRCDIR:-$(dirname "$0")/../..}/tests/functions.sh"
requires python3 qemu-system-x86_64

images=$V2V_SRCDIR/tests/images
boot () { # bus until timeout
  # shellcheck disable=SC2086 # two words or none
  timeout -k 10 $(($3 + 30)) "$images/boot-image" --bus "$1" --until "$2" --timeout "$3" \
    --firmware "$firmware" $second ${passphrase:+--answer "$passphrase"} --log "$T/$name-$1.log" "$disk" >"$T/result"
  local rc=$?
  echo "# $name $1 $firmware: $(cat "$T/result")" >&3
  return $rc
}
exec 3>&1

for name in ${V2V_E2E_IMAGES:-debian12-ec2 debian12-ec2-uefi-lvm-xfs}; do
  if ! disk=$("$images/make-image" "$name" 2>"$T/$name.build"); then
    [ "$(id -u)" = 0 ] || skip_all "building $name needs root"
    _result 1 "$name: builds"
    sed 's/^/# /' "$T/$name.build" | tail -20
    continue
  fi
  _result 0 "$name: builds"
  recipe=$(dirname "$disk")/recipe
  second=
  [ ! -e "${disk%.raw}-disk1.raw" ] || second="--disk2 ${disk%.raw}-disk1.raw"
  passphrase=
  ! grep -q '^LUKS=yes' "$recipe" || passphrase='unlock disk cr_root: $=open-sesame'
  firmwares=$(sed -n 's/^FIRMWARE=//p' "$recipe")
  case ${firmwares:-hybrid} in
    hybrid) firmwares="bios uefi" ;;
  esac
  for firmware in $firmwares; do
    if grep -q '^INITRAMFS=xen' "$recipe"; then
      _result 0 "$name: boots on Xen # SKIP there is no Xen here"
      continue
    fi
    ok "$name: boots on NVMe ($firmware)" boot nvme root 300
  done
  # A guest that is ready for virtio is the twin that must boot there.
  if grep -Eq '^INITRAMFS=(virtio|most)' "$recipe"; then
    ok "$name: boots on virtio-blk as it is" boot virtio-blk root 300
    ok "$name: boots on virtio-scsi as it is" boot virtio-scsi root 300
  else
    ok "$name: does not boot on virtio-blk" boot virtio-blk fail 400
  fi
done
done_testing
