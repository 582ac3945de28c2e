/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-options.c - the command line as a V2vRequest; parsing collects, it does not act
 */
#include <config.h>

#include "v2v-options.h"

#include <string.h>

#include "v2v-error.h"
#include "v2v-keys.h"
#include "v2v-luks-keys.h"

/* What GOption writes to, before the values are checked. */
typedef struct {
  char *mode, *disk_format, *root, *name, *source;
  char *show;
  char *output_dir, *kubevirt, *compat;
  char *engine, *guest_exec, *initramfs, *agents, *guest_agent, *work_dir;
  char **rules, **enable, **disable, **params, **shown, **keys, **luks;
  gboolean no_inspect, skip, trim, no_default_rules, quiet, verbose;
  char **words;
} Raw;

static void
raw_clear (Raw *raw)
{
  char *strings[] = { raw->mode,       raw->disk_format, raw->root,     raw->name,
                      raw->source,     raw->show,        raw->output_dir, raw->kubevirt,
                      raw->compat,     raw->engine,      raw->work_dir,
                      raw->guest_exec, raw->initramfs,  raw->agents,
                      raw->guest_agent };

  for (gsize i = 0; i < G_N_ELEMENTS (strings); i++)
    g_free (strings[i]);
  g_strfreev (raw->words);
  g_strfreev (raw->rules);
  g_strfreev (raw->enable);
  g_strfreev (raw->disable);
  g_strfreev (raw->params);
  g_strfreev (raw->shown);
  g_strfreev (raw->keys);
  g_strfreev (raw->luks);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Raw, raw_clear)

static void
add_rule_entries (GOptionContext *context, Raw *raw)
{
  const GOptionEntry rules[] = {
    { "rules", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &raw->rules,
      "More rules; one with the id of an earlier rule replaces it (repeatable)", "DIR" },
    { "no-default-rules", 0, 0, G_OPTION_ARG_NONE, &raw->no_default_rules,
      "Only the rules of --rules", NULL },
    { "enable", 0, 0, G_OPTION_ARG_STRING_ARRAY, &raw->enable,
      "Switch a rule on (repeatable)", "ID" },
    { "disable", 0, 0, G_OPTION_ARG_STRING_ARRAY, &raw->disable,
      "Switch a rule off (repeatable)", "ID" },
    { "param", 0, 0, G_OPTION_ARG_STRING_ARRAY, &raw->params,
      "Set a parameter of the rules that have it (repeatable)", "[RULE.]NAME=VALUE" },
    { NULL }
  };

  g_option_context_add_main_entries (context, rules, NULL);
}

