/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-mounts.c - mount file systems in the appliance, and ask about them
 */
#include <config.h>

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "v2v-appliance-private.h"

#define SUBVOLUMES_MAX 10000
/* The number of a btrfs' own tree of files (btrfs(5), "subvolid"). */
#define BTRFS_TOP 5

/* XFS refuses a second mount of one UUID, which two volumes made of one snapshot
 * have, whichever of them is mounted first. */
static void
note_duplicates (V2vAppliance *appliance, const V2vGuest *guest)
{
  const GPtrArray *all = guest->filesystems;

  for (guint i = 0; i < all->len; i++) {
    const V2vFilesystem *a = g_ptr_array_index (all, i);

    for (guint j = 0; j < all->len; j++) {
      const V2vFilesystem *b = g_ptr_array_index (all, j);

      if (i != j && g_str_equal (a->type, "xfs") && g_strcmp0 (a->type, b->type) == 0
          && a->uuid != NULL && g_strcmp0 (a->uuid, b->uuid) == 0)
        g_hash_table_add (appliance->nouuid, g_strdup (a->device));
    }
  }
}

/* What is mounted by its name needs no guessing. */
static void
note_types (V2vAppliance *appliance, const V2vGuest *guest)
{
  static const char *const types[] = { "ext2", "ext3", "ext4", "xfs", "btrfs", "vfat" };
  const GPtrArray *all = guest->filesystems;

  for (guint i = 0; i < all->len; i++) {
    const V2vFilesystem *fs = g_ptr_array_index (all, i);

    for (gsize t = 0; fs->type != NULL && t < G_N_ELEMENTS (types); t++)
      if (g_str_equal (fs->type, types[t]))
        g_hash_table_replace (appliance->types, g_strdup (fs->device),
                              (gpointer) types[t]);
  }
}

void
v2v_disks_note (V2vAppliance *appliance, const V2vGuest *guest)
{
  note_duplicates (appliance, guest);
  note_types (appliance, guest);
}

static char *
build_options (V2vAppliance *appliance, const char *device, const char *options,
               gboolean read_only)
{
  GString *all = g_string_new (read_only ? "ro" : "rw");

  if (g_hash_table_contains (appliance->nouuid, device))
    g_string_append (all, ",nouuid");
  if (options != NULL && *options != '\0')
    g_string_append_printf (all, ",%s", options);
  return g_string_free (all, FALSE);
}

/* FALSE also when it is not known.  Three calls of a millisecond instead of one of twenty. */
static gboolean
is_plain_path (V2vAppliance *appliance, const char *path)
{
  const char *end = path;

  do {
    g_autofree char *part = NULL;
    struct guestfs_statns *st;
    gboolean is_directory;

    end = strchr (end + 1, '/');
    part = end != NULL ? g_strndup (path, (gsize) (end - path)) : g_strdup (path);
    st = guestfs_lstatns (appliance->g, part);
    is_directory = st != NULL && S_ISDIR (st->st_mode);
    guestfs_free_statns (st);
    if (!is_directory)
      return FALSE;
  } while (end != NULL);
  return strstr (path, "/.") == NULL;
}

/* A mount point that is a link is resolved inside the guest first: the daemon would
 * follow it in the appliance. */
static char *
resolve_mountpoint (V2vAppliance *appliance, const char *mountpoint, GError **error)
{
  g_autofree char *real = NULL;

  if (g_str_equal (mountpoint, "/") || is_plain_path (appliance, mountpoint))
    return g_strdup (mountpoint);
  real = guestfs_realpath (appliance->g, mountpoint);
  if (real == NULL) {
    V2vErrorCode code = guestfs_last_errno (appliance->g) == ENOENT ? V2V_ERROR_NOT_FOUND
                                                                    : V2V_ERROR_STORAGE;

    v2v_appliance_set_error (appliance, error, code, "looking for the mount point '%s'",
                             mountpoint);
    return NULL;
  }
  return g_steal_pointer (&real);
}

gboolean
v2v_disks_mount (V2vAppliance *appliance, const char *device, const char *mountpoint,
                 const char *options, gboolean read_only, GError **error)
{
  g_auto (V2vWatch) watch = v2v_appliance_watch (appliance);
  g_autofree char *all = build_options (appliance, device, options, read_only);
  g_autofree char *real = resolve_mountpoint (appliance, mountpoint, error);
  const char *type = g_hash_table_lookup (appliance->types, device);
  V2vErrorCode code = V2V_ERROR_STORAGE;
  int r;

  if (real == NULL)
    return FALSE;
  r = type != NULL ? guestfs_mount_vfs (appliance->g, all, type, device, real)
                   : guestfs_mount_options (appliance->g, all, device, real);
  if (r == 0)
    return TRUE;
  /* As long as the appliance lives it is the file system that is at fault. */
  if (v2v_appliance_is_alive (appliance))
    code = V2V_ERROR_REFUSED;
  return v2v_appliance_set_error (appliance, error, code, "mounting '%s' on '%s'", device,
                                  mountpoint);
}

gboolean
v2v_disks_make_writable (V2vAppliance *appliance, const char *device, const char *mountpoint)
{
  g_auto (V2vWatch) watch = v2v_appliance_watch (appliance);

  return g_hash_table_contains (appliance->types, device)
         && guestfs_remount (appliance->g, mountpoint, GUESTFS_REMOUNT_RW, 1, -1) == 0;
}

