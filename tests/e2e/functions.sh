# SPDX-License-Identifier: GPL-2.0-or-later
# What the end-to-end tests share; source after tests/functions.sh.
#
#   guest_copy RECIPE NAME   a private copy of a recipe's disk in $T, its path printed
#   boots WHAT DISK ARG...   boot-image must reach what is asked for
#   sha DISK...              one line of checksums, of tests/disk-sum
#   plan_of DISK...          the rules that would still change something
#   matrix_guests            RECIPE:FIRMWARE of every guest that the native engine must convert
#   fetch_packages NAME...   in the root of a guest: what its own repositories have, into $T/web
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
  install -m 600 "$(dirname "$image")/id_ed25519" "$T/$2.key"
  echo "$T/$2.raw"
}

# in_guest NAME COMMAND: prints what boot-image --exec must run to have COMMAND done in the
# booted guest by the key that its owner has always used.  The prompt may be there before sshd
# is, and sshd may start anew: who is not let in comes again.
SSH_PORT=$((20000 + $$ % 20000))
in_guest () {
  printf "for try in 1 2 3 4 5 6 7 8; do "
  printf "ssh -i '%s' -p %s -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null" "$T/$1.key" "$SSH_PORT"
  printf " -o LogLevel=ERROR -o ConnectTimeout=20 admin@127.0.0.1 '%s' >'%s' 2>&1" "$2" "$T/$1.said"
  printf '; rc=$?; [ $rc = 255 ] || exit $rc; sleep 10; done; exit 255'
}

# fetch_packages NAME...: for in_root_fs.  Our apt with the guest's sources, keys and list of
# what it has: all that its own apt will ask for is in $T/web (boot-image --mirror), and the
# packages that it lacks are in $T/apt/cache/archives.  No program of the guest runs.
fetch_packages () {
  mkdir -p "$T/web" "$T/apt/state/lists/partial" "$T/apt/cache/archives/partial"
  cat >"$T/apt/conf" <<F
Dir::Etc "$PWD/etc/apt";
Dir::State "$T/apt/state";
Dir::State::status "$PWD/var/lib/dpkg/status";
Dir::Cache "$T/apt/cache";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Debug::NoLocking "true";
F
  APT_CONFIG=$T/apt/conf "$IMAGES/mirror" record "$T/web" sh -c 'apt-get -qq update && apt-get -qq -y --download-only install "$@"' sh "$@"
}

matrix_guests () {
  echo debian11-ec2:bios debian11-ec2:uefi debian12-ec2:bios debian12-ec2:uefi debian13-ec2:uefi \
    debian12-ec2-boot-nvme:bios debian12-ec2-btrfs:bios debian12-ec2-two-disks:bios \
    debian12-ec2-uefi-lvm-xfs:uefi debian12-ec2-lvm-devices:uefi \
    debian12-ec2-md:bios debian12-ec2-md-devices:bios \
    debian12-ec2-gzip:bios debian12-ec2-xz:bios debian12-ec2-lz4:bios \
    debian12-ec2-dracut:bios debian12-ec2-dracut-generic:bios \
    debian12-ec2-resume:bios debian12-ec2-xen:bios debian12-ec2-selinux:bios \
    amzn2023-ec2:uefi rhel9-ec2:uefi rocky9-ec2:uefi almalinux9-ec2:uefi
}

boot () { "$IMAGES/boot-image" "$@" --log "$T/boot-$RANDOM.log"; }

sha () { # what cannot be read is equal to nothing
  local sums
  sums=$("$V2V_SRCDIR/tests/disk-sum" "$@") || sums="unreadable $RANDOM$RANDOM"
  echo $sums
}

timed () {
  local label=$1 t=$SECONDS rc
  shift
  "$@"
  rc=$?
  echo "# $label: $((SECONDS - t)) s"
  return $rc
}

# validate NAME DIR: what was emitted, before those who will read it
validate () {
  local rng=/usr/share/libvirt/schemas/domain.rng checker=${V2V_SHARED:-$V2V_SRCDIR/../shared}/tools/kubevirt_vm_check.py
  if [ -e "$rng" ]; then
    ok "$1.xml: libvirt's schema" xmllint --noout --relaxng "$rng" "$2/$1.xml"
  fi
  if command -v virsh >/dev/null; then
    ok "$1.xml: libvirt defines it" virsh -c test:///default define --validate "$2/$1.xml"
  fi
  if [ -e "$checker" ]; then
    ok "$1.yaml: KubeVirt's schema and admission rules" python3 "$checker" "$2/$1.yaml"
  else
    echo "# SKIP $1.yaml: the KubeVirt schema is not here (V2V_SHARED or ../shared)"
  fi
}

# plan_of DISK...: the ids of the rules that would change something, sorted, one a line
plan_of () {
  "$V2V" plan --quiet --format json "$@" >"$T/plan.json" || return 1
  python3 -c 'import json,sys
print("\n".join(sorted({c["rule"] for c in json.load(open(sys.argv[1]))["changes"]})))' "$T/plan.json"
}

# with_root_fs DISK COMMAND...: runs it in the root of partition 1, mounted read-only
with_root_fs () { in_root_fs ro,noload "$@"; }

# in_root_fs OPTIONS DISK COMMAND...: the same, mounted as asked for
in_root_fs () {
  local options=$1 disk=$2 start rc
  shift
  start=$(sfdisk -J "$1" | python3 -c 'import json,sys
print([p["start"] for p in json.load(sys.stdin)["partitiontable"]["partitions"] if p["node"].endswith("raw1")][0] * 512)')
  shift
  mkdir -p "$T/rootfs"
  mount -o "$options,loop,offset=$start" "$disk" "$T/rootfs" || return 1
  ( cd "$T/rootfs" && "$@" )
  rc=$?
  umount "$T/rootfs"
  return $rc
}

root_required () { [ "$(id -u)" = 0 ] || skip_all "making guest images needs root"; }
