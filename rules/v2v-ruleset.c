/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-ruleset.c - rules of several directories become one set
 */
#include <config.h>

#include "v2v-ruleset-private.h"

#include <string.h>

#include "v2v-str.h"

/* Bytes that the texts of a set may have with parameters and aliases written out. */
#define EXPANDED_MAX (16 * 1024 * 1024)

/* Where the rule of one id stands.  A rule that replaces another one takes its place,
 * so that "access before mount" stays true when somebody overrides "access". */
typedef struct {
  V2vRuleDocument *document; /* whose rule counts */
  const V2vRuleFile *file;   /* the place: of the first rule of that id */
  guint position;
  guint directory;           /* the last one that spoke of it */
  const char *spoken;        /* FILE:LINE of that */
} Slot;

typedef struct {
  GPtrArray *files; /* V2vRuleFile */
  GPtrArray *slots; /* Slot */
  GHashTable *by_id; /* char* to Slot, borrowed */
} Loader;

static void
loader_init (Loader *loader)
{
  loader->files = g_ptr_array_new_with_free_func ((GDestroyNotify) v2v_rule_file_free);
  loader->slots = g_ptr_array_new_with_free_func (g_free);
  loader->by_id = g_hash_table_new (g_str_hash, g_str_equal);
}

static void
loader_clear (Loader *loader)
{
  g_hash_table_unref (loader->by_id);
  g_ptr_array_unref (loader->slots);
  g_ptr_array_unref (loader->files);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Loader, loader_clear)

