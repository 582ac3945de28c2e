/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-pipeline.c - the steps of a run, in order
 */
#include <config.h>

#include "v2v-pipeline-private.h"

/* Before a disk is opened: a mistake in a rule must not cost a boot of the appliance. */
static gboolean
load_rules (V2vRun *run, GError **error)
{
  run->options = v2v_rules_options (run->args->request, run->args->source);
  run->ruleset = v2v_rules_load (run->args->request, error);
  return run->ruleset != NULL;
}

static gboolean
step_check (V2vRun *run, GError **error)
{
  const V2vPipelineArgs *args = run->args;
  const char *dir = args->request->output_dir != NULL ? args->request->output_dir : ".";
  gboolean need_write = !args->request->skip_conversion;

  if (!v2v_source_check_disks (args->source, need_write, error))
    return FALSE;
  for (guint i = 0; i < args->source->disks->len; i++) {
    const V2vSourceDisk *disk = g_ptr_array_index (args->source->disks, i);

    v2v_console_stage (args->console, "check", "disk %u: %s (%s, %.1f GiB)", i, disk->path,
                       disk->format, (double) disk->size / (1 << 30));
  }
  run->output = v2v_output_new (dir, error);
  return run->output != NULL;
}

static gboolean
step_open (V2vRun *run, GError **error)
{
  const V2vPipelineArgs *args = run->args;
  g_autofree char *dir = g_strdup (args->request->work_dir);
  V2vTransactionArgs tx_args
    = { .source = args->source, .cancel = args->cancel, .work_dir = NULL };

  if (dir == NULL)
    dir = v2v_transaction_default_work_dir (args->source, args->pod);
  tx_args.work_dir = dir;
  run->tx = v2v_transaction_open (&tx_args, &run->resumed, error);
  if (run->tx == NULL)
    return FALSE;
  if (run->resumed)
    v2v_console_stage (args->console, "resume",
                       "the commit of an earlier run was finished: only describing now");
  else
    v2v_console_stage (args->console, "open", "working on overlays in %s",
                       v2v_transaction_dir (run->tx));
  return TRUE;
}

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
  return run->engine->probe (engine_args, &run->engine_label, error);
}

static gboolean
run_engine (V2vRun *run, const V2vEngineArgs *engine_args, GError **error)
{
  return run->engine->convert (engine_args, error);
}

static void
say_warnings (V2vRun *run, guint from)
{
  for (guint i = from; i < run->report->warnings->len; i++)
    v2v_console_warning (run->args->console, "%s",
                         (const char *) g_ptr_array_index (run->report->warnings, i));
}

