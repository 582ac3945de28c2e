#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Rules on real file systems: guests that are set against it.  Each failure must be one clear
# line and the documented exit status, and leave the disk bit for bit as it was.
. "$(dirname "${BASH_SOURCE[0]}")/../functions.sh"
requires mke2fs debugfs qemu-img cpio
export V2V_WORKDIR=$T/work

tree () { # a small guest that came from EC2, in $T/tree
  rm -rf "$T/tree"
  mkdir -p "$T/tree"/{etc/chrony,etc/cloud,bin,usr/bin,usr/lib,boot,var/lib,home,root,proc,sys,dev}
  install -D /dev/null "$T/tree/boot/grub/i386-pc/normal.mod"
  printf 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12"\n' >"$T/tree/etc/os-release"
  printf 'root:x:0:0:root:/root:/bin/sh\n' >"$T/tree/etc/passwd"
  printf '/dev/xvda1 / ext4 defaults 0 1\n' >"$T/tree/etc/fstab"
  printf 'pool 0.pool.ntp.org\r\n# caf\351\nserver 169.254.169.123 prefer' >"$T/tree/etc/chrony/chrony.conf"
  printf '#!/bin/sh\n' >"$T/tree/bin/sh"
  bootable
}

# What verify/ asks for: a kernel with the drivers built in, and a menu that leads to it.
bootable () {
  local modules=$T/tree/usr/lib/modules/6.1.0-0 driver
  mkdir -p "$modules/kernel" "$T/tree/boot/grub" "$T/tree/etc/network"
  printf 'kernel' >"$T/tree/boot/vmlinuz-6.1.0-0"
  (cd "$T/tree/bin" && echo sh | cpio --quiet -o -H newc) >"$T/tree/boot/initrd.img-6.1.0-0"
  for driver in virtio virtio_ring virtio_pci virtio_blk virtio_net virtio_scsi sd_mod ext4; do
    echo "kernel/$driver.ko"
  done >"$modules/modules.builtin"
  : >"$modules/modules.dep"
  ln -s usr/lib "$T/tree/lib"
  cat >"$T/tree/boot/grub/grub.cfg" <<X
menuentry 'Debian GNU/Linux' {
  linux /boot/vmlinuz-6.1.0-0 root=UUID=11111111-2222-4333-8444-555555555555 ro
  initrd /boot/initrd.img-6.1.0-0
}
X
  printf 'auto ens3\niface ens3 inet dhcp\n' >"$T/tree/etc/network/interfaces"
}

disk () { # NAME [size]: $T/NAME.raw with $T/tree in it
  rm -f "$T/$1.raw"
  mke2fs -q -t ext4 -U 11111111-2222-4333-8444-555555555555 -d "$T/tree" "$T/$1.raw" "${2:-24M}" >/dev/null 2>&1
  # GRUB in the first sector, which ext4 leaves alone.
  printf 'GRUB ' | dd of="$T/$1.raw" bs=1 seek=384 conv=notrunc status=none
  printf '\125\252' | dd of="$T/$1.raw" bs=1 seek=510 conv=notrunc status=none
}

