/* SPDX-License-Identifier: GPL-2.0-or-later
 * docs/RULES.md is about the language that is there: its examples load, its tables are whole.
 */
#include <config.h>

#include "test-tree.h"
#include "v2v-predicate.h"
#include "v2v-ruleset.h"

static char *
source_path (const char *directory, const char *name)
{
  return g_build_filename (g_getenv ("V2V_SRCDIR"), directory, name, NULL);
}

static char **
read_lines (void)
{
  g_autofree char *path = source_path ("docs", "RULES.md");
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return g_strsplit (text, "\n", -1);
}

/* (transfer full) (element-type utf8): fenced blocks that are whole rule files */
static GPtrArray *
list_examples (char **lines)
{
  GPtrArray *examples = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; lines[i] != NULL; i++) {
    g_autoptr (GString) block = g_string_new (NULL);

    if (!g_str_equal (lines[i], "```yaml"))
      continue;
    for (i++; !g_str_equal (lines[i], "```"); i++)
      g_string_append_printf (block, "%s\n", lines[i]);
    if (g_str_has_prefix (block->str, "rules: 1\n"))
      g_ptr_array_add (examples, g_strdup (block->str));
  }
  return examples;
}

static void
test_examples (void)
{
  g_auto (GStrv) lines = read_lines ();
  g_autoptr (GPtrArray) examples = list_examples (lines);
  g_autofree char *defaults = source_path ("data", "rules");
  g_autoptr (Tree) tree = tree_new ();
  const char *directories[] = { defaults, tree->root, NULL };
  const V2vRulesetArgs args = { .directories = directories };
  g_autoptr (V2vRuleset) rules = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (examples->len, >=, 2);
  for (guint i = 0; i < examples->len; i++) {
    g_autofree char *path = g_strdup_printf ("/%u.yaml", i);

    tree_write (tree, path, g_ptr_array_index (examples, i));
  }
  rules = v2v_ruleset_load (&args, &error);
  g_assert_no_error (error);
  g_assert_nonnull (v2v_ruleset_find (rules, "site-log-collector"));
  g_assert_false (v2v_ruleset_find (rules, "ec2-rhui-notice")->enabled);
}

/* The mistake that is shown is one, and reported so. */
static void
test_mistake (void)
{
  g_auto (GStrv) lines = read_lines ();
  g_autoptr (GPtrArray) examples = list_examples (lines);
  g_autoptr (GString) wrong = g_string_new (g_ptr_array_index (examples, 0));
  g_autoptr (Tree) tree = tree_new ();
  const char *directories[] = { tree->root, NULL };
  const V2vRulesetArgs args = { .directories = directories };
  g_autoptr (V2vRuleset) rules = NULL;
  g_autoptr (GError) error = NULL;
  const char *shown = NULL;

  for (guint i = 0; lines[i] != NULL && shown == NULL; i++)
    if (g_str_has_prefix (lines[i], "    rules.d/50-site.yaml:"))
      shown = lines[i] + strlen ("    rules.d");
  g_assert_nonnull (shown);
  g_string_replace (wrong, "pattern", "patern", 1);
  tree_write (tree, "/50-site.yaml", wrong->str);
  rules = v2v_ruleset_load (&args, &error);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
  g_assert_true (g_str_has_suffix (error->message, shown));
}

/* The first words of the rows of the table that follows @heading. */
static GHashTable *
list_rows (char **lines, const char *heading)
{
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean inside = FALSE;

  for (guint i = 0; lines[i] != NULL; i++) {
    if (g_str_has_prefix (lines[i], "## "))
      inside = g_str_equal (lines[i] + 3, heading);
    if (inside && g_str_has_prefix (lines[i], "Styles of"))
      break;
    if (inside && g_str_has_prefix (lines[i], "| `"))
      g_hash_table_add (names, g_strndup (lines[i] + 3, strcspn (lines[i] + 3, "`: ")));
  }
  return names;
}

static void
check_row (GHashTable *rows, const char *name)
{
  if (!g_hash_table_remove (rows, name))
    g_error ("docs/RULES.md has no row for '%s'", name);
}

static void
check_no_more (GHashTable *rows)
{
  g_autofree gpointer *left = g_hash_table_get_keys_as_array (rows, NULL);

  if (left[0] != NULL)
    g_error ("docs/RULES.md has a row for '%s', which is not there", (char *) left[0]);
}

static void
test_predicates (void)
{
  g_auto (GStrv) lines = read_lines ();
  g_autoptr (GHashTable) rows = list_rows (lines, "Conditions");

  for (const V2vPredicateOps *const *ops = v2v_predicates (); *ops != NULL; ops++)
    check_row (rows, (*ops)->name);
  check_no_more (rows);
}

static void
test_actions (void)
{
  g_auto (GStrv) lines = read_lines ();
  g_autoptr (GHashTable) rows = list_rows (lines, "Actions");

  for (const V2vActionOps *const *ops = v2v_actions (); *ops != NULL; ops++)
    check_row (rows, (*ops)->name);
  check_no_more (rows);
}

static void
test_phases (void)
{
  g_auto (GStrv) lines = read_lines ();
  g_autoptr (GHashTable) rows = list_rows (lines, "The file");

  for (guint i = 0; i < V2V_N_PHASES; i++)
    check_row (rows, v2v_phase_name (i));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rules-docs/examples", test_examples);
  g_test_add_func ("/rules-docs/mistake", test_mistake);
  g_test_add_func ("/rules-docs/predicates", test_predicates);
  g_test_add_func ("/rules-docs/actions", test_actions);
  g_test_add_func ("/rules-docs/phases", test_phases);
  return g_test_run ();
}
