/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-stable-name.c - names of file systems that hold on any hardware
 */
#include <config.h>

#include "v2v-stable-name.h"

#include <string.h>

#include "v2v-device-name.h"
#include "v2v-fstab.h"

/* A copied disk carries its original's UUID; only btrfs shares one by design. */
static gboolean
uuid_is_unique (const V2vGuest *guest, const V2vFilesystem *fs)
{
  if (g_strcmp0 (fs->type, "btrfs") == 0)
    return TRUE;
  for (guint i = 0; i < guest->filesystems->len; i++) {
    const V2vFilesystem *other = g_ptr_array_index (guest->filesystems, i);

    if (other != fs && g_strcmp0 (other->uuid, fs->uuid) == 0)
      return FALSE;
  }
  return TRUE;
}

/* A value that would need quoting or escaping is none that blkid writes. */
static gboolean
is_plain_id (const char *id)
{
  if (id == NULL || *id == '\0' || strlen (id) > 64)
    return FALSE;
  for (; *id != '\0'; id++) {
    if (!g_ascii_isalnum (*id) && *id != '-')
      return FALSE;
  }
  return TRUE;
}

char *
v2v_stable_name_dup (const V2vGuest *guest, const char *device, gboolean by_kernel)
{
  const V2vFilesystem *fs = v2v_guest_find_filesystem (guest, device);

  if (!by_kernel && fs != NULL && is_plain_id (fs->uuid) && uuid_is_unique (guest, fs))
    return g_strdup_printf ("UUID=%s", fs->uuid);
  for (guint i = 0; i < guest->partitions->len; i++) {
    const V2vPartition *part = g_ptr_array_index (guest->partitions, i);

    if (g_strcmp0 (part->device, device) == 0 && is_plain_id (part->partuuid))
      return g_strdup_printf ("PARTUUID=%s", part->partuuid);
  }
  return NULL;
}

gboolean
v2v_stable_name_is_hardware (const char *path)
{
  g_auto (V2vDeviceName) name = { 0 };

  v2v_device_name_parse (path, &name);
  return name.kind == V2V_NAME_LETTER || name.kind == V2V_NAME_NVME
         || name.kind == V2V_NAME_ID;
}

static void
share (GPtrArray **mine, GPtrArray *theirs)
{
  g_ptr_array_unref (*mine);
  *mine = g_ptr_array_ref (theirs);
}

V2vGuest *
v2v_stable_name_new_guest (const V2vGuest *guest, const char *fstab)
{
  V2vGuest *copy = v2v_guest_new ();

  share (&copy->disks, guest->disks);
  share (&copy->partitions, guest->partitions);
  share (&copy->filesystems, guest->filesystems);
  for (guint i = 0; i < guest->unknown->len; i++) {
    const V2vUnknown *unknown = g_ptr_array_index (guest->unknown, i);

    v2v_guest_add_unknown (copy, unknown->fact, "%s", unknown->why);
  }
  share (&copy->arrays, guest->arrays);
  copy->root = g_strdup (guest->root);
  copy->os = guest->os;
  /* What is beyond the cap has no row, and what has none stays as it is. */
  if (fstab != NULL && !v2v_fstab_parse (copy, fstab))
    v2v_guest_add_unknown (copy, "fstab", "it has more than %d entries",
                           V2V_FSTAB_ENTRIES_MAX);
  return copy;
}
