#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The kernel is the judge of what v2v_image_write() writes: an image of each compressor is
# edited, booted, and its first process looks at every file (initramfs-init.c).
. "$(dirname "${BASH_SOURCE[0]}")/../functions.sh"
driver=$V2V_BUILDDIR/tests/component/image-driver
[ -x "$driver" ] || skip_all "tests/component/image-driver is not built: make check TESTS="
requires qemu-system-x86_64 cc timeout
kernel=
for k in /boot/vmlinuz-*; do
  if [ -r "$k" ] && [ -r "/boot/config-${k#/boot/vmlinuz-}" ]; then kernel=$k; fi
done
[ -n "$kernel" ] || skip_all "there is no /boot/vmlinuz-VERSION with its config (linux-image-cloud-amd64)"
config=/boot/config-${kernel#/boot/vmlinuz-}
cc -static -O1 -o "$T/init" "$V2V_SRCDIR/tests/component/initramfs-init.c" 2>"$T/cc.log" \
  || skip_all "no static program can be built (libc6-dev)"

echo new >"$T/new"
"$driver" base "$T/early" "$T/modules" "$T/main" || skip_all "the base image cannot be made"

pad () { truncate -s "%$2" "$1"; }

edit () { # in out
  "$driver" edit "$1" "$2" put v2v-test-init 755 "$T/init" put etc/replaced 644 "$T/new" \
    put etc/new.d/new 644 "$T/new" put lib/modules/6.1/new.ko 644 "$T/new" \
    remove link-3 remove etc/removed.d/a remove etc/removed.d/b remove etc/removed.d
}

# no_timer_check: on a busy host the emulated timer can look dead to the kernel, which panics.
boots () { # image
  timeout "${V2V_BOOT_TIMEOUT:-240}" qemu-system-x86_64 -accel tcg -m 512 -display none \
    -serial stdio -monitor none -nodefaults -no-reboot -kernel "$kernel" -initrd "$1" \
    -append "console=ttyS0 panic=-1 no_timer_check rdinit=/v2v-test-init" </dev/null >"$T/console" 2>&1
  if grep -q V2V-MARKER-OK "$T/console" && ! grep -qE 'V2V-BAD|unpacking failed' "$T/console"; then
    return 0
  fi
  grep -aE 'V2V|unpack|panic|rror' "$T/console" | head -20
  return 1
}

# As initramfs-tools lay it out: microcode, modules, the rest.
try () { # compressor
  "$driver" pack "$1" "$T/main" "$T/packed"
  cat "$T/early" >"$T/image"
  pad "$T/image" 512
  cat "$T/modules" >>"$T/image"
  pad "$T/image" 512
  cat "$T/packed" >>"$T/image"
  ok "$1: the image is edited" edit "$T/image" "$T/edited"
  ok "$1: the kernel unpacks it as it was meant" boots "$T/edited"
}

# Something stands behind the compressed segment that grows.
try_behind () { # compressor
  "$driver" pack "$1" "$T/main" "$T/image"
  truncate -s +4 "$T/image"
  pad "$T/image" 4
  cat "$T/modules" >>"$T/image"
  ok "$1 before another segment: the image is edited" edit "$T/image" "$T/edited"
  ok "$1 before another segment: the kernel unpacks both" boots "$T/edited"
}

for compressor in none:BLK_DEV_INITRD gzip:RD_GZIP xz:RD_XZ zstd:RD_ZSTD lz4:RD_LZ4 bzip2:RD_BZIP2; do
  if grep -q "^CONFIG_${compressor#*:}=y" "$config"; then
    try "${compressor%:*}"
    case $compressor in
    lz4:* | gzip:*) try_behind "${compressor%:*}" ;;
    esac
  else
    echo "# SKIP ${compressor%:*}: CONFIG_${compressor#*:} is not set in $config"
  fi
done
done_testing
