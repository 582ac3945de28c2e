/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fstab-read.c - the rows of /etc/fstab
 */
#include <config.h>

#include "v2v-fstab.h"
#include "v2v-inspect-private.h"

gboolean
v2v_inspect_mounts (V2vFs *fs, V2vGuest *guest, GError **error)
{
  g_autofree char *text = NULL;
  GError *local = NULL;

  text = v2v_fs_read_text (fs, "/etc/fstab", &local);
  if (text == NULL)
    return v2v_inspect_note (guest, "fstab", local, error);
  if (!v2v_fstab_parse (guest, text))
    v2v_guest_add_unknown (guest, "fstab", "it has more than %d entries",
                           V2V_FSTAB_ENTRIES_MAX);
  v2v_fstab_resolve (guest);
  return TRUE;
}
