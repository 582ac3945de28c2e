#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Guests of EC2 on file systems that are set against being changed: right or refused, never
# half.  And one that is right: who owns what was made, and taking it all back.
. "$(dirname "${BASH_SOURCE[0]}")/../functions.sh"
PATH=$PATH:/usr/sbin:/sbin
requires mke2fs debugfs tune2fs qemu-img cpio
export V2V_WORKDIR=$T/work
root=11111111-2222-4333-8444-555555555555
etc=22222222-2222-4333-8444-555555555555

tree () { # a small guest that came from EC2, in $T/tree
  local modules=$T/tree/usr/lib/modules/6.1.0-0 driver
  rm -rf "$T/tree" "$T/etc"
  mkdir -p "$T/tree"/{bin,home/ec2-user,var/lib/cloud/data,proc,sys,dev,boot/grub,run} "$modules/kernel" \
    "$T/tree"/etc/{network,ssh,systemd/system/multi-user.target.wants} "$T/tree/usr/lib/systemd/system"
  install -D /dev/null "$T/tree/boot/grub/i386-pc/normal.mod"
  ln -s usr/lib "$T/tree/lib"
  printf 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12"\n' >"$T/tree/usr/lib/os-release"
  ln -s ../usr/lib/os-release "$T/tree/etc/os-release"
  printf 'root:x:0:0:root:/root:/bin/sh\nec2-user:x:1000:1001::/home/ec2-user:/bin/sh\n' >"$T/tree/etc/passwd"
  chown 1000:1001 "$T/tree/home/ec2-user"
  printf '/dev/xvda1 / ext4 defaults 0 1\n' >"$T/tree/etc/fstab"
  printf 'Port 22\nAuthorizedKeysCommand /opt/aws/bin/eic_run_authorized_keys %%u\nAuthorizedKeysCommandUser ec2-instance-connect\n' >"$T/tree/etc/ssh/sshd_config"
  printf '[Service]\nExecStart=/usr/bin/amazon-ssm-agent\n' >"$T/tree/usr/lib/systemd/system/amazon-ssm-agent.service"
  : >"$T/tree/usr/lib/systemd/systemd"
  ln -s /usr/lib/systemd/system/amazon-ssm-agent.service "$T/tree/etc/systemd/system/multi-user.target.wants/"
  printf '#!/bin/sh\n' >"$T/tree/bin/sh"
  printf 'auto eth0\niface eth0 inet dhcp\n' >"$T/tree/etc/network/interfaces"
  printf 'kernel' >"$T/tree/boot/vmlinuz-6.1.0-0"
  (cd "$T/tree/bin" && echo sh | cpio --quiet -o -H newc) >"$T/tree/boot/initrd.img-6.1.0-0"
  for driver in virtio virtio_ring virtio_pci virtio_blk virtio_net virtio_scsi sd_mod ext4; do
    echo "kernel/$driver.ko"
  done >"$modules/modules.builtin"
  : >"$modules/modules.dep"
  printf "menuentry 'Linux' {\n linux /boot/vmlinuz-6.1.0-0 root=UUID=%s ro net.ifnames=0\n initrd /boot/initrd.img-6.1.0-0\n}\n" \
    $root >"$T/tree/boot/grub/grub.cfg"
}

image () { # FILE UUID TREE
  rm -f "$1"
  mke2fs -q -t ext4 -U "$2" -d "$3" "$1" 24M >/dev/null 2>&1
}

disk () { # NAME
  image "$T/$1.raw" $root "$T/tree"
  # GRUB in the first sector, which ext4 leaves alone.
  printf 'GRUB ' | dd of="$T/$1.raw" bs=1 seek=384 conv=notrunc status=none
  printf '\125\252' | dd of="$T/$1.raw" bs=1 seek=510 conv=notrunc status=none
}

convert () { # NAME [option or further disk...]
  local name=$1
  shift
  timeout 200 "$V2V" convert --engine native --source ec2 --kubevirt none -o "$T/out" "$T/$name.raw" "$@" \
    >"$T/$name.out" 2>"$T/$name.err"
}

refused () { # NAME STATUS REGEX WHAT [further disk]
  local name=$1 status=$2 regex=$3 what=$4 before after rc
  shift 4
  before=$(cat "$T/$name.raw" "$@" | sha256sum)
  convert "$name" "$@"
  rc=$?
  after=$(cat "$T/$name.raw" "$@" | sha256sum)
  is "$what: exit status" "$rc" "$status"
  grep 'error:' "$T/$name.err" >"$T/line"
  is "$what: one line" "$(wc -l <"$T/line")" 1
  like "$what: says why" "$T/line" "$regex"
  sed 's/^/# /' "$T/line"
  is "$what: bit for bit as it was" "$after" "$before"
  rm -f "$T/$name.raw"
}

