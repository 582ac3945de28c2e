#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Level one of the cache: a suite and a package set -> a tarball.  Slow and bound
# by the network, and the same for every disk layout.
#   rootfs.sh SUITE PACKAGES OUTPUT.tar.zst     (PACKAGES separated by commas)
set -eu -o pipefail
suite=$1 packages=$2 output=$3

export DEBIAN_FRONTEND=noninteractive SOURCE_DATE_EPOCH=1700000000
release=()
# Out of support: security pools lose files that their index names, the release stays.
[ "$suite" != bullseye ] || release=(--aptopt="APT::Default-Release \"$suite\"")

# Packages must not install a boot loader on the host's disks.  The initramfs is
# made again when the disk exists, so that the one made here may be any.
# shellcheck disable=SC2016 # mmdebstrap expands $1
mmdebstrap --variant=minbase --mode=root --include="$packages" \
  --hook-dir=/usr/share/mmdebstrap/hooks/maybe-merged-usr \
  --aptopt='APT::Install-Recommends "false"' \
  --essential-hook='printf "%s\n" "grub-pc grub-pc/install_devices multiselect" "grub-pc grub-pc/install_devices_empty boolean true" | chroot "$1" debconf-set-selections' \
  --dpkgopt='force-confold' "${release[@]}" \
  "$suite" - ${V2V_TEST_MIRROR:+"$V2V_TEST_MIRROR"} | zstd -q -3 -f -o "$output"
