/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-steps.c - the steps of a run that look into the guest and change it
 */
#include <config.h>

#include "v2v-pipeline-private.h"

static void
observe_line (const char *line, gpointer user_data)
{
  V2vRun *run = user_data;

  v2v_console_detail (run->args->console, line);
}

static void
observe_warning (const char *text, gpointer user_data)
{
  v2v_run_warn (user_data, text);
}

static gboolean
with_engine (V2vRun *run, gboolean (*step) (V2vRun *, const V2vEngineArgs *, GError **),
             const V2vGuest *guest, GError **error)
{
  guint n = run->args->source->disks->len;
  g_autofree const char **overlays = g_new0 (const char *, n + 1);
  const V2vObserver observer
    = { .line = observe_line, .warning = observe_warning, .user_data = run };
  V2vEngineArgs engine_args = {
    .request = run->args->request,
    .source = run->args->source,
    .guest = guest,
    .overlays = overlays,
    .dir = v2v_transaction_dir (run->tx),
    .observer = &observer,
    .report = run->report,
    .cancel = run->args->cancel,
  };

  for (guint i = 0; i < n; i++)
    overlays[i] = v2v_transaction_overlay (run->tx, i);
  return step (run, &engine_args, error);
}

static gboolean
probe_engine (V2vRun *run, const V2vEngineArgs *engine_args, GError **error)
{
  return v2v_engine_probe (run->engine, engine_args, &run->engine_label, error);
}

static gboolean
run_engine (V2vRun *run, const V2vEngineArgs *engine_args, GError **error)
{
  return run->engine->convert (engine_args, error);
}

/* The rules run in two parts, before and after the engine; the report has each once. */
static void
merge_plan (V2vRun *run, V2vPlan *part)
{
  if (run->plan == NULL)
    run->plan = v2v_plan_new ();
  while (part->rules->len > 0) {
    V2vPlanRule *rule = g_ptr_array_steal_index (part->rules, 0);

    if (rule->outcome != V2V_OUTCOME_NOT_RUN)
      g_ptr_array_add (run->plan->rules, rule);
    else
      v2v_plan_rule_free (rule);
  }
}

static gboolean
run_rules (V2vRun *run, V2vFs *fs, const V2vGuest *guest, guint phases, GError **error)
{
  g_autoptr (V2vPlan) part = v2v_plan_new ();
  const V2vRulesRun rules = {
    .ruleset = run->ruleset,
    .guest = guest,
    .options = run->options,
    .phases = phases,
    .write = TRUE,
    .cancel = run->args->cancel,
  };

  if (!v2v_rules_run (&rules, fs, part, error))
    return FALSE;
  v2v_say_rules (run, part);
  v2v_run_compared (run);
  merge_plan (run, part);
  v2v_run_compare (run);
  return TRUE;
}

static gboolean
act (V2vRun *run, V2vFs *fs, const V2vGuest *guest, GError **error)
{
  guint warnings = run->report->warnings->len;
  guint changes = run->report->changes->len;

  if (!v2v_engine_prepare_guest (fs, run->report, error))
    return FALSE;
  v2v_say_warnings (run, warnings);
  v2v_say_changes (run, changes);
  return TRUE;
}

/* What virt-v2v must find in order, or must leave alone. */
static gboolean
prepare_for_engine (V2vRun *run, V2vFs *fs, const V2vGuest *guest, GError **error)
{
  if (!run_rules (run, fs, guest, V2V_PHASES_BEFORE_ENGINE, error))
    return FALSE;
  if (guest->os != V2V_OS_LINUX)
    return TRUE;
  if (!act (run, fs, guest, error))
    return FALSE;
  run->snapshot = v2v_snapshot_take (fs, error);
  return run->snapshot != NULL;
}

static gboolean
choose_engine (V2vRun *run, V2vFs *fs, const V2vGuest *guest, GError **error)
{
  g_autofree char *why = NULL;

  run->engine
    = v2v_engine_choose (run->args->request, fs, guest, run->options, &why, error);
  if (run->engine == NULL || !with_engine (run, probe_engine, guest, error))
    return FALSE;
  v2v_console_stage (run->args->console, "engine", "%s: %s", run->engine_label, why);
  run->report->engine = g_strdup (run->engine_label);
  g_hash_table_insert (run->options, g_strdup ("engine"), g_strdup (run->engine->name));
  return TRUE;
}

