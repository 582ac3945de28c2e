/* SPDX-License-Identifier: GPL-2.0-or-later
 * The same answers as the file system below, and fewer questions.
 */
#include <config.h>

#include "test-fs-odd.h"

/* Each path on a cache that knows nothing else, and all of them on one, twice. */
static void
test_same_answers (void)
{
  g_autoptr (Tree) tree = make_tree ();
  g_autoptr (V2vFs) want = v2v_fs_new_directory (tree->root, NULL);
  g_autoptr (V2vFs) fs = v2v_fs_new_cached (tree->fs);

  for (gsize i = 0; i < G_N_ELEMENTS (odd_paths); i++) {
    g_autoptr (V2vFs) cold = v2v_fs_new_cached (tree->fs);

    compare_path (want, cold, odd_paths[i]);
  }
  compare_all (tree, fs);
  compare_all (tree, fs);
}

static void
prefetch (V2vFs *fs, const char *directory)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (v2v_fs_prefetch_tree (fs, directory, NULL, &error));
  g_assert_no_error (error);
}

static void
test_same_answers_prefetched (void)
{
  static const char *const directories[] = { "/etc", "/", "/etc/rel", "/lib", "/etc/abs/" };

  for (gsize i = 0; i < G_N_ELEMENTS (directories); i++) {
    g_autoptr (Tree) tree = make_tree ();
    V2vFsOps ops;
    V2vFs *fs = count (tree, &ops);

    prefetch (fs, directories[i]);
    compare_all (tree, fs);
    prefetch (fs, directories[i]);
    compare_all (tree, fs);
    v2v_fs_free (fs);
  }
}

