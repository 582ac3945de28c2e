/* SPDX-License-Identifier: GPL-2.0-or-later
 * Random edits of a draft, against a model that is only a table of path to content.
 */
#include <config.h>

#include "test-draft.h"

#define N_SEEDS 40
#define N_RULES 40

/* Content and mode in one string: "644 text". */
static void
model_set (GHashTable *model, const char *path, const char *text, guint mode)
{
  g_hash_table_insert (model, g_strdup (path), g_strdup_printf ("%o %s", mode, text));
}

static GHashTable *
model_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static GHashTable *
model_copy (GHashTable *model)
{
  GHashTable *copy = model_new ();
  GHashTableIter iter;
  gpointer path, value;

  g_hash_table_iter_init (&iter, model);
  while (g_hash_table_iter_next (&iter, &path, &value))
    g_hash_table_insert (copy, g_strdup (path), g_strdup (value));
  return copy;
}

static void
model_put (GHashTable *model, const char *path, const char *text, guint mode)
{
  const char *old = g_hash_table_lookup (model, path);

  model_set (model, path, text,
             old != NULL ? (guint) g_ascii_strtoull (old, NULL, 8) : mode);
}

static void
model_disable (GHashTable *model, const char *path)
{
  const char *value = g_hash_table_lookup (model, path);
  g_autofree char *plain = g_strconcat (V2V_DRAFT_DISABLED_DIR, path, NULL);
  char *target = g_strdup (plain);

  for (guint i = 1; value != NULL && g_hash_table_contains (model, target); i++) {
    g_free (target);
    target = g_strdup_printf ("%s.%u", plain, i);
  }
  if (value != NULL) {
    g_hash_table_insert (model, g_steal_pointer (&target), g_strdup (value));
    g_hash_table_remove (model, path);
  }
  g_free (target);
}

/* A few names, so that they meet often; no name is a file and a directory. */
static char *
random_path (GRand *rand)
{
  GString *path = g_string_new (NULL);

  for (int depth = g_rand_int_range (rand, 0, 3); depth > 0; depth--)
    g_string_append_printf (path, "/d%d", g_rand_int_range (rand, 0, 2));
  g_string_append_printf (path, "/f%d", g_rand_int_range (rand, 0, 4));
  return g_string_free (path, FALSE);
}

static char *
random_text (GRand *rand)
{
  return g_strdup_printf ("text %d\n", g_rand_int_range (rand, 0, 6));
}

/* All regular files of the directory, without any of our code. */
static void
read_host (GHashTable *model, const char *root, const char *path)
{
  g_autofree char *full = g_build_filename (root, path, NULL);
  g_autofree char *text = NULL;
  struct stat st;
  GDir *dir;
  const char *name;

  g_assert_cmpint (lstat (full, &st), ==, 0);
  if (S_ISREG (st.st_mode)) {
    g_assert_true (g_file_get_contents (full, &text, NULL, NULL));
    model_set (model, path, text, st.st_mode & 07777);
    return;
  }
  g_assert_true (S_ISDIR (st.st_mode));
  dir = g_dir_open (full, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree char *child = g_build_path ("/", path, name, NULL);

    read_host (model, root, child);
  }
  g_dir_close (dir);
}

/* The same, through the draft. */
static void
read_draft (GHashTable *model, Fixture *f)
{
  V2vFs *fs = v2v_draft_fs (f->draft);
  g_autoptr (GPtrArray) names = v2v_fs_find (fs, "/", 10000, &f->error);
  g_autoptr (GPtrArray) rows = NULL;

  g_assert_no_error (f->error);
  for (guint i = 0; i < names->len; i++) {
    char *name = names->pdata[i];

    names->pdata[i] = g_strconcat ("/", name, NULL);
    g_free (name);
  }
  g_ptr_array_add (names, NULL);
  rows = v2v_fs_stat_many (fs, (const char *const *) names->pdata, &f->error);
  g_assert_no_error (f->error);
  for (guint i = 0; i < rows->len; i++) {
    const V2vFileInfo *row = g_ptr_array_index (rows, i);
    g_autofree char *text = NULL;

    if (row->kind == V2V_FILE_DIRECTORY)
      continue;
    text = v2v_fs_read_text (fs, row->name, &f->error);
    g_assert_no_error (f->error);
    model_set (model, row->name, text, row->mode);
  }
}

