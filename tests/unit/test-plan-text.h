/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-plan-text.h - a plan as tests/golden/plans has it, and trees before and after
 */
#pragma once

#include "test-tree.h"
#include "v2v-draft.h"
#include "v2v-plan.h"

/* Tabs as they are; what a terminal would swallow is spelt out. */
static inline void
plan_add_line (GString *out, const char *sign, const char *line, gboolean ended)
{
  g_string_append_printf (out, "    %s ", sign);
  for (; *line != '\0'; line++) {
    if (*line == '\r')
      g_string_append (out, "\\r");
    else if ((guchar) *line < ' ' && *line != '\t')
      g_string_append_printf (out, "\\x%02x", (guchar) *line);
    else
      g_string_append_c (out, *line);
  }
  g_string_append (out, ended ? "\n" : "  (no newline at end)\n");
}

/* The lines of a file without their ends; the last one is NULL-ended as in @text. */
static inline char **
plan_split (const char *text, gboolean *out_ended)
{
  char **lines = g_strsplit (text, "\n", -1);
  guint n = g_strv_length (lines);

  *out_ended = n == 0 || *lines[n - 1] == '\0';
  if (n > 0 && *out_ended)
    g_clear_pointer (&lines[n - 1], g_free);
  return lines;
}

/* What is left when the common lines at both ends are taken off. */
static inline void
plan_add_diff (GString *out, const char *before, const char *after)
{
  gboolean ended_a, ended_b;
  g_auto (GStrv) a = plan_split (before, &ended_a);
  g_auto (GStrv) b = plan_split (after, &ended_b);
  guint na = g_strv_length (a), nb = g_strv_length (b);
  guint start = 0, end = 0;

  while (start < na && start < nb && g_str_equal (a[start], b[start])
         && (ended_a == ended_b || (start + 1 < na && start + 1 < nb)))
    start++;
  while (end < na - start && end < nb - start && g_str_equal (a[na - 1 - end], b[nb - 1 - end])
         && ended_a == ended_b)
    end++;
  for (guint i = start; i < na - end; i++)
    plan_add_line (out, "-", a[i], ended_a || i + 1 < na);
  for (guint i = start; i < nb - end; i++)
    plan_add_line (out, "+", b[i], ended_b || i + 1 < nb);
}

static inline char *
plan_dup_text (const V2vFileState *state)
{
  gsize length;
  const char *data = g_bytes_get_data (state->bytes, &length);

  return g_strndup (data, length);
}

static inline void
plan_add_gone (GString *out, const V2vFileChange *change)
{
  g_autofree char *disabled = g_strconcat (V2V_DRAFT_DISABLED_DIR, change->path, NULL);

  if (change->moved_to == NULL)
    g_string_append_printf (out, "  %s: removed\n", change->path);
  else if (g_str_equal (change->moved_to, disabled))
    g_string_append_printf (out, "  %s: disabled\n", change->path);
  else
    g_string_append_printf (out, "  %s: moved to %s\n", change->path, change->moved_to);
  if (change->before->kind == V2V_STATE_LINK)
    g_string_append_printf (out, "    - link to %s\n", change->before->link);
}

static inline void
plan_add_created (GString *out, const V2vFileChange *change)
{
  g_autofree char *text = NULL;

  if (change->after->kind == V2V_STATE_LINK) {
    g_string_append_printf (out, "  %s: linked to %s\n", change->path, change->after->link);
    return;
  }
  text = plan_dup_text (change->after);
  g_string_append_printf (out, "  %s: created %04o\n", change->path, change->after->mode);
  plan_add_diff (out, "", text);
}

