/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fs-cached.c - a V2vFs that asks another one for each thing once
 *
 * Paths are walked here, in what is known.  Where that ends, the row of the next name is
 * asked for, so that every path is known by its one resolved spelling.  A
 * path that cannot be walked is handed down as it is, and nothing is kept of it.
 */
#include <config.h>

#include "v2v-fs-cached-private.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "v2v-fs-archive.h"

/* Rows that are asked for one after the other for one path; a guest can make paths
 * that need more, and gets them walked by its own kernel. */
#define CHAIN_MAX 24

/* What goes over in one message. */
#define LOAD_MAX V2V_FS_TEXT_MAX

/* A larger file is copied each time.  An initramfs, which every part of a run reads, is
 * seldom larger. */
#define KEEP_MAX (64 * 1024 * 1024)

void
v2v_cached_forget (V2vCached *self)
{
  v2v_tree_free (self->tree);
  self->tree = v2v_tree_new ();
}

V2vCached *
v2v_cached_begin (V2vFs *fs)
{
  V2vCached *self = (V2vCached *) fs;

  if (self->tree->nodes > V2V_TREE_NODES_MAX)
    v2v_cached_forget (self);
  return self;
}

/* Puts the row of a resolved path into the tree. */
static void
add_row (V2vCached *self, const V2vFileInfo *row)
{
  g_autofree char *parent = g_path_get_dirname (row->name);
  g_autofree char *name = g_path_get_basename (row->name);
  g_auto (V2vStep) step = { 0 };

  if (v2v_tree_walk (self->tree, parent, FALSE, &step) != V2V_WALK_FOUND)
    return;
  if (step.node->parent == NULL && g_str_equal (name, "/")) {
    v2v_file_info_free (step.node->info);
    step.node->info = v2v_file_info_copy (row, "/");
  } else if (step.node->info->kind == V2V_FILE_DIRECTORY) {
    v2v_tree_add (self->tree, step.node, v2v_file_info_copy (row, name));
  }
}

/* @paths: resolved, each once, and a NULL. */
static gboolean
fetch_rows (V2vCached *self, const GPtrArray *paths, GError **error)
{
  g_autoptr (GPtrArray) rows
    = self->below->ops->stat_many (self->below, (const char *const *) paths->pdata, error);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    add_row (self, g_ptr_array_index (rows, i));
  return rows != NULL;
}

static char *
dup_asked_path (const V2vStep *step)
{
  g_autofree char *directory = v2v_node_dup_path (step->node);

  return g_build_path ("/", directory, step->name, NULL);
}

/* The resolved path of the row that @path needs next; NULL when it needs none.  The root
 * is a directory; its row is of use only as a row. */
static char *
dup_missing (V2vCached *self, const char *path, gboolean follow)
{
  g_auto (V2vStep) step = { 0 };

  switch (v2v_tree_walk (self->tree, path, follow, &step)) {
  case V2V_WALK_UNKNOWN:
    return step.name == NULL ? NULL : dup_asked_path (&step);
  case V2V_WALK_FOUND:
    return step.node->info->name == NULL && !follow ? g_strdup ("/") : NULL;
  case V2V_WALK_ABSENT:
    break;
  }
  return NULL;
}

/* Asks for what the walks of @paths need, for all of them at once, link by link and
 * directory by directory. */
static gboolean
fetch_walks (V2vCached *self, const char *const *paths, gboolean follow, GError **error)
{
  for (guint asked = 0; asked < CHAIN_MAX; asked++) {
    g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
    g_autoptr (GPtrArray) missing = g_ptr_array_new_with_free_func (g_free);

    for (guint i = 0; paths[i] != NULL; i++) {
      char *path = dup_missing (self, paths[i], follow);

      if (path == NULL || g_hash_table_contains (seen, path)) {
        g_free (path);
        continue;
      }
      g_hash_table_add (seen, path);
      g_ptr_array_add (missing, path);
    }
    if (missing->len == 0)
      return TRUE;
    g_ptr_array_add (missing, NULL);
    if (!fetch_rows (self, missing, error))
      return FALSE;
  }
  return TRUE;
}

