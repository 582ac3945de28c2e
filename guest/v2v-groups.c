/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-groups.c - which physical volumes are in which volume group of LVM
 */
#include <config.h>

#include "v2v-groups.h"

#include <string.h>

#include "v2v-appliance-private.h"

/* A program in the appliance each; a guest with more of them is asked for the first ones. */
#define GROUPS_MAX 64

static gboolean
is_physical (const V2vFilesystem *fs)
{
  return g_strcmp0 (fs->type, "LVM2_member") == 0;
}

gboolean
v2v_groups_matter (const V2vGuest *guest)
{
  gboolean layers = guest->arrays->len > 0;
  guint physical = 0;

  for (guint i = 0; i < guest->filesystems->len; i++) {
    const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);

    layers |= fs->opened;
    physical += is_physical (fs) ? 1 : 0;
  }
  return layers && physical > 1;
}

void
v2v_groups_note (V2vGuest *guest, const char *group, const char *const *uuids)
{
  for (guint i = 0; i < guest->filesystems->len; i++) {
    V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);

    if (is_physical (fs) && fs->group == NULL && fs->uuid != NULL
        && g_strv_contains (uuids, fs->uuid))
      fs->group = g_strdup (group);
  }
}

static void
read_group (V2vAppliance *appliance, V2vGuest *guest, const char *group)
{
  char **uuids = guestfs_vgpvuuids (appliance->g, group);

  if (uuids != NULL)
    v2v_groups_note (guest, group, (const char *const *) uuids);
  else
    g_debug ("the appliance does not tell of volume group '%s'", group);
  g_strfreev (uuids);
}

void
v2v_groups_read (V2vAppliance *appliance, V2vGuest *guest)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (!v2v_groups_matter (guest))
    return;
  for (guint i = 0; i < guest->filesystems->len && g_hash_table_size (seen) < GROUPS_MAX; i++) {
    const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);
    char *group = v2v_guest_dup_group (fs->device);

    if (group != NULL && g_hash_table_add (seen, group))
      read_group (appliance, guest, group);
  }
}
