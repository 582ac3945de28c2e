/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "v2v-diff.h"
#include "v2v-emit-plan.h"

static V2vFileState *
file (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return v2v_file_state_new_file (bytes, 0644, 0, 0);
}

static V2vFileChange *
add_change (V2vPlanRule *rule, const char *path, V2vFileState *before, V2vFileState *after)
{
  g_autoptr (V2vFileState) owned_before = before;
  g_autoptr (V2vFileState) owned_after = after;
  V2vFileChange *change = v2v_file_change_new (path, before, after);

  g_ptr_array_add (rule->changes, change);
  return change;
}

static V2vPlanRule *
add_rule (V2vPlan *plan, const char *id, V2vPhase phase, V2vOutcome outcome)
{
  V2vPlanRule *rule = v2v_plan_add_rule (plan, id);

  rule->title = g_strdup ("Do the thing");
  rule->why = g_strdup ("Because otherwise the guest waits ninety seconds for a disk that "
                        "never comes, and then stops in emergency mode.");
  rule->where = g_strdup ("rules/a.yaml:3");
  rule->phase = phase;
  rule->outcome = outcome;
  return rule;
}

static V2vPlan *
make_plan (void)
{
  V2vPlan *plan = v2v_plan_new ();
  V2vPlanRule *rule = add_rule (plan, "edits", V2V_PHASE_STORAGE, V2V_OUTCOME_CHANGES);
  V2vFileChange *change;

  add_change (rule, "/etc/fstab", file ("# one\n/dev/xvda1 / ext4\nthree\n"),
              file ("# one\nUUID=1 / ext4\nthree\n"));
  change = add_change (rule, "/etc/udev/x.rules", file ("x"), v2v_file_state_new (V2V_STATE_ABSENT));
  change->moved_to = g_strdup ("/var/lib/v2v-wrapper/disabled/etc/udev/x.rules");
  change = add_change (rule, "/var/lib/v2v-wrapper/disabled/etc/udev/x.rules",
                       v2v_file_state_new (V2V_STATE_ABSENT), file ("x"));
  change->moved_from = g_strdup ("/etc/udev/x.rules");

  rule = add_rule (plan, "says", V2V_PHASE_AGENTS, V2V_OUTCOME_WARNED);
  g_ptr_array_add (rule->warnings, g_strdup ("no entitled \033[1mrepository"));
  rule = add_rule (plan, "creates", V2V_PHASE_AGENTS, V2V_OUTCOME_CHANGES);
  add_change (rule, "/etc/new", v2v_file_state_new (V2V_STATE_ABSENT), file ("hello\n"));
  add_change (rule, "/etc/link", v2v_file_state_new (V2V_STATE_ABSENT),
              v2v_file_state_new_link ("/dev/null"));
  add_change (rule, "/etc/gone", v2v_file_state_new_link ("../x"),
              v2v_file_state_new (V2V_STATE_ABSENT));
  g_ptr_array_add (rule->notes, g_strdup ("the old one is \033 kept"));
  rule = add_rule (plan, "idle", V2V_PHASE_TIME, V2V_OUTCOME_NOTHING);
  g_ptr_array_add (rule->notes, g_strdup ("it is there already"));
  add_rule (plan, "other-os", V2V_PHASE_TIME, V2V_OUTCOME_NO_MATCH);
  return plan;
}

static const char golden[]
  = "storage\n"
    "  edits - Do the thing\n"
    "    Because otherwise the guest waits ninety seconds for a disk that never comes, and then\n"
    "    stops in emergency mode.\n"
    "    /etc/fstab\n"
    "       # one\n"
    "      -/dev/xvda1 / ext4\n"
    "      +UUID=1 / ext4\n"
    "       three\n"
    "    /etc/udev/x.rules: moved aside to /var/lib/v2v-wrapper/disabled/etc/udev/x.rules\n"
    "\n"
    "agents\n"
    "  says - Do the thing\n"
    "    Because otherwise the guest waits ninety seconds for a disk that never comes, and then\n"
    "    stops in emergency mode.\n"
    "    ! no entitled \\x1b[1mrepository\n"
    "\n"
    "  creates - Do the thing\n"
    "    Because otherwise the guest waits ninety seconds for a disk that never comes, and then\n"
    "    stops in emergency mode.\n"
    "    /etc/new: new, mode 0644\n"
    "      +hello\n"
    "    /etc/link: new link to /dev/null\n"
    "    /etc/gone: removed, a link to ../x\n"
    "    the old one is \\x1b kept\n"
    "\n"
    "Matched, and all is as it should be\n"
    "  idle\n"
    "    idle: it is there already\n"
    "\n"
    "Matched nothing\n"
    "  other-os\n"
    "\n"
    "2 rules would change 5 files.  Nothing was written.\n";

static void
test_text (void)
{
  g_autoptr (V2vPlan) plan = make_plan ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = v2v_emit_plan_text (plan, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, golden);
}

