/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-command.c - the subcommands: a table of verbs
 */
#include <config.h>

#include "v2v-command-private.h"

#include <stdio.h>

#include "v2v-emit-verdict.h"
#include "v2v-emit.h"
#include "v2v-input.h"

#define OUTPUTS (V2V_OPTIONS_INPUT | V2V_OPTIONS_OUTPUT)
#define CONVERSION                                                                           \
  (OUTPUTS | V2V_OPTIONS_CONVERT | V2V_OPTIONS_ENGINE | V2V_OPTIONS_RULES)

gboolean
v2v_command_with_source (const V2vOptions *options, const V2vPod *pod, V2vConsole *console,
                         V2vCancel *cancel, V2vCommandWork work, GError **error)
{
  g_autoptr (V2vSource) source = v2v_input_load (options, pod, console, cancel, error);
  V2vPipelineArgs args = {
    .request = options->request,
    .source = source,
    .console = console,
    .cancel = cancel,
    .pod = pod != NULL,
  };

  if (source == NULL)
    return FALSE;
  return work (&args, error);
}

/* Prints whatever is logged, as GLib does when G_MESSAGES_DEBUG says so: there are threads by
 * now, and the environment is not to be changed any more. */
static void
log_all (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
  const GLogField fields[] = { { "MESSAGE", message, -1 }, { "GLIB_DOMAIN", domain, -1 } };

  (void) data;
  g_log_writer_standard_streams (level, fields, domain != NULL ? 2 : 1, NULL);
}

void
v2v_command_log_programs (const V2vRequest *request)
{
  if (request->verbose)
    g_log_set_default_handler (log_all, NULL);
}

gboolean
v2v_command_print (const char *text, GError **error)
{
  if (fputs (text, stdout) >= 0 && fflush (stdout) == 0)
    return TRUE;
  g_set_error_literal (error, V2V_ERROR, V2V_ERROR_STORAGE,
                       "writing to standard output failed");
  return FALSE;
}

static gboolean
work_inspect (const V2vPipelineArgs *args, GError **error)
{
  g_autoptr (V2vGuest) guest = v2v_pipeline_inspect (args, error);
  g_autofree char *text = NULL;

  if (guest == NULL)
    return FALSE;
  switch (args->request->report_format) {
  case V2V_FORMAT_TEXT:
    text = v2v_emit_guest_text (guest);
    break;
  case V2V_FORMAT_JSON:
    text = v2v_emit_guest_json (guest);
    break;
  case V2V_FORMAT_XML:
    text = v2v_emit_inspection_xml (guest, NULL);
    break;
  }
  return v2v_command_print (text, error);
}

static gboolean
command_inspect (char **argv, V2vCancel *cancel, GError **error)
{
  g_auto (V2vOptions) options = { 0 };
  g_autoptr (V2vConsole) console = NULL;

  if (!v2v_options_parse ("DISK...", "Shows what is on the disks; nothing is written.",
                          V2V_OPTIONS_INPUT | V2V_OPTIONS_SHOW, argv, &options, error))
    return FALSE;
  v2v_command_log_programs (options.request);
  console = v2v_console_new (options.request->quiet);
  return v2v_command_with_source (&options, NULL, console, cancel, work_inspect, error);
}

static gboolean
work_verify (const V2vPipelineArgs *args, GError **error)
{
  g_autoptr (V2vVerdict) verdict = v2v_pipeline_verify (args, error);
  g_autofree char *text = NULL;
  guint failed;

  if (verdict == NULL)
    return FALSE;
  text = args->request->report_format == V2V_FORMAT_JSON ? v2v_emit_verdict_json (verdict)
                                                         : v2v_emit_verdict_text (verdict);
  if (!v2v_command_print (text, error))
    return FALSE;
  failed = v2v_verdict_count (verdict, V2V_CHECK_FAILED);
  if (failed == 0)
    return TRUE;
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED, "%u check%s failed", failed,
               failed == 1 ? "" : "s");
  return FALSE;
}

static gboolean
command_verify (char **argv, V2vCancel *cancel, GError **error)
{
  g_auto (V2vOptions) options = { 0 };
  g_autoptr (V2vConsole) console = NULL;

  if (!v2v_options_parse ("DISK...",
                          "Says whether the guest would boot on virtio and could be reached, "
                          "with evidence; nothing is written.  Exit status 4 when a check "
                          "fails.",
                          V2V_OPTIONS_INPUT | V2V_OPTIONS_LOOK, argv, &options, error))
    return FALSE;
  v2v_command_log_programs (options.request);
  console = v2v_console_new (options.request->quiet);
  return v2v_command_with_source (&options, NULL, console, cancel, work_verify, error);
}

