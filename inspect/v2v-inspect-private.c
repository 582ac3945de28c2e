/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-inspect-private.c - reading a guest that may refuse
 */
#include <config.h>

#include "v2v-inspect-private.h"

gboolean
v2v_inspect_note (V2vGuest *guest, const char *fact, GError *local, GError **error)
{
  g_return_val_if_fail (local != NULL, FALSE);

  if (!g_error_matches (local, V2V_ERROR, V2V_ERROR_NOT_FOUND)
      && !g_error_matches (local, V2V_ERROR, V2V_ERROR_REFUSED)) {
    g_propagate_error (error, local);
    return FALSE;
  }
  if (local->code == V2V_ERROR_REFUSED)
    v2v_guest_add_unknown (guest, fact, "%s", local->message);
  g_error_free (local);
  return TRUE;
}

gboolean
v2v_inspect_read_text (V2vFs *fs, V2vGuest *guest, const char *path, char **out_text,
                       GError **error)
{
  GError *local = NULL;

  *out_text = v2v_fs_read_text (fs, path, &local);
  return *out_text != NULL || v2v_inspect_note (guest, path, local, error);
}

gboolean
v2v_inspect_list (V2vFs *fs, V2vGuest *guest, const char *directory, GPtrArray **out_list,
                  GError **error)
{
  GError *local = NULL;

  *out_list = v2v_fs_list (fs, directory, &local);
  if (*out_list != NULL)
    return TRUE;
  *out_list = g_ptr_array_new ();
  return v2v_inspect_note (guest, directory, local, error);
}
