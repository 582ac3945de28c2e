/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-tree.h - a directory that plays a guest's root, for one test
 */
#pragma once

#include <errno.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "v2v-fs.h"
#include "v2v-guest.h"

typedef struct {
  char *root;
  V2vFs *fs;
  V2vGuest *guest;
} Tree;

static inline Tree *
tree_new (void)
{
  g_autoptr (GError) error = NULL;
  Tree *tree = g_new0 (Tree, 1);

  tree->root = g_dir_make_tmp ("v2v-tree-XXXXXX", &error);
  g_assert_no_error (error);
  tree->fs = v2v_fs_new_directory (tree->root, &error);
  g_assert_no_error (error);
  tree->guest = v2v_guest_new ();
  tree->guest->os = V2V_OS_LINUX;
  return tree;
}

static inline char *
tree_host_path (const Tree *tree, const char *path)
{
  char *host = g_build_filename (tree->root, path, NULL);
  g_autofree char *dir = g_path_get_dirname (host);

  g_assert_cmpint (g_mkdir_with_parents (dir, 0755), ==, 0);
  return host;
}

static inline void
tree_write_bytes (const Tree *tree, const char *path, const void *data, gsize length)
{
  g_autofree char *host = tree_host_path (tree, path);
  g_autoptr (GError) error = NULL;

  /* Written in place: thousands of files need no rename and no flush each.  GLib leaves the
   * end of a longer file that was there. */
  g_unlink (host);
  g_file_set_contents_full (host, data, (gssize) length, G_FILE_SET_CONTENTS_NONE, 0644,
                            &error);
  g_assert_no_error (error);
}

static inline void
tree_write (const Tree *tree, const char *path, const char *text)
{
  tree_write_bytes (tree, path, text, strlen (text));
}

static inline void
tree_link (const Tree *tree, const char *path, const char *target)
{
  g_autofree char *host = tree_host_path (tree, path);

  g_assert_cmpint (symlink (target, host), ==, 0);
}

static inline void
tree_mkdir (const Tree *tree, const char *path)
{
  g_autofree char *host = tree_host_path (tree, path);

  g_assert_cmpint (g_mkdir_with_parents (host, 0755), ==, 0);
}

static inline void
tree_remove_all (const char *path)
{
  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK) && g_file_test (path, G_FILE_TEST_IS_DIR)) {
    GDir *dir = g_dir_open (path, 0, NULL);
    const char *name;

    while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
      g_autofree char *child = g_build_filename (path, name, NULL);

      tree_remove_all (child);
    }
    if (dir != NULL)
      g_dir_close (dir);
  }
  g_remove (path);
}

static inline void
tree_free (Tree *tree)
{
  tree_remove_all (tree->root);
  v2v_fs_free (tree->fs);
  v2v_guest_free (tree->guest);
  g_free (tree->root);
  g_free (tree);
}

/* (nullable): the reason of the row about @fact. */
static inline const char *
tree_unknown (const Tree *tree, const char *fact)
{
  for (guint i = 0; i < tree->guest->unknown->len; i++) {
    const V2vUnknown *row = g_ptr_array_index (tree->guest->unknown, i);

    if (g_str_equal (row->fact, fact))
      return row->why;
  }
  return NULL;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Tree, tree_free)
