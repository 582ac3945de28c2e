# SPDX-License-Identifier: GPL-2.0-or-later
# The native engine: guests that do not boot on virtio do so after it, on both buses, and
# no program of theirs has run.  V2V_E2E_NATIVE="RECIPE:FIRMWARE ..." chooses;
# V2V_E2E_MATRIX=1 takes all, about two minutes each.
. "$V2V_SRCDIR/tests/functions.sh"
. "$V2V_SRCDIR/tests/e2e/functions.sh"
root_required
requires qemu-system-x86_64 qemu-img python3

guests=${V2V_E2E_NATIVE:-debian12-ec2:bios debian12-ec2-dracut:bios amzn2023-ec2:uefi}
[ -z "${V2V_E2E_MATRIX:-}" ] || guests=$(matrix_guests)

# boot_on BUS UNTIL: the guest's disks, none of them written
boot_on () {
  boot "${disks[0]}" ${disks[1]:+--disk2 "${disks[1]}"} --bus "$1" --firmware "$firmware" --until "$2" --timeout "${V2V_BOOT_TIMEOUT:-300}"
}

# The seconds that boot-image has told of the last "ok".
root_seconds () {
  python3 -c 'import json,sys
for line in open(sys.argv[1]):
    if line.startswith("{"):
        print(json.loads(line)["seconds"].get("root", "-"))' "$T/.ok.out"
}

from_report () { # key, report
  python3 -c 'import json,sys; print(json.load(open(sys.argv[2])).get(sys.argv[1], "-"))' "$@"
}

one_guest () { # recipe: adds a row to the table
  local recipe=$1 start converted blk scsi
  ok "$recipe ($firmware): does not boot on virtio-blk before" boot_on virtio-blk fail
  start=$SECONDS
  "$V2V" convert --engine native --name "$recipe" -o "$T/$recipe" "${disks[@]}" 2>"$T/$recipe.log"
  is "$recipe ($firmware): converts" $? 0
  converted=$((SECONDS - start))
  grep -vE '^ +\|' "$T/$recipe.log" | sed 's/^/# /' | head -40
  if [ ! -s "$T/$recipe/$recipe-report.json" ]; then
    printf '%-28s %-8s %8s %8s %8s\n' "$recipe" "$firmware" "failed" - - >>"$V2V_TABLE"
    return
  fi
  like "$recipe ($firmware): by the native engine" "$T/$recipe/$recipe-report.json" '"engine" *: *"native'
  is "$recipe ($firmware): in one appliance, so no program of the guest has run" \
    "$(from_report appliance_boots "$T/$recipe/$recipe-report.json")" 1
  is "$recipe ($firmware): planning again finds nothing to change" "$(plan_of "${disks[@]}")" ""
  ok "$recipe ($firmware): boots on virtio-blk after" boot_on virtio-blk root
  blk=$(root_seconds)
  ok "$recipe ($firmware): boots on virtio-scsi after" boot_on virtio-scsi root
  scsi=$(root_seconds)
  printf '%-28s %-8s %8s %8s %8s\n' "$recipe" "$firmware" "$converted" "${blk:--}" "${scsi:--}" >>"$V2V_TABLE"
}

printf '%-28s %-8s %8s %8s %8s\n' recipe firmware "convert" "blk" "scsi" >"$V2V_TABLE"
for guest in $guests; do
  firmware=${guest#*:}
  if ! disk=$(guest_copy "${guest%:*}" guest); then
    _result 1 "$guest: can be made"
    continue
  fi
  disks=("$disk")
  [ ! -e "$T/guest-disk1.raw" ] || disks+=("$T/guest-disk1.raw")
  one_guest "${guest%:*}"
  rm -rf "$T"/guest*.raw "$T/guest.key" "${T:?}/${guest%:*}"
done
echo "# seconds to convert, and to the mounted root on virtio-blk and virtio-scsi:"
sed 's/^/# /' "$V2V_TABLE"
done_testing
