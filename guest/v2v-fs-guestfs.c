/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fs-guestfs.c - the files of a guest that is mounted in an appliance
 *
 * The daemon resolves paths in a chroot, except where it hands one to a program;
 * such a path goes through realpath first.  Names travel NUL-separated, never as
 * lines, and lists by a bounded pipe instead of a protocol message of 4 MB.
 */
#include <config.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "v2v-fs-guestfs-private.h"
#include "v2v-names.h"

guestfs_h *
v2v_guestfs_trip (V2vFs *fs)
{
  V2vGuestfs *self = (V2vGuestfs *) fs;

  self->round_trips++;
  return self->appliance->g;
}

V2vWatch
v2v_guestfs_watch (V2vFs *fs)
{
  return v2v_appliance_watch (((V2vGuestfs *) fs)->appliance);
}

gboolean
v2v_guestfs_set_error (V2vFs *fs, GError **error)
{
  V2vAppliance *appliance = ((V2vGuestfs *) fs)->appliance;
  int errnum = guestfs_last_errno (appliance->g);

  if (errnum != 0 && v2v_appliance_is_alive (appliance)) {
    v2v_fs_set_errno (error, errnum);
  } else {
    g_autofree char *reason = v2v_appliance_dup_reason (appliance);

    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_STORAGE, reason);
  }
  v2v_cancel_override (appliance->cancel, error);
  return FALSE;
}

gboolean
v2v_guestfs_is_absent (V2vFs *fs)
{
  V2vAppliance *appliance = ((V2vGuestfs *) fs)->appliance;

  return v2v_appliance_is_alive (appliance)
         && v2v_fs_errno_is_absent (guestfs_last_errno (appliance->g));
}

/* Puts the targets of the links among @rows into them: one round trip.
 * @rows are in @directory, where @names are theirs. */
static gboolean
read_links (V2vFs *fs, const char *directory, GPtrArray *rows,
            const GPtrArray *names, GError **error)
{
  g_autoptr (GPtrArray) links = g_ptr_array_new ();
  g_autoptr (GPtrArray) owners = g_ptr_array_new ();
  g_auto (GStrv) targets = NULL;

  for (guint i = 0; i < rows->len; i++) {
    V2vFileInfo *info = g_ptr_array_index (rows, i);

    if (info->kind == V2V_FILE_SYMLINK) {
      g_ptr_array_add (links, g_ptr_array_index (names, i));
      g_ptr_array_add (owners, info);
    }
  }
  if (links->len == 0)
    return TRUE;
  g_ptr_array_add (links, NULL);
  targets = guestfs_readlinklist (v2v_guestfs_trip (fs), directory, (char **) links->pdata);
  if (targets == NULL)
    return v2v_guestfs_set_error (fs, error);
  for (guint i = 0; i < owners->len && targets[i] != NULL; i++)
    ((V2vFileInfo *) g_ptr_array_index (owners, i))->link = g_strdup (targets[i]);
  return TRUE;
}

static V2vFileInfo *
new_row (const char *name, const struct guestfs_statns *st)
{
  V2vFileInfo *info = v2v_file_info_new (name, (guint) st->st_mode, (guint64) st->st_size,
                                         (guint) st->st_uid, (guint) st->st_gid);

  info->links = (guint) st->st_nlink;
  return info;
}

/* Rows for @names in @directory, named by @shown; an absent directory gives absent
 * rows.  Two round trips at most. */
static GPtrArray *
stat_names (V2vFs *fs, const char *directory, const GPtrArray *names,
            const GPtrArray *shown, GError **error)
{
  g_autoptr (GPtrArray) rows = v2v_file_info_array_new ();
  g_autoptr (GPtrArray) argument = g_ptr_array_new ();
  struct guestfs_statns_list *stats;

  if (names->len == 0)
    return g_steal_pointer (&rows);
  for (guint i = 0; i < names->len; i++)
    g_ptr_array_add (argument, g_ptr_array_index (names, i));
  g_ptr_array_add (argument, NULL);
  stats = guestfs_lstatnslist (v2v_guestfs_trip (fs), directory, (char **) argument->pdata);
  if (stats == NULL && !v2v_guestfs_is_absent (fs)) {
    v2v_guestfs_set_error (fs, error);
    return NULL;
  }
  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index (shown, i);

    if (stats == NULL || i >= stats->len || stats->val[i].st_ino == -1)
      g_ptr_array_add (rows, v2v_file_info_new_absent (name));
    else
      g_ptr_array_add (rows, new_row (name, &stats->val[i]));
  }
  if (stats != NULL)
    guestfs_free_statns_list (stats);
  if (!read_links (fs, directory, rows, names, error))
    return NULL;
  return g_steal_pointer (&rows);
}

/* The paths of one directory, while they are collected. */
typedef struct {
  char *directory;
  GPtrArray *names; /* last components, owned */
  GPtrArray *paths; /* borrowed */
  GArray *places;   /* guint: where the rows belong */
} Batch;