static void
add_entries (GOptionContext *context, V2vOptionGroups groups, Raw *raw)
{
  const GOptionEntry common[] = {
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &raw->quiet, "Warnings and errors only", NULL },
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &raw->verbose, "Log each program that is run",
      NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &raw->words, NULL, NULL },
    { NULL }
  };
  const GOptionEntry input[] = {
    { "input", 'i', 0, G_OPTION_ARG_STRING, &raw->mode,
      "What the words are: disks, or a libvirt domain XML and its disks",
      "disk|libvirtxml" },
    { "disk-format", 0, 0, G_OPTION_ARG_STRING, &raw->disk_format,
      "Format of the disks; never guessed (default: raw)", "raw|qcow2|vmdk|vdi|vhdx|vpc" },
    { "root", 0, 0, G_OPTION_ARG_STRING, &raw->root,
      "Which operating system, if there are several (default: single)",
      "single|first|DEVICE" },
    { "key", 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &raw->luks,
      "The file with the passphrase of an encrypted volume (repeatable)",
      "all|DEVICE|UUID:file:FILE" },
    { "name", 0, 0, G_OPTION_ARG_STRING, &raw->name, "Name of the virtual machine", "NAME" },
    { "source", 0, 0, G_OPTION_ARG_STRING, &raw->source,
      "Where the disks come from, a hint for the rules", "ec2|vsphere|..." },
    { NULL }
  };
  const GOptionEntry show[] = {
    { "format", 0, 0, G_OPTION_ARG_STRING, &raw->show, "How to print (default: text)",
      "text|json|xml" },
    { NULL }
  };
  const GOptionEntry look[] = {
    { "format", 0, 0, G_OPTION_ARG_STRING, &raw->show, "How to print (default: text)",
      "text|json" },
    { NULL }
  };
  const GOptionEntry engine[] = {
    { "engine", 0, 0, G_OPTION_ARG_STRING, &raw->engine,
      "What changes drivers and boot configuration (default: auto)", "auto|native|virt-v2v" },
    { "guest-exec", 0, 0, G_OPTION_ARG_STRING, &raw->guest_exec,
      "May programs of the guest run in the appliance (default: auto)", "auto|never|allow" },
    { "initramfs", 0, 0, G_OPTION_ARG_STRING, &raw->initramfs,
      "What becomes of the initramfs images (default: auto)", "auto|inject|rebuild|keep" },
    { "agents", 0, 0, G_OPTION_ARG_STRING, &raw->agents,
      "What becomes of the old cloud's agents (default: disable)", "disable|remove" },
    { "guest-agent", 0, 0, G_OPTION_ARG_STRING, &raw->guest_agent,
      "Has the guest install qemu-guest-agent at its first boot (default: keep)",
      "keep|install" },
    { "authorized-key", 0, 0, G_OPTION_ARG_STRING_ARRAY, &raw->keys,
      "Give an account of the guest the SSH keys of a file (repeatable)", "[USER:]FILE" },
    { NULL }
  };
  const GOptionEntry explain[] = {
    { "rule", 0, 0, G_OPTION_ARG_STRING_ARRAY, &raw->shown, "Only this rule (repeatable)",
      "ID" },
    { NULL }
  };
  const GOptionEntry output[] = {
    { "output-dir", 'o', 0, G_OPTION_ARG_FILENAME, &raw->output_dir,
      "Where to write the descriptions (default: here)", "DIR" },
    { "kubevirt", 0, 0, G_OPTION_ARG_STRING, &raw->kubevirt,
      "Shape of the KubeVirt file (default: vm)", "vm|fragment|none" },
    { "compatibility-mode", 0, 0, G_OPTION_ARG_STRING, &raw->compat,
      "SATA, e1000e and a USB tablet instead of virtio (default: auto)", "auto|on|off" },
    { "no-inspect", 0, 0, G_OPTION_ARG_NONE, &raw->no_inspect,
      "Describe without looking into the disks (needs no appliance)", NULL },
    { NULL }
  };
  const GOptionEntry convert[] = {
    { "format", 0, 0, G_OPTION_ARG_STRING, &raw->disk_format, "The same as --disk-format",
      "FORMAT" },
    { "skip-guest-conversion", 0, 0, G_OPTION_ARG_NONE, &raw->skip,
      "Write the descriptions only; not one byte of the disks is changed", NULL },
    { "work-dir", 0, 0, G_OPTION_ARG_FILENAME, &raw->work_dir,
      "Where overlays and the journal are; the same again to resume", "DIR" },
    { "trim", 0, 0, G_OPTION_ARG_NONE, &raw->trim,
      "Let the conversion discard free space of the guest's file systems", NULL },
    { NULL }
  };

  g_option_context_add_main_entries (context, common, NULL);
  if (groups & V2V_OPTIONS_INPUT)
    g_option_context_add_main_entries (context, input, NULL);
  if (groups & V2V_OPTIONS_SHOW)
    g_option_context_add_main_entries (context, show, NULL);
  if (groups & V2V_OPTIONS_LOOK)
    g_option_context_add_main_entries (context, look, NULL);
  if (groups & V2V_OPTIONS_ENGINE)
    g_option_context_add_main_entries (context, engine, NULL);
  if (groups & V2V_OPTIONS_EXPLAIN)
    g_option_context_add_main_entries (context, explain, NULL);
  if (groups & V2V_OPTIONS_RULES)
    add_rule_entries (context, raw);
  if (groups & V2V_OPTIONS_OUTPUT)
    g_option_context_add_main_entries (context, output, NULL);
  if (groups & V2V_OPTIONS_CONVERT)
    g_option_context_add_main_entries (context, convert, NULL);
}

