/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-rules.c - the rules of one run: which, with which settings, and running them
 */
#include <config.h>

#include "v2v-rules.h"

#include "v2v-label.h"
#include "v2v-record.h"

char *
v2v_rules_default_dir (void)
{
  const char *datadir = g_getenv ("V2V_DATADIR");

  return g_build_filename (datadir != NULL ? datadir : PKGDATADIR, "rules", NULL);
}

V2vRuleset *
v2v_rules_load (const V2vRequest *request, GError **error)
{
  g_autoptr (GPtrArray) dirs = g_ptr_array_new ();
  g_autofree char *default_dir = v2v_rules_default_dir ();
  V2vRulesetArgs args = {
    .enable = (const char *const *) request->rules_enable,
    .disable = (const char *const *) request->rules_disable,
    .params = (const char *const *) request->rules_params,
  };

  if (request->no_default_rules && request->rules_dirs == NULL) {
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_USAGE,
                         "--no-default-rules leaves no rules: name some with --rules DIR");
    return NULL;
  }
  if (!request->no_default_rules)
    g_ptr_array_add (dirs, default_dir);
  for (guint i = 0; request->rules_dirs != NULL && request->rules_dirs[i] != NULL; i++)
    g_ptr_array_add (dirs, request->rules_dirs[i]);
  g_ptr_array_add (dirs, NULL);
  args.directories = (const char *const *) dirs->pdata;
  return v2v_ruleset_load (&args, error);
}

static gboolean
macs_are_kept (const V2vSource *source)
{
  if (source == NULL || source->nics->len == 0)
    return FALSE;
  for (guint i = 0; i < source->nics->len; i++)
    if (((const V2vSourceNic *) g_ptr_array_index (source->nics, i))->mac == NULL)
      return FALSE;
  return TRUE;
}

GHashTable *
v2v_rules_options (const V2vRequest *request, const V2vSource *source)
{
  GHashTable *options = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  gboolean automatic = g_str_equal (request->engine, "auto");

  g_hash_table_insert (options, g_strdup ("mac"),
                       g_strdup (macs_are_kept (source) ? "kept" : "new"));
  g_hash_table_insert (options, g_strdup ("engine"),
                       g_strdup (automatic ? "virt-v2v" : request->engine));
  g_hash_table_insert (options, g_strdup ("initramfs"), g_strdup (request->initramfs));
  g_hash_table_insert (options, g_strdup ("agents"), g_strdup (request->agents));
  g_hash_table_insert (options, g_strdup ("guest-agent"), g_strdup (request->guest_agent));
  g_hash_table_insert (options, g_strdup ("authorized-keys"),
                       g_strdup (request->authorized_keys != NULL ? request->authorized_keys
                                                                  : ""));
  return options;
}

typedef struct {
  V2vFs *fs;
  V2vCancel *cancel;
} Labelling;

/* The policy is read only when there is something to label. */
static gboolean
label_created (const char *const *paths, const guint *modes, GPtrArray **out_values,
               gpointer user_data, GError **error)
{
  const Labelling *labelling = user_data;
  g_autoptr (V2vLabels) labels = NULL;

  if (!v2v_labels_load (labelling->fs, &labels, error))
    return FALSE;
  if (labels != NULL) {
    *out_values = v2v_labels_lookup_many (labels, paths, modes, labelling->cancel, error);
    return *out_values != NULL;
  }
  *out_values = g_ptr_array_new ();
  g_ptr_array_set_size (*out_values, (int) g_strv_length ((char **) paths));
  return TRUE;
}

static gboolean
write_draft (const V2vRulesRun *run, V2vFs *fs, V2vDraft *draft, const V2vPlan *plan,
             GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *when = g_date_time_format_iso8601 (now);
  Labelling labelling = { .fs = fs, .cancel = run->cancel };

  return v2v_record_add (draft, plan, PACKAGE_VERSION, when, error)
         && v2v_draft_flush (draft, label_created, &labelling, error);
}

/* (transfer none) (nullable) */
static V2vPlanRule *
find_row (const V2vPlan *plan, const char *id)
{
  for (guint i = 0; i < plan->rules->len; i++) {
    V2vPlanRule *row = g_ptr_array_index (plan->rules, i);

    if (g_str_equal (row->id, id))
      return row;
  }
  return NULL;
}

static gboolean
has_action (const V2vRule *rule, const char *name)
{
  for (guint i = 0; i < rule->steps->len; i++)
    if (g_str_equal (((const V2vStep *) g_ptr_array_index (rule->steps, i))->ops->name, name))
      return TRUE;
  return FALSE;
}

