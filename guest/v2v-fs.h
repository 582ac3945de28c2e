/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fs.h - the files of one guest, whatever serves them
 *
 * Two back ends: a libguestfs handle with the guest mounted, and (tests) a
 * directory tree that paths cannot leave.  Paths are absolute inside the guest;
 * symbolic links are followed inside the guest only.  Every call is a round trip
 * to the appliance, so the plural forms are the ones to use.
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

#include "v2v-error.h"

G_BEGIN_DECLS

typedef struct _V2vFs V2vFs;

typedef enum {
  V2V_FILE_ABSENT,
  V2V_FILE_REGULAR,
  V2V_FILE_DIRECTORY,
  V2V_FILE_SYMLINK,
  V2V_FILE_OTHER,
} V2vFileKind;

typedef struct {
  char *name;       /* relative to the directory asked for; or the path asked for */
  V2vFileKind kind; /* of the thing itself, a link is a SYMLINK */
  guint64 size;     /* of a regular file or link, else 0 */
  guint mode;       /* permission bits */
  guint uid, gid;
  guint links;      /* names of a regular file; 0 where that is not known */
  char *link;       /* target text of a symbolic link, else NULL */
} V2vFileInfo;

/* A guest file bigger than this is never read into memory by the text readers. */
#define V2V_FS_TEXT_MAX (1024 * 1024)
/* The most that v2v_fs_read_head() takes; one message of the appliance holds it. */
#define V2V_FS_HEAD_MAX (1024 * 1024)

/**
 * v2v_fs_new_directory:
 * @root: a host directory that plays the guest's root
 *
 * Opens by openat2(RESOLVE_IN_ROOT): no path or link leaves @root.
 *
 * Returns: (transfer full): or %NULL with @error.
 */
V2vFs *v2v_fs_new_directory (const char *root, GError **error) G_GNUC_WARN_UNUSED_RESULT;

void v2v_fs_free (V2vFs *fs); /* NULL is allowed; does not close the appliance */

/**
 * v2v_fs_stat_many:
 * @paths: NULL-terminated
 *
 * The last component is not followed (a link is reported as a link), the others
 * are.  A path that does not exist is a row of kind ABSENT.
 *
 * Returns: (transfer full) (element-type V2vFileInfo): one row per path, in order.
 */
