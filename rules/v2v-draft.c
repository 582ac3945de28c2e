/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-draft.c - the guest as it would be: its table of files and the savepoint
 */
#include <config.h>

#include "v2v-draft.h"

#include <string.h>

#include "v2v-draft-private.h"

static V2vDraftEntry *
entry_copy (const V2vDraftEntry *entry)
{
  V2vDraftEntry *copy = g_new (V2vDraftEntry, 1);

  copy->state = v2v_file_state_copy (entry->state);
  copy->id = entry->id;
  return copy;
}

static void
entry_free (gpointer data)
{
  V2vDraftEntry *entry = data;

  v2v_file_state_free (entry->state);
  g_free (entry);
}

static void
node_free (gpointer data)
{
  V2vDraftNode *node = data;

  v2v_file_state_free (node->original.state);
  v2v_file_state_free (node->current.state);
  g_free (node);
}

V2vDraft *
v2v_draft_new (V2vFs *base)
{
  V2vDraft *draft = g_new0 (V2vDraft, 1);

  draft->base = base;
  draft->view.fs.ops = &v2v_draft_fs_ops;
  draft->view.draft = draft;
  draft->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify) v2v_file_info_free);
  draft->nodes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, node_free);
  return draft;
}

void
v2v_draft_free (V2vDraft *draft)
{
  if (draft == NULL)
    return;
  g_clear_pointer (&draft->journal, g_hash_table_unref);
  g_hash_table_unref (draft->nodes);
  g_hash_table_unref (draft->rows);
  g_free (draft);
}

V2vFs *
v2v_draft_fs (V2vDraft *draft)
{
  return &draft->view.fs;
}

guint
v2v_draft_generation (const V2vDraft *draft)
{
  return draft->generation;
}

void
v2v_draft_reset (V2vDraft *draft)
{
  g_hash_table_remove_all (draft->nodes);
  g_hash_table_remove_all (draft->rows);
  draft->generation++;
}

V2vDraftNode *
v2v_draft_peek (V2vDraft *draft, const char *real)
{
  return g_hash_table_lookup (draft->nodes, real);
}

static V2vFileState *
read_file (V2vDraft *draft, const char *real, const V2vFileInfo *row, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;

  if (!v2v_fs_check_regular (row->kind, row->size, V2V_DRAFT_FILE_MAX, error))
    return NULL;
  if (row->size > V2V_DRAFT_MEMORY_MAX)
    bytes = v2v_fs_map (draft->base, real, V2V_DRAFT_FILE_MAX, error);
  else
    bytes = v2v_fs_read (draft->base, real, V2V_DRAFT_MEMORY_MAX, error);
  if (bytes == NULL) {
    /* It was there a moment ago: the base does not keep its word. */
    if (error != NULL)
      v2v_error_recode (*error, V2V_ERROR_NOT_FOUND, V2V_ERROR_STORAGE);
    return NULL;
  }
  return v2v_file_state_new_file (bytes, row->mode, row->uid, row->gid);
}

static V2vFileState *
read_state (V2vDraft *draft, const char *real, GError **error)
{
  V2vFileInfo *row = v2v_draft_row (draft, real, real, error);
  V2vFileState *state = NULL;

  if (row == NULL)
    return NULL;
  switch (row->kind) {
  case V2V_FILE_ABSENT:
    state = v2v_file_state_new (V2V_STATE_ABSENT);
    break;
  case V2V_FILE_SYMLINK:
    if (row->link != NULL)
      state = v2v_file_state_new_link (row->link);
    else
      g_set_error_literal (error, V2V_ERROR, V2V_ERROR_STORAGE, "the link cannot be read");
    break;
  case V2V_FILE_DIRECTORY:
    state = v2v_file_state_new (V2V_STATE_DIRECTORY);
    state->mode = row->mode;
    state->uid = row->uid;
    state->gid = row->gid;
    break;
  case V2V_FILE_REGULAR:
  case V2V_FILE_OTHER:
    state = read_file (draft, real, row, error);
    break;
  }
  v2v_file_info_free (row);
  return state;
}

