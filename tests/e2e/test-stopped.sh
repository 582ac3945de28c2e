# SPDX-License-Identifier: GPL-2.0-or-later
# A run that is stopped leaves the disk as it was, or is finished by the same command.
. "$V2V_SRCDIR/tests/functions.sh"
. "$V2V_SRCDIR/tests/e2e/functions.sh"
root_required
requires qemu-system-x86_64 qemu-img virt-v2v-in-place

disk=$(guest_copy debian12-ec2 web01) || skip_all "the guest could not be made"
original=$(sha "$disk")
work=$T/work
# An array, not a function: the pid of a function in the background is a shell's.
# The slow engine, so that there is something to stop; the commit is the same for both.
native=("$V2V" convert --name web01 --work-dir "$work" -o "$T/out" "$disk")
convert=("${native[@]}" --engine virt-v2v)
no_children () { ! pgrep -f "$work" >/dev/null; }

# --- SIGTERM at ten moments: while checking, launching, inspecting, converting
for moment in 0.1 0.5 1 2 4 6 8 11 20 30; do
  timeout -s TERM -k 60 "$moment" "${convert[@]}" 2>"$T/term.log"
  rc=$?
  # timeout(1) says 124 for "the time was up"; the program's own status is in the log.
  is "SIGTERM after $moment s: stopped" "$rc" 124
  like "SIGTERM after $moment s: one line says so" "$T/term.log" 'error: stopped by signal 15'
  is "SIGTERM after $moment s: the disk is unchanged" "$(sha "$disk")" "$original"
  ok "SIGTERM after $moment s: no process is left" no_children
done
"${convert[@]}" 2>"$T/term.log" &
pid=$!
sleep 3
kill -TERM $pid
wait $pid
is "the exit status of a terminated run is 143" $? 143
not_ok_cmd "no output was written" test -e "$T/out/web01.yaml"

# --- SIGKILL in the middle of the engine
"${convert[@]}" 2>"$T/kill.log" &
pid=$!
sleep 40
kill -KILL $pid
wait $pid 2>/dev/null
is "SIGKILL in the engine: the disk is unchanged" "$(sha "$disk")" "$original"
for _ in $(seq 50); do no_children && break; sleep 0.2; done
ok "SIGKILL in the engine: no process is left" no_children

# --- SIGKILL inside the commit: a qemu-img that dies half-way and takes us with it.
# At 1 MiB/s there are seconds of it left when the first write is seen, on any machine.
mkdir -p "$T/bin"
real=$(command -v qemu-img)
cat >"$T/bin/qemu-img" <<X
#!/bin/bash
if [ "\$1" = commit ]; then
  touch -r "$disk" "$T/before-commit"
  "$real" "\$1" -r 1M "\${@:2}" &
  for _ in \$(seq 600); do [ "$disk" -nt "$T/before-commit" ] && break; sleep 0.1; done
  kill -KILL \$! \$PPID
  exit 1
fi
exec "$real" "\$@"
X
chmod +x "$T/bin/qemu-img"
timed "convert, killed in the commit" env PATH="$T/bin:$PATH" "${native[@]}" 2>"$T/commit.log"
is "the run was killed in its commit" $? 137
ok "the journal and the overlay are kept" sh -c "find '$work' -name '*.qcow2' | grep -q . && find '$work' -name '*journal*' | grep -q ."
mixed=$(sha "$disk")
ok "the disk is neither old nor new: this is what the journal is for" test "$mixed" != "$original"
not_ok_cmd "no output was written" test -e "$T/out/web01.yaml"

timed "the same command again" "${native[@]}" 2>"$T/resume.log"
is "the same command again succeeds" $? 0
like "it says that it finished the commit" "$T/resume.log" 'the commit of an earlier run was finished'
ok "the description is there" test -s "$T/out/web01.yaml"
ok "the disk is not the mixed one" test "$(sha "$disk")" != "$mixed"
ok "nothing is left in the work directory" sh -c "! find '$work' -type f | grep -q ."
ok "the resumed disk boots on virtio-blk" timed "boot" boot "$disk" --bus virtio-blk --until root --timeout 240
done_testing
