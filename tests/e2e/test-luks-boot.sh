# SPDX-License-Identifier: GPL-2.0-or-later
# Matrix only.
# A guest whose root is encrypted, converted with its passphrase in a file and booted by typing
# it; without a conversion the passphrase is not even asked for.  Engine virt-v2v says that it
# cannot, before it changes anything.
. "$V2V_SRCDIR/tests/functions.sh"
. "$V2V_SRCDIR/tests/e2e/functions.sh"
root_required
requires qemu-system-x86_64 qemu-img python3

disk=$(guest_copy debian12-ec2-luks guest) || skip_all "the guest could not be made"
printf 'open-sesame\n' >"$T/passphrase"
key=(--key "all:file:$T/passphrase")
# boot_asked BUS UNTIL: types the passphrase when the guest asks for it
boot_asked () {
  boot "$disk" --bus "$1" --until "$2" --timeout "${V2V_BOOT_TIMEOUT:-300}" --answer 'unlock disk cr_root: $=open-sesame'
}

ok "before: does not boot on virtio-blk" timed "twin" boot_asked virtio-blk fail
like "and has not found its volume" "$T/.ok.out" '"unasked": 1'
before=$(sha "$disk")
if command -v virt-v2v-in-place >/dev/null; then
  "$V2V" convert --engine virt-v2v "${key[@]}" -o "$T/out" "$disk" 2>"$T/err"
  is "virt-v2v does not find such a root: unsupported" $? 3
  like "which is said" "$T/err" "error: .*'/dev/mapper/cr_root': use --engine native"
fi
"$V2V" convert --engine native -o "$T/out" "$disk" 2>"$T/err"
is "without the passphrase: refused" $? 4
is "nothing was changed by either" "$(sha "$disk")" "$before"

timed "convert" "$V2V" convert --engine native "${key[@]}" --name guest -o "$T/out" "$disk" >"$T/said" 2>"$T/err"
is "with it: converted" $? 0
grep -vE '^ +\|' "$T/err" | sed 's/^/# /' | head -40
not_ok_cmd "the passphrase is nowhere" grep -rq open-sesame "$T/out" "$T/said" "$T/err"
"$V2V" plan --quiet --format json "${key[@]}" "$disk" >"$T/plan.json"
is "planning again" $? 0
like "finds nothing to change" "$T/plan.json" '"changes" : \[\]'
for bus in virtio-blk virtio-scsi; do
  ok "after: boots on $bus with the passphrase typed" timed "$bus" boot_asked $bus root
done
like "it was asked for" "$T/.ok.out" '"unasked": 0'
done_testing
