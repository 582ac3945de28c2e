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

#include "v2v-appliance-private.h"
#include "v2v-fs-private.h"
#include "v2v-names.h"

typedef struct {
  V2vFs base;
  V2vAppliance *appliance; /* borrowed */
} Guestfs;

static V2vAppliance *
appliance_of (V2vFs *fs)
{
  return ((Guestfs *) fs)->appliance;
}

/* Always FALSE. */
static gboolean
set_error (V2vAppliance *appliance, GError **error)
{
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

static gboolean
is_absent (V2vAppliance *appliance)
{
  return v2v_appliance_is_alive (appliance)
         && v2v_fs_errno_is_absent (guestfs_last_errno (appliance->g));
}

/* Puts the targets of the links among @rows into them: one round trip.
 * @rows are in @directory, where @names are theirs. */
static gboolean
read_links (V2vAppliance *appliance, const char *directory, GPtrArray *rows,
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
  targets = guestfs_readlinklist (appliance->g, directory, (char **) links->pdata);
  if (targets == NULL)
    return set_error (appliance, error);
  for (guint i = 0; i < owners->len && targets[i] != NULL; i++)
    ((V2vFileInfo *) g_ptr_array_index (owners, i))->link = g_strdup (targets[i]);
  return TRUE;
}

/* Rows for @names in @directory, named by @shown; an absent directory gives absent
 * rows.  Two round trips at most. */
static GPtrArray *
stat_names (V2vAppliance *appliance, const char *directory, const GPtrArray *names,
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
  stats = guestfs_lstatnslist (appliance->g, directory, (char **) argument->pdata);
  if (stats == NULL && !is_absent (appliance)) {
    set_error (appliance, error);
    return NULL;
  }
  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index (shown, i);

    if (stats == NULL || i >= stats->len || stats->val[i].st_ino == -1)
      g_ptr_array_add (rows, v2v_file_info_new_absent (name));
    else
      g_ptr_array_add (rows, v2v_file_info_new (name, (guint) stats->val[i].st_mode,
                                                (guint64) stats->val[i].st_size));
  }
  if (stats != NULL)
    guestfs_free_statns_list (stats);
  if (!read_links (appliance, directory, rows, names, error))
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
  g_auto (V2vWatch) watch = v2v_appliance_watch (appliance_of (fs));
  g_autoptr (GPtrArray) batches = g_ptr_array_new_with_free_func (batch_free);
  g_autoptr (GHashTable) index = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) rows = v2v_file_info_array_new ();

  for (guint i = 0; paths[i] != NULL; i++)
    add_to_batch (batches, index, paths[i], i);
  g_ptr_array_set_size (rows, (int) g_strv_length ((char **) paths));
  for (guint i = 0; i < batches->len; i++) {
    const Batch *batch = g_ptr_array_index (batches, i);
    g_autoptr (GPtrArray) some = stat_names (appliance_of (fs), batch->directory, batch->names,
                                             batch->paths, error);

    if (some == NULL)
      return NULL;
    for (guint j = 0; j < some->len; j++)
      rows->pdata[g_array_index (batch->places, guint, j)]
        = g_steal_pointer (&some->pdata[j]);
  }
  return g_steal_pointer (&rows);
}

static gboolean
guestfs_fs_follow (V2vFs *fs, const char *path, V2vFileKind *out_kind, guint64 *out_size,
                   GError **error)
{
  g_auto (V2vWatch) watch = v2v_appliance_watch (appliance_of (fs));
  struct guestfs_statns *st = guestfs_statns (appliance_of (fs)->g, path);

  if (st == NULL)
    return set_error (appliance_of (fs), error);
  *out_kind = v2v_file_kind_from_mode ((guint) st->st_mode);
  *out_size = (guint64) st->st_size;
  guestfs_free_statns (st);
  return TRUE;
}

typedef int (*NamesCall) (guestfs_h *g, const char *directory, const char *file);

/* Runs a call that writes NUL-ended names to a file; %NULL with @error. */
static GPtrArray *
collect (V2vAppliance *appliance, NamesCall call, const char *directory, guint max,
         GError **error)
{
  g_autoptr (V2vNames) names = v2v_names_new (max, appliance->g, error);
  int r;

  if (names == NULL)
    return NULL;
  r = call (appliance->g, directory, v2v_names_path (names));
  v2v_names_finish (names);
  if (v2v_names_is_full (names)) {
    v2v_fs_set_too_many (error, max);
    return NULL;
  }
  if (r < 0) {
    set_error (appliance, error);
    return NULL;
  }
  return v2v_names_steal (names);
}