static inline void
plan_add_change (GString *out, const V2vFileChange *change)
{
  const V2vFileState *before = change->before, *after = change->after;
  g_autofree char *a = NULL;
  g_autofree char *b = NULL;

  /* The other end of a row that is shown, or a directory that a shown file needs. */
  if (change->moved_from != NULL || after->kind == V2V_STATE_DIRECTORY)
    return;
  if (after->kind == V2V_STATE_ABSENT) {
    plan_add_gone (out, change);
    return;
  }
  if (before->kind == V2V_STATE_ABSENT) {
    plan_add_created (out, change);
    return;
  }
  g_assert_cmpint (before->kind, ==, V2V_STATE_FILE);
  g_assert_cmpint (after->kind, ==, V2V_STATE_FILE);
  a = plan_dup_text (before);
  b = plan_dup_text (after);
  g_string_append_printf (out, "  %s: written\n", change->path);
  if (before->mode != after->mode || before->uid != after->uid || before->gid != after->gid)
    g_string_append_printf (out, "    ! %04o %u:%u is now %04o %u:%u\n", before->mode,
                            before->uid, before->gid, after->mode, after->uid, after->gid);
  plan_add_diff (out, a, b);
}

/* (transfer full): the plan, and below each rule what it says and changes. */
static inline char *
plan_to_text (const V2vPlan *plan)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < plan->rules->len; i++) {
    const V2vPlanRule *rule = g_ptr_array_index (plan->rules, i);

    g_string_append_printf (out, "%s: %s\n", rule->id, v2v_outcome_name (rule->outcome));
    if (rule->error != NULL)
      g_string_append_printf (out, "  error: %s\n", rule->error);
    for (guint j = 0; j < rule->warnings->len; j++)
      g_string_append_printf (out, "  warning: %s\n",
                              (char *) g_ptr_array_index (rule->warnings, j));
    for (guint j = 0; j < rule->changes->len; j++)
      plan_add_change (out, g_ptr_array_index (rule->changes, j));
  }
  return g_string_free (out, FALSE);
}

/* A line for what is at @host: kind, mode, owner, content. */
static inline char *
snapshot_line (const char *host, const struct stat *st)
{
  g_autofree char *content = NULL;
  gsize length = 0;

  if (S_ISLNK (st->st_mode)) {
    g_autofree char *link = g_file_read_link (host, NULL);

    return g_strdup_printf ("link %s %u:%u", link, st->st_uid, st->st_gid);
  }
  if (S_ISREG (st->st_mode)) {
    g_autofree char *text = NULL;

    g_assert_true (g_file_get_contents (host, &text, &length, NULL));
    content = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) text, length);
  }
  return g_strdup_printf ("%o %u:%u %s", st->st_mode, st->st_uid, st->st_gid,
                          content != NULL ? content : "");
}

static inline void
snapshot_add (GHashTable *rows, const char *root, const char *path)
{
  g_autofree char *host = g_strconcat (root, path, NULL);
  struct stat st;

  g_assert_cmpint (lstat (host, &st), ==, 0);
  g_hash_table_insert (rows, g_strdup (*path == '\0' ? "/" : path), snapshot_line (host, &st));
  if (S_ISDIR (st.st_mode)) {
    GDir *dir = g_dir_open (host, 0, NULL);
    const char *name;

    g_assert_nonnull (dir);
    while ((name = g_dir_read_name (dir)) != NULL) {
      g_autofree char *child = g_strconcat (path, "/", name, NULL);

      snapshot_add (rows, root, child);
    }
    g_dir_close (dir);
  }
}

/* (transfer full) (element-type utf8 utf8): a row for each name in the tree */
static inline GHashTable *
snapshot_new (const Tree *tree)
{
  GHashTable *rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  snapshot_add (rows, tree->root, "");
  return rows;
}

/* (transfer full) (element-type utf8 utf8): names whose rows differ, as a set */
static inline GHashTable *
snapshot_compare (GHashTable *before, GHashTable *after)
{
  GHashTable *changed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTable *const sides[] = { before, after };

  for (gsize i = 0; i < G_N_ELEMENTS (sides); i++) {
    GHashTableIter iter;
    gpointer path, row;

    g_hash_table_iter_init (&iter, sides[i]);
    while (g_hash_table_iter_next (&iter, &path, &row))
      if (g_strcmp0 (row, g_hash_table_lookup (sides[1 - i], path)) != 0)
        g_hash_table_add (changed, g_strdup (path));
  }
  return changed;
}
