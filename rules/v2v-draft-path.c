/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-draft-path.c - where a path leads in the draft
 *
 * Component by component, as the kernel does it with the guest as its root: a link that
 * a rule made counts, one that it removed does not, and ".." stops at the root.
 */
#include <config.h>

#include "v2v-draft-private.h"

#include <limits.h>
#include <string.h>

static V2vFileKind
kind_of_state (V2vStateKind kind)
{
  switch (kind) {
  case V2V_STATE_FILE:
    return V2V_FILE_REGULAR;
  case V2V_STATE_LINK:
    return V2V_FILE_SYMLINK;
  case V2V_STATE_DIRECTORY:
    return V2V_FILE_DIRECTORY;
  case V2V_STATE_ABSENT:
    break;
  }
  return V2V_FILE_ABSENT;
}

V2vFileInfo *
v2v_draft_node_row (const V2vDraftNode *node, const char *name)
{
  const V2vFileState *state = node->current.state;
  V2vFileInfo *row = v2v_file_info_new_absent (name);

  row->kind = kind_of_state (state->kind);
  row->mode = state->kind == V2V_STATE_LINK ? 0777 : state->mode;
  row->uid = state->uid;
  row->gid = state->gid;
  row->link = g_strdup (state->link);
  if (state->bytes != NULL)
    row->size = g_bytes_get_size (state->bytes);
  else if (state->link != NULL)
    row->size = strlen (state->link);
  return row;
}

static V2vFileInfo *
copy_row (const V2vFileInfo *row, const char *name)
{
  V2vFileInfo *copy = g_new (V2vFileInfo, 1);

  *copy = *row;
  copy->name = g_strdup (name);
  copy->link = g_strdup (row->link);
  return copy;
}

static V2vFileInfo *
root_row (const char *name)
{
  V2vFileInfo *row = v2v_file_info_new_absent (name);

  row->kind = V2V_FILE_DIRECTORY;
  row->mode = 0755;
  return row;
}

/* A directory that the draft made, so that nothing of the base is in it. */
static gboolean
is_new_directory (V2vDraft *draft, const char *real)
{
  const V2vDraftNode *node = v2v_draft_peek (draft, real);

  return node != NULL && node->current.state->kind == V2V_STATE_DIRECTORY
         && node->original.state->kind != V2V_STATE_DIRECTORY;
}

V2vFileInfo *
v2v_draft_row (V2vDraft *draft, const char *real, const char *name, GError **error)
{
  const V2vDraftNode *node = v2v_draft_peek (draft, real);
  const char *paths[] = { real, NULL };
  g_autofree char *parent = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  V2vFileInfo *row;

  if (g_str_equal (real, "/"))
    return root_row (name);
  if (node != NULL)
    return v2v_draft_node_row (node, name);
  parent = g_path_get_dirname (real);
  if (is_new_directory (draft, parent))
    return v2v_file_info_new_absent (name);
  row = g_hash_table_lookup (draft->rows, real);
  if (row == NULL) {
    rows = v2v_fs_stat_many (draft->base, paths, error);
    if (rows == NULL)
      return NULL;
    row = g_steal_pointer (&rows->pdata[0]);
    g_hash_table_insert (draft->rows, g_strdup (real), row);
  }
  return copy_row (row, name);
}

/* FALSE: no more of this path can be asked for. */
static gboolean
want_row (V2vDraft *draft, const char *real, GHashTable *asked, GPtrArray *wanted)
{
  const V2vFileInfo *row = g_hash_table_lookup (draft->rows, real);
  char *copy;

  if (row != NULL)
    return row->kind == V2V_FILE_DIRECTORY;
  if (strlen (real) >= PATH_MAX)
    return FALSE;
  if (!g_hash_table_contains (asked, real)) {
    copy = g_strdup (real);
    g_hash_table_add (asked, copy);
    g_ptr_array_add (wanted, copy);
  }
  return TRUE;
}

/* Adds every prefix of a path that is plain names, short ones first. */
static void
want_prefixes (V2vDraft *draft, const char *path, GHashTable *asked, GPtrArray *wanted)
{
  g_auto (GStrv) names = g_strsplit (path, "/", -1);
  g_autoptr (GString) real = g_string_new (NULL);

  for (char **name = names; *name != NULL; name++) {
    if (**name == '\0' || g_str_equal (*name, "."))
      continue;
    if (g_str_equal (*name, ".."))
      return;
    g_string_append_printf (real, "/%s", *name);
    if (is_new_directory (draft, real->str) || !want_row (draft, real->str, asked, wanted))
      return;
  }
}

gboolean
v2v_draft_prefetch (V2vDraft *draft, const char *const *paths, GError **error)
{
  g_autoptr (GHashTable) asked = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) wanted = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) rows = NULL;

  for (; *paths != NULL; paths++)
    want_prefixes (draft, *paths, asked, wanted);
  if (wanted->len == 0)
    return TRUE;
  g_ptr_array_add (wanted, NULL);
  rows = v2v_fs_stat_many (draft->base, (const char *const *) wanted->pdata, error);
  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++) {
    const char *real = g_ptr_array_index (wanted, i);
    g_autofree char *parent = g_path_get_dirname (real);
    const V2vFileInfo *above = g_hash_table_lookup (draft->rows, parent);

    /* A row that the base found through a link is not the row of a real path. */
    if (g_str_equal (parent, "/") || (above != NULL && above->kind == V2V_FILE_DIRECTORY))
      g_hash_table_insert (draft->rows, g_strdup (real), g_steal_pointer (&rows->pdata[i]));
  }
  return TRUE;
}

