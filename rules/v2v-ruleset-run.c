/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-ruleset-run.c - one rule after the other on a draft
 */
#include <config.h>

#include "v2v-ruleset-private.h"

/* The leaf that keeps the tree from being decided: what is decided has none below it
 * that matters. */
static const V2vConditionResult *
first_unknown (const V2vConditionResult *result)
{
  if (result->truth != V2V_CANNOT_TELL)
    return NULL;
  for (guint i = 0; i < result->children->len; i++) {
    const V2vConditionResult *leaf
      = first_unknown (g_ptr_array_index (result->children, i));

    if (leaf != NULL)
      return leaf;
  }
  return result;
}

static void
warn_unknown (V2vPlanRule *row)
{
  const V2vConditionResult *leaf = first_unknown (row->when);

  g_ptr_array_add (row->warnings,
                   g_strdup_printf ("not run, it cannot be told whether '%s' holds: %s",
                                    leaf->text, leaf->seen != NULL ? leaf->seen : "unknown"));
}

static gboolean
test_condition (const V2vRule *rule, V2vRuleContext *context, V2vPlanRule *row,
                V2vTruth *out_truth, GError **error)
{
  *out_truth = V2V_YES;
  if (rule->when == NULL)
    return TRUE;
  row->when = v2v_condition_test (rule->when, context, error);
  if (row->when == NULL)
    return FALSE;
  *out_truth = row->when->truth;
  return TRUE;
}

static gboolean
apply_steps (const V2vRule *rule, V2vRuleContext *context, GError **error)
{
  for (guint i = 0; i < rule->steps->len; i++) {
    const V2vStep *step = g_ptr_array_index (rule->steps, i);

    if (!step->ops->apply (step->data, context, error))
      return FALSE;
  }
  return TRUE;
}

/* All steps or none of them. */
static gboolean
apply_rule (const V2vRule *rule, V2vRuleContext *context, V2vPlanRule *row, GError **error)
{
  g_autoptr (GError) local = NULL;

  v2v_draft_begin (context->draft);
  if (apply_steps (rule, context, &local)) {
    g_ptr_array_unref (row->changes);
    row->changes = v2v_draft_end (context->draft);
    row->outcome = row->changes->len > 0    ? V2V_OUTCOME_CHANGES
                   : row->warnings->len > 0 ? V2V_OUTCOME_WARNED
                                            : V2V_OUTCOME_NOTHING;
    return TRUE;
  }
  v2v_draft_rollback (context->draft);
  /* What the steps had to say was about edits that are gone. */
  g_ptr_array_set_size (row->warnings, 0);
  g_ptr_array_set_size (row->notes, 0);
  row->outcome = V2V_OUTCOME_FAILED;
  row->error = g_strdup (local->message);
  if (rule->warn_on_error && g_error_matches (local, V2V_ERROR, V2V_ERROR_REFUSED))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
run_rule (const V2vRule *rule, V2vRuleContext *context, gboolean explain, V2vPlanRule *row,
          GError **error)
{
  g_autoptr (GError) local = NULL;
  V2vTruth truth;

  if (!rule->enabled) {
    row->outcome = V2V_OUTCOME_OFF;
    return !explain || test_condition (rule, context, row, &truth, error);
  }
  if (!test_condition (rule, context, row, &truth, error))
    return FALSE;
  if (truth == V2V_NO) {
    row->outcome = V2V_OUTCOME_NO_MATCH;
    return TRUE;
  }
  if (truth == V2V_CANNOT_TELL) {
    row->outcome = V2V_OUTCOME_UNKNOWN;
    warn_unknown (row);
    return TRUE;
  }
  if (!explain)
    return apply_rule (rule, context, row, error);
  /* Later rules see what this one did; what stops a conversion is only news here. */
  if (!apply_rule (rule, context, row, &local)
      && (local->code == V2V_ERROR_REFUSED || local->code == V2V_ERROR_UNSUPPORTED))
    g_clear_error (&local);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static V2vPlanRule *
add_row (V2vPlan *plan, const V2vRule *rule)
{
  V2vPlanRule *row = v2v_plan_add_rule (plan, rule->id);

  row->title = g_strdup (rule->title);
  row->why = g_strdup (rule->why);
  row->phase = rule->phase;
  row->where = g_strdup (rule->where);
  row->outcome = V2V_OUTCOME_NOT_RUN;
  return row;
}

gboolean
v2v_ruleset_run (const V2vRuleset *ruleset, V2vRuleContext *context, guint phases,
                 gboolean explain, V2vPlan *plan, GError **error)
{
  GPtrArray *outer = context->warnings;
  GPtrArray *outer_notes = context->notes;

  for (guint i = 0; i < ruleset->rules->len; i++) {
    const V2vRule *rule = g_ptr_array_index (ruleset->rules, i);
    V2vPlanRule *row;
    gboolean ok;

    if (!v2v_cancel_check (context->cancel, error))
      return FALSE;
    row = add_row (plan, rule);
    if ((phases & (1u << rule->phase)) == 0)
      continue;
    context->warnings = row->warnings;
    context->notes = row->notes;
    ok = run_rule (rule, context, explain, row, error);
    context->warnings = outer;
    context->notes = outer_notes;
    if (!ok) {
      g_prefix_error (error, "rule '%s': ", rule->id);
      return FALSE;
    }
  }
  return TRUE;
}
