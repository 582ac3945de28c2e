/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fs-cached-list.c - the names below a directory, each asked for once
 */
#include <config.h>

#include "v2v-fs-cached-private.h"

#include <errno.h>
#include <string.h>

/* Directories that are listed one by one in place of a search. */
#define LISTINGS_MAX 12

static GPtrArray *
copy_listing (const V2vNode *dir)
{
  GPtrArray *rows = v2v_file_info_array_new ();
  GHashTableIter iter;
  gpointer value;

  if (dir->children == NULL)
    return rows;
  g_hash_table_iter_init (&iter, dir->children);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const V2vNode *child = value;

    if (child->listed)
      g_ptr_array_add (rows, v2v_file_info_copy (child->info, child->info->name));
  }
  return rows;
}

/* Asks for all entries of a directory. */
static GPtrArray *
fetch_listing (V2vCached *self, V2vNode *dir, GError **error)
{
  g_autofree char *path = v2v_node_dup_path (dir);
  GPtrArray *rows = self->below->ops->list (self->below, path, error);

  if (rows == NULL)
    return NULL;
  for (guint i = 0; i < rows->len; i++) {
    const V2vFileInfo *row = g_ptr_array_index (rows, i);

    v2v_tree_add (self->tree, dir, v2v_file_info_copy (row, row->name))->listed = TRUE;
  }
  dir->complete = TRUE;
  return rows;
}

GPtrArray *
v2v_cached_list (V2vFs *fs, const char *directory, GError **error)
{
  V2vCached *self = v2v_cached_begin (fs);
  V2vNode *node;

  if (!v2v_cached_find_node (self, directory, &node, error))
    return NULL;
  if (node == NULL)
    return self->below->ops->list (self->below, directory, error);
  if (node->info->kind != V2V_FILE_DIRECTORY) {
    v2v_fs_set_errno (error, ENOTDIR);
    return NULL;
  }
  return node->complete ? copy_listing (node) : fetch_listing (self, node, error);
}

/* Lists what is not known below a directory, while that takes few calls: a search is a
 * program in the appliance and takes as long as many listings. */
static void
fetch_listings (V2vCached *self, V2vNode *top)
{
  g_autoptr (GPtrArray) todo = g_ptr_array_new ();

  g_ptr_array_add (todo, top);
  for (guint done = 0, asked = 0; done < todo->len && asked < LISTINGS_MAX; done++) {
    V2vNode *dir = g_ptr_array_index (todo, done);
    GHashTableIter iter;
    gpointer value;

    if (!dir->complete) {
      g_autoptr (GPtrArray) rows = fetch_listing (self, dir, NULL);

      asked++;
      if (rows == NULL)
        return;
    }
    if (dir->children == NULL)
      continue;
    g_hash_table_iter_init (&iter, dir->children);
    while (todo->len <= LISTINGS_MAX && g_hash_table_iter_next (&iter, NULL, &value)) {
      V2vNode *child = value;

      if (child->listed && child->info->kind == V2V_FILE_DIRECTORY)
        g_ptr_array_add (todo, child);
    }
    /* More directories than calls: it will be a search. */
    if (todo->len > LISTINGS_MAX)
      return;
  }
}

/* All names below a directory of which everything is known; FALSE: it is not, or there
 * are too many. */
static gboolean
collect_names (const V2vNode *top, guint max, GPtrArray *names)
{
  g_autoptr (GPtrArray) todo = g_ptr_array_new ();
  gsize skip = 0;

  for (guint done = 0;; done++) {
    const V2vNode *dir = done == 0 ? top : g_ptr_array_index (todo, done - 1);
    GHashTableIter iter;
    gpointer value;

    if (!dir->complete)
      return FALSE;
    if (dir->children != NULL) {
      g_hash_table_iter_init (&iter, dir->children);
      while (g_hash_table_iter_next (&iter, NULL, &value)) {
        V2vNode *child = value;

        if (!child->listed)
          continue;
        if (names->len >= max)
          return FALSE;
        g_ptr_array_add (names, v2v_node_dup_path (child));
        if (child->info->kind == V2V_FILE_DIRECTORY)
          g_ptr_array_add (todo, child);
      }
    }
    if (done == todo->len)
      break;
  }
  if (top->parent != NULL) {
    g_autofree char *path = v2v_node_dup_path (top);

    skip = strlen (path);
  }
  for (guint i = 0; i < names->len; i++) {
    char *name = g_ptr_array_index (names, i);

    memmove (name, name + skip + 1, strlen (name + skip));
  }
  return TRUE;
}

GPtrArray *
v2v_cached_find (V2vFs *fs, const char *directory, guint max, GError **error)
{
  V2vCached *self = v2v_cached_begin (fs);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *real = NULL;
  V2vNode *node;

  if (!v2v_cached_find_node (self, directory, &node, error))
    return NULL;
  if (node != NULL && node->info->kind != V2V_FILE_DIRECTORY) {
    v2v_fs_set_errno (error, ENOTDIR);
    return NULL;
  }
  if (node != NULL) {
    fetch_listings (self, node);
    if (collect_names (node, max, names))
      return g_steal_pointer (&names);
  }
  real = node == NULL ? g_strdup (directory) : v2v_node_dup_path (node);
  return self->below->ops->find (self->below, real, max, error);
}
