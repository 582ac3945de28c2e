# SPDX-License-Identifier: GPL-2.0-or-later
# Transactions with the real qemu-img: success, every interruption, every refusal.
. "$V2V_SRCDIR/tests/functions.sh"
requires qemu-img qemu-io qemu-nbd sha256sum

DRIVER=$V2V_BUILDDIR/tests/program/tx-driver
OUT=$T/out
W=$T/work
# Exit codes of the driver: 10 + V2vErrorCode.
INTERNAL=10 USAGE=11 REFUSED=13 STORAGE=14 CANCELLED=16
# Two far ends and the middle of a 32 MiB disk, with a hole punched by the guest.
EDITS=(-c 'write -P 0x11 0 8M' -c 'write -P 0x22 20M 4M' -c 'discard 28M 1M')
EDIT="for o; do qemu-io -f qcow2 -c 'write -P 0x11 0 8M' -c 'write -P 0x22 20M 4M' -c 'discard 28M 1M' \"\$o\" >/dev/null || exit 1; done"

hash () { sha256sum <"$1" | cut -c1-64; }
# Descriptor 7 is the shell's alone: a test below is about who holds a disk by it.
tx () { timeout 120 "$DRIVER" "$@" >"$OUT" 2>&1 7>&-; rc=$?; }
new_disk () { cp "$T/template" "$1"; }
# "is" on two facts at once: the driver's exit code and the disk's content.
expect () { # description, exit code, output regex
  is "$1: exit code" "$rc" "$2"
  like "$1: says" "$OUT" "$3"
}
no_leftovers () { # description [work dir]
  is "$1: nothing left over" "$(find "${2:-$W}" -mindepth 1 2>/dev/null | wc -l)" 0
}
with_accident () { # mode, overlay, base, driver arguments...
  mkdir -p "$T/bin"
  cp "$V2V_SRCDIR/tests/program/fake-qemu-img" "$T/bin/qemu-img"
  FAKE_REAL=$(command -v qemu-img) FAKE_MODE=$1 FAKE_OVERLAY=$2 FAKE_BASE=$3 \
    PATH=$T/bin:$PATH tx "${@:4}"
}

head -c 33554432 /dev/urandom >"$T/template"
sync "$T/template"
OLD=$(hash "$T/template")
cp "$T/template" "$T/expected"
qemu-io -f raw "${EDITS[@]}" "$T/expected" >/dev/null
NEW=$(hash "$T/expected")

# ---- success
D=$T/d.img E=$T/e.img
new_disk "$D"; new_disk "$E"
blocks=$(stat -c %b "$D")
tx -w "$W" -c "$EDIT" "$D" "$E"
expect "two disks" 0 '^committed$'
is "first disk is new" "$(hash "$D")" "$NEW"
is "second disk is new" "$(hash "$E")" "$NEW"
# The file system may need a block more for its own notes of where they are.
ok "a thick disk stays thick" [ "$(stat -c %b "$D")" -ge "$blocks" ]
no_leftovers "two disks"
tx -w "$W" -c "$EDIT" "$D" "$E"
expect "once more" 0 '^committed$'
is "the same content" "$(hash "$D")" "$NEW"

rm -f "$D"; truncate -s 32M "$D"
tx -w "$W" -c "qemu-io -f qcow2 -c 'write -P 1 0 1M' -c 'write -z 8M 16M' \"\$1\"" "$D"
expect "sparse disk" 0 '^committed$'
ok "a sparse disk stays sparse" test "$(stat -c %b "$D")" -le 4096

# ---- failure and cancel before the commit: bit-identical, nothing left
new_disk "$D"; new_disk "$E"
tx -w "$W" -c "$EDIT; false" "$D" "$E"
expect "failing conversion" $STORAGE "the test's command failed"
is "failing conversion: disk as before" "$(hash "$D")" "$OLD"
no_leftovers "failing conversion"

tx -w "$W" -c "$EDIT; kill -TERM \$PPID; exec sleep 60" "$D" "$E"
expect "SIGTERM before the commit" $CANCELLED 'stopped by a signal'
is "SIGTERM before the commit: disk as before" "$(hash "$D")" "$OLD"
no_leftovers "SIGTERM before the commit"

