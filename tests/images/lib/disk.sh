#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Level two of the cache: a root file system tarball and a layout -> raw disks.
#   disk.sh RECIPE ROOTFS.tar.zst OUTPUT-DIRECTORY NAME
# Run by make-image in mount and PID namespaces of its own.  Together with loop
# devices that clear themselves, a build killed at any point leaves none behind.
#
# Neither device-mapper, vfat nor udev is needed on the host: logical volumes are
# written at their offset, the ESP is filled by mtools.
set -eu -o pipefail
recipe=$1 tarball=$2 W=$3 name=$4
lib=$(dirname "$(readlink -f "$0")")
# shellcheck source=tests/images/lib/recipe.sh
. "$lib/recipe.sh"
# shellcheck source=tests/images/lib/guest.sh
. "$lib/guest.sh"
# shellcheck source=tests/images/lib/initramfs.sh
. "$lib/initramfs.sh"
# shellcheck source=tests/images/lib/loader.sh
. "$lib/loader.sh"
# shellcheck source=tests/images/lib/rpm.sh
. "$lib/rpm.sh"
. "$lib/agents.sh" # agents
. "$lib/storage.sh" # storage
recipe_load "$recipe"

die () {
  echo "$name: $*" >&2
  exit 1
}

# Every UUID is a function of the recipe's name, so that golden files can hold it.
recipe_uuid () { # role
  uuidgen --sha1 --namespace @dns --name "$1.$name.v2v-wrapper.test"
}

# What stands for a UUID on vfat, without its hyphen as mkfs.vfat wants it.
vfat_id () { # role
  recipe_uuid "$1" | tr -d - | cut -c1-8 | tr a-f A-F
}

VG=vg0
BOOT_FS=ext4
[ "$R_LAYOUT" != xbootldr ] || BOOT_FS=vfat
raw=$W/$name.raw
M=$W/mnt
LOOPS=()

cleanup () {
  set +e
  umount -R "$M" 2>/dev/null
  local l
  for l in "${LOOPS[@]}"; do losetup -d "$l" 2>/dev/null; done
}
trap cleanup EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

# Attaches and leaves the device to the kernel's care: it is held open here and
# detaches by itself when the last holder is gone, however this script ends.
attach () { # variable, losetup arguments...
  local -n dev=$1
  local fd
  shift
  dev=$(losetup --find --show "$@")
  LOOPS+=("$dev")
  exec {fd}<"$dev"
  losetup -d "$dev"
}

# Makes the partition nodes appear: by the kernel, by a rescan, by hand.
partition_nodes () { # loop device, wanted node
  local try sys
  for try in 1 2 3 4 5; do
    [ -b "$2" ] && return 0
    [ "$try" -gt 1 ] && partprobe "$1" || true
    for sys in /sys/block/"${1##*/}"/"${1##*/}"p*/dev; do
      [ -e "$sys" ] || continue
      sys=${sys%/dev}
      [ -b "/dev/${sys##*/}" ] || mknod "/dev/${sys##*/}" b $(tr : ' ' <"$sys/dev") || true
    done
    sleep 0.2
  done
  [ -b "$2" ] || die "no partition node $2"
}

partition_disk () {
  local args=(-U "$(recipe_uuid disk)")
  truncate -s "${R_SIZE}M" "$raw"
  [ "$R_FIRMWARE" = uefi ] || args+=(-n14:2048:+3M -t14:ef02)
  [ "$R_FIRMWARE" = bios ] || args+=(-n15:8192:+124M -t15:ef00)
  case $R_LAYOUT in
    plain) ;;
    xbootldr) args+=(-n16:0:+512M -t16:ea00) ;;
    *) args+=(-n16:0:+512M -t16:8300) ;;
  esac
  [ "$R_SECOND_ROOT" = no ] || args+=(-n3:0:+192M -t3:8300)
  [ "$R_SWAP" = none ] || args+=(-n3:0:+192M -t3:8200)
  # Partition 2 goes last on the disk and is what fstab names by its NVMe node.
  args+=(-n2:-256M:0 -t2:8300)
  if [ "$R_LAYOUT" = lvm ]; then args+=(-n1:0:0 -t1:8e00); else args+=(-n1:0:0 -t1:8300); fi
  sgdisk "${args[@]}" "$raw" >/dev/null
  sgdisk -u "1:$(recipe_uuid part1)" "$raw" >/dev/null
  sgdisk -v "$raw" | grep -q 'No problems found' || die "partition table is not sound"
}

