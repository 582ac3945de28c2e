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

const char *
v2v_guest_find_device (const V2vGuest *guest, const char *device)
{
  static const char subvolume[] = "btrfsvol:";
  const char *inside;

  if (device == NULL || !g_str_has_prefix (device, subvolume))
    return device;
  inside = device + strlen (subvolume);
  for (guint i = 0; i < guest->filesystems->len; i++) {
    const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);
    gsize n = strlen (fs->device);

    if (strncmp (inside, fs->device, n) == 0 && (inside[n] == '\0' || inside[n] == '/'))
      return fs->device;
  }
  return device;
}

/* (nullable): a disk of @array, when that is @device and not a member of it. */
static const char *
find_member (const V2vArray *array, const char *device)
{
  return array->members->len > 0 && g_str_equal (array->device, device)
           ? g_ptr_array_index (array->members, 0)
           : NULL;
}

const char *
v2v_guest_find_outside (const V2vGuest *guest, const char *device)
{
  device = v2v_guest_find_device (guest, device);
  for (guint i = 0; device != NULL && i < LAYERS_MAX; i++) {
    const V2vFilesystem *fs = v2v_guest_find_filesystem (guest, device);
    const V2vArray *array = v2v_guest_find_array (guest, device);
    const char *below = array == NULL ? NULL : find_member (array, device);

    if (fs != NULL && fs->container != NULL)
      below = fs->container;
    if (below == NULL)
      break;
    device = below;
  }
  return device;
}

/* What a device needs, on its way down to the disks. */
typedef struct {
  const V2vArray *array; /* the first */
  gboolean encrypted;
  const V2vArray *array_or_none; /* what a part of LVM needs, and another part does not */
  gboolean encrypted_or_not;
} Below;

/* "/dev/vg/lv": dm-crypt's names are the only others with a directory. */
static gboolean
is_logical (const char *device)
{
  return g_str_has_prefix (device, "/dev/") && strchr (device + strlen ("/dev/"), '/') != NULL
         && !g_str_has_prefix (device, "/dev/mapper/");
}

char *
v2v_guest_dup_group (const char *device)
{
  const char *group;

  if (!is_logical (device))
    return NULL;
  group = device + strlen ("/dev/");
  return g_strndup (group, strcspn (group, "/"));
}

/* Goes down from @device, and not through LVM: a logical volume that is met is @out_logical. */
static Below
look_below (const V2vGuest *guest, const char *device, const char **out_logical)
{
  Below below = { .array = NULL };

  *out_logical = NULL;
  for (guint i = 0; device != NULL && i < LAYERS_MAX; i++) {
    const V2vFilesystem *fs = v2v_guest_find_filesystem (guest, device);
    const V2vArray *array = v2v_guest_find_array (guest, device);
    const char *container = fs == NULL ? NULL : fs->container;

    if (container == NULL && fs != NULL)
      container = fs->group_container;
    if (container != NULL) {
      below.encrypted = TRUE;
      device = container;
    } else if (array != NULL) {
      below.array = below.array == NULL ? array : below.array;
      device = find_member (array, device);
    } else {
      *out_logical = is_logical (device) ? device : NULL;
      device = NULL;
    }
  }
  return below;
}

/* (nullable): @group when its physical volumes are known; %NULL stands for those of no known
 * group. */
static const char *
find_group (const V2vGuest *guest, const char *group)
{
  for (guint i = 0; i < guest->filesystems->len; i++)
    if (g_strcmp0 (((V2vFilesystem *) g_ptr_array_index (guest->filesystems, i))->group, group) == 0)
      return group;
  return NULL;
}

/* LVM does not say on which physical volumes of its group a logical one lies: what all of them
 * need the root needs, and what some of them need it may need. */
static Below
look_below_all_physical (const V2vGuest *guest, const char *logical_root)
{
  g_autofree char *name = v2v_guest_dup_group (logical_root);
  const char *group = find_group (guest, name);
  Below all = { .array = NULL };
  gboolean first = TRUE;

  for (guint i = 0; i < guest->filesystems->len; i++) {
    const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);
    const char *logical;
    Below one;

    if (g_strcmp0 (fs->type, "LVM2_member") != 0 || g_strcmp0 (fs->group, group) != 0)
      continue;
    one = look_below (guest, fs->device, &logical);
    if (all.array_or_none == NULL)
      all.array_or_none = one.array;
    all.encrypted_or_not |= one.encrypted;
    if (first || one.array == NULL)
      all.array = one.array;
    all.encrypted = one.encrypted && (first || all.encrypted);
    first = FALSE;
  }
  return all;
}

static Below
look_below_root (const V2vGuest *guest)
{
  const char *logical;
  Below below = look_below (guest, v2v_guest_find_device (guest, guest->root), &logical);
  Below physical;

  if (logical == NULL)
    return below;
  physical = look_below_all_physical (guest, logical);
  below.array = below.array == NULL ? physical.array : below.array;
  below.encrypted |= physical.encrypted;
  below.array_or_none = below.array == NULL ? physical.array_or_none : NULL;
  below.encrypted_or_not = !below.encrypted && physical.encrypted_or_not;
  return below;
}

const V2vArray *
v2v_guest_root_array (const V2vGuest *guest)
{
  return look_below_root (guest).array;
}

gboolean
v2v_guest_root_is_encrypted (const V2vGuest *guest)
{
  return look_below_root (guest).encrypted;
}

const V2vArray *
v2v_guest_root_array_or_none (const V2vGuest *guest)
{
  return look_below_root (guest).array_or_none;
}

gboolean
v2v_guest_root_is_encrypted_or_not (const V2vGuest *guest)
{
  return look_below_root (guest).encrypted_or_not;
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
