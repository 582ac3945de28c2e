/* SPDX-License-Identifier: GPL-2.0-or-later
 * The default rules on phony guests: what they would do is what tests/golden/plans says, what
 * they did is what they said, and done twice is done once.
 */
#include <config.h>

#include "test-default-rules.h"
#include "test-manifest.h"
#include "test-plan-text.h"
#include "v2v-ruleset.h"

#define ALL_PHASES ((1U << V2V_N_PHASES) - 1)

/* Fails the test and goes on: the other guests are worth hearing of. */
static void G_GNUC_PRINTF (1, 2)
complain (const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list ap;

  va_start (ap, format);
  text = g_strdup_vprintf (format, ap);
  va_end (ap);
  g_test_message ("%s", text);
  g_test_fail ();
}

/* (transfer full) (nullable): what the rules come to on @draft. */
static V2vPlan *
run_rules (const V2vRuleset *rules, const Manifest *manifest, const Tree *tree, V2vDraft *draft)
{
  g_autoptr (GHashTable) options = manifest_dup_options (manifest);
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  V2vRuleContext context = { .guest = tree->guest, .draft = draft, .options = options,
                             .warnings = warnings };
  g_autoptr (V2vPlan) plan = v2v_plan_new ();
  g_autoptr (GError) error = NULL;
  gboolean ok = v2v_ruleset_run (rules, &context, ALL_PHASES, FALSE, plan, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
  return g_steal_pointer (&plan);
}

static void
inspect_tree (Tree *tree)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = v2v_inspect_tree (tree->fs, tree->guest, NULL, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

/* Nothing rewrites a golden file: it is what the code has to meet. */
static void
compare_golden (const char *name, const V2vPlan *plan)
{
  g_autofree char *path = manifest_source_path ("golden/plans", name, ".plan");
  g_autofree char *golden = NULL;
  g_autofree char *text = plan_to_text (plan);
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) diff = g_string_new (NULL);

  g_file_get_contents (path, &golden, NULL, &error);
  g_assert_no_error (error);
  if (g_str_equal (golden, text))
    return;
  plan_add_diff (diff, golden, text);
  g_test_message ("%s\n%s", path, diff->str);
  g_test_message ("the whole plan:\n%s", text);
  g_test_fail ();
}

static gboolean
is_below_changed (const char *directory, GHashTable *paths)
{
  g_autofree char *prefix = g_strconcat (directory, "/", NULL);
  GHashTableIter iter;
  gpointer path;

  g_hash_table_iter_init (&iter, paths);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    if (g_str_has_prefix (path, prefix))
      return TRUE;
  return FALSE;
}

/* The plan's paths, and no others but directories made for them, have changed. */
static void
compare_tree (const V2vPlan *plan, GHashTable *before, GHashTable *after)
{
  g_autoptr (GHashTable) changed = snapshot_compare (before, after);
  g_autoptr (GHashTable) planned = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer path;

  for (guint i = 0; i < plan->rules->len; i++) {
    const V2vPlanRule *rule = g_ptr_array_index (plan->rules, i);

    for (guint j = 0; j < rule->changes->len; j++) {
      const V2vFileChange *change = g_ptr_array_index (rule->changes, j);

      g_hash_table_add (planned, change->path);
      if (!g_hash_table_contains (changed, change->path))
        complain ("'%s' was to change and did not", change->path);
    }
  }
  g_hash_table_iter_init (&iter, changed);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    if (!g_hash_table_contains (planned, path)
        && !(g_hash_table_lookup (before, path) == NULL && is_below_changed (path, planned)))
      complain ("'%s' changed and is not in the plan", (char *) path);
}

static void
run_again (const V2vRuleset *rules, const Manifest *manifest, Tree *tree)
{
  g_autoptr (V2vDraft) draft = NULL;
  g_autoptr (V2vPlan) plan = NULL;
  g_autofree char *text = NULL;

  v2v_guest_free (tree->guest);
  tree->guest = manifest_new_guest (manifest);
  inspect_tree (tree);
  draft = v2v_draft_new (tree->fs);
  plan = run_rules (rules, manifest, tree, draft);
  text = plan_to_text (plan);
  if (v2v_plan_n_changes (plan) > 0)
    complain ("the second plan is not empty:\n%s", text);
}

/* Two runs on one draft: actions that edit twice would show here. */
static void
run_twice (const V2vRuleset *rules, const Manifest *manifest, const Tree *tree)
{
  g_autoptr (V2vDraft) draft = v2v_draft_new (tree->fs);
  g_autoptr (V2vPlan) second = NULL;
  g_autofree char *text = NULL;

  v2v_plan_free (run_rules (rules, manifest, tree, draft));
  second = run_rules (rules, manifest, tree, draft);
  text = plan_to_text (second);
  if (v2v_plan_n_changes (second) > 0)
    complain ("the second plan on the same draft is not empty:\n%s", text);
}

static void
test_tree (gconstpointer name)
{
  g_autoptr (Manifest) manifest = manifest_load (name);
  g_autoptr (Tree) tree = manifest_new_tree (manifest);
  g_auto (GStrv) enable = manifest_dup_enable (manifest);
  g_autoptr (V2vRuleset) rules = default_rules_load ((const char *const *) enable);
  g_autoptr (V2vDraft) draft = v2v_draft_new (tree->fs);
  g_autoptr (GHashTable) before = snapshot_new (tree);
  g_autoptr (GHashTable) planned = NULL;
  g_autoptr (GHashTable) untouched = NULL;
  g_autoptr (GHashTable) after = NULL;
  g_autoptr (V2vPlan) plan = NULL;
  g_autoptr (GError) error = NULL;

  inspect_tree (tree);
  plan = run_rules (rules, manifest, tree, draft);
  planned = snapshot_new (tree);
  untouched = snapshot_compare (before, planned);
  g_assert_cmpuint (g_hash_table_size (untouched), ==, 0);
  compare_golden (name, plan);
  run_twice (rules, manifest, tree);

  g_assert_true (v2v_draft_flush (draft, NULL, NULL, &error));
  g_assert_no_error (error);
  after = snapshot_new (tree);
  compare_tree (plan, before, after);
  run_again (rules, manifest, tree);
}

/* What every default rule owes its reader. */
static void
test_rules_are_whole (void)
{
  g_autoptr (V2vRuleset) rules = default_rules_load (NULL);
  GPtrArray *list = v2v_ruleset_rules (rules);

  g_assert_cmpuint (list->len, >=, 10);
  for (guint i = 0; i < list->len; i++) {
    const V2vRule *rule = g_ptr_array_index (list, i);

    g_assert_cmpuint (strlen (rule->title), >, 10);
    /* Cause and consequence do not fit into less. */
    g_assert_cmpuint (strlen (rule->why), >, 80);
    g_assert_nonnull (rule->when);
    g_assert_false (v2v_condition_only_package (rule->when));
    for (guint j = 0; j < rule->params->len; j++) {
      const V2vParam *param = g_ptr_array_index (rule->params, j);

      g_assert_nonnull (param->description);
    }
  }
}

/* Of the golden plan, which test_tree() holds against the rules. */
static void
remember_matches (GHashTable *seen, const char *name)
{
  g_autofree char *path = manifest_source_path ("golden/plans", name, ".plan");
  g_autofree char *golden = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &golden, NULL, &error);
  g_assert_no_error (error);
  lines = g_strsplit (golden, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_suffix (lines[i], ": changes") || g_str_has_suffix (lines[i], ": warned"))
      g_hash_table_add (seen, g_strndup (lines[i], strcspn (lines[i], ":")));
}

