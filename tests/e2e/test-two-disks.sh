# SPDX-License-Identifier: GPL-2.0-or-later
# -i libvirtxml with two disks, by engine virt-v2v: the data disk is named by its NVMe name in
# fstab, and what virt-v2v is known to damage or to leave behind is not there.
. "$V2V_SRCDIR/tests/functions.sh"
. "$V2V_SRCDIR/tests/e2e/functions.sh"
root_required
requires qemu-system-x86_64 qemu-img virt-v2v-in-place

disk=$(guest_copy debian12-ec2-two-disks db) || skip_all "the guest could not be made"
data=$T/db-disk1.raw
cat >"$T/db.xml" <<X
<domain type='kvm'>
  <name>db01</name>
  <memory unit='GiB'>2</memory>
  <vcpu>2</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='raw'/>
      <source file='$disk'/><target dev='sda' bus='scsi'/></disk>
    <disk type='file' device='disk'><driver name='qemu' type='raw'/>
      <source file='$data'/><target dev='sdb' bus='scsi'/></disk>
    <interface type='bridge'><mac address='0a:ff:c0:11:22:33'/><source bridge='br0'/><model type='e1000'/></interface>
    <interface type='bridge'><mac address='0a:ff:c0:11:22:34'/><source bridge='br1'/><model type='e1000'/></interface>
  </devices>
</domain>
X
# Two things that virt-v2v by itself comes to grief over: NVMe names in fstab, which it turns
# into others that do not exist, and a blank before a module's name.
in_root_fs rw "$disk" sed -i '$s/^/ /' etc/initramfs-tools/modules
with_root_fs "$disk" cat etc/initramfs-tools/modules >"$T/modules"
like "a line of initramfs-tools' modules begins with a blank" "$T/modules" '^ [a-z]'
if [ -n "${V2V_E2E_MATRIX:-}" ]; then
  cp --sparse=always "$disk" "$T/peer.raw"
  not_ok_cmd "virt-v2v alone fails on this guest" env LIBGUESTFS_BACKEND=direct LIBGUESTFS_BACKEND_SETTINGS=force_tcg \
    timeout 900 virt-v2v-in-place -i disk "$T/peer.raw"
  in_root_fs rw "$T/peer.raw" sed -i 's/^ //' etc/initramfs-tools/modules
  ok "without the blank it succeeds" env LIBGUESTFS_BACKEND=direct LIBGUESTFS_BACKEND_SETTINGS=force_tcg \
    timeout 900 virt-v2v-in-place -i disk "$T/peer.raw"
  with_root_fs "$T/peer.raw" cp etc/fstab "$T/peer.fstab"
  like "and damages fstab" "$T/peer.fstab" '^/dev/nvme0n12 '
  with_root_fs "$T/peer.raw" find etc boot usr/lib/modules-load.d -name '*.augsave' -o -name '*.pre-v2v' >"$T/peer.litter"
  like "and leaves litter" "$T/peer.litter" .
  rm -f "$T/peer.raw"
fi
ok "before: does not boot on virtio-blk" boot "$disk" --disk2 "$data" --bus virtio-blk --until fail --timeout 240

timed "convert" "$V2V" convert --engine virt-v2v -i libvirtxml -o "$T/out" "$T/db.xml" 2>"$T/convert.log"
is "convert -i libvirtxml succeeds" $? 0
grep -vE '^ +\|' "$T/convert.log" | sed 's/^/# /' | head -60
like "both disks are in the VM" "$T/out/db01.yaml" 'db01-disk-1'
like "the second NIC is left out with a warning" "$T/convert.log" 'warning: .*(NIC|interface|network)'
like "the data disk's NVMe name became a UUID" "$T/out/db01-report.json" '"-/dev/nvme1n1'
is "planning again finds nothing to change" "$(plan_of --engine virt-v2v -i libvirtxml "$T/db.xml")" ""
with_root_fs "$disk" cp -a etc/fstab "$T/fstab"
unlike "fstab: no NVMe name, right or damaged" "$T/fstab" '^/dev/nvme'
with_root_fs "$disk" find etc boot usr/lib/modules-load.d -name '*.augsave' -o -name '*.pre-v2v' >"$T/litter"
is "no litter of virt-v2v is left" "$(cat "$T/litter")" ""
validate db01 "$T/out"
ok "after: boots on virtio-blk to a login prompt, and is reached by ssh" timed "boot to login" \
  boot "$disk" --disk2 "$data" --bus virtio-blk --nic virtio-net --until login --timeout 600 \
  --hostfwd $SSH_PORT:22 --exec "$(in_guest db 'findmnt -n -o SOURCE /srv/data; findmnt -n -o SOURCE /srv/disk1; cat /srv/data/V2V-MARKER /srv/disk1/V2V-MARKER')"
is "both data file systems are mounted from virtio disks" "$(grep -cE '^/dev/vd[a-z]' "$T/db.said")" 2
sed 's/^/# guest: /' "$T/db.said"
done_testing
