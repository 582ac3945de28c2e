/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-lvm.c - which logical volumes are snapshots of others
 */
#include <config.h>

#include "v2v-lvm.h"

#include <guestfs.h>
#include <string.h>

#include "v2v-appliance-private.h"

/* "/dev/vg/lv" and nothing below: where the "/" before the volume's name is, or NULL. */
static const char *
find_volume_name (const char *device)
{
  const char *group = g_str_has_prefix (device, "/dev/") ? device + strlen ("/dev/") : "";
  const char *slash = strchr (group, '/');

  if (slash == NULL || g_str_has_prefix (group, "mapper/") || strchr (slash + 1, '/') != NULL)
    return NULL;
  return slash;
}

static gboolean
has_twin (const V2vGuest *guest, const V2vFilesystem *fs)
{
  for (guint i = 0; fs->uuid != NULL && i < guest->filesystems->len; i++) {
    const V2vFilesystem *other = g_ptr_array_index (guest->filesystems, i);

    if (other != fs && g_strcmp0 (other->uuid, fs->uuid) == 0
        && find_volume_name (other->device) != NULL)
      return TRUE;
  }
  return FALSE;
}

/* LVM writes a UUID with hyphens, and in its tables without. */
static gboolean
same_uuid (const char *a, const char *b)
{
  for (;;) {
    while (*a == '-')
      a++;
    while (*b == '-')
      b++;
    if (*a != *b || *a == '\0')
      return *a == *b;
    a++;
    b++;
  }
}

/* (transfer full) (nullable): the volume that @fs is a snapshot of, by LVM's own table. */
static char *
dup_origin (V2vAppliance *appliance, const struct guestfs_lvm_lv_list *table,
            const V2vGuest *guest, const V2vFilesystem *fs)
{
  const char *slash = find_volume_name (fs->device);
  g_autofree char *uuid = guestfs_lvuuid (appliance->g, fs->device);

  for (guint i = 0; uuid != NULL && i < table->len; i++) {
    const struct guestfs_lvm_lv *row = &table->val[i];
    char bare[sizeof row->lv_uuid + 1] = "";
    g_autofree char *origin = NULL;

    memcpy (bare, row->lv_uuid, sizeof row->lv_uuid);
    if (!same_uuid (bare, uuid) || row->origin == NULL || *row->origin == '\0')
      continue;
    origin = g_strdup_printf ("%.*s/%s", (int) (slash - fs->device), fs->device, row->origin);
    if (v2v_guest_find_filesystem (guest, origin) != NULL)
      return g_steal_pointer (&origin);
  }
  return NULL;
}

static void
move_snapshots_back (V2vGuest *guest)
{
  GPtrArray *all = guest->filesystems;

  for (guint i = 0, left = all->len; left > 0; left--) {
    const V2vFilesystem *fs = g_ptr_array_index (all, i);

    if (fs->origin != NULL)
      g_ptr_array_add (all, g_ptr_array_steal_index (all, i));
    else
      i++;
  }
}

void
v2v_lvm_read_origins (V2vAppliance *appliance, V2vGuest *guest)
{
  struct guestfs_lvm_lv_list *table = NULL;

  for (guint i = 0; i < guest->filesystems->len; i++) {
    V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);

    if (find_volume_name (fs->device) == NULL || !has_twin (guest, fs))
      continue;
    if (table == NULL && (table = guestfs_lvs_full (appliance->g)) == NULL) {
      g_autofree char *reason = v2v_appliance_dup_reason (appliance);

      v2v_guest_add_unknown (guest, "lvm", "%s", reason);
      return;
    }
    fs->origin = dup_origin (appliance, table, guest, fs);
  }
  if (table != NULL)
    guestfs_free_lvm_lv_list (table);
  move_snapshots_back (guest);
}
