/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-condition.c - "when": predicates joined by all, any and not, in Kleene's logic
 */
#include <config.h>

#include "v2v-condition.h"

#include <string.h>

#include "v2v-predicate.h"
#include "v2v-str.h"

/* Predicates in one "when". */
#define LEAVES_MAX 500
/* Of a predicate as the rule has it, in results. */
#define TEXT_MAX 160

typedef enum { LEAF, ALL, ANY, NOT } Kind;

static const char *const kind_names[] = { "", "all", "any", "not" };

struct _V2vCondition {
  Kind kind;
  char *text;
  char *where;
  const V2vPredicateOps *ops; /* LEAF */
  gpointer data;              /* of ops */
  GPtrArray *children;        /* V2vCondition; of NOT just one */
};

/* How deep it goes is the YAML reader's business: V2V_YAML_DEPTH_MAX. */
typedef struct {
  const V2vArgsScope *scope;
  guint n_leaves;
} Parser;

static V2vCondition *parse_any_kind (Parser *parser, const V2vYamlNode *node, GError **error);

void
v2v_condition_free (V2vCondition *condition)
{
  if (condition == NULL)
    return;
  if (condition->data != NULL && condition->ops->free != NULL)
    condition->ops->free (condition->data);
  g_free (condition->text);
  g_free (condition->where);
  g_ptr_array_unref (condition->children);
  g_free (condition);
}

static V2vCondition *
condition_new (const Parser *parser, const V2vYamlNode *node, Kind kind)
{
  V2vCondition *condition = g_new0 (V2vCondition, 1);

  condition->kind = kind;
  condition->text = g_strdup (kind_names[kind]);
  condition->where
    = g_strdup_printf ("%s:%u:%u", parser->scope->file, node->line, node->column);
  condition->children
    = g_ptr_array_new_with_free_func ((GDestroyNotify) v2v_condition_free);
  return condition;
}

/* As flow YAML; what is longer than anybody reads is left out. */
static void
append_yaml (GString *out, const V2vYamlNode *node)
{
  gboolean is_mapping = node->kind == V2V_YAML_MAPPING;

  if (node->kind == V2V_YAML_SCALAR) {
    g_string_append (out, node->text);
    return;
  }
  g_string_append_c (out, is_mapping ? '{' : '[');
  for (guint i = 0; i < node->values->len && out->len <= TEXT_MAX; i++) {
    if (i > 0)
      g_string_append (out, ", ");
    if (is_mapping) {
      append_yaml (out, g_ptr_array_index (node->keys, i));
      g_string_append (out, ": ");
    }
    append_yaml (out, g_ptr_array_index (node->values, i));
  }
  g_string_append_c (out, is_mapping ? '}' : ']');
}

static char *
dup_leaf_text (const char *name, const V2vYamlNode *value)
{
  g_autoptr (GString) text = g_string_new (name);
  g_autofree char *line = NULL;
  gsize n = TEXT_MAX;

  g_string_append (text, ": ");
  append_yaml (text, value);
  if (text->len <= TEXT_MAX)
    return v2v_str_printable (text->str, text->len);
  while (((guchar) text->str[n] & 0xc0) == 0x80)
    n--;
  line = v2v_str_printable (text->str, n);
  return g_strconcat (line, "...", NULL);
}

static gboolean
set_unknown (const Parser *parser, const V2vYamlNode *key, GError **error)
{
  g_autoptr (GString) known = g_string_new (NULL);

  for (const V2vPredicateOps *const *p = v2v_predicates (); *p != NULL; p++)
    g_string_append_printf (known, "%s, ", (*p)->name);
  return v2v_args_error (parser->scope, key, error,
                         "'%s' is no predicate; there are: %sall, any, not", key->text,
                         known->str);
}