static void
test_empty (void)
{
  g_autoptr (V2vPlan) plan = v2v_plan_new ();
  g_autofree char *text = NULL;

  add_rule (plan, "idle", V2V_PHASE_TIME, V2V_OUTCOME_NOTHING);
  text = v2v_emit_plan_text (plan, NULL);
  g_assert_cmpstr (text, ==,
                   "Matched, and all is as it should be\n  idle\n\nNothing has to change.\n");
}

static void
test_json (void)
{
  g_autoptr (V2vPlan) plan = make_plan ();
  g_autofree char *text = v2v_emit_plan_json (plan, NULL, NULL);
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  JsonArray *changes = json_object_get_array_member (json_node_get_object (node), "changes");
  JsonObject *first = json_array_get_object_element (changes, 0);

  JsonArray *rules = json_object_get_array_member (json_node_get_object (node), "rules");
  JsonObject *idle = json_array_get_object_element (rules, 3);

  g_assert_cmpstr (json_array_get_string_element (
                     json_object_get_array_member (idle, "notes"), 0),
                   ==, "it is there already");
  g_assert_cmpuint (json_array_get_length (changes), ==, 6);
  g_assert_cmpstr (json_object_get_string_member (first, "rule"), ==, "edits");
  g_assert_cmpstr (json_object_get_string_member (first, "kind"), ==, "write");
  g_assert_cmpuint (json_array_get_length (json_object_get_array_member (first, "diff")), ==,
                    5);
  g_assert_cmpstr (
    json_object_get_string_member (
      json_array_get_object_element (changes, 1), "moved_to"),
    ==, "/var/lib/v2v-wrapper/disabled/etc/udev/x.rules");
}

static void
test_explain (void)
{
  g_autoptr (V2vPlan) plan = v2v_plan_new ();
  V2vPlanRule *rule = add_rule (plan, "one", V2V_PHASE_AGENTS, V2V_OUTCOME_NO_MATCH);
  V2vConditionResult *leaf = v2v_condition_result_new ("os: linux", "a:1:1");
  g_autofree char *text = NULL;

  rule->when = v2v_condition_result_new ("all", "a:1:1");
  leaf->truth = V2V_NO;
  leaf->seen = g_strdup ("os is windows");
  g_ptr_array_add (rule->when->children, leaf);
  text = v2v_emit_explain_text (plan);
  g_assert_cmpstr (text, ==,
                   "one (agents, rules/a.yaml:3) does not apply\n"
                   "    all                                              no\n"
                   "      os: linux                                      no: os is windows\n");
}

static void
test_diff_odd (void)
{
  g_autoptr (GBytes) a = g_bytes_new_static ("a\0b", 3);
  g_autoptr (GBytes) b = g_bytes_new_static ("a\r\nb", 4);
  g_autoptr (GBytes) c = g_bytes_new_static ("\377\033\n", 3);
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GPtrArray) same = NULL;
  g_autoptr (GPtrArray) odd = NULL;
  g_autoptr (GError) error = NULL;

  none = v2v_diff_lines (a, b, &error);
  g_assert_no_error (error);
  g_assert_null (none);
  same = v2v_diff_lines (b, b, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (same->len, ==, 0);
  odd = v2v_diff_lines (NULL, c, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (g_ptr_array_index (odd, 1), ==, "+\\xff\\x1b");
}

/* Three reports show a change: diff runs for the first. */
static void
test_diff_once (void)
{
  g_autoptr (V2vFileState) before = v2v_file_state_new (V2V_STATE_ABSENT);
  g_autoptr (GBytes) text = g_bytes_new_static ("a\n", 2);
  g_autoptr (V2vFileState) after = v2v_file_state_new_file (text, 0644, 0, 0);
  g_autoptr (V2vFileChange) change = v2v_file_change_new ("/x", before, after);
  g_autofree char *path = g_strdup (g_getenv ("PATH"));
  const GPtrArray *lines = NULL;
  const GPtrArray *again = NULL;
  g_autoptr (GError) error = NULL;

  g_setenv ("PATH", "/nonexistent", TRUE);
  g_assert_false (v2v_diff_change (change, &lines, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_INTERNAL);
  g_clear_error (&error);
  g_setenv ("PATH", path, TRUE);
  g_assert_true (v2v_diff_change (change, &lines, &error));
  g_assert_cmpuint (lines->len, ==, 2);
  g_setenv ("PATH", "/nonexistent", TRUE);
  g_assert_true (v2v_diff_change (change, &again, &error));
  g_assert_true (again == lines);
  g_setenv ("PATH", path, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/emit/plan/text", test_text);
  g_test_add_func ("/emit/plan/empty", test_empty);
  g_test_add_func ("/emit/plan/json", test_json);
  g_test_add_func ("/emit/plan/explain", test_explain);
  g_test_add_func ("/emit/plan/diff-odd", test_diff_odd);
  g_test_add_func ("/emit/plan/diff-once", test_diff_once);
  return g_test_run ();
}
