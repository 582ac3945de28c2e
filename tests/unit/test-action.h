/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-action.h - run one action on a draft of a directory
 */
#pragma once

#include "test-tree.h"
#include "v2v-action.h"

/* One step as a rule file has it, "service: {name: a, state: disabled}". */
typedef struct {
  V2vYaml *yaml;
  const V2vActionOps *ops;
  gpointer data;
} Step;

static inline void
step_clear (Step *step)
{
  if (step->data != NULL)
    step->ops->free (step->data);
  v2v_yaml_free (step->yaml);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Step, step_clear)

static inline gboolean
step_parse (Step *step, const char *text, GError **error)
{
  static const V2vArgsScope scope = { "test.yaml", NULL };
  const V2vYamlNode *root;
  const char *name;
  g_autoptr (V2vArgs) args = NULL;

  step->yaml = v2v_yaml_parse (text, strlen (text), "test.yaml", error);
  if (step->yaml == NULL)
    return FALSE;
  root = v2v_yaml_document (step->yaml, 0);
  name = v2v_yaml_text (root->keys->pdata[0]);
  step->ops = v2v_action_find (name);
  g_assert_nonnull (step->ops);
  args = v2v_args_new (root->values->pdata[0], name, step->ops->shorthand, &scope, error);
  if (args == NULL)
    return FALSE;
  step->data = step->ops->parse (args, error);
  return step->data != NULL && v2v_args_finish (args, error);
}

static inline void
assert_parse_error (const char *text, const char *message)
{
  g_auto (Step) step = { NULL };
  g_autoptr (GError) error = NULL;

  g_assert_false (step_parse (&step, text, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
  g_assert_true (g_str_has_prefix (error->message, "test.yaml:"));
  if (strstr (error->message, message) == NULL)
    g_error ("'%s' does not say '%s'", error->message, message);
}

/* @option: (nullable): "initramfs=keep" */
static inline gboolean
step_apply_with (const Step *step, const Tree *tree, V2vDraft *draft, const char *option,
                 GPtrArray *warnings, GPtrArray *notes, GError **error)
{
  g_autoptr (GHashTable) options
    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  V2vRuleContext context = { .guest = tree->guest,
                             .draft = draft,
                             .options = options,
                             .warnings = warnings,
                             .notes = notes };

  if (option != NULL) {
    g_auto (GStrv) parts = g_strsplit (option, "=", 2);

    g_hash_table_insert (options, g_strdup (parts[0]), g_strdup (parts[1]));
  }
  return step->ops->apply (step->data, &context, error);
}

static inline gboolean
step_apply (const Step *step, const Tree *tree, V2vDraft *draft, GPtrArray *warnings,
            GError **error)
{
  return step_apply_with (step, tree, draft, NULL, warnings, NULL, error);
}

/* A line for each change, "+ path", "- path", "~ path", with the target of a link. */
static inline char *
changes_text (GPtrArray *changes)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < changes->len; i++) {
    const V2vFileChange *change = g_ptr_array_index (changes, i);
    char sign = change->before->kind == V2V_STATE_ABSENT  ? '+'
                : change->after->kind == V2V_STATE_ABSENT ? '-'
                                                          : '~';

    if (change->after->kind == V2V_STATE_DIRECTORY)
      continue;
    g_string_append_printf (out, "%c %s", sign, change->path);
    if (change->after->link != NULL)
      g_string_append_printf (out, " -> %s", change->after->link);
    g_string_append_c (out, '\n');
  }
  return g_string_free (out, FALSE);
}

/* Runs the step, checks what it changed, and that running it again changes nothing.
 * (transfer full): the draft, to look at. */
static inline V2vDraft *
assert_step (const Tree *tree, const char *text, const char *expected, GPtrArray *warnings)
{
  g_auto (Step) step = { NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) own = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) changes = NULL;
  g_autoptr (GPtrArray) again = NULL;
  g_autofree char *shown = NULL;
  V2vDraft *draft = v2v_draft_new (tree->fs);

  step_parse (&step, text, &error);
  g_assert_no_error (error);
  v2v_draft_begin (draft);
  step_apply (&step, tree, draft, warnings != NULL ? warnings : own, &error);
  g_assert_no_error (error);
  changes = v2v_draft_end (draft);
  shown = changes_text (changes);
  g_assert_cmpstr (shown, ==, expected);
  v2v_draft_begin (draft);
  step_apply (&step, tree, draft, own, &error);
  g_assert_no_error (error);
  again = v2v_draft_end (draft);
  g_assert_cmpuint (again->len, ==, 0);
  return draft;
}

static inline void
assert_step_fails (const Tree *tree, const char *text, V2vErrorCode code, const char *message)
{
  g_auto (Step) step = { NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (V2vDraft) draft = v2v_draft_new (tree->fs);

  step_parse (&step, text, &error);
  g_assert_no_error (error);
  g_assert_false (step_apply (&step, tree, draft, warnings, &error));
  g_assert_error (error, V2V_ERROR, (int) code);
  if (strstr (error->message, message) == NULL)
    g_error ("'%s' does not say '%s'", error->message, message);
}

static inline void
assert_step_refused (const Tree *tree, const char *text, const char *message)
{
  assert_step_fails (tree, text, V2V_ERROR_REFUSED, message);
}

static inline void
assert_draft_text (V2vDraft *draft, const char *path, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert_true (v2v_draft_read_text (draft, path, &text, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}
