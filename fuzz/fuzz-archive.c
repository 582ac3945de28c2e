/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <string.h>

#include "v2v-fs-archive.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Every entry is under its directory by its own name, and a full list has its kind. */
static void
check (const V2vNode *dir, guint *count)
{
  GHashTableIter iter;
  gpointer name, value;

  if (dir->children == NULL)
    return;
  g_assert_cmpint (dir->info->kind, ==, V2V_FILE_DIRECTORY);
  g_hash_table_iter_init (&iter, dir->children);
  while (g_hash_table_iter_next (&iter, &name, &value)) {
    const V2vNode *node = value;

    ++*count;
    g_assert_true (node->parent == dir && node->listed);
    g_assert_cmpstr (name, ==, node->info->name);
    g_assert_true (*node->info->name != '\0' && strchr (node->info->name, '/') == NULL);
    g_assert_false (g_str_equal (node->info->name, ".") || g_str_equal (node->info->name, ".."));
    if (node->content != NULL)
      g_assert_cmpuint (g_bytes_get_size (node->content), ==, node->info->size);
    check (node, count);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vTree) tree = v2v_archive_read_here (data, size, &error);
  guint count = 0;

  g_assert_true ((tree == NULL) == (error != NULL));
  if (tree != NULL) {
    check (tree->root, &count);
    g_assert_cmpuint (count, ==, tree->nodes);
  }
  return 0;
}
