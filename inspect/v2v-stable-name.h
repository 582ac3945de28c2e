/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-stable-name.h - names of file systems that hold on any hardware
 */
#pragma once

#include <glib.h>

#include "v2v-guest.h"

G_BEGIN_DECLS

/**
 * v2v_stable_name_dup:
 * @device: as the appliance names it
 * @by_kernel: a kernel without initrd looks for it: it reads partition tables, not
 *   file systems
 *
 * Returns: (transfer full) (nullable): "UUID=..." when the file system has one that no
 * other has, else "PARTUUID=..."; %NULL when there is neither
 */
char *v2v_stable_name_dup (const V2vGuest *guest, const char *device, gboolean by_kernel)
  G_GNUC_WARN_UNUSED_RESULT;

/* TRUE for names that the source's hardware gave: /dev/xvda1, /dev/sda, /dev/nvme0n1p1,
 * /dev/disk/by-id/..., by-path; not for LVM, MD and dm-crypt, nor for floppies. */
gboolean v2v_stable_name_is_hardware (const char *path);

/**
 * v2v_stable_name_new_guest:
 * @fstab: (nullable): the text of /etc/fstab, as an earlier rule may have left it
 *
 * Returns: (transfer full): facts with the disks, partitions, file systems and root of
 * @guest and the rows of @fstab, not resolved yet: v2v_fstab_resolve()
 */
V2vGuest *v2v_stable_name_new_guest (const V2vGuest *guest, const char *fstab)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
