/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fs-tree.c - what is known of a guest's files, by their resolved paths
 */
#include <config.h>

#include "v2v-fs-tree.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "v2v-fs-private.h"

/* As many links as the kernel follows in one path. */
#define LINKS_MAX 40

V2vFileInfo *
v2v_file_info_copy (const V2vFileInfo *info, const char *name)
{
  V2vFileInfo *copy = g_memdup2 (info, sizeof *info);

  copy->name = g_strdup (name);
  copy->link = g_strdup (info->link);
  return copy;
}

static void
node_free (gpointer data)
{
  V2vNode *node = data;

  v2v_file_info_free (node->info);
  g_clear_pointer (&node->content, g_bytes_unref);
  g_clear_pointer (&node->children, g_hash_table_unref);
  g_clear_pointer (&node->folded, g_hash_table_unref);
  g_free (node);
}

V2vTree *
v2v_tree_new (void)
{
  V2vTree *tree = g_new0 (V2vTree, 1);

  tree->root = g_new0 (V2vNode, 1);
  tree->root->info = g_new0 (V2vFileInfo, 1);
  tree->root->info->kind = V2V_FILE_DIRECTORY;
  return tree;
}

void
v2v_tree_free (V2vTree *tree)
{
  if (tree == NULL)
    return;
  node_free (tree->root);
  g_free (tree);
}

void
v2v_step_clear (V2vStep *step)
{
  g_clear_pointer (&step->name, g_free);
}

V2vNode *
v2v_node_child (const V2vNode *node, const char *name)
{
  return node->children == NULL ? NULL : g_hash_table_lookup (node->children, name);
}

char *
v2v_node_dup_path (const V2vNode *node)
{
  GString *path = g_string_new (node->parent == NULL ? "/" : NULL);

  for (; node->parent != NULL; node = node->parent) {
    g_string_prepend (path, node->info->name);
    g_string_prepend_c (path, '/');
  }
  return g_string_free (path, FALSE);
}

static void
fold_names (V2vNode *dir)
{
  GHashTableIter iter;
  gpointer name;

  dir->folded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (dir->children == NULL)
    return;
  g_hash_table_iter_init (&iter, dir->children);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_hash_table_add (dir->folded, g_ascii_strdown (name, -1));
}

/* TRUE when a name that is not in the full list of @dir is not there.  On vfat and
 * NTFS a file answers to other spellings: letter case, FILENA~1, "name." and "name ". */
static gboolean
is_surely_absent (V2vNode *dir, const char *name)
{
  g_autofree char *lower = NULL;
  gsize length = strlen (name);

  if (!g_str_is_ascii (name) || strchr (name, '~') != NULL || name[length - 1] == '.'
      || name[length - 1] == ' ')
    return FALSE;
  if (dir->folded == NULL)
    fold_names (dir);
  lower = g_ascii_strdown (name, -1);
  return !g_hash_table_contains (dir->folded, lower);
}

static V2vWalk
step_into (V2vNode *dir, const char *name, V2vStep *out)
{
  V2vNode *child = v2v_node_child (dir, name);

  if (child != NULL) {
    out->node = child;
    out->errnum = ENOENT;
    return child->info->kind == V2V_FILE_ABSENT ? V2V_WALK_ABSENT : V2V_WALK_FOUND;
  }
  if (strlen (name) > NAME_MAX || (dir->complete && is_surely_absent (dir, name))) {
    out->errnum = ENOENT;
    return V2V_WALK_ABSENT;
  }
  out->node = dir;
  return V2V_WALK_UNKNOWN;
}

/* The path to go on with at a link; NULL with @out_errno, 0 = its target is not known. */
static char *
expand (const V2vNode *link, const char *rest, guint *links, int *out_errno)
{
  const char *target = link->info->link;

  *out_errno = 0;
  if (target == NULL)
    return NULL;
  *out_errno = *target == '\0' ? ENOENT : ELOOP;
  if (*target == '\0' || ++*links > LINKS_MAX)
    return NULL;
  return g_strconcat (target, rest, NULL);
}