/* Whoever asks for a way in must not find out afterwards that there is none. */
static gboolean
check_keys_given (const V2vRulesRun *run, const V2vPlan *plan, GError **error)
{
  const char *given = g_hash_table_lookup (run->options, "authorized-keys");
  const GPtrArray *rules = v2v_ruleset_rules (run->ruleset);

  if (run->explain || given == NULL || *given == '\0' || (run->phases & (1U << V2V_PHASE_ACCESS)) == 0)
    return TRUE;
  for (guint i = 0; i < rules->len; i++) {
    const V2vRule *rule = g_ptr_array_index (rules, i);
    const V2vPlanRule *row = find_row (plan, rule->id);

    if (row != NULL && has_action (rule, "authorized-keys")
        && (row->outcome == V2V_OUTCOME_CHANGES || row->outcome == V2V_OUTCOME_NOTHING))
      return TRUE;
  }
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED, "--authorized-key: %s",
               run->guest->os != V2V_OS_LINUX
                 ? "this is no Linux guest, and others are given no SSH keys: leave it out"
                 : "no rule that gives keys was run; the default one is "
                   "access-authorized-keys");
  return FALSE;
}

static gboolean
is_asked_for (const V2vRulesRun *run, const char *option, const char *value)
{
  return g_strcmp0 (g_hash_table_lookup (run->options, option), value) == 0;
}

static gboolean
did_not_match (const V2vPlanRule *row)
{
  return row->outcome == V2V_OUTCOME_NO_MATCH || row->outcome == V2V_OUTCOME_OFF;
}

/* The rules that --agents remove asks for, and why they are not for this guest. */
static void
warn_not_removed (const V2vRulesRun *run, const V2vPlan *plan)
{
  V2vPlanRule *row = find_row (plan, "ec2-agents-remove");
  const V2vPlanRule *tools = find_row (plan, "tools-remove");

  if (!is_asked_for (run, "agents", "remove") || row == NULL || !did_not_match (row)
      || (tools != NULL && !did_not_match (tools)))
    return;
  g_ptr_array_add (row->warnings,
                   g_strconcat ("--agents remove does nothing here: ",
                                run->guest->os != V2V_OS_LINUX ? "this is no Linux guest"
                                : row->outcome == V2V_OUTCOME_OFF ? "the rule is off"
                                : !run->guest->ec2->is_ec2
                                  ? "the guest does not look like one of EC2 (--source ec2 says "
                                    "that it is), and no tools of another hypervisor were found"
                                  : "none of the agents was found",
                                NULL));
}

/* An agent that is there already is what was asked for. */
static void
warn_not_installed (const V2vRulesRun *run, V2vFs *fs, const V2vPlan *plan)
{
  static const char *const programs[] = { "/usr/bin/qemu-ga", "/usr/sbin/qemu-ga", NULL };
  V2vPlanRule *row = find_row (plan, "guest-agent-install");
  gboolean linux_guest = run->guest->os == V2V_OS_LINUX;

  if (!is_asked_for (run, "guest-agent", "install") || row == NULL || !did_not_match (row))
    return;
  for (gsize i = 0; linux_guest && programs[i] != NULL; i++)
    if (v2v_fs_is_file (fs, programs[i]))
      return;
  g_ptr_array_add (row->warnings,
                   g_strconcat ("--guest-agent install does nothing here: ",
                                !linux_guest ? "this is no Linux guest"
                                : row->outcome == V2V_OUTCOME_OFF
                                  ? "the rule is off"
                                  : "no package manager that it knows (apt-get, dnf, yum, "
                                    "zypper) was found",
                                NULL));
}

gboolean
v2v_rules_run (const V2vRulesRun *run, V2vFs *fs, V2vPlan *plan, GError **error)
{
  g_autoptr (V2vDraft) draft = v2v_draft_new (fs);
  g_auto (GStrv) paths = v2v_ruleset_dup_paths (run->ruleset);
  V2vRuleContext context = {
    .guest = run->guest,
    .draft = draft,
    .options = run->options,
    .cancel = run->cancel,
  };

  if (!v2v_fs_prefetch_rows (fs, (const char *const *) paths, error)
      || !v2v_ruleset_run (run->ruleset, &context, run->phases, run->explain, plan, error)
      || !check_keys_given (run, plan, error))
    return FALSE;
  warn_not_removed (run, plan);
  warn_not_installed (run, fs, plan);
  return !run->write || write_draft (run, fs, draft, plan, error);
}
