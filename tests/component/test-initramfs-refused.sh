#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The native engine on guests whose kernels, images or boot menus are set against it.  Each
# failure must be one clear line and the documented exit status; of each kind there is a whole
# conversion of a real disk, which must be left bit for bit as it was.
. "$(dirname "${BASH_SOURCE[0]}")/../functions.sh"
PATH=$PATH:/usr/sbin:/sbin
requires mke2fs debugfs qemu-img cpio gzip zstd sha256sum
export V2V_WORKDIR=$T/work
uuid=11111111-2222-4333-8444-555555555555
all="virtio virtio_ring virtio_pci virtio_blk virtio_net scsi_mod virtio_scsi sd_mod nvme"

kernel () { # VERSION: its image and its modules, and an initramfs as Nitro leaves it
  local version=$1 modules=$T/tree/usr/lib/modules/$1 name
  mkdir -p "$modules/kernel"
  printf 'kernel %s' "$version" >"$T/tree/boot/vmlinuz-$version"
  for name in $all; do echo "module $name of $version" >"$modules/kernel/$name.ko"; done
  cat >"$modules/modules.dep" <<'X'
kernel/virtio.ko:
kernel/virtio_ring.ko: kernel/virtio.ko
kernel/virtio_pci.ko: kernel/virtio_ring.ko kernel/virtio.ko
kernel/virtio_blk.ko: kernel/virtio_ring.ko kernel/virtio.ko
kernel/virtio_net.ko: kernel/virtio_ring.ko kernel/virtio.ko
kernel/scsi_mod.ko:
kernel/virtio_scsi.ko: kernel/scsi_mod.ko kernel/virtio_ring.ko kernel/virtio.ko
kernel/sd_mod.ko: kernel/scsi_mod.ko
kernel/nvme.ko:
X
  : >"$modules/modules.builtin"
  : >"$modules/modules.alias"
  rm -rf "$T/image"
  mkdir -p "$T/image/conf" "$T/image/usr/lib/modules/$version/kernel"
  ln -s usr/lib "$T/image/lib"
  echo MODULES=dep >"$T/image/conf/initramfs.conf"
  echo nvme >"$T/image/conf/modules"
  cp "$modules/kernel/nvme.ko" "$T/image/usr/lib/modules/$version/kernel/"
  echo kernel/nvme.ko: >"$T/image/usr/lib/modules/$version/modules.dep"
  head -c 300000 /dev/urandom >"$T/image/bin" # so that there is a middle to damage
  pack "$version"
}

pack () { # VERSION: $T/image as its initramfs
  (cd "$T/image" && find . | sort | cpio --quiet -o -H newc) | gzip >"$T/tree/boot/initrd.img-$1"
}

menu () { # VERSION...: the first one boots
  local version
  for version; do
    printf "menuentry 'Linux %s' {\n linux /boot/vmlinuz-%s root=UUID=%s ro\n initrd /boot/initrd.img-%s\n}\n" \
      "$version" "$version" "$uuid" "$version"
  done >"$T/tree/boot/grub/grub.cfg"
}

tree () { # a small guest with one kernel, in $T/tree
  rm -rf "$T/tree"
  mkdir -p "$T/tree"/{etc/network,bin,usr/bin,usr/lib,boot/grub,var/lib,root,proc,sys,dev}
  install -D /dev/null "$T/tree/boot/grub/i386-pc/normal.mod"
  ln -s usr/lib "$T/tree/lib"
  printf 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian GNU/Linux 12"\n' >"$T/tree/etc/os-release"
  printf 'root:x:0:0:root:/root:/bin/sh\n' >"$T/tree/etc/passwd"
  printf 'UUID=%s / ext4 defaults 0 1\n' "$uuid" >"$T/tree/etc/fstab"
  printf 'auto ens3\niface ens3 inet dhcp\n' >"$T/tree/etc/network/interfaces"
  printf '#!/bin/sh\n' >"$T/tree/bin/sh"
  kernel 6.1.0-1
  menu 6.1.0-1
  M=$T/tree/usr/lib/modules/6.1.0-1
  I=$T/tree/boot/initrd.img-6.1.0-1
}