gboolean
v2v_disks_unmount_all (V2vAppliance *appliance, GError **error)
{
  g_auto (V2vWatch) watch = v2v_appliance_watch (appliance);

  if (guestfs_umount_all (appliance->g) == 0)
    return TRUE;
  return v2v_appliance_set_error (appliance, error, V2V_ERROR_STORAGE, "unmounting the guest");
}

/* What the file systems of the guest had cached went with their mounts; what is left are
 * the caches of the devices, which are written before they go (BLKFLSBUF).  drop_caches would throw out the appliance's programs as
 * well, and half a second goes into reading them again (without KVM). */
#define FLUSH_COMMAND                                                                        \
  "set --; for d in /dev/sd* /dev/dm-* /dev/md*; do [ -b $d ] && set -- \"$@\" $d; done; "  \
  "blockdev --flushbufs \"$@\""

static gboolean
drop_caches (V2vAppliance *appliance)
{
  char *const command[] = { (char *) FLUSH_COMMAND, NULL };
  g_autofree char *said = guestfs_debug (appliance->g, "sh", command);

  return said != NULL
         || (guestfs_sync (appliance->g) == 0 && guestfs_drop_caches (appliance->g, 3) == 0);
}

gboolean
v2v_disks_drop_caches (V2vAppliance *appliance, GError **error)
{
  g_auto (V2vWatch) watch = v2v_appliance_watch (appliance);

  if (drop_caches (appliance))
    return TRUE;
  return v2v_appliance_set_error (appliance, error, V2V_ERROR_STORAGE, "syncing the guest");
}

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GPtrArray *
v2v_disks_btrfs_subvolumes (V2vAppliance *appliance, const char *device, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_auto (V2vWatch) watch = v2v_appliance_watch (appliance);
  struct guestfs_btrfssubvolume_list *list
    = guestfs_btrfs_subvolume_list (appliance->g, device);

  if (list == NULL) {
    v2v_appliance_set_error (appliance, error, V2V_ERROR_STORAGE,
                             "listing the subvolumes of '%s'", device);
    return NULL;
  }
  for (guint i = 0; i < list->len && i <= SUBVOLUMES_MAX; i++)
    g_ptr_array_add (paths, g_strdup (list->val[i].btrfssubvolume_path));
  guestfs_free_btrfssubvolume_list (list);
  if (paths->len > SUBVOLUMES_MAX) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED, "'%s' has more than %d subvolumes",
                 device, SUBVOLUMES_MAX);
    return NULL;
  }
  g_ptr_array_sort (paths, compare_strings);
  return g_steal_pointer (&paths);
}

gboolean
v2v_disks_btrfs_default (V2vAppliance *appliance, const char *mountpoint, char **out_path,
                         GError **error)
{
  g_autofree char *path = NULL;
  g_auto (V2vWatch) watch = v2v_appliance_watch (appliance);
  gint64 id = guestfs_btrfs_subvolume_get_default (appliance->g, mountpoint);
  struct guestfs_btrfssubvolume_list *list;

  if (id < 0)
    return v2v_appliance_set_error (appliance, error, V2V_ERROR_STORAGE,
                                    "asking for the default subvolume of '%s'", mountpoint);
  if (id > BTRFS_TOP) {
    list = guestfs_btrfs_subvolume_list (appliance->g, mountpoint);
    if (list == NULL)
      return v2v_appliance_set_error (appliance, error, V2V_ERROR_STORAGE,
                                      "listing the subvolumes of '%s'", mountpoint);
    for (guint i = 0; i < list->len && path == NULL; i++)
      if (list->val[i].btrfssubvolume_id == (guint64) id)
        path = g_strdup (list->val[i].btrfssubvolume_path);
    guestfs_free_btrfssubvolume_list (list);
  }
  *out_path = g_steal_pointer (&path);
  return TRUE;
}

gboolean
v2v_disks_btrfs_read_only (V2vAppliance *appliance, const char *path, gboolean *out_read_only,
                           GError **error)
{
  g_auto (V2vWatch) watch = v2v_appliance_watch (appliance);
  g_auto (GStrv) table = guestfs_btrfs_subvolume_show (appliance->g, path);

  if (table == NULL)
    return v2v_appliance_set_error (appliance, error, V2V_ERROR_STORAGE,
                                    "reading the flags of subvolume '%s'", path);
  *out_read_only = FALSE;
  for (guint i = 0; table[i] != NULL && table[i + 1] != NULL; i += 2)
    if (g_str_equal (table[i], "Flags"))
      *out_read_only = strstr (table[i + 1], "readonly") != NULL;
  return TRUE;
}

gboolean
v2v_disks_usage (V2vAppliance *appliance, const char *mountpoint, guint64 *out_size,
                 guint64 *out_free, GError **error)
{
  g_auto (V2vWatch) watch = v2v_appliance_watch (appliance);
  struct guestfs_statvfs *st = guestfs_statvfs (appliance->g, mountpoint);
  guint64 unit;

  if (st == NULL)
    return v2v_appliance_set_error (appliance, error, V2V_ERROR_STORAGE,
                                    "reading the free space of '%s'", mountpoint);
  unit = (guint64) (st->frsize > 0 ? st->frsize : st->bsize);
  *out_size = (guint64) st->blocks * unit;
  *out_free = (guint64) st->bfree * unit;
  guestfs_free_statvfs (st);
  return TRUE;
}
