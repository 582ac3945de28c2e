# SPDX-License-Identifier: GPL-2.0-or-later
# The part of test-transaction.sh that needs root: block devices, mounts, other users.
if [ "$(id -u)" != 0 ]; then
  echo "# SKIP block devices, mounts and full file systems: not root"
  done_testing
fi

loop=
cleanup () {
  umount "$T/small" "$T/mnt"
  [ -z "$loop" ] || losetup -d "$loop"
} 2>/dev/null
trap cleanup EXIT

# ---- the same as somebody without any right
if command -v setpriv >/dev/null; then
  chmod 711 "$T"
  mkdir "$T/user"
  new_disk "$T/user/d.img"
  chown -R 65534:65534 "$T/user"
  # The build tree may stand where only root can look, /root for one.
  install -m 755 "$DRIVER" "$T/tx-driver"
  as_user () { setpriv --reuid=65534 --regid=65534 --clear-groups timeout 60 "$@" >"$OUT" 2>&1; rc=$?; }
  as_user "$T/tx-driver" -w "$T/user/w" -c "$EDIT" "$T/user/d.img"
  expect "without root" 0 '^committed$'
  chmod 444 "$T/user/d.img"
  as_user "$T/tx-driver" -w "$T/user/w" -c "$EDIT" "$T/user/d.img"
  expect "read-only file" $STORAGE "cannot be written: Permission denied"
  chown 0 "$T/user/d.img"
  chmod 600 "$T/user/d.img"
  as_user "$T/tx-driver" --read-only --check-only "$T/user/d.img"
  expect "unreadable file" $STORAGE "Permission denied"
  mkdir -m 700 "$T/user/rootdir"
  as_user "$T/tx-driver" -w "$T/user/rootdir" -c true "$T/user/d.img"
  expect "somebody else's work directory" $STORAGE "."
  mkdir -m 1777 "$T/user/shared"
  mkdir -m 700 "$T/user/shared/tx"
  new_disk "$T/user/own.img"
  chown 65534 "$T/user/own.img"
  as_user "$T/tx-driver" -w "$T/user/shared" -c true "$T/user/own.img"
  expect "a private directory that is not ours" $USAGE "belongs to another user"
else
  echo "# SKIP other users: setpriv is not installed"
fi
new_disk "$D"
if chattr +i "$D" 2>/dev/null; then
  tx -w "$W" -c true "$D"
  chattr -i "$D"
  expect "immutable file" $STORAGE "cannot be written"
else
  echo "# SKIP immutable file: chattr does not work here"
fi

# ---- a work directory that fills up half-way
mkdir -p "$T/small"
if mount -t tmpfs -o size=6m none "$T/small" 2>/dev/null; then
  new_disk "$D"
  start=$SECONDS
  # As an appliance does: the write fails, and then nobody moves any more.
  tx -w "$T/small" -c "qemu-io -f qcow2 -c 'write 0 16M' \"\$1\"; exec sleep 100" "$D"
  expect "work directory fills up" $STORAGE "work directory '.*small.*' is full.*--work-dir"
  ok "and is told at once" test $((SECONDS - start)) -lt 20
  is "and the disk is as before" "$(hash "$D")" "$OLD"
  is "and nothing is left" "$(find "$T/small" -mindepth 1 | wc -l)" 0
  head -c 5800000 /dev/zero >"$T/small/ballast"
  tx -w "$T/small" -c true "$D"
  expect "work directory full from the start" $STORAGE "is full"
  rm "$T/small/ballast"
  truncate -s 32M "$T/small/sparse.img"
  tx -w "$W" -c "$EDIT" "$T/small/sparse.img"
  expect "no room for the disk to grow" $STORAGE "may grow by 12.* MiB and its file system has"
  umount "$T/small"
else
  echo "# SKIP full file system: cannot mount tmpfs"
fi

# ---- block devices
new_disk "$D"
loop=$(losetup -f --show "$D" 2>/dev/null)
if [ -z "$loop" ]; then
  echo "# SKIP block devices: no loop device"
  done_testing
fi
tx -w "$W" -c true "$D"
expect "file attached to a loop device" $STORAGE "attached to $loop; see 'losetup -d'"
tx -w "$W" -c "$EDIT" "$loop"
expect "block device" 0 '^committed$'
sync "$D"
is "block device is new" "$(hash "$D")" "$NEW"
mknod "$T/alias" b 7 "${loop#/dev/loop}"
tx --check-only "$loop" "$T/alias"
expect "block device under two names" $USAGE "given twice"
V2V_TEST_FAIL=commit-after-first,kill tx -w "$W" -c "$EDIT" "$loop"
is "block device: SIGKILL" "$rc" 137
tx -w "$W" -c false "$loop"
expect "block device: again" 0 '^resumed$'

V2V_TEST_FAIL=commit-after-first,kill tx -w "$W" -c "$EDIT" "$loop"
losetup -d "$loop"
new_disk "$E"
losetup "$loop" "$E"
tx -w "$W" -c false "$loop"
expect "another volume behind the same device" $REFUSED "is not the disk whose commit"
is "and it was not touched" "$(hash "$E")" "$OLD"
rm -rf "$W"

timeout 60 "$DRIVER" -w "$W" -c "rm -f '$T/started2'; : >'$T/started2'; read x <'$T/go'" "$loop" >"$T/first.out" 2>&1 &
first=$!
for _ in $(seq 200); do [ -e "$T/started2" ] && break; sleep 0.05; done
tx -w "$T/work2" -c true "$loop"
expect "block device: second run" $STORAGE "in use: process [0-9]+ \(tx-driver\) has it open"
echo >"$T/go"
wait $first

losetup -d "$loop"
losetup -r "$loop" "$E"
tx -w "$W" -c true "$loop"
expect "read-only block device" $STORAGE "cannot be written"
losetup -d "$loop"
if command -v mkfs.ext4 >/dev/null; then
  mkfs.ext4 -q -F "$E"
  losetup "$loop" "$E"
  mkdir -p "$T/mnt"
  mount "$loop" "$T/mnt"
  tx -w "$W" -c true "$E"
  expect "file mounted through a loop device" $STORAGE "in use: $loop on it is mounted on '.*mnt'; unmount"
  tx -w "$W" -c true "$loop"
  expect "mounted block device" $STORAGE "in use: it is mounted on '.*mnt'; unmount"
  umount "$T/mnt"
  losetup -d "$loop"
  loop=
else
  echo "# SKIP mounted disks: mkfs.ext4 is not installed"
fi