static void
batch_free (gpointer p)
{
  Batch *batch = p;

  g_free (batch->directory);
  g_ptr_array_unref (batch->names);
  g_ptr_array_unref (batch->paths);
  g_array_unref (batch->places);
  g_free (batch);
}

/* Adds @path to the batch of its directory, in order of first appearance. */
static void
add_to_batch (GPtrArray *batches, GHashTable *index, const char *path, guint place)
{
  g_autofree char *directory = NULL;
  g_autofree char *name = NULL;
  Batch *batch;

  v2v_names_split (path, &directory, &name);
  batch = g_hash_table_lookup (index, directory);
  if (batch == NULL) {
    batch = g_new0 (Batch, 1);
    batch->directory = g_steal_pointer (&directory);
    batch->names = g_ptr_array_new_with_free_func (g_free);
    batch->paths = g_ptr_array_new ();
    batch->places = g_array_new (FALSE, FALSE, sizeof (guint));
    g_ptr_array_add (batches, batch);
    g_hash_table_insert (index, batch->directory, batch);
  }
  g_ptr_array_add (batch->names, g_steal_pointer (&name));
  g_ptr_array_add (batch->paths, (gpointer) path);
  g_array_append_val (batch->places, place);
}

static GPtrArray *
guestfs_fs_stat_many (V2vFs *fs, const char *const *paths, GError **error)
{
  g_auto (V2vWatch) watch = v2v_guestfs_watch (fs);
  g_autoptr (GPtrArray) batches = g_ptr_array_new_with_free_func (batch_free);
  g_autoptr (GHashTable) index = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) rows = v2v_file_info_array_new ();

  for (guint i = 0; paths[i] != NULL; i++)
    add_to_batch (batches, index, paths[i], i);
  g_ptr_array_set_size (rows, (int) g_strv_length ((char **) paths));
  for (guint i = 0; i < batches->len; i++) {
    const Batch *batch = g_ptr_array_index (batches, i);
    g_autoptr (GPtrArray) some = stat_names (fs, batch->directory, batch->names,
                                             batch->paths, error);

    if (some == NULL)
      return NULL;
    for (guint j = 0; j < some->len; j++)
      rows->pdata[g_array_index (batch->places, guint, j)]
        = g_steal_pointer (&some->pdata[j]);
  }
  return g_steal_pointer (&rows);
}

gboolean
v2v_guestfs_follow (V2vFs *fs, const char *path, V2vFileKind *out_kind, guint64 *out_size,
                   GError **error)
{
  g_auto (V2vWatch) watch = v2v_guestfs_watch (fs);
  struct guestfs_statns *st = guestfs_statns (v2v_guestfs_trip (fs), path);

  if (st == NULL)
    return v2v_guestfs_set_error (fs, error);
  *out_kind = v2v_file_kind_from_mode ((guint) st->st_mode);
  *out_size = (guint64) st->st_size;
  guestfs_free_statns (st);
  return TRUE;
}

typedef int (*NamesCall) (guestfs_h *g, const char *directory, const char *file);

/* Runs a call that writes NUL-ended names to a file; %NULL with @error. */
static GPtrArray *
collect (V2vFs *fs, NamesCall call, const char *directory, guint max,
         GError **error)
{
  g_autoptr (V2vNames) names = v2v_names_new (max, ((V2vGuestfs *) fs)->appliance->g, error);
  int r;

  if (names == NULL)
    return NULL;
  r = call (v2v_guestfs_trip (fs), directory, v2v_names_path (names));
  v2v_names_finish (names);
  if (v2v_names_is_full (names)) {
    v2v_fs_set_too_many (error, max);
    return NULL;
  }
  if (r < 0) {
    v2v_guestfs_set_error (fs, error);
    return NULL;
  }
  return v2v_names_steal (names);
}

static GPtrArray *
guestfs_fs_list (V2vFs *fs, const char *directory, GError **error)
{
  g_auto (V2vWatch) watch = v2v_guestfs_watch (fs);
  g_autoptr (GPtrArray) names
    = collect (fs, guestfs_ls0, directory, V2V_FS_LIST_MAX, error);

  if (names == NULL)
    return NULL;
  return stat_names (fs, directory, names, names, error);
}

static GPtrArray *
guestfs_fs_find (V2vFs *fs, const char *directory, guint max, GError **error)
{
  g_auto (V2vWatch) watch = v2v_guestfs_watch (fs);
  g_autofree char *real = guestfs_realpath (v2v_guestfs_trip (fs), directory);
  GPtrArray *names;

  if (real == NULL) {
    v2v_guestfs_set_error (fs, error);
    return NULL;
  }
  names = collect (fs, guestfs_find0, real, max, error);
  /* The daemon leaves a slash in front, except below "/". */
  for (guint i = 0; names != NULL && i < names->len; i++) {
    char *name = g_ptr_array_index (names, i);

    if (name[0] == '/')
      memmove (name, name + 1, strlen (name));
  }
  return names;
}

