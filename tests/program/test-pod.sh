# SPDX-License-Identifier: GPL-2.0-or-later
# The conversion pod by its environment: which disks, which mode, which exit status.
. "$V2V_SRCDIR/tests/functions.sh"
requires qemu-img
export V2V_SEARCH_ROOT=$T/pod V2V_inPlace=1 V2V_source=ec2 V2V_vmName=web V2V_WORKDIR=$T/work
mkdir -p "$T/pod/dev" "$T/pod/mnt/disks/disk10" "$T/pod/tmp"
truncate -s 64M "$T/pod/dev/block2" "$T/pod/dev/block0" "$T/pod/mnt/disks/disk10/disk.img"
describe=(--skip-guest-conversion --no-inspect)

pod () { "$V2V" "$@" >"$T/out" 2>"$T/err"; echo $?; }

is "disk mode" "$(pod "${describe[@]}")" 0
like "the mode and its reason are logged" "$T/err" 'mode disk: disks are there'
like "a gap in the numbers is a warning" "$T/err" 'warning: volume number 1 is not there'
is "numeric order: 0, 2, 10" "$(grep -oE 'disk [0-9]: [^ ]+' "$T/err" | sed "s,$T/pod,," | tr '\n' ';')" \
  "disk 0: /dev/block0;disk 1: /dev/block2;disk 2: /mnt/disks/disk10/disk.img;"
ok "the VM is in the work directory" test -s "$T/work/web.yaml"
is "it is the only YAML there" "$(find "$T/work" -name '*.yaml' | wc -l)" 1
ok "the report too" test -s "$T/work/report.json"

cat >"$T/pod/tmp/input.xml" <<'X'
<domain type='kvm'><name>db</name><devices>
<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='/vmfs/0.vmdk'/><target dev='sda' bus='scsi'/></disk>
<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='/vmfs/1.vmdk'/><target dev='sdb' bus='scsi'/></disk>
<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='/vmfs/2.vmdk'/><target dev='sdc' bus='scsi'/></disk>
</devices></domain>
X
is "a domain file selects libvirtxml" "$(pod "${describe[@]}")" 0
like "libvirtxml and its reason" "$T/err" 'mode libvirtxml: the domain file exists'
is "-i disk beats it" "$(pod -i disk "${describe[@]}")" 0
like "the flag is the reason" "$T/err" 'mode disk: -i says so'
rm "$T/pod/mnt/disks/disk10/disk.img"
rmdir "$T/pod/mnt/disks/disk10"
is "fewer volumes than the domain has disks" "$(pod "${describe[@]}")" 2
rm "$T/pod/tmp/input.xml"

is "storage errors are folded to 1" "$(pod "${describe[@]}" -o /proc/nowhere)" 1
is "usage errors stay 2" "$(pod --frobnicate)" 2
mkdir "$T/pod/dev/block7"
is "a volume that is a directory" "$(pod "${describe[@]}")" 2
rmdir "$T/pod/dev/block7"

mkdir -p "$T/pod/etc/luks/..2026_01"
printf 'only for the eyes of LUKS\n' >"$T/pod/etc/luks/..2026_01/disk"
ln -s ..2026_01 "$T/pod/etc/luks/..data"
ln -s ..data/disk "$T/pod/etc/luks/disk"
is "a volume of keys as Kubernetes mounts it" "$(V2V_NBDE_CLEVIS=true pod -v "${describe[@]}")" 0
like "clevis is not done" "$T/err" 'warning: V2V_NBDE_CLEVIS is ignored'
unlike "no key in the log" "$T/err" 'eyes of LUKS'
ok "nor in the output" sh -c "! grep -r 'eyes of LUKS' '$T/work'"
: >"$T/pod/etc/luks/second"
is "an empty key is a usage error" "$(pod "${describe[@]}")" 2
like "the file is named" "$T/err" "error: --key: '.*/etc/luks/second' is empty"
rm -r "$T/pod/etc/luks"
ln -s "$T/late" "$T/pod/dev/block3"
( sleep 1; truncate -s 64M "$T/late" ) &
is "a volume that comes late is waited for" "$(pod "${describe[@]}")" 0
rm "$T/late"
export V2V_DISK_WAIT=1
is "a volume that never comes is a failure" "$(pod "${describe[@]}")" 1
like "it names the device" "$T/err" 'error: disk .*block3. is not available'
rm -r "$T/pod/dev"
is "no volumes at all is a usage error" "$(pod "${describe[@]}")" 2
like "no disk" "$T/err" 'no disk'
done_testing
