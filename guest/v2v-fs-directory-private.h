/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fs-directory-private.h - shared by the two files of the directory back end
 */
#pragma once

#include "v2v-fs-private.h"

G_BEGIN_DECLS

typedef struct {
  V2vFs base;
  int root;
} V2vDirectory;

/* openat2() below the root; -1 with errno. */
int v2v_directory_open (const V2vDirectory *self, const char *path, guint64 flags)
  G_GNUC_WARN_UNUSED_RESULT;

/* Opens a regular file of at most @max bytes with @flags; -1 with @error. */
int v2v_directory_open_regular (const V2vDirectory *self, const char *path, int flags,
                                guint64 max, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* FALSE with errno. */
gboolean v2v_directory_write_all (int fd, const void *data, gsize length)
  G_GNUC_WARN_UNUSED_RESULT;

gboolean v2v_directory_write (V2vFs *fs, const char *path, const void *data, gsize length,
                              GError **error);
gboolean v2v_directory_remove (V2vFs *fs, const char *path, GError **error);
gboolean v2v_directory_create (V2vFs *fs, const char *path, const void *data, gsize length,
                               guint mode, GError **error);
gboolean v2v_directory_mkdir (V2vFs *fs, const char *path, guint mode, GError **error);
gboolean v2v_directory_symlink (V2vFs *fs, const char *path, const char *target,
                                GError **error);
gboolean v2v_directory_chown (V2vFs *fs, const char *path, guint uid, guint gid, GError **error);
gboolean v2v_directory_move (V2vFs *fs, const char *from, const char *to, GError **error);
gboolean v2v_directory_set_xattr (V2vFs *fs, const char *path, const char *name,
                                  const void *value, gsize length, GError **error);
gboolean v2v_directory_get_xattr (V2vFs *fs, const char *path, const char *name,
                                  GBytes **out_value, GError **error);
gboolean v2v_directory_copy_attributes (V2vFs *fs, const char *from, const char *to,
                                        GError **error);

G_END_DECLS
