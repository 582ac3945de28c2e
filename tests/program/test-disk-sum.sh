# SPDX-License-Identifier: GPL-2.0-or-later
# What tells whether a disk was written to must see each byte of it.
. "$V2V_SRCDIR/tests/functions.sh"
requires python3
sum () { "$V2V_SRCDIR/tests/disk-sum" "$@"; }
poke () { printf "$2" | dd of="$T/disk" bs=1 seek="$1" conv=notrunc status=none; }

truncate -s 10000001 "$T/disk"
empty=$(sum "$T/disk")
for at in 0 65535 65536 4194304 10000000; do
  poke $at x
  ok "a byte at $at is seen" test "$(sum "$T/disk")" != "$empty"
  poke $at '\0'
  is "and that it is taken back" "$(sum "$T/disk")" "$empty"
done
poke 70000 x
one=$(sum "$T/disk")
poke 70000 '\0'
poke 135536 x
ok "the same byte in another block is another disk" test "$(sum "$T/disk")" != "$one"
poke 135536 '\0'
cp --sparse=never "$T/disk" "$T/full"
is "zeroes are zeroes, written or not" "$(sum "$T/full")" "$empty"
truncate -s 10000002 "$T/disk"
ok "a longer disk is another one" test "$(sum "$T/disk")" != "$empty"
is "two disks give two lines" "$(sum "$T/full" "$T/full" | wc -l)" 2
not_ok_cmd "a disk that is not there fails" sum "$T/none"
done_testing
