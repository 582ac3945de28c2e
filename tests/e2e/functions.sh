# SPDX-License-Identifier: GPL-2.0-or-later
# What the end-to-end tests share; source after tests/functions.sh.
#
#   guest_copy RECIPE NAME   a private copy of a recipe's disk in $T, its path printed
#   boots WHAT DISK ARG...   boot-image must reach what is asked for
#   sha DISK...              one line of checksums
#   timed LABEL COMMAND...   runs it and notes the seconds for the table

IMAGES=$V2V_SRCDIR/tests/images
V2V_TABLE=${V2V_TABLE:-$T/table}

guest_copy () {
  local image
  image=$("$IMAGES/make-image" "$1") || return 1
  cp --sparse=always "$image" "$T/$2.raw" && chmod u+w "$T/$2.raw"
  if [ -e "${image%.raw}-disk1.raw" ]; then
    cp --sparse=always "${image%.raw}-disk1.raw" "$T/$2-disk1.raw" && chmod u+w "$T/$2-disk1.raw"
  fi
  echo "$T/$2.raw"
}

boot () { "$IMAGES/boot-image" "$@" --log "$T/boot-$RANDOM.log"; }

sha () { sha256sum "$@" | cut -d' ' -f1 | tr '\n' ' '; }

timed () {
  local label=$1 t=$SECONDS rc
  shift
  "$@"
  rc=$?
  echo "# $label: $((SECONDS - t)) s"
  return $rc
}

# with_root_fs DISK COMMAND...: runs it in the root of partition 1, mounted read-only
with_root_fs () {
  local disk=$1 start rc
  start=$(sfdisk -J "$1" | python3 -c 'import json,sys
print([p["start"] for p in json.load(sys.stdin)["partitiontable"]["partitions"] if p["node"].endswith("raw1")][0] * 512)')
  shift
  mkdir -p "$T/rootfs"
  mount -o "ro,noload,loop,offset=$start" "$disk" "$T/rootfs" || return 1
  ( cd "$T/rootfs" && "$@" )
  rc=$?
  umount "$T/rootfs"
  return $rc
}

root_required () { [ "$(id -u)" = 0 ] || skip_all "making guest images needs root"; }
