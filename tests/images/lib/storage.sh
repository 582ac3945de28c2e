# SPDX-License-Identifier: GPL-2.0-or-later
# A root in a mirror over two disks, and one in an encrypted volume, on build hosts whose
# kernel can do neither: storage.py writes the superblocks and encrypts.
# Hashed into the images of recipes with MIRROR or LUKS only, like each line that ends in
# "# storage" in the other files.

# As mdadm chooses for an array of this size: the first megabyte is for its bitmap.
MIRROR_DATA=2048
# Of a header as cryptsetup makes it.
LUKS_DATA=16777216
LUKS_PASSPHRASE=open-sesame

storage_packages () {
  [ "$R_MIRROR" = no ] || echo mdadm
  [ "$R_LUKS" = no ] || echo cryptsetup-initramfs
}

storage_check () { # file
  [ "$R_MIRROR" = no ] || [ "$R_SECOND_DISK" = none ] || recipe_die "$1: MIRROR has a second disk of its own"
  [ "$R_MIRROR" = no ] || [ "$R_LAYOUT-$R_FIRMWARE-$R_LUKS" = plain-bios-no ] \
    || recipe_die "$1: MIRROR needs LAYOUT=plain, FIRMWARE=bios and LUKS=no"
  [ "$R_LUKS" = no ] || [ "$R_LAYOUT" = separate-boot ] || recipe_die "$1: LUKS=yes needs LAYOUT=separate-boot"
}

# In bytes.
part1_start () { echo $(($(cat "/sys/class/block/${DISK##*/}p1/start") * 512)); }
part1_sectors () { cat "/sys/class/block/${DISK##*/}p1/size"; }

# --- the mirror: p1 of both disks; the second disk is partitioned like the first

mirror_root () { # variable for the loop device
  local start sectors role
  local disks=("$raw" "$W/$name-disk1.raw")
  sgdisk -t1:fd00 "$raw" >/dev/null
  cp --sparse=always "$raw" "${disks[1]}"
  sgdisk -U "$(recipe_uuid disk1)" -u "1:$(recipe_uuid part1-disk1)" -u "2:$(recipe_uuid part2-disk1)" \
    -u "14:$(recipe_uuid part14-disk1)" "${disks[1]}" >/dev/null
  start=$(part1_start)
  sectors=$(part1_sectors)
  for role in 0 1; do
    python3 "$lib/storage.py" member "${disks[role]}" "$start" "$sectors" $MIRROR_DATA "$(recipe_uuid array)" \
      "$(recipe_uuid "member$role")" "$INSTANCE_HOST:0" $role
  done
  # On the file, as a logical volume is.
  attach "$1" --offset $((start + MIRROR_DATA * 512)) --sizelimit $(((sectors - MIRROR_DATA) * 512)) "$raw"
}

# mdadm's own spelling of a UUID.
mirror_id () { recipe_uuid array | tr -d - | sed 's/......../&:/g; s/:$//'; }

# What Debian's installer writes; an owner has limited mdadm to the disks of the instance.
guest_mirror () {
  {
    echo '# mdadm.conf'
    [ "$R_MIRROR" != devices ] || echo 'DEVICE /dev/nvme0n1p1 /dev/nvme1n1p1'
    printf 'HOMEHOST <system>\nMAILADDR root\n'
    echo "ARRAY /dev/md/0  metadata=1.2 UUID=$(mirror_id) name=$INSTANCE_HOST:0"
  } | put /etc/mdadm/mdadm.conf
}

# GRUB finds its root in the array, and is on both disks, as who mirrors a root has it.
mirror_grub () {
  attach SECOND "$W/$name-disk1.raw"
  for disk in "$DISK" "$SECOND"; do
    chroot "$M" grub-install --target=i386-pc --boot-directory=/boot --modules='part_gpt mdraid1x diskfilter' "$disk"
  done
}

# As grub-mkconfig writes it in the running guest.
mirror_grub_cfg () {
  local config=$M/boot/grub/grub.cfg id
  id=$(recipe_uuid array | tr -d -)
  sed -i "s|^\(\s*\)echo\s*'Loading Linux .*|\1insmod part_gpt\n\1insmod diskfilter\n\1insmod mdraid1x\n\1insmod ext2\n\1set root='mduuid/$id'\n\1search --no-floppy --fs-uuid --set=root --hint='mduuid/$id' $(recipe_uuid root)\n&|" "$config"
  grep -q "set root='mduuid/$id'" "$config" || die "grub.cfg does not look for the array"
}