/* A tree that cannot be fetched, or is none, is no error and changes no answer. */
static void
test_prefetch_harmless (void)
{
  static const char *const directories[]
    = { "/none", "/etc/conf", "/etc/dangling", "/etc/loop1", "/etc/fifo", "/etc/out" };
  g_autoptr (Tree) tree = make_tree ();
  g_autoptr (V2vFs) plain = v2v_fs_new_cached (tree->fs);
  g_autoptr (GError) error = NULL;
  const char *const rows[] = { "/etc/conf", "/none", NULL };
  V2vFsOps ops;
  V2vFs *fs;

  prefetch (tree->fs, "/etc"); /* no cache at all */
  g_assert_true (v2v_fs_prefetch_rows (tree->fs, rows, &error));
  prefetch (plain, "/etc"); /* nothing below that makes archives */
  g_assert_true (v2v_fs_prefetch_rows (plain, rows, &error));
  compare_all (tree, plain);
  g_assert_false (v2v_fs_prefetch_tree (plain, "etc", NULL, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);

  fs = count (tree, &ops);
  for (gsize i = 0; i < G_N_ELEMENTS (directories); i++)
    prefetch (fs, directories[i]);
  archive_fails = TRUE;
  prefetch (fs, "/etc");
  compare_all (tree, fs);
  v2v_fs_free (fs);
}

static char *
read_text (V2vFs *fs, const char *path)
{
  g_autoptr (GError) error = NULL;
  char *text = v2v_fs_read_text (fs, path, &error);

  g_assert_no_error (error);
  return text;
}

static void
assert_text (V2vFs *fs, const char *path, const char *want)
{
  g_autofree char *text = read_text (fs, path);

  g_assert_cmpstr (text, ==, want);
}

/* What was fetched needs no further call; absent names neither. */
static void
test_prefetch_calls (void)
{
  g_autoptr (Tree) tree = make_tree ();
  V2vFsOps ops;
  V2vFs *fs = count (tree, &ops);
  const char *const rows[] = { "/etc/conf", "/etc/none", "/etc/none/x", "/etc/sub/b", NULL };
  guint before;

  prefetch (fs, "/etc");
  g_assert_cmpuint (calls, ==, 2); /* the row of /etc, the archive */
  before = calls;
  assert_text (fs, "/etc/conf", "text\n");
  assert_text (fs, "/etc/twin", "text\n");
  assert_text (fs, "/etc/rel/b", "bb");
  assert_text (fs, "/etc/tofile", "text\n");
  assert_text (fs, "/etc/sub/caf\xe9", "latin");
  g_assert_false (v2v_fs_is_file (fs, "/etc/none"));
  g_assert_true (v2v_fs_is_dir (fs, "/etc/rel"));
  g_ptr_array_unref (v2v_fs_stat_many (fs, rows, NULL));
  g_ptr_array_unref (v2v_fs_list (fs, "/etc/sub", NULL));
  g_ptr_array_unref (v2v_fs_list (fs, "/etc/dir-empty", NULL));
  g_ptr_array_unref (v2v_fs_find (fs, "/etc", 100, NULL));
  g_assert_null (v2v_fs_find (fs, "/etc", 3, NULL));
  g_assert_cmpuint (calls, ==, before + 1); /* that one was to fail below */
  v2v_fs_free (fs);
}

/* What was left out is not taken for absent. */
static void
test_prefetch_without (void)
{
  static const char *const without[] = { "sub/", "none", "conf", "rel/", "sub/deeper/", NULL };
  g_autoptr (Tree) tree = make_tree ();
  V2vFsOps ops;
  V2vFs *fs = count (tree, &ops);
  guint before;

  g_assert_true (v2v_fs_prefetch_tree (fs, "/etc", without, NULL));
  before = calls;
  assert_text (fs, "/etc/conf", "text\n");
  assert_text (fs, "/etc/rel/b", "bb"); /* which is a link to sub */
  g_assert_cmpuint (calls, >, before);
  before = calls;
  g_assert_false (v2v_fs_is_file (fs, "/etc/sub/none"));
  g_assert_cmpuint (calls, ==, before + 1);
  compare_all (tree, fs);
  v2v_fs_free (fs);
}

/* Beside a file whose content was left out nothing needs a call, and its row neither. */
static void
test_prefetch_without_files (void)
{
  static const char *const without[] = { "conf", "none", "sub/b", "gone/x", "tofile/x", NULL };
  g_autoptr (Tree) tree = make_tree ();
  V2vFsOps ops;
  V2vFs *fs = count (tree, &ops);
  guint before;

  g_assert_true (v2v_fs_prefetch_tree (fs, "/etc", without, NULL));
  before = calls;
  g_assert_true (v2v_fs_is_file (fs, "/etc/conf"));
  g_assert_true (v2v_fs_is_file (fs, "/etc/sub/b"));
  g_assert_false (v2v_fs_is_file (fs, "/etc/none"));
  g_assert_false (v2v_fs_is_file (fs, "/etc/other"));
  g_assert_false (v2v_fs_is_file (fs, "/etc/sub/other"));
  g_ptr_array_unref (v2v_fs_list (fs, "/etc/sub", NULL));
  g_assert_cmpuint (calls, ==, before);
  assert_text (fs, "/etc/conf", "text\n");
  assert_text (fs, "/etc/sub/b", "bb");
  g_assert_cmpuint (calls, ==, before + 2);
  compare_all (tree, fs);
  v2v_fs_free (fs);
}

static void
test_kept_calls (void)
{
  g_autoptr (Tree) tree = make_tree ();
  V2vFsOps ops;
  V2vFs *fs = count (tree, &ops);
  const char *const rows[] = { "/usr/lib/a", "/usr/lib/none", "/lib/a", "/usr/lib/a", NULL };
  const char *const absent[] = { "/opt/aws/x", "/opt/aws/y", "/opt/z", NULL };
  const char *const relative[] = { "/etc", "etc", NULL };
  g_autoptr (GError) error = NULL;

  g_ptr_array_unref (v2v_fs_list (fs, "/", NULL));
  g_assert_cmpuint (calls, ==, 1);
  g_assert_true (v2v_fs_prefetch_rows (fs, rows, NULL));
  g_assert_cmpuint (calls, ==, 3); /* /usr/lib, and both names in it */
  g_assert_true (v2v_fs_prefetch_rows (fs, absent, NULL));
  g_assert_cmpuint (calls, ==, 3);
  g_assert_false (v2v_fs_prefetch_rows (fs, relative, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  assert_text (fs, "/lib/a", "a");
  g_assert_cmpuint (calls, ==, 4);
  assert_text (fs, "/usr/lib/a", "a");
  g_ptr_array_unref (v2v_fs_list (fs, "/usr/lib", NULL));
  g_ptr_array_unref (v2v_fs_list (fs, "/lib", NULL));
  g_assert_cmpuint (calls, ==, 5);
  g_assert_false (v2v_fs_is_file (fs, "/lib/none"));
  g_assert_false (v2v_fs_is_dir (fs, "/usr/lib/other"));
  g_assert_cmpuint (calls, ==, 5);
  v2v_fs_free (fs);
}

/* Every part of a run reads the initramfs. */
static void
test_large_kept (void)
{
  const gsize size = 3 * 1024 * 1024;
  g_autoptr (Tree) tree = make_tree ();
  g_autofree char *data = g_malloc0 (size);
  V2vFsOps ops;
  V2vFs *fs;
  guint before = 0;

  data[size - 1] = 'x';
  tree_write_bytes (tree, "/boot/initrd", data, size);
  fs = count (tree, &ops);
  for (guint i = 0; i < 3; i++) {
    g_autoptr (GBytes) bytes = v2v_fs_read (fs, "/boot/initrd", size, NULL);

    if (i == 0)
      before = calls;
    g_assert_cmpuint (calls, ==, before);
    g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), data, size);
  }
  g_assert_null (v2v_fs_read (fs, "/boot/initrd", size - 1, NULL));
  g_assert_true (v2v_fs_write (fs, "/boot/initrd", "new", 3, NULL));
  assert_text (fs, "/boot/initrd", "new");
  v2v_fs_free (fs);
}

/* A few directories are listed, and are known then; many are searched for names. */
static void
test_find_calls (void)
{
  g_autoptr (Tree) tree = make_tree ();
  g_autoptr (GPtrArray) few = NULL;
  g_autoptr (GPtrArray) many = NULL;
  g_autoptr (GPtrArray) want = NULL;
  V2vFsOps ops;
  V2vFs *fs;

  for (guint i = 0; i < 40; i++) {
    g_autofree char *path = g_strdup_printf ("/many/%u/file", i);

    tree_write (tree, path, "");
  }
  tree_write (tree, "/efi/BOOT/bootx64.efi", "MZ");
  tree_write (tree, "/efi/debian/grub.cfg", "");
  fs = count (tree, &ops);
  few = v2v_fs_find (fs, "/efi", 4, NULL);
  g_assert_cmpuint (few->len, ==, 4);
  g_assert_cmpstr (few->pdata[1], ==, "BOOT/bootx64.efi");
  g_assert_cmpuint (calls, ==, 4); /* its row, and three listings */
  g_ptr_array_unref (v2v_fs_list (fs, "/efi/debian", NULL));
  assert_text (fs, "/efi/debian/grub.cfg", "");
  g_assert_cmpuint (calls, ==, 4);
  many = v2v_fs_find (fs, "/many", 80, NULL);
  want = v2v_fs_find (tree->fs, "/many", 80, NULL);
  g_assert_cmpuint (many->len, ==, 80);
  for (guint i = 0; i < 80; i++)
    g_assert_cmpstr (many->pdata[i], ==, want->pdata[i]);
  g_assert_cmpuint (calls, <, 20);
  g_assert_null (v2v_fs_find (fs, "/many", 79, NULL));
  v2v_fs_free (fs);
}

static gboolean
do_write (V2vFs *fs, GError **error)
{
  return v2v_fs_write (fs, "/etc/tofile", "changed text", 12, error);
}

static gboolean
do_write_elsewhere (V2vFs *fs, GError **error)
{
  return v2v_fs_write (fs, "/etc/abs/a", "other", 5, error);
}

static gboolean
do_remove (V2vFs *fs, GError **error)
{
  return v2v_fs_remove (fs, "/etc/rel/b", error);
}

static gboolean
do_remove_link (V2vFs *fs, GError **error)
{
  return v2v_fs_remove (fs, "/etc/rel", error);
}

static gboolean
do_create (V2vFs *fs, GError **error)
{
  return v2v_fs_create (fs, "/etc/none", "now", 3, 0644, error);
}

static gboolean
do_create_target (V2vFs *fs, GError **error)
{
  return v2v_fs_mkdir (fs, "/no", 0755, error) && v2v_fs_mkdir (fs, "/no/such", 0755, error);
}

static gboolean
do_symlink (V2vFs *fs, GError **error)
{
  return v2v_fs_symlink (fs, "/none", "/etc/sub", error);
}

static gboolean
do_move (V2vFs *fs, GError **error)
{
  return v2v_fs_move (fs, "/etc/abs", "/etc/none", error);
}

static gboolean
do_xattr (V2vFs *fs, GError **error)
{
  g_autoptr (GError) local = NULL;

  /* /tmp may have no attributes. */
  (void) error;
  if (!v2v_fs_set_xattr (fs, "/etc/conf", "user.x", "y", 1, &local))
    g_assert_error (local, V2V_ERROR, V2V_ERROR_REFUSED);
  return TRUE;
}

/* After each change, everything is as below, also by the file's other names. */
static void
test_changes (void)
{
  static gboolean (*const changes[]) (V2vFs *fs, GError **error)
    = { do_write,         do_write_elsewhere, do_remove, do_remove_link, do_create,
        do_create_target, do_symlink,         do_move,   do_xattr };

  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++) {
    g_autoptr (Tree) tree = make_tree ();
    g_autoptr (GError) error = NULL;
    V2vFsOps ops;
    V2vFs *fs = count (tree, &ops);

    prefetch (fs, "/etc");
    compare_all (tree, fs);
    g_assert_true (changes[i](fs, &error));
    g_assert_no_error (error);
    compare_all (tree, fs);
    prefetch (fs, "/");
    compare_all (tree, fs);
    v2v_fs_free (fs);
  }
}

