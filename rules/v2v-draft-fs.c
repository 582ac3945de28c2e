/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-draft-fs.c - the draft as the files of a guest, for everything that only reads
 *
 * The back end of the base is called directly: its front would name each file once
 * more, by a path that the caller never wrote.
 */
#include <config.h>

#include "v2v-draft.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "v2v-draft-private.h"

static V2vDraft *
draft_of (V2vFs *fs)
{
  return ((V2vDraftFs *) fs)->draft;
}

/* Belongs to the draft. */
static void
draft_fs_free (V2vFs *fs)
{
  (void) fs;
}

static int
errno_of_lead (V2vDraftLead lead)
{
  switch (lead) {
  case V2V_DRAFT_NOT_DIRECTORY:
    return ENOTDIR;
  case V2V_DRAFT_LOOP:
    return ELOOP;
  case V2V_DRAFT_TOO_LONG:
    return ENAMETOOLONG;
  case V2V_DRAFT_FOUND:
  case V2V_DRAFT_MISSING:
  case V2V_DRAFT_DANGLING:
    break;
  }
  return ENOENT;
}

static GPtrArray *
draft_fs_stat_many (V2vFs *fs, const char *const *paths, GError **error)
{
  V2vDraft *draft = draft_of (fs);
  g_autoptr (GPtrArray) rows = v2v_file_info_array_new ();

  /* What is behind links, too: the draft follows them name by name. */
  if (!v2v_fs_prefetch_rows (draft->base, paths, error)
      || !v2v_draft_prefetch (draft, paths, error))
    return NULL;
  for (; *paths != NULL; paths++) {
    g_auto (V2vDraftPlace) place = { 0 };
    V2vFileInfo *row;

    if (!v2v_draft_resolve (draft, *paths, FALSE, &place, error))
      return NULL;
    if (place.lead == V2V_DRAFT_FOUND)
      row = v2v_draft_row (draft, place.path, *paths, error);
    else
      row = v2v_file_info_new_absent (*paths);
    if (row == NULL)
      return NULL;
    g_ptr_array_add (rows, row);
  }
  return g_steal_pointer (&rows);
}

/* As open() would: the real path of what is there, or an error. */
static gboolean
follow (V2vDraft *draft, const char *path, V2vDraftPlace *out_place, GError **error)
{
  if (!v2v_draft_resolve (draft, path, TRUE, out_place, error))
    return FALSE;
  return out_place->lead == V2V_DRAFT_FOUND
         || v2v_fs_set_errno (error, errno_of_lead (out_place->lead));
}

static gboolean
draft_fs_follow (V2vFs *fs, const char *path, V2vFileKind *out_kind, guint64 *out_size,
                 GError **error)
{
  g_auto (V2vDraftPlace) place = { 0 };
  V2vFileInfo *row;

  if (!follow (draft_of (fs), path, &place, error))
    return FALSE;
  row = v2v_draft_row (draft_of (fs), place.path, path, error);
  if (row == NULL)
    return FALSE;
  *out_kind = row->kind;
  *out_size = row->size;
  v2v_file_info_free (row);
  return TRUE;
}

static gboolean
follow_directory (V2vDraft *draft, const char *path, V2vDraftPlace *out_place, GError **error)
{
  if (!follow (draft, path, out_place, error))
    return FALSE;
  return out_place->kind == V2V_FILE_DIRECTORY || v2v_fs_set_errno (error, ENOTDIR);
}

/* The base has a directory there, and so has the draft. */
static gboolean
is_of_base (V2vDraft *draft, const char *real)
{
  const V2vDraftNode *node = v2v_draft_peek (draft, real);

  return node == NULL || node->original.state->kind == V2V_STATE_DIRECTORY;
}

/* (nullable): what of @path is below @directory. */
static const char *
name_below (const char *path, const char *directory)
{
  gsize length = g_str_equal (directory, "/") ? 0 : strlen (directory);

  if (strncmp (path, directory, length) != 0 || path[length] != '/')
    return NULL;
  return path[length + 1] != '\0' ? path + length + 1 : NULL;
}

