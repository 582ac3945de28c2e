/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-name-map.c - which given disk a source name means
 *
 * Nothing in a disk image says how it was attached, so this is inference, and it
 * prefers no answer to a wrong one: the file system that is found must be of the
 * type that fstab says, and a name that could mean two disks means none.
 */
#include <config.h>

#include <string.h>

#include "v2v-device-name.h"
#include "v2v-fstab.h"
#include "v2v-overwrite.h"

typedef struct {
  const V2vMount *mount;
  V2vNameKind kind;
  char *key;
  guint index;
  guint number;
} Use;

struct _V2vNameMap {
  const V2vGuest *guest;
  GPtrArray *uses; /* Use */
  GArray *order;   /* guint: disk indices, the root's disk first */
  GHashTable *claims; /* char* device to char* mountpoint, both borrowed */
};

static void
use_free (gpointer p)
{
  Use *use = p;

  g_free (use->key);
  g_free (use);
}

/* The disk that @device is or lies on, 0 when it is not a partition of one. */
static guint
disk_of (const V2vGuest *guest, const char *device)
{
  for (guint i = 0; i < guest->partitions->len; i++) {
    const V2vPartition *part = g_ptr_array_index (guest->partitions, i);

    if (v2v_fstab_same_device (device, part->device))
      return part->disk;
  }
  for (guint i = 0; i < guest->disks->len; i++) {
    const V2vDiskFact *disk = g_ptr_array_index (guest->disks, i);

    if (v2v_fstab_same_device (device, disk->device))
      return disk->index;
  }
  return 0;
}

V2vNameMap *
v2v_name_map_new (const V2vGuest *guest)
{
  V2vNameMap *map = g_new0 (V2vNameMap, 1);
  guint first
    = guest->root == NULL ? 0 : disk_of (guest, v2v_guest_find_outside (guest, guest->root));

  map->guest = guest;
  map->uses = g_ptr_array_new_with_free_func (use_free);
  map->order = g_array_new (FALSE, FALSE, sizeof (guint));
  map->claims = g_hash_table_new (g_str_hash, g_str_equal);
  if (guest->disks->len > 0)
    g_array_append_val (map->order, first);
  for (guint i = 0; i < guest->disks->len; i++)
    if (i != first)
      g_array_append_val (map->order, i);
  return map;
}

void
v2v_name_map_free (V2vNameMap *map)
{
  if (map == NULL)
    return;
  g_ptr_array_unref (map->uses);
  g_array_unref (map->order);
  g_hash_table_unref (map->claims);
  g_free (map);
}

/* cloud-init writes a line for the scratch disk of an instance type that has one,
 * whether or not this one has.  Its own lines for real disks name a type. */
static gboolean
is_scratch (const V2vMount *mount, V2vNameKind kind)
{
  return kind == V2V_NAME_LETTER && strstr (mount->options, "comment=cloudconfig") != NULL
         && g_str_equal (mount->vfstype, "auto");
}

void
v2v_name_map_add (V2vNameMap *map, const V2vMount *mount, const V2vDeviceName *name)
{
  Use *use;

  if (name->key == NULL || name->instance_store || is_scratch (mount, name->kind))
    return;
  use = g_new0 (Use, 1);
  use->mount = mount;
  use->kind = name->kind;
  use->key = g_strdup (name->key);
  use->index = name->index;
  use->number = name->number;
  g_ptr_array_add (map->uses, use);
}

void
v2v_name_map_claim (V2vNameMap *map, const V2vMount *mount)
{
  if (mount->device != NULL && !g_hash_table_contains (map->claims, mount->device))
    g_hash_table_insert (map->claims, mount->device, mount->mountpoint);
}

static gboolean
is_overwritten (const V2vMount *mount)
{
  return g_strcmp0 (mount->vfstype, V2V_OVERWRITE_TYPE) == 0;
}

/* Where else @device is used, by a name that is surer; only btrfs is mounted in several
 * places, and swap nowhere: "none" and "swap" are one place. */
static const char *
claimed_by (const V2vNameMap *map, const char *device, const V2vMount *mount)
{
  const V2vFilesystem *fs = v2v_guest_find_filesystem (map->guest, device);
  const char *mountpoint = g_hash_table_lookup (map->claims, device);

  if (g_strcmp0 (mountpoint, mount->mountpoint) == 0)
    return NULL;
  if (is_overwritten (mount))
    return mountpoint;
  return fs != NULL
             && (g_strcmp0 (fs->type, "btrfs") == 0 || g_strcmp0 (fs->type, "swap") == 0)
           ? NULL
           : mountpoint;
}