static V2vCondition *
parse_leaf (Parser *parser, const V2vYamlNode *key, const V2vYamlNode *value, GError **error)
{
  g_autoptr (V2vCondition) leaf = condition_new (parser, key, LEAF);
  g_autoptr (V2vArgs) args = NULL;

  leaf->ops = v2v_predicate_find (key->text);
  if (leaf->ops == NULL) {
    set_unknown (parser, key, error);
    return NULL;
  }
  if (++parser->n_leaves > LEAVES_MAX) {
    v2v_args_error (parser->scope, key, error, "a condition has at most %d predicates",
                    LEAVES_MAX);
    return NULL;
  }
  args = v2v_args_new (value, leaf->ops->name, leaf->ops->shorthand, parser->scope, error);
  if (args == NULL)
    return NULL;
  leaf->data = leaf->ops->parse (args, error);
  if (leaf->data == NULL || !v2v_args_finish (args, error))
    return NULL;
  g_free (leaf->text);
  leaf->text = dup_leaf_text (leaf->ops->name, value);
  return g_steal_pointer (&leaf);
}

static Kind
kind_from_name (const char *name)
{
  for (Kind kind = ALL; kind <= NOT; kind++) {
    if (g_str_equal (name, kind_names[kind]))
      return kind;
  }
  return LEAF;
}

static gboolean add_children (Parser *parser, V2vCondition *group, const V2vYamlNode *node,
                              GError **error);

/* One key of a mapping. */
static V2vCondition *
parse_entry (Parser *parser, const V2vYamlNode *key, const V2vYamlNode *value, GError **error)
{
  g_autoptr (V2vCondition) group = NULL;
  V2vCondition *child;
  Kind kind;

  if (key->kind != V2V_YAML_SCALAR) {
    v2v_args_error (parser->scope, key, error, "a condition's key must be a word");
    return NULL;
  }
  kind = kind_from_name (key->text);
  if (kind == LEAF)
    return parse_leaf (parser, key, value, error);
  group = condition_new (parser, key, kind);
  if (kind != NOT)
    return add_children (parser, group, value, error) ? g_steal_pointer (&group) : NULL;
  child = parse_any_kind (parser, value, error);
  if (child == NULL)
    return NULL;
  g_ptr_array_add (group->children, child);
  return g_steal_pointer (&group);
}

static gboolean
add_entries (Parser *parser, V2vCondition *group, const V2vYamlNode *node, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < node->keys->len; i++) {
    const V2vYamlNode *key = g_ptr_array_index (node->keys, i);
    V2vCondition *child
      = parse_entry (parser, key, g_ptr_array_index (node->values, i), error);

    if (child == NULL)
      return FALSE;
    g_ptr_array_add (group->children, child);
    if (!g_hash_table_add (seen, key->text))
      return v2v_args_error (parser->scope, key, error,
                             "'%s' stands here twice: write a list, each in its own item",
                             key->text);
  }
  return TRUE;
}

/* The keys of a mapping or the items of a list. */
static gboolean
add_children (Parser *parser, V2vCondition *group, const V2vYamlNode *node, GError **error)
{
  if (node->kind == V2V_YAML_SCALAR)
    return v2v_args_error (parser->scope, node, error,
                           "a condition is a mapping, \"os: linux\", or a list of them");
  if (node->values->len == 0)
    return v2v_args_error (parser->scope, node, error, "an empty condition says nothing");
  if (node->kind == V2V_YAML_MAPPING)
    return add_entries (parser, group, node, error);
  for (guint i = 0; i < node->values->len; i++) {
    V2vCondition *child
      = parse_any_kind (parser, g_ptr_array_index (node->values, i), error);

    if (child == NULL)
      return FALSE;
    g_ptr_array_add (group->children, child);
  }
  return TRUE;
}

/* A mapping or list: "all" of what is in it, or the one thing that is in it. */
static V2vCondition *
parse_any_kind (Parser *parser, const V2vYamlNode *node, GError **error)
{
  g_autoptr (V2vCondition) group = condition_new (parser, node, ALL);

  if (!add_children (parser, group, node, error))
    return NULL;
  if (group->children->len == 1)
    return g_steal_pointer (&group->children->pdata[0]);
  return g_steal_pointer (&group);
}

V2vCondition *
v2v_condition_parse (const V2vYamlNode *node, const V2vArgsScope *scope, GError **error)
{
  Parser parser = { .scope = scope };

  return parse_any_kind (&parser, node, error);
}

