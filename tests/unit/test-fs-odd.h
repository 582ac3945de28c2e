/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-fs-odd.h - a guest with every kind of path, and two views of it compared
 */
#pragma once

#include <fcntl.h>

#include "test-tree.h"
#include "v2v-fs-private.h"

/* The directory back end with its calls counted, an archive made by the host's tar, and
 * as an option names that answer to other letter case. */
static const V2vFsOps *real_ops;
static const char *archive_root;
static gboolean archive_fails;
static gboolean fold_case;
static guint calls;

static inline GPtrArray *
counted_stat_many (V2vFs *fs, const char *const *paths, GError **error)
{
  calls++;
  if (fold_case && paths[0] != NULL && paths[1] == NULL
      && g_ascii_strcasecmp (paths[0], "/vfat/EFI") == 0) {
    const char *const other[] = { "/vfat/EFI", NULL };
    GPtrArray *rows = real_ops->stat_many (fs, other, error);
    V2vFileInfo *info = g_ptr_array_index (rows, 0);

    g_free (info->name);
    info->name = g_strdup (paths[0]);
    return rows;
  }
  return real_ops->stat_many (fs, paths, error);
}

static inline gboolean
counted_follow (V2vFs *fs, const char *path, V2vFileKind *out_kind, guint64 *out_size,
                GError **error)
{
  calls++;
  return real_ops->follow (fs, path, out_kind, out_size, error);
}

static inline GPtrArray *
counted_list (V2vFs *fs, const char *directory, GError **error)
{
  calls++;
  return real_ops->list (fs, directory, error);
}

static inline GPtrArray *
counted_find (V2vFs *fs, const char *directory, guint max, GError **error)
{
  calls++;
  return real_ops->find (fs, directory, max, error);
}

static inline gboolean
counted_copy (V2vFs *fs, const char *path, int fd, guint64 max, GError **error)
{
  calls++;
  return real_ops->copy (fs, path, fd, max, error);
}

static inline GBytes *
counted_head (V2vFs *fs, const char *path, gsize length, GError **error)
{
  calls++;
  return real_ops->head (fs, path, length, error);
}

static inline gboolean
archive_by_tar (V2vFs *fs, const char *directory, const char *const *without, int fd,
                guint64 max, GError **error)
{
  g_autoptr (GPtrArray) args = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *place = g_build_path ("/", archive_root, directory, NULL);
  g_autofree char *file = g_strconcat (archive_root, ".tar", NULL);
  char *argv[] = { "tar", "--numeric-owner", "-C", place, "-cf", file, NULL };
  g_autofree char *data = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize length;

  (void) fs;
  calls++;
  for (gsize i = 0; argv[i] != NULL; i++)
    g_ptr_array_add (args, g_strdup (argv[i]));
  for (; *without != NULL; without++)
    g_ptr_array_add (args, g_strdup_printf ("--exclude=./%s%s", *without,
                                            g_str_has_suffix (*without, "/") ? "*" : ""));
  g_ptr_array_add (args, g_strdup ("."));
  g_ptr_array_add (args, NULL);
  g_assert_true (g_spawn_sync (NULL, (char **) args->pdata, NULL,
                               G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL,
                               NULL, NULL, NULL, error));
  g_assert_true (g_file_get_contents (file, &data, &length, error));
  g_assert_cmpint (g_unlink (file), ==, 0);
  if (archive_fails || length > max) {
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED, "too large");
    return FALSE;
  }
  bytes = g_bytes_new_static (data, length);
  return v2v_fs_fill (fd, bytes, error);
}

/* tree->fs becomes counted; (transfer full): the same behind a cache. */
static inline V2vFs *
count (Tree *tree, V2vFsOps *ops)
{
  real_ops = tree->fs->ops;
  archive_root = tree->root;
  archive_fails = FALSE;
  fold_case = FALSE;
  calls = 0;
  *ops = *real_ops;
  ops->stat_many = counted_stat_many;
  ops->follow = counted_follow;
  ops->list = counted_list;
  ops->find = counted_find;
  ops->copy = counted_copy;
  ops->head = counted_head;
  ops->archive = archive_by_tar;
  tree->fs->ops = ops;
  return v2v_fs_new_cached (tree->fs);
}

