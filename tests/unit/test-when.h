/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-when.h - conditions of YAML text, tried on a directory that plays a guest
 */
#pragma once

#include "test-tree.h"
#include "v2v-condition.h"

typedef struct {
  Tree *tree;
  V2vRuleContext context;
} When;

static inline When *
when_new (void)
{
  When *when = g_new0 (When, 1);

  when->tree = tree_new ();
  when->context.guest = when->tree->guest;
  when->context.draft = v2v_draft_new (when->tree->fs);
  when->context.options = g_hash_table_new (g_str_hash, g_str_equal);
  when->context.warnings = g_ptr_array_new_with_free_func (g_free);
  return when;
}

static inline void
when_free (When *when)
{
  v2v_draft_free (when->context.draft);
  g_hash_table_unref (when->context.options);
  g_ptr_array_unref (when->context.warnings);
  tree_free (when->tree);
  g_free (when);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (When, when_free)

/* NULL with @error.  ${word} is a parameter, "linux". */
static inline V2vCondition *
when_parse (const char *text, GError **error)
{
  g_autoptr (V2vYaml) yaml = NULL;
  g_autoptr (GHashTable) params = g_hash_table_new (g_str_hash, g_str_equal);
  V2vArgsScope scope = { "t.yaml", params };

  g_hash_table_insert (params, (gpointer) "word", (gpointer) "linux");
  yaml = v2v_yaml_parse (text, strlen (text), "t.yaml", error);
  return yaml == NULL ? NULL : v2v_condition_parse (v2v_yaml_document (yaml, 0), &scope, error);
}

static inline V2vConditionResult *
when_test (When *when, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vCondition) condition = when_parse (text, &error);
  V2vConditionResult *result;

  g_assert_no_error (error);
  result = v2v_condition_test (condition, &when->context, &error);
  g_assert_no_error (error);
  g_assert_nonnull (result);
  return result;
}

/* A single predicate: its truth, and what was seen. */
#define assert_when(when, text, expected, words)                                            \
  G_STMT_START {                                                                           \
    g_autoptr (V2vConditionResult) result_ = when_test (when, text);                        \
    g_assert_cmpstr (result_->seen, ==, words);                                             \
    g_assert_cmpstr (v2v_truth_name (result_->truth), ==, v2v_truth_name (expected));       \
  } G_STMT_END

#define assert_no_parse(text, expected)                                                     \
  G_STMT_START {                                                                           \
    g_autoptr (GError) error_ = NULL;                                                       \
    g_assert_null (when_parse (text, &error_));                                             \
    g_assert_error (error_, V2V_ERROR, V2V_ERROR_USAGE);                                    \
    g_assert_cmpstr (error_->message, ==, expected);                                        \
  } G_STMT_END
