/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <sys/resource.h>

#include "test-tree.h"
#include "v2v-fs-private.h"

static void
test_head (void)
{
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (GBytes) head = NULL;
  g_autoptr (GBytes) whole = NULL;
  g_autoptr (GBytes) none = NULL;

  tree_write (tree, "/hiberfil.sys", "hibr and much more");
  tree_link (tree, "/link", "/hiberfil.sys");
  head = v2v_fs_read_head (tree->fs, "/hiberfil.sys", 4, NULL);
  whole = v2v_fs_read_head (tree->fs, "/link", 4096, NULL);
  none = v2v_fs_read_head (tree->fs, "/link", 0, NULL);
  g_assert_cmpstr (g_bytes_get_data (head, NULL), ==, "hibr");
  g_assert_cmpuint (g_bytes_get_size (head), ==, 4);
  g_assert_cmpstr (g_bytes_get_data (whole, NULL), ==, "hibr and much more");
  g_assert_cmpuint (g_bytes_get_size (none), ==, 0);
}

static void
test_fails (void)
{
  static const struct {
    const char *path;
    V2vErrorCode code;
  } rows[] = {
    { "/dangling", V2V_ERROR_NOT_FOUND }, { "/loop", V2V_ERROR_NOT_FOUND },
    { "/absent", V2V_ERROR_NOT_FOUND },   { "/fifo", V2V_ERROR_REFUSED },
    { "/directory", V2V_ERROR_REFUSED },  { "relative", V2V_ERROR_REFUSED },
  };
  g_autoptr (Tree) tree = tree_new ();
  g_autofree char *fifo = tree_host_path (tree, "/fifo");

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  tree_link (tree, "/dangling", "/etc/hostname");
  tree_link (tree, "/loop", "loop");
  tree_mkdir (tree, "/directory");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) head = v2v_fs_read_head (tree->fs, rows[i].path, 4, &error);
    int code = rows[i].code;

    g_assert_null (head);
    g_assert_error (error, V2V_ERROR, code);
    g_assert_nonnull (strstr (error->message, rows[i].path));
  }
}

static gboolean
broken_follow (V2vFs *fs, const char *path, V2vFileKind *out_kind, guint64 *out_size,
               GError **error)
{
  (void) fs, (void) path, (void) out_kind, (void) out_size;
  return v2v_fs_set_errno (error, EIO);
}

/* Not there is an answer, and a disk that cannot be read is none. */
static void
test_find_file (void)
{
  static const struct {
    const char *path;
    gboolean is;
  } rows[] = { { "/etc/a", TRUE }, { "/link", TRUE }, { "/etc", FALSE }, { "/none/x", FALSE } };
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (GError) error = NULL;
  const V2vFsOps *ops = tree->fs->ops;
  V2vFsOps broken = *ops;
  gboolean is;

  tree_write (tree, "/etc/a", "x");
  tree_link (tree, "/link", "etc/a");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_assert_true (v2v_fs_find_file (tree->fs, rows[i].path, &is, &error));
    g_assert_no_error (error);
    g_assert_cmpint (is, ==, rows[i].is);
  }
  broken.follow = broken_follow;
  tree->fs->ops = &broken;
  g_assert_false (v2v_fs_find_file (tree->fs, "/etc/a", &is, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_STORAGE);
  tree->fs->ops = ops;
  g_assert_nonnull (strstr (error->message, "looking for '/etc/a': "));
  g_clear_error (&error);
  g_assert_false (v2v_fs_find_file (tree->fs, "etc/a", &is, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
}

static void
test_empty (void)
{
  static const struct {
    const char *path;
    gboolean is;
  } rows[] = { { "/nothing", TRUE }, { "/link", TRUE },      { "/some", FALSE },
               { "/absent", FALSE }, { "/directory", FALSE }, { "relative", FALSE } };
  g_autoptr (Tree) tree = tree_new ();

  tree_write (tree, "/nothing", "");
  tree_write (tree, "/some", "x");
  tree_link (tree, "/link", "/nothing");
  tree_mkdir (tree, "/directory");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (v2v_fs_is_empty_file (tree->fs, rows[i].path), ==, rows[i].is);
}

static void
test_map (void)
{
  static const struct {
    const char *path;
    V2vErrorCode code;
  } rows[] = { { "/initrd", V2V_ERROR_REFUSED }, { "/absent", V2V_ERROR_NOT_FOUND },
               { "/directory", V2V_ERROR_REFUSED }, { "relative", V2V_ERROR_REFUSED } };
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (GBytes) bytes = NULL;

  tree_write (tree, "/initrd", "07070");
  tree_mkdir (tree, "/directory");
  bytes = v2v_fs_map (tree->fs, "/initrd", 5, NULL);
  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "07070", 5);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    int code = rows[i].code;

    g_assert_null (v2v_fs_map (tree->fs, rows[i].path, 4, &error));
    g_assert_error (error, V2V_ERROR, code);
    g_assert_nonnull (strstr (error->message, rows[i].path));
  }
}

static void
test_map_no_file (void)
{
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  struct rlimit old, none;

  tree_write (tree, "/initrd", "07070");
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &old), ==, 0);
  none = old;
  none.rlim_cur = 0;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &none), ==, 0);
  bytes = v2v_fs_map (tree->fs, "/initrd", 5, &error);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &old), ==, 0);
  g_assert_null (bytes);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_STORAGE);
  g_assert_nonnull (strstr (error->message, "temporary file"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fs-head/head", test_head);
  g_test_add_func ("/fs-head/fails", test_fails);
  g_test_add_func ("/fs-head/find-file", test_find_file);
  g_test_add_func ("/fs-head/empty", test_empty);
  g_test_add_func ("/fs-head/map", test_map);
  g_test_add_func ("/fs-head/map-no-file", test_map_no_file);
  return g_test_run ();
}