static V2vWalk
finish (V2vNode *node, V2vStep *out)
{
  out->node = node;
  out->errnum = ENOTDIR;
  return node->info->kind == V2V_FILE_DIRECTORY ? V2V_WALK_FOUND : V2V_WALK_ABSENT;
}

V2vWalk
v2v_tree_walk (const V2vTree *tree, const char *path, gboolean follow, V2vStep *out)
{
  g_autofree char *owned = g_strdup (path);
  const char *rest = owned;
  V2vNode *at = tree->root;
  guint links = 0;

  *out = (V2vStep){ 0 };
  for (;;) {
    g_autofree char *name = NULL;
    gsize slashes = strspn (rest, "/");
    gsize length = strcspn (rest + slashes, "/");
    V2vWalk walk;

    rest += slashes;
    if (length == 0 || at->info->kind != V2V_FILE_DIRECTORY)
      return finish (at, out);
    name = g_strndup (rest, length);
    rest += length;
    if (g_str_equal (name, "."))
      continue;
    if (g_str_equal (name, "..")) {
      at = at->parent != NULL ? at->parent : at;
      continue;
    }
    walk = step_into (at, name, out);
    if (walk == V2V_WALK_UNKNOWN)
      out->name = g_steal_pointer (&name);
    if (walk != V2V_WALK_FOUND)
      return walk;
    if (out->node->info->kind == V2V_FILE_SYMLINK && (follow || *rest != '\0')) {
      char *longer = expand (out->node, rest, &links, &out->errnum);

      if (longer == NULL)
        return out->errnum == 0 ? V2V_WALK_UNKNOWN : V2V_WALK_ABSENT;
      g_free (owned);
      owned = longer;
      rest = owned;
      at = *rest == '/' ? tree->root : at;
      continue;
    }
    at = out->node;
    if (*rest == '\0')
      return V2V_WALK_FOUND;
  }
}

V2vNode *
v2v_tree_add (V2vTree *tree, V2vNode *dir, V2vFileInfo *info)
{
  V2vNode *node = v2v_node_child (dir, info->name);

  if (dir->children == NULL)
    dir->children = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, node_free);
  if (node != NULL && node->info->kind == info->kind) {
    g_hash_table_steal (dir->children, info->name);
    v2v_file_info_free (node->info);
  } else {
    node = g_new0 (V2vNode, 1);
    tree->nodes++;
  }
  node->parent = dir;
  node->info = info;
  g_clear_pointer (&dir->folded, g_hash_table_unref);
  g_hash_table_replace (dir->children, info->name, node);
  return node;
}

gboolean
v2v_tree_has_room (const V2vTree *tree, guint64 size)
{
  return size <= V2V_TREE_BYTES_MAX - MIN (tree->bytes, V2V_TREE_BYTES_MAX);
}

void
v2v_tree_keep (V2vTree *tree, V2vNode *node, GBytes *content)
{
  gsize size = g_bytes_get_size (content);

  if (node->content != NULL || !v2v_tree_has_room (tree, size))
    return;
  node->content = g_bytes_ref (content);
  tree->bytes += size;
}

void
v2v_tree_graft (V2vTree *tree, V2vNode *dir, V2vTree *from)
{
  GHashTableIter iter;
  gpointer child;

  g_clear_pointer (&dir->children, g_hash_table_unref);
  g_clear_pointer (&dir->folded, g_hash_table_unref);
  dir->children = g_steal_pointer (&from->root->children);
  dir->complete = from->root->complete;
  if (dir->children != NULL) {
    g_hash_table_iter_init (&iter, dir->children);
    while (g_hash_table_iter_next (&iter, NULL, &child))
      ((V2vNode *) child)->parent = dir;
  }
  tree->nodes += from->nodes;
  tree->bytes += from->bytes;
  v2v_tree_free (from);
}
