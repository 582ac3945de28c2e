/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-emit-plan-json.c - what the rules would change, for programs
 */
#include <config.h>

#include "v2v-emit-plan.h"

#include <string.h>

#include "v2v-diff.h"
#include "v2v-emit.h"

static const char *
state_name (V2vStateKind kind)
{
  static const char *const names[] = { "absent", "file", "link", "directory" };

  return names[kind];
}

static void
set_state (JsonObject *parent, const char *name, const V2vFileState *state)
{
  JsonObject *object = v2v_json_child (parent, name);

  v2v_json_set_string (object, "kind", state_name (state->kind));
  v2v_json_set_string (object, "link", state->link);
  if (state->kind == V2V_STATE_FILE) {
    json_object_set_int_member (object, "size", (gint64) g_bytes_get_size (state->bytes));
    v2v_json_set_string (object, "sha256", state->sha256);
  }
  if (state->kind == V2V_STATE_FILE || state->kind == V2V_STATE_DIRECTORY) {
    g_autofree char *mode = g_strdup_printf ("%04o", state->mode);

    v2v_json_set_string (object, "mode", mode);
    json_object_set_int_member (object, "uid", state->uid);
    json_object_set_int_member (object, "gid", state->gid);
  }
}

static gboolean
set_diff (JsonObject *object, V2vFileChange *change, GError **error)
{
  const GPtrArray *lines;
  JsonArray *array;

  if (change->after->kind != V2V_STATE_FILE || change->moved_from != NULL)
    return TRUE;
  if (!v2v_diff_change (change, &lines, error))
    return FALSE;
  if (lines == NULL)
    return TRUE;
  array = v2v_json_child_array (object, "diff");
  for (guint i = 0; i < lines->len; i++)
    json_array_add_string_element (array, g_ptr_array_index (lines, i));
  return TRUE;
}

static gboolean
add_change (JsonArray *array, const V2vPlanRule *rule, V2vFileChange *change, GError **error)
{
  JsonObject *object = v2v_json_append_object (array);

  v2v_json_set_string (object, "rule", rule->id);
  v2v_json_set_string (object, "phase", v2v_phase_name (rule->phase));
  v2v_json_set_string (object, "kind", v2v_change_kind_name (change));
  v2v_json_set_string (object, "path", change->path);
  v2v_json_set_string (object, "moved_to", change->moved_to);
  v2v_json_set_string (object, "moved_from", change->moved_from);
  set_state (object, "before", change->before);
  set_state (object, "after", change->after);
  return set_diff (object, change, error);
}

static void
add_strings (JsonObject *object, const char *name, const GPtrArray *strings)
{
  JsonArray *array = v2v_json_child_array (object, name);

  for (guint i = 0; i < strings->len; i++) {
    g_autofree char *valid = g_utf8_make_valid (g_ptr_array_index (strings, i), -1);

    json_array_add_string_element (array, valid);
  }
}

static JsonObject *
add_rule (JsonArray *array, const V2vPlanRule *rule)
{
  JsonObject *object = v2v_json_append_object (array);

  v2v_json_set_string (object, "id", rule->id);
  v2v_json_set_string (object, "phase", v2v_phase_name (rule->phase));
  v2v_json_set_string (object, "title", rule->title);
  v2v_json_set_string (object, "why", rule->why);
  v2v_json_set_string (object, "where", rule->where);
  v2v_json_set_string (object, "outcome", v2v_outcome_name (rule->outcome));
  v2v_json_set_string (object, "error", rule->error);
  add_strings (object, "warnings", rule->warnings);
  add_strings (object, "notes", rule->notes);
  return object;
}

gboolean
v2v_plan_to_json (JsonObject *object, const V2vPlan *plan, GError **error)
{
  JsonArray *changes = v2v_json_child_array (object, "changes");
  JsonArray *rules = v2v_json_child_array (object, "rules");

  for (guint i = 0; i < plan->rules->len; i++) {
    const V2vPlanRule *rule = g_ptr_array_index (plan->rules, i);

    for (guint j = 0; j < rule->changes->len; j++)
      if (!add_change (changes, rule, g_ptr_array_index (rule->changes, j), error))
        return FALSE;
    add_rule (rules, rule);
  }
  return TRUE;
}

char *
v2v_emit_plan_json (const V2vPlan *plan, const V2vGuest *guest, GError **error)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *root = json_object_new ();

  json_node_take_object (node, root);
  json_object_set_int_member (root, "format", V2V_EMIT_JSON_FORMAT);
  v2v_json_set_string (root, "version", PACKAGE_VERSION);
  if (guest != NULL) {
    JsonObject *object = v2v_json_child (root, "guest");

    v2v_json_set_string (object, "product", guest->product);
    v2v_json_set_string (object, "distro", guest->distro);
    v2v_json_set_string (object, "version_id", guest->version_id);
    v2v_json_set_string (object, "root", guest->root);
  }
  if (!v2v_plan_to_json (root, plan, error))
    return NULL;
  return v2v_json_to_string (node);
}

static void
set_condition (JsonObject *object, const V2vConditionResult *result)
{
  v2v_json_set_string (object, "text", result->text);
  v2v_json_set_string (object, "where", result->where);
  v2v_json_set_string (object, "truth", v2v_truth_name (result->truth));
  v2v_json_set_string (object, "seen", result->seen);
  if (result->children->len == 0)
    return;
  for (guint i = 0; i < result->children->len; i++)
    set_condition (v2v_json_append_object (v2v_json_child_array (object, "conditions")),
                   g_ptr_array_index (result->children, i));
}

char *
v2v_emit_explain_json (const V2vPlan *plan)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *root = json_object_new ();

  json_node_take_object (node, root);
  json_object_set_int_member (root, "format", V2V_EMIT_JSON_FORMAT);
  for (guint i = 0; i < plan->rules->len; i++) {
    const V2vPlanRule *rule = g_ptr_array_index (plan->rules, i);
    JsonObject *object = add_rule (v2v_json_child_array (root, "rules"), rule);

    if (rule->when != NULL)
      set_condition (v2v_json_child (object, "when"), rule->when);
  }
  return v2v_json_to_string (node);
}