# One volume group over partition 1, with one volume for root.  The metadata is
# written without the kernel; a linear volume is a range of the partition.
make_volume () { # variable for the loop device
  local conf extents start size first base
  conf="devices { filter=[\"a|^${DISK}p1\$|\",\"r|.*|\"] use_devicesfile=0 scan_lvs=0 }
    backup { backup=0 archive=0 } activation { udev_sync=0 udev_rules=0 monitoring=0 }
    global { use_lvmlockd=0 use_lvmpolld=0 event_activation=0 locking_type=1 }"
  lvm_quiet pvcreate -qq -y --driverloaded n --config "$conf" "${DISK}p1"
  lvm_quiet vgcreate -qq -y --driverloaded n --config "$conf" $VG "${DISK}p1"
  lvm_quiet lvcreate -qq -y --driverloaded n --config "$conf" -an -Zn -Wn -l 100%FREE -n root $VG
  read -r start size first < <(lvm_quiet pvs --driverloaded n --config "$conf" --noheadings \
    --nosuffix --units b --segments -o pe_start,vg_extent_size,pvseg_start "${DISK}p1")
  extents=$(lvm_quiet pvs --driverloaded n --config "$conf" --noheadings -o pv_pe_alloc_count "${DISK}p1")
  # On the file, not on the partition: GRUB would follow the loop device down to it.
  base=$(($(cat "/sys/class/block/${DISK##*/}p1/start") * 512))
  attach "$1" --offset $((base + start + first * size)) --sizelimit $((extents * size)) "$raw"
}

lvm_quiet () {
  LVM_SUPPRESS_FD_WARNINGS=1 lvm "$@" 2> >(grep -vE 'device-mapper|libdevmapper|NOT backed up|not zeroed' >&2)
}

# Features that the oldest reader (the guest's own GRUB) does not know stay out.
make_fs () { # type device label uuid [sectors per cluster]
  case $1 in
    ext4)
      local o=
      [ "$R_SUITE" = trixie ] || o=-O^metadata_csum_seed,^orphan_file
      mkfs.ext4 -q -F -L "$3" -U "$4" -E lazy_itable_init=0,lazy_journal_init=0 $o "$2" ;;
    xfs)
      local m=
      [ "$R_SUITE" != bullseye ] || m=,bigtime=0,inobtcount=0
      mkfs.xfs -q -f -L "${3:0:12}" -m "uuid=$4$m" "$2" ;;
    btrfs) mkfs.btrfs -q -f -L "$3" -U "$4" "$2" ;;
    vfat) mkfs.vfat -F 32 ${5:+-s "$5"} -i "$4" -n "$3" "$2" >/dev/null ;;
  esac
}

fs_uuid () { # role
  local id
  case $1-$BOOT_FS in
    esp-* | boot-vfat) id=$(vfat_id "$1"); echo "${id:0:4}-${id:4}" ;;
    *) recipe_uuid "$1" ;;
  esac
}

# The name of a file system in fstab, in the manner that the recipe asks for.
fstab_name () { # partition number, role of the UUID, label
  if [ "$1" = 1 ] && [ "$R_LAYOUT" = lvm ]; then
    echo /dev/mapper/$VG-root
    return
  fi
  [ "$1-$R_LUKS" != 1-yes ] || { echo /dev/mapper/cr_root; return; } # storage
  case $R_FSTAB in
    uuid) echo "UUID=$(fs_uuid "$2")" ;;
    label) echo "LABEL=$3" ;;
    partuuid) echo "PARTUUID=$(sgdisk -i "$1" "$raw" | sed -n 's/.*unique GUID: //p' | tr A-F a-f)" ;;
    nvme) echo "/dev/nvme0n1p$1" ;;
    xvd) echo "/dev/xvda$1" ;;
  esac
}

write_fstab () {
  local options=rw,discard,errors=remount-ro boot=rw,discard,errors=remount-ro pass=1
  # Xen's names are links that only EBS volumes get: without them a guest must go on.
  [ "$R_FSTAB" != xvd ] || boot+=,nofail,x-systemd.device-timeout=5s
  [ $BOOT_FS != vfat ] || boot=rw,umask=0077,shortname=winnt
  case $R_ROOTFS in
    xfs) options=rw,discard pass=0 ;;
    btrfs) options=rw,discard,subvol=@rootfs pass=0 ;;
  esac
  {
    echo "# /etc/fstab: static file system information"
    echo "$(fstab_name 1 root root) / $R_ROOTFS $options,x-systemd.growfs 0 $pass"
    [ "$R_LAYOUT" = plain ] || echo "$(fstab_name 16 boot boot) /boot $BOOT_FS $boot 0 2"
    [ "$R_FIRMWARE" = bios ] || echo "UUID=$(fs_uuid esp) /boot/efi vfat defaults,nofail,umask=0077 0 0"
    [ "$R_SWAP" = none ] || echo "/dev/nvme0n1p3 none swap sw,nofail 0 0"
    if [ "$R_EC2" = yes ]; then
      echo "/dev/nvme0n1p2 /srv/data ext4 defaults,nofail 0 2"
      echo "/dev/xvdb /mnt/ephemeral auto defaults,nofail,x-systemd.device-timeout=1s,comment=cloudconfig 0 2"
      [ "$R_SECOND_DISK" = none ] || \
        echo "/dev/nvme1n1 /srv/disk1 $R_SECOND_DISK defaults,nofail 0 2"
    else
      echo "UUID=$(recipe_uuid data) /srv/data ext4 defaults,nofail 0 2"
      [ "$R_SECOND_DISK" = none ] || echo "UUID=$(recipe_uuid disk1) /srv/disk1 $R_SECOND_DISK defaults,nofail 0 2"
    fi
  } | put /etc/fstab
}

