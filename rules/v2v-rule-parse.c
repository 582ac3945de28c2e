/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-rule-parse.c - one document of a rule file becomes a rule, or changes one
 */
#include <config.h>

#include "v2v-rule-parse.h"

#include <string.h>

#define ID_MAX 63
#define TITLE_MAX 200
#define PARAMS_MAX 100
#define VALUE_MAX 4096

V2vRule *
v2v_rule_new (void)
{
  V2vRule *rule = g_new0 (V2vRule, 1);

  rule->enabled = TRUE;
  return rule;
}

static void
param_free (gpointer p)
{
  V2vParam *param = p;

  g_free (param->name);
  g_free (param->value);
  g_free (param->description);
  g_free (param);
}

static void
step_free (gpointer p)
{
  V2vStep *step = p;

  if (step->ops->free != NULL)
    step->ops->free (step->data);
  g_free (step->where);
  g_free (step);
}

void
v2v_rule_free (V2vRule *rule)
{
  if (rule == NULL)
    return;
  g_free (rule->id);
  g_free (rule->title);
  g_free (rule->why);
  g_free (rule->where);
  g_free (rule->overrides);
  g_free (rule->changed_by);
  g_free (rule->text);
  g_clear_pointer (&rule->params, g_ptr_array_unref);
  g_clear_pointer (&rule->steps, g_ptr_array_unref);
  v2v_condition_free (rule->when);
  g_free (rule);
}

gboolean
v2v_rule_is_id (const char *text)
{
  gsize n = strspn (text, "abcdefghijklmnopqrstuvwxyz0123456789-");

  return n > 0 && n <= ID_MAX && text[n] == '\0' && g_ascii_islower (text[0]);
}

V2vParam *
v2v_rule_find_param (const V2vRule *rule, const char *name)
{
  for (guint i = 0; i < rule->params->len; i++) {
    V2vParam *param = g_ptr_array_index (rule->params, i);

    if (g_str_equal (param->name, name))
      return param;
  }
  return NULL;
}

const char *
v2v_rule_value_mistake (const char *value)
{
  if (!g_utf8_validate (value, -1, NULL))
    return "is not UTF-8 text";
  return strlen (value) > VALUE_MAX ? "is longer than " G_STRINGIFY (VALUE_MAX) " bytes" : NULL;
}

/* The text of @key as it stands there: ${name} is for "when" and "do" only. */
static gboolean
take_text (V2vArgs *args, const char *key, gboolean required, char **out, GError **error)
{
  const V2vYamlNode *node = v2v_args_take_node (args, key);

  *out = NULL;
  if (node == NULL)
    return !required || v2v_args_error_missing (args, key, error);
  if (node->kind != V2V_YAML_SCALAR)
    return v2v_args_error_at (args, key, error, "must be a text");
  if (v2v_yaml_text (node) == NULL)
    return v2v_args_error_at (args, key, error, "has no value (quote it: \"\" or '~')");
  *out = g_strdup (node->text);
  return TRUE;
}

/* A text for people: something must be said. */
static gboolean
take_prose (V2vArgs *args, const char *key, char **out, GError **error)
{
  if (!take_text (args, key, TRUE, out, error))
    return FALSE;
  g_strstrip (*out);
  return **out != '\0' || v2v_args_error_at (args, key, error, "is empty");
}

static gboolean
take_title (V2vArgs *args, V2vRule *rule, GError **error)
{
  if (!take_prose (args, "title", &rule->title, error))
    return FALSE;
  if (strpbrk (rule->title, "\r\n") != NULL || strlen (rule->title) > TITLE_MAX)
    return v2v_args_error_at (args, "title", error, "must be one line of at most %d bytes",
                              TITLE_MAX);
  return TRUE;
}

static gboolean
take_phase (V2vArgs *args, V2vRule *rule, GError **error)
{
  const char *names[V2V_N_PHASES + 1] = { NULL };
  guint phase;

  for (guint i = 0; i < V2V_N_PHASES; i++)
    names[i] = v2v_phase_name (i);
  if (v2v_args_peek (args, "phase") == NULL)
    return v2v_args_error_missing (args, "phase", error);
  if (!v2v_args_take_choice (args, "phase", names, 0, &phase, error))
    return FALSE;
  rule->phase = phase;
  return TRUE;
}

