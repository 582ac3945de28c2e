/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-overwrite.h - may a device be written over at each boot?
 */
#pragma once

#include <glib.h>

#include "v2v-guest.h"

G_BEGIN_DECLS

/* As the type of a V2vMount, in place of a file system's: dm-crypt makes swap or an empty
 * file system there at each boot.  No type of blkid's. */
#define V2V_OVERWRITE_TYPE "overwrite"

/**
 * v2v_overwrite_dup_loss:
 *
 * What dm-crypt writes with a random key looks like nothing at all, so the only proof that
 * nothing is lost is that nothing is known to be there.
 *
 * Returns: (transfer full) (nullable): what would be lost or broken ("'/dev/sdb1' holds
 * ext4"); %NULL for a partition for data without a known content, or with plain swap
 */
char *v2v_overwrite_dup_loss (const V2vGuest *guest, const char *device)
  G_GNUC_WARN_UNUSED_RESULT;

/* TRUE when the partition's type is all that speaks against it: nothing is known to be there, and
 * it is none that starts the guest.  A guest may do so, a conversion must not begin it. */
gboolean v2v_overwrite_is_type_only (const V2vGuest *guest, const char *device);

/* TRUE when the partition's type or its content says swap, whatever disk it is on. */
gboolean v2v_overwrite_is_marked (const V2vGuest *guest, const char *device);

G_END_DECLS