gboolean
v2v_guestfs_check (V2vFs *fs, const char *path, guint64 max, GError **error)
{
  V2vFileKind kind;
  guint64 size;

  return v2v_guestfs_follow (fs, path, &kind, &size, error)
         && v2v_fs_check_regular (kind, size, max, error);
}

/* A message of the protocol holds 4 MiB. */
#define PREAD_MAX (3584 * 1024)

/* A download goes in chunks of 8 KiB, each with its interrupts: 6 MiB cost the processor
 * 0.2 to 0.5 s in a TCG appliance, and 0.07 s in two messages.  More than this is still
 * downloaded: it is nothing that a conversion reads. */
#define PREAD_TOTAL_MAX (256 * 1024 * 1024)

/* The bytes from @offset of what is known to be a regular file, and a NUL. */
static GBytes *
load_at (V2vFs *fs, const char *path, gsize length, guint64 offset, GError **error)
{
  g_autofree char *data = NULL;
  size_t got = 0;

  data = guestfs_pread (v2v_guestfs_trip (fs), path, (int) length, (int64_t) offset, &got);
  if (data == NULL) {
    v2v_guestfs_set_error (fs, error);
    return NULL;
  }
  /* libguestfs puts no NUL behind it. */
  data = g_realloc (data, got + 1);
  data[got] = '\0';
  return g_bytes_new_take (g_steal_pointer (&data), got);
}

/* The first @length bytes of what is known to be a regular file, and a NUL. */
static GBytes *
guestfs_fs_load (V2vFs *fs, const char *path, gsize length, GError **error)
{
  g_auto (V2vWatch) watch = v2v_guestfs_watch (fs);

  return length == 0 ? g_bytes_new_static ("", 0) : load_at (fs, path, length, 0, error);
}

static gboolean
copy_by_messages (V2vFs *fs, const char *path, int fd, guint64 size, GError **error)
{
  for (guint64 done = 0; done < size;) {
    gsize length = (gsize) MIN (size - done, PREAD_MAX);
    g_autoptr (GBytes) bytes = load_at (fs, path, length, done, error);

    if (bytes == NULL)
      return FALSE;
    if (g_bytes_get_size (bytes) == 0)
      return v2v_fs_set_errno (error, EIO);
    if (!v2v_fs_fill (fd, bytes, error))
      return FALSE;
    done += g_bytes_get_size (bytes);
  }
  return TRUE;
}

static gboolean
guestfs_fs_copy (V2vFs *fs, const char *path, int fd, guint64 max, GError **error)
{
  g_auto (V2vWatch) watch = v2v_guestfs_watch (fs);
  g_autofree char *file = g_strdup_printf ("/proc/self/fd/%d", fd);
  V2vFileKind kind;
  guint64 size;

  if (!v2v_guestfs_follow (fs, path, &kind, &size, error)
      || !v2v_fs_check_regular (kind, size, max, error))
    return FALSE;
  if (size <= PREAD_TOTAL_MAX)
    return copy_by_messages (fs, path, fd, size, error);
  return guestfs_download (v2v_guestfs_trip (fs), path, file) == 0
         || v2v_guestfs_set_error (fs, error);
}

static GBytes *
guestfs_fs_head (V2vFs *fs, const char *path, gsize length, GError **error)
{
  g_auto (V2vWatch) watch = v2v_guestfs_watch (fs);

  if (!v2v_guestfs_check (fs, path, G_MAXUINT64, error))
    return NULL;
  return guestfs_fs_load (fs, path, length, error);
}

static guint64
guestfs_fs_round_trips (const V2vFs *fs)
{
  return ((const V2vGuestfs *) fs)->round_trips;
}

static void
guestfs_fs_free (V2vFs *fs)
{
  g_free (fs);
}

static const V2vFsOps guestfs_ops = {
  .name = "appliance",
  .free = guestfs_fs_free,
  .stat_many = guestfs_fs_stat_many,
  .follow = v2v_guestfs_follow,
  .list = guestfs_fs_list,
  .find = guestfs_fs_find,
  .copy = guestfs_fs_copy,
  .head = guestfs_fs_head,
  .write = v2v_guestfs_write,
  .remove = v2v_guestfs_remove,
  .create = v2v_guestfs_create,
  .mkdir = v2v_guestfs_mkdir,
  .symlink = v2v_guestfs_symlink,
  .chown = v2v_guestfs_chown,
  .move = v2v_guestfs_move,
  .set_xattr = v2v_guestfs_set_xattr,
  .get_xattr = v2v_guestfs_get_xattr,
  .copy_attributes = v2v_guestfs_copy_attributes,
  .round_trips = guestfs_fs_round_trips,
  .load = guestfs_fs_load,
  .archive = v2v_guestfs_archive,
};

V2vFs *
v2v_fs_new_appliance (V2vAppliance *appliance)
{
  V2vGuestfs *self = g_new0 (V2vGuestfs, 1);

  self->base.ops = &guestfs_ops;
  self->appliance = appliance;
  return &self->base;
}