static gboolean
take_on_error (V2vArgs *args, V2vRule *rule, GError **error)
{
  static const char *const words[] = { "fail", "warn", NULL };
  const V2vYamlNode *steps = v2v_args_peek (args, "do");
  guint word;

  if (!v2v_args_take_choice (args, "on-error", words, 0, &word, error))
    return FALSE;
  rule->warn_on_error = word == 1;
  /* Half of a rule is worse than none of it. */
  if (rule->warn_on_error && steps != NULL && steps->kind == V2V_YAML_SEQUENCE
      && steps->values->len > 1)
    return v2v_args_error_at (args, "on-error", error,
                              "'warn' is for a rule of a single step, this one has %u",
                              steps->values->len);
  return TRUE;
}

static gboolean
add_param (const V2vArgsScope *scope, const V2vYamlNode *key, const V2vYamlNode *node,
           V2vRule *rule, GError **error)
{
  g_autofree char *what = g_strdup_printf ("parameter '%s'", key->text);
  g_autoptr (V2vArgs) args = NULL;
  V2vParam *param = g_new0 (V2vParam, 1);
  const char *mistake;

  g_ptr_array_add (rule->params, param);
  param->name = g_strdup (key->text);
  if (!v2v_args_is_param (key->text))
    return v2v_args_error (scope, key, error,
                           "the parameter name '%s' must be letters, digits, '-' and '_'",
                           key->text);
  args = v2v_args_new (node, what, NULL, scope, error);
  if (args == NULL || !take_text (args, "description", FALSE, &param->description, error)
      || !take_text (args, "default", FALSE, &param->value, error)
      || !v2v_args_finish (args, error))
    return FALSE;
  if (param->value == NULL)
    return v2v_args_error_missing (args, "default", error);
  mistake = v2v_rule_value_mistake (param->value);
  return mistake == NULL || v2v_args_error_at (args, "default", error, "%s", mistake);
}

