/* SPDX-License-Identifier: GPL-2.0-or-later
 * The script that a conversion leaves in the guest takes it back: on each phony guest, on
 * everything that a rule can do to a file, and not on what somebody changed since.
 */
#include <config.h>

#include "test-default-rules.h"
#include "test-manifest.h"
#include "test-undo.h"
#include "v2v-ruleset.h"

static void
convert (const Manifest *manifest, Tree *tree)
{
  g_auto (GStrv) enable = manifest_dup_enable (manifest);
  g_autoptr (V2vRuleset) rules = default_rules_load ((const char *const *) enable);
  g_autoptr (GHashTable) options = manifest_dup_options (manifest);
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (V2vDraft) draft = v2v_draft_new (tree->fs);
  g_autoptr (V2vPlan) plan = v2v_plan_new ();
  g_autoptr (GError) error = NULL;
  V2vRuleContext context = { .guest = tree->guest, .draft = draft, .options = options,
                             .warnings = warnings };

  g_assert_true (v2v_inspect_tree (tree->fs, tree->guest, NULL, &error));
  g_assert_true (v2v_ruleset_run (rules, &context, (1U << V2V_N_PHASES) - 1, FALSE, plan,
                                  &error));
  g_assert_no_error (error);
  flush_recorded (draft, plan);
}

static void
test_tree (gconstpointer name)
{
  g_autoptr (Manifest) manifest = manifest_load (name);
  g_autoptr (Tree) tree = manifest_new_tree (manifest);
  g_autoptr (GHashTable) before = snapshot_new (tree);
  g_autoptr (GHashTable) converted = NULL;
  g_autoptr (GHashTable) looked = NULL;
  g_autoptr (GHashTable) after = NULL;
  g_autofree char *script = g_build_filename (tree->root, UNDO, NULL);
  g_autofree char *would = NULL;
  g_autofree char *did = NULL;
  g_autofree char *again = NULL;
  int status;

  convert (manifest, tree);
  converted = snapshot_new (tree);
  /* No script where the rules change nothing, and then there is nothing to take back. */
  if (!g_file_test (script, G_FILE_TEST_EXISTS)) {
    assert_same ("nothing to take back", before, converted);
    return;
  }
  would = run_undo (tree, &status, NULL);
  g_test_message ("%s", would);
  g_assert_cmpint (status, ==, 0);
  looked = snapshot_new (tree);
  assert_same ("asked only", converted, looked);

  did = run_undo (tree, &status, "--yes", NULL);
  g_test_message ("%s", did);
  g_assert_cmpint (status, ==, 0);
  after = snapshot_new (tree);
  assert_same ("taken back", before, after);

  again = run_undo (tree, &status, "--yes", NULL);
  g_assert_cmpstr (again, ==, "0 taken back, 0 left\n");
  g_assert_cmpint (status, ==, 0);
}

/* Everything that can happen to a path, in two rules, under names that a shell would read. */
static void
edit_first (Fixture *f)
{
  g_autofree char *big = g_strnfill (V2V_RECORD_ORIGINAL_MAX + 1, 'n');

  write_text (f, "/etc/fstab", "two\n");
  do_remove (f, "/etc/it's $(touch x); \"y\"\n");
  do_remove (f, "/lib");
  do_disable (f, "/etc/default/grub");
  put_text (f, "/etc/default/grub", "GRUB_TIMEOUT=0\n", 0644);
  do_disable (f, "/abs");
  do_symlink (f, "/abs", "/dev/null");
  put_text (f, "/etc/new/deep/file", "x\n", 0640);
  do_symlink (f, "/etc/new/link", "/etc/fstab");
  put_text (f, "/boot/image.old", "", 0600);
  write_text (f, "/boot/image.old", "");
  put_text (f, "/boot/image", big, 0600);
}

static void
edit_second (Fixture *f)
{
  write_text (f, "/etc/fstab", "three\n");
  put_text (f, "/etc/second", "x\n", 0644);
}

static void
convert_by_hand (Fixture *f)
{
  g_autoptr (V2vPlan) plan = v2v_plan_new ();

  run_rule (f, plan, "first-rule", edit_first);
  run_rule (f, plan, "second-rule", edit_second);
  flush_recorded (f->draft, plan);
}

