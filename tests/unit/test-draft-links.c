/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "test-counting-fs.h"
#include "test-draft.h"

static void
test_links (Fixture *f, gconstpointer data)
{
  (void) data;
  v2v_draft_begin (f->draft);
  write_text (f, "/abs", "by absolute link\n");
  assert_text (f, "/etc/fstab", "by absolute link\n");
  write_text (f, "/up", "by upward link\n");
  assert_text (f, "/etc/fstab", "by upward link\n");
  write_text (f, "/lib/systemd/system/a.service", "[Service]\n");
  assert_text (f, "/usr/lib/systemd/system/a.service", "[Service]\n");
  put_text (f, "/lib/new/b.conf", "b\n", 0644);
  put_text (f, "/../../etc/c", "c\n", 0644);
  assert_end (f, "/etc/c ->F; /etc/fstab F>F; /usr/lib/new ->D; /usr/lib/new/b.conf ->F; "
                 "/usr/lib/systemd/system/a.service F>F");
}

static void
test_link_chain (Fixture *f, gconstpointer data)
{
  char *text = NULL;

  (void) data;
  tree_link (f->tree, "/chain1", "/etc/fstab");
  for (int i = 2; i <= 41; i++) {
    g_autofree char *path = g_strdup_printf ("/chain%d", i);
    g_autofree char *target = g_strdup_printf ("chain%d", i - 1);

    tree_link (f->tree, path, target);
  }
  assert_text (f, "/chain40", "one\n");
  expect (f, v2v_draft_read_text (f->draft, "/chain41", &text, &f->error),
          V2V_ERROR_REFUSED, "/chain41", "too many symbolic links");
}

/* A link to what exists on the host, and only there, leads to nothing. */
static void
test_outside (Fixture *f, gconstpointer data)
{
  g_autofree char *directory = g_dir_make_tmp ("v2v-outside-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (directory, "file", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);

  (void) data;
  g_assert_true (g_file_set_contents (file, "host\n", -1, NULL));
  tree_link (f->tree, "/out", file);
  tree_link (f->tree, "/out-dir", directory);
  expect (f, v2v_draft_put (f->draft, "/out", bytes, 0644, &f->error), V2V_ERROR_REFUSED,
          "/out", "something that is not there");
  expect (f, v2v_draft_put (f->draft, "/out-dir/file", bytes, 0644, &f->error),
          V2V_ERROR_REFUSED, "/out-dir/file", "something that is not there");
  g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "host\n");
  g_assert_cmpint (g_remove (file), ==, 0);
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

/* Every edit of a path that a rule should not edit. */
static void
refuse_all (Fixture *f, const char *path, const char *why)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  char *text = NULL;

  expect (f, v2v_draft_read_text (f->draft, path, &text, &f->error), V2V_ERROR_REFUSED, path,
          why);
  expect (f, v2v_draft_write (f->draft, path, bytes, &f->error), V2V_ERROR_REFUSED, path, why);
  expect (f, v2v_draft_put (f->draft, path, bytes, 0644, &f->error), V2V_ERROR_REFUSED, path,
          why);
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  guint generation = v2v_draft_generation (f->draft);
  g_autofree char *name = g_strnfill (256, 'n');
  g_autofree char *too_long_name = g_strconcat ("/etc/", name, NULL);
  g_autofree char *deep = g_strnfill (5000, '/');
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);

  (void) data;
  refuse_all (f, "/etc", "is a directory");
  refuse_all (f, "/", "name of a directory");
  refuse_all (f, "/etc/fstab/", "name of a directory");
  refuse_all (f, "/etc/..", "name of a directory");
  refuse_all (f, "/fifo", "a device, FIFO or socket");
  refuse_all (f, "/dangling", "something that is not there");
  refuse_all (f, "/dangling-dir/file", "something that is not there");
  refuse_all (f, "/loop1", "too many symbolic links");
  refuse_all (f, "/loop2/x", "too many symbolic links");
  refuse_all (f, "/self", "too many symbolic links");
  refuse_all (f, "etc/fstab", "not absolute");
  deep[4999] = 'x';
  expect (f, v2v_draft_put (f->draft, deep, bytes, 0644, &f->error), V2V_ERROR_REFUSED, NULL,
          "too long");
  expect (f, v2v_draft_put (f->draft, too_long_name, bytes, 0644, &f->error),
          V2V_ERROR_REFUSED, too_long_name, "too long");
  expect (f, v2v_draft_put (f->draft, "/etc/fstab/x", bytes, 0644, &f->error),
          V2V_ERROR_REFUSED, "/etc/fstab/x", "not a directory");
  expect (f, v2v_draft_write (f->draft, "/etc/none", bytes, &f->error), V2V_ERROR_NOT_FOUND,
          "/etc/none", "not there");
  expect (f, v2v_draft_remove (f->draft, "/etc", &f->error), V2V_ERROR_REFUSED, "/etc",
          "is a directory");
  expect (f, v2v_draft_disable (f->draft, "/etc", &f->error), V2V_ERROR_REFUSED, "/etc",
          "is a directory");
  expect (f, v2v_draft_remove (f->draft, "/fifo", &f->error), V2V_ERROR_REFUSED, "/fifo",
          "a device");
  g_assert_cmpuint (v2v_draft_generation (f->draft), ==, generation);
}