/* What is certain whatever the unknown ones turn out to be. */
static V2vTruth
join (Kind kind, const GPtrArray *results)
{
  V2vTruth decides = kind == ALL ? V2V_NO : V2V_YES;
  V2vTruth truth = kind == ALL ? V2V_YES : V2V_NO;

  for (guint i = 0; i < results->len; i++) {
    V2vTruth one = ((const V2vConditionResult *) g_ptr_array_index (results, i))->truth;

    if (one == decides)
      return decides;
    if (one == V2V_CANNOT_TELL)
      truth = V2V_CANNOT_TELL;
  }
  return truth;
}

static V2vTruth
negate (V2vTruth truth)
{
  if (truth == V2V_CANNOT_TELL)
    return truth;
  return truth == V2V_YES ? V2V_NO : V2V_YES;
}

V2vConditionResult *
v2v_condition_test (const V2vCondition *condition, V2vRuleContext *context, GError **error)
{
  g_autoptr (V2vConditionResult) result
    = v2v_condition_result_new (condition->text, condition->where);

  if (condition->kind == LEAF) {
    if (context->cancel != NULL && !v2v_cancel_check (context->cancel, error))
      return NULL;
    if (!condition->ops->test (condition->data, context, &result->truth, &result->seen,
                               error))
      return NULL;
    return g_steal_pointer (&result);
  }
  for (guint i = 0; i < condition->children->len; i++) {
    V2vConditionResult *child
      = v2v_condition_test (g_ptr_array_index (condition->children, i), context, error);

    if (child == NULL)
      return NULL;
    g_ptr_array_add (result->children, child);
  }
  if (condition->kind == NOT)
    result->truth
      = negate (((const V2vConditionResult *) result->children->pdata[0])->truth);
  else
    result->truth = join (condition->kind, result->children);
  return g_steal_pointer (&result);
}

void
v2v_condition_add_paths (const V2vCondition *condition, GPtrArray *paths)
{
  if (condition->kind == LEAF && condition->ops->add_paths != NULL)
    condition->ops->add_paths (condition->data, paths);
  for (guint i = 0; i < condition->children->len; i++)
    v2v_condition_add_paths (g_ptr_array_index (condition->children, i), paths);
}

/* What a condition that holds has proved, in growing order. */
typedef enum {
  PROVES_NOTHING, /* only what guests of a family share, or that something is absent */
  PROVES_PACKAGE, /* that a package is installed */
  PROVES_THING,   /* a file, text, unit, ... also: what no package list is needed for */
} Proof;

static Proof
leaf_proof (const V2vPredicateOps *ops)
{
  static const char *const shared[]
    = { "os", "distro", "family", "version", "arch", "source", "option", NULL };

  if (g_str_equal (ops->name, "package"))
    return PROVES_PACKAGE;
  return g_strv_contains (shared, ops->name) ? PROVES_NOTHING : PROVES_THING;
}

/* "all" proves the most that one of its parts proves; "any" proves a package only when
 * each of its parts does.  Under a "not" the two change places, and a leaf proves
 * nothing: that something is absent is no sight of it. */
static Proof
proof (const V2vCondition *condition, gboolean negated)
{
  gboolean is_all = (condition->kind == ALL) != negated;
  gboolean same = TRUE;
  Proof most = PROVES_NOTHING;

  if (condition->kind == LEAF)
    return negated ? PROVES_NOTHING : leaf_proof (condition->ops);
  if (condition->kind == NOT)
    return proof (condition->children->pdata[0], !negated);
  for (guint i = 0; i < condition->children->len; i++) {
    Proof one = proof (g_ptr_array_index (condition->children, i), negated);

    same = same && (i == 0 || one == most);
    most = MAX (most, one);
  }
  if (is_all || same)
    return most;
  return most == PROVES_PACKAGE ? PROVES_NOTHING : most;
}

gboolean
v2v_condition_only_package (const V2vCondition *condition)
{
  return proof (condition, FALSE) == PROVES_PACKAGE;
}