/* The index of @value in @choices, the first being the default for NULL. */
static gboolean
choose (const char *option, const char *value, const char *const *choices, int *out_index,
        GError **error)
{
  g_autofree char *list = NULL;

  *out_index = 0;
  if (value == NULL)
    return TRUE;
  for (int i = 0; choices[i] != NULL; i++) {
    if (g_str_equal (value, choices[i])) {
      *out_index = i;
      return TRUE;
    }
  }
  list = g_strjoinv (", ", (char **) choices);
  g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE, "%s does not take '%s': choose from %s",
               option, value, list);
  return FALSE;
}

static gboolean
check_choices (const Raw *raw, V2vOptionGroups groups, V2vRequest *request, GError **error)
{
  static const char *const compat[] = { "auto", "on", "off", NULL };
  static const char *const kubevirt[] = { "vm", "fragment", "none", NULL };
  static const char *const exec[] = { "auto", "never", "allow", NULL };
  static const char *const initramfs[] = { "auto", "inject", "rebuild", "keep", NULL };
  static const char *const agents[] = { "disable", "remove", NULL };
  static const char *const guest_agent[] = { "keep", "install", NULL };
  static const V2vGuestExec exec_of[]
    = { V2V_GUEST_EXEC_AUTO, V2V_GUEST_EXEC_NEVER, V2V_GUEST_EXEC_ALLOW };
  static const char *const show[] = { "text", "json", "xml", NULL };
  static const char *const look[] = { "text", "json", NULL };
  static const char *const formats[]
    = { "raw", "qcow2", "vmdk", "vdi", "vhdx", "vpc", NULL };
  static const V2vCompat compat_of[] = { V2V_COMPAT_AUTO, V2V_COMPAT_ON, V2V_COMPAT_OFF };
  static const V2vKubevirt kubevirt_of[]
    = { V2V_KUBEVIRT_VM, V2V_KUBEVIRT_FRAGMENT, V2V_KUBEVIRT_NONE };
  static const V2vFormat show_of[] = { V2V_FORMAT_TEXT, V2V_FORMAT_JSON, V2V_FORMAT_XML };
  int index;

  if (!choose ("--compatibility-mode", raw->compat, compat, &index, error))
    return FALSE;
  request->compat = compat_of[index];
  if (!choose ("--kubevirt", raw->kubevirt, kubevirt, &index, error))
    return FALSE;
  request->kubevirt = kubevirt_of[index];
  if (!choose ("--guest-exec", raw->guest_exec, exec, &index, error))
    return FALSE;
  request->guest_exec = exec_of[index];
  if (!choose ("--initramfs", raw->initramfs, initramfs, &index, error))
    return FALSE;
  if (!choose ("--agents", raw->agents, agents, &index, error)
      || !choose ("--guest-agent", raw->guest_agent, guest_agent, &index, error))
    return FALSE;
  if (!choose ("--format", raw->show, groups & V2V_OPTIONS_LOOK ? look : show, &index, error))
    return FALSE;
  request->report_format = show_of[index];
  return choose ("--disk-format", raw->disk_format, formats, &index, error);
}

static void
take (char **slot, char **value)
{
  if (*value == NULL)
    return;
  g_free (*slot);
  *slot = g_steal_pointer (value);
}

