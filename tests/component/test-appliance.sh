#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Our appliance (scripts/build-appliance): everything that the stock one does by udev, LVM,
# MD and btrfs scans has to work without them, and our program must see the same guest with
# either.  Disks with all of it are made inside of ours, read after a fresh boot, and read
# once more with the stock one.
. "$(dirname "${BASH_SOURCE[0]}")/../functions.sh"
export PATH=$PATH:/usr/sbin:/sbin
requires supermin debugfs resize2fs cpio modinfo guestfish python3
[ -x "$V2V" ] || skip_all "the program is not built"
# The user's own choice of an appliance is not what is tested here.
unset LIBGUESTFS_PATH V2V_APPLIANCE LIBGUESTFS_APPEND
disk=$("$V2V_SRCDIR/tests/images/make-image" --print-path debian12-ec2 2>/dev/null)
export XDG_CACHE_HOME=$T/cache
app=$T/app
cd "$T" || exit 99

# guestfish asks neither the program nor us whether KVM would answer.
export LIBGUESTFS_BACKEND=direct
grep -qE '^flags.* (vmx|svm)( |$)' /proc/cpuinfo || export LIBGUESTFS_BACKEND_SETTINGS=force_tcg

"$V2V_SRCDIR/scripts/build-appliance" "$app" >build.log 2>&1
is "it is built" "$?" 0
[ -e "$app/v2v-appliance" ] || { sed 's/^/# /' build.log; done_testing; }
like "the stamp says for which libguestfs" "$app/v2v-appliance" '^libguestfs [0-9]+\.[0-9]+\.[0-9]+$'
like "the stamp names the kernel" "$app/v2v-appliance" '^kernel [0-9]+\.'
ok "it is complete" [ -s "$app/kernel" -a -s "$app/initrd" -a -s "$app/root" -a -s "$app/README.fixed" ]
ok "root is cut to its contents" [ "$(stat -c %s "$app/root")" -lt $((2048 * 1048576)) ]
cpio -it --quiet <"$app/initrd" >initrd.list
like "the initrd has what the disks need" initrd.list '^sd_mod\.ko'
unlike "and nothing for other machines" initrd.list 'libata|nvdimm|virtio_net|virtio.rng|crc32c.intel'
if [ "$(uname -m)" = x86_64 ]; then
  is "the kernel need not unpack itself" "$(head -c 4 "$app/kernel" | tail -c 3)" ELF
fi
before=$(stat -c '%i %Y' "$app/root")
"$V2V_SRCDIR/scripts/build-appliance" "$app" >build.log 2>&1
like "a second run does nothing" build.log '^up to date: '
is "and changes nothing" "$(stat -c '%i %Y' "$app/root")" "$before"
sed -i 's/^inputs .*/inputs 0/' "$app/v2v-appliance"
"$V2V_SRCDIR/scripts/build-appliance" "$app" >build.log 2>&1
ok "a stale one is made anew" [ "$(stat -c '%i %Y' "$app/root")" != "$before" ]
is "nothing is left behind" "$(echo app*)" "app app.lock"
mkdir foreign && echo precious >foreign/file
not_ok_cmd "a directory of somebody else is refused" "$V2V_SRCDIR/scripts/build-appliance" "$T/foreign"
is "and stays as it was" "$(cat foreign/file)" precious
not_ok_cmd "a name that libguestfs cannot take is refused" "$V2V_SRCDIR/scripts/build-appliance" "$T/a:b"
SUPERMIN_KERNEL=/no/such/kernel CC=false "$V2V_SRCDIR/scripts/build-appliance" "$app" >build.log 2>&1
is "a failing build fails" "$?" 1
ok "and leaves the old one" [ -s "$app/root" ]

# --- disks; more than ten, so that the order of their names is not that of their numbers
sizes=(96 50 51 60 90 130 131 132 64 420 33 34 70 35)
#      a  b  c  d  e  f   g   h   i  j   k  l  m  n
disks=()
for i in "${!sizes[@]}"; do
  truncate -s "${sizes[$i]}M" "d$i.img"
  disks+=(--format=raw -a "$T/d$i.img")
done

fish () { # name of the run, appliance directory or "", guestfish's arguments and commands
  local name=$1 path=$2
  shift 2
  [ -z "$path" ] || local -x LIBGUESTFS_PATH=$path
  # The passphrase, twice where it is set: one line for each time that it is asked for.
  yes "a passphrase" | timeout 280 guestfish --keys-from-stdin "$@" >"$name.out" 2>"$name.err"
}