/* It would end the run of every other rule of a tree: test-boot-rules has those. */
static gboolean
is_refusal (const V2vRule *rule)
{
  const V2vStep *step = g_ptr_array_index (rule->steps, 0);

  return rule->steps->len == 1 && g_str_equal (step->ops->name, "refuse");
}

/* A rule that does nothing on any guest has a misspelt condition, or no test. */
static void
test_every_rule_has_a_guest (gconstpointer data)
{
  const GPtrArray *names = data;
  g_autoptr (V2vRuleset) rules = default_rules_load (NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *list = v2v_ruleset_rules (rules);

  for (guint i = 0; i < names->len; i++)
    remember_matches (seen, g_ptr_array_index (names, i));
  for (guint i = 0; i < list->len; i++) {
    const V2vRule *rule = g_ptr_array_index (list, i);

    /* A tree has neither modules nor a real initramfs: test-action-initramfs is the proof. */
    if (!is_refusal (rule) && !g_str_equal (rule->id, "drivers-virtio-initramfs")
        && !g_hash_table_contains (seen, rule->id))
      complain ("rule '%s' does nothing on any tree", rule->id);
  }
}

/* A site's own time servers reach chrony. */
static void
test_parameter (void)
{
  g_autofree char *directory
    = g_build_filename (g_getenv ("V2V_SRCDIR"), "data", "rules", NULL);
  const char *directories[] = { directory, NULL };
  const char *params[] = { "time-fallback-source.pool=ntp.corp.example", NULL };
  const V2vRulesetArgs args = { .directories = directories, .params = params };
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vRuleset) rules = v2v_ruleset_load (&args, &error);
  g_autoptr (Manifest) manifest = manifest_load ("rhel-9");
  g_autoptr (Tree) tree = manifest_new_tree (manifest);
  g_autoptr (V2vDraft) draft = v2v_draft_new (tree->fs);
  g_autoptr (V2vPlan) plan = NULL;
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  inspect_tree (tree);
  plan = run_rules (rules, manifest, tree, draft);
  g_assert_true (v2v_draft_read_text (draft, "/etc/chrony.conf", &text, &error));
  g_assert_no_error (error);
  g_assert_nonnull (strstr (text, "\npool ntp.corp.example iburst\n"));
  g_assert_null (strstr (text, "ntp.org iburst\npool"));
}

