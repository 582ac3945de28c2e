/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fs-private.h - what a back end of V2vFs supplies
 *
 * The front (v2v-fs.c) checks paths, names the file in every error, and turns the
 * one copy operation into read, read_text and download.  A back end says only why
 * something failed: by v2v_fs_set_errno() or a message without the path.
 */
#pragma once

#include "v2v-fs.h"

G_BEGIN_DECLS

/* More names than this in one directory is an attack, not a guest. */
#define V2V_FS_LIST_MAX (200 * 1000)

typedef struct {
  const char *name;
  void (*free) (V2vFs *fs);
  /* A row per path; the front has made sure that they are absolute and short. */
  GPtrArray *(*stat_many) (V2vFs *fs, const char *const *paths, GError **error);
  /* Kind and size after following links; ABSENT only with an error. */
  gboolean (*follow) (V2vFs *fs, const char *path, V2vFileKind *out_kind,
                      guint64 *out_size, GError **error);
  /* Unsorted. */
  GPtrArray *(*list) (V2vFs *fs, const char *directory, GError **error);
  GPtrArray *(*find) (V2vFs *fs, const char *directory, guint max, GError **error);
  /* Copies a regular file of at most @max bytes to @fd, an empty host file; not a
   * byte when it is larger or not a regular file. */
  gboolean (*copy) (V2vFs *fs, const char *path, int fd, guint64 max, GError **error);
  /* At most @length bytes from the start of a regular file of any size, and a
   * NUL after them. */
  GBytes *(*head) (V2vFs *fs, const char *path, gsize length, GError **error);
  gboolean (*write) (V2vFs *fs, const char *path, const void *data, gsize length,
                     GError **error);
  gboolean (*remove) (V2vFs *fs, const char *path, GError **error);
  /* Of these, the front has made sure that the paths end in a name. */
  gboolean (*create) (V2vFs *fs, const char *path, const void *data, gsize length, guint mode,
                      GError **error);
  gboolean (*mkdir) (V2vFs *fs, const char *path, guint mode, GError **error);
  gboolean (*symlink) (V2vFs *fs, const char *path, const char *target, GError **error);
  gboolean (*chown) (V2vFs *fs, const char *path, guint uid, guint gid, GError **error);
  gboolean (*move) (V2vFs *fs, const char *from, const char *to, GError **error);
  gboolean (*set_xattr) (V2vFs *fs, const char *path, const char *name, const void *value,
                         gsize length, GError **error);
  /* NULL: this back end has no files of its own to ask (a draft). */
  gboolean (*get_xattr) (V2vFs *fs, const char *path, const char *name, GBytes **out_value,
                         GError **error);
  /* NULL for the same reason. */
  gboolean (*copy_attributes) (V2vFs *fs, const char *from, const char *to, GError **error);
  guint64 (*round_trips) (const V2vFs *fs); /* NULL: none are made */
  /* What can only be had cheaply by some; NULL for the others. */
  /* head() of what is known to be a regular file, with at least one byte. */
  GBytes *(*load) (V2vFs *fs, const char *path, gsize length, GError **error);
  /* What "tar -cf - ." in a directory gives, at most @max bytes, to an empty host file;
   * the path has no links.  What is below the directories of @without is left out. */
  gboolean (*archive) (V2vFs *fs, const char *directory, const char *const *without, int fd,
                       guint64 max, GError **error);
  gboolean (*prefetch_tree) (V2vFs *fs, const char *directory, const char *const *without,
                             GError **error);
  gboolean (*prefetch_rows) (V2vFs *fs, const char *const *paths, GError **error);
} V2vFsOps;

struct _V2vFs {
  const V2vFsOps *ops;
};

/* (transfer full): a row from the fields of a struct stat. */
V2vFileInfo *v2v_file_info_new (const char *name, guint st_mode, guint64 size, guint uid,
                                guint gid) G_GNUC_WARN_UNUSED_RESULT;
V2vFileInfo *v2v_file_info_new_absent (const char *name) G_GNUC_WARN_UNUSED_RESULT;
GPtrArray *v2v_file_info_array_new (void) G_GNUC_WARN_UNUSED_RESULT;

V2vFileKind v2v_file_kind_from_mode (guint st_mode);

/* Always FALSE.  A loop or a dangling link is %V2V_ERROR_NOT_FOUND like an absent
 * file; what the guest's file system forbids is %V2V_ERROR_REFUSED. */
gboolean v2v_fs_set_errno (GError **error, int errnum);

/* TRUE for the errno values that mean "there is no such file". */
gboolean v2v_fs_errno_is_absent (int errnum);

/* TRUE for the errno values that mean "it has no such attribute". */
gboolean v2v_fs_errno_is_no_xattr (int errnum);

/* The checks before a byte is copied.  FALSE with %V2V_ERROR_REFUSED. */
gboolean v2v_fs_check_regular (V2vFileKind kind, guint64 size, guint64 max,
                               GError **error);

/* Guest text may name any path: FALSE for those that no back end may see. */
gboolean v2v_fs_check_path (const char *path, GError **error);

/* Puts "VERB 'PATH': " in front of what the back end said; @path made printable. */
void v2v_fs_name_file (GError **error, const char *verb, const char *path);

/* What v2v_fs_move() moves, and that nothing is in the way: by the rows of the two. */
gboolean v2v_fs_check_move (const V2vFileInfo *from, const V2vFileInfo *to, GError **error);

/* Writes all of @bytes to a host file. */
gboolean v2v_fs_fill (int fd, GBytes *bytes, GError **error);

/* (transfer full): the whole of a host file that nobody else writes, with a NUL after it. */
GBytes *v2v_fs_slurp (int fd, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Sets the error of a find or list that has more than @max names; always FALSE. */
gboolean v2v_fs_set_too_many (GError **error, guint max);

G_END_DECLS