static void
say_changes (V2vRun *run, guint from)
{
  for (guint i = from; i < run->report->changes->len; i++) {
    const V2vChange *change = g_ptr_array_index (run->report->changes, i);

    v2v_console_stage (run->args->console, "change", "%s: %s%s%s", change->path,
                       change->before != NULL ? change->before : "",
                       change->before != NULL ? " -> " : "",
                       change->after != NULL ? change->after : "removed");
  }
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
      g_string_append_printf (paths, " %s%s", change->path,
                              change->after->kind == V2V_STATE_ABSENT ? " (removed)" : "");
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

/* A line for each rule that did something; what it says goes with the warnings. */
static void
say_rules (V2vRun *run, const V2vPlan *plan)
{
  for (guint i = 0; i < plan->rules->len; i++) {
    const V2vPlanRule *rule = g_ptr_array_index (plan->rules, i);

    if (rule->outcome == V2V_OUTCOME_CHANGES)
      say_paths (run, rule);
    say_trouble (run, rule);
  }
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
  say_rules (run, part);
  merge_plan (run, part);
  return TRUE;
}

static gboolean
act (V2vRun *run, V2vFs *fs, const V2vGuest *guest, GError **error)
{
  guint warnings = run->report->warnings->len;
  guint changes = run->report->changes->len;

  if (!v2v_engine_prepare_guest (fs, run->report, error))
    return FALSE;
  say_warnings (run, warnings);
  say_changes (run, changes);
  return TRUE;
}

/* Everything that must be known or done before the engine, in one appliance. */
static gboolean
prepare (V2vRun *run, V2vFs *fs, V2vGuest *guest, GError **error)
{
  run->engine = v2v_engine_find (run->args->request->engine, error);
  if (run->engine == NULL || !with_engine (run, probe_engine, guest, error))
    return FALSE;
  run->report->engine = g_strdup (run->engine_label);
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
step_inspect (V2vRun *run, GError **error)
{
  run->before = v2v_run_inspect (run, TRUE, FALSE, "inspect", prepare, error);
  return run->before != NULL;
}

static gboolean
step_engine (V2vRun *run, GError **error)
{
  double start = v2v_console_elapsed (run->args->console);

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
clean_up (V2vRun *run, V2vFs *fs, V2vGuest *guest, GError **error)
{
  guint warnings = run->report->warnings->len;
  guint changes = run->report->changes->len;

  if (run->snapshot != NULL
      && !v2v_snapshot_restore (run->snapshot, fs, run->report, error))
    return FALSE;
  say_warnings (run, warnings);
  say_changes (run, changes);
  return run_rules (run, fs, guest, V2V_PHASES_AFTER_ENGINE, error);
}

static gboolean
is_there (const V2vKernel *kernel, const char *driver)
{
  V2vDriverWhere where = v2v_kernel_driver (kernel, driver);

  return where == V2V_DRIVER_BUILTIN || where == V2V_DRIVER_IN_INITRAMFS;
}

/* A guest whose kernel cannot reach a virtio disk would only be found out at its
 * first boot, with the original disk already overwritten. */
static gboolean
check_bootable (const V2vGuest *guest, GError **error)
{
  const V2vKernel *kernel = v2v_guest_default_kernel (guest);

  if (guest->os != V2V_OS_LINUX || kernel == NULL
      || v2v_kernel_driver (kernel, "virtio_blk") == V2V_DRIVER_UNKNOWN)
    return TRUE;
  if (is_there (kernel, "virtio_pci")
      && (is_there (kernel, "virtio_blk")
          || (is_there (kernel, "virtio_scsi") && is_there (kernel, "sd_mod"))))
    return TRUE;
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
               "the converted guest would not find its root disk: neither virtio_blk nor "
               "virtio_scsi with sd_mod is in the initramfs of kernel '%s'",
               kernel->version);
  return FALSE;
}

static gboolean
step_inspect_again (V2vRun *run, GError **error)
{
  run->after = v2v_run_inspect (run, TRUE, FALSE, "verify", clean_up, error);
  return run->after != NULL && check_bootable (run->after, error);
}

static gboolean
step_commit (V2vRun *run, GError **error)
{
  double seconds = 0;
  g_autoptr (GError) local = NULL;

  v2v_console_stage (run->args->console, "commit", "writing to %u disk%s",
                     run->args->source->disks->len,
                     run->args->source->disks->len == 1 ? "" : "s");
  if (!v2v_transaction_commit (run->tx, &seconds, error))
    return FALSE;
  run->report->commit_seconds = seconds;
  v2v_report_add_stage (run->report, "commit", seconds);
  v2v_console_stage (run->args->console, "commit",
                     "done in %.1f s (the time in which a crash would need this command "
                     "again)", seconds);
  /* The disks are converted: a report without its last figures must not fail that. */
  if (!v2v_run_write_report (run, &local))
    v2v_console_warning (run->args->console, "%s", local->message);
  return TRUE;
}

static gboolean
step_look (V2vRun *run, GError **error)
{
  if (run->args->request->no_inspect) {
    v2v_console_stage (run->args->console, "inspect", "skipped: --no-inspect");
    return TRUE;
  }
  run->after = v2v_run_inspect (run, FALSE, TRUE, "inspect", NULL, error);
  return run->after != NULL;
}

typedef gboolean (*Step) (V2vRun *run, GError **error);

static const Step convert_steps[] = { step_inspect, step_engine, step_inspect_again,
                                      v2v_run_describe, step_commit, v2v_run_publish };
static const Step describe_steps[] = { step_look, v2v_run_describe, v2v_run_publish };

static gboolean
run_steps (V2vRun *run, const Step *steps, gsize n, GError **error)
{
  for (gsize i = 0; i < n; i++) {
    if (!v2v_cancel_check (run->args->cancel, error) || !steps[i] (run, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
v2v_pipeline_convert (const V2vPipelineArgs *args, GError **error)
{
  g_auto (V2vRun) run = { .args = args, .report = v2v_report_new () };
  gboolean ok;

  if (!load_rules (&run, error) || !step_check (&run, error) || !step_open (&run, error))
    return FALSE;
  if (run.resumed) {
    /* What the engine did is in the disks; what is left is to say so. */
    g_clear_pointer (&run.tx, v2v_transaction_free);
    return run_steps (&run, describe_steps, G_N_ELEMENTS (describe_steps), error);
  }
  ok = run_steps (&run, convert_steps, G_N_ELEMENTS (convert_steps), error);
  if (!ok)
    v2v_cancel_override (args->cancel, error);
  return ok;
}

gboolean
v2v_pipeline_describe (const V2vPipelineArgs *args, GError **error)
{
  g_auto (V2vRun) run = { .args = args, .report = v2v_report_new () };

  run.report->engine = g_strdup ("none");
  if (!step_check (&run, error))
    return FALSE;
  return run_steps (&run, describe_steps, G_N_ELEMENTS (describe_steps), error);
}

V2vGuest *
v2v_pipeline_inspect (const V2vPipelineArgs *args, GError **error)
{
  g_auto (V2vRun) run = { .args = args, .report = v2v_report_new () };

  if (!v2v_source_check_disks (args->source, FALSE, error))
    return NULL;
  return v2v_run_inspect (&run, FALSE, TRUE, "inspect", NULL, error);
}

static gboolean
plan_rules (V2vRun *run, V2vFs *fs, V2vGuest *guest, GError **error)
{
  const V2vRulesRun rules = {
    .ruleset = run->ruleset,
    .guest = guest,
    .options = run->options,
    .phases = V2V_PHASES_ALL,
    .only_test = run->only_test,
    .cancel = run->args->cancel,
  };

  return v2v_rules_run (&rules, fs, run->plan, error);
}

gboolean
v2v_pipeline_plan (const V2vPipelineArgs *args, gboolean only_test, V2vPlan **out_plan,
                   V2vGuest **out_guest, GError **error)
{
  g_auto (V2vRun) run = { .args = args,
                          .report = v2v_report_new (),
                          .plan = v2v_plan_new (),
                          .only_test = only_test };
  g_autoptr (V2vGuest) guest = NULL;

  if (!load_rules (&run, error) || !v2v_source_check_disks (args->source, FALSE, error))
    return FALSE;
  guest = v2v_run_inspect (&run, FALSE, TRUE, "inspect", plan_rules, error);
  if (guest == NULL)
    return FALSE;
  *out_plan = g_steal_pointer (&run.plan);
  *out_guest = g_steal_pointer (&guest);
  return TRUE;
}
