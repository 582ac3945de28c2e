/* SPDX-License-Identifier: GPL-2.0-or-later
 * What comes back has its mode and owner again, whatever was written in its place, and
 * nothing is left where it was kept.
 */
#include <config.h>

#include "test-undo.h"

#define SECRET "/etc/secret"
#define ONE "one\n"

/* The file that each row is about: of its owner, not as a rule writes one. */
static void
set_up_secret (Fixture *f, gconstpointer data)
{
  g_autofree char *secret = NULL;

  set_up (f, data);
  tree_write (f->tree, SECRET, ONE);
  secret = tree_host_path (f->tree, SECRET);
  g_assert_cmpint (g_chmod (secret, 0640), ==, 0);
  if (geteuid () == 0)
    g_assert_cmpint (chown (secret, 33, 7), ==, 0);
}

static void
convert (Fixture *f, void (*first) (Fixture *f), void (*second) (Fixture *f))
{
  g_autoptr (V2vPlan) plan = v2v_plan_new ();

  run_rule (f, plan, "first-rule", first);
  run_rule (f, plan, "second-rule", second);
  flush_recorded (f->draft, plan);
}

/* Would take it back, does, and has nothing to do then. */
static void
assert_undone (Fixture *f, GHashTable *before)
{
  g_autoptr (GHashTable) converted = snapshot_new (f->tree);
  g_autoptr (GHashTable) looked = NULL;
  g_autoptr (GHashTable) after = NULL;
  g_autofree char *would = NULL;
  g_autofree char *did = NULL;
  g_autofree char *again = NULL;
  int status;

  would = run_undo (f->tree, &status, NULL);
  g_test_message ("%s", would);
  g_assert_cmpint (status, ==, 0);
  g_assert_null (strstr (would, "0 would be"));
  looked = snapshot_new (f->tree);
  assert_same ("asked only", converted, looked);
  did = run_undo (f->tree, &status, "--yes", NULL);
  g_test_message ("%s", did);
  g_assert_cmpint (status, ==, 0);
  after = snapshot_new (f->tree);
  assert_same ("taken back", before, after);
  again = run_undo (f->tree, &status, "--yes", NULL);
  g_assert_cmpstr (again, ==, "0 taken back, 0 left\n");
  g_assert_cmpint (status, ==, 0);
}

static void
disable_it (Fixture *f)
{
  do_disable (f, SECRET);
}

static void
remove_it (Fixture *f)
{
  do_remove (f, SECRET);
}

static void
put_other (Fixture *f)
{
  put_text (f, SECRET, "two\n", 0644);
}

static void
put_same (Fixture *f)
{
  put_text (f, SECRET, ONE, 0604);
}

static void
put_just_so (Fixture *f)
{
  put_text (f, SECRET, ONE, 0640);
}

static void
write_other (Fixture *f)
{
  write_text (f, SECRET, "two\n");
}

typedef void (*Edit) (Fixture *f);

static const struct {
  const char *name;
  Edit first, second;
} rows[] = {
  { "moved-written", disable_it, put_other },
  { "moved-same", disable_it, put_same },
  { "moved-just-so", disable_it, put_just_so },
  { "removed-written", remove_it, put_other },
  { "removed-same", remove_it, put_same },
  { "moved-removed", disable_it, remove_it },
  { "edited", write_other, write_other },
  { "edited-moved", write_other, disable_it },
  { "moved-put-moved", disable_it, disable_it },
};

static void
test_row (Fixture *f, gconstpointer data)
{
  const gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (GHashTable) before = snapshot_new (f->tree);

  convert (f, rows[i].first, rows[i].second);
  assert_undone (f, before);
}

/* What a rule put there goes aside too, under another name. */
static void
put_and_move (Fixture *f)
{
  put_other (f);
  do_disable (f, SECRET);
}

static void
test_both_moved (Fixture *f, gconstpointer data)
{
  g_autoptr (GHashTable) before = snapshot_new (f->tree);

  (void) data;
  convert (f, disable_it, put_and_move);
  assert_undone (f, before);
}

/* Its content is as it was, its mode is the conversion's: not back yet. */
static void
test_mode_only (Fixture *f, gconstpointer data)
{
  g_autoptr (GHashTable) before = snapshot_new (f->tree);
  g_autofree char *secret = tree_host_path (f->tree, SECRET);

  (void) data;
  convert (f, remove_it, put_other);
  tree_write (f->tree, SECRET, ONE);
  g_assert_cmpint (g_chmod (secret, 0644), ==, 0);
  assert_undone (f, before);
}

static void
do_nothing (Fixture *f)
{
  (void) f;
}

/* Asked for by its path: the directories that were made for it go with it. */
static void
test_part (Fixture *f, gconstpointer data)
{
  g_autofree char *kept = g_strconcat (f->tree->root, V2V_DRAFT_DISABLED_DIR, NULL);
  g_autofree char *did = NULL;
  int status;

  (void) data;
  convert (f, disable_it, do_nothing);
  g_assert_true (g_file_test (kept, G_FILE_TEST_IS_DIR));
  did = run_undo (f->tree, &status, "--yes", SECRET, NULL);
  g_assert_cmpstr (did, ==, "done: there again: " SECRET "\n1 taken back, 0 left\n");
  g_assert_cmpint (status, ==, 0);
  g_assert_false (g_file_test (kept, G_FILE_TEST_EXISTS));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/undo-modes/", rows[i].name, NULL);

    g_test_add (path, Fixture, GSIZE_TO_POINTER (i), set_up_secret, test_row, tear_down);
  }
  g_test_add ("/undo-modes/both-moved", Fixture, NULL, set_up_secret, test_both_moved, tear_down);
  g_test_add ("/undo-modes/mode-only", Fixture, NULL, set_up_secret, test_mode_only, tear_down);
  g_test_add ("/undo-modes/part", Fixture, NULL, set_up_secret, test_part, tear_down);
  return g_test_run ();
}
