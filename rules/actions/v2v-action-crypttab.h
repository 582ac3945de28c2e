/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-action-crypttab.h - device names in /etc/crypttab become UUIDs
 */
#pragma once

#include <glib.h>

#include "v2v-guest.h"
#include "v2v-report.h"

G_BEGIN_DECLS

/**
 * v2v_action_crypttab_rewrite:
 * @text: the file as it is
 * @fstab: (nullable): /etc/fstab, whose names count too when one is led back to a disk
 * @missing_is_optional: a volume that is on none of the disks gets "nofail"
 *
 * As v2v_action_fstab_rewrite() does for fstab: names that come from the source's hardware
 * become UUID=... of the LUKS volume.  What is encrypted with a new key at each boot (swap)
 * has no id of its own that lasts: it is named by its partition, where that is known to hold
 * nothing else, and left as it is otherwise.  Every other byte stays.
 *
 * Returns: (transfer full): byte-identical when nothing had to change.
 */
char *v2v_action_crypttab_rewrite (const char *text, const V2vGuest *guest, const char *fstab,
                                   gboolean missing_is_optional, V2vReport *report)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
