/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-undo.h - run the script that a conversion leaves, and compare trees
 */
#pragma once

#include "test-draft.h"
#include "test-plan-text.h"
#include "v2v-record.h"

#define UNDO V2V_DRAFT_STATE_DIR "/undo-1.sh"

/* (transfer full): what the script says. */
static inline char *
run_script (const Tree *tree, const char *before, const char *const *words, int *out_status)
{
  g_autofree char *script = g_build_filename (tree->root, UNDO, NULL);
  g_autofree char *variable = g_strconcat ("V2V_UNDO_ROOT=", tree->root, NULL);
  g_autofree char *line = g_strconcat (before, "exec sh \"$0\" \"$@\"", NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_ptr_array_add (argv, (gpointer) "env");
  g_ptr_array_add (argv, variable);
  g_ptr_array_add (argv, (gpointer) "sh");
  g_ptr_array_add (argv, (gpointer) "-c");
  g_ptr_array_add (argv, line);
  g_ptr_array_add (argv, script);
  for (; *words != NULL; words++)
    g_ptr_array_add (argv, (gpointer) *words);
  g_ptr_array_add (argv, NULL);
  g_spawn_sync (NULL, (char **) argv->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &text, NULL,
                out_status, &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (*out_status));
  *out_status = WEXITSTATUS (*out_status);
  return text;
}

/* @words: NULL-ended. */
static inline char *
run_undo (const Tree *tree, int *out_status, ...)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  gpointer word;
  va_list ap;

  va_start (ap, out_status);
  do
    g_ptr_array_add (words, word = va_arg (ap, gpointer));
  while (word != NULL);
  va_end (ap);
  return run_script (tree, "", (const char *const *) words->pdata, out_status);
}

/* Records, originals and the script stay; what was moved aside is back, and its directories go. */
static inline gboolean
is_ours (const char *path)
{
  return g_str_equal (path, V2V_DRAFT_STATE_DIR)
         || (g_str_has_prefix (path, V2V_DRAFT_STATE_DIR "/")
             && !g_str_has_prefix (path, V2V_DRAFT_DISABLED_DIR));
}

/* The state directory may have been made, and what is above it. */
static inline void
assert_same (const char *name, GHashTable *before, GHashTable *after)
{
  g_autoptr (GHashTable) changed = snapshot_compare (before, after);
  GHashTableIter iter;
  gpointer path;

  g_hash_table_iter_init (&iter, changed);
  while (g_hash_table_iter_next (&iter, &path, NULL)) {
    gboolean above = g_hash_table_lookup (before, path) == NULL
                     && g_str_has_prefix (V2V_DRAFT_STATE_DIR, path);

    if (is_ours (path) || above)
      continue;
    g_test_message ("%s: '%s' is not as it was", name, (char *) path);
    g_test_fail ();
  }
}

static inline void
flush_recorded (V2vDraft *draft, const V2vPlan *plan)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (v2v_record_add (draft, plan, "1.2.3", "2026-01-31T12:00:00Z", &error));
  g_assert_no_error (error);
  g_assert_true (v2v_draft_flush (draft, NULL, NULL, &error));
  g_assert_no_error (error);
}

static inline void
run_rule (Fixture *f, V2vPlan *plan, const char *id, void (*edit) (Fixture *f))
{
  V2vPlanRule *rule = v2v_plan_add_rule (plan, id);

  v2v_draft_begin (f->draft);
  edit (f);
  g_clear_pointer (&rule->changes, g_ptr_array_unref);
  rule->changes = v2v_draft_end (f->draft);
}