/* Every kind of path that a reader may come with. */
static const char *const odd_paths[] = {
  "/",
  "//",
  "/.",
  "/..",
  "/etc",
  "/etc/",
  "/etc/.",
  "/etc//conf",
  "/etc/./conf",
  "/etc/sub/../conf",
  "/etc/../../etc/conf",
  "/etc/conf",
  "/etc/conf/",
  "/etc/conf/.",
  "/etc/conf/x",
  "/etc/none",
  "/etc/none/deeper",
  "/etc/none/../conf",
  "/etc/sub",
  "/etc/sub/b",
  "/etc/sub/new\nline",
  "/etc/sub/caf\xe9",
  "/etc/empty",
  "/etc/twin",
  "/etc/fifo",
  "/etc/big",
  "/etc/exact",
  "/etc/abs",
  "/etc/abs/",
  "/etc/abs/a",
  "/etc/rel",
  "/etc/rel/b",
  "/etc/up/a",
  "/etc/out",
  "/etc/dangling",
  "/etc/dangling/x",
  "/etc/loop1",
  "/etc/loop1/x",
  "/etc/chain40",
  "/etc/chain41",
  "/etc/slash",
  "/etc/tofile",
  "/etc/tofile/",
  "/etc/dir-empty",
  "/lib",
  "/lib/",
  "/lib/a",
  "/usr/lib/a",
  "/usr/lib/a/../a",
  "/lib/../lib/a",
  "/none",
  "/usr/lib/EXAMP~1",
  "/etc/CONF",
  "/etc/conf.",
  "/etc/conf ",
};

static inline Tree *
make_tree (void)
{
  Tree *tree = tree_new ();
  g_autofree char *exact = g_strnfill (V2V_FS_TEXT_MAX, 'e');
  g_autofree char *big = g_strnfill (V2V_FS_TEXT_MAX + 1, 'b');
  g_autofree char *conf = NULL;
  g_autofree char *twin = NULL;
  g_autofree char *fifo = NULL;

  tree_write (tree, "/etc/conf", "text\n");
  tree_write (tree, "/etc/empty", "");
  tree_write (tree, "/etc/sub/b", "bb");
  tree_write (tree, "/etc/sub/new\nline", "nl");
  tree_write (tree, "/etc/sub/caf\xe9", "latin");
  tree_write (tree, "/etc/exact", exact);
  tree_write (tree, "/etc/big", big);
  tree_write (tree, "/usr/lib/a", "a");
  tree_mkdir (tree, "/etc/dir-empty");
  tree_link (tree, "/lib", "usr/lib");
  tree_link (tree, "/etc/abs", "/usr/lib");
  tree_link (tree, "/etc/rel", "sub");
  tree_link (tree, "/etc/up", "../../../usr/./lib/");
  tree_link (tree, "/etc/out", g_get_home_dir ());
  tree_link (tree, "/etc/dangling", "/no/such");
  tree_link (tree, "/etc/loop1", "loop2");
  tree_link (tree, "/etc/loop2", "loop1");
  tree_link (tree, "/etc/slash", "conf/");
  tree_link (tree, "/etc/tofile", "sub/../conf");
  tree_link (tree, "/etc/chain1", "conf");
  for (guint i = 2; i <= 41; i++) {
    g_autofree char *name = g_strdup_printf ("/etc/chain%u", i);
    g_autofree char *target = g_strdup_printf ("chain%u", i - 1);

    tree_link (tree, name, target);
  }
  conf = tree_host_path (tree, "/etc/conf");
  twin = tree_host_path (tree, "/etc/twin");
  fifo = tree_host_path (tree, "/etc/fifo");
  g_assert_cmpint (link (conf, twin), ==, 0);
  g_assert_cmpint (chmod (conf, 0640), ==, 0);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  return tree;
}

static inline void
assert_same_error (const GError *want, const GError *got)
{
  g_assert_cmpint (want == NULL ? 0 : want->code, ==, got == NULL ? 0 : got->code);
}

static inline void
assert_same_rows (const GPtrArray *want, const GPtrArray *got)
{
  g_assert_cmpint (want == NULL, ==, got == NULL);
  if (want == NULL)
    return;
  g_assert_cmpuint (want->len, ==, got->len);
  for (guint i = 0; i < want->len; i++) {
    const V2vFileInfo *a = g_ptr_array_index (want, i);
    const V2vFileInfo *b = g_ptr_array_index (got, i);

    g_assert_cmpstr (a->name, ==, b->name);
    g_assert_cmpint (a->kind, ==, b->kind);
    g_assert_cmpuint (a->size, ==, b->size);
    g_assert_cmpuint (a->mode, ==, b->mode);
    g_assert_cmpuint (a->uid, ==, b->uid);
    g_assert_cmpuint (a->gid, ==, b->gid);
    g_assert_cmpstr (a->link, ==, b->link);
  }
}