static void
assert_same (GHashTable *a, GHashTable *b)
{
  GHashTableIter iter;
  gpointer path, value;

  g_hash_table_iter_init (&iter, a);
  while (g_hash_table_iter_next (&iter, &path, &value)) {
    if (g_strcmp0 (g_hash_table_lookup (b, path), value) != 0)
      g_error ("%s: '%s', not '%s'", (char *) path, (char *) value,
               (char *) g_hash_table_lookup (b, path));
  }
  g_assert_cmpuint (g_hash_table_size (a), ==, g_hash_table_size (b));
}

/* The rows that a savepoint ends in are the difference of the model before and after. */
static void
check_changes (GPtrArray *changes, GHashTable *before, GHashTable *after)
{
  guint n = 0;
  GHashTableIter iter;
  gpointer path, value;

  for (guint i = 0; i < changes->len; i++) {
    const V2vFileChange *change = g_ptr_array_index (changes, i);

    if (change->after->kind == V2V_STATE_DIRECTORY)
      continue;
    n++;
    g_assert_cmpstr (g_hash_table_lookup (before, change->path), !=,
                     g_hash_table_lookup (after, change->path));
  }
  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &path, &value))
    n -= g_strcmp0 (value, g_hash_table_lookup (after, path)) != 0;
  g_hash_table_iter_init (&iter, after);
  while (g_hash_table_iter_next (&iter, &path, &value))
    n -= !g_hash_table_contains (before, path);
  g_assert_cmpuint (n, ==, 0);
  g_ptr_array_unref (changes);
}

static void
random_edit (Fixture *f, GRand *rand, GHashTable *model)
{
  g_autofree char *path = random_path (rand);
  g_autofree char *text = random_text (rand);
  guint mode = g_rand_boolean (rand) ? 0644 : 0600;

  switch (g_rand_int_range (rand, 0, 5)) {
  case 0:
  case 1:
    put_text (f, path, text, mode);
    model_put (model, path, text, mode);
    break;
  case 2:
    if (g_hash_table_contains (model, path)) {
      write_text (f, path, text);
      model_put (model, path, text, mode);
    }
    break;
  case 3:
    do_remove (f, path);
    g_hash_table_remove (model, path);
    break;
  default:
    do_disable (f, path);
    model_disable (model, path);
  }
}

/* As rules do it: some edits, then kept or taken back. */
static void
random_rule (Fixture *f, GRand *rand, GHashTable **model)
{
  g_autoptr (GHashTable) before = model_copy (*model);

  v2v_draft_begin (f->draft);
  for (int i = g_rand_int_range (rand, 0, 8); i > 0; i--)
    random_edit (f, rand, *model);
  if (g_rand_int_range (rand, 0, 3) > 0) {
    check_changes (v2v_draft_end (f->draft), before, *model);
    return;
  }
  v2v_draft_rollback (f->draft);
  g_hash_table_unref (*model);
  *model = g_steal_pointer (&before);
}

static void
run_seed (guint seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  Fixture f = { .tree = tree_new () };
  g_autoptr (V2vFs) cached = v2v_fs_new_cached (f.tree->fs);
  GHashTable *model = model_new ();

  /* As plan and convert have it, and without what could hide a mistake. */
  f.draft = v2v_draft_new (seed % 2 == 0 ? cached : f.tree->fs);
  for (guint i = 0; i < 8; i++) {
    g_autofree char *path = random_path (rand);
    g_autofree char *host = tree_host_path (f.tree, path);

    tree_write (f.tree, path, "text 0\n");
    g_assert_cmpint (chmod (host, 0640), ==, 0);
    model_set (model, path, "text 0\n", 0640);
  }
  for (guint rule = 0; rule < N_RULES; rule++) {
    g_autoptr (GHashTable) seen = model_new ();
    g_autoptr (GHashTable) host = model_new ();

    random_rule (&f, rand, &model);
    read_draft (seen, &f);
    assert_same (model, seen);
    if (rule + 1 < N_RULES && g_rand_int_range (rand, 0, 5) > 0)
      continue;
    g_assert_true (v2v_draft_flush (f.draft, NULL, NULL, &f.error));
    g_assert_no_error (f.error);
    read_host (host, f.tree->root, "/");
    assert_same (model, host);
  }
  g_hash_table_unref (model);
  tear_down (&f, NULL);
}

static void
test_random (void)
{
  for (guint seed = 1; seed <= N_SEEDS; seed++)
    run_seed (seed);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/draft/random", test_random);
  return g_test_run ();
}
