/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fs-tree.h - what is known of a guest's files, by their resolved paths
 *
 * A tree of rows as the guest's kernel would walk it.  A name can be known, known to be
 * absent, or unknown.  It holds no handle: whoever owns it asks the guest and adds.
 */
#pragma once

#include "v2v-fs.h"

G_BEGIN_DECLS

/* Contents that are kept, and names; more is asked for again. */
#define V2V_TREE_BYTES_MAX (128 * 1024 * 1024)
#define V2V_TREE_NODES_MAX (500 * 1000)

typedef struct _V2vNode V2vNode;

struct _V2vNode {
  V2vNode *parent;      /* NULL: the root */
  V2vFileInfo *info;    /* named by the last component */
  GBytes *content;      /* all of a regular file, a NUL after it; or NULL */
  GHashTable *children; /* name -> V2vNode; NULL: none known */
  GHashTable *folded;   /* the names of @children in lower case, or NULL */
  gboolean complete;    /* what is not in @children does not exist */
  gboolean listed;      /* it came with all of its directory */
};

typedef struct {
  V2vNode *root; /* its row has no name until it was asked for */
  guint nodes;
  gsize bytes;
} V2vTree;

V2vTree *v2v_tree_new (void) G_GNUC_WARN_UNUSED_RESULT;
void v2v_tree_free (V2vTree *tree); /* NULL is allowed */

typedef enum {
  V2V_WALK_FOUND,
  V2V_WALK_ABSENT,
  V2V_WALK_UNKNOWN,
} V2vWalk;

typedef struct {
  V2vNode *node; /* what was found; UNKNOWN: the directory in which to ask */
  char *name;    /* UNKNOWN: for this name; NULL: nobody can tell */
  int errnum;    /* ABSENT: why */
} V2vStep;

/**
 * v2v_tree_walk:
 * @path: absolute
 * @follow: a link at the end, too
 *
 * Never asks.  @out is to be cleared with v2v_step_clear().
 */
V2vWalk v2v_tree_walk (const V2vTree *tree, const char *path, gboolean follow, V2vStep *out);
void v2v_step_clear (V2vStep *step);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (V2vStep, v2v_step_clear)

/* Adds the row @info (transfer full) of an entry of @dir; what is known below an entry of
 * the same kind stays. */
V2vNode *v2v_tree_add (V2vTree *tree, V2vNode *dir, V2vFileInfo *info);

/* TRUE when @size more bytes would be kept. */
gboolean v2v_tree_has_room (const V2vTree *tree, guint64 size);

/* Keeps the bytes of a regular file while there is room. */
void v2v_tree_keep (V2vTree *tree, V2vNode *node, GBytes *content);

/* Moves all of @from (transfer full) below @dir, in place of what was there. */
void v2v_tree_graft (V2vTree *tree, V2vNode *dir, V2vTree *from);

/* (transfer full): the path by which the guest's kernel knows it. */
char *v2v_node_dup_path (const V2vNode *node) G_GNUC_WARN_UNUSED_RESULT;
V2vNode *v2v_node_child (const V2vNode *node, const char *name);

V2vFileInfo *v2v_file_info_copy (const V2vFileInfo *info, const char *name)
  G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vTree, v2v_tree_free)

G_END_DECLS