disk () { # NAME [size]
  rm -f "$T/$1.raw"
  mke2fs -q -t ext4 -U $uuid -d "$T/tree" "$T/$1.raw" "${2:-48M}" >/dev/null 2>&1
  # GRUB in the first sector, which ext4 leaves alone.
  printf 'GRUB ' | dd of="$T/$1.raw" bs=1 seek=384 conv=notrunc status=none
  printf '\125\252' | dd of="$T/$1.raw" bs=1 seek=510 conv=notrunc status=none
}

convert () { # NAME [option...]
  local name=$1
  shift
  timeout 200 "$V2V" convert --engine native --kubevirt none -o "$T/out" "$@" "$T/$name.raw" \
    >"$T/$name.out" 2>"$T/$name.err"
}

refused () { # NAME STATUS REGEX WHAT [option...]: it fails so, and the disk is as it was
  local name=$1 status=$2 regex=$3 what=$4 before after rc
  shift 4
  before=$(sha256sum <"$T/$name.raw")
  convert "$name" "$@"
  rc=$?
  after=$(sha256sum <"$T/$name.raw")
  is "$what: exit status" "$rc" "$status"
  grep 'error:' "$T/$name.err" >"$T/line"
  is "$what: one line" "$(wc -l <"$T/line")" 1
  like "$what: says why" "$T/line" "$regex"
  sed 's/^/# /' "$T/line"
  is "$what: the disk is bit for bit as it was" "$after" "$before"
  rm -f "$T/$name.raw"
}

on_disk () { debugfs -R "$2" "$T/$1.raw" 2>/dev/null; }

planned () { # STATUS REGEX WHAT [option...]: the same without an appliance, on $T/tree
  local status=$1 regex=$2 what=$3 rc
  shift 3
  "$V2V" plan --engine native -i tree "$@" "$T/tree" >"$T/plan.out" 2>"$T/plan.err"
  rc=$?
  is "$what: exit status" "$rc" "$status"
  grep 'error:' "$T/plan.err" >"$T/line"
  is "$what: one line" "$(wc -l <"$T/line")" 1
  like "$what: says why" "$T/line" "$regex"
  sed 's/^/# /' "$T/line"
}

# --- the good twin: it works on this disk when nothing is planted
tree && cp "$I" "$T/old.img" && disk good 64M
convert good
is "the good twin converts" $? 0
on_disk good "dump /boot/initrd.img-6.1.0-1 $T/new.img"
gzip -dc "$T/new.img" | cpio --quiet -t >"$T/list"
like "its image has virtio_blk" "$T/list" '/virtio_blk\.ko$'
on_disk good "dump /boot/initrd.img-6.1.0-1.v2v-wrapper-old $T/kept.img"
ok "there is room: the old image is beside it" cmp "$T/kept.img" "$T/old.img"
like "and that is said" "$T/good.err" "old image is kept as '/boot/initrd.img-6.1.0-1.v2v-wrapper-old'"
cp "$T/new.img" "$I"
"$V2V" plan --engine native --format json -i tree "$T/tree" >"$T/again"
like "once more there is nothing to do, with the reason" "$T/again" "6.1.0-1': nothing to add, it has the virtio drivers"
rm -f "$T/good.raw"

# --- images
tree && truncate -s $(($(stat -c %s "$I") / 2)) "$I" && disk cut
refused cut 4 "initramfs '/boot/initrd.img-6.1.0-1'.*truncated.*make it anew in the guest" "an image cut in half"

tree && printf '\377' | dd of="$I" bs=1 seek=150000 conv=notrunc status=none
planned 4 "initramfs '/boot/initrd.img-6.1.0-1'.*damaged" "an image with a wrong byte"

