# SPDX-License-Identifier: GPL-2.0-or-later
# --skip-guest-conversion --no-inspect: outputs without an appliance, not a byte written.
. "$V2V_SRCDIR/tests/functions.sh"
requires qemu-img
unset V2V_source V2V_inPlace V2V_vmName V2V_libvirtURL V2V_WORKDIR
disk=$T/disk.img
truncate -s 64M "$disk"
chmod 0444 "$disk"
before=$(stat -c '%Y %Z %b' "$disk")

ok "emit --no-inspect" "$V2V" emit --no-inspect --name 'Web 01' -o "$T/out" "$disk"
is "the name becomes a DNS label" "$(cd "$T/out" && echo *)" "web-01-report.json web-01.xml web-01.yaml"
like "virtio is the default" "$T/out/web-01.yaml" 'bus: "virtio"'
like "it says that it was not inspected" "$T/out/web-01-report.json" 'not inspected'
ok "compatibility mode" "$V2V" convert --skip-guest-conversion --no-inspect --compatibility-mode on -o "$T/compat" "$disk"
like "SATA" "$T/compat/disk.yaml" 'bus: "sata"'
like "e1000e" "$T/compat/disk.yaml" 'model: "e1000e"'
like "libvirt: SATA" "$T/compat/disk.xml" 'bus="sata"'
ok "a fragment" "$V2V" emit --no-inspect --kubevirt fragment -o "$T/frag" "$disk"
unlike "a fragment has no kind" "$T/frag/disk.yaml" '^kind:'
like "a fragment is a VirtualMachineInstanceSpec" "$T/frag/disk.yaml" '^domain:'
ok "no KubeVirt file" "$V2V" emit --no-inspect --kubevirt none -o "$T/none" "$disk"
not_ok_cmd "none means none" test -e "$T/none/disk.yaml"
is "the disk was not touched" "$(stat -c '%Y %Z %b' "$disk")" "$before"
done_testing