static void
set_up_more (Fixture *f, gconstpointer data)
{
  set_up (f, data);
  tree_write (f->tree, "/etc/it's $(touch x); \"y\"\n", "odd\n");
  tree_write (f->tree, "/boot/image", "small\n");
}

static void
test_everything (Fixture *f, gconstpointer data)
{
  g_autoptr (GHashTable) before = snapshot_new (f->tree);
  g_autoptr (GHashTable) after = NULL;
  g_autofree char *text = NULL;
  int status;

  (void) data;
  convert_by_hand (f);
  text = run_undo (f->tree, &status, "--yes", NULL);
  g_test_message ("%s", text);
  g_assert_cmpint (status, ==, 0);
  after = snapshot_new (f->tree);
  assert_same ("everything", before, after);
}

/* As often as one likes. */
static void
test_twice (Fixture *f, gconstpointer data)
{
  g_autofree char *once = NULL;
  g_autofree char *twice = NULL;
  int status;

  (void) data;
  convert_by_hand (f);
  once = run_undo (f->tree, &status, "--yes", NULL);
  g_assert_cmpint (status, ==, 0);
  twice = run_undo (f->tree, &status, "--yes", NULL);
  g_assert_cmpstr (twice, ==, "0 taken back, 0 left\n");
  g_assert_cmpint (status, ==, 0);
}

/* The disk is full half way: nothing that it did stands in the way of the next try. */
static void
edit_long (Fixture *f)
{
  write_text (f, "/etc/long", "two\n");
  do_remove (f, "/etc/longer");
}

static void
test_full (Fixture *f, gconstpointer data)
{
  static const char *const all[] = { "--yes", NULL };
  g_autofree char *text = g_strnfill (20000, 'l');
  g_autofree char *longer = tree_host_path (f->tree, "/etc/longer");
  g_autoptr (V2vPlan) plan = v2v_plan_new ();
  g_autoptr (GHashTable) before = NULL;
  g_autoptr (GHashTable) after = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  int status;

  (void) data;
  tree_write (f->tree, "/etc/long", text);
  tree_write (f->tree, "/etc/longer", text);
  before = snapshot_new (f->tree);
  run_rule (f, plan, "long-rule", edit_long);
  flush_recorded (f->draft, plan);
  /* Blocks of 512 or 1024 bytes. */
  first = run_script (f->tree, "ulimit -f 8; ", all, &status);
  g_test_message ("%s", first);
  g_assert_cmpint (status, ==, 1);
  g_assert_nonnull (strstr (first, "left: /etc/long: "));
  g_assert_nonnull (strstr (first, "left: /etc/longer: "));
  g_assert_nonnull (strstr (first, "0 taken back, 2 left\n"));
  g_assert_false (g_file_test (longer, G_FILE_TEST_EXISTS));
  second = run_undo (f->tree, &status, "--yes", NULL);
  g_test_message ("%s", second);
  g_assert_cmpint (status, ==, 0);
  after = snapshot_new (f->tree);
  assert_same ("full", before, after);
}

/* A file too large for a copy comes back from where the conversion kept it, or not at all. */
static void
edit_large (Fixture *f)
{
  g_autofree char *big = g_strnfill (V2V_RECORD_ORIGINAL_MAX + 1, 'o');

  put_text (f, "/boot/large.old", big, 0600);
  put_text (f, "/boot/large", "new\n", 0600);
}

/* A copy that two rules' file would come back from does not go with one of them. */
static void
edit_again (Fixture *f)
{
  write_text (f, "/boot/large", "newer\n");
}