dump () { # NAME: its files in $T/NAME.files
  mkdir "$T/$1.files"
  debugfs -R "rdump / $T/$1.files" "$T/$1.raw" >/dev/null 2>&1
}

listing () { (cd "$1" && find . -path ./var/lib/v2v-wrapper -prune -o -path ./lost+found -prune -o -printf '%p %y %m %U:%G %l\n' | sort); }

# --- the good twin, with a key
printf 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPhonyPhonyPhonyPhonyPhonyPhonyPhonyPh me\n' >"$T/key"
tree && disk good && cp "$T/good.raw" "$T/before.raw" && dump before
convert good --authorized-key "$T/key"
is "the good twin converts" $? 0
debugfs -R 'stat /home/ec2-user/.ssh' "$T/good.raw" 2>/dev/null | tr -s ' ' >"$T/stat"
like "the directory for its keys is its user's alone" "$T/stat" 'Mode: 0700'
like "and not root's" "$T/stat" 'User: 1000 Group: 1001'
debugfs -R 'stat /home/ec2-user/.ssh/authorized_keys' "$T/good.raw" 2>/dev/null | tr -s ' ' >"$T/stat"
like "so are the keys" "$T/stat" 'Mode: 0600'
like "which its user can change" "$T/stat" 'User: 1000 Group: 1001'

dump good
not_ok_cmd "the guest was changed" diff <(listing "$T/before.files") <(listing "$T/good.files")
V2V_UNDO_ROOT=$T/good.files sh "$T/good.files/var/lib/v2v-wrapper/undo-1.sh" >"$T/would"
is "what would be taken back" $? 0
like "is told" "$T/would" '^content as before: /etc/ssh/sshd_config$'
V2V_UNDO_ROOT=$T/good.files sh "$T/good.files/var/lib/v2v-wrapper/undo-1.sh" --yes >"$T/did"
is "taking it back" $? 0
ok "names, kinds, modes and owners are as before" diff <(listing "$T/before.files") <(listing "$T/good.files")
ok "and contents" diff -r --no-dereference -x v2v-wrapper -x lost+found "$T/before.files" "$T/good.files"
rm -rf "$T"/*.files "$T/before.raw" "$T/good.raw"

# --- attributes and file systems
tree && disk immutable && debugfs -w -R 'set_inode_field /etc/ssh/sshd_config flags 0x80010' "$T/immutable.raw" >/dev/null 2>&1
refused immutable 4 "'/etc/ssh/sshd_config'.*not permitted.*chattr" "an immutable sshd_config"

tree && disk fixed && debugfs -w -R 'set_inode_field /etc/systemd/system/multi-user.target.wants flags 0x80010' "$T/fixed.raw" >/dev/null 2>&1
refused fixed 4 "multi-user.target.wants/amazon-ssm-agent.service'.*not permitted.*chattr" "an immutable directory"

tree && disk sealed && tune2fs -O read-only "$T/sealed.raw" >/dev/null 2>&1
refused sealed 4 "[Rr]ead-only" "a root file system that is marked read-only"

# --- /etc on a file system of its own
split () { mv "$T/tree/etc" "$T/etc" && mkdir "$T/tree/etc" && image "$T/etc.raw" $etc "$T/etc"; }
tree && split && disk bare
refused bare 3 "'/etc/passwd' is not on the root file system.*cannot be converted" "/etc on a disk of its own that nothing on the root names" "$T/etc.raw"
tree && split && disk bare
timeout 200 "$V2V" plan --engine native "$T/bare.raw" "$T/etc.raw" >"$T/out.plan" 2>"$T/err"
is "and there is no plan for it either" $? 3
like "for the same reason" "$T/err" "'/etc/passwd' is not on the root file system"
rm -f "$T/bare.raw"

tree && split && cp -a "$T/etc/os-release" "$T/tree/etc/" \
  && printf 'UUID=%s / ext4 defaults 0 1\nUUID=%s /etc ext4 defaults 0 1\n' $root $etc >"$T/tree/etc/fstab" && disk named
convert named "$T/etc.raw"
rc=$?
sed 's/^/# /' "$T/named.err" | tail -5
is "/etc on a disk of its own, named in the root's fstab: converts" $rc 0
debugfs -R 'cat /ssh/sshd_config' "$T/etc.raw" 2>/dev/null >"$T/sshd_config"
like "its sshd_config is the one that is edited" "$T/sshd_config" '^#AuthorizedKeysCommandUser'
is "nothing was put into what it hides" "$(debugfs -R 'ls -p /etc' "$T/named.raw" 2>/dev/null | grep -c '/sshd\|/ssh/\|v2v')" 0
done_testing
