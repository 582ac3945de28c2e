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

# cloud-init knows an EC2 instance by its firmware's uuid: none of that form goes into a
# description, in whatever order its bytes stand, not even when nothing else speaks of EC2.
emit_uuid () { # name, uuid
  cat >"$T/$1.domain" <<X
<domain type='kvm'><name>$1</name><uuid>$2</uuid><memory unit='GiB'>1</memory><vcpu>1</vcpu>
<os><type arch='x86_64'>hvm</type></os>
<sysinfo type='smbios'><system><entry name='uuid'>$2</entry><entry name='serial'>$2</entry></system></sysinfo>
<devices><disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='$disk'/><target dev='sda' bus='scsi'/></disk></devices>
</domain>
X
  "$V2V" emit --no-inspect -i libvirtxml -o "$T/$1" "$T/$1.domain" 2>"$T/$1.err"
}
for row in begins:EC2a1c2b-aaaa-4bbb-8ccc-0123456789ab swapped:45e12aec-dcd1-4213-94ed-012345abcdef; do
  name=${row%%:*}
  ok "$name: a domain with a uuid of EC2's form is described" emit_uuid "$name" "${row#*:}"
  ok "$name: with a warning" grep -q "warning: .*uuid '.*' is not kept" "$T/$name.err"
  not_ok_cmd "$name: the uuid is in no description" grep -iq "${row#*:}" "$T/$name/$name.xml" "$T/$name/$name.yaml"
done
ok "another uuid" emit_uuid other 564d1c2b-aaaa-4bbb-8ccc-0123456789ab
is "is kept in both" "$(grep -l 564d1c2b-aaaa-4bbb-8ccc-0123456789ab "$T"/other/other.{xml,yaml} | wc -l)" 2
is "the disk was not touched" "$(stat -c '%Y %Z %b' "$disk")" "$before"
done_testing