# A marker on each data file system tells tests that the right one was mounted.
mark_fs () { # device, text
  mkdir -p "$W/data"
  mount "$1" "$W/data"
  echo "$2" >"$W/data/V2V-MARKER"
  umount "$W/data"
  rmdir "$W/data"
}

make_file_systems () { # sets ROOT_DEV
  ROOT_DEV=${DISK}p1
  [ "$R_LAYOUT" != lvm ] || make_volume ROOT_DEV
  storage_root ROOT_DEV # storage
  make_fs "$R_ROOTFS" "$ROOT_DEV" root "$(recipe_uuid root)"
  case $R_LAYOUT in
    plain) ;;
    xbootldr) make_fs vfat "${DISK}p16" BOOT "$(vfat_id boot)" ;;
    *) make_fs ext4 "${DISK}p16" boot "$(recipe_uuid boot)" ;;
  esac
  make_fs ext4 "${DISK}p2" data "$(recipe_uuid data)"
  mark_fs "${DISK}p2" data
  [ "$R_SWAP" = none ] || mkswap -q -U "$(recipe_uuid swap)" -L swap "${DISK}p3"
  [ "$R_FIRMWARE" = bios ] || make_fs vfat "${DISK}p15" ESP "$(vfat_id esp)" 1
  if [ "$R_SECOND_DISK" != none ]; then
    truncate -s 512M "$W/$name-disk1.raw"
    attach SECOND "$W/$name-disk1.raw"
    make_fs "$R_SECOND_DISK" "$SECOND" disk1 "$(recipe_uuid disk1)"
    mark_fs "$SECOND" disk1
  fi
}

mount_guest () {
  mkdir -p "$M"
  mount "$ROOT_DEV" "$M"
  if [ "$R_ROOTFS" = btrfs ]; then
    btrfs -q subvolume create "$M/@rootfs"
    umount "$M"
    mount -o subvol=@rootfs "$ROOT_DEV" "$M"
  fi
  mkdir -p "$M/boot"
  # The build host may have no vfat: such a /boot is filled by mtools in the end.
  case $R_LAYOUT in
    plain | xbootldr) ;;
    *) mount "${DISK}p16" "$M/boot" ;;
  esac
  zstd -qdc "$tarball" | tar -C "$M" --xattrs --xattrs-include='*' --numeric-owner -xpf -
  mkdir -p "$M/srv/data" "$M/srv/disk1" "$M/mnt/ephemeral" "$M/dev" "$M/proc" "$M/sys"
  [ "$R_FIRMWARE" = bios ] || mkdir -p "$M/boot/efi"
  mount --bind /dev "$M/dev"
  mount -t tmpfs none "$M/run"
  mount -t proc proc "$M/proc"
  mount --bind /sys "$M/sys"
}

finish () {
  if [ "$R_SECOND_ROOT" = yes ]; then
    make_fs ext4 "${DISK}p3" root2 "$(recipe_uuid root2)"
    mkdir "$W/root2"
    mount "${DISK}p3" "$W/root2"
    guest_second_root "$W/root2"
    umount "$W/root2"
    rmdir "$W/root2"
  fi
  rm -rf "$M"/var/cache/apt/*.bin "$M"/var/lib/apt/lists/*
  fstrim "$M" 2>/dev/null || true
  umount -R "$M"
  sync "$raw"
  rm -rf "$M" "$W/grub.cfg" "$W/initramfs.list" "$W/loader.conf"
}

main () {
  ssh-keygen -q -t ed25519 -N '' -C "$name test key" -f "$W/id_ed25519"
  partition_disk
  attach DISK --partscan "$raw"
  partition_nodes "$DISK" "${DISK}p2"
  make_file_systems
  mount_guest
  write_fstab
  guest_users "$W/id_ed25519.pub"
  guest_network
  guest_cloud_init
  guest_time
  guest_services
  [ "$R_DEVICES_FILE" = no ] || guest_devices_file
  [ "$R_NEXT_KERNEL" = no ] || guest_next_kernel
  show_root_device
  storage_before_initramfs # storage
  guest_initramfs
  storage_after_initramfs # storage
  [ "$R_DISTRO" = debian ] || guest_becomes_rpm
  [ "$R_AGENTS" = no ] || guest_agents # agents
  install_loader
  [ "$R_SELINUX" = no ] || guest_selinux
  finish
  storage_finish # storage
}

main