# The other half is a copy.
mirror_copy () {
  local start
  start=$(($(part1_start) + MIRROR_DATA * 512))
  dd if="$raw" of="$W/$name-disk1.raw" bs=1M iflag=skip_bytes,count_bytes oflag=seek_bytes conv=notrunc,sparse status=none \
    skip=$start seek=$start count=$((($(part1_sectors) - MIRROR_DATA) * 512))
  # A bad superblock would only be seen by the guest's mdadm.
  losetup --find --show --offset "$(part1_start)" --sizelimit $(($(part1_sectors) * 512)) "$W/$name-disk1.raw" >"$W/loop"
  mdadm --examine "$(cat "$W/loop")" | grep -E 'Checksum : .* correct|Device Role : Active device 1' >"$W/examined"
  losetup -d "$(cat "$W/loop")"
  [ "$(wc -l <"$W/examined")" = 2 ] || die "mdadm does not take the second disk for the other half of the array"
  rm "$W/loop" "$W/examined"
}

# --- encryption: the root is made in a file, and encrypted when it is complete

luks_root () { # variable for the loop device
  local start sectors
  start=$(part1_start)
  sectors=$(part1_sectors)
  truncate -s $((sectors * 512 - LUKS_DATA)) "$W/plain.raw"
  head -c 64 /dev/urandom >"$W/volume.key"
  # Few rounds: the guest counts them in an emulated processor.
  printf %s $LUKS_PASSPHRASE | cryptsetup -q luksFormat --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 \
    --cipher aes-xts-plain64 --key-size 512 --sector-size 4096 --uuid "$(recipe_uuid luks)" \
    --volume-key-file "$W/volume.key" --key-file - "$W/plain.raw"
  head -c $LUKS_DATA "$W/plain.raw" | dd of="$raw" oflag=seek_bytes seek="$start" bs=1M conv=notrunc status=none
  truncate -s 0 "$W/plain.raw"
  truncate -s $((sectors * 512 - LUKS_DATA)) "$W/plain.raw"
  attach "$1" "$W/plain.raw"
}

# The initramfs names the volume by UUID, which cryptsetup's hook finds out: here it has no
# such disk to ask, so that it is told.  The guest's owner has written the disk's name.
guest_luks () { # source
  printf '# <target> <source> <key> <options>\ncr_root %s none luks,discard,initramfs\n' "$1" | put /etc/crypttab
}

luks_encrypt () {
  sync "$W/plain.raw"
  python3 "$lib/storage.py" encrypt "$W/plain.raw" "$W/volume.key" "$raw" $(($(part1_start) + LUKS_DATA))
  rm "$W/plain.raw" "$W/volume.key"
}

# --- where other files call

storage_root () { # variable for the loop device
  [ "$R_MIRROR" = no ] || mirror_root "$1"
  [ "$R_LUKS" = no ] || luks_root "$1"
}

# Neither device is here to be probed; for a file GRUB writes no entries.
storage_grub_device () {
  local device=/dev/md0
  [ "$R_MIRROR-$R_LUKS" != no-no ] || return 0
  [ "$R_LUKS" = no ] || device=/dev/mapper/cr_root
  printf 'GRUB_DEVICE=%s\nGRUB_DEVICE_UUID=%s\n' "$device" "$(recipe_uuid root)" | put /etc/default/grub.d/zz-build.cfg
}

storage_before_initramfs () {
  [ "$R_MIRROR" = no ] || guest_mirror
  [ "$R_LUKS" = no ] || guest_luks "UUID=$(recipe_uuid luks)"
}

storage_after_initramfs () {
  local list=$W/initramfs.contents kernel
  for kernel in $(guest_kernels); do
    chroot "$M" lsinitramfs "$(initramfs_of "$kernel")" >"$list"
    [ "$R_MIRROR" = no ] || grep -q '/raid1\.ko' "$list" || die "no raid1 in the initramfs"
    [ "$R_LUKS" = no ] || grep -q '/dm-crypt\.ko' "$list" || die "no dm-crypt in the initramfs"
    [ "$R_LUKS" = no ] || grep -q '^cryptroot/crypttab' "$list" || die "no crypttab in the initramfs"
  done
  rm "$list"
  [ "$R_LUKS" = no ] || guest_luks "$([ "$R_EC2" = no ] && echo "UUID=$(recipe_uuid luks)" || echo /dev/nvme0n1p1)"
}

storage_finish () {
  [ "$R_MIRROR" = no ] || mirror_copy
  [ "$R_LUKS" = no ] || luks_encrypt
}