static gboolean
take_params (V2vArgs *args, V2vRule *rule, GError **error)
{
  const V2vArgsScope *scope = v2v_args_scope (args);
  const V2vYamlNode *node = v2v_args_take_node (args, "params");
  g_autoptr (V2vArgs) params = NULL;

  if (node == NULL)
    return TRUE;
  /* Made for its checks: a mapping, each key a word that stands there once. */
  params = v2v_args_new (node, "params", NULL, scope, error);
  if (params == NULL)
    return FALSE;
  if (node->keys->len > PARAMS_MAX)
    return v2v_args_error_at (args, "params", error, "at most %d of them", PARAMS_MAX);
  for (guint i = 0; i < node->keys->len; i++) {
    if (!add_param (scope, g_ptr_array_index (node->keys, i),
                    g_ptr_array_index (node->values, i), rule, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
take_id (V2vArgs *args, V2vRuleDocument *document, GError **error)
{
  V2vRule *rule = document->rule;

  document->id_node = v2v_args_peek (args, "id");
  if (!take_text (args, "id", TRUE, &rule->id, error))
    return FALSE;
  return v2v_rule_is_id (rule->id)
         || v2v_args_error_at (args, "id", error,
                               "'%s' must be lower-case letters, digits and '-', begin with "
                               "a letter, and have at most %d characters",
                               rule->id, ID_MAX);
}

/* Unknown keys first: a misspelt key is not a missing one. */
static gboolean
check_keys (V2vArgs *args, GError **error)
{
  static const char *const keys[] = { "id", "title", "why", "phase", "enabled", "on-error",
                                      "params", "when", "do" };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    (void) v2v_args_take_node (args, keys[i]);
  return v2v_args_finish (args, error);
}

/* Only the keys that can be set from outside: nothing of a rule's own. */
static gboolean
says_only_changes (const V2vArgs *args)
{
  static const char *const own[] = { "title", "why", "phase", "on-error", "when", "do" };

  for (gsize i = 0; i < G_N_ELEMENTS (own); i++) {
    if (v2v_args_peek (args, own[i]) != NULL)
      return FALSE;
  }
  return v2v_args_peek (args, "enabled") != NULL || v2v_args_peek (args, "params") != NULL;
}

static gboolean
parse_change (V2vArgs *args, V2vRuleDocument *document, GError **error)
{
  const V2vYamlNode *values = v2v_args_peek (args, "params");
  g_autoptr (V2vArgs) params = NULL;

  document->is_change = TRUE;
  document->sets_enabled = v2v_args_peek (args, "enabled") != NULL;
  document->values = values;
  if (values == NULL)
    return TRUE;
  params = v2v_args_new (values, "params", NULL, v2v_args_scope (args), error);
  if (params == NULL)
    return FALSE;
  for (guint i = 0; i < values->keys->len; i++) {
    const V2vYamlNode *key = g_ptr_array_index (values->keys, i);
    const V2vYamlNode *value = g_ptr_array_index (values->values, i);
    const char *text = v2v_yaml_text (value);
    const char *mistake = text != NULL ? v2v_rule_value_mistake (text) : "must be a text";

    if (mistake != NULL)
      return v2v_args_error (v2v_args_scope (args), value, error, "parameter '%s': %s",
                             key->text, mistake);
  }
  return TRUE;
}

static gboolean
parse_rule (V2vArgs *args, V2vRuleDocument *document, GError **error)
{
  V2vRule *rule = document->rule;

  if (!take_title (args, rule, error) || !take_prose (args, "why", &rule->why, error)
      || !take_phase (args, rule, error) || !take_on_error (args, rule, error)
      || !take_params (args, rule, error))
    return FALSE;
  return v2v_args_peek (args, "do") != NULL || v2v_args_error_missing (args, "do", error);
}

/* "rule 'x'" as soon as it can be named. */
static char *
dup_subject (const V2vYamlNode *node)
{
  const char *id = v2v_yaml_text (v2v_yaml_get (node, "id"));

  if (id == NULL || !v2v_rule_is_id (id))
    return g_strdup ("a rule");
  return g_strdup_printf ("rule '%s'", id);
}

gboolean
v2v_rule_document_parse_head (V2vRuleDocument *document, GError **error)
{
  V2vArgsScope scope = { .file = document->file };
  const V2vYamlNode *node = document->node;
  g_autofree char *subject = dup_subject (node);
  g_autoptr (V2vArgs) args = NULL;
  V2vRule *rule = v2v_rule_new ();

  document->rule = rule;
  rule->where = g_strdup_printf ("%s:%u", document->file, node->line);
  rule->params = g_ptr_array_new_with_free_func (param_free);
  rule->steps = g_ptr_array_new_with_free_func (step_free);
  args = v2v_args_new (node, subject, NULL, &scope, error);
  if (args == NULL || !check_keys (args, error) || !take_id (args, document, error)
      || !v2v_args_take_bool (args, "enabled", TRUE, &rule->enabled, error))
    return FALSE;
  return says_only_changes (args) ? parse_change (args, document, error)
                                  : parse_rule (args, document, error);
}

static gboolean
unknown_action (const V2vArgsScope *scope, const V2vYamlNode *key, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *list = NULL;

  for (const V2vActionOps *const *ops = v2v_actions (); *ops != NULL; ops++)
    g_ptr_array_add (names, (gpointer) (*ops)->name);
  g_ptr_array_add (names, NULL);
  list = g_strjoinv (", ", (char **) names->pdata);
  return v2v_args_error (scope, key, error, "there is no action '%s'; there are %s", key->text,
                         list);
}

static gboolean
add_step (const V2vArgsScope *scope, const V2vYamlNode *key, const V2vYamlNode *node,
          V2vRule *rule, GError **error)
{
  const V2vActionOps *ops = v2v_action_find (key->text);
  g_autoptr (V2vArgs) args = NULL;
  gpointer data;
  V2vStep *step;

  if (ops == NULL)
    return unknown_action (scope, key, error);
  args = v2v_args_new (node, ops->name, ops->shorthand, scope, error);
  if (args == NULL)
    return FALSE;
  data = ops->parse (args, error);
  if (data == NULL)
    return FALSE;
  step = g_new0 (V2vStep, 1);
  step->ops = ops;
  step->data = data;
  step->where = g_strdup_printf ("%s:%u:%u", scope->file, key->line, key->column);
  g_ptr_array_add (rule->steps, step);
  return v2v_args_finish (args, error);
}

static gboolean
parse_steps (const V2vArgsScope *scope, const V2vYamlNode *list, V2vRule *rule, GError **error)
{
  if (list->kind != V2V_YAML_SEQUENCE || list->values->len == 0)
    return v2v_args_error (scope, list, error,
                           "'do' must be a list of actions, each '- ACTION: ARGUMENTS'");
  if (list->values->len > V2V_STEPS_MAX)
    return v2v_args_error (scope, list, error, "'do' has %u steps, at most %d are allowed",
                           list->values->len, V2V_STEPS_MAX);
  for (guint i = 0; i < list->values->len; i++) {
    const V2vYamlNode *item = g_ptr_array_index (list->values, i);

    if (item->kind != V2V_YAML_MAPPING || item->keys->len == 0)
      return v2v_args_error (scope, item, error,
                             "a step must be one action, '- ACTION: ARGUMENTS'");
    if (item->keys->len > 1)
      return v2v_args_error (scope, g_ptr_array_index (item->keys, 1), error,
                             "a step is one action: a second one needs a '- ' of its own");
    if (((const V2vYamlNode *) g_ptr_array_index (item->keys, 0))->kind != V2V_YAML_SCALAR)
      return v2v_args_error (scope, item, error, "the name of an action must be a word");
    if (!add_step (scope, g_ptr_array_index (item->keys, 0),
                   g_ptr_array_index (item->values, 0), rule, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
parse_when (const V2vArgsScope *scope, const V2vYamlNode *node, V2vRule *rule, GError **error)
{
  if (node == NULL)
    return TRUE;
  if (node->kind == V2V_YAML_SCALAR || node->values->len == 0)
    return v2v_args_error (scope, node, error,
                           "'when' must have conditions; leave it out for a rule that "
                           "always applies");
  rule->when = v2v_condition_parse (node, scope, error);
  if (rule->when == NULL)
    return FALSE;
  if (v2v_condition_only_package (rule->when))
    return v2v_args_error (scope, node, error,
                           "only 'package' decides here, and a guest's package list cannot "
                           "always be read: write 'any:' with a 'path' or 'unit' of that "
                           "package too");
  return TRUE;
}

gboolean
v2v_rule_document_parse_body (V2vRuleDocument *document, gsize *left, GError **error)
{
  g_autoptr (GHashTable) values = g_hash_table_new (g_str_hash, g_str_equal);
  V2vArgsScope scope = { .file = document->file, .params = values, .left = left };
  V2vRule *rule = document->rule;

  for (guint i = 0; i < rule->params->len; i++) {
    V2vParam *param = g_ptr_array_index (rule->params, i);

    g_hash_table_insert (values, param->name, param->value);
  }
  return parse_when (&scope, v2v_yaml_get (document->node, "when"), rule, error)
         && parse_steps (&scope, v2v_yaml_get (document->node, "do"), rule, error);
}

gboolean
v2v_rule_document_change (const V2vRuleDocument *document, V2vRule *rule, GError **error)
{
  const V2vYamlNode *values = document->values;
  V2vArgsScope scope = { .file = document->file };

  if (document->sets_enabled)
    rule->enabled = document->rule->enabled;
  for (guint i = 0; values != NULL && i < values->keys->len; i++) {
    const V2vYamlNode *key = g_ptr_array_index (values->keys, i);
    const V2vYamlNode *value = g_ptr_array_index (values->values, i);
    V2vParam *param = v2v_rule_find_param (rule, key->text);

    if (param == NULL)
      return v2v_args_error (&scope, key, error, "rule '%s' has no parameter '%s'", rule->id,
                             key->text);
    g_free (param->value);
    param->value = g_strdup (value->text);
  }
  g_free (rule->changed_by);
  rule->changed_by = g_strdup (document->rule->where);
  return TRUE;
}
