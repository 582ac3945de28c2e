/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fs-cached-private.h - shared by the files of the back end that keeps
 */
#pragma once

#include "v2v-fs-private.h"
#include "v2v-fs-tree.h"

G_BEGIN_DECLS

typedef struct {
  V2vFs base;
  V2vFs *below;
  gboolean owns_below;
  V2vTree *tree;
} V2vCached;

void v2v_cached_forget (V2vCached *self);

/* At the start of an operation, when nobody holds a node. */
V2vCached *v2v_cached_begin (V2vFs *fs);

/* What the path leads to.  *@out_node is NULL when only the file system below can
 * tell; FALSE with @error also when nothing is there. */
gboolean v2v_cached_find_node (V2vCached *self, const char *path, V2vNode **out_node,
                               GError **error);

GPtrArray *v2v_cached_list (V2vFs *fs, const char *directory, GError **error);
GPtrArray *v2v_cached_find (V2vFs *fs, const char *directory, guint max, GError **error);

gboolean v2v_cached_write (V2vFs *fs, const char *path, const void *data, gsize length,
                           GError **error);
gboolean v2v_cached_remove (V2vFs *fs, const char *path, GError **error);
gboolean v2v_cached_create (V2vFs *fs, const char *path, const void *data, gsize length,
                            guint mode, GError **error);
gboolean v2v_cached_mkdir (V2vFs *fs, const char *path, guint mode, GError **error);
gboolean v2v_cached_symlink (V2vFs *fs, const char *path, const char *target, GError **error);
gboolean v2v_cached_chown (V2vFs *fs, const char *path, guint uid, guint gid, GError **error);
gboolean v2v_cached_move (V2vFs *fs, const char *from, const char *to, GError **error);
gboolean v2v_cached_set_xattr (V2vFs *fs, const char *path, const char *name,
                               const void *value, gsize length, GError **error);
gboolean v2v_cached_get_xattr (V2vFs *fs, const char *path, const char *name,
                               GBytes **out_value, GError **error);
gboolean v2v_cached_copy_attributes (V2vFs *fs, const char *from, const char *to,
                                     GError **error);

G_END_DECLS
