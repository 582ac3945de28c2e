/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-command-rules.c - "rules": which rules there are, and whether they are right
 */
#include <config.h>

#include "v2v-command-private.h"

#include <string.h>

#include "v2v-rules.h"
#include "v2v-text.h"

static V2vRuleset *
load (char **argv, const char *usage, const char *summary, V2vOptions *options, GError **error)
{
  if (!v2v_options_parse (usage, summary, V2V_OPTIONS_RULES, argv, options, error))
    return NULL;
  return v2v_rules_load (options->request, error);
}

static gboolean
verb_list (char **argv, V2vCancel *cancel, GError **error)
{
  g_auto (V2vOptions) options = { 0 };
  g_autoptr (V2vRuleset) ruleset
    = load (argv, "list", "Lists the rules in the order in which they run.", &options, error);
  g_autofree char *out = NULL;
  GPtrArray *rules;
  V2vText *text;

  (void) cancel;
  if (ruleset == NULL)
    return FALSE;
  rules = v2v_ruleset_rules (ruleset);
  text = v2v_text_new ();
  v2v_text_section (text, NULL);
  v2v_text_row (text, "PHASE", "RULE", "", "TITLE", NULL);
  for (guint i = 0; i < rules->len; i++) {
    const V2vRule *rule = g_ptr_array_index (rules, i);

    v2v_text_row (text, v2v_phase_name (rule->phase), rule->id, rule->enabled ? "on" : "off",
                  rule->title, NULL);
  }
  out = v2v_text_finish (text);
  return v2v_command_print (out, error);
}

static char *
describe (const V2vRule *rule)
{
  GString *out = g_string_new (NULL);

  g_string_append_printf (out, "# %s%s%s\n", rule->where,
                          rule->overrides != NULL ? ", in place of " : "",
                          rule->overrides != NULL ? rule->overrides : "");
  if (!rule->enabled)
    g_string_append (out, "# switched off\n");
  for (guint i = 0; i < rule->params->len; i++) {
    const V2vParam *param = g_ptr_array_index (rule->params, i);

    g_string_append_printf (out, "# parameter %s is '%s'\n", param->name, param->value);
  }
  g_string_append (out, rule->text);
  if (!g_str_has_suffix (rule->text, "\n"))
    g_string_append_c (out, '\n');
  return g_string_free (out, FALSE);
}

static gboolean
verb_show (char **argv, V2vCancel *cancel, GError **error)
{
  g_auto (V2vOptions) options = { 0 };
  g_autoptr (V2vRuleset) ruleset
    = load (argv, "show ID...", "Shows rules as they are written, with their settings.",
            &options, error);
  char **ids = options.request != NULL ? options.request->disks : NULL;

  (void) cancel;
  if (ruleset == NULL)
    return FALSE;
  if (ids == NULL || ids[0] == NULL) {
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_USAGE,
                         "which rule?  \"rules list\" lists them");
    return FALSE;
  }
  for (guint i = 0; ids[i] != NULL; i++) {
    const V2vRule *rule = v2v_ruleset_find (ruleset, ids[i]);
    g_autofree char *text = NULL;

    if (rule == NULL) {
      g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
                   "there is no rule '%s'; \"rules list\" lists them", ids[i]);
      return FALSE;
    }
    text = describe (rule);
    if ((i > 0 && !v2v_command_print ("---\n", error)) || !v2v_command_print (text, error))
      return FALSE;
  }
  return TRUE;
}

/* The words are directories, as if each stood behind --rules. */
static void
take_directories (V2vRequest *request)
{
  g_autoptr (GStrvBuilder) dirs = g_strv_builder_new ();

  if (request->rules_dirs != NULL)
    g_strv_builder_addv (dirs, (const char **) request->rules_dirs);
  if (request->disks != NULL)
    g_strv_builder_addv (dirs, (const char **) request->disks);
  g_strfreev (request->rules_dirs);
  request->rules_dirs = g_strv_builder_end (dirs);
}