for fault in commit-before journal; do
  V2V_TEST_FAIL=$fault tx -w "$W" -c "$EDIT" "$D" "$E"
  expect "fault $fault" $STORAGE 'V2V_TEST_FAIL'
  is "fault $fault: disks as before" "$(hash "$D") $(hash "$E")" "$OLD $OLD"
  no_leftovers "fault $fault"
done

# ---- killed before the commit
tx -w "$W" -c "$EDIT; kill -9 \$PPID; sleep 60" "$D" "$E"
is "SIGKILL while converting" "$rc" 137
is "SIGKILL while converting: disk as before" "$(hash "$D")" "$OLD"
ok "its overlay is still there" test -s "$W/tx/disk-0.qcow2"
V2V_TEST_FAIL=commit-before,kill tx -w "$W" -c "$EDIT" "$D" "$E"
is "SIGKILL when prepared" "$rc" 137
like "the journal says so" "$W/tx/journal.json" '"prepared"'
is "SIGKILL when prepared: disks as before" "$(hash "$D") $(hash "$E")" "$OLD $OLD"
is "the work directory is closed to others" "$(stat -c %a "$W/tx")" 700
tx -w "$W" -c "$EDIT" "$D" "$E"
expect "the same command again" 0 '^committed$'
is "converts" "$(hash "$D") $(hash "$E")" "$NEW $NEW"
no_leftovers "again"

# ---- interrupted inside the commit
new_disk "$D"; new_disk "$E"
V2V_TEST_FAIL=commit-after-first,kill tx -w "$W" -c "$EDIT" "$D" "$E"
is "SIGKILL between two disks" "$rc" 137
is "one new, one old" "$(hash "$D") $(hash "$E")" "$NEW $OLD"
like "the journal says so" "$W/tx/journal.json" '"committing"'
tx -w "$W" -c false "$E" "$D"
expect "the same disks in another order" 0 '^resumed$'
is "both are new" "$(hash "$D") $(hash "$E")" "$NEW $NEW"
no_leftovers "resumed"

new_disk "$D"; new_disk "$E"
V2V_TEST_FAIL=commit-after-first tx -w "$W" -c "$EDIT" "$D" "$E"
expect "error between two disks" $STORAGE 'run the same command again to finish'
tx -w "$W" -c false "$D" "$E"
expect "resume after an error" 0 '^resumed$'
is "both are new" "$(hash "$D") $(hash "$E")" "$NEW $NEW"

new_disk "$D"; new_disk "$E"
with_accident fail disk-1.qcow2 "$E" -w "$W" -c "$EDIT" "$D" "$E"
expect "commit fails" $STORAGE "committing to disk '.*e.img' failed .*Input/output error"
tx -w "$W" -c false "$D" "$E"
expect "commit tried again" 0 '^resumed$'
is "both are new" "$(hash "$D") $(hash "$E")" "$NEW $NEW"

new_disk "$D"; new_disk "$E"
with_accident kill disk-0.qcow2 "$D" -w "$W" -c "$EDIT" "$D" "$E"
is "SIGKILL in the middle of qemu-img commit" "$rc" 137
mixed=$(hash "$D")
ok "the disk is neither old nor new" test "$mixed" != "$OLD" -a "$mixed" != "$NEW"
mkdir "$T/saved"; cp -r "$W" "$T/saved/work"

# ---- what a resume refuses, with everything still in place afterwards
tx -w "$W" -c "$EDIT" "$D"
expect "one of the disks alone" $REFUSED "interrupted commit of other disks.*d.img', '.*e.img'"
cp "$D" "$T/copy"; mv "$D" "$T/aside"; mv "$T/copy" "$D"
tx -w "$W" -c "$EDIT" "$D" "$E"
expect "another disk by the same name" $REFUSED "is not the disk whose commit was interrupted"
rm "$D"; mv "$T/aside" "$D"
cp "$W/tx/journal.json" "$T/journal"
head -c 100 "$T/journal" >"$W/tx/journal.json"
tx -w "$W" -c "$EDIT" "$D" "$E"
expect "damaged journal" $REFUSED "journal.json' is damaged; restore the disks"
ok "damaged journal: the overlays stay" test -s "$W/tx/disk-0.qcow2" -a -s "$W/tx/disk-1.qcow2"
cp "$T/journal" "$W/tx/journal.json"
mv "$W/tx/disk-1.qcow2" "$T/aside"
tx -w "$W" -c "$EDIT" "$D" "$E"
expect "missing overlay" $REFUSED "disk-1.qcow2' is missing"
mv "$T/aside" "$W/tx/disk-1.qcow2"
tx -w "$W" -c false "$D" "$E"
expect "the same command again" 0 '^resumed$'
is "finishes it" "$(hash "$D") $(hash "$E")" "$NEW $NEW"
no_leftovers "finished"
# Idempotent: the whole log once more over finished disks changes nothing.
rm -rf "$W"
mv "$T/saved/work" "$W"
tx -w "$W" -c false "$D" "$E"
expect "a commit repeated" 0 '^resumed$'
is "repeats nothing else" "$(hash "$D") $(hash "$E")" "$NEW $NEW"

