# SPDX-License-Identifier: GPL-2.0-or-later
# The main job: an EC2 disk that does not boot on virtio, converted, does.  No engine is
# named: what a user gets who asks for nothing.
. "$V2V_SRCDIR/tests/functions.sh"
. "$V2V_SRCDIR/tests/e2e/functions.sh"
root_required
requires qemu-system-x86_64 qemu-img xmllint python3

disk=$(guest_copy debian12-ec2 web01) || skip_all "the guest could not be made"
original=$(sha "$disk")

ok "before: boots on NVMe" timed "boot nvme" boot "$disk" --bus nvme --until root --timeout 240
ok "before: does not boot on virtio-blk" timed "boot virtio (must fail)" \
  boot "$disk" --bus virtio-blk --until fail --timeout 240

# --- describing only
ok "skip-guest-conversion describes it" timed "describe" \
  "$V2V" convert --skip-guest-conversion --name web01 -o "$T/skip" "$disk"
is "not one byte was written to the disk" "$(sha "$disk")" "$original"
like "compatibility mode is not chosen: the guest has no AHCI driver" "$T/skip/web01.yaml" 'bus: "virtio"'
like "a warning says that it will not boot as it is" "$T/.ok.out" 'warning: .*virtio_blk'

# --- converting
timed "convert" "$V2V" convert -i disk --name web01 -o "$T/out" "$disk" 2>"$T/convert.log"
is "convert succeeds" $? 0
sed 's/^/# /' "$T/convert.log" | grep -vE '^# +\|' | head -60
for f in web01.xml web01.yaml web01-inspection.xml web01-report.json; do
  ok "convert wrote $f" test -s "$T/out/$f"
done
is "nothing else is left in the output directory" "$(ls -A "$T/out" | wc -l)" 4
like "the report names the engine" "$T/out/web01-report.json" '"native [0-9.]+'
like "the log says why this one" "$T/convert.log" "engine +native .*class 'debian' are proven by booting"
like "the report has the fstab change" "$T/out/web01-report.json" '/dev/nvme0n1p2'
is "the report knows how full the file systems are" \
  "$(python3 -c 'import json, sys; print(*(f["type"] for f in json.load(open(sys.argv[1]))["guest"]["filesystems"] if f["free"] > 0))' "$T/out/web01-report.json")" "ext4 vfat"
like "the VM boots from virtio" "$T/out/web01.yaml" 'bus: "virtio"'
is "inspection XML says what it is" \
  "$(xmllint --xpath 'string(/v2v-inspection/operatingsystem/osinfo)' "$T/out/web01-inspection.xml")" debian12
validate web01 "$T/out"

# --- what is in the guest now
with_root_fs "$disk" cp -a etc/fstab "$T/fstab"
with_root_fs "$disk" find etc boot usr/lib/modules-load.d -name '*.augsave' -o -name '*.pre-v2v' >"$T/litter"
like "fstab: the data partition is named by UUID" "$T/fstab" '^UUID=[0-9a-f-]+ /srv/data ext4'
unlike "fstab: no NVMe name, right or damaged" "$T/fstab" '^/dev/nvme'
is "no backup files of an editor are left" "$(cat "$T/litter")" ""
with_root_fs "$disk" sh -c 'cd boot && ls vmlinuz-* initrd.img-*' | grep -v '[.]v2v-wrapper-old$' | sed 's/^[^-]*-//' | sort | uniq -u >"$T/odd"
is "each kernel has its initramfs, and there is no other" "$(cat "$T/odd")" ""

is "planning again finds nothing to change" "$(plan_of "$disk")" ""
like "the guest keeps a record of what the rules did" \
  <(with_root_fs "$disk" cat var/lib/v2v-wrapper/record-1.json) '"storage-fstab-names"'

# --- the proof
ok "after: boots on virtio-blk and virtio-net to a login prompt, and is reached by ssh" \
  timed "boot virtio to login" boot "$disk" --bus virtio-blk --nic virtio-net --until login --timeout 600 \
  --hostfwd $SSH_PORT:22 --exec "$(in_guest web01 'hostname; findmnt -n -o SOURCE /; findmnt -n -o SOURCE /srv/data; lsblk -dn -o NAME')"
like "its root is on a virtio disk" "$T/web01.said" '^/dev/vda1$'
like "so is the data that fstab named by NVMe" "$T/web01.said" '^/dev/vda2$'
like "the host name is kept" "$T/web01.said" '^ip-172-31-'

# --- converting again, this time as a conversion pod's entrypoint does
mkdir -p "$T/pod/dev"
ln -s "$disk" "$T/pod/dev/block0"
timed "convert again, in pod mode" env V2V_SEARCH_ROOT="$T/pod" V2V_inPlace=1 V2V_source=ec2 V2V_vmName=web01 \
  V2V_WORKDIR="$T/work" "$V2V" 2>"$T/again.log"
is "converting twice succeeds, and so does pod mode" $? 0
like "pod mode says how it chose" "$T/again.log" 'mode disk: disks are there'
unlike "the second conversion changes no fstab line" "$T/again.log" 'storage-fstab-names:'
is "the controller finds its files in the work directory" "$(cd "$T/work" && ls)" \
  "$(printf 'inspection.xml\nreport.json\nweb01.xml\nweb01.yaml')"
done_testing