cat >"$T/rules.yaml" <<'X'
rules: 1
---
id: test-chrony
title: Drop Amazon's time server
why: Nobody answers.
phase: time
when: {path: /etc/chrony/chrony.conf}
do:
  - comment: {file: /etc/chrony/*.conf, pattern: '169\.254\.169\.123'}
---
id: test-note
title: Leave a note
why: So that something is created.
phase: time
params: {size: {default: short}}
do:
  - write: {file: /etc/v2v-note.d/note, text: "${size}"}
X
mkdir "$T/rules" && mv "$T/rules.yaml" "$T/rules/"

convert () { # NAME [option...]
  local name=$1
  shift
  timeout 300 "$V2V" convert --engine native --kubevirt none --rules "$T/rules" --disable time-fallback-source \
    -o "$T/out" "$@" "$T/$name.raw" >"$T/$name.out" 2>"$T/$name.err"
}

refused () { # NAME STATUS REGEX WHAT: converting fails so, and the disk is as it was
  local before after rc
  before=$(sha256sum <"$T/$1.raw")
  convert "$1"
  rc=$?
  after=$(sha256sum <"$T/$1.raw")
  is "$4: exit status" "$rc" "$2"
  like "$4: one clear line" <(grep -c 'error:' "$T/$1.err"; grep 'error:' "$T/$1.err") "$3"
  is "$4: one line" "$(grep -c 'error:' "$T/$1.err")" 1
  is "$4: the disk is bit for bit as it was" "$after" "$before"
}

# --- the good twin: it works on this disk when nothing is planted
tree && disk good
before=$(sha256sum <"$T/good.raw")
"$V2V" plan --quiet --rules "$T/rules" "$T/good.raw" >"$T/good.plan"
is "a plan of the good twin" $? 0
like "shows the change" "$T/good.plan" '^ +\+#server 169\.254\.169\.123'
is "and writes nothing" "$(sha256sum <"$T/good.raw")" "$before"
convert good
is "the good twin converts" $? 0
debugfs -R 'cat /etc/chrony/chrony.conf' "$T/good.raw" 2>/dev/null >"$T/chrony"
ok "its file keeps CRLF, Latin-1 and the missing last newline" \
  cmp "$T/chrony" <(printf 'pool 0.pool.ntp.org\r\n# caf\351\n#server 169.254.169.123 prefer')
debugfs -R 'cat /etc/fstab' "$T/good.raw" 2>/dev/null >"$T/fstab"
like "its root is named by UUID" "$T/fstab" '^UUID=11111111-2222-4333-8444-555555555555 / '
debugfs -R 'cat /etc/v2v-note.d/note' "$T/good.raw" 2>/dev/null >"$T/note"
is "a new file in a new directory" "$(cat "$T/note")" short
debugfs -R 'stat /etc/v2v-note.d/note' "$T/good.raw" 2>/dev/null >"$T/stat"
like "root's, 0644" "$T/stat" 'Mode: +0644'
"$V2V" plan --quiet --format json --rules "$T/rules" "$T/good.raw" >"$T/again.json"
like "a second plan is empty" "$T/again.json" '"changes" : \[\]'

# --- guests that are set against it
tree && rm "$T/tree/etc/fstab" && truncate -s 1G "$T/tree/etc/fstab" && disk huge 32M
refused huge 4 "'/etc/fstab'.*too large" "a sparse fstab of 1 GiB"

tree && printf '/dev/xvda1 / ext4 defaults 0 1\n\0\0\0' >"$T/tree/etc/fstab" && disk nul
refused nul 4 "'/etc/fstab'.*NUL" "NUL bytes in fstab"

tree && ln -sf chrony.conf "$T/tree/etc/chrony/chrony.conf" && disk loop
refused loop 4 "chrony.conf.*(circle|too many symbolic links)" "a link to itself"

tree && rm "$T/tree/etc/fstab" && mkdir "$T/tree/etc/fstab" && disk dir
refused dir 4 "'/etc/fstab'.*directory" "a directory called fstab"

tree && ln -s /../../../etc/shadow-of-the-host "$T/tree/etc/v2v-note.d" && disk out
refused out 4 "v2v-note.d" "a link that leads out of the guest, where a directory should be"

tree && mv "$T/tree/etc/chrony/chrony.conf" "$T/tree/etc/chrony/other.conf" \
  && ln -s ../../../../../../etc/chrony/other.conf "$T/tree/etc/chrony/chrony.conf" && disk up
convert up
is "a link upward beyond the root stays inside the guest" $? 0
debugfs -R 'cat /etc/chrony/other.conf' "$T/up.raw" 2>/dev/null >"$T/chrony"
is "the file it means is edited once" "$(grep -ac '^#server' "$T/chrony")" 1

tree && disk immutable && debugfs -w -R 'set_inode_field /etc/fstab flags 0x80010' "$T/immutable.raw" >/dev/null 2>&1
refused immutable 4 "'/etc/fstab'" "an immutable fstab"

tree && head -c 20M /dev/urandom >"$T/tree/home/data" && disk full 24M
# What is left goes too: the note needs a block for its directory and one for itself.
debugfs -w -R "write $T/tree/home/data home/more" "$T/full.raw" >/dev/null 2>&1
refused full 5 "No space left|no space" "a full file system in the guest"

tree && sed 's/169\\\.254\\\.169\\\.123/(a+)+$/' "$T/rules/rules.yaml" >"$T/slow.yaml"
{ echo; head -c 40000 /dev/zero | tr '\0' a; echo b; } >>"$T/tree/etc/chrony/chrony.conf"
disk slow
mv "$T/rules/rules.yaml" "$T/rules.kept" && mv "$T/slow.yaml" "$T/rules/rules.yaml"
start=$SECONDS
refused slow 4 "chrony.conf" "a pattern that would take for ever"
ok "and it did not take for ever" test $((SECONDS - start)) -lt 100
mv "$T/rules.kept" "$T/rules/rules.yaml"
done_testing