new_disk "$D"; new_disk "$E"
with_accident term disk-0.qcow2 "$D" -w "$W" -c "$EDIT" "$D" "$E"
expect "SIGTERM inside the commit is finished, not obeyed" 0 '^committed$'
is "both are new" "$(hash "$D") $(hash "$E")" "$NEW $NEW"

# ---- one of the disks of an interrupted commit, with the default directory
mkdir -m 700 "$T/brothers"
new_disk "$D"; new_disk "$E"
V2V_TEST_FAIL=commit-after-first,kill tx -w "$T/brothers/both" -c "$EDIT" "$D" "$E"
tx -w "$T/brothers/one" -c "$EDIT" "$E"
expect "one disk in a directory of its own" $REFUSED "brothers/both' holds an interrupted commit.*d.img', '.*e.img'"
is "it is not touched" "$(hash "$E")" "$OLD"
tx -w "$T/brothers/both" -c "$EDIT" "$D" "$E"
expect "both" 0 '^resumed$'
tx -w "$T/brothers/one" -c "$EDIT" "$E"
expect "then one disk" 0 '^committed$'

# ---- in use
new_disk "$D"
mkfifo "$T/go"
timeout 60 "$DRIVER" -w "$W" -c ": >'$T/started'; read x <'$T/go'" "$D" >"$T/first.out" 2>&1 &
first=$!
for _ in $(seq 200); do [ -e "$T/started" ] && break; sleep 0.05; done
tx -w "$T/work2" -c true "$D"
expect "second run" $STORAGE "disk '.*d.img' is in use: process [0-9]+ \(tx-driver\) has it open"
no_leftovers "second run" "$T/work2"
tx -w "$W" -c true "$E"
expect "second run in its work directory" $STORAGE "work directory .* is in use by process [0-9]+ \(tx-driver\)"
echo >"$T/go"
wait $first
is "the first run is not disturbed" "$(cat "$T/first.out")" committed

qemu-nbd -f raw -t -k "$T/nbd" --fork --pid-file="$T/nbd.pid" "$D"
tx -w "$W" -c true "$D"
expect "served by qemu-nbd" $STORAGE "in use: process $(cat "$T/nbd.pid") \(qemu-nbd\) has it open"
tx --read-only --check-only "$D"
expect "served by qemu-nbd, only to be read" 0 '^raw 33554432$'
kill "$(cat "$T/nbd.pid")"
while kill -0 "$(cat "$T/nbd.pid")" 2>/dev/null; do sleep 0.05; done
if command -v qemu-system-x86_64 >/dev/null; then
  # A node without a device takes no lock: -blockdev alone is not a machine with a disk.
  qemu-system-x86_64 -accel tcg -M q35 -m 32 -nodefaults -display none -S -daemonize \
    -pidfile "$T/vm.pid" -drive "file=$D,format=raw,if=none,id=d" \
    -device virtio-blk-pci,drive=d >"$T/vm.out" 2>&1 || cat "$T/vm.out"
  tx -w "$W" -c true "$D"
  expect "open in a virtual machine" $STORAGE "in use: process [0-9]+ \(qemu-system"
  vm=$(cat "$T/vm.pid")
  kill "$vm"
  # It holds the disk until it is gone, which takes a while on a busy machine.
  for _ in $(seq 100); do kill -0 "$vm" 2>/dev/null && sleep 0.1 || break; done