static void
test_only_copy (Fixture *f, gconstpointer data)
{
  g_autofree char *big = g_strnfill (V2V_RECORD_ORIGINAL_MAX + 1, 'o');
  g_autofree char *large = tree_host_path (f->tree, "/boot/large");
  g_autofree char *old = tree_host_path (f->tree, "/boot/large.old");
  g_autoptr (V2vPlan) plan = v2v_plan_new ();
  g_autofree char *rule = NULL;
  g_autofree char *path = NULL;
  g_autofree char *image = NULL;
  g_autofree char *rest = NULL;
  g_autofree char *back = NULL;
  int status;

  (void) data;
  tree_write (f->tree, "/boot/large", big);
  run_rule (f, plan, "a-rule", edit_large);
  run_rule (f, plan, "b-rule", edit_again);
  flush_recorded (f->draft, plan);
  rule = run_undo (f->tree, &status, "--yes", "a-rule", NULL);
  g_assert_cmpint (status, ==, 1);
  g_assert_true (g_file_test (old, G_FILE_TEST_EXISTS));
  path = run_undo (f->tree, &status, "--yes", "/boot/large.old", NULL);
  g_assert_cmpint (status, ==, 1);
  g_assert_cmpstr (path, ==, "left: /boot/large.old: the only copy of what is not taken back\n"
                             "0 taken back, 1 left\n");
  image = run_undo (f->tree, &status, "--yes", "/boot/large", NULL);
  g_assert_cmpint (status, ==, 0);
  g_assert_true (g_file_get_contents (large, &back, NULL, NULL));
  g_assert_cmpstr (back, ==, big);
  rest = run_undo (f->tree, &status, "--yes", "/boot/large.old", NULL);
  g_assert_cmpint (status, ==, 0);
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
}

/* Never quietly nothing. */
static void
test_unknown_words (Fixture *f, gconstpointer data)
{
  static const char *const words[]
    = { "/etc/fstabb", "/etc/fstab/", "", "first-rule second-rule", "*", "/etc/hostname" };
  g_autofree char *known = NULL;
  int status;

  (void) data;
  convert_by_hand (f);
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++) {
    g_autofree char *text = run_undo (f->tree, &status, "--yes", words[i], NULL);

    g_test_message ("'%s': %s", words[i], text);
    g_assert_cmpint (status, ==, 2);
  }
  assert_text (f, "/etc/fstab", "three\n");
  known = run_undo (f->tree, &status, "--yes", "/etc/second", "/etc/new", NULL);
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpstr (known, ==, "done: gone: /etc/second\n1 taken back, 0 left\n");
}

/* What a user did after the conversion is worth more than what was before it. */
static void
test_changed_since (Fixture *f, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autofree char *link = NULL;
  int status;

  (void) data;
  convert_by_hand (f);
  tree_write (f->tree, "/etc/fstab", "mine\n");
  tree_write (f->tree, "/etc/second", "mine\n");
  tree_write (f->tree, "/lib", "mine\n");
  tree_write (f->tree, "/etc/new/deep/mine", "mine\n");
  text = run_undo (f->tree, &status, "--yes", NULL);
  g_assert_cmpint (status, ==, 1);
  g_assert_nonnull (strstr (text, "left: /etc/fstab: somebody changed it since; it was '"
                                  V2V_DRAFT_STATE_DIR "/original/1/etc/fstab'\n"));
  g_assert_nonnull (strstr (text, "left: /etc/second: somebody changed it since\n"));
  g_assert_nonnull (strstr (text, "left: /lib: something else is there now"));
  g_assert_nonnull (strstr (text, ", 3 left\n"));
  link = tree_host_path (f->tree, "/etc/new/deep/file");
  g_assert_false (g_file_test (link, G_FILE_TEST_EXISTS));
  assert_text (f, "/etc/fstab", "mine\n");
  assert_text (f, "/etc/new/deep/mine", "mine\n");
  assert_text (f, "/etc/default/grub", "GRUB_TIMEOUT=5\n");
}

