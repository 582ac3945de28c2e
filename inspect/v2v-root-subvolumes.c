/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-root-subvolumes.c - which subvolumes of btrfs are no systems of their own
 */
#include <config.h>

#include "v2v-root.h"

#include <string.h>

#include "v2v-inspect-private.h"

gboolean
v2v_root_drop_read_only (V2vAppliance *appliance, V2vGuest *guest, GPtrArray *found,
                         const char *device, guint first, GError **error)
{
  const gsize prefix = strlen ("btrfsvol:") + strlen (device);
  g_autoptr (GPtrArray) dropped = g_ptr_array_new ();

  if (found->len < first + 2)
    return TRUE;
  for (guint i = first; i < found->len; i++) {
    char *root = g_ptr_array_index (found, i);
    gboolean read_only;
    GError *local = NULL;

    if (!v2v_disks_btrfs_read_only (appliance, root + prefix, &read_only, &local))
      return v2v_inspect_note (guest, "btrfs", local, error);
    if (read_only)
      g_ptr_array_add (dropped, root);
  }
  if (dropped->len == found->len - first)
    return TRUE;
  for (guint i = 0; i < dropped->len; i++)
    g_ptr_array_remove (found, g_ptr_array_index (dropped, i));
  return TRUE;
}