make_all=(
  run
  # a: a partition with a label, and an LVM root beside it
  : part-init /dev/sda gpt : part-add /dev/sda p 2048 32767 : part-add /dev/sda p 32768 194559
  : mkfs ext4 /dev/sda1 label:"my /boot"
  : set-uuid /dev/sda1 11111111-2222-4333-8444-555555555555
  : pvcreate /dev/sda2 : vgcreate vg-a /dev/sda2 : lvcreate root vg-a 40
  : mkfs ext4 /dev/vg-a/root : mount /dev/vg-a/root / : write /lvm lvm : umount /
  # b, c: a mirror, with LVM on it, whose names do not hang on the order of the arrays
  : md-create pair "/dev/sdb /dev/sdc" level:raid1
  : pvcreate /dev/md127 : vgcreate vg-b /dev/md127 : lvcreate root vg-b 20
  : mkfs ext4 /dev/vg-b/root : mount /dev/vg-b/root / : write /md md : umount /
  # d: LUKS; e: LVM in LUKS
  : luks-format /dev/sdd 0 : luks-open /dev/sdd cr-d : mkfs ext2 /dev/mapper/cr-d
  : mount /dev/mapper/cr-d / : write /luks luks : umount / : luks-close /dev/mapper/cr-d
  : luks-format /dev/sde 0 : luks-open /dev/sde cr-e : pvcreate /dev/mapper/cr-e
  : vgcreate vg-e /dev/mapper/cr-e : lvcreate root vg-e 40 : mkfs ext2 /dev/vg-e/root
  : mount /dev/vg-e/root / : write /inside inside : umount / : vg-activate false vg-e
  : luks-close /dev/mapper/cr-e
  # f: a subvolume; g, h: one btrfs on two
  : mkfs btrfs /dev/sdf : mount /dev/sdf / : btrfs-subvolume-create /@root
  : write /@root/sub sub : umount /
  : mkfs-btrfs "/dev/sdg /dev/sdh" metadata:raid1 datatype:raid1 label:both
  : mount /dev/sdg / : write /two two : umount /
  # i: NTFS; j: XFS
  : mkfs ntfs /dev/sdi : mount /dev/sdi / : write /ntfs ntfs : umount /
  : mkfs xfs /dev/sdj : mount /dev/sdj / : write /xfs xfs : umount /
  # m: half of a mirror, and LVM on it
  : md-create half "/dev/sdm" level:raid1 missingbitmap:2
  : pvcreate /dev/md126 : vgcreate vg-m /dev/md126 : lvcreate root vg-m 40
  : mkfs ext2 /dev/vg-m/root : mount /dev/vg-m/root / : write /deep deep : umount /
)
read_all=(
  run
  : list-devices : list-partitions : list-md-devices : list-dm-devices
  : vgs : lvs : list-filesystems
  : blockdev-getsize64 /dev/sda : blockdev-getsize64 /dev/sdb : blockdev-getsize64 /dev/sdi
  : blockdev-getsize64 /dev/sdj : blockdev-getsize64 /dev/sdk : blockdev-getsize64 /dev/sdn
  : findfs-uuid 11111111-2222-4333-8444-555555555555
  : mount /dev/vg-a/root / : cat /lvm : umount /
  : mount /dev/vg-b/root / : cat /md : umount /
  : luks-open /dev/sdd cr-d : mount /dev/mapper/cr-d / : cat /luks : umount /
  : luks-open /dev/sde cr-e : lvm-scan true : lvs : mount /dev/vg-e/root / : cat /inside : umount /
  : lvm-canonical-lv-name /dev/mapper/vg--e-root
  : mount-options subvol=@root /dev/sdf / : cat /sub : umount /
  : mount /dev/sdh / : cat /two : btrfs-filesystem-show /dev/sdg : umount /
  : mount /dev/sdi / : cat /ntfs : write /new again : cat /new : umount /
  : mount /dev/sdj / : cat /xfs : write /more more : cat /more : umount /
  : mount /dev/vg-m/root / : cat /deep : umount /
  : list-dm-devices
)