static gboolean
fail (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

static gboolean
fail (GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  g_autofree char *shown = NULL;
  va_list ap;

  va_start (ap, format);
  message = g_strdup_vprintf (format, ap);
  va_end (ap);
  shown = v2v_str_printable (message, strlen (message));
  g_set_error_literal (error, V2V_ERROR, V2V_ERROR_USAGE, shown);
  return FALSE;
}

static void
add_slot (Loader *loader, const V2vRuleFile *file, V2vRuleDocument *document)
{
  Slot *slot = g_new0 (Slot, 1);

  slot->file = file;
  slot->position = document->position;
  slot->document = document;
  g_ptr_array_add (loader->slots, slot);
  g_hash_table_insert (loader->by_id, document->rule->id, slot);
}

static void
replace_rule (Slot *slot, V2vRuleDocument *document)
{
  document->rule->overrides = g_strdup (slot->document->rule->where);
  slot->document = document;
}

static gboolean
merge_document (Loader *loader, const V2vRuleFile *file, V2vRuleDocument *document,
                GError **error)
{
  const char *id = document->rule->id;
  V2vArgsScope scope = { .file = file->name };
  Slot *slot = g_hash_table_lookup (loader->by_id, id);

  if (slot != NULL && slot->directory == file->directory)
    return v2v_args_error (&scope, document->id_node, error,
                           "the id '%s' stands in this directory twice, also at %s", id,
                           slot->spoken);
  if (slot == NULL && document->is_change)
    return v2v_args_error (&scope, document->id_node, error,
                           "there is no rule '%s' in an earlier directory to change; a rule "
                           "of its own needs 'title', 'why', 'phase' and 'do'",
                           id);
  if (slot == NULL) {
    if (loader->slots->len >= V2V_RULES_MAX)
      return v2v_args_error (&scope, document->id_node, error, "more than %d rules",
                             V2V_RULES_MAX);
    add_slot (loader, file, document);
    slot = g_hash_table_lookup (loader->by_id, id);
  } else if (!document->is_change) {
    replace_rule (slot, document);
  } else if (!v2v_rule_document_change (document, slot->document->rule, error)) {
    return FALSE;
  }
  slot->directory = file->directory;
  slot->spoken = document->rule->where;
  return TRUE;
}

static gboolean
merge (Loader *loader, GError **error)
{
  for (guint i = 0; i < loader->files->len; i++) {
    const V2vRuleFile *file = g_ptr_array_index (loader->files, i);

    for (guint d = 0; d < file->documents->len; d++) {
      if (!merge_document (loader, file, g_ptr_array_index (file->documents, d), error))
        return FALSE;
    }
  }
  return TRUE;
}

static V2vRule *
find_rule (const Loader *loader, const char *id)
{
  const Slot *slot = g_hash_table_lookup (loader->by_id, id);

  return slot != NULL ? slot->document->rule : NULL;
}

static gboolean
switch_rules (const Loader *loader, const char *const *ids, const char *option,
              gboolean enabled, GError **error)
{
  for (guint i = 0; ids != NULL && ids[i] != NULL; i++) {
    V2vRule *rule = find_rule (loader, ids[i]);

    if (rule == NULL)
      return fail (error, "%s '%s': there is no such rule", option, ids[i]);
    rule->enabled = enabled;
  }
  return TRUE;
}

static gboolean
enable_and_disable (const Loader *loader, const V2vRulesetArgs *args, GError **error)
{
  for (guint i = 0; args->enable != NULL && args->enable[i] != NULL; i++) {
    if (args->disable != NULL && g_strv_contains (args->disable, args->enable[i]))
      return fail (error, "the rule '%s' is asked for by --enable and by --disable",
                   args->enable[i]);
  }
  return switch_rules (loader, args->enable, "--enable", TRUE, error)
         && switch_rules (loader, args->disable, "--disable", FALSE, error);
}

static void
set_value (V2vParam *param, const char *value)
{
  g_free (param->value);
  param->value = g_strdup (value);
}

/* "NAME": every rule that has it. */
static gboolean
set_everywhere (const Loader *loader, const char *name, const char *value, GError **error)
{
  guint n = 0;

  for (guint i = 0; i < loader->slots->len; i++) {
    const Slot *slot = g_ptr_array_index (loader->slots, i);
    V2vParam *param = v2v_rule_find_param (slot->document->rule, name);

    if (param == NULL)
      continue;
    set_value (param, value);
    n++;
  }
  return n > 0 || fail (error, "--param '%s': no rule has this parameter", name);
}

/* "RULE.NAME" */
static gboolean
set_in_one (const Loader *loader, const char *id, const char *name, const char *value,
            GError **error)
{
  const V2vRule *rule = find_rule (loader, id);
  V2vParam *param;

  if (rule == NULL)
    return fail (error, "--param '%s.%s': there is no rule '%s'", id, name, id);
  param = v2v_rule_find_param (rule, name);
  if (param == NULL)
    return fail (error, "--param '%s.%s': rule '%s' has no parameter '%s'", id, name, id, name);
  set_value (param, value);
  return TRUE;
}

/* Values never stand in messages: one may be a secret. */
static gboolean
set_param (const Loader *loader, const char *text, gboolean in_one, GError **error)
{
  const char *equals = strchr (text, '=');
  gsize n = equals != NULL ? (gsize) (equals - text) : strlen (text);
  g_autofree char *name = g_strndup (text, n);
  char *dot = strchr (name, '.');
  const char *mistake;

  if (equals == NULL || n == 0)
    return fail (error, "--param '%s': must be NAME=VALUE or RULE.NAME=VALUE", name);
  mistake = v2v_rule_value_mistake (equals + 1);
  if (mistake != NULL)
    return fail (error, "--param '%s': the value %s", name, mistake);
  if ((dot != NULL) != in_one)
    return TRUE;
  if (dot == NULL)
    return set_everywhere (loader, name, equals + 1, error);
  *dot = '\0';
  return set_in_one (loader, name, dot + 1, equals + 1, error);
}

/* What is said of one rule wins over what is said of all, whatever the order. */
static gboolean
set_params (const Loader *loader, const char *const *params, GError **error)
{
  for (guint in_one = 0; params != NULL && in_one < 2; in_one++) {
    for (guint i = 0; params[i] != NULL; i++) {
      if (!set_param (loader, params[i], in_one == 1, error))
        return FALSE;
    }
  }
  return TRUE;
}

/* Of replaced rules too: a mistake does not hide behind an override. */
static gboolean
parse_bodies (const Loader *loader, GError **error)
{
  gsize left = EXPANDED_MAX;

  for (guint i = 0; i < loader->files->len; i++) {
    const V2vRuleFile *file = g_ptr_array_index (loader->files, i);

    for (guint d = 0; d < file->documents->len; d++) {
      V2vRuleDocument *document = g_ptr_array_index (file->documents, d);

      if (!document->is_change && !v2v_rule_document_parse_body (document, &left, error))
        return FALSE;
    }
  }
  return TRUE;
}

static int
compare_slots (gconstpointer a, gconstpointer b)
{
  const Slot *one = *(const Slot *const *) a;
  const Slot *two = *(const Slot *const *) b;
  int by_name = strcmp (one->file->basename, two->file->basename);

  if (one->document->rule->phase != two->document->rule->phase)
    return one->document->rule->phase < two->document->rule->phase ? -1 : 1;
  if (by_name != 0)
    return by_name;
  if (one->file->directory != two->file->directory)
    return one->file->directory < two->file->directory ? -1 : 1;
  return one->position < two->position ? -1 : one->position > two->position;
}

/* Takes the rules that count out of their files. */
static V2vRuleset *
finish (Loader *loader)
{
  V2vRuleset *ruleset = g_new0 (V2vRuleset, 1);

  ruleset->rules = g_ptr_array_new_with_free_func ((GDestroyNotify) v2v_rule_free);
  ruleset->by_id = g_hash_table_new (g_str_hash, g_str_equal);
  g_ptr_array_sort (loader->slots, compare_slots);
  for (guint i = 0; i < loader->slots->len; i++) {
    Slot *slot = g_ptr_array_index (loader->slots, i);
    V2vRule *rule = g_steal_pointer (&slot->document->rule);

    g_ptr_array_add (ruleset->rules, rule);
    g_hash_table_insert (ruleset->by_id, rule->id, rule);
  }
  return ruleset;
}

V2vRuleset *
v2v_ruleset_load (const V2vRulesetArgs *args, GError **error)
{
  g_auto (Loader) loader;
  gsize left = V2V_RULES_SIZE_MAX;

  loader_init (&loader);
  for (guint i = 0; args->directories != NULL && args->directories[i] != NULL; i++) {
    if (!v2v_ruleset_read_directory (args->directories[i], i, loader.files, &left, error))
      return NULL;
  }
  if (!merge (&loader, error) || !enable_and_disable (&loader, args, error)
      || !set_params (&loader, args->params, error) || !parse_bodies (&loader, error))
    return NULL;
  return finish (&loader);
}

V2vRuleset *
v2v_ruleset_new_from_text (const char *name, const char *text, gsize length, GError **error)
{
  g_auto (Loader) loader;
  V2vRuleFile *file = v2v_rule_file_parse (name, text, length, error);

  loader_init (&loader);
  if (file == NULL)
    return NULL;
  g_ptr_array_add (loader.files, file);
  return merge (&loader, error) && parse_bodies (&loader, error) ? finish (&loader) : NULL;
}

void
v2v_ruleset_free (V2vRuleset *ruleset)
{
  if (ruleset == NULL)
    return;
  g_hash_table_unref (ruleset->by_id);
  g_ptr_array_unref (ruleset->rules);
  g_free (ruleset);
}

GPtrArray *
v2v_ruleset_rules (const V2vRuleset *ruleset)
{
  return ruleset->rules;
}

const V2vRule *
v2v_ruleset_find (const V2vRuleset *ruleset, const char *id)
{
  return g_hash_table_lookup (ruleset->by_id, id);
}

static void
add_step_paths (const V2vRule *rule, GPtrArray *paths)
{
  for (guint i = 0; i < rule->steps->len; i++) {
    const V2vStep *step = g_ptr_array_index (rule->steps, i);

    if (step->ops->add_paths != NULL)
      step->ops->add_paths (step->data, paths);
  }
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

char **
v2v_ruleset_dup_paths (const V2vRuleset *ruleset)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) unique = g_ptr_array_new ();

  for (guint i = 0; i < ruleset->rules->len; i++) {
    const V2vRule *rule = g_ptr_array_index (ruleset->rules, i);

    if (!rule->enabled)
      continue;
    if (rule->when != NULL)
      v2v_condition_add_paths (rule->when, paths);
    add_step_paths (rule, paths);
  }
  g_ptr_array_sort (paths, compare_paths);
  for (guint i = 0; i < paths->len; i++) {
    const char *path = g_ptr_array_index (paths, i);

    if (i == 0 || !g_str_equal (path, g_ptr_array_index (paths, i - 1)))
      g_ptr_array_add (unique, g_strdup (path));
  }
  g_ptr_array_add (unique, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&unique), FALSE);
}