/* The device of a partition of the disk at @rank; NULL when there is none. */
static const char *
device_at (const V2vNameMap *map, guint rank, guint number)
{
  const V2vDiskFact *disk;
  guint index;

  if (rank >= map->order->len)
    return NULL;
  index = g_array_index (map->order, guint, rank);
  disk = g_ptr_array_index (map->guest->disks, index);
  /* Xen's PV guests get a bare file system attached as xvda1. */
  if (number == 0 || disk->table == NULL)
    return disk->device;
  for (guint i = 0; i < map->guest->partitions->len; i++) {
    const V2vPartition *part = g_ptr_array_index (map->guest->partitions, i);

    if (part->disk == index && part->number == number)
      return part->device;
  }
  return NULL;
}

/* The order of the disks is a guess where one stayed behind, and what would be lost on
 * another has to say that it is meant. */
static char *
dup_loss (const V2vNameMap *map, const char *device)
{
  char *loss = v2v_overwrite_dup_loss (map->guest, device);

  if (loss == NULL && disk_of (map->guest, device) != g_array_index (map->order, guint, 0)
      && !v2v_overwrite_is_marked (map->guest, device))
    return g_strdup_printf ("'%s' is on another disk than the system and does not say that it "
                            "is for swap", device);
  return loss;
}

/* (transfer full) (nullable): why @device cannot be used as @mount says; NULL: it can. */
static char *
dup_misfit (const V2vNameMap *map, const char *device, const V2vMount *mount)
{
  const V2vFilesystem *fs = v2v_guest_find_filesystem (map->guest, device);
  const char *other = claimed_by (map, device, mount);

  if (is_overwritten (mount)) {
    g_autofree char *loss = dup_loss (map, device);

    if (loss != NULL)
      return g_steal_pointer (&loss);
  } else if (fs == NULL || !v2v_fstab_type_fits (fs->type, mount->vfstype)) {
    return g_strdup_printf ("'%s' holds %s, not %s", device,
                            fs == NULL || fs->type == NULL ? "no file system" : fs->type,
                            mount->vfstype);
  }
  return other == NULL
           ? NULL
           : g_strdup_printf (g_str_has_prefix (other, "/dev/") || is_overwritten (mount)
                                ? "'%s' is used for '%s' by a surer name"
                                : "'%s' is mounted on '%s' by a surer name",
                              device, other);
}

/* Whether what is on @device can be used as @mount says. */
static gboolean
fits (const V2vNameMap *map, const char *device, const V2vMount *mount)
{
  g_autofree char *misfit = device == NULL ? NULL : dup_misfit (map, device, mount);

  return device != NULL && misfit == NULL;
}

/* Whether every use of @key fits the disk at @rank. */
static gboolean
all_fit (const V2vNameMap *map, const char *key, guint rank)
{
  for (guint i = 0; i < map->uses->len; i++) {
    const Use *use = g_ptr_array_index (map->uses, i);

    if (g_str_equal (use->key, key)
        && !fits (map, device_at (map, rank, use->number), use->mount))
      return FALSE;
  }
  return TRUE;
}

/* How fstab names the root file system's disk, or NULL. */
static const Use *
root_use (const V2vNameMap *map, V2vNameKind kind)
{
  for (guint i = 0; i < map->uses->len; i++) {
    const Use *use = g_ptr_array_index (map->uses, i);

    if (use->kind == kind && g_strcmp0 (use->mount->mountpoint, "/") == 0)
      return use;
  }
  return NULL;
}

/* The letter or controller of the root's disk; the first one unless fstab says. */
static guint
root_index (const V2vNameMap *map, V2vNameKind kind)
{
  const Use *use = root_use (map, kind);

  return use == NULL ? 0 : use->index;
}

/* The root's disk has rank 0 whatever its place, so those before it move up. */
static guint
rank_of (guint place, guint root_place)
{
  if (place == root_place)
    return 0;
  return place < root_place ? place + 1 : place;
}

/* A volume id that is part of the host path: vol-0ab.img, or a device link. */
static gboolean
find_volume (const V2vNameMap *map, const char *key, guint *out_rank)
{
  if (!g_str_has_prefix (key, "vol") || strlen (key) < strlen ("vol") + 8)
    return FALSE;
  for (guint rank = 0; rank < map->order->len; rank++) {
    const V2vDiskFact *disk
      = g_ptr_array_index (map->guest->disks, g_array_index (map->order, guint, rank));
    g_auto (GStrv) parts = g_strsplit (disk->path == NULL ? "" : disk->path, "-", -1);
    g_autofree char *path = g_strjoinv ("", parts);

    if (strstr (path, key) != NULL) {
      *out_rank = rank;
      return TRUE;
    }
  }
  return FALSE;
}

