/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "test-tree.h"

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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fs-head/head", test_head);
  g_test_add_func ("/fs-head/fails", test_fails);
  return g_test_run ();
}
