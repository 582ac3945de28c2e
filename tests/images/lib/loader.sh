# SPDX-License-Identifier: GPL-2.0-or-later
# The boot loader, its configuration and the arguments of the kernel.

kernel_arguments () {
  local args="console=tty0 console=ttyS0,115200 earlyprintk=ttyS0,115200 consoleblank=0"
  [ "$R_EC2" = no ] || args+=" nvme_core.io_timeout=4294967295 xen_blkfront.sda_is_xvda=1"
  [ "$R_SWAP" = none ] || args+=" resume=/dev/nvme0n1p3"
  [ "$R_SELINUX" = no ] || args+=" security=selinux"
  echo "$args${R_CMDLINE:+ $R_CMDLINE}"
}

guest_grub_defaults () {
  put /etc/default/grub <<F
# If you change this file, run 'update-grub' afterwards to update
# /boot/grub/grub.cfg.
GRUB_DEFAULT=0
GRUB_TIMEOUT=0
GRUB_DISTRIBUTOR=\`lsb_release -i -s 2> /dev/null || echo Debian\`
GRUB_CMDLINE_LINUX_DEFAULT=""
GRUB_CMDLINE_LINUX="$(kernel_arguments)"
GRUB_TERMINAL="console serial"
GRUB_SERIAL_COMMAND="serial --speed=115200"
GRUB_DISABLE_OS_PROBER=true
F
  [ "$R_ROOT_ARG" = uuid ] || echo GRUB_DISABLE_LINUX_UUID=true >>"$M/etc/default/grub"
}

# Shows grub-mkconfig the root device as the running guest would.
show_root_device () {
  # A file system is named by UUID only when udev's link exists, and by the loop
  # device without.  Hosts with udev have the link, perhaps to another image.
  mkdir -p /dev/disk
  mount -t tmpfs -o mode=755 v2v-disk /dev/disk
  mkdir -p /dev/disk/by-uuid "$M/dev/disk"
  mount --bind /dev/disk "$M/dev/disk"
  if [ "$R_LAYOUT" = lvm ]; then
    # A mapped device cannot be probed here; this file is read after the probing.
    printf 'GRUB_DEVICE=/dev/mapper/%s\nGRUB_DEVICE_UUID=%s\n' "$VG-root" "$(recipe_uuid root)" \
      | put /etc/default/grub.d/zz-build.cfg
  else
    ln -s "$ROOT_DEV" "/dev/disk/by-uuid/$(recipe_uuid root)"
    storage_grub_device # storage
    [ "$R_ROOT_ARG" = uuid ] || printf 'GRUB_DEVICE=%s\n' "$(fstab_name 1 root root)" | put /etc/default/grub.d/zz-build.cfg
  fi
}

# What follows root= on the command line.
root_argument () {
  if [ "$R_ROOT_ARG" = name ] || [ "$R_LAYOUT" = lvm ]; then
    fstab_name 1 root root
  else
    echo "UUID=$(recipe_uuid root)"
  fi
}

install_loader () {
  if [ "$R_LAYOUT" = xbootldr ]; then install_systemd_boot; else install_grub; fi
  rm -f "$M/etc/default/grub.d/zz-build.cfg"
}

install_grub () {
  local config=$M/boot/grub/grub.cfg root
  root=$(root_argument)
  guest_grub_defaults
  mkdir -p "$M/boot/grub"
  [ "$R_FIRMWARE" = uefi ] || chroot "$M" grub-install --target=i386-pc --boot-directory=/boot "$DISK"
  [ "$R_FIRMWARE" = bios ] || install_grub_efi
  [ "$R_MIRROR" = no ] || mirror_grub # storage
  chroot "$M" grub-mkconfig -o /boot/grub/grub.cfg
  [ "$R_MIRROR" = no ] || mirror_grub_cfg # storage
  if grep -n /dev/loop "$config"; then die "grub.cfg names a device of the build host"; fi
  grep -q "root=$root " "$config" \
    || die "grub.cfg has no root=$root: $(grep -o 'root=.*' "$config")"
}

# What grub-install writes for a signed GRUB, without a mounted ESP (the host may
# have no vfat): the removable path boots too, as the NVRAM stays behind in EC2.
install_grub_efi () {
  local esp=${DISK}p15 boot_uuid prefix=/boot/grub signed=$M/usr/lib/grub/x86_64-efi-signed d
  boot_uuid=$(recipe_uuid root)
  [ "$R_ROOTFS" != btrfs ] || prefix=/@rootfs/boot/grub
  if [ "$R_LAYOUT" != plain ]; then
    boot_uuid=$(recipe_uuid boot)
    prefix=/grub
  fi
  printf 'search.fs_uuid %s root\nset prefix=($root)%s\nconfigfile $prefix/grub.cfg\n' \
    "$boot_uuid" "'$prefix'" >"$W/grub.cfg"
  mmd -i "$esp" ::/EFI
  for d in debian BOOT; do
    mmd -i "$esp" "::/EFI/$d"
    mcopy -i "$esp" "$signed/grubx64.efi.signed" "::/EFI/$d/grubx64.efi"
    mcopy -i "$esp" "$W/grub.cfg" "::/EFI/$d/grub.cfg"
  done
  mcopy -i "$esp" "$M/usr/lib/shim/shimx64.efi.signed" ::/EFI/debian/shimx64.efi
  mcopy -i "$esp" "$M/usr/lib/shim/shimx64.efi.signed" ::/EFI/BOOT/BOOTX64.EFI
  mcopy -i "$esp" "$M/usr/lib/shim/mmx64.efi.signed" ::/EFI/debian/mmx64.efi
  mkdir -p "$M/boot/grub/x86_64-efi"
  cp "$M"/usr/lib/grub/x86_64-efi/*.{mod,lst} "$M/boot/grub/x86_64-efi/"
  [ -e "$M/boot/grub/grubenv" ] || chroot "$M" grub-editenv /boot/grub/grubenv create
}

# An entry file for each kernel in /boot, as grub2's blscfg reads them and kernel-install
# writes them; systemd-boot, which reads the same files, stands in for a GRUB that can.
install_systemd_boot () {
  local esp=${DISK}p15 boot=${DISK}p16 kernel id title d
  local program=$M/usr/lib/systemd/boot/efi/systemd-bootx64.efi
  id=$(recipe_uuid machine | tr -d -)
  # shellcheck source=/dev/null
  title=$(. "$M/usr/lib/os-release" && echo "$PRETTY_NAME")
  guest_grub_defaults
  echo 'GRUB_ENABLE_BLSCFG=true' >>"$M/etc/default/grub"
  echo "root=$(root_argument) ro $(kernel_arguments)" | put /etc/kernel/cmdline
  for kernel in $(guest_kernels); do
    put "/boot/loader/entries/$id-$kernel.conf" <<F
title $title ($kernel)
version $kernel
linux /vmlinuz-$kernel
initrd /$(basename "$(initramfs_of "$kernel")")
options root=$(root_argument) ro $(kernel_arguments)
grub_users \$grub_users
grub_arg --unrestricted
grub_class ${R_DISTRO%%[0-9]*}
F
  done
  printf 'timeout 0\ndefault %s-*\n' "$id" >"$W/loader.conf"
  mmd -i "$esp" ::/EFI ::/loader
  mcopy -i "$esp" "$W/loader.conf" ::/loader/loader.conf
  for d in systemd BOOT; do mmd -i "$esp" "::/EFI/$d"; done
  mcopy -i "$esp" "$program" ::/EFI/systemd/systemd-bootx64.efi
  mcopy -i "$esp" "$program" ::/EFI/BOOT/BOOTX64.EFI
  mkdir -p "$M/boot/efi"
  mcopy -s -m -i "$boot" "$M"/boot/* ::/
  rm -rf "${M:?}"/boot/*
}