static V2vFileInfo *
ask_below (V2vCached *self, const char *path, GError **error)
{
  const char *const paths[] = { path, NULL };
  g_autoptr (GPtrArray) rows = self->below->ops->stat_many (self->below, paths, error);

  return rows == NULL ? NULL : g_steal_pointer (&rows->pdata[0]);
}

static GPtrArray *
cached_stat_many (V2vFs *fs, const char *const *paths, GError **error)
{
  V2vCached *self = v2v_cached_begin (fs);
  g_autoptr (GPtrArray) rows = v2v_file_info_array_new ();

  if (!fetch_walks (self, paths, FALSE, error))
    return NULL;
  for (; *paths != NULL; paths++) {
    g_auto (V2vStep) step = { 0 };
    V2vWalk walk = v2v_tree_walk (self->tree, *paths, FALSE, &step);
    V2vFileInfo *info;

    if (walk == V2V_WALK_ABSENT)
      info = v2v_file_info_new_absent (*paths);
    else if (walk == V2V_WALK_FOUND && step.node->info->name != NULL)
      info = v2v_file_info_copy (step.node->info, *paths);
    else
      info = ask_below (self, *paths, error);
    if (info == NULL)
      return NULL;
    g_ptr_array_add (rows, info);
  }
  return g_steal_pointer (&rows);
}

gboolean
v2v_cached_find_node (V2vCached *self, const char *path, V2vNode **out_node,
                      GError **error)
{
  const char *const paths[] = { path, NULL };
  g_auto (V2vStep) step = { 0 };
  V2vWalk walk;

  if (!fetch_walks (self, paths, TRUE, error))
    return FALSE;
  walk = v2v_tree_walk (self->tree, path, TRUE, &step);
  if (walk == V2V_WALK_ABSENT)
    return v2v_fs_set_errno (error, step.errnum);
  *out_node = walk == V2V_WALK_FOUND ? step.node : NULL;
  return TRUE;
}

static gboolean
cached_follow (V2vFs *fs, const char *path, V2vFileKind *out_kind, guint64 *out_size,
               GError **error)
{
  V2vCached *self = v2v_cached_begin (fs);
  V2vNode *node;

  if (!v2v_cached_find_node (self, path, &node, error))
    return FALSE;
  if (node == NULL)
    return self->below->ops->follow (self->below, path, out_kind, out_size, error);
  *out_kind = node->info->kind;
  *out_size = node->info->size;
  return TRUE;
}

/* A regular file of at most @max bytes; *@out_node as in find_node(). */
static gboolean
find_regular (V2vCached *self, const char *path, guint64 max, V2vNode **out_node, GError **error)
{
  return v2v_cached_find_node (self, path, out_node, error)
         && (*out_node == NULL
             || v2v_fs_check_regular ((*out_node)->info->kind, (*out_node)->info->size, max,
                                      error));
}

/* The first @length bytes of a small regular file, or all that it has. */
static GBytes *
load (V2vCached *self, V2vNode *node, gsize length, GError **error)
{
  V2vFs *below = self->below;
  g_autofree char *path = v2v_node_dup_path (node);
  GBytes *bytes;

  length = MIN (length, node->info->size);
  if (length == 0)
    return g_bytes_new_static ("", 0);
  bytes = (below->ops->load != NULL ? below->ops->load : below->ops->head) (below, path, length,
                                                                           error);
  if (bytes != NULL && length == node->info->size && g_bytes_get_size (bytes) == length)
    v2v_tree_keep (self->tree, node, bytes);
  return bytes;
}