V2vDraftNode *
v2v_draft_load (V2vDraft *draft, const char *real, GError **error)
{
  V2vDraftNode *node = v2v_draft_peek (draft, real);
  V2vFileState *state;

  if (node != NULL)
    return node;
  state = read_state (draft, real, error);
  if (state == NULL)
    return NULL;
  node = g_new0 (V2vDraftNode, 1);
  node->original.state = state;
  node->original.id = state->kind == V2V_STATE_ABSENT ? 0 : ++draft->last_id;
  node->current.state = v2v_file_state_copy (state);
  node->current.id = node->original.id;
  g_hash_table_insert (draft->nodes, g_strdup (real), node);
  return node;
}

void
v2v_draft_set (V2vDraft *draft, const char *real, V2vFileState *state, guint64 id)
{
  V2vDraftNode *node = v2v_draft_peek (draft, real);

  g_assert (node != NULL);
  if (draft->journal != NULL && !g_hash_table_contains (draft->journal, real))
    g_hash_table_insert (draft->journal, g_strdup (real), entry_copy (&node->current));
  v2v_file_state_free (node->current.state);
  node->current.state = state;
  if (state->kind == V2V_STATE_ABSENT)
    node->current.id = 0;
  else
    node->current.id = id != 0 ? id : ++draft->last_id;
  draft->generation++;
}

void
v2v_draft_begin (V2vDraft *draft)
{
  g_return_if_fail (draft->journal == NULL);
  draft->journal = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_free);
}

void
v2v_draft_rollback (V2vDraft *draft)
{
  GHashTableIter iter;
  gpointer path, before;

  g_return_if_fail (draft->journal != NULL);
  g_hash_table_iter_init (&iter, draft->journal);
  while (g_hash_table_iter_next (&iter, &path, &before)) {
    V2vDraftNode *node = v2v_draft_peek (draft, path);
    V2vDraftEntry now = node->current;

    node->current = *(V2vDraftEntry *) before;
    *(V2vDraftEntry *) before = now;
  }
  g_clear_pointer (&draft->journal, g_hash_table_unref);
  draft->generation++;
}

static int
compare_changes (gconstpointer a, gconstpointer b)
{
  const V2vFileChange *const *x = a;
  const V2vFileChange *const *y = b;

  return strcmp ((*x)->path, (*y)->path);
}

/* A table of id to path, of all that stood (@before) or stands somewhere. */
static GHashTable *
places_by_id (V2vDraft *draft, gboolean before)
{
  GHashTable *places = g_hash_table_new (g_int64_hash, g_int64_equal);
  GHashTableIter iter;
  gpointer path, entry;

  g_hash_table_iter_init (&iter, draft->journal);
  while (g_hash_table_iter_next (&iter, &path, &entry)) {
    V2vDraftEntry *at = before ? entry : &v2v_draft_peek (draft, path)->current;

    if (at->id != 0)
      g_hash_table_insert (places, &at->id, path);
  }
  return places;
}

GPtrArray *
v2v_draft_end (V2vDraft *draft)
{
  GPtrArray *changes = g_ptr_array_new_with_free_func ((GDestroyNotify) v2v_file_change_free);
  g_autoptr (GHashTable) before = NULL;
  g_autoptr (GHashTable) after = NULL;
  GHashTableIter iter;
  gpointer path, value;

  g_return_val_if_fail (draft->journal != NULL, changes);
  before = places_by_id (draft, TRUE);
  after = places_by_id (draft, FALSE);
  g_hash_table_iter_init (&iter, draft->journal);
  while (g_hash_table_iter_next (&iter, &path, &value)) {
    const V2vDraftEntry *was = value;
    const V2vDraftEntry *is = &v2v_draft_peek (draft, path)->current;
    V2vFileChange *change;

    if (v2v_file_state_equal (was->state, is->state))
      continue;
    change = v2v_file_change_new (path, was->state, is->state);
    if (was->id != is->id) {
      change->moved_to = g_strdup (g_hash_table_lookup (after, &was->id));
      change->moved_from = g_strdup (g_hash_table_lookup (before, &is->id));
    }
    g_ptr_array_add (changes, change);
  }
  g_clear_pointer (&draft->journal, g_hash_table_unref);
  g_ptr_array_sort (changes, compare_changes);
  return changes;
}