lap=$SECONDS
fish made "$app" "${disks[@]}" "${make_all[@]}"
rc=$?
is "LVM, MD, LUKS, btrfs, NTFS and XFS are made" "$rc" 0
echo "# made in $((SECONDS - lap)) s"
sed 's/^/# /' made.err
[ "$rc" -eq 0 ] || done_testing
lap=$SECONDS
fish slim "$app" "${disks[@]}" "${read_all[@]}"
is "and read after a boot" "$?" 0
echo "# read in $((SECONDS - lap)) s"
sed 's/^/# /' slim.err
has () { like "$1" slim.out "$2"; }
has "LVM: the root" '^lvm$'
has "MD: the mirror" '^md$'
has "LUKS" '^luks$'
has "LVM inside of LUKS" '^inside$'
has "its name" '^/dev/vg-e/root$'
has "btrfs: the subvolume" '^sub$'
has "btrfs: the file system on two disks" '^two$'
has "NTFS is read" '^ntfs$'
has "and written" '^again$'
has "XFS is read" '^xfs$'
has "and written" '^more$'
has "LVM on half a mirror" '^deep$'
has "device-mapper devices are those that are open" '^/dev/mapper/cr-d$'
has "UUIDs are found" '^/dev/sda1$'
is "disks are in the order of their numbers" \
  "$(grep -E '^[0-9]+$' slim.out | tr '\n' ' ')" "$(for i in 0 1 8 9 10 13; do echo $((sizes[i] * 1048576)); done | tr '\n' ' ')"
lap=$SECONDS
fish stock "" "${disks[@]}" "${read_all[@]}"
is "the stock appliance reads it too" "$?" 0
echo "# read in $((SECONDS - lap)) s"
# What is a matter of luck: the numbers of arrays, which udev starts as it comes to them, and
# disks in btrfsvol:, where libguestfs leaves the kernel's names.
same () { grep -v '^btrfsvol:' "$1" | sed 's#^/dev/md12[67]#/dev/mdN#'; }
is "and sees the same" "$(diff <(same slim.out) <(same stock.out))" ""

links='ls -l /dev/disk/by-path /dev/disk/by-uuid /dev/disk/by-label; ls /run/udev/data 2>/dev/null | wc -l'
fish links "$app" --format=raw -a d0.img run : debug sh "$links"
like "by-path" links.out 'pci-[0-9a-f:.]+-scsi-0:0:0:0-part2 -> \.\./\.\./sda2$'
like "by-uuid" links.out ' 11111111-2222-4333-8444-555555555555 -> \.\./\.\./sda1$'
like "by-label, encoded" links.out ' my\\x20\\x2fboot -> '
like "no udev runs" links.out '^0$'
# What guestfsd was linked with and we never use: asked for, it says so and lives on.
fish missing "$app" --format=raw -a d0.img -- run : -filesystem-walk /dev/sda1 : -yara-load /etc/passwd : list-partitions
like "no Sleuth Kit" missing.err 'filesystem_walk: tsk_'
like "no YARA" missing.err 'yara_load: '
like "and guestfsd is well" missing.out '^/dev/sda2$'
# What it was linked with and we never use, without a way to say so: the call ends it.
fish absent "$app" --format=raw -a d0.img -- run : mount-ro /dev/sda1 / : -aug-init / 0 : list-partitions
is "no Augeas: an error" "$((! $?))" 0
unlike "and no answer" absent.out '^/dev/sda2$'
# FAT is known before the first mount asks for it, or built in.
fish fat "$app" --format=raw -a d0.img run : debug sh 'ls /usr/lib/v2v-appliance; cat /proc/filesystems'
if [ -n "$(grep '\.ko$' fat.out)" ]; then
  mkfs.vfat -C fat.img 4096 >/dev/null
  fish fat "$app" --format=raw -a fat.img run : debug sh 'cat /proc/modules /proc/filesystems'
  like "FAT: its modules are there" fat.out '^nls_ascii '
  like "FAT: and registered" fat.out '^[[:space:]]+vfat$'
else
  like "FAT is in the kernel" fat.out '^[[:space:]]+vfat$'
fi
# mount(8) in one system call, and what is left to the real one.
fish vfs "$app" --format=raw -a d0.img -- run : mount-vfs ro ext4 /dev/sda1 / : -touch /no : remount / rw:true : write /here yes \
  : debug sh 'grep /sysroot /proc/mounts' : umount-all : mount-vfs ro,noatime ext4 /dev/sda1 / : cat /here \
  : debug sh 'grep /sysroot /proc/mounts' : umount-all : -mount-vfs ro xfs /dev/sda1 / : -debug sh 'umount /sysroot' : mount-ro /dev/sda1 / : cat /here
