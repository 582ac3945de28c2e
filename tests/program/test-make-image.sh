#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Recipes and the cache of test disks, without building any.
. "${V2V_SRCDIR:-$(dirname "$0")/../..}/tests/functions.sh"

make_image=$V2V_SRCDIR/tests/images/make-image
export V2V_TEST_CACHE=$T/cache

for name in $("$make_image" --list); do
  "$make_image" --print-path "$name" >"$T/path" 2>"$T/err"
  is "$name: not built is exit 1" $? 1
  like "$name: the path" "$T/path" "^$T/cache/images/$name-[0-9a-f]{16}/$name\\.raw\$"
done
ok "asking writes nothing" test ! -e "$T/cache"

bad () { # description, line, expected message
  printf '%s\n' "$2" >"$T/bad.recipe"
  "$make_image" --print-path "$T/bad.recipe" >"$T/out" 2>"$T/err"
  is "$1: exit 2" $? 2
  like "$1: says where" "$T/err" "bad.recipe:1: $3"
}
bad "unknown key" 'SUIT=bookworm' "unknown key 'SUIT'"
bad "unknown value" 'SUITE=sid' 'SUITE must match'
bad "partial value" 'ROOTFS=ext4x' 'ROOTFS must match'
bad "code" 'CMDLINE=$(id)' 'CMDLINE must match'
bad "no assignment" 'SUITE bookworm' 'expected KEY=value'

refused () { # description, lines, expected message
  printf '%b' "$2" >"$T/bad.recipe"
  "$make_image" --print-path "$T/bad.recipe" >"$T/out" 2>"$T/err"
  is "$1: exit 2" $? 2
  like "$1: says why" "$T/err" "bad.recipe: $3"
}
refused "a distribution without its loader" 'DISTRO=amzn2023\n' 'DISTRO=amzn2023 needs LAYOUT=xbootldr'
refused "a distribution without dracut" 'DISTRO=rhel9\nFIRMWARE=uefi\nLAYOUT=xbootldr\n' 'DISTRO=rhel9 needs .*INITRAMFS=dracut'
refused "systemd-boot on a BIOS" 'LAYOUT=xbootldr\nINITRAMFS=dracut\n' 'LAYOUT=xbootldr needs FIRMWARE=uefi'
refused "a devices file without LVM" 'DEVICES_FILE=yes\n' 'DEVICES_FILE=yes needs LAYOUT=lvm'
refused "agents without EC2" 'AGENTS=yes\nEC2=no\n' 'AGENTS=yes needs EC2=yes'
refused "a mirror with another second disk" 'FIRMWARE=bios\nMIRROR=yes\nSECOND_DISK=ext4\n' 'MIRROR has a second disk'
refused "a mirror with UEFI" 'FIRMWARE=uefi\nMIRROR=yes\n' 'MIRROR needs LAYOUT=plain, FIRMWARE=bios'
refused "encryption with /boot in it" 'LUKS=yes\n' 'LUKS=yes needs LAYOUT=separate-boot'
refused "two wishes for p3" 'SWAP=nvme\nSECOND_ROOT=yes\n' 'SWAP and SECOND_ROOT'

"$make_image" --print-path no-such >"$T/out" 2>"$T/err"
is "unknown recipe is exit 2" $? 2
like "unknown recipe lists the known ones" "$T/err" "no recipe 'no-such'.*debian12-ec2"
"$make_image" >"$T/out" 2>"$T/err"
is "no recipe is exit 2" $? 2

# The key covers the recipe's text.
echo SUITE=bookworm >"$T/a.recipe"
one=$("$make_image" --print-path "$T/a.recipe")
echo SIZE=4096 >>"$T/a.recipe"
ok "a changed recipe is another image" test "$one" != "$("$make_image" --print-path "$T/a.recipe")"

# The agents count for who has them, and so do arrays and encryption: a change there keeps
# the other images.
cp -r "$V2V_SRCDIR/tests/images" "$T/images"
keys () { local n; for n in debian12-ec2 debian12-ec2-agents debian12-ec2-luks debian12-ec2-md; do "$T/images/make-image" --print-path $n; done; }
before=$(keys)
echo '# changed' >>"$T/images/lib/agents.sh"
printf ': # agents\n' >>"$T/images/lib/disk.sh"
is "another agent is another image with agents only" \
  "$(diff <(echo "$before") <(keys) | sed -n 's,^[<>].*/\(.*\)\.raw$,\1,p' | sort -u)" debian12-ec2-agents
before=$(keys)
echo '# changed' >>"$T/images/lib/storage.py"
printf ': # storage\n' >>"$T/images/lib/disk.sh"
is "another storage is another image with arrays and encryption only" \
  "$(diff <(echo "$before") <(keys) | sed -n 's,^[<>].*/\(.*\)\.raw$,\1,p' | sort -u | paste -sd' ')" "debian12-ec2-luks debian12-ec2-md"
before=$(keys)
echo : >>"$T/images/lib/disk.sh"
is "another builder is another image of all" "$(diff <(echo "$before") <(keys) | grep -c '^<')" 4

# Found in the cache: no root, no tools, no lock.
mkdir -p "$(dirname "$one")"
echo SUITE=bookworm >"$T/a.recipe"
is "a cached image is used" "$("$make_image" "$T/a.recipe")" "$one"

if [ "$(id -u)" != 0 ]; then
  "$make_image" debian12-ec2 >"$T/out" 2>"$T/err"
  is "building without root is exit 4" $? 4
  like "and says so" "$T/err" 'needs root'
fi
done_testing
