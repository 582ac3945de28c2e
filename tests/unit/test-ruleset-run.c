/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "test-language.h"
#include "test-tree.h"

#define ALL_PHASES ((1u << V2V_N_PHASES) - 1)
#define NAME(id, phase) "---\nid: " id "\ntitle: Title " id "\nwhy: Why\nphase: " phase "\n"

typedef struct {
  Tree *tree;
  V2vRuleContext context;
  V2vRuleset *ruleset;
  V2vPlan *plan;
  GError *error;
} Fixture;

static void
set_up (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  f->tree = tree_new ();
  tree_write (f->tree, "/etc/a", "one\n");
  f->context.guest = f->tree->guest;
  f->context.draft = v2v_draft_new (f->tree->fs);
  f->context.options = g_hash_table_new (g_str_hash, g_str_equal);
  f->context.cancel = v2v_cancel_new ();
  f->plan = v2v_plan_new ();
}

static void
tear_down (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  /* What the run lent is not left behind. */
  g_assert_null (f->context.warnings);
  g_clear_error (&f->error);
  v2v_plan_free (f->plan);
  v2v_ruleset_free (f->ruleset);
  v2v_draft_free (f->context.draft);
  g_hash_table_unref (f->context.options);
  v2v_cancel_free (f->context.cancel);
  tree_free (f->tree);
}

static gboolean
run_some (Fixture *f, const char *rules, guint phases, gboolean explain)
{
  g_autofree char *text = g_strconcat ("rules: 1\n", rules, NULL);
  g_autoptr (GError) error = NULL;

  f->ruleset = v2v_ruleset_new_from_text ("r.yaml", text, strlen (text), &error);
  g_assert_no_error (error);
  return v2v_ruleset_run (f->ruleset, &f->context, phases, explain, f->plan, &f->error);
}

static void
run (Fixture *f, const char *rules)
{
  gboolean ok = run_some (f, rules, ALL_PHASES, FALSE);

  g_assert_no_error (f->error);
  g_assert_true (ok);
}

static const V2vPlanRule *
row (const Fixture *f, guint index, const char *id, V2vOutcome outcome)
{
  const V2vPlanRule *rule;

  g_assert_cmpuint (index, <, f->plan->rules->len);
  rule = g_ptr_array_index (f->plan->rules, index);
  g_assert_cmpstr (rule->id, ==, id);
  g_assert_cmpstr (v2v_outcome_name (rule->outcome), ==, v2v_outcome_name (outcome));
  g_assert_true ((outcome == V2V_OUTCOME_FAILED) == (rule->error != NULL));
  g_assert_true ((outcome == V2V_OUTCOME_CHANGES) == (rule->changes->len > 0));
  return rule;
}

