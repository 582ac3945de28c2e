# SPDX-License-Identifier: GPL-2.0-or-later
# Reads a recipe into R_* variables.  A recipe is data: it is parsed, never sourced.

# Every key, its default and the pattern that a value must match whole.
RECIPE_KEYS='
SUITE          bookworm  bullseye|bookworm|trixie
DISTRO         debian    debian|amzn2023|rhel9|rocky9|almalinux9
FIRMWARE       hybrid    bios|uefi|hybrid
LAYOUT         plain     plain|separate-boot|lvm|xbootldr
DEVICES_FILE   no        no|yes
ROOTFS         ext4      ext4|xfs|btrfs
KERNEL         cloud     cloud|generic
INITRAMFS      nitro     nitro|xen|virtio|most|dracut|dracut-generic
COMPRESS       default   default|gzip|xz|zstd|lz4
FSTAB          uuid      uuid|label|partuuid|nvme|xvd
ROOT_ARG       uuid      uuid|name
SWAP           none      none|nvme
EC2            yes       yes|no
IMDS_WAIT      10        [0-9]{1,4}
NETWORK        netplan   netplan|ifupdown|networkd
SECOND_DISK    none      none|ext4|xfs
SECOND_ROOT    no        no|yes
SELINUX        no        no|enforcing
NEXT_KERNEL    no        no|yes
SIZE           3072      [0-9]{4,6}
PACKAGES       -         [a-z0-9.+ -]*
CMDLINE        -         [][A-Za-z0-9_.,:=/@ -]*
'
RECIPE_KEYS+='AGENTS no no|yes' # agents
RECIPE_KEYS+=$'\nMIRROR no no|yes|devices\nLUKS no no|yes' # storage

recipe_die () {
  echo "make-image: $*" >&2
  exit 2
}

recipe_load () { # file
  local file=$1 line key value default pattern n=0
  declare -gA RECIPE_PATTERN=()
  while read -r key default pattern; do
    [ -n "$key" ] || continue
    [ "$default" = - ] && default=
    RECIPE_PATTERN[$key]=$pattern
    declare -gx "R_$key=$default"
  done <<<"$RECIPE_KEYS"
  while IFS= read -r line || [ -n "$line" ]; do
    n=$((n + 1))
    [[ $line =~ ^[[:space:]]*(#.*)?$ ]] && continue
    [[ $line =~ ^([A-Z0-9_]+)=(.*)$ ]] || recipe_die "$file:$n: expected KEY=value"
    key=${BASH_REMATCH[1]} value=${BASH_REMATCH[2]}
    [ -n "${RECIPE_PATTERN[$key]+x}" ] || recipe_die "$file:$n: unknown key '$key'"
    [[ $value =~ ^(${RECIPE_PATTERN[$key]})$ ]] \
      || recipe_die "$file:$n: $key must match ${RECIPE_PATTERN[$key]}, not '$value'"
    declare -gx "R_$key=$value"
  done <"$file"
  recipe_check "$file"
}

# What no script here can build together.
recipe_check () { # file
  case $R_DISTRO-$R_LAYOUT-$R_INITRAMFS in
    debian-* | *-xbootldr-dracut*) ;;
    *) recipe_die "$1: DISTRO=$R_DISTRO needs LAYOUT=xbootldr and INITRAMFS=dracut" ;;
  esac
  [ "$R_LAYOUT" != xbootldr ] || [ "$R_FIRMWARE" = uefi ] \
    || recipe_die "$1: LAYOUT=xbootldr needs FIRMWARE=uefi"
  [ "$R_DEVICES_FILE" = no ] || [ "$R_LAYOUT" = lvm ] || recipe_die "$1: DEVICES_FILE=yes needs LAYOUT=lvm"
  [ "$R_NEXT_KERNEL" = no ] || [ "$R_KERNEL" = generic ] || recipe_die "$1: NEXT_KERNEL=yes needs KERNEL=generic"
  storage_check "$1" # storage
  [ "$R_AGENTS" = no ] || [ "$R_EC2" = yes ] || recipe_die "$1: AGENTS=yes needs EC2=yes" # agents
  [ "$R_SWAP" = none ] || [ "$R_SECOND_ROOT" = no ] || recipe_die "$1: SWAP and SECOND_ROOT both want p3"
}

# The package set, sorted.  The root file system is cached by it, so guests that
# differ in layout only share one.
recipe_packages () {
  local p="systemd-sysv udev dbus openssh-server sudo kmod zstd locales
    ca-certificates e2fsprogs iproute2 iputils-ping apparmor less vim-tiny procps
    chrony cloud-init cloud-guest-utils"
  case $R_INITRAMFS in
    dracut*) p+=" dracut" ;;
    *) p+=" initramfs-tools" ;;
  esac
  # All of them for each: guests that differ in the compressor share a root file system.
  [ "$R_COMPRESS" = default ] || p+=" lz4 xz-utils"
  case $R_KERNEL in
    cloud) p+=" linux-image-cloud-amd64" ;;
    generic) p+=" linux-image-amd64" ;;
  esac
  case $R_FIRMWARE-$R_LAYOUT in
    uefi-xbootldr) p+=" systemd-boot-efi dosfstools" ;;
    bios-*) p+=" grub-pc" ;;
    uefi-*) p+=" grub-efi-amd64 grub-efi-amd64-signed shim-signed efibootmgr dosfstools" ;;
    hybrid-*) p+=" grub-cloud-amd64 grub-efi-amd64-signed shim-signed dosfstools" ;;
  esac
  case $R_ROOTFS in
    xfs) p+=" xfsprogs" ;;
    btrfs) p+=" btrfs-progs" ;;
  esac
  [ "$R_SECOND_DISK" = xfs ] && p+=" xfsprogs"
  [ "$R_LAYOUT" = lvm ] && p+=" lvm2"
  [ "$R_DISTRO" = debian ] || p+=" rpm"
  case $R_NETWORK in
    netplan) p+=" netplan.io" ;;
    ifupdown) p+=" ifupdown isc-dhcp-client" ;;
  esac
  if [ "$R_SUITE" = bullseye ]; then
    # Before Debian 12 the resolver is part of the systemd package.
    :
  elif [ "$R_NETWORK" != ifupdown ]; then
    p+=" systemd-resolved"
  fi
  if [ "$R_EC2" = yes ]; then
    p+=" amazon-ec2-utils nvme-cli"
    # The policy routing helper came to Debian with 12 and drives networkd.
    [ "$R_SUITE" != bullseye ] && [ "$R_NETWORK" = netplan ] && p+=" amazon-ec2-net-utils"
  fi
  [ "$R_SELINUX" = no ] || p+=" selinux-policy-default policycoreutils"
  p+=" $(storage_packages)" # storage
  p+=" $R_PACKAGES"
  # shellcheck disable=SC2086 # a list of words
  printf '%s\n' $p | sort -u
}
