/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-engine-classes.c - data/engines.yaml: which guests the native engine is proven for
 */
#include <config.h>

#include "v2v-engine.h"

#include "v2v-condition.h"

typedef struct {
  V2vFs *fs;
  const V2vGuest *guest;
  GHashTable *options;
} Subject;

/* Conditions may look at files: they do it on a draft that nobody edits. */
static gboolean
holds (const V2vCondition *when, const Subject *subject, gboolean *out_holds, GError **error)
{
  g_autoptr (V2vDraft) draft = v2v_draft_new (subject->fs);
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (V2vConditionResult) result = NULL;
  V2vRuleContext context = { .guest = subject->guest,
                             .draft = draft,
                             .options = subject->options,
                             .warnings = warnings };

  result = v2v_condition_test (when, &context, error);
  if (result == NULL)
    return FALSE;
  *out_holds = result->truth == V2V_YES;
  return TRUE;
}

static gboolean
match_class (const V2vYamlNode *node, const V2vArgsScope *scope, const Subject *subject,
             char **out_class, char **out_proof, GError **error)
{
  static const char *const proofs[] = { "boot", "static", NULL };
  g_autoptr (V2vArgs) args = v2v_args_new (node, "class", NULL, scope, error);
  g_autofree char *id = NULL;
  g_autofree char *why = NULL;
  g_autoptr (V2vCondition) when = NULL;
  const V2vYamlNode *condition;
  gboolean yes = FALSE;
  guint proof = 0;

  if (args == NULL || !v2v_args_take_string (args, "id", TRUE, &id, error)
      || !v2v_args_take_string (args, "why", TRUE, &why, error)
      || !v2v_args_take_choice (args, "proof", proofs, 0, &proof, error))
    return FALSE;
  condition = v2v_args_take_node (args, "when");
  if (condition == NULL)
    return v2v_args_error (scope, node, error, "class needs 'when'");
  if (!v2v_args_finish (args, error))
    return FALSE;
  when = v2v_condition_parse (condition, scope, error);
  if (when == NULL || !holds (when, subject, &yes, error))
    return FALSE;
  if (yes && *out_class == NULL) {
    *out_class = g_steal_pointer (&id);
    *out_proof = g_strdup (proofs[proof]);
  }
  return TRUE;
}

static gboolean
check_header (const V2vYaml *yaml, const V2vArgsScope *scope, GError **error)
{
  const V2vYamlNode *first = v2v_yaml_document (yaml, 0);
  const char *version = v2v_yaml_text (v2v_yaml_get (first, "engines"));

  if (first != NULL && g_strcmp0 (version, "1") == 0)
    return TRUE;
  g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
               "%s: the first document must be 'engines: 1'", scope->file);
  return FALSE;
}

gboolean
v2v_engine_classes_match (const char *text, gsize length, const char *file, V2vFs *fs,
                          const V2vGuest *guest, GHashTable *options, char **out_class,
                          char **out_proof, GError **error)
{
  const V2vArgsScope scope = { .file = file };
  const Subject subject = { .fs = fs, .guest = guest, .options = options };
  g_autoptr (V2vYaml) yaml = v2v_yaml_parse (text, length, file, error);

  *out_class = NULL;
  *out_proof = NULL;
  if (yaml == NULL || !check_header (yaml, &scope, error))
    return FALSE;
  for (guint i = 1; i < v2v_yaml_n_documents (yaml); i++) {
    if (!match_class (v2v_yaml_document (yaml, i), &scope, &subject, out_class, out_proof,
                      error)) {
      g_clear_pointer (out_class, g_free);
      g_clear_pointer (out_proof, g_free);
      return FALSE;
    }
  }
  return TRUE;
}