/* What is written into an /etc that the guest hides under another one changes nothing. */
static gboolean
check_etc (V2vFs *fs, const V2vGuest *guest, GError **error)
{
  gboolean is_there;

  if (guest->os != V2V_OS_LINUX)
    return TRUE;
  if (!v2v_fs_find_file (fs, "/etc/passwd", &is_there, error))
    return FALSE;
  if (is_there)
    return TRUE;
  g_set_error_literal (error, V2V_ERROR, V2V_ERROR_UNSUPPORTED,
                       "'/etc/passwd' is not on the root file system or in its fstab's reach: a "
                       "guest whose /etc is elsewhere, or is made at boot, cannot be converted");
  return FALSE;
}

/* All that can be done in the first appliance: with an engine of rules only, everything. */
static gboolean
begin (V2vRun *run, V2vAppliance *appliance, V2vFs *fs, V2vGuest *guest, GError **error)
{
  v2v_say_arrays (run, guest);
  if (!check_etc (fs, guest, error) || !choose_engine (run, fs, guest, error))
    return FALSE;
  if (run->engine->convert != NULL)
    return prepare_for_engine (run, fs, guest, error);
  return run_rules (run, fs, guest, V2V_PHASES_ALL, error)
         && v2v_run_verify (run, appliance, guest, error);
}

gboolean
v2v_step_begin (V2vRun *run, GError **error)
{
  run->before = v2v_run_inspect (run, TRUE, FALSE, "inspect", begin, error);
  return run->before != NULL;
}

gboolean
v2v_step_engine (V2vRun *run, GError **error)
{
  double start = v2v_console_elapsed (run->args->console);

  if (run->engine->convert == NULL)
    return TRUE;
  v2v_console_stage (run->args->console, "convert", "%s", run->engine_label);
  v2v_run_warn (run, "the engine virt-v2v runs programs of the guest inside the appliance");
  run->report->appliance_boots++;
  if (!with_engine (run, run_engine, run->before, error))
    return FALSE;
  v2v_report_add_stage (run->report, "convert",
                        v2v_console_elapsed (run->args->console) - start);
  return TRUE;
}

static gboolean
clean_up (V2vRun *run, V2vAppliance *appliance, V2vFs *fs, V2vGuest *guest, GError **error)
{
  guint warnings = run->report->warnings->len;
  guint changes = run->report->changes->len;

  if (run->snapshot != NULL
      && !v2v_snapshot_restore (run->snapshot, fs, run->report, error))
    return FALSE;
  v2v_say_warnings (run, warnings);
  v2v_say_changes (run, changes);
  return run_rules (run, fs, guest, V2V_PHASES_AFTER_ENGINE, error)
         && v2v_run_verify (run, appliance, guest, error);
}

gboolean
v2v_step_finish (V2vRun *run, GError **error)
{
  g_autoptr (V2vGuest) guest = NULL;

  if (run->engine->convert == NULL)
    return TRUE;
  guest = v2v_run_inspect (run, TRUE, FALSE, "verify", clean_up, error);
  return guest != NULL;
}

static gboolean
plan_rules (V2vRun *run, V2vAppliance *appliance, V2vFs *fs, V2vGuest *guest, GError **error)
{
  g_autofree char *why = NULL;
  const V2vEngine *engine
    = v2v_engine_choose (run->args->request, fs, guest, run->options, &why, error);
  const V2vRulesRun rules = {
    .ruleset = run->ruleset,
    .guest = guest,
    .options = run->options,
    .phases = V2V_PHASES_ALL,
    .explain = run->explain,
    .cancel = run->args->cancel,
  };

  (void) appliance;
  v2v_say_arrays (run, guest);
  /* What convert would refuse has no plan; the conditions can be explained all the same. */
  if (engine == NULL || (!run->explain && !check_etc (fs, guest, error)))
    return FALSE;
  g_hash_table_insert (run->options, g_strdup ("engine"), g_strdup (engine->name));
  run->plan = v2v_plan_new ();
  return v2v_rules_run (&rules, fs, run->plan, error);
}

gboolean
v2v_step_plan (V2vRun *run, GError **error)
{
  run->before = v2v_run_inspect (run, FALSE, TRUE, "inspect", plan_rules, error);
  return run->before != NULL;
}

static gboolean
judge (V2vRun *run, V2vAppliance *appliance, V2vFs *fs, V2vGuest *guest, GError **error)
{
  (void) appliance;
  return v2v_run_judge (run, fs, guest, error);
}

gboolean
v2v_step_judge (V2vRun *run, GError **error)
{
  run->after = v2v_run_inspect (run, FALSE, TRUE, "inspect", judge, error);
  return run->after != NULL;
}
