/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fs-cached-private.h - shared by the two files of the back end that keeps
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

gboolean v2v_cached_write (V2vFs *fs, const char *path, const void *data, gsize length,
                           GError **error);
gboolean v2v_cached_remove (V2vFs *fs, const char *path, GError **error);
gboolean v2v_cached_create (V2vFs *fs, const char *path, const void *data, gsize length,
                            guint mode, GError **error);
gboolean v2v_cached_mkdir (V2vFs *fs, const char *path, guint mode, GError **error);
gboolean v2v_cached_symlink (V2vFs *fs, const char *path, const char *target, GError **error);
gboolean v2v_cached_move (V2vFs *fs, const char *from, const char *to, GError **error);
gboolean v2v_cached_set_xattr (V2vFs *fs, const char *path, const char *name,
                               const void *value, gsize length, GError **error);
gboolean v2v_cached_get_xattr (V2vFs *fs, const char *path, const char *name,
                               GBytes **out_value, GError **error);

G_END_DECLS
