/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-boot-path.h - where a boot loader's path is in the guest
 */
#pragma once

#include <glib.h>

#include "v2v-fs.h"
#include "v2v-guest.h"

G_BEGIN_DECLS

/**
 * v2v_boot_paths_resolve:
 * @esp: (nullable): mountpoint that entries are relative to (systemd-boot)
 *
 * A boot loader sees file systems, not the guest's tree: with a separate /boot the
 * kernel is "/vmlinuz-6.1", on btrfs it may be "/@/boot/vmlinuz-6.1".  Rewrites
 * kernel and initrd of all entries of guest->bootloader to paths from the guest's
 * root, preferring those that exist.
 */
gboolean v2v_boot_paths_resolve (V2vFs *fs, V2vGuest *guest, const char *esp, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