GPtrArray *v2v_fs_stat_many (V2vFs *fs, const char *const *paths, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* TRUE when the path (links followed) is a regular file / a directory; errors are FALSE. */
gboolean v2v_fs_is_file (V2vFs *fs, const char *path);
gboolean v2v_fs_is_dir (V2vFs *fs, const char *path);

/* TRUE when the path (links followed) is a regular file of no bytes; errors are FALSE. */
gboolean v2v_fs_is_empty_file (V2vFs *fs, const char *path);

/* As v2v_fs_is_file(), for decisions: %FALSE with @error when it cannot be told. */
gboolean v2v_fs_find_file (V2vFs *fs, const char *path, gboolean *out_is, GError **error);

/**
 * v2v_fs_list:
 * @directory: a directory; links to directories are followed
 *
 * Returns: (transfer full) (element-type V2vFileInfo): its entries without . and
 * .., sorted by name; %NULL with %V2V_ERROR_NOT_FOUND when it is not there.
 */
GPtrArray *v2v_fs_list (V2vFs *fs, const char *directory, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_fs_find:
 * @max: most entries to return; more is %V2V_ERROR_REFUSED
 *
 * All names below @directory, recursively, relative to it, sorted; links are
 * not followed.
 *
 * Returns: (transfer full) (element-type utf8): or %NULL with @error
 */
GPtrArray *v2v_fs_find (V2vFs *fs, const char *directory, guint max, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_fs_read:
 * @max: a larger file is %V2V_ERROR_REFUSED, and not a byte of it is copied
 *
 * Follows links inside the guest.  A directory, device or FIFO is
 * %V2V_ERROR_REFUSED; an absent file or dangling link is %V2V_ERROR_NOT_FOUND.
 *
 * Returns: (transfer full): the bytes; a NUL follows them in memory.
 */
GBytes *v2v_fs_read (V2vFs *fs, const char *path, gsize max, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full) (nullable): the same as a NUL-ended string; a file with NUL
 * bytes ends at the first.  @max is V2V_FS_TEXT_MAX. */
char *v2v_fs_read_text (V2vFs *fs, const char *path, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_fs_read_head:
 * @length: at most V2V_FS_HEAD_MAX
 *
 * The first @length bytes of a regular file of any size, fewer when it is shorter:
 * for a magic number or a header.  A NUL follows them in memory.
 *
 * Returns: (transfer full): or %NULL with @error, as v2v_fs_read().
 */
GBytes *v2v_fs_read_head (V2vFs *fs, const char *path, gsize length, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_fs_download:
 *
 * Copies a regular file to a host file (created 0600, replaced), @max bytes at most.
 */
gboolean v2v_fs_download (V2vFs *fs, const char *path, const char *host_path, guint64 max,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_fs_map:
 *
 * The content of a regular file of @max bytes at most that is too large to be kept in memory:
 * mapped from a temporary file that has no name any more.
 *
 * Returns: (transfer full): or %NULL with @error, as v2v_fs_read(); %V2V_ERROR_STORAGE when
 * the host has no room.
 */
GBytes *v2v_fs_map (V2vFs *fs, const char *path, guint64 max, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_fs_write:
 *
 * Replaces the content of an existing regular file in place: inode, owner, mode,
 * ACL, label and hard links stay.  Links are followed inside the guest.  A file that
 * does not exist is %V2V_ERROR_NOT_FOUND, an immutable one %V2V_ERROR_REFUSED.
 */
gboolean v2v_fs_write (V2vFs *fs, const char *path, const void *data, gsize length,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Removes one file or link (never a directory); an absent one is not an error. */
gboolean v2v_fs_remove (V2vFs *fs, const char *path, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_fs_create:
 *
 * A new regular file; its directory is there.  Anything at @path is %V2V_ERROR_REFUSED.
 */
gboolean v2v_fs_create (V2vFs *fs, const char *path, const void *data, gsize length,
                        guint mode, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A new directory, root's, and a new symbolic link. */
gboolean v2v_fs_mkdir (V2vFs *fs, const char *path, guint mode, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;
gboolean v2v_fs_symlink (V2vFs *fs, const char *path, const char *target, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_fs_chown:
 *
 * What is at @path, a link itself, belongs to @uid and @gid of the guest.  A tree of tests
 * keeps its owners when the test is not root's.
 */
gboolean v2v_fs_chown (V2vFs *fs, const char *path, guint uid, guint gid, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* Moves a file or link, with its owner, mode and attributes, also to another file system
 * of the guest.  What is at @to already is %V2V_ERROR_REFUSED. */
gboolean v2v_fs_move (V2vFs *fs, const char *from, const char *to, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* An extended attribute ("security.selinux"); a link itself, not what it points to. */
gboolean v2v_fs_set_xattr (V2vFs *fs, const char *path, const char *name, const void *value,
                           gsize length, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_fs_get_xattr:
 * @name: "security.selinux"
 * @out_value: (transfer full) (nullable): %NULL when the file, or its file system, has none
 *
 * Of a link itself, not of what it points to.
 */
gboolean v2v_fs_get_xattr (V2vFs *fs, const char *path, const char *name, GBytes **out_value,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* TRUE when the file system has no such thing (ENOTSUP): FAT has no attributes. */
gboolean v2v_fs_is_unsupported (const GError *error);

/**
 * v2v_fs_copy_attributes:
 *
 * Regular file @to gets the mode, owner and extended attributes of regular file @from, as
 * far as the file system has such; where it has none see v2v_fs_is_unsupported().
 */
gboolean v2v_fs_copy_attributes (V2vFs *fs, const char *from, const char *to, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* Calls that went to the appliance; 0 for other back ends. */
guint64 v2v_fs_round_trips (const V2vFs *fs);

/**
 * v2v_fs_new_cached:
 * @base: (transfer none): outlives it; nobody else writes to it, or mounts, meanwhile
 *
 * The same files, each asked for once: rows, listings and small contents are kept.  What
 * is changed goes through, and all that was kept is forgotten: a file has more names
 * (hard links, mounts, letter case) than anybody knows.
 */
V2vFs *v2v_fs_new_cached (V2vFs *base) G_GNUC_WARN_UNUSED_RESULT;

/* @base: (transfer full): freed with it */
V2vFs *v2v_fs_new_cached_take (V2vFs *base) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_fs_prefetch_tree:
 * @fs: of v2v_fs_new_cached(); any other is left alone
 * @without: (nullable): NULL-ended, relative to @directory: directories whose contents
 *   nobody wants, ending in a slash, and such files; no patterns, and nothing of the guest
 *
 * Fetches all of a directory (names, rows, contents of small regular files, links) in one
 * round trip.  An absent, oversized or odd tree is no error: what was not fetched
 * is asked for when it is needed.  Sockets, which an archive does not hold, seem absent.
 */
gboolean v2v_fs_prefetch_tree (V2vFs *fs, const char *directory, const char *const *without,
                               GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* Fetches the rows of many paths, and of what links among them lead to: one or two round
 * trips for each directory.  @fs: as for v2v_fs_prefetch_tree(). */
gboolean v2v_fs_prefetch_rows (V2vFs *fs, const char *const *paths, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

void v2v_file_info_free (V2vFileInfo *info);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vFs, v2v_fs_free)

G_END_DECLS
