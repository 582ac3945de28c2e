/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-array.c - what lies on what: arrays, encrypted volumes, partitions
 */
#include <config.h>

#include "v2v-guest.h"

#include <string.h>

const V2vArray *
v2v_guest_find_array (const V2vGuest *guest, const char *device)
{
  for (guint i = 0; i < guest->arrays->len; i++) {
    const V2vArray *array = g_ptr_array_index (guest->arrays, i);

    if (g_strcmp0 (array->device, device) == 0
        || g_ptr_array_find_with_equal_func (array->members, device, g_str_equal, NULL))
      return array;
  }
  return NULL;
}

/* Encryption on an array, an array of encrypted volumes. */
#define LAYERS_MAX 4

/* (nullable): the encrypted volume that @device, or the btrfs of this subvolume, lies in. */
static const char *
find_container (const V2vGuest *guest, const char *device)
{
  static const char subvolume[] = "btrfsvol:";
  const char *inside = device;

  /* "btrfsvol:/dev/mapper/NAME/@" */
  if (g_str_has_prefix (device, subvolume))
    inside = device + strlen (subvolume);
  for (guint i = 0; i < guest->filesystems->len; i++) {
    const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);
    gsize n = strlen (fs->device);

    if (fs->container != NULL && strncmp (inside, fs->device, n) == 0
        && (inside[n] == '\0' || (inside != device && inside[n] == '/')))
      return fs->container;
  }
  return NULL;
}

const char *
v2v_guest_find_outside (const V2vGuest *guest, const char *device)
{
  for (guint i = 0; device != NULL && i < LAYERS_MAX; i++) {
    const char *container = find_container (guest, device);
    const V2vArray *array = v2v_guest_find_array (guest, device);

    if (container != NULL)
      device = container;
    else if (array != NULL && array->members->len > 0 && g_str_equal (array->device, device))
      device = g_ptr_array_index (array->members, 0);
    else
      break;
  }
  return device;
}

/* LVM does not say on which of its physical volumes a logical one lies. */
static const V2vArray *
find_volume_array (const V2vGuest *guest)
{
  for (guint i = 0; i < guest->arrays->len; i++) {
    const V2vArray *array = g_ptr_array_index (guest->arrays, i);
    const V2vFilesystem *fs = v2v_guest_find_filesystem (guest, array->device);

    if (fs != NULL && g_strcmp0 (fs->type, "LVM2_member") == 0)
      return array;
  }
  return NULL;
}

const V2vArray *
v2v_guest_root_array (const V2vGuest *guest)
{
  const V2vFilesystem *fs = v2v_guest_find_filesystem (guest, guest->root);
  const char *device = guest->root;
  const V2vArray *array;

  if (fs != NULL && fs->container != NULL)
    device = fs->container;
  if (device == NULL)
    return NULL;
  array = v2v_guest_find_array (guest, device);
  if (array != NULL)
    return array;
  for (guint i = 0; i < guest->partitions->len; i++)
    if (g_str_equal (((const V2vPartition *) guest->partitions->pdata[i])->device, device))
      return NULL;
  return find_volume_array (guest);
}

gboolean
v2v_guest_root_is_encrypted (const V2vGuest *guest)
{
  const V2vFilesystem *root = v2v_guest_find_filesystem (guest, guest->root);

  if (root != NULL && root->container != NULL)
    return TRUE;
  for (guint i = 0; i < guest->partitions->len; i++)
    if (g_strcmp0 (((const V2vPartition *) guest->partitions->pdata[i])->device, guest->root) == 0)
      return FALSE;
  for (guint i = 0; i < guest->filesystems->len; i++) {
    const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);

    if (fs->container != NULL && g_strcmp0 (fs->type, "LVM2_member") == 0)
      return TRUE;
  }
  return FALSE;
}

const char *
v2v_array_module (const V2vArray *array)
{
  static const struct {
    const char *level, *module;
  } rows[] = { { "linear", "linear" }, { "raid0", "raid0" },   { "raid1", "raid1" },
               { "raid4", "raid456" }, { "raid5", "raid456" }, { "raid6", "raid456" },
               { "raid10", "raid10" } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_strcmp0 (array->level, rows[i].level) == 0)
      return rows[i].module;
  return NULL;
}
