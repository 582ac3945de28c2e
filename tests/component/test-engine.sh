#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The virt-v2v engine with the installed virt-v2v on a real guest: it converts, trims
# nothing, writes nothing below the overlay, and when stopped leaves nobody behind.
. "${V2V_SRCDIR:-$(dirname "$0")/../..}/tests/functions.sh"
requires virt-v2v-in-place qemu-img python3
driver=$V2V_BUILDDIR/tests/program/engine-driver
image=$("$V2V_SRCDIR/tests/images/make-image" debian12-ec2) || skip_all "the test image cannot be built here"
before=$(sha256sum <"$image")
overlay=$T/overlay.qcow2

new_overlay () {
  rm -f "$overlay"
  qemu-img create -q -f qcow2 -b "$image" -F raw "$overlay"
}

zero_clusters () { # allocated in the overlay itself, 64 KiB each
  qemu-img map --output=json "$overlay" | python3 -c '
import json, sys
print(sum(e["length"] for e in json.load(sys.stdin) if e["depth"] == 0 and e["zero"]) // 65536)'
}

left () {
  grep -lzs -- "$T/" /proc/[0-9]*/cmdline | while read -r f; do
    pid=${f#/proc/}; pid=${pid%/cmdline}
    [ "$pid" = "$$" ] || tr '\0' ' ' <"$f"
  done | grep -E '(qemu-nbd|qemu-system|virt-v2v-in-place) '
}
gone () {
  for _ in $(seq 100); do [ -z "$(left)" ] && return 0; sleep 0.1; done
  left
  return 1
}

new_overlay
"$driver" probe "$T" "$overlay" >"$T/out"
like "probe" "$T/out" '^label: virt-v2v [0-9]+\.'

# Stopped while the appliance works.
"$driver" convert "$T" "$overlay" bus=nvme cancel-after=20000 >"$T/out"
like "cancelled: told" "$T/out" '^error cancelled: '
ok "cancelled: no process is left" gone

# virt-v2v killed alone.
new_overlay
"$driver" convert "$T" "$overlay" bus=nvme >"$T/out" &
pid=$!
for _ in $(seq 600); do grep -q 'Opening the source' "$T/out" && break; sleep 0.1; done
sleep 5
pkill -9 -P "$pid" virt-v2v
wait "$pid"
like "killed: told" "$T/out" '^error storage: .*was killed \(signal 9\)'
ok "killed: no process is left" gone

new_overlay
"$driver" convert "$T" "$overlay" bus=nvme >"$T/out"
is "convert: exit" "$?" 0
like "convert: virtio drivers" "$T/out" '^line: This guest has virtio drivers installed'
is "convert: known harmless warnings are not told" "$(grep -c '^warning:' "$T/out")" 0
sed -n 's/^seconds/# seconds/p' "$T/out"
zeros=$(zero_clusters)
echo "# zero clusters: $zeros"
# 30,000 and more with trimming; without it only what the guest itself zeroed.
ok "convert: nothing was trimmed" [ "$zeros" -lt 2000 ]
ok "convert: no process is left" gone
is "the disk below is as it was" "$(sha256sum <"$image")" "$before"
done_testing