static gboolean
work_convert (const V2vPipelineArgs *args, GError **error)
{
  if (args->request->skip_conversion)
    return v2v_pipeline_describe (args, error);
  if (args->request->no_inspect) {
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_USAGE,
                         "--no-inspect goes with --skip-guest-conversion: a conversion has "
                         "to look into the disks");
    return FALSE;
  }
  return v2v_pipeline_convert (args, error);
}

static gboolean
command_convert (char **argv, V2vCancel *cancel, GError **error)
{
  g_auto (V2vOptions) options = { 0 };
  g_autoptr (V2vConsole) console = NULL;

  if (!v2v_options_parse ("DISK...",
                          "Converts the guest on the disks in place, all or nothing, and "
                          "describes the machine to run it on.",
                          CONVERSION, argv, &options, error))
    return FALSE;
  v2v_command_log_programs (options.request);
  console = v2v_console_new (options.request->quiet);
  return v2v_command_with_source (&options, NULL, console, cancel, work_convert, error);
}

static gboolean
command_emit (char **argv, V2vCancel *cancel, GError **error)
{
  g_auto (V2vOptions) options = { 0 };
  g_autoptr (V2vConsole) console = NULL;

  if (!v2v_options_parse ("DISK...",
                          "Describes the machine to run the guest on: libvirt domain XML, "
                          "KubeVirt VM.  Nothing is written to the disks.",
                          OUTPUTS, argv, &options, error))
    return FALSE;
  v2v_command_log_programs (options.request);
  options.request->skip_conversion = TRUE;
  console = v2v_console_new (options.request->quiet);
  return v2v_command_with_source (&options, NULL, console, cancel, v2v_pipeline_describe, error);
}

gboolean
v2v_command_pod (char **argv, V2vCancel *cancel, GError **error)
{
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  g_auto (V2vOptions) options = { 0 };
  g_autoptr (V2vConsole) console = NULL;
  g_autoptr (V2vPod) pod = NULL;

  if (!v2v_options_parse ("[DISK...]",
                          "Works as the entrypoint of a conversion pod: disks and settings "
                          "come from the volumes and the environment.",
                          CONVERSION, argv, &options, error))
    return FALSE;
  v2v_command_log_programs (options.request);
  pod = v2v_pod_load (options.request, warnings);
  console = v2v_console_new (options.request->quiet);
  for (guint i = 0; i < warnings->len; i++)
    v2v_console_warning (console, "%s", (const char *) g_ptr_array_index (warnings, i));
  if (!v2v_pod_add_keys (options.request, error))
    return FALSE;
  return v2v_command_with_source (&options, pod, console, cancel, work_convert, error);
}

static const V2vCommand commands[] = {
  { "inspect", "inspect [OPTION...] DISK...", "show what is on the disks", command_inspect },
  { "plan", "plan [OPTION...] DISK...", "show what a conversion would change, and why",
    v2v_command_plan },
  { "convert", "convert [OPTION...] DISK...", "make the guest boot on virtio, all or nothing",
    command_convert },
  { "verify", "verify [OPTION...] DISK...", "say whether it would boot on virtio, and why",
    command_verify },
  { "emit", "emit [OPTION...] DISK...", "describe the machine to run the guest on",
    command_emit },
  { "rules", "rules list|show|check|page|explain ...", "the rules of a conversion",
    v2v_command_rules },
};

const V2vCommand *
v2v_command_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (g_str_equal (commands[i].name, name))
      return &commands[i];
  }
  return NULL;
}

char *
v2v_command_help (void)
{
  GString *help = g_string_new ("Usage: v2v-wrapper COMMAND [OPTION...] [DISK...]\n"
                                "\n"
                                "Moves a virtual machine's disks to KVM: KubeVirt, OpenShift "
                                "Virtualization, libvirt.\n"
                                "\n"
                                "Commands:\n");

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    g_string_append_printf (help, "  %-10s %s\n", commands[i].name, commands[i].summary);
  g_string_append (help,
                   "\n"
                   "\"v2v-wrapper COMMAND --help\" shows the options of a command.\n"
                   "In a conversion pod no command is given; see v2v-wrapper(1).\n");
  return g_string_free (help, FALSE);
}