/* Moves the words to where the input mode wants them. */
static gboolean
take_words (Raw *raw, V2vRequest *request, GError **error)
{
  gboolean xml = g_strcmp0 (raw->mode, "libvirtxml") == 0;
  guint n = raw->words != NULL ? g_strv_length (raw->words) : 0;

  if (!xml) {
    request->disks = g_steal_pointer (&raw->words);
    return TRUE;
  }
  if (n == 0) {
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_USAGE,
                         "-i libvirtxml needs a file: the libvirt domain XML");
    return FALSE;
  }
  request->domain_xml = g_strdup (raw->words[0]);
  if (n > 1)
    request->disks = g_strdupv (raw->words + 1);
  return TRUE;
}

/* What asks for a change of the guest does not go with leaving it alone. */
static gboolean
check_unwritten (const Raw *raw, GError **error)
{
  const char *option = raw->keys != NULL ? "--authorized-key"
                       : g_strcmp0 (raw->agents, "remove") == 0 ? "--agents remove"
                       : g_strcmp0 (raw->guest_agent, "install") == 0 ? "--guest-agent install"
                                                                      : NULL;

  if (!raw->skip || option == NULL)
    return TRUE;
  g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
               "%s changes the guest, and --skip-guest-conversion leaves it as it is: give one "
               "of the two", option);
  return FALSE;
}

/* Nor does a key to what is not opened. */
static gboolean
check_opened (const Raw *raw, GError **error)
{
  const char *other = raw->no_inspect                          ? "--no-inspect"
                      : g_strcmp0 (raw->mode, "tree") == 0 ? "-i tree"
                                                           : NULL;

  if (raw->luks == NULL || other == NULL)
    return TRUE;
  g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
               "--key opens encrypted volumes, and with %s there is none: leave it out", other);
  return FALSE;
}

gboolean
v2v_options_parse (const char *command, const char *summary, V2vOptionGroups groups,
                   char **argv, V2vOptions *out_options, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new (command);
  g_autoptr (V2vRequest) request = v2v_request_new ();
  g_auto (GStrv) copy = g_strdupv (argv);
  g_auto (Raw) raw = { 0 };

  g_option_context_set_summary (context, summary);
  add_entries (context, groups, &raw);
  if (!g_option_context_parse_strv (context, &copy, error)
      || !check_choices (&raw, groups, request, error) || !take_words (&raw, request, error)
      || !check_unwritten (&raw, error) || !check_opened (&raw, error))
    return FALSE;

  request->authorized_keys = v2v_keys_read ((const char *const *) raw.keys, error);
  if (request->authorized_keys == NULL)
    return FALSE;
  g_clear_pointer (&request->keys, g_ptr_array_unref);
  request->keys = v2v_luks_keys_read ((const char *const *) raw.luks, error);
  if (request->keys == NULL)
    return FALSE;
  take (&request->format, &raw.disk_format);
  take (&request->root, &raw.root);
  take (&request->name, &raw.name);
  take (&request->source, &raw.source);
  take (&request->output_dir, &raw.output_dir);
  take (&request->engine, &raw.engine);
  take (&request->initramfs, &raw.initramfs);
  take (&request->agents, &raw.agents);
  take (&request->guest_agent, &raw.guest_agent);
  take (&request->work_dir, &raw.work_dir);
  request->rules_dirs = g_steal_pointer (&raw.rules);
  request->rules_enable = g_steal_pointer (&raw.enable);
  request->rules_disable = g_steal_pointer (&raw.disable);
  request->rules_params = g_steal_pointer (&raw.params);
  request->rules_shown = g_steal_pointer (&raw.shown);
  request->no_default_rules = raw.no_default_rules;
  request->no_inspect = raw.no_inspect;
  request->skip_conversion = raw.skip;
  request->trim = raw.trim;
  request->quiet = raw.quiet;
  request->verbose = raw.verbose;
  out_options->mode_flag = g_steal_pointer (&raw.mode);
  out_options->request = g_steal_pointer (&request);
  return TRUE;
}

void
v2v_options_clear (V2vOptions *options)
{
  g_clear_pointer (&options->request, v2v_request_free);
  g_clear_pointer (&options->mode_flag, g_free);
}
