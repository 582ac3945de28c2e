/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-draft-flush.c - write the differences of a draft to the guest, once
 *
 * Each path is settled: first the directory above it, then what stands there goes away
 * (to its new place, which is settled before, or for good), then the new thing comes.
 * What a rule did later never has to be there for what one did earlier, so that this
 * meets no circle.
 */
#include <config.h>

#include "v2v-draft.h"

#include <string.h>
#include <sys/stat.h>

#include "v2v-draft-private.h"

#define LABEL_XATTR "security.selinux"
/* Smaller files are not worth the calls of keep(). */
#define KEEP_MIN (1024 * 1024)

typedef struct {
  V2vDraft *draft;
  GHashTable *from;    /* id to path: where a thing stands in the base */
  GHashTable *to;      /* id to path: where it stands in the draft */
  GHashTable *settled; /* paths: done, or being done */
  GHashTable *gone;    /* paths whose thing of the base is not there any more */
  GPtrArray *created;  /* V2vDraftNode's paths */
  GPtrArray *edited;   /* the same */
  GPtrArray *paths;    /* all nodes', sorted */
} Flush;

static gboolean
is_elsewhere (const Flush *flush, const V2vDraftNode *node)
{
  return g_hash_table_contains (flush->to, &node->original.id);
}

/* Nothing to do: also for a file that was removed and made again just as it was. */
static gboolean
is_same (const Flush *flush, const V2vDraftNode *node)
{
  if (!v2v_file_state_equal (node->original.state, node->current.state))
    return FALSE;
  return node->original.id == node->current.id
         || (!is_elsewhere (flush, node)
             && !g_hash_table_contains (flush->from, &node->current.id));
}

static gboolean
write_state (const Flush *flush, const char *path, const V2vFileState *state, GError **error)
{
  gsize length;
  const void *data = g_bytes_get_data (state->bytes, &length);

  return v2v_fs_write (flush->draft->base, path, data, length, error);
}

static gboolean
give (const Flush *flush, const char *path, const V2vFileState *state, GError **error)
{
  return (state->uid == 0 && state->gid == 0)
         || v2v_fs_chown (flush->draft->base, path, state->uid, state->gid, error);
}

static gboolean
create (Flush *flush, const char *path, const V2vFileState *state, GError **error)
{
  V2vFs *base = flush->draft->base;
  const void *data = NULL;
  gsize length = 0;

  g_ptr_array_add (flush->created, (gpointer) path);
  if (state->kind == V2V_STATE_DIRECTORY)
    return v2v_fs_mkdir (base, path, state->mode, error) && give (flush, path, state, error);
  if (state->kind == V2V_STATE_LINK)
    return v2v_fs_symlink (base, path, state->link, error);
  data = g_bytes_get_data (state->bytes, &length);
  return v2v_fs_create (base, path, data, length, state->mode, error)
         && give (flush, path, state, error);
}

static gboolean
move (Flush *flush, const char *from, const char *to, const V2vFileState *state,
      GError **error)
{
  const V2vDraftNode *source = v2v_draft_peek (flush->draft, from);

  if (!v2v_fs_move (flush->draft->base, from, to, error))
    return FALSE;
  g_hash_table_add (flush->gone, (gpointer) from);
  return v2v_file_state_equal (source->original.state, state)
         || write_state (flush, to, state, error);
}

/* A copy of what stands at @path, beside it, that is not made yet. */
static gboolean
is_kept (const Flush *flush, const V2vDraftNode *node, const char *path, const char *other)
{
  const V2vDraftNode *copy = v2v_draft_peek (flush->draft, other);
  g_autofree char *directory = g_path_get_dirname (path);
  g_autofree char *beside = g_path_get_dirname (other);

  return copy->original.id == 0 && copy->current.id != 0
         && !g_hash_table_contains (flush->from, &copy->current.id)
         && !g_hash_table_contains (flush->settled, other)
         && v2v_file_state_equal (node->original.state, copy->current.state)
         && g_str_equal (directory, beside);
}