/* Adds a letter to a sorted set. */
static void
add_letter (GArray *letters, guint index)
{
  guint at = 0;

  while (at < letters->len && g_array_index (letters, guint, at) < index)
    at++;
  if (at == letters->len || g_array_index (letters, guint, at) != index)
    g_array_insert_val (letters, at, index);
}

/* The letters in use.  The boot disk counts even when fstab names it by UUID: as the
 * letter of "/", or as a. */
static GArray *
used_letters (const V2vNameMap *map)
{
  GArray *letters = g_array_new (FALSE, FALSE, sizeof (guint));

  add_letter (letters, root_index (map, V2V_NAME_LETTER));
  for (guint i = 0; i < map->uses->len; i++) {
    const Use *use = g_ptr_array_index (map->uses, i);

    if (use->kind == V2V_NAME_LETTER)
      add_letter (letters, use->index);
  }
  return letters;
}

static guint
place_of (const GArray *letters, guint index)
{
  guint place = 0;

  while (place < letters->len && g_array_index (letters, guint, place) != index)
    place++;
  return place;
}

/* The only other disk that every use of @key fits. */
static gboolean
find_by_content (const V2vNameMap *map, const char *key, guint *out_rank, char **out_why)
{
  guint found = 0;

  for (guint rank = 1; rank < map->order->len; rank++) {
    if (all_fit (map, key, rank)) {
      *out_rank = rank;
      found++;
    }
  }
  if (found > 1)
    *out_why = g_strdup_printf ("it could be any of %u disks", found);
  else if (found == 0)
    *out_why = g_strdup ("no other disk was given that holds it");
  return found == 1;
}

static gboolean
find_letter (const V2vNameMap *map, const V2vDeviceName *name, guint *out_rank,
             char **out_why)
{
  g_autoptr (GArray) letters = used_letters (map);
  guint n_disks = map->order->len;
  guint place;
  guint rank;

  if (letters->len > n_disks) {
    *out_why = g_strdup_printf ("the guest names %u disks and %u were given", letters->len,
                                n_disks);
    return FALSE;
  }
  place = place_of (letters, name->index);
  rank = rank_of (place, place_of (letters, root_index (map, V2V_NAME_LETTER)));
  if (letters->len < n_disks && rank > 0) {
    /* Some disk is named otherwise or not at all: a letter without a gap before it
     * is taken at its word, others only when just one disk can be meant. */
    rank = name->index;
    if (rank >= n_disks || !all_fit (map, name->key, rank))
      return find_by_content (map, name->key, out_rank, out_why);
  }
  *out_rank = rank;
  return TRUE;
}

static gboolean
find_rank (const V2vNameMap *map, const V2vDeviceName *name, guint *out_rank,
           char **out_why)
{
  const Use *root = root_use (map, name->kind);

  *out_rank = 0;
  if (name->instance_store) {
    *out_why = g_strdup ("it is an instance store volume of EC2, which never comes along");
    return FALSE;
  }
  if (root != NULL && g_strcmp0 (name->key, root->key) == 0)
    return TRUE;
  switch (name->kind) {
  case V2V_NAME_LETTER:
    return find_letter (map, name, out_rank, out_why);
  case V2V_NAME_NVME:
    /* Controllers are numbered without gaps. */
    *out_rank = rank_of (name->index, root_index (map, V2V_NAME_NVME));
    if (name->index < map->order->len)
      return TRUE;
    *out_why = g_strdup_printf ("only %u disks were given", map->order->len);
    return FALSE;
  case V2V_NAME_ID:
    return find_volume (map, name->key, out_rank) || map->order->len == 1
           || find_by_content (map, name->key, out_rank, out_why);
  case V2V_NAME_OTHER:
  case V2V_NAME_MAPPER:
  case V2V_NAME_REMOVABLE:
  default:
    *out_why = g_strdup ("it is no name of a disk");
    return FALSE;
  }
}

const char *
v2v_name_map_find (const V2vNameMap *map, const V2vMount *mount, const V2vDeviceName *name,
                   gboolean *out_unfit, char **out_why)
{
  const char *device;
  guint rank;

  if (is_scratch (mount, name->kind)) {
    *out_why = g_strdup ("cloud-init wrote it for a scratch disk, which does not come along");
    return NULL;
  }
  if (!find_rank (map, name, &rank, out_why))
    return NULL;
  device = device_at (map, rank, name->number);
  if (device == NULL) {
    *out_why = g_strdup_printf ("its disk has no partition %u", name->number);
    return NULL;
  }
  *out_why = dup_misfit (map, device, mount);
  *out_unfit = *out_why != NULL;
  return *out_why == NULL ? device : NULL;
}
