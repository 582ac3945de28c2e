/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-plan.c - what the rules want to change in one guest, and why
 */
#include <config.h>

#include "v2v-plan.h"

#include <string.h>

static const char *const phase_names[V2V_N_PHASES]
  = { "access", "storage", "drivers",    "boot", "network",
      "agents", "cloud-init", "time", "firstboot" };

const char *
v2v_phase_name (V2vPhase phase)
{
  g_return_val_if_fail (phase < V2V_N_PHASES, NULL);
  return phase_names[phase];
}

gboolean
v2v_phase_from_name (const char *name, V2vPhase *out_phase)
{
  for (guint i = 0; i < V2V_N_PHASES; i++) {
    if (g_str_equal (phase_names[i], name)) {
      *out_phase = i;
      return TRUE;
    }
  }
  return FALSE;
}

const char *
v2v_truth_name (V2vTruth truth)
{
  static const char *const names[] = { "no", "yes", "cannot tell" };

  g_return_val_if_fail (truth < G_N_ELEMENTS (names), NULL);
  return names[truth];
}

const char *
v2v_outcome_name (V2vOutcome outcome)
{
  static const char *const names[] = { "not-run", "off",     "no-match", "unknown",
                                       "nothing", "changes", "warned",   "failed" };

  g_return_val_if_fail (outcome < G_N_ELEMENTS (names), NULL);
  return names[outcome];
}

V2vFileState *
v2v_file_state_new (V2vStateKind kind)
{
  V2vFileState *state = g_new0 (V2vFileState, 1);

  state->kind = kind;
  return state;
}

V2vFileState *
v2v_file_state_new_file (GBytes *bytes, guint mode, guint uid, guint gid)
{
  V2vFileState *state = v2v_file_state_new (V2V_STATE_FILE);

  state->bytes = g_bytes_ref (bytes);
  state->sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  state->mode = mode;
  state->uid = uid;
  state->gid = gid;
  return state;
}

V2vFileState *
v2v_file_state_new_link (const char *target)
{
  V2vFileState *state = v2v_file_state_new (V2V_STATE_LINK);

  state->link = g_strdup (target);
  return state;
}

V2vFileState *
v2v_file_state_copy (const V2vFileState *state)
{
  V2vFileState *copy = v2v_file_state_new (state->kind);

  copy->mode = state->mode;
  copy->uid = state->uid;
  copy->gid = state->gid;
  copy->bytes = state->bytes != NULL ? g_bytes_ref (state->bytes) : NULL;
  copy->sha256 = g_strdup (state->sha256);
  copy->link = g_strdup (state->link);
  return copy;
}

void
v2v_file_state_free (V2vFileState *state)
{
  if (state == NULL)
    return;
  g_clear_pointer (&state->bytes, g_bytes_unref);
  g_free (state->sha256);
  g_free (state->link);
  g_free (state);
}

gboolean
v2v_file_state_equal (const V2vFileState *a, const V2vFileState *b)
{
  if (a->kind != b->kind)
    return FALSE;
  if (a->kind == V2V_STATE_ABSENT)
    return TRUE;
  if (a->kind == V2V_STATE_LINK)
    return g_strcmp0 (a->link, b->link) == 0;
  return a->mode == b->mode && a->uid == b->uid && a->gid == b->gid
         && g_strcmp0 (a->sha256, b->sha256) == 0;
}

V2vFileChange *
v2v_file_change_new (const char *path, const V2vFileState *before, const V2vFileState *after)
{
  V2vFileChange *change = g_new0 (V2vFileChange, 1);

  change->path = g_strdup (path);
  change->before = v2v_file_state_copy (before);
  change->after = v2v_file_state_copy (after);
  return change;
}

void
v2v_file_change_free (V2vFileChange *change)
{
  if (change == NULL)
    return;
  g_free (change->path);
  v2v_file_state_free (change->before);
  v2v_file_state_free (change->after);
  g_free (change->moved_to);
  g_free (change->moved_from);
  g_clear_pointer (&change->diff, g_ptr_array_unref);
  g_free (change);
}

V2vConditionResult *
v2v_condition_result_new (const char *text, const char *where)
{
  V2vConditionResult *result = g_new0 (V2vConditionResult, 1);

  result->text = g_strdup (text);
  result->where = g_strdup (where);
  result->children
    = g_ptr_array_new_with_free_func ((GDestroyNotify) v2v_condition_result_free);
  return result;
}

void
v2v_condition_result_free (V2vConditionResult *result)
{
  if (result == NULL)
    return;
  g_free (result->text);
  g_free (result->where);
  g_free (result->seen);
  g_ptr_array_unref (result->children);
  g_free (result);
}

void
v2v_plan_rule_free (V2vPlanRule *rule)
{
  if (rule == NULL)
    return;
  g_free (rule->id);
  g_free (rule->title);
  g_free (rule->why);
  g_free (rule->where);
  g_free (rule->error);
  v2v_condition_result_free (rule->when);
  g_ptr_array_unref (rule->changes);
  g_ptr_array_unref (rule->warnings);
  g_ptr_array_unref (rule->notes);
  g_free (rule);
}

V2vPlan *
v2v_plan_new (void)
{
  V2vPlan *plan = g_new0 (V2vPlan, 1);

  plan->rules = g_ptr_array_new_with_free_func ((GDestroyNotify) v2v_plan_rule_free);
  return plan;
}

void
v2v_plan_free (V2vPlan *plan)
{
  if (plan == NULL)
    return;
  g_ptr_array_unref (plan->rules);
  g_free (plan);
}

V2vPlanRule *
v2v_plan_add_rule (V2vPlan *plan, const char *id)
{
  V2vPlanRule *rule = g_new0 (V2vPlanRule, 1);

  rule->id = g_strdup (id);
  rule->changes = g_ptr_array_new_with_free_func ((GDestroyNotify) v2v_file_change_free);
  rule->warnings = g_ptr_array_new_with_free_func (g_free);
  rule->notes = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (plan->rules, rule);
  return rule;
}

guint
v2v_plan_n_changes (const V2vPlan *plan)
{
  guint n = 0;

  for (guint i = 0; i < plan->rules->len; i++)
    n += ((const V2vPlanRule *) g_ptr_array_index (plan->rules, i))->changes->len;
  return n;
}
