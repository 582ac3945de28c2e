# SPDX-License-Identifier: GPL-2.0-or-later
# Bad input: one clear line, the documented exit status, the disk as it was.
# Needs no appliance: all of this is found before one would start.
. "$V2V_SRCDIR/tests/functions.sh"
requires qemu-img
unset V2V_source V2V_inPlace V2V_vmName V2V_libvirtURL V2V_WORKDIR
export V2V_SEARCH_ROOT=$T/nowhere

disk=$T/disk.img
truncate -s 64M "$disk"
work=(--work-dir "$T/work" -o "$T/out.d")

refused "missing file" 2 "missing.img" convert "${work[@]}" "$T/missing.img"
mkdir "$T/dir"
refused "a directory" 2 "director" convert "${work[@]}" "$T/dir"
: >"$T/empty.img"
refused "an empty file" 2 "empty" convert "${work[@]}" "$T/empty.img"
head -c 100000 /dev/zero >"$T/odd.img"
refused "a truncated raw image" 2 "512|truncated" convert "${work[@]}" "$T/odd.img"

qemu-img create -q -f qcow2 "$T/disk.qcow2" 64M
refused "a qcow2 without --format" 2 "--format" convert "${work[@]}" "$T/disk.qcow2"
cp "$T/disk.qcow2" "$T/hidden.raw"
truncate -s 64M "$T/hidden.raw"
refused "a qcow2 header inside a raw disk" 2 "--format" convert "${work[@]}" "$T/hidden.raw"
refused "a raw disk said to be qcow2" 2 "qcow2" convert "${work[@]}" --format qcow2 "$disk"
qemu-img create -q -f qcow2 -F raw -b "$disk" "$T/backed.qcow2"
refused "a qcow2 with a backing file" 2 "backing" convert "${work[@]}" --format qcow2 "$T/backed.qcow2"
head -c 70000 "$T/disk.qcow2" >"$T/short.qcow2"
refused "a truncated qcow2" 2 "short.qcow2" convert "${work[@]}" --format qcow2 "$T/short.qcow2"
refused "the same disk twice" 2 "twice|same" convert "${work[@]}" "$disk" "$disk"
ln "$disk" "$T/link.img"
refused "the same disk by another name" 2 "twice|same" convert "${work[@]}" "$disk" "$T/link.img"
refused "unwritable output directory" 5 "output directory" convert --work-dir "$T/work" -o /proc/nowhere "$disk"

# --- hostile domain XML
xml () { printf '%s' "$1" >"$T/dom.xml"; }
xml "<!DOCTYPE d [<!ENTITY a 'b'>]><domain><name>&a;</name></domain>"
refused "entities in the domain XML" 2 "document type" convert "${work[@]}" -i libvirtxml "$T/dom.xml"
xml "<domain><name>x</name><devices/></domain>"
refused "a domain without disks" 2 "disk" convert "${work[@]}" -i libvirtxml "$T/dom.xml"
xml "<domain><name>x</name>"
refused "XML that ends too soon" 2 "well-formed" convert "${work[@]}" -i libvirtxml "$T/dom.xml"
xml "not XML at all"
refused "no XML" 2 "dom.xml" convert "${work[@]}" -i libvirtxml "$T/dom.xml"
truncate -s 100M "$T/huge.xml"
refused "100 MB of domain XML" 2 "too large" convert "${work[@]}" -i libvirtxml "$T/huge.xml"
xml "<domain type='kvm'><name>x</name><devices><disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='/nowhere/a'/><target dev='vda' bus='virtio'/></disk></devices></domain>"
refused "more disks than the domain has" 2 "1 disk" convert "${work[@]}" -i libvirtxml "$T/dom.xml" "$disk" "$T/odd.img"
refused "a domain file that is a directory" 2 "regular file|director" convert "${work[@]}" -i libvirtxml "$T/dir"
mkfifo "$T/fifo"
refused "a domain file that is a FIFO does not hang" 2 "regular file" convert "${work[@]}" -i libvirtxml "$T/fifo"
refused "a disk that is a FIFO does not hang" 2 "fifo" convert "${work[@]}" "$T/fifo"

# --- in use
( exec 9<>"$disk"; flock -n 9; sleep 30 ) &
holder=$!
for _ in $(seq 50); do flock -n "$disk" true || break; sleep 0.1; done
refused "a disk that another run has locked" 5 "in use|locked|busy" convert "${work[@]}" "$disk"
kill $holder

is "the disk is as it was" "$(sha256sum <"$disk")" "$(head -c 64M /dev/zero | sha256sum)"
done_testing