static GPtrArray *
guestfs_fs_list (V2vFs *fs, const char *directory, GError **error)
{
  g_auto (V2vWatch) watch = v2v_appliance_watch (appliance_of (fs));
  g_autoptr (GPtrArray) names
    = collect (appliance_of (fs), guestfs_ls0, directory, V2V_FS_LIST_MAX, error);

  if (names == NULL)
    return NULL;
  return stat_names (appliance_of (fs), directory, names, names, error);
}

static GPtrArray *
guestfs_fs_find (V2vFs *fs, const char *directory, guint max, GError **error)
{
  g_auto (V2vWatch) watch = v2v_appliance_watch (appliance_of (fs));
  g_autofree char *real = guestfs_realpath (appliance_of (fs)->g, directory);
  GPtrArray *names;

  if (real == NULL) {
    set_error (appliance_of (fs), error);
    return NULL;
  }
  names = collect (appliance_of (fs), guestfs_find0, real, max, error);
  /* The daemon leaves a slash in front, except below "/". */
  for (guint i = 0; names != NULL && i < names->len; i++) {
    char *name = g_ptr_array_index (names, i);

    if (name[0] == '/')
      memmove (name, name + 1, strlen (name));
  }
  return names;
}

static gboolean
check (V2vFs *fs, const char *path, guint64 max, GError **error)
{
  V2vFileKind kind;
  guint64 size;

  return guestfs_fs_follow (fs, path, &kind, &size, error)
         && v2v_fs_check_regular (kind, size, max, error);
}

static gboolean
guestfs_fs_copy (V2vFs *fs, const char *path, int fd, guint64 max, GError **error)
{
  g_auto (V2vWatch) watch = v2v_appliance_watch (appliance_of (fs));
  g_autofree char *file = g_strdup_printf ("/proc/self/fd/%d", fd);

  if (!check (fs, path, max, error))
    return FALSE;
  if (guestfs_download (appliance_of (fs)->g, path, file) < 0)
    return set_error (appliance_of (fs), error);
  return TRUE;
}

static GBytes *
guestfs_fs_head (V2vFs *fs, const char *path, gsize length, GError **error)
{
  g_auto (V2vWatch) watch = v2v_appliance_watch (appliance_of (fs));
  g_autofree char *data = NULL;
  size_t got = 0;

  if (!check (fs, path, G_MAXUINT64, error))
    return NULL;
  data = guestfs_pread (appliance_of (fs)->g, path, (int) length, 0, &got);
  if (data == NULL) {
    set_error (appliance_of (fs), error);
    return NULL;
  }
  /* libguestfs puts no NUL behind it. */
  data = g_realloc (data, got + 1);
  data[got] = '\0';
  return g_bytes_new_take (g_steal_pointer (&data), got);
}

static gboolean
guestfs_fs_write (V2vFs *fs, const char *path, const void *data, gsize length, GError **error)
{
  g_auto (V2vWatch) watch = v2v_appliance_watch (appliance_of (fs));

  if (!check (fs, path, G_MAXUINT64, error))
    return FALSE;
  if (guestfs_write (appliance_of (fs)->g, path, data, length) < 0)
    return set_error (appliance_of (fs), error);
  return TRUE;
}

static gboolean
guestfs_fs_remove (V2vFs *fs, const char *path, GError **error)
{
  g_auto (V2vWatch) watch = v2v_appliance_watch (appliance_of (fs));

  if (guestfs_rm_f (appliance_of (fs)->g, path) == 0 || is_absent (appliance_of (fs)))
    return TRUE;
  return set_error (appliance_of (fs), error);
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
  .follow = guestfs_fs_follow,
  .list = guestfs_fs_list,
  .find = guestfs_fs_find,
  .copy = guestfs_fs_copy,
  .head = guestfs_fs_head,
  .write = guestfs_fs_write,
  .remove = guestfs_fs_remove,
};

V2vFs *
v2v_fs_new_appliance (V2vAppliance *appliance)
{
  Guestfs *self = g_new0 (Guestfs, 1);

  self->base.ops = &guestfs_ops;
  self->appliance = appliance;
  return &self->base;
}