static inline void
assert_same_bytes (GBytes *want, GBytes *got)
{
  g_assert_cmpint (want == NULL, ==, got == NULL);
  if (want == NULL)
    return;
  g_assert_cmpuint (g_bytes_get_size (want), ==, g_bytes_get_size (got));
  g_assert_true (g_bytes_equal (want, got));
  /* The NUL behind them. */
  if (g_bytes_get_data (got, NULL) != NULL)
    g_assert_cmpint (((const char *) g_bytes_get_data (got, NULL))[g_bytes_get_size (got)], ==,
                     '\0');
}

static inline void
compare_reading (V2vFs *want_fs, V2vFs *fs, const char *path)
{
  static const gsize lengths[] = { 0, 3, V2V_FS_HEAD_MAX };
  g_autoptr (GError) want_error = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) want = v2v_fs_read (want_fs, path, 2 * V2V_FS_TEXT_MAX, &want_error);
  g_autoptr (GBytes) got = v2v_fs_read (fs, path, 2 * V2V_FS_TEXT_MAX, &error);

  assert_same_error (want_error, error);
  assert_same_bytes (want, got);
  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++) {
    g_autoptr (GBytes) want_head = v2v_fs_read_head (want_fs, path, lengths[i], NULL);
    g_autoptr (GBytes) head = v2v_fs_read_head (fs, path, lengths[i], NULL);
    g_autoptr (GBytes) want_small = v2v_fs_read (want_fs, path, lengths[i], NULL);
    g_autoptr (GBytes) small = v2v_fs_read (fs, path, lengths[i], NULL);

    assert_same_bytes (want_head, head);
    assert_same_bytes (want_small, small);
  }
}

static inline void
compare_path (V2vFs *want_fs, V2vFs *fs, const char *path)
{
  const char *const paths[] = { path, NULL };
  g_autoptr (GPtrArray) want_rows = v2v_fs_stat_many (want_fs, paths, NULL);
  g_autoptr (GPtrArray) rows = v2v_fs_stat_many (fs, paths, NULL);
  g_autoptr (GError) want_error = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) want_list = v2v_fs_list (want_fs, path, &want_error);
  g_autoptr (GPtrArray) list = v2v_fs_list (fs, path, &error);
  g_autoptr (GPtrArray) want_names = v2v_fs_find (want_fs, path, 1000, NULL);
  g_autoptr (GPtrArray) names = v2v_fs_find (fs, path, 1000, NULL);

  g_test_message ("%s", path);
  assert_same_rows (want_rows, rows);
  assert_same_error (want_error, error);
  assert_same_rows (want_list, list);
  g_assert_cmpint (v2v_fs_is_file (want_fs, path), ==, v2v_fs_is_file (fs, path));
  g_assert_cmpint (v2v_fs_is_dir (want_fs, path), ==, v2v_fs_is_dir (fs, path));
  g_assert_cmpint (want_names == NULL, ==, names == NULL);
  g_assert_cmpuint (want_names == NULL ? 0 : want_names->len, ==, names == NULL ? 0 : names->len);
  for (guint i = 0; want_names != NULL && i < want_names->len; i++)
    g_assert_cmpstr (want_names->pdata[i], ==, names->pdata[i]);
  compare_reading (want_fs, fs, path);
}

static inline void
compare_all (const Tree *tree, V2vFs *fs)
{
  g_autoptr (V2vFs) want = v2v_fs_new_directory (tree->root, NULL);
  const char *many[G_N_ELEMENTS (odd_paths) + 1] = { NULL };
  g_autoptr (GPtrArray) want_rows = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  memcpy (many, odd_paths, sizeof odd_paths);
  want_rows = v2v_fs_stat_many (want, many, NULL);
  rows = v2v_fs_stat_many (fs, many, NULL);
  assert_same_rows (want_rows, rows);
  for (gsize i = 0; i < G_N_ELEMENTS (odd_paths); i++)
    compare_path (want, fs, odd_paths[i]);
}

