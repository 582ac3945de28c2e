# SPDX-License-Identifier: GPL-2.0-or-later
# A data disk that stays behind: the guest boots to login and ssh without it, and not into
# emergency mode, and who converts is told.
# Matrix only.
. "$V2V_SRCDIR/tests/functions.sh"
. "$V2V_SRCDIR/tests/e2e/functions.sh"
root_required
requires qemu-system-x86_64 qemu-img python3

boot_alone () { # name, disk
  ok "$1: boots to login with its root disk alone, and is reached by ssh" timed "boot $1" \
    boot "$2" --bus virtio-blk --nic virtio-net --mac 52:54:00:ab:cd:01 --until login --timeout 600 \
    --hostfwd $SSH_PORT:22 --exec "$(in_guest "$1" 'hostname; findmnt -n -o SOURCE /; findmnt -n /srv/disk1; ls -A /srv/disk1; systemctl is-active local-fs.target')"
  sed 's/^/# guest: /' "$T/$1.said"
  like "$1: its root is there" "$T/$1.said" '^/dev/vda1$'
  like "$1: local file systems are as wanted" "$T/$1.said" '^active$'
  unlike "$1: the data disk is not" "$T/$1.said" 'disk1|MARKER'
}

# --- the disk is not given, and its line in fstab is one that stops a boot
disk=$(guest_copy debian12-ec2-two-disks alone) || skip_all "the guest could not be made"
in_root_fs rw "$disk" sed -i '/^.dev.nvme1n1 /s/defaults,nofail/defaults/' etc/fstab
not_ok_cmd "before: without its data disk it does not reach a login" timed "boot (must fail)" \
  boot "$disk" --bus nvme --until login --timeout 600
like "it stops in emergency mode" "$T/.ok.out" '"result": "fail".*emergency'
like "for the data disk" <(with_root_fs "$disk" cat etc/fstab) '^/dev/nvme1n1 /srv/disk1 ext4 defaults 0 2'
"$V2V" convert --name alone -o "$T/out" "$disk" >"$T/alone.plan" 2>"$T/alone.log"
is "converts without the data disk" $? 0
grep warning "$T/alone.log" | sed 's/^/# /'
like "a warning names it" "$T/alone.log" "warning: .*/etc/fstab line [0-9]+: '/dev/nvme1n1' \(for '/srv/disk1'\) is on none of the disks: made optional"
like "the report has it, too" "$T/out/alone-report.json" "/dev/nvme1n1' \(for '/srv/disk1'\)"
boot_alone alone "$disk"
rm -f "$disk" "$T/alone-disk1.raw"

# --- it is given and converted, and then not attached
disk=$(guest_copy debian12-ec2-two-disks both)
"$V2V" convert --name both -o "$T/out-both" "$disk" "$T/both-disk1.raw" >"$T/both.plan" 2>"$T/both.log"
is "converts with the data disk" $? 0
like "fstab names it by its UUID, optional as it was" <(with_root_fs "$disk" cat etc/fstab) '^UUID=[0-9a-f-]+ /srv/disk1 ext4 defaults,nofail '
boot_alone both "$disk"
done_testing
