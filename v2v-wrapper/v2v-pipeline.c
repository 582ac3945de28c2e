/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-pipeline.c - the steps of a run, in order
 */
#include <config.h>

#include "v2v-pipeline-private.h"

/* Before a disk is opened: a mistake in a rule must not cost a boot of the appliance. */
static gboolean
load_rules (V2vRun *run, GError **error)
{
  if (!v2v_engine_check_request (run->args->request, error))
    return FALSE;
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

static const Step convert_steps[] = { v2v_step_begin,   v2v_step_engine, v2v_step_finish,
                                      v2v_run_describe, step_commit,     v2v_run_publish };
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

gboolean
v2v_pipeline_plan (const V2vPipelineArgs *args, gboolean explain, V2vPlan **out_plan,
                   V2vGuest **out_guest, GError **error)
{
  g_auto (V2vRun) run
    = { .args = args, .report = v2v_report_new (), .explain = explain };

  if (!load_rules (&run, error) || !v2v_source_check_disks (args->source, FALSE, error)
      || !v2v_step_plan (&run, error))
    return FALSE;
  *out_plan = g_steal_pointer (&run.plan);
  *out_guest = g_steal_pointer (&run.before);
  return TRUE;
}

V2vVerdict *
v2v_pipeline_verify (const V2vPipelineArgs *args, GError **error)
{
  g_auto (V2vRun) run = { .args = args, .report = v2v_report_new () };

  run.options = v2v_rules_options (args->request, args->source);
  if (!v2v_source_check_disks (args->source, FALSE, error) || !v2v_step_judge (&run, error))
    return NULL;
  return g_steal_pointer (&run.verdict);
}
