#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# data/qemu-tcg changes one argument of qemu's, and only where libguestfs asks for TCG alone.
. "$(dirname "${BASH_SOURCE[0]}")/../functions.sh"
cat >"$T/qemu" <<'SH'
#!/bin/sh
for word do printf '[%s]' "$word"; done
SH
chmod +x "$T/qemu"
run () { V2V_QEMU=$T/qemu "$V2V_SRCDIR/data/qemu-tcg" "$@"; }

is "libguestfs 1.48 names no machine" "$(run -machine accel=tcg -m 1280)" "[-accel][tcg,tb-size=128][-m][1280]"
is "libguestfs 1.54 does" "$(run -machine q35,accel=tcg)" "[-accel][tcg,tb-size=128][-machine][q35]"
is "what else is said of the machine stays" "$(run -machine accel=tcg,graphics=off)" "[-accel][tcg,tb-size=128][-machine][graphics=off]"
is "on both sides" "$(run -machine virt,accel=tcg,gic-version=3)" "[-accel][tcg,tb-size=128][-machine][virt,gic-version=3]"
is "a test of what KVM can is left alone" "$(run -machine accel=kvm:tcg)" "[-machine][accel=kvm:tcg]"
is "a machine alone" "$(run -machine q35)" "[-machine][q35]"
is "words are words" "$(run -append "root=/dev/sda  quiet" '' 'a*' -machine)" "[-append][root=/dev/sda  quiet][][a*][-machine]"
is "no arguments" "$(run)" ""
V2V_QEMU='' "$V2V_SRCDIR/data/qemu-tcg" -version >"$T/out" 2>&1
is "no qemu is an error" "$((! $?))" 0
done_testing