/* Copies a large file, and keeps what came when that is all of it. */
static gboolean
copy_and_keep (V2vCached *self, V2vNode *node, int fd, guint64 max, GError **error)
{
  g_autofree char *path = v2v_node_dup_path (node);
  g_autoptr (GBytes) bytes = NULL;

  if (!self->below->ops->copy (self->below, path, fd, max, error))
    return FALSE;
  if (!v2v_tree_has_room (self->tree, node->info->size))
    return TRUE;
  bytes = v2v_fs_slurp (fd, error);
  if (bytes == NULL)
    return FALSE;
  if (g_bytes_get_size (bytes) == node->info->size)
    v2v_tree_keep (self->tree, node, bytes);
  return TRUE;
}

static gboolean
cached_copy (V2vFs *fs, const char *path, int fd, guint64 max, GError **error)
{
  V2vCached *self = v2v_cached_begin (fs);
  g_autoptr (GBytes) bytes = NULL;
  V2vNode *node;

  if (!find_regular (self, path, max, &node, error))
    return FALSE;
  if (node == NULL || (node->content == NULL && node->info->size > KEEP_MAX))
    return self->below->ops->copy (self->below, path, fd, max, error);
  if (node->content == NULL && node->info->size > LOAD_MAX)
    return copy_and_keep (self, node, fd, max, error);
  bytes = node->content != NULL ? g_bytes_ref (node->content)
                                : load (self, node, LOAD_MAX, error);
  return bytes != NULL && v2v_fs_fill (fd, bytes, error);
}

static GBytes *
cached_head (V2vFs *fs, const char *path, gsize length, GError **error)
{
  V2vCached *self = v2v_cached_begin (fs);
  g_autofree char *data = NULL;
  gsize size;
  V2vNode *node;

  if (!find_regular (self, path, G_MAXUINT64, &node, error))
    return NULL;
  if (node == NULL)
    return self->below->ops->head (self->below, path, length, error);
  if (node->content == NULL)
    return load (self, node, length, error);
  data = g_malloc (length + 1);
  size = MIN (length, g_bytes_get_size (node->content));
  if (size > 0)
    memcpy (data, g_bytes_get_data (node->content, NULL), size);
  data[size] = '\0';
  return g_bytes_new_take (g_steal_pointer (&data), size);
}

static guint64
cached_round_trips (const V2vFs *fs)
{
  return v2v_fs_round_trips (((const V2vCached *) fs)->below);
}

/* What the paths lead to, too: nobody asks for a link and leaves it at that. */
static gboolean
cached_prefetch_rows (V2vFs *fs, const char *const *paths, GError **error)
{
  return fetch_walks (v2v_cached_begin (fs), paths, TRUE, error);
}

/* What was not fetched of the directory is asked for. */
static void
leave_open (V2vTree *tree, const char *directory)
{
  g_auto (V2vStep) step = { 0 };

  if (v2v_tree_walk (tree, directory, FALSE, &step) == V2V_WALK_FOUND
      && step.node->info->kind == V2V_FILE_DIRECTORY)
    step.node->complete = FALSE;
}

/* @name: of a file, or of a directory with a slash at its end */
static void
leave_out (V2vTree *tree, const char *name)
{
  g_autofree char *directory
    = g_str_has_suffix (name, "/") ? g_strndup (name, strlen (name) - 1)
                                   : g_path_get_dirname (name);

  leave_open (tree, directory);
}

/* The last name of @path is among those of its directory, or is known not to be. */
static void
close_again (V2vTree *tree, const char *path)
{
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *name = g_path_get_basename (path);
  g_auto (V2vStep) step = { 0 };
  V2vNode *node;

  if (v2v_tree_walk (tree, parent, FALSE, &step) != V2V_WALK_FOUND
      || step.node->info->kind != V2V_FILE_DIRECTORY)
    return;
  node = v2v_node_child (step.node, name);
  if (node != NULL && node->info->kind != V2V_FILE_ABSENT)
    node->listed = TRUE;
  step.node->complete = TRUE;
}

