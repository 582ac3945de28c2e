#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# A real initramfs as MODULES=list leaves it on Nitro gets virtio; kmod is the judge of its
# index.
. "$(dirname "${BASH_SOURCE[0]}")/../functions.sh"
PATH=$PATH:/usr/sbin:/sbin
driver=$V2V_BUILDDIR/tests/component/inject-driver
[ -x "$driver" ] || skip_all "tests/component/inject-driver is not built: make check TESTS="
requires mkinitramfs lsinitramfs unmkinitramfs modprobe
version=
for d in /lib/modules/*/; do
  if [ -f "$d/modules.dep.bin" ] && grep -q '/virtio_blk\.ko' "$d/modules.dep"; then
    version=$(basename "$d")
  fi
done
[ -n "$version" ] || skip_all "no kernel in /lib/modules has virtio as modules"

mkdir -p "$T/conf/conf.d" "$T/conf/scripts" "$T/conf/hooks" "$T/root/lib/modules" "$T/root/boot"
cp -a "/lib/modules/$version" "$T/root/lib/modules/"
printf '%s\n' nvme ext4 >"$T/conf/modules"
echo RESUME=/dev/nvme0n1p3 >"$T/conf/conf.d/resume"

make_image () { # compressor
  printf '%s\n' MODULES=list BUSYBOX=auto KEYMAP=n "COMPRESS=$1" DEVICE= NFSROOT=auto RUNSIZE=10% \
    FSTYPE=ext4 >"$T/conf/initramfs.conf"
  mkinitramfs -d "$T/conf" -o "$T/root/boot/initrd.img" "$version"
}

unpack () { # image
  rm -rf "$T/unpacked"
  unmkinitramfs "$1" "$T/unpacked" || return 1
  tree=$T/unpacked
  if [ -d "$T/unpacked/main" ]; then tree=$T/unpacked/main; fi
}

depends () { # module
  modprobe -d "$tree" -S "$version" --show-depends "$1" >"$T/depends" || return 1
  while read -r verb file _; do
    [ "$verb" = builtin ] || [ -s "$file" ] || { echo "no $file"; return 1; }
  done <"$T/depends"
}

resolves () { # alias module
  modprobe -d "$tree" -S "$version" -R "$1" | grep -qx "$2"
}

try () { # compressor
  make_image "$1" >"$T/make.log" 2>&1 || { cat "$T/make.log"; skip_all "mkinitramfs fails"; }
  lsinitramfs "$T/root/boot/initrd.img" >"$T/before"
  unlike "$1: the image has no virtio_blk before" "$T/before" '/virtio_blk\.ko'
  ok "$1: virtio is put in" "$driver" "$T/root" "$version" /boot/initrd.img "$T/new"
  sed 's/^/# /' "$T/.ok.out"
  lsinitramfs "$T/new" >"$T/after"
  for m in virtio_pci virtio_blk virtio_scsi sd_mod; do
    like "$1: $m is in the image" "$T/after" "/$m\\.ko"
  done
  comm -23 <(sort "$T/before") <(sort "$T/after") >"$T/lost"
  is "$1: nothing is lost" "$(cat "$T/lost")" ""
  ok "$1: the new image unpacks" unpack "$T/new"
  unpack "$T/new"
  for m in virtio_pci virtio_blk virtio_scsi sd_mod virtio_net nvme ext4; do
    ok "$1: modprobe finds $m and its dependencies" depends "$m"
  done
  ok "$1: a virtio disk has its driver by alias" resolves virtio:d00000002v00001AF4 virtio_blk
  ok "$1: a SCSI disk has its driver by alias" resolves scsi:t-0x00 sd_mod
  like "$1: conf/modules names it" "$tree/conf/modules" '^virtio_blk$'
  like "$1: nothing waits for the old swap" "$tree/conf/conf.d/resume" '^RESUME=none$'
  cp "$T/new" "$T/root/boot/initrd.img"
  ok "$1: once more" "$driver" "$T/root" "$version" /boot/initrd.img "$T/again"
  like "$1: once more is nothing" "$T/.ok.out" '^nothing$'
}

try gzip
try zstd

# The host's own image, as its package made it.
if [ -r "/boot/initrd.img-$version" ]; then
  cp "/boot/initrd.img-$version" "$T/root/boot/initrd.img"
  ok "the host's own image can be served" "$driver" "$T/root" "$version" /boot/initrd.img "$T/own"
  sed 's/^/# /' "$T/.ok.out"
fi
done_testing
