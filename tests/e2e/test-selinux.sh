# SPDX-License-Identifier: GPL-2.0-or-later
# A guest that enforces SELinux: what is changed keeps its label, what is new has the policy's,
# and nothing is relabelled at boot.
. "$V2V_SRCDIR/tests/functions.sh"
. "$V2V_SRCDIR/tests/e2e/functions.sh"
root_required
requires qemu-system-x86_64 qemu-img python3 getfattr

disk=$(guest_copy debian12-ec2-selinux web01) || skip_all "the guest could not be made"
labels () { # of all files of the root file system: "path label", sorted
  with_root_fs "$disk" find . -xdev -exec getfattr -h --absolute-names -n security.selinux {} + 2>"$T/unlabelled" \
    | tr -d '\0' | awk '/^# file: /{f=$3} /^security.selinux=/{print f, $1}' | sort
}

ok "before: does not boot on virtio-blk" boot "$disk" --bus virtio-blk --until fail --timeout 300
labels >"$T/labels.before"
timed "convert" "$V2V" convert --engine native --name web01 -o "$T/out" "$disk" >"$T/convert.out" 2>"$T/convert.log"
is "converts" $? 0
grep -vE '^ +\|' "$T/convert.log" | sed 's/^/# /' | head -60
is "planning again finds nothing to change" "$(plan_of "$disk")" ""
labels >"$T/labels.after"

# --- on the disk
is "every file that was there has the label that it had" \
  "$(join "$T/labels.before" "$T/labels.after" | awk '$2 != $3' | head)" ""
# What the recipe's labelling left out: mount points of the running system.
is "every file has a label" "$(grep -vE '^\./(dev|proc|sys|run)[:/]' "$T/unlabelled")" ""
join -v 2 "$T/labels.before" "$T/labels.after" | sed 's/^/# new: /' | head -40
like "a new file below /etc is of the policy's type for it" "$T/labels.after" '^\./etc/.*v2v-wrapper.* security.selinux="system_u:object_r:[a-z_]*etc_t|^\./etc/.*v2v-wrapper.* security.selinux="system_u:object_r:[a-z_]*(unit_file|conf)_t'
like "the record is of the policy's type for /var/lib" "$T/labels.after" '^\./var/lib/v2v-wrapper security.selinux="system_u:object_r:var_lib_t'
like "the initramfs is a boot file" "$T/labels.after" '^\./boot/initrd\.img-[^ ]* security.selinux="system_u:object_r:boot_t'
not_ok_cmd "no relabelling is asked for" with_root_fs "$disk" test -e .autorelabel

# --- in the running guest
ok "after: boots on virtio-blk to a login prompt, enforcing, and is reached by ssh" timed "boot to login" \
  "$IMAGES/boot-image" "$disk" --bus virtio-blk --nic virtio-net --until login --timeout 900 --log "$T/console" \
  --hostfwd $SSH_PORT:22 --exec "$(in_guest web01 'cat /sys/fs/selinux/enforce; echo; sudo journalctl -k -o cat --grep avc: | grep denied')"
unlike "the disk was not relabelled at boot" "$T/console" 'autorelabel|fixfiles|SELinux.*relabel'
like "SELinux is enforcing" "$T/web01.said" '^1$'
grep -a denied "$T/web01.said" | sed 's/^/# guest: /' | head -20
unlike "no denial is about a file of ours" "$T/web01.said" 'denied.*(v2v-wrapper|unlabeled_t.*(fstab|grub|chrony|cloud|initrd))'
done_testing
