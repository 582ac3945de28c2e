/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fstab-read.c - the rows of /etc/fstab
 */
#include <config.h>

#include "v2v-crypttab.h"
#include "v2v-fstab.h"
#include "v2v-inspect-private.h"

/* The guest's names of what we opened under names of our own. */
static gboolean
name_opened (V2vFs *fs, V2vGuest *guest, const char *fstab, GError **error)
{
  g_autofree char *text = NULL;
  GError *local = NULL;
  gboolean any = FALSE;

  for (guint i = 0; i < guest->filesystems->len; i++)
    any |= ((V2vFilesystem *) g_ptr_array_index (guest->filesystems, i))->container != NULL;
  if (!any)
    return TRUE;
  text = v2v_fs_read_text (fs, "/etc/crypttab", &local);
  if (text == NULL)
    return v2v_inspect_note (guest, "crypttab", local, error);
  v2v_crypttab_name (guest, text, fstab);
  return TRUE;
}

gboolean
v2v_inspect_mounts (V2vFs *fs, V2vGuest *guest, GError **error)
{
  g_autofree char *text = NULL;
  GError *local = NULL;

  text = v2v_fs_read_text (fs, "/etc/fstab", &local);
  if (text == NULL && !v2v_inspect_note (guest, "fstab", local, error))
    return FALSE;
  if (!name_opened (fs, guest, text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  if (!v2v_fstab_parse (guest, text))
    v2v_guest_add_unknown (guest, "fstab", "it has more than %d entries",
                           V2V_FSTAB_ENTRIES_MAX);
  v2v_fstab_resolve (guest);
  return TRUE;
}