else
  echo "# SKIP open in a virtual machine: qemu-system-x86_64 is not installed"
fi

exec 7<>"$D"
tx -w "$W" -c true "$D"
expect "open for writing in a program without locks" $STORAGE "process $$ \(.*\) has it open for writing"
exec 7<&-
exec 7<"$D"
tx -w "$W" -c true "$D"
expect "open for reading" 0 '^committed$'
exec 7<&-

# ---- names that mean something to somebody
odd=$'-a,b:c "d\n\xff.img'
oddw=$T/$'w,x:y\nz'
new_disk "$T/$odd"
(cd "$T" && timeout 60 "$DRIVER" -w "$oddw" -c "$EDIT" -- "$odd" >"$OUT" 2>&1)
rc=$?
expect "odd names" 0 '^committed$'
is "odd names: disk is new" "$(hash "$T/$odd")" "$NEW"
no_leftovers "odd names" "$oddw"
new_disk "$T/$odd"
V2V_TEST_FAIL=commit-after-first,kill tx -w "$oddw" -c "$EDIT" "$T/$odd"
tx -w "$oddw" -c false "$T/$odd"
expect "odd names resumed" 0 '^resumed$'
cp "$T/template" "$T/json:{}"
(cd "$T" && timeout 60 "$DRIVER" -w "$W" -c "$EDIT" -- 'json:{}' >"$OUT" 2>&1)
rc=$?
expect "a name like a qemu option" 0 '^committed$'

# ---- qcow2
Q=$T/q.qcow2
qemu-img convert -f raw -O qcow2 "$T/template" "$Q"
tx --check-only "qcow2=$Q"
expect "a good qcow2" 0 '^qcow2 33554432$'
tx -w "$W" -c "$EDIT" "qcow2=$Q"
expect "qcow2 disk" 0 '^committed$'
ok "qcow2 disk has the new content" qemu-img compare -f qcow2 -F raw "$Q" "$T/expected"
tx --check-only "$Q"
expect "qcow2 without --format" $USAGE "has a qcow2 header.*--format qcow2"
qemu-img create -q -f qcow2 -F raw -b "$T/template" "$T/b.qcow2"
tx --check-only "qcow2=$T/b.qcow2"
expect "qcow2 with a backing file" $USAGE "has a backing file"
qemu-img create -q -f qcow2 -o data_file="$T/data.raw" "$T/x.qcow2" 1M
tx --check-only "qcow2=$T/x.qcow2"
expect "qcow2 with a data file" $USAGE "data in another file"
qemu-img create -q -u -f qcow2 -F raw -b 'json:{"driver":"nbd","host":"127.0.0.1"}' "$T/j.qcow2" 1M
tx --check-only "qcow2=$T/j.qcow2"
expect "qcow2 with a json: backing file" $USAGE "has a backing file"
head -c 2000000 "$Q" >"$T/short.qcow2"
tx --check-only "qcow2=$T/short.qcow2"
expect "truncated qcow2" $USAGE "truncated or damaged"
head -c 200 "$Q" >"$T/short.qcow2"
tx --check-only "qcow2=$T/short.qcow2"
expect "qcow2 without tables" $USAGE "q?.*(truncated|cannot be)"
qemu-img create -q -f vmdk "$T/v.vmdk" 1M
tx --check-only "vmdk=$T/v.vmdk"
expect "a good vmdk" 0 '^vmdk 1048576$'
qemu-img create -q -f vmdk -o subformat=monolithicFlat "$T/flat.vmdk" 1M
tx --check-only "vmdk=$T/flat.vmdk"
expect "vmdk with its data elsewhere" $USAGE "in other files"

# ---- surroundings
mkdir -p "$T/nobin"
PATH=$T/nobin "$DRIVER" -w "$W" -c true "$D" >"$OUT" 2>&1; rc=$?
expect "no qemu-img" $INTERNAL "'qemu-img' is not installed"
tx -w "$D/below" -c true "$D"
expect "work directory below a file" $USAGE "work directory '.*' is not a directory"
tx -w "$W" --min-free 9000000000000000000 -c true "$D"
expect "too little space to begin with" $STORAGE "work directory '.*' is full"
no_leftovers "too little space"

. "$V2V_SRCDIR/tests/program/transaction-root.sh"
done_testing