static gboolean
is_present (const V2vDraftNode *node)
{
  return node->current.state->kind != V2V_STATE_ABSENT;
}

static GPtrArray *
draft_fs_list (V2vFs *fs, const char *directory, GError **error)
{
  V2vDraft *draft = draft_of (fs);
  g_auto (V2vDraftPlace) place = { 0 };
  g_autoptr (GPtrArray) rows = NULL;
  GHashTableIter iter;
  gpointer path, node;

  if (!follow_directory (draft, directory, &place, error))
    return NULL;
  if (is_of_base (draft, place.path))
    rows = draft->base->ops->list (draft->base, place.path, error);
  else
    rows = v2v_file_info_array_new ();
  /* What the draft knows better comes from the loop below. */
  for (guint i = rows != NULL ? rows->len : 0; i-- > 0;) {
    const V2vFileInfo *row = g_ptr_array_index (rows, i);
    g_autofree char *real = g_build_path ("/", place.path, row->name, NULL);

    if (v2v_draft_peek (draft, real) != NULL)
      g_ptr_array_remove_index_fast (rows, i);
  }
  g_hash_table_iter_init (&iter, draft->nodes);
  while (rows != NULL && g_hash_table_iter_next (&iter, &path, &node)) {
    const char *name = name_below (path, place.path);

    if (name != NULL && strchr (name, '/') == NULL && is_present (node))
      g_ptr_array_add (rows, v2v_draft_node_row (node, name));
  }
  return g_steal_pointer (&rows);
}

/* How many names below @real the base may have that the draft has not. */
static guint
count_gone (V2vDraft *draft, const char *real)
{
  GHashTableIter iter;
  gpointer path, node;
  guint n = 0;

  g_hash_table_iter_init (&iter, draft->nodes);
  while (g_hash_table_iter_next (&iter, &path, &node))
    n += name_below (path, real) != NULL && !is_present (node);
  return n;
}

static GPtrArray *
draft_fs_find (V2vFs *fs, const char *directory, guint max, GError **error)
{
  V2vDraft *draft = draft_of (fs);
  g_auto (V2vDraftPlace) place = { 0 };
  g_autoptr (GPtrArray) names = NULL;
  GHashTableIter iter;
  gpointer path, node;

  if (!follow_directory (draft, directory, &place, error))
    return NULL;
  if (!is_of_base (draft, place.path)) {
    names = g_ptr_array_new_with_free_func (g_free);
  } else {
    guint gone = count_gone (draft, place.path);

    gone = MIN (gone, G_MAXUINT - max);
    names = draft->base->ops->find (draft->base, place.path, max + gone, error);
  }
  if (names == NULL)
    return NULL;
  for (guint i = names->len; i-- > 0;) {
    g_autofree char *real = g_build_path ("/", place.path, names->pdata[i], NULL);

    if (v2v_draft_peek (draft, real) != NULL)
      g_ptr_array_remove_index_fast (names, i);
  }
  g_hash_table_iter_init (&iter, draft->nodes);
  while (g_hash_table_iter_next (&iter, &path, &node)) {
    const char *name = name_below (path, place.path);

    if (name != NULL && is_present (node))
      g_ptr_array_add (names, g_strdup (name));
  }
  if (names->len > max) {
    v2v_fs_set_too_many (error, max);
    return NULL;
  }
  return g_steal_pointer (&names);
}

static gboolean
draft_fs_copy (V2vFs *fs, const char *path, int fd, guint64 max, GError **error)
{
  V2vDraft *draft = draft_of (fs);
  g_auto (V2vDraftPlace) place = { 0 };
  const V2vDraftNode *node;
  GBytes *bytes;

  if (!follow (draft, path, &place, error))
    return FALSE;
  node = v2v_draft_peek (draft, place.path);
  if (node == NULL)
    return draft->base->ops->copy (draft->base, place.path, fd, max, error);
  bytes = node->current.state->bytes;
  return v2v_fs_check_regular (place.kind, bytes != NULL ? g_bytes_get_size (bytes) : 0, max,
                               error)
         && v2v_fs_fill (fd, bytes, error);
}