/* The rows of files whose contents were left out: with them their directories are whole. */
static gboolean
fetch_left_out (V2vCached *self, const char *directory, const char *const *without,
                GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  for (; *without != NULL; without++)
    if (!g_str_has_suffix (*without, "/"))
      g_ptr_array_add (paths, g_build_path ("/", directory, *without, NULL));
  g_ptr_array_add (paths, NULL);
  if (paths->len == 1)
    return TRUE;
  if (!fetch_walks (self, (const char *const *) paths->pdata, FALSE, error))
    return FALSE;
  for (guint i = 0; i + 1 < paths->len; i++)
    close_again (self->tree, g_ptr_array_index (paths, i));
  return TRUE;
}

/* Fetched and read, or NULL: then it is asked for bit by bit. */
static V2vTree *
fetch_archive (V2vFs *below, const char *path, const char *const *without)
{
  int fd = memfd_create ("v2v-archive", MFD_CLOEXEC);
  g_autoptr (GError) error = NULL;
  V2vTree *tree = NULL;

  if (fd < 0)
    return NULL;
  if (below->ops->archive (below, path, without, fd, V2V_ARCHIVE_MAX, &error))
    tree = v2v_archive_read (fd, &error);
  if (tree == NULL)
    g_debug ("'%s' is not fetched as a whole: %s", path, error->message);
  close (fd);
  for (; tree != NULL && *without != NULL; without++)
    leave_out (tree, *without);
  return tree;
}

static gboolean
cached_prefetch_tree (V2vFs *fs, const char *directory, const char *const *without,
                      GError **error)
{
  V2vCached *self = v2v_cached_begin (fs);
  g_autofree char *real = NULL;
  GError *local = NULL;
  V2vNode *node = NULL;
  V2vTree *tree;

  if (self->below->ops->archive == NULL)
    return TRUE;
  if (!v2v_cached_find_node (self, directory, &node, &local)
      && !g_error_matches (local, V2V_ERROR, V2V_ERROR_NOT_FOUND)) {
    g_propagate_error (error, local);
    return FALSE;
  }
  g_clear_error (&local);
  if (node == NULL || node->info->kind != V2V_FILE_DIRECTORY)
    return TRUE;
  real = v2v_node_dup_path (node);
  tree = fetch_archive (self->below, real, without);
  if (tree == NULL)
    return TRUE;
  v2v_tree_graft (self->tree, node, tree);
  return fetch_left_out (self, real, without, error);
}

static void
cached_free (V2vFs *fs)
{
  V2vCached *self = (V2vCached *) fs;

  v2v_tree_free (self->tree);
  if (self->owns_below)
    v2v_fs_free (self->below);
  g_free (self);
}

static const V2vFsOps cached_ops = {
  .name = "cached",
  .free = cached_free,
  .stat_many = cached_stat_many,
  .follow = cached_follow,
  .list = v2v_cached_list,
  .find = v2v_cached_find,
  .copy = cached_copy,
  .head = cached_head,
  .write = v2v_cached_write,
  .remove = v2v_cached_remove,
  .create = v2v_cached_create,
  .mkdir = v2v_cached_mkdir,
  .symlink = v2v_cached_symlink,
  .chown = v2v_cached_chown,
  .move = v2v_cached_move,
  .set_xattr = v2v_cached_set_xattr,
  .get_xattr = v2v_cached_get_xattr,
  .copy_attributes = v2v_cached_copy_attributes,
  .round_trips = cached_round_trips,
  .prefetch_tree = cached_prefetch_tree,
  .prefetch_rows = cached_prefetch_rows,
};

V2vFs *
v2v_fs_new_cached (V2vFs *base)
{
  V2vCached *self = g_new0 (V2vCached, 1);

  self->base.ops = &cached_ops;
  self->below = base;
  self->tree = v2v_tree_new ();
  return &self->base;
}

V2vFs *
v2v_fs_new_cached_take (V2vFs *base)
{
  V2vFs *fs = v2v_fs_new_cached (base);

  ((V2vCached *) fs)->owns_below = TRUE;
  return fs;
}