/* "cloud-init clean", as before a copy is made of a guest, takes the best evidence away.  Scores
 * by hand: kernel 60, mirror 55, packages 50, time 50, disks 70, NVMe time-out 35, SSM agent
 * 15, host name 10; 60 are needed. */
static const struct {
  const char *name;
  int score;
} cleaned[] = {
  { "debian-10", 60 },       { "debian-11", 60 },     { "debian-12", 100 },
  { "debian-12-arm64", 10 }, { "debian-13", 10 },     { "debian-agents", 25 },
  { "ubuntu-16.04", 70 },    { "ubuntu-18.04", 100 }, { "ubuntu-20.04", 100 },
  { "ubuntu-22.04", 100 },   { "ubuntu-24.04", 100 },
};

static void
test_cleaned (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cleaned); i++) {
    g_autoptr (Manifest) manifest = manifest_load (cleaned[i].name);
    g_autoptr (Tree) tree = manifest_new_tree (manifest);
    g_autofree char *state = g_build_filename (tree->root, "var", "lib", "cloud", NULL);

    tree_remove_all (state);
    inspect_tree (tree);
    if (tree->guest->ec2->score != cleaned[i].score
        || tree->guest->ec2->is_ec2 != (cleaned[i].score >= 60))
      complain ("'%s' cleaned: %d, not %d", cleaned[i].name, tree->guest->ec2->score,
                cleaned[i].score);
  }
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* (transfer full): names of the manifests, sorted. */
static GPtrArray *
list_manifests (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("V2V_SRCDIR"), "tests", "trees", NULL);
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".yaml"))
      g_ptr_array_add (names, g_strndup (name, strlen (name) - strlen (".yaml")));
  g_ptr_array_sort (names, compare_names);
  return names;
}

int
main (int argc, char *argv[])
{
  g_autoptr (GPtrArray) names = NULL;

  /* No rule asks for libosinfo's ids, and reading its database takes longer than all else. */
  g_setenv ("OSINFO_SYSTEM_DIR", "/nonexistent", TRUE);
  g_test_init (&argc, &argv, NULL);
  names = list_manifests ();
  g_assert_cmpuint (names->len, >=, 10);
  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index (names, i);
    g_autofree char *path = g_strdup_printf ("/plans/tree/%s", name);

    g_test_add_data_func (path, name, test_tree);
  }
  g_test_add_func ("/plans/rules-are-whole", test_rules_are_whole);
  g_test_add_data_func ("/plans/every-rule-has-a-guest", names, test_every_rule_has_a_guest);
  g_test_add_func ("/plans/parameter", test_parameter);
  g_test_add_func ("/plans/cleaned", test_cleaned);
  return g_test_run ();
}