static void
test_symlink (Fixture *f, gconstpointer data)
{
  (void) data;
  v2v_draft_begin (f->draft);
  do_symlink (f, "/lib", "usr/lib");
  do_symlink (f, "/etc/wants/a.service", "/lib/systemd/system/a.service");
  do_symlink (f, "/etc/wants/a.service", "/lib/systemd/system/a.service");
  assert_text (f, "/etc/wants/a.service", "[Unit]\n");
  expect (f, v2v_draft_symlink (f->draft, "/lib", "elsewhere", &f->error), V2V_ERROR_REFUSED,
          "/lib", "something else is there");
  expect (f, v2v_draft_symlink (f->draft, "/etc/fstab", "x", &f->error), V2V_ERROR_REFUSED,
          "/etc/fstab", "something else is there");
  expect (f, v2v_draft_symlink (f->draft, "/etc/e", "", &f->error), V2V_ERROR_REFUSED,
          "/etc/e", "the target of a link");
  expect (f, v2v_draft_symlink (f->draft, "/dangling-dir/x", "y", &f->error),
          V2V_ERROR_REFUSED, "/dangling-dir/x", "not there");
  assert_end (f, "/etc/wants ->D; /etc/wants/a.service ->L");
}

/* What stood behind a link is not below the directory that takes the link's place. */
static void
test_directory_for_link (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) names = NULL;
  const V2vFileInfo *row;

  (void) data;
  assert_text (f, "/lib/systemd/system/a.service", "[Unit]\n");
  do_remove (f, "/lib");
  assert_text (f, "/lib/systemd/system/a.service", "(absent)");
  put_text (f, "/lib/own", "own", 0644);
  assert_text (f, "/lib/systemd/system/a.service", "(absent)");
  assert_text (f, "/lib/own", "own");
  rows = v2v_fs_list (v2v_draft_fs (f->draft), "/lib", &f->error);
  g_assert_no_error (f->error);
  g_assert_cmpuint (rows->len, ==, 1);
  row = g_ptr_array_index (rows, 0);
  g_assert_cmpstr (row->name, ==, "own");
  names = v2v_fs_find (v2v_draft_fs (f->draft), "/lib", 10, &f->error);
  g_assert_no_error (f->error);
  g_assert_cmpuint (names->len, ==, 1);
}

static void
test_real_path (Fixture *f, gconstpointer data)
{
  static const char *const rows[][2] = {
    { "/lib/systemd/./system//a.service", "/usr/lib/systemd/system/a.service" },
    { "/up", "/etc/fstab" },
    { "/", "/" },
    { "/lib/..", "/usr" },
    { "/lib/", "/usr/lib" },
  };

  (void) data;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *real = v2v_draft_dup_real_path (f->draft, rows[i][0], &f->error);

    g_assert_no_error (f->error);
    g_assert_cmpstr (real, ==, rows[i][1]);
  }
  expect (f, v2v_draft_dup_real_path (f->draft, "/dangling", &f->error) != NULL,
          V2V_ERROR_NOT_FOUND, "/dangling", "not there");
  expect (f, v2v_draft_dup_real_path (f->draft, "/loop1", &f->error) != NULL,
          V2V_ERROR_NOT_FOUND, "/loop1", "not there");
  expect (f, v2v_draft_dup_real_path (f->draft, "lib", &f->error) != NULL, V2V_ERROR_REFUSED,
          "lib", "not absolute");
  do_remove (f, "/etc/fstab");
  expect (f, v2v_draft_dup_real_path (f->draft, "/up", &f->error) != NULL,
          V2V_ERROR_NOT_FOUND, "/up", "not there");
}

/* Names behind a link that the draft knows are asked for together, not each by itself. */
static void
test_rows_behind_link (Fixture *f, gconstpointer data)
{
  const char *const lib[] = { "/lib", "/lib/systemd", NULL };
  const char *const paths[]
    = { "/lib/m/a", "/lib/m/b", "/lib/m/c", "/lib/m/d", "/lib/m/none", NULL };
  CountingFs *counting = counting_fs_new (f->tree->fs);
  g_autoptr (V2vFs) cached = v2v_fs_new_cached (&counting->fs);
  V2vDraft *draft = v2v_draft_new (cached);
  g_autoptr (GPtrArray) rows = NULL;
  guint before;

  (void) data;
  for (guint i = 0; i < 4; i++)
    tree_write (f->tree, paths[i], "");
  g_ptr_array_unref (v2v_fs_stat_many (v2v_draft_fs (draft), lib, NULL));
  before = counting->n_stats;
  rows = v2v_fs_stat_many (v2v_draft_fs (draft), paths, &f->error);
  g_assert_no_error (f->error);
  g_assert_cmpint (((V2vFileInfo *) rows->pdata[3])->kind, ==, V2V_FILE_REGULAR);
  g_assert_cmpint (((V2vFileInfo *) rows->pdata[4])->kind, ==, V2V_FILE_ABSENT);
  g_assert_cmpuint (counting->n_stats - before, ==, 2); /* m, and all in it */
  v2v_draft_free (draft);
  g_clear_pointer (&cached, v2v_fs_free);
  v2v_fs_free (&counting->fs);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("links", test_links);
  ADD ("link-chain", test_link_chain);
  ADD ("outside", test_outside);
  ADD ("refused", test_refused);
  ADD ("symlink", test_symlink);
  ADD ("directory-for-link", test_directory_for_link);
  ADD ("real-path", test_real_path);
  ADD ("rows-behind-link", test_rows_behind_link);
  return g_test_run ();
}