/* A NUL follows the bytes in memory. */
static GBytes *
copy_head (GBytes *bytes, gsize length)
{
  gsize have;
  const char *data = g_bytes_get_data (bytes, &have);
  gsize n = MIN (have, length);
  char *copy = g_malloc (n + 1);

  if (n > 0)
    memcpy (copy, data, n);
  copy[n] = '\0';
  return g_bytes_new_take (copy, n);
}

static GBytes *
draft_fs_head (V2vFs *fs, const char *path, gsize length, GError **error)
{
  V2vDraft *draft = draft_of (fs);
  g_auto (V2vDraftPlace) place = { 0 };
  const V2vDraftNode *node;

  if (!follow (draft, path, &place, error))
    return NULL;
  node = v2v_draft_peek (draft, place.path);
  if (node == NULL)
    return draft->base->ops->head (draft->base, place.path, length, error);
  if (!v2v_fs_check_regular (place.kind, 0, 0, error))
    return NULL;
  return copy_head (node->current.state->bytes, length);
}

static gboolean
refuse_to_write (GError **error)
{
  g_set_error_literal (error, V2V_ERROR, V2V_ERROR_INTERNAL,
                       "a draft is changed by its own functions only");
  return FALSE;
}

static gboolean
draft_fs_write (V2vFs *fs, const char *path, const void *data, gsize length, GError **error)
{
  (void) fs, (void) path, (void) data, (void) length;
  return refuse_to_write (error);
}

static gboolean
draft_fs_remove (V2vFs *fs, const char *path, GError **error)
{
  (void) fs, (void) path;
  return refuse_to_write (error);
}

static gboolean
draft_fs_create (V2vFs *fs, const char *path, const void *data, gsize length, guint mode,
                 GError **error)
{
  (void) fs, (void) path, (void) data, (void) length, (void) mode;
  return refuse_to_write (error);
}

static gboolean
draft_fs_mkdir (V2vFs *fs, const char *path, guint mode, GError **error)
{
  (void) fs, (void) path, (void) mode;
  return refuse_to_write (error);
}

static gboolean
draft_fs_chown (V2vFs *fs, const char *path, guint uid, guint gid, GError **error)
{
  (void) fs, (void) path, (void) uid, (void) gid;
  return refuse_to_write (error);
}

/* Links and moves: two names. */
static gboolean
draft_fs_name (V2vFs *fs, const char *a, const char *b, GError **error)
{
  (void) fs, (void) a, (void) b;
  return refuse_to_write (error);
}

static gboolean
draft_fs_set_xattr (V2vFs *fs, const char *path, const char *name, const void *value,
                    gsize length, GError **error)
{
  (void) fs, (void) path, (void) name, (void) value, (void) length;
  return refuse_to_write (error);
}

static guint64
draft_fs_round_trips (const V2vFs *fs)
{
  return v2v_fs_round_trips (((const V2vDraftFs *) fs)->draft->base);
}

const V2vFsOps v2v_draft_fs_ops = {
  .name = "draft",
  .free = draft_fs_free,
  .stat_many = draft_fs_stat_many,
  .follow = draft_fs_follow,
  .list = draft_fs_list,
  .find = draft_fs_find,
  .copy = draft_fs_copy,
  .head = draft_fs_head,
  .write = draft_fs_write,
  .remove = draft_fs_remove,
  .create = draft_fs_create,
  .mkdir = draft_fs_mkdir,
  .symlink = draft_fs_name,
  .chown = draft_fs_chown,
  .move = draft_fs_name,
  .set_xattr = draft_fs_set_xattr,
  .round_trips = draft_fs_round_trips,
};
