# SPDX-License-Identifier: GPL-2.0-or-later
# The initramfs that the guest has made on EC2, out of what it has found there.

initramfs_of () { # kernel: its image, as the guest sees it
  if [ "$R_DISTRO" = debian ]; then echo "/boot/initrd.img-$1"; else echo "/boot/initramfs-$1.img"; fi
}

guest_kernels () {
  local d
  for d in "$M"/lib/modules/*/; do basename "$d"; done
}

guest_initramfs_modules () {
  local fs=$R_ROOTFS
  [ "$R_LAYOUT" = lvm ] && fs+=$'\ndm_mod'
  case $R_INITRAMFS in
    # What "dep" finds on a Nitro instance: the disk, the root file system, ENA.
    nitro) printf 'nvme\n%s\nena\n' "$fs" ;;
    # The same on an instance of the time before.
    xen) printf 'xen-blkfront\nxen-netfront\n%s\n' "$fs" ;;
    virtio) printf 'virtio_pci\nvirtio_blk\nvirtio_scsi\nsd_mod\nvirtio_net\n%s\n' "$fs" ;;
  esac
}

guest_initramfs_tools () {
  if [ "$R_INITRAMFS" != most ]; then
    printf 'MODULES=list\n' | put /etc/initramfs-tools/conf.d/modules-list
    { echo '# List of modules that you want to include in your initramfs.'
      guest_initramfs_modules; } | put /etc/initramfs-tools/modules
  fi
  [ "$R_COMPRESS" = default ] || printf 'COMPRESS=%s\n' "$R_COMPRESS" | put /etc/initramfs-tools/conf.d/compress
  # The installer writes this one; the initramfs waits for the device at every boot.
  [ "$R_SWAP" = none ] || printf 'RESUME=/dev/nvme0n1p3\n' | put /etc/initramfs-tools/conf.d/resume
  chroot "$M" update-initramfs -c -k all
}

# Run here, dracut would look at the build host, so it is told what it would have found on
# a Nitro instance: in files that go away with the build, as the guest has no such words.
guest_dracut () {
  local kernel fs=$R_ROOTFS include=()
  mkdir -p "$M/run/dracut.conf.d" "$M/run/cmdline.d"
  [ "$R_LAYOUT" = lvm ] && fs+=" dm_mod"
  cat >"$M/run/dracut.conf.d/build.conf" <<F
drivers="nvme ena $fs "
omit_drivers+=" virtio.* sd_mod ahci xen_blkfront "
omit_dracutmodules+=" nvmf virtiofs multipath mdraid nfs iscsi network cifs nbd fcoe plymouth qemu "
F
  if [ "$R_INITRAMFS" = dracut ]; then
    # One of the devices that it found has no link of udev's, so it waits for the name.
    cat >>"$M/run/dracut.conf.d/build.conf" <<'F'
hostonly_mode="strict"
hostonly_default_device="no"
add_device+=" /dev/nvme0n1p1 "
F
    echo " root=$(root_argument) rootfstype=$R_ROOTFS rootflags=rw,relatime" >"$M/run/cmdline.d/95root-dev.conf"
    include=(--include /run/cmdline.d /etc/cmdline.d)
    printf 'hostonly="yes"\nhostonly_cmdline="yes"\n'
  else
    printf 'hostonly="no"\n'
  fi >"$M/run/dracut.conf.d/10-host.conf"
  put /etc/dracut.conf.d/10-host.conf <"$M/run/dracut.conf.d/10-host.conf"
  [ "$R_COMPRESS" = default ] || printf 'compress="%s"\n' "$R_COMPRESS" | put /etc/dracut.conf.d/20-compress.conf
  [ "$R_COMPRESS" = default ] || cp "$M/etc/dracut.conf.d/20-compress.conf" "$M/run/dracut.conf.d/"
  for kernel in $(guest_kernels); do
    chroot "$M" dracut --force --quiet --confdir /run/dracut.conf.d "${include[@]}" "$(initramfs_of "$kernel")" "$kernel"
  done
}

guest_initramfs () {
  local kernel lister=lsinitramfs
  rm -f "$M"/boot/initrd.img-*
  case $R_INITRAMFS in
    dracut*) guest_dracut; lister=lsinitrd ;;
    *) guest_initramfs_tools ;;
  esac
  for kernel in $(guest_kernels); do
    chroot "$M" "$lister" "$(initramfs_of "$kernel")" >"$W/initramfs.list"
    check_initramfs "$M$(initramfs_of "$kernel")"
  done
}

# The image must be what the recipe says, or every test on it proves nothing.
check_initramfs () { # image
  local list=$W/initramfs.list magic
  case $R_INITRAMFS in
    nitro | xen | dracut*)
      if grep -E '/(virtio[a-z_]*|sd_mod)\.ko' "$list"; then die "an initramfs of EC2 must not hold these"; fi ;;
    *) grep -q '/virtio_blk\.ko' "$list" || die "no virtio_blk in the initramfs" ;;
  esac
  case $R_INITRAMFS in
    xen) grep -q '/xen-blkfront\.ko' "$list" || die "no xen-blkfront in the initramfs" ;;
    dracut)
      grep -qF 'devexists-\x2fdev\x2fnvme0n1p1.sh' "$list" || die "the initramfs does not wait for its disk"
      grep -q 'etc/cmdline\.d/95root-dev\.conf' "$list" || die "the initramfs does not name its root" ;;
  esac
  [ "$R_SWAP" = none ] || grep -q 'conf/conf\.d/resume' "$list" || die "no resume in the initramfs"
  [ "$R_DEVICES_FILE" = no ] || grep -q 'etc/lvm/devices/system\.devices' "$list" || die "no devices file in the initramfs"
  magic=$(head -c 6 "$1" | od -An -tx1 | tr -d ' \n')
  case $R_COMPRESS-$magic in
    default-* | gzip-1f8b* | xz-fd377a585a00 | zstd-28b52ffd* | lz4-02214c18*) ;;
    *) die "the initramfs is not of $R_COMPRESS: it begins with $magic" ;;
  esac
}