static void
assert_draft (const Fixture *f, const char *path, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert_true (v2v_draft_read_text (f->context.draft, path, &text, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}

static void
assert_one_warning (const V2vPlanRule *rule, const char *text)
{
  g_assert_cmpuint (rule->warnings->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (rule->warnings, 0), ==, text);
}

static void
test_outcomes (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  const V2vPlanRule *rule;
  const V2vFileChange *change;

  run (f, NAME ("off", "boot") "enabled: false\nwhen: {say: boom}\ndo: [fail: storage]\n"
          NAME ("no", "boot") "when: {say: no}\ndo: [fail: storage]\n"
          NAME ("unknown", "boot") "when: {say: unknown}\ndo: [fail: storage]\n"
          NAME ("nothing", "boot") "when: {say: 'yes'}\ndo: [put: {file: /etc/a, text: \"one\\n\"}]\n"
          NAME ("changes", "boot") "do: [put: {file: /etc/a, text: two}, tell: hello]\n"
          NAME ("warned", "boot") "do: [tell: world]\n");
  g_assert_cmpuint (f->plan->rules->len, ==, 6);
  rule = row (f, 0, "off", V2V_OUTCOME_OFF);
  g_assert_null (rule->when);
  g_assert_cmpstr (rule->title, ==, "Title off");
  g_assert_cmpstr (rule->why, ==, "Why");
  g_assert_cmpstr (rule->where, ==, "r.yaml:3");
  g_assert_cmpuint (rule->phase, ==, V2V_PHASE_BOOT);
  rule = row (f, 1, "no", V2V_OUTCOME_NO_MATCH);
  g_assert_cmpuint (rule->when->truth, ==, V2V_NO);
  g_assert_cmpstr (rule->when->seen, ==, "it says no");
  g_assert_cmpuint (rule->warnings->len, ==, 0);
  rule = row (f, 2, "unknown", V2V_OUTCOME_UNKNOWN);
  assert_one_warning (rule, "not run, it cannot be told whether 'say: unknown' holds: it says "
                            "unknown");
  rule = row (f, 3, "nothing", V2V_OUTCOME_NOTHING);
  g_assert_cmpuint (rule->when->truth, ==, V2V_YES);
  rule = row (f, 4, "changes", V2V_OUTCOME_CHANGES);
  assert_one_warning (rule, "hello");
  change = g_ptr_array_index (rule->changes, 0);
  g_assert_cmpstr (change->path, ==, "/etc/a");
  assert_one_warning (row (f, 5, "warned", V2V_OUTCOME_WARNED), "world");
  assert_draft (f, "/etc/a", "two");
}

/* Each rule sees what earlier ones did, in phases' order, not the file's. */
static void
test_chain (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  run (f, NAME ("last", "time") "when: {has: {file: /etc/b, text: b}}\n"
                                "do: [put: {file: /etc/c, text: c}]\n"
          NAME ("first", "access") "when: {has: /etc/c}\ndo: [tell: x]\n"
          NAME ("middle", "boot") "do: [put: {file: /etc/b, text: b}]\n");
  row (f, 0, "first", V2V_OUTCOME_NO_MATCH);
  row (f, 1, "middle", V2V_OUTCOME_CHANGES);
  row (f, 2, "last", V2V_OUTCOME_CHANGES);
  assert_draft (f, "/etc/c", "c");
}

static void
test_phases (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  g_assert_true (run_some (f,
                           NAME ("a", "access") "when: {say: boom}\ndo: [fail: storage]\n"
                           NAME ("b", "boot") "do: [tell: x]\n"
                           NAME ("c", "time") "enabled: false\ndo: [fail: storage]\n",
                           1u << V2V_PHASE_BOOT, FALSE));
  g_assert_null (row (f, 0, "a", V2V_OUTCOME_NOT_RUN)->when);
  row (f, 1, "b", V2V_OUTCOME_WARNED);
  row (f, 2, "c", V2V_OUTCOME_NOT_RUN);
}

/* Conditions of all rules, also of those that are off; what is refused ends its own rule,
 * and later rules see what earlier ones did. */
static void
test_explain (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  const V2vPlanRule *rule;

  g_assert_true (run_some (f,
                           NAME ("a", "boot") "enabled: false\nwhen: {say: no}\ndo: [fail: x]\n"
                           NAME ("b", "boot") "when: {say: 'yes'}\ndo: [fail: refused]\n"
                           NAME ("c", "boot") "do: [put: {file: /etc/a, text: x}]\n"
                           NAME ("d", "boot") "when: {say: unknown}\ndo: [fail: storage]\n"
                           NAME ("e", "boot") "enabled: false\ndo: [fail: x]\n",
                           ALL_PHASES, TRUE));
  rule = row (f, 0, "a", V2V_OUTCOME_OFF);
  g_assert_cmpuint (rule->when->truth, ==, V2V_NO);
  rule = row (f, 1, "b", V2V_OUTCOME_FAILED);
  g_assert_cmpuint (rule->when->truth, ==, V2V_YES);
  g_assert_null (row (f, 2, "c", V2V_OUTCOME_CHANGES)->when);
  g_assert_cmpuint (row (f, 3, "d", V2V_OUTCOME_UNKNOWN)->warnings->len, ==, 1);
  row (f, 4, "e", V2V_OUTCOME_OFF);
  assert_draft (f, "/etc/a", "x");
}

/* A lost appliance is no answer, whoever asks. */
static void
test_explain_fails (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  g_assert_false (run_some (f, NAME ("a", "boot") "do: [fail: storage]\n", ALL_PHASES, TRUE));
  g_assert_error (f->error, V2V_ERROR, V2V_ERROR_STORAGE);
}

/* The leaf that decides is named, not one that does not matter. */
static void
test_first_unknown (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  run (f, NAME ("a", "boot") "when:\n"
                             "  - any: [say: 'yes', package: unknown]\n"
                             "  - not: {all: [say: no, package: unknown]}\n"
                             "  - not: {any: [say: no, os: unknown]}\n"
                             "  - say: unknown\n"
                             "do: [tell: x]\n");
  assert_one_warning (row (f, 0, "a", V2V_OUTCOME_UNKNOWN),
                      "not run, it cannot be told whether 'os: unknown' holds: it says unknown");
}

static void
test_step_fails (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  const V2vPlanRule *rule;

  g_assert_false (run_some (f,
                            NAME ("a", "boot") "do: [put: {file: /etc/k, text: kept}]\n"
                            NAME ("b", "boot") "do:\n- put: {file: /etc/a, text: x}\n- tell: x\n"
                                               "- put: {file: /etc/n, text: x}\n- fail: storage\n"
                            NAME ("c", "boot") "do: [tell: x]\n",
                            ALL_PHASES, FALSE));
  g_assert_error (f->error, V2V_ERROR, V2V_ERROR_STORAGE);
  g_assert_cmpstr (f->error->message, ==, "rule 'b': the step storage");
  g_assert_cmpuint (f->plan->rules->len, ==, 2);
  row (f, 0, "a", V2V_OUTCOME_CHANGES);
  rule = row (f, 1, "b", V2V_OUTCOME_FAILED);
  g_assert_cmpstr (rule->error, ==, "the step storage");
  g_assert_cmpuint (rule->warnings->len, ==, 0);
  assert_draft (f, "/etc/a", "one\n");
  assert_draft (f, "/etc/n", NULL);
  assert_draft (f, "/etc/k", "kept");
}

static void
test_refused (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  g_assert_false (run_some (f, NAME ("a", "boot") "do: [fail: refused]\n", ALL_PHASES, FALSE));
  g_assert_error (f->error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_cmpstr (f->error->message, ==, "rule 'a': the step refused");
}

static void
test_warn_on_error (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  const V2vPlanRule *rule;

  run (f, NAME ("a", "boot") "on-error: warn\ndo: [fail: refused]\n"
          NAME ("b", "boot") "on-error: warn\ndo: [put: {file: /etc, text: x}]\n"
          NAME ("c", "boot") "do: [tell: x]\n");
  rule = row (f, 0, "a", V2V_OUTCOME_FAILED);
  g_assert_cmpstr (rule->error, ==, "the step refused");
  row (f, 1, "b", V2V_OUTCOME_FAILED);
  row (f, 2, "c", V2V_OUTCOME_WARNED);
}

/* A dead appliance is no matter of opinion. */
static void
test_warn_on_error_storage (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  g_assert_false (run_some (f, NAME ("a", "boot") "on-error: warn\ndo: [fail: storage]\n",
                            ALL_PHASES, FALSE));
  g_assert_error (f->error, V2V_ERROR, V2V_ERROR_STORAGE);
}

static void
test_condition_fails (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  g_assert_false (run_some (f,
                            NAME ("a", "boot") "on-error: warn\nwhen: {say: boom}\n"
                                               "do: [tell: x]\n",
                            ALL_PHASES, FALSE));
  g_assert_error (f->error, V2V_ERROR, V2V_ERROR_STORAGE);
  g_assert_cmpstr (f->error->message, ==, "rule 'a': the appliance died of 'boom'");
  g_assert_null (row (f, 0, "a", V2V_OUTCOME_NOT_RUN)->when);
}

static void
test_cancel (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  g_assert_false (run_some (f,
                            NAME ("a", "boot") "do: [stop: asked to]\n"
                            NAME ("b", "boot") "do: [put: {file: /etc/a, text: x}]\n",
                            ALL_PHASES, FALSE));
  g_assert_error (f->error, V2V_ERROR, V2V_ERROR_CANCELLED);
  g_assert_cmpstr (f->error->message, ==, "asked to");
  g_assert_cmpuint (f->plan->rules->len, ==, 1);
  assert_draft (f, "/etc/a", "one\n");
}

/* Twice is once: the second run of the same rules on the same draft changes nothing. */
static void
test_twice (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  run (f, NAME ("a", "boot") "do: [put: {file: /etc/a, text: x}, put: {file: /new/b, text: y}]\n");
  row (f, 0, "a", V2V_OUTCOME_CHANGES);
  g_assert_true (v2v_ruleset_run (f->ruleset, &f->context, ALL_PHASES, FALSE, f->plan,
                                  &f->error));
  row (f, 1, "a", V2V_OUTCOME_NOTHING);
  g_assert_cmpuint (v2v_plan_n_changes (f->plan), >, 0);
}

static void
add (const char *name, void (*test) (Fixture *f, gconstpointer data))
{
  g_autofree char *path = g_strconcat ("/ruleset-run/", name, NULL);

  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("outcomes", test_outcomes);
  add ("chain", test_chain);
  add ("phases", test_phases);
  add ("explain", test_explain);
  add ("explain-fails", test_explain_fails);
  add ("first-unknown", test_first_unknown);
  add ("step-fails", test_step_fails);
  add ("refused", test_refused);
  add ("warn-on-error", test_warn_on_error);
  add ("warn-on-error-storage", test_warn_on_error_storage);
  add ("condition-fails", test_condition_fails);
  add ("cancel", test_cancel);
  add ("twice", test_twice);
  return g_test_run ();
}