static void
test_parts (Fixture *f, gconstpointer data)
{
  g_autofree char *odd = NULL;
  g_autofree char *none = NULL;
  g_autofree char *second = NULL;
  g_autofree char *path = NULL;
  g_autofree char *both = NULL;
  int status;

  (void) data;
  convert_by_hand (f);
  odd = run_undo (f->tree, &status, "--frob", NULL);
  g_assert_cmpint (status, ==, 2);
  none = run_undo (f->tree, &status, "--yes", "third-rule", NULL);
  g_assert_cmpint (status, ==, 2);
  second = run_undo (f->tree, &status, "--yes", "second-rule", NULL);
  g_assert_cmpint (status, ==, 1);
  g_assert_cmpstr (second, ==,
                   "left: /etc/fstab: these rules changed it together, name all of them or the "
                   "path: first-rule second-rule\ndone: gone: /etc/second\n1 taken back, 1 left\n");
  assert_text (f, "/etc/fstab", "three\n");
  path = run_undo (f->tree, &status, "--yes", "/etc/fstab", NULL);
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpstr (path, ==, "done: content as before: /etc/fstab\n1 taken back, 0 left\n");
  both = run_undo (f->tree, &status, "--yes", "first-rule", "second-rule", NULL);
  g_assert_cmpint (status, ==, 0);
}

static void
edit_larger (Fixture *f)
{
  put_text (f, "/boot/lost", "new\n", 0600);
}

static void
test_large (Fixture *f, gconstpointer data)
{
  g_autofree char *big = g_strnfill (V2V_RECORD_ORIGINAL_MAX + 1, 'o');
  g_autofree char *big2 = g_strnfill (V2V_RECORD_ORIGINAL_MAX + 1, 'p');
  g_autofree char *large = tree_host_path (f->tree, "/boot/large");
  g_autofree char *old = tree_host_path (f->tree, "/boot/large.old");
  g_autoptr (V2vPlan) plan = v2v_plan_new ();
  g_autofree char *left = NULL;
  g_autofree char *text = NULL;
  g_autofree char *back = NULL;
  int status;

  (void) data;
  tree_write (f->tree, "/boot/large", big);
  tree_write (f->tree, "/boot/lost", big2);
  run_rule (f, plan, "a-rule", edit_large);
  run_rule (f, plan, "b-rule", edit_larger);
  flush_recorded (f->draft, plan);
  tree_write (f->tree, "/boot/large", "mine\n");
  left = run_undo (f->tree, &status, "--yes", "a-rule", NULL);
  g_assert_cmpint (status, ==, 1);
  g_assert_nonnull (strstr (left, "left: /boot/large.old: the only copy of what is not taken back"));
  tree_write (f->tree, "/boot/large", "new\n");
  text = run_undo (f->tree, &status, "--yes", NULL);
  g_assert_cmpint (status, ==, 1);
  g_assert_nonnull (strstr (text, "left: /boot/lost: no copy of it was kept, it was too large\n"));
  g_assert_nonnull (strstr (text, "2 taken back, 1 left\n"));
  g_assert_true (g_file_get_contents (large, &back, NULL, NULL));
  g_assert_cmpstr (back, ==, big);
  g_assert_false (g_file_test (old, G_FILE_TEST_EXISTS));
}

#define ADD_UNDO(name, func)                                                               \
  g_test_add ("/undo/" name, Fixture, NULL, set_up_more, func, tear_down)

int
main (int argc, char *argv[])
{
  g_autofree char *path = NULL;
  g_autoptr (GDir) dir = NULL;
  const char *name;

  g_setenv ("OSINFO_SYSTEM_DIR", "/nonexistent", TRUE);
  g_test_init (&argc, &argv, NULL);
  path = g_build_filename (g_getenv ("V2V_SRCDIR"), "tests", "trees", NULL);
  dir = g_dir_open (path, 0, NULL);
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *test = NULL;

    if (!g_str_has_suffix (name, ".yaml"))
      continue;
    test = g_strdup_printf ("/undo/tree/%.*s", (int) (strlen (name) - strlen (".yaml")), name);
    g_test_add_data_func_full (test, g_strndup (name, strlen (name) - strlen (".yaml")), test_tree,
                               g_free);
  }
  ADD_UNDO ("everything", test_everything);
  ADD_UNDO ("twice", test_twice);
  ADD_UNDO ("full", test_full);
  ADD_UNDO ("only-copy", test_only_copy);
  ADD_UNDO ("unknown-words", test_unknown_words);
  ADD_UNDO ("changed-since", test_changed_since);
  ADD_UNDO ("parts", test_parts);
  ADD_UNDO ("large", test_large);
  return g_test_run ();
}