tree && { printf '070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08Xzeros\0' \
  1 $((0100644)) 0 0 1 0 $((0x7fffffff)) 0 0 0 0 6 0
  head -c 2G /dev/zero; } | zstd -q -1 -c >"$I" && disk bomb
start=$SECONDS
refused bomb 4 "initramfs '/boot/initrd.img-6.1.0-1'.*times its size" "an image of 200 kB that unpacks to 2 GiB"
ok "and it was not waited for" test $((SECONDS - start)) -lt 60

tree && ln -sf initrd.img-6.1.0-1 "$I"
planned 4 "'/boot/initrd.img-6.1.0-1'.*(symbolic links|circle)" "an image that is a link to itself"

tree && rm -r "$T/image/usr" && ln -s lib "$T/image/usr" && ln -sfn usr "$T/image/lib" && pack 6.1.0-1
planned 4 "initramfs '/boot/initrd.img-6.1.0-1'.*do not end.*make it anew" "links in the image that lead in a circle"

tree && echo signature >"$I.sig"
planned 4 "initrd.img-6.1.0-1.sig' signs" "a signed image"

# --- what the user asks for
tree && disk keep
refused keep 4 "virtio_pci is neither in /boot/initrd.img-6.1.0-1 nor built in.*with --initramfs keep no image" "--initramfs keep on an image without virtio" --initramfs keep
like "it is said that images stay" "$T/keep.err" "every image is left as it is"
planned 3 "runs no program of the guest" "--initramfs rebuild" --initramfs rebuild

# --- modules
tree && sed -i 's/^kernel\/virtio.ko:$/kernel\/virtio.ko: kernel\/virtio_pci.ko/' "$M/modules.dep"
planned 4 "'modules.dep' is damaged, 'kernel/virtio.ko' needs itself.*run 'depmod'" "modules that need each other in a circle"

tree && rm -rf "$M" && disk bare
refused bare 4 "'6.1.0-1'.*modules are not in the guest" "a kernel without its modules"

tree && rm "$M/modules.dep"
planned 4 "modules.dep' is not there: run 'depmod'" "modules.dep is missing"

tree && rm "$M/kernel/virtio_scsi.ko" && disk lying
refused lying 4 "lists 'kernel/virtio_scsi.ko', which is not there" "modules.dep lists what is not there"

# --- room
tree && disk full 24M
fill=$(debugfs -R stats "$T/full.raw" 2>/dev/null | sed -n 's/^Free blocks: *//p')
head -c $(((fill - 60) * 1024)) /dev/urandom >"$T/filler"
debugfs -w -R "write $T/filler filler" "$T/full.raw" >/dev/null 2>&1
refused full 5 "file system of '/boot/initrd.img-6.1.0-1' is full.*remove old kernels" "no room for the new image"

# --- kernels; on a disk that has room for the new image, and not for the old one too
tree && kernel 5.10.0-2 && menu 6.1.0-1 5.10.0-2 && rm -rf "$T/tree/usr/lib/modules/5.10.0-2" && disk two 24M
convert two
is "two kernels, and the other one cannot be served: converts" $? 0
like "and it says so" "$T/two.err" "warning: .*'5.10.0-2', which is not the default, cannot boot on virtio"
is "there is little room: no old image" "$(on_disk two 'ls /boot' | grep -c v2v-wrapper-old)" 0
like "and that is said" "$T/two.err" "the old '/boot/initrd.img-6.1.0-1' is not kept"
rm -f "$T/two.raw"
menu 5.10.0-2 6.1.0-1
planned 4 "'5.10.0-2'.*modules are not in the guest" "two kernels, and the default one cannot be served"

# --- booting
tree && rm -r "$T/tree/boot/grub" && disk noloader
refused noloader 3 "no boot menu that is known was found" "a guest without a boot loader"

tree && sed -i "s/$uuid/99999999-2222-4333-8444-555555555555/" "$T/tree/boot/grub/grub.cfg" && disk root
refused root 4 "root=UUID=99999999.*no given disk" "root= names a file system that is on none of the disks"
done_testing