/* (transfer none) (nullable): where a rule keeps the big file that it writes anew. */
static const char *
find_kept (const Flush *flush, const char *path, const V2vDraftNode *node)
{
  const V2vFileInfo *row = g_hash_table_lookup (flush->draft->rows, path);

  /* Of more names, the others would keep the old content. */
  if (node->original.state->kind != V2V_STATE_FILE || row == NULL || row->links != 1
      || g_bytes_get_size (node->original.state->bytes) < KEEP_MIN
      || flush->draft->base->ops->copy_attributes == NULL)
    return NULL;
  for (guint i = 0; i < flush->paths->len; i++) {
    const char *other = g_ptr_array_index (flush->paths, i);

    if (is_kept (flush, node, path, other))
      return other;
  }
  return NULL;
}

/* The old file gets the new name, and a new one its attributes: the same as to write both,
 * with half of the bytes.  Most of what a conversion writes is an initramfs and the old one
 * beside it. */
static gboolean
keep (Flush *flush, const char *path, const char *kept, const V2vFileState *state,
      GError **error)
{
  V2vFs *base = flush->draft->base;
  gsize length;
  const void *data = g_bytes_get_data (state->bytes, &length);
  g_autoptr (GError) local = NULL;

  g_hash_table_add (flush->settled, (gpointer) kept);
  if (!v2v_fs_move (base, path, kept, error)
      || !v2v_fs_create (base, path, data, length, state->mode, error)
      || !give (flush, path, state, error))
    return FALSE;
  if (v2v_fs_copy_attributes (base, kept, path, &local) || v2v_fs_is_unsupported (local))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
rewrite (Flush *flush, const char *path, const V2vDraftNode *node, GError **error)
{
  const char *kept = find_kept (flush, path, node);

  g_ptr_array_add (flush->edited, (gpointer) path);
  return kept != NULL ? keep (flush, path, kept, node->current.state, error)
                      : write_state (flush, path, node->current.state, error);
}

static gboolean settle (Flush *flush, const char *path, GError **error);

/* Makes sure that the thing of the base is not in the way of the new one. */
static gboolean
vacate (Flush *flush, const char *path, const V2vDraftNode *node, GError **error)
{
  const char *to = g_hash_table_lookup (flush->to, &node->original.id);

  if (node->original.id == 0 || node->original.id == node->current.id
      || g_hash_table_contains (flush->gone, path))
    return TRUE;
  if (to == NULL)
    return v2v_fs_remove (flush->draft->base, path, error);
  if (!settle (flush, to, error))
    return FALSE;
  if (g_hash_table_contains (flush->gone, path))
    return TRUE;
  g_set_error (error, V2V_ERROR, V2V_ERROR_INTERNAL,
               "moving '%s': its new place waits for it to be moved", path);
  return FALSE;
}

static gboolean
settle (Flush *flush, const char *path, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (path);
  gpointer key, value;
  const V2vDraftNode *node;
  const char *from;

  if (!g_hash_table_lookup_extended (flush->draft->nodes, path, &key, &value)
      || !g_hash_table_add (flush->settled, key))
    return TRUE;
  node = value;
  if (!settle (flush, parent, error))
    return FALSE;
  if (is_same (flush, node))
    return TRUE;
  if (!vacate (flush, key, node, error))
    return FALSE;
  if (node->current.id == 0)
    return TRUE;
  if (node->current.id == node->original.id)
    return rewrite (flush, key, node, error);
  from = g_hash_table_lookup (flush->from, &node->current.id);
  if (from != NULL)
    return move (flush, from, key, node->current.state, error);
  return create (flush, key, node->current.state, error);
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* (transfer container): of all nodes, sorted, so that two runs do the same. */
static GPtrArray *
list_nodes (Flush *flush)
{
  GPtrArray *paths = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer path, value;

  g_hash_table_iter_init (&iter, flush->draft->nodes);
  while (g_hash_table_iter_next (&iter, &path, &value)) {
    V2vDraftNode *node = value;

    if (node->original.id != 0)
      g_hash_table_insert (flush->from, &node->original.id, path);
    if (node->current.id != 0)
      g_hash_table_insert (flush->to, &node->current.id, path);
    g_ptr_array_add (paths, path);
  }
  g_ptr_array_sort (paths, compare_paths);
  return paths;
}

static guint
mode_of (const V2vFileState *state)
{
  if (state->kind == V2V_STATE_DIRECTORY)
    return S_IFDIR | state->mode;
  if (state->kind == V2V_STATE_LINK)
    return S_IFLNK | 0777;
  return S_IFREG | state->mode;
}

static gboolean
set_label (V2vFs *base, const char *path, GBytes *label, GError **error)
{
  g_autoptr (GError) local = NULL;
  gsize length;
  const void *data = g_bytes_get_data (label, &length);

  if (v2v_fs_set_xattr (base, path, LABEL_XATTR, data, length, &local))
    return TRUE;
  /* An EFI partition is FAT, where a file's label is that of the mount. */
  if (v2v_fs_is_unsupported (local)) {
    g_debug ("%s", local->message);
    return TRUE;
  }
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
has_label (V2vFs *base, const char *path, gboolean *out_has, GError **error)
{
  g_autoptr (GBytes) value = NULL;

  if (!v2v_fs_get_xattr (base, path, LABEL_XATTR, &value, error))
    return FALSE;
  *out_has = value != NULL;
  return TRUE;
}

/* What is created gets its label; so does what is edited and has none, as a tool that knows
 * nothing of SELinux leaves a file on an image. */
static gboolean
label_all (const Flush *flush, V2vLabelFunc label, gpointer user_data, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  g_autofree guint *modes = NULL;
  g_autoptr (GPtrArray) values = NULL;

  g_ptr_array_extend (paths, flush->created, NULL, NULL);
  g_ptr_array_extend (paths, flush->edited, NULL, NULL);
  modes = g_new (guint, paths->len + 1);
  for (guint i = 0; i < paths->len; i++)
    modes[i] = mode_of (v2v_draft_peek (flush->draft, paths->pdata[i])->current.state);
  g_ptr_array_add (paths, NULL);
  if (!label ((const char *const *) paths->pdata, modes, &values, user_data, error))
    return FALSE;
  g_return_val_if_fail (values != NULL && values->len == paths->len - 1, FALSE);
  for (guint i = 0; i < values->len; i++) {
    GBytes *value = g_ptr_array_index (values, i);
    gboolean is_labelled = FALSE;

    if (value == NULL)
      continue;
    if (i >= flush->created->len
        && !has_label (flush->draft->base, paths->pdata[i], &is_labelled, error))
      return FALSE;
    if (!is_labelled && !set_label (flush->draft->base, paths->pdata[i], value, error))
      return FALSE;
  }
  return TRUE;
}

/* What a draft has seen is there: a guest that says otherwise is out of order. */
static gboolean
given_up (GError **error)
{
  if (error != NULL)
    v2v_error_recode (*error, V2V_ERROR_NOT_FOUND, V2V_ERROR_STORAGE);
  return FALSE;
}

gboolean
v2v_draft_flush (V2vDraft *draft, V2vLabelFunc label, gpointer user_data, GError **error)
{
  g_autoptr (GHashTable) from = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GHashTable) to = g_hash_table_new (g_int64_hash, g_int64_equal);
  g_autoptr (GHashTable) settled = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) gone = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) created = g_ptr_array_new ();
  g_autoptr (GPtrArray) edited = g_ptr_array_new ();
  g_autoptr (GPtrArray) paths = NULL;
  Flush flush = { draft, from, to, settled, gone, created, edited, NULL };

  g_return_val_if_fail (draft->journal == NULL, FALSE);
  flush.paths = paths = list_nodes (&flush);
  for (guint i = 0; i < paths->len; i++)
    if (!settle (&flush, g_ptr_array_index (paths, i), error))
      return given_up (error);
  if (label != NULL && created->len + edited->len > 0
      && !label_all (&flush, label, user_data, error))
    return given_up (error);
  v2v_draft_reset (draft);
  return TRUE;
}