static gboolean
verb_check (char **argv, V2vCancel *cancel, GError **error)
{
  g_auto (V2vOptions) options = { 0 };
  g_autoptr (V2vRuleset) ruleset = NULL;
  g_autofree char *text = NULL;
  guint n;

  (void) cancel;
  if (!v2v_options_parse ("check [DIR...]",
                          "Checks the default rules and those of each DIR; exit status 2 and "
                          "the place of the first mistake when something is wrong.",
                          V2V_OPTIONS_RULES, argv, &options, error))
    return FALSE;
  take_directories (options.request);
  ruleset = v2v_rules_load (options.request, error);
  if (ruleset == NULL)
    return FALSE;
  n = v2v_ruleset_rules (ruleset)->len;
  text = g_strdup_printf ("%u rule%s: all right\n", n, n == 1 ? "" : "s");
  return v2v_command_print (text, error);
}

/* Paths of the source tree's own files do not depend on where it lies. */
static void
append_page_rule (GString *out, const V2vRule *rule)
{
  g_string_append_printf (out, "### %s\n\n%s%s.\n\n%s\n\n", rule->id, rule->title,
                          rule->enabled ? "" : " (off unless `--enable` says otherwise)",
                          rule->why);
  for (guint i = 0; i < rule->params->len; i++) {
    const V2vParam *param = g_ptr_array_index (rule->params, i);

    g_string_append_printf (out, "- parameter `%s`: %s (default `%s`)\n", param->name,
                            param->description != NULL ? param->description : "",
                            param->value);
  }
  g_string_append_printf (out, "%s```yaml\n%s%s```\n\n", rule->params->len > 0 ? "\n" : "",
                          rule->text, g_str_has_suffix (rule->text, "\n") ? "" : "\n");
}

static gboolean
verb_page (char **argv, V2vCancel *cancel, GError **error)
{
  g_auto (V2vOptions) options = { 0 };
  g_autoptr (V2vRuleset) ruleset
    = load (argv, "page", "Prints a Markdown page of all rules.", &options, error);
  g_autoptr (GString) out = NULL;
  GPtrArray *rules;
  int phase = -1;

  (void) cancel;
  if (ruleset == NULL)
    return FALSE;
  out = g_string_new ("# The default rules\n\n"
                      "Written by `v2v-wrapper rules page` from `data/rules`; "
                      "[RULES.md](RULES.md) is the language.\n\n");
  rules = v2v_ruleset_rules (ruleset);
  for (guint i = 0; i < rules->len; i++) {
    const V2vRule *rule = g_ptr_array_index (rules, i);

    if ((int) rule->phase != phase)
      g_string_append_printf (out, "## Phase %s\n\n", v2v_phase_name (rule->phase));
    phase = (int) rule->phase;
    append_page_rule (out, rule);
  }
  g_string_truncate (out, out->len - 1);
  return v2v_command_print (out->str, error);
}

static const struct {
  const char *name;
  const char *summary;
  gboolean (*run) (char **argv, V2vCancel *cancel, GError **error);
} verbs[] = {
  { "list", "list the rules in the order in which they run", verb_list },
  { "show", "show rules as they are written", verb_show },
  { "check", "check rule files", verb_check },
  { "page", "print a Markdown page of all rules", verb_page },
  { "explain", "show which rules apply to a guest, and why or why not", v2v_command_explain },
};

static char *
verbs_help (void)
{
  GString *out = g_string_new ("Usage: v2v-wrapper rules VERB [OPTION...]\n\nVerbs:\n");

  for (gsize i = 0; i < G_N_ELEMENTS (verbs); i++)
    g_string_append_printf (out, "  %-10s %s\n", verbs[i].name, verbs[i].summary);
  g_string_append (out, "\n\"v2v-wrapper rules VERB --help\" shows the options of a verb.\n");
  return g_string_free (out, FALSE);
}

gboolean
v2v_command_rules (char **argv, V2vCancel *cancel, GError **error)
{
  g_autofree char *help = verbs_help ();

  if (argv[1] != NULL && (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h")))
    return v2v_command_print (help, error);
  for (gsize i = 0; argv[1] != NULL && i < G_N_ELEMENTS (verbs); i++) {
    if (g_str_equal (argv[1], verbs[i].name))
      return verbs[i].run (argv + 1, cancel, error);
  }
  g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
               "rules: %s%s%s: use list, show, check, page or explain",
               argv[1] != NULL ? "unknown verb '" : "a verb is missing",
               argv[1] != NULL ? argv[1] : "", argv[1] != NULL ? "'" : "");
  return FALSE;
}
