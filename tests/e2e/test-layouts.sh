# SPDX-License-Identifier: GPL-2.0-or-later
# Engine virt-v2v on layouts that it takes: each must fail on virtio-blk before and boot after.
# V2V_E2E_LAYOUTS="RECIPE:FIRMWARE ..." chooses; V2V_E2E_MATRIX=1 takes all.
. "$V2V_SRCDIR/tests/functions.sh"
. "$V2V_SRCDIR/tests/e2e/functions.sh"
root_required
requires qemu-system-x86_64 qemu-img virt-v2v-in-place

layouts=${V2V_E2E_LAYOUTS:-debian12-ec2-uefi-lvm-xfs:uefi}
[ -z "${V2V_E2E_MATRIX:-}" ] \
  || layouts="debian12-ec2-uefi-lvm-xfs:uefi debian12-ec2-btrfs:bios debian11-ec2:bios debian13-ec2:uefi"

for layout in $layouts; do
  recipe=${layout%:*} firmware=${layout#*:}
  if ! disk=$(guest_copy "$recipe" "$recipe"); then
    _result 1 "$recipe: can be made"
    continue
  fi
  ok "$recipe: does not boot on virtio-blk before" timed "$recipe before" \
    boot "$disk" --bus virtio-blk --firmware "$firmware" --until fail --timeout 300
  timed "$recipe convert" "$V2V" convert --engine virt-v2v --name "$recipe" -o "$T/$recipe" "$disk" 2>"$T/$recipe.log"
  is "$recipe: converts" $? 0
  grep -vE '^ +\|' "$T/$recipe.log" | sed 's/^/# /' | head -40
  validate "$recipe" "$T/$recipe"
  is "$recipe: planning again finds nothing to change" "$(plan_of --engine virt-v2v "$disk")" ""
  ok "$recipe: boots on virtio-blk after" timed "$recipe after" \
    boot "$disk" --bus virtio-blk --firmware "$firmware" --until root --timeout 300
  rm -f "$disk"
done
done_testing
