/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fs-guestfs-private.h - shared by the files of the libguestfs back end
 */
#pragma once

#include "v2v-appliance-private.h"
#include "v2v-fs-private.h"

G_BEGIN_DECLS

typedef struct {
  V2vFs base;
  V2vAppliance *appliance; /* borrowed */
  guint64 round_trips;
} V2vGuestfs;

/* The handle for one call: it is counted. */
guestfs_h *v2v_guestfs_trip (V2vFs *fs);

V2vWatch v2v_guestfs_watch (V2vFs *fs) G_GNUC_WARN_UNUSED_RESULT;

/* From the last call that failed; always FALSE. */
gboolean v2v_guestfs_set_error (V2vFs *fs, GError **error);

/* TRUE when the last call failed because there is no such file. */
gboolean v2v_guestfs_is_absent (V2vFs *fs);

gboolean v2v_guestfs_follow (V2vFs *fs, const char *path, V2vFileKind *out_kind,
                             guint64 *out_size, GError **error);

/* That the path leads to a regular file of at most @max bytes. */
gboolean v2v_guestfs_check (V2vFs *fs, const char *path, guint64 max, GError **error);

gboolean v2v_guestfs_write (V2vFs *fs, const char *path, const void *data, gsize length,
                            GError **error);
gboolean v2v_guestfs_remove (V2vFs *fs, const char *path, GError **error);
gboolean v2v_guestfs_create (V2vFs *fs, const char *path, const void *data, gsize length,
                             guint mode, GError **error);
gboolean v2v_guestfs_mkdir (V2vFs *fs, const char *path, guint mode, GError **error);
gboolean v2v_guestfs_symlink (V2vFs *fs, const char *path, const char *target,
                              GError **error);
gboolean v2v_guestfs_chown (V2vFs *fs, const char *path, guint uid, guint gid, GError **error);
gboolean v2v_guestfs_move (V2vFs *fs, const char *from, const char *to, GError **error);
gboolean v2v_guestfs_set_xattr (V2vFs *fs, const char *path, const char *name,
                                const void *value, gsize length, GError **error);
gboolean v2v_guestfs_get_xattr (V2vFs *fs, const char *path, const char *name,
                                GBytes **out_value, GError **error);
gboolean v2v_guestfs_copy_attributes (V2vFs *fs, const char *from, const char *to,
                                      GError **error);
gboolean v2v_guestfs_archive (V2vFs *fs, const char *directory, const char *const *without,
                              int fd, guint64 max,
                              GError **error);

G_END_DECLS
