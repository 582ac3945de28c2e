/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-say.c - what the steps of a run tell the person who watches
 */
#include <config.h>

#include "v2v-pipeline-private.h"

void
v2v_say_warnings (V2vRun *run, guint from)
{
  for (guint i = from; i < run->report->warnings->len; i++)
    v2v_console_warning (run->args->console, "%s",
                         (const char *) g_ptr_array_index (run->report->warnings, i));
}

void
v2v_say_arrays (V2vRun *run, const V2vGuest *guest)
{
  for (guint i = 0; i < guest->arrays->len; i++) {
    const V2vArray *array = g_ptr_array_index (guest->arrays, i);
    g_autofree char *text = NULL;

    if (array->members->len == 0 || array->members->len >= array->wanted)
      continue;
    text = g_strdup_printf ("the RAID array on '%s' had lost a member before: %u of %u are there, "
                            "and it stays so; add one with 'mdadm --add' on the new machine",
                            (const char *) g_ptr_array_index (array->members, 0),
                            array->members->len, array->wanted);
    v2v_run_warn (run, text);
  }
}

void
v2v_say_changes (V2vRun *run, guint from)
{
  for (guint i = from; i < run->report->changes->len; i++) {
    const V2vChange *change = g_ptr_array_index (run->report->changes, i);

    v2v_console_stage (run->args->console, "change", "%s: %s%s%s", change->path,
                       change->before != NULL ? change->before : "",
                       change->before != NULL ? " -> " : "",
                       change->after != NULL ? change->after : "removed");
  }
}

static const char *
fate (const V2vFileChange *change)
{
  if (change->moved_to != NULL)
    return " (moved aside)";
  return change->after->kind == V2V_STATE_ABSENT ? " (removed)" : "";
}

/* More paths than this in one line are only counted. */
#define PATHS_SHOWN 4

static void
say_paths (V2vRun *run, const V2vPlanRule *rule)
{
  g_autoptr (GString) paths = g_string_new (NULL);
  guint n = 0;

  for (guint i = 0; i < rule->changes->len; i++) {
    const V2vFileChange *change = g_ptr_array_index (rule->changes, i);

    if (change->moved_from != NULL || change->after->kind == V2V_STATE_DIRECTORY)
      continue;
    if (n++ < PATHS_SHOWN)
      g_string_append_printf (paths, " %s%s", change->path, fate (change));
  }
  if (n > PATHS_SHOWN)
    g_string_append_printf (paths, " and %u more", n - PATHS_SHOWN);
  v2v_console_stage (run->args->console, "rules", "%s:%s", rule->id, paths->str);
}

static void
say_trouble (V2vRun *run, const V2vPlanRule *rule)
{
  for (guint i = 0; i < rule->warnings->len; i++) {
    g_autofree char *text
      = g_strdup_printf ("rule '%s': %s", rule->id,
                         (const char *) g_ptr_array_index (rule->warnings, i));

    v2v_run_warn (run, text);
  }
  if (rule->error != NULL) {
    g_autofree char *text
      = g_strdup_printf ("rule '%s' failed and was taken back: %s", rule->id, rule->error);

    v2v_run_warn (run, text);
  }
}

static void
say_notes (V2vRun *run, const V2vPlanRule *rule)
{
  for (guint i = 0; i < rule->notes->len; i++)
    v2v_console_stage (run->args->console, "rules", "%s: %s", rule->id,
                       (const char *) g_ptr_array_index (rule->notes, i));
}

/* A line for each rule that did something; what it says goes with the warnings. */
void
v2v_say_rules (V2vRun *run, const V2vPlan *plan)
{
  for (guint i = 0; i < plan->rules->len; i++) {
    const V2vPlanRule *rule = g_ptr_array_index (plan->rules, i);

    if (rule->outcome == V2V_OUTCOME_CHANGES)
      say_paths (run, rule);
    say_notes (run, rule);
    say_trouble (run, rule);
  }
}
