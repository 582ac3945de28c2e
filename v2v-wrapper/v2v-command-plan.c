/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-command-plan.c - "plan" and "rules explain": what the rules make of a guest
 */
#include <config.h>

#include "v2v-command-private.h"

#include "v2v-emit-plan.h"
#include "v2v-engine.h"
#include "v2v-inspect.h"
#include "v2v-rules.h"

static gboolean
show_plan (const V2vPipelineArgs *args, V2vPlan *plan, const V2vGuest *guest,
           GError **error)
{
  g_autofree char *text = args->request->report_format == V2V_FORMAT_JSON
                            ? v2v_emit_plan_json (plan, guest, error)
                            : v2v_emit_plan_text (plan, error);

  return text != NULL && v2v_command_print (text, error);
}

/* All rules were evaluated, since a rule sees what earlier ones did; some are shown. */
static gboolean
keep_shown (V2vPlan *plan, char **shown, GError **error)
{
  for (guint i = 0; shown != NULL && shown[i] != NULL; i++) {
    gboolean found = FALSE;

    for (guint j = 0; j < plan->rules->len; j++) {
      const V2vPlanRule *rule = g_ptr_array_index (plan->rules, j);

      found |= g_str_equal (rule->id, shown[i]);
    }
    if (!found) {
      g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
                   "--rule: there is no rule '%s'; \"rules list\" lists them", shown[i]);
      return FALSE;
    }
  }
  for (guint j = plan->rules->len; shown != NULL && j-- > 0;) {
    const V2vPlanRule *rule = g_ptr_array_index (plan->rules, j);

    if (!g_strv_contains ((const char *const *) shown, rule->id))
      g_ptr_array_remove_index (plan->rules, j);
  }
  return TRUE;
}

static gboolean
show_explanation (const V2vPipelineArgs *args, V2vPlan *plan, const V2vGuest *guest,
                  GError **error)
{
  g_autofree char *text = NULL;

  (void) guest;
  if (!keep_shown (plan, args->request->rules_shown, error))
    return FALSE;
  text = args->request->report_format == V2V_FORMAT_JSON
           ? v2v_emit_explain_json (plan)
           : v2v_emit_explain_text (plan);
  return v2v_command_print (text, error);
}

typedef gboolean (*Show) (const V2vPipelineArgs *args, V2vPlan *plan,
                          const V2vGuest *guest, GError **error);

static gboolean
plan_and_show (const V2vPipelineArgs *args, gboolean explain, Show show, GError **error)
{
  g_autoptr (V2vPlan) plan = NULL;
  g_autoptr (V2vGuest) guest = NULL;

  return v2v_pipeline_plan (args, explain, &plan, &guest, error)
         && show (args, plan, guest, error);
}

static gboolean
work_plan (const V2vPipelineArgs *args, GError **error)
{
  return plan_and_show (args, FALSE, show_plan, error);
}

static gboolean
work_explain (const V2vPipelineArgs *args, GError **error)
{
  return plan_and_show (args, TRUE, show_explanation, error);
}

/* "-i tree DIR": an unpacked guest, to try rules on without a disk or an appliance. */
static gboolean
with_tree (const V2vOptions *options, V2vConsole *console, V2vCancel *cancel, gboolean explain,
           Show show, GError **error)
{
  const V2vPipelineArgs args
    = { .request = options->request, .console = console, .cancel = cancel };
  char **words = options->request->disks;
  g_autoptr (V2vPlan) plan = v2v_plan_new ();
  g_autoptr (V2vGuest) guest = v2v_guest_new ();
  g_autoptr (GHashTable) run_options = v2v_rules_options (options->request, NULL);
  g_autoptr (V2vRuleset) ruleset = NULL;
  g_autoptr (V2vFs) fs = NULL;
  V2vRulesRun run = { .guest = guest,
                      .options = run_options,
                      .phases = V2V_PHASES_ALL,
                      .explain = explain,
                      .cancel = cancel };

  if (words == NULL || g_strv_length (words) != 1) {
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_USAGE,
                         "-i tree takes one directory: the root of an unpacked guest");
    return FALSE;
  }
  if (!v2v_engine_check_request (options->request, error))
    return FALSE;
  ruleset = v2v_rules_load (options->request, error);
  run.ruleset = ruleset;
  if (ruleset == NULL)
    return FALSE;
  fs = v2v_fs_new_directory (words[0], error);
  if (fs == NULL) {
    v2v_error_recode (error != NULL ? *error : NULL, V2V_ERROR_NOT_FOUND, V2V_ERROR_USAGE);
    return FALSE;
  }
  /* A part of a guest is enough to try a rule on; on a disk it would be no system. */
  if (v2v_fs_is_file (fs, "/etc/os-release") || v2v_fs_is_file (fs, "/usr/lib/os-release"))
    guest->os = V2V_OS_LINUX;
  return v2v_inspect_tree (fs, guest, options->request->source, error)
         && v2v_rules_run (&run, fs, plan, error) && show (&args, plan, guest, error);
}

static gboolean
run_command (const char *usage, const char *summary, gboolean explain, char **argv,
             V2vCancel *cancel, GError **error)
{
  g_auto (V2vOptions) options = { 0 };
  g_autoptr (V2vConsole) console = NULL;

  if (!v2v_options_parse (usage, summary,
                          V2V_OPTIONS_INPUT | V2V_OPTIONS_LOOK | V2V_OPTIONS_ENGINE
                            | V2V_OPTIONS_RULES
                            | (explain ? V2V_OPTIONS_EXPLAIN : 0),
                          argv, &options, error))
    return FALSE;
  v2v_command_log_programs (options.request);
  console = v2v_console_new (options.request->quiet);
  if (g_strcmp0 (options.mode_flag, "tree") == 0)
    return with_tree (&options, console, cancel, explain,
                      explain ? show_explanation : show_plan, error);
  return v2v_command_with_source (&options, NULL, console, cancel,
                                  explain ? work_explain : work_plan, error);
}

gboolean
v2v_command_plan (char **argv, V2vCancel *cancel, GError **error)
{
  return run_command ("DISK...",
                      "Shows what the rules would change in the guest, file by file, and why; "
                      "nothing is written.  With -i tree the word is a directory: the root of "
                      "an unpacked guest.",
                      FALSE, argv, cancel, error);
}

gboolean
v2v_command_explain (char **argv, V2vCancel *cancel, GError **error)
{
  return run_command ("explain DISK...",
                      "Shows for each rule whether it applies to the guest, and which "
                      "condition decided, with the value that was seen.",
                      TRUE, argv, cancel, error);
}