void
v2v_draft_place_clear (V2vDraftPlace *place)
{
  g_clear_pointer (&place->path, g_free);
}

/* One component that is still to go. */
typedef struct {
  char *name;
  gboolean of_link; /* from the text of a link: must be there */
} Step;

typedef struct {
  V2vDraft *draft;
  gboolean follow;
  GQueue todo;   /* Step */
  GString *real; /* "" is the root */
  guint links;
  V2vDraftPlace *place;
} Walk;

static void
step_free (gpointer data)
{
  Step *step = data;

  g_free (step->name);
  g_free (step);
}

/* Puts the components of @text in front of what is to go. */
static void
push_steps (Walk *walk, const char *text, gboolean of_link)
{
  g_auto (GStrv) names = g_strsplit (text, "/", -1);
  guint n = g_strv_length (names);

  for (guint i = n; i-- > 0;) {
    Step *step;

    /* What ends in a slash must be a directory, as "." says it. */
    if (*names[i] == '\0' && i + 1 < n)
      continue;
    step = g_new0 (Step, 1);
    step->name = *names[i] == '\0' ? g_strdup (".") : g_strdup (names[i]);
    step->of_link = of_link;
    g_queue_push_head (&walk->todo, step);
  }
}

static void
stop (Walk *walk, V2vDraftLead lead)
{
  walk->place->lead = lead;
  g_queue_clear_full (&walk->todo, step_free);
}

/* The rest of the path is not there: names only, and none that a link promised. */
static void
add_missing (Walk *walk)
{
  for (GList *l = walk->todo.head; l != NULL; l = l->next) {
    const Step *step = l->data;

    if (g_str_equal (step->name, "."))
      continue;
    if (step->of_link || g_str_equal (step->name, "..")) {
      stop (walk, V2V_DRAFT_DANGLING);
      return;
    }
    g_string_append_printf (walk->real, "/%s", step->name);
  }
  stop (walk, V2V_DRAFT_MISSING);
}

static void
go_up (Walk *walk)
{
  const char *slash = strrchr (walk->real->str, '/');

  if (slash != NULL)
    g_string_truncate (walk->real, (gsize) (slash - walk->real->str));
}

static void
follow_link (Walk *walk, const char *target)
{
  if (walk->links++ >= V2V_DRAFT_LINKS_MAX) {
    stop (walk, V2V_DRAFT_LOOP);
  } else if (target == NULL || *target == '\0') {
    stop (walk, V2V_DRAFT_DANGLING);
  } else {
    if (*target == '/')
      g_string_truncate (walk->real, 0);
    push_steps (walk, target, TRUE);
  }
}

/* The first of what is to go, in a directory that is there. */
static gboolean
take_step (Walk *walk, const Step *step, GError **error)
{
  gsize length = walk->real->len;
  gboolean last = g_queue_is_empty (&walk->todo);
  V2vFileInfo *row;

  if (g_str_equal (step->name, "."))
    return TRUE;
  if (g_str_equal (step->name, "..")) {
    go_up (walk);
    return TRUE;
  }
  g_string_append_printf (walk->real, "/%s", step->name);
  if (walk->real->len >= PATH_MAX) {
    stop (walk, V2V_DRAFT_TOO_LONG);
    return TRUE;
  }
  row = v2v_draft_row (walk->draft, walk->real->str, step->name, error);
  if (row == NULL)
    return FALSE;
  walk->place->kind = row->kind;
  if (row->kind == V2V_FILE_ABSENT && step->of_link) {
    stop (walk, V2V_DRAFT_DANGLING);
  } else if (row->kind == V2V_FILE_ABSENT) {
    add_missing (walk);
  } else if (row->kind == V2V_FILE_SYMLINK && (!last || walk->follow)) {
    g_string_truncate (walk->real, length);
    follow_link (walk, row->link);
  } else if (row->kind != V2V_FILE_DIRECTORY && !last) {
    stop (walk, V2V_DRAFT_NOT_DIRECTORY);
  }
  v2v_file_info_free (row);
  return TRUE;
}

gboolean
v2v_draft_resolve (V2vDraft *draft, const char *path, gboolean follow,
                   V2vDraftPlace *out_place, GError **error)
{
  const char *paths[] = { path, NULL };
  g_autoptr (GString) real = g_string_new (NULL);
  Walk walk = { .draft = draft, .follow = follow, .real = real, .place = out_place };
  gboolean ok = TRUE;

  out_place->lead = V2V_DRAFT_FOUND;
  out_place->kind = V2V_FILE_DIRECTORY;
  out_place->path = NULL;
  if (strlen (path) >= PATH_MAX) {
    out_place->lead = V2V_DRAFT_TOO_LONG;
    return TRUE;
  }
  if (!v2v_draft_prefetch (draft, paths, error))
    return FALSE;
  push_steps (&walk, path, FALSE);
  while (ok && !g_queue_is_empty (&walk.todo)) {
    Step *step = g_queue_pop_head (&walk.todo);

    /* "", "." and ".." leave it where it was, which is a directory. */
    out_place->kind = V2V_FILE_DIRECTORY;
    ok = take_step (&walk, step, error);
    step_free (step);
  }
  g_queue_clear_full (&walk.todo, step_free);
  if (!ok)
    return FALSE;
  if (out_place->lead == V2V_DRAFT_MISSING && real->len >= PATH_MAX)
    out_place->lead = V2V_DRAFT_TOO_LONG;
  if (out_place->lead == V2V_DRAFT_FOUND || out_place->lead == V2V_DRAFT_MISSING)
    out_place->path = g_strdup (real->len > 0 ? real->str : "/");
  return TRUE;
}