is "mounted by type, again for writing, with another option, without a type" "$?" 0
like "read-only is read-only" vfs.err 'touch: .*Read-only file system'
like "then it can be written" vfs.out '^/dev/sda1 /sysroot ext4 rw,'
like "an option that only mount(8) knows" vfs.out '^/dev/sda1 /sysroot ext4 ro,noatime'
like "and what was written is there" vfs.out '^yes$'
like "the wrong type, in the words of mount(8)" vfs.err 'mount_vfs: .*(wrong fs type|bad superblock)'
like "nothing to unmount, in those of umount(8)" vfs.err 'umount: .*not mounted'
LIBGUESTFS_APPEND=v2v_appliance=stock fish inner "$app" --format=raw -a d0.img run : debug sh "$links"
is "asked for, the stock /init runs in it" "$?" 0
unlike "with udev" inner.out '^0$'
like "and all of its links" inner.out 'by-path'

# A guest whose disk calls itself as the appliance's is not started in its place; and behind
# sdz comes sdaa.
mkfs.ext2 -q -U "$(dumpe2fs -h "$app/root" 2>/dev/null | sed -n 's/^Filesystem UUID: *//p')" twin.img 4096
many=()
for i in {1..26}; do
  truncate -s 1M "many$i.img"
  many+=(-a "many$i.img")
done
fish twin "$app" --format=raw -a twin.img -a d0.img run : list-devices
is "a disk with the appliance's UUID" "$(tr '\n' ' ' <twin.out)" "/dev/sda /dev/sdb "
fish many "$app" --format=raw "${many[@]}" run : list-devices
is "26 disks" "$(wc -l <many.out) $(tail -1 many.out)" "26 /dev/sdz"

fish unpowered "$app" --format=raw -a d0.img set-append acpi=off : run : list-partitions
like "without ACPI, as the program starts it where it is emulated" unpowered.out '^/dev/sda2$'

# --- our program
inspect () { # name, disk, environment
  local name=$1 disk=$2
  shift 2
  env -u LIBGUESTFS_BACKEND -u LIBGUESTFS_BACKEND_SETTINGS "$@" timeout 280 "$V2V" inspect --format json "$disk" >"$name.json" 2>"$name.log"
}
if [ -r "$disk" ]; then
  inspect p-slim "$disk" V2V_APPLIANCE="$app"
  is "inspect: exit" "$?" 0
  like "inspect: which one runs is said" p-slim.log 'appliance up in [0-9.]+ s \((tcg|kvm), slim\)$'
  unlike "inspect: and no more" p-slim.log warning
  mkdir stale
  cp --reflink=auto "$app"/{README.fixed,kernel,initrd,root} stale/
  sed 's/^libguestfs .*/libguestfs 0.0.1/' "$app/v2v-appliance" >stale/v2v-appliance
  inspect p-stock "$disk" V2V_APPLIANCE="$T/stale"
  is "stale: exit" "$?" 0
  like "stale: the stock one is used" p-stock.log 'appliance up in [0-9.]+ s \((tcg|kvm), stock\)$'
  is "stale: which one line says" "$(grep -c warning p-stock.log)" 1
  like "stale: with the reason" p-stock.log "not '$T/stale': it is for libguestfs 0\.0\.1, this is"
  is "the guest is the same with either" "$(diff p-slim.json p-stock.json)" ""
else
  echo "# debian12-ec2 is not built: one guest, two appliances left out"
fi

mkdir -p "$XDG_CACHE_HOME/v2v-wrapper"
mv "$app" "$XDG_CACHE_HOME/v2v-wrapper/appliance"
app=$XDG_CACHE_HOME/v2v-wrapper/appliance
inspect p-cache d10.img A=
is "cache: no operating system on an empty disk" "$?" 6
like "cache: it is found there" p-cache.log 'up in [0-9.]+ s \((tcg|kvm), slim\)$'
inspect p-path d10.img LIBGUESTFS_PATH="$app"
like "LIBGUESTFS_PATH wins" p-path.log 'up in [0-9.]+ s \((tcg|kvm), LIBGUESTFS_PATH\)$'
: >"$app/initrd"
inspect p-broken d10.img A=
is "broken: the stock one takes over" "$?" 6
like "broken: the stock one runs" p-broken.log 'up in [0-9.]+ s \((tcg|kvm), stock\)$'
like "broken: one line says so" p-broken.log "warning: using the stock appliance, '$app' does not start: "
inspect p-disk /no/such/disk A=
is "a disk that is not there is no reason for another try" "$(grep -c 'stock appliance' p-disk.log)" 0
done_testing
