# SPDX-License-Identifier: GPL-2.0-or-later
# Disks and circumstances that are refused: one line, the documented exit status, and the
# disk bit for bit as it was.
. "$V2V_SRCDIR/tests/functions.sh"
. "$V2V_SRCDIR/tests/e2e/functions.sh"
root_required
requires qemu-system-x86_64 qemu-img virt-v2v-in-place mke2fs sfdisk

refused () { # description, exit status, regex, disk, command...
  local what=$1 want=$2 regex=$3 d=$4 before got
  shift 4
  before=$(sha "$d")
  timed "$what" timeout -k 10 400 "$@" >"$T/out.log" 2>"$T/err"
  got=$?
  ok "$what: exit status $want (got $got)" grep -qxE "$want" <<<"$got"
  is "$what: one error line" "$(grep -c '^v2v-wrapper: error: ' "$T/err")" 1
  like "$what: says why" "$T/err" "^v2v-wrapper: error: .*$regex"
  is "$what: the disk is unchanged" "$(sha "$d")" "$before"
}
convert=("$V2V" convert --work-dir "$T/work" -o "$T/out")
virt_v2v=("$V2V" convert --engine virt-v2v --work-dir "$T/work" -o "$T/out")

# --- nothing to convert
truncate -s 64M "$T/blank.raw"
refused "a blank disk" 6 "no operating system" "$T/blank.raw" "${convert[@]}" "$T/blank.raw"
mkdir "$T/tree"
echo data >"$T/tree/file"
mke2fs -q -t ext4 -d "$T/tree" "$T/data.raw" 64M
refused "a disk with data but no operating system" 6 "no operating system" "$T/data.raw" "${convert[@]}" "$T/data.raw"
two=$(guest_copy debian12-two-roots two)
refused "two systems and --root single" 2 "--root" "$two" "${convert[@]}" --root single "$two"
refused "a root that is not there" 2 "sdz" "$two" "${convert[@]}" --root /dev/sdz9 "$two"

# --- a guest that virt-v2v cannot take, refused before it runs
mkdir -p "$T/amzn"/{etc,usr/bin,usr/lib,boot,bin}
printf 'NAME="Amazon Linux"\nID=amzn\nVERSION_ID="2023"\nPRETTY_NAME="Amazon Linux 2023"\n' >"$T/amzn/usr/lib/os-release"
cp /bin/true "$T/amzn/usr/bin/ls"
cp /bin/true "$T/amzn/bin/ls"
: >"$T/amzn/etc/fstab"
mke2fs -q -t ext4 -d "$T/amzn" "$T/amzn.raw" 128M
refused "Amazon Linux" 3 "Amazon Linux|amzn" "$T/amzn.raw" "${virt_v2v[@]}" "$T/amzn.raw"

# --- circumstances
disk=$(guest_copy debian12-ec2 web01) || skip_all "the guest could not be made"
mkdir "$T/small"
mount -t tmpfs -o size=6m tmpfs "$T/small"
refused "a work directory of 6 MiB" 5 "space|full" "$disk" "$V2V" convert --work-dir "$T/small" -o "$T/out" "$disk"
umount "$T/small"
mount -t tmpfs -o size=90m tmpfs "$T/small"
( sleep 14; head -c 200M /dev/zero >"$T/small/filler" 2>/dev/null ) &
refused "a work directory that fills up half-way" 5 "space|full" "$disk" "$V2V" convert --engine virt-v2v --work-dir "$T/small" -o "$T/out" "$disk"
wait
umount "$T/small"

bin=$T/bin
mkdir "$bin"
fake () { printf '#!/bin/bash\n%s\n' "$1" >"$bin/virt-v2v-in-place"; chmod +x "$bin/virt-v2v-in-place"; }
real=$(command -v virt-v2v-in-place)
handshake="case \" \$* \" in *' --version '*|*' --help '*) exec $real \"\$@\";; esac; case \$# in 1) exec $real \"\$@\";; esac"
fake "$handshake
echo 'virt-v2v-in-place: error: no installed kernel packages were found.' >&2; exit 1"
refused "virt-v2v fails" "[345]" "kernel" "$disk" env PATH="$bin:$PATH" "${virt_v2v[@]}" "$disk"
fake "$handshake
kill -KILL \$\$"
refused "virt-v2v is killed" "[15]" "killed|signal" "$disk" env PATH="$bin:$PATH" "${virt_v2v[@]}" "$disk"

# --- in use
qemu-system-x86_64 -machine q35 -accel tcg -display none -S -drive "file=$disk,format=raw,if=virtio" &
qemu=$!
sleep 2
refused "a disk in a running qemu" 5 "use" "$disk" "${convert[@]}" "$disk"
kill $qemu
wait $qemu 2>/dev/null
loop=$(losetup -f --show -r "$T/data.raw")
mkdir "$T/mnt"
mount -o ro "$loop" "$T/mnt"
refused "a mounted disk" 5 "mounted|use" "$T/data.raw" "${convert[@]}" "$T/data.raw"
umount "$T/mnt"
losetup -d "$loop"
# The slow engine: it must still be at work when the disk's checksum was taken.
"${virt_v2v[@]}" "$disk" 2>"$T/first.log" &
first=$!
sleep 1
refused "a second run on the same disk" 5 "use|lock|another" "$disk" "$V2V" convert --work-dir "$T/work2" -o "$T/out2" "$disk"
kill -TERM $first
wait $first
is "the first run was stopped" $? 143
not_ok_cmd "no description was written by any of them" sh -c "ls '$T/out/'*.yaml '$T/out2/'*.yaml"
done_testing