/* A change that fails says so, and answers stay true. */
static void
test_failed_changes (void)
{
  g_autoptr (Tree) tree = make_tree ();
  g_autoptr (V2vFs) fs = v2v_fs_new_cached (tree->fs);
  g_autoptr (GError) error = NULL;

  compare_all (tree, fs);
  g_assert_false (v2v_fs_write (fs, "/none", "x", 1, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (v2v_fs_create (fs, "/etc/conf", "x", 1, 0644, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (v2v_fs_mkdir (fs, "/etc/sub", 0755, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (v2v_fs_symlink (fs, "/etc/conf", "x", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (v2v_fs_move (fs, "/etc/conf", "/etc/twin", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (v2v_fs_remove (fs, "/etc/sub", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (v2v_fs_set_xattr (fs, "/none", "system.x", "y", 1, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND);
  compare_all (tree, fs);
}

/* On vfat a name that is not in the list may be there in another spelling. */
static void
test_letter_case (void)
{
  g_autoptr (Tree) tree = make_tree ();
  g_autoptr (GPtrArray) list = NULL;
  V2vFsOps ops;
  V2vFs *fs;

  tree_write (tree, "/vfat/EFI/x", "x");
  fs = count (tree, &ops);
  fold_case = TRUE;
  list = v2v_fs_list (fs, "/vfat", NULL);
  g_assert_cmpuint (list->len, ==, 1);
  g_assert_true (v2v_fs_is_dir (fs, "/vfat/efi"));
  g_assert_false (v2v_fs_is_dir (fs, "/vfat/boot"));
  g_clear_pointer (&list, g_ptr_array_unref);
  list = v2v_fs_list (fs, "/vfat", NULL);
  g_assert_cmpuint (list->len, ==, 1);
  v2v_fs_free (fs);
}

/* A guest can make each path as long as it likes. */
static void
test_deep (void)
{
  g_autoptr (Tree) tree = make_tree ();
  GString *path = g_string_new ("/deep");
  V2vFsOps ops;
  V2vFs *fs;

  for (guint i = 0; i < 100; i++)
    g_string_append (path, "/d");
  g_string_append (path, "/file");
  tree_write (tree, path->str, "deep");
  fs = count (tree, &ops);
  assert_text (fs, path->str, "deep");
  g_assert_cmpuint (calls, <, 40);
  prefetch (fs, "/deep");
  assert_text (fs, path->str, "deep");
  v2v_fs_free (fs);
  g_string_free (path, TRUE);
}

static void
test_take (void)
{
  Tree *tree = make_tree ();
  g_autoptr (V2vFs) fs = v2v_fs_new_cached_take (tree->fs);

  tree->fs = NULL;
  assert_text (fs, "/etc/conf", "text\n");
  g_assert_cmpuint (v2v_fs_round_trips (fs), ==, 0);
  tree_free (tree);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fs/cached/same-answers", test_same_answers);
  g_test_add_func ("/fs/cached/same-answers-prefetched", test_same_answers_prefetched);
  g_test_add_func ("/fs/cached/prefetch-harmless", test_prefetch_harmless);
  g_test_add_func ("/fs/cached/prefetch-calls", test_prefetch_calls);
  g_test_add_func ("/fs/cached/prefetch-without", test_prefetch_without);
  g_test_add_func ("/fs/cached/prefetch-without-files", test_prefetch_without_files);
  g_test_add_func ("/fs/cached/kept-calls", test_kept_calls);
  g_test_add_func ("/fs/cached/large-kept", test_large_kept);
  g_test_add_func ("/fs/cached/find-calls", test_find_calls);
  g_test_add_func ("/fs/cached/changes", test_changes);
  g_test_add_func ("/fs/cached/failed-changes", test_failed_changes);
  g_test_add_func ("/fs/cached/letter-case", test_letter_case);
  g_test_add_func ("/fs/cached/deep", test_deep);
  g_test_add_func ("/fs/cached/take", test_take);
  return g_test_run ();
}
