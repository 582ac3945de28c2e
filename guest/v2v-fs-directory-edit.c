/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fs-directory-edit.c - changes to a host directory that plays the guest
 *
 * A name is created, moved or removed by a system call that takes its directory's
 * descriptor, which cannot be outside of the root, and the name alone.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "v2v-fs-directory-private.h"

gboolean
v2v_directory_write_all (int fd, const void *data, gsize length)
{
  const char *p = data;

  while (length > 0) {
    ssize_t n = write (fd, p, length);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return FALSE;
    p += n;
    length -= (gsize) n;
  }
  return TRUE;
}

gboolean
v2v_directory_write (V2vFs *fs, const char *path, const void *data, gsize length,
                     GError **error)
{
  int fd = v2v_directory_open_regular ((const V2vDirectory *) fs, path, O_WRONLY, G_MAXUINT64,
                                       error);
  gboolean ok;

  if (fd < 0)
    return FALSE;
  ok = ftruncate (fd, 0) == 0 && v2v_directory_write_all (fd, data, length);
  if (!ok)
    v2v_fs_set_errno (error, errno);
  if (close (fd) < 0 && ok)
    ok = v2v_fs_set_errno (error, errno);
  return ok;
}

/* A name and the descriptor of the directory that it is in. */
typedef struct {
  int fd;
  char *name;
} Place;

static gboolean
place_init (Place *place, V2vFs *fs, const char *path)
{
  g_autofree char *parent = g_path_get_dirname (path);

  place->name = g_path_get_basename (path);
  place->fd = v2v_directory_open ((const V2vDirectory *) fs, parent, O_PATH | O_DIRECTORY);
  return place->fd >= 0;
}

static void
place_clear (Place *place)
{
  if (place->fd >= 0)
    close (place->fd);
  g_free (place->name);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Place, place_clear)

gboolean
v2v_directory_remove (V2vFs *fs, const char *path, GError **error)
{
  g_auto (Place) place = { -1, NULL };

  if (place_init (&place, fs, path) && unlinkat (place.fd, place.name, 0) == 0)
    return TRUE;
  return v2v_fs_errno_is_absent (errno) || v2v_fs_set_errno (error, errno);
}

/* The modes are set again after the umask, or a default ACL, had its say. */
gboolean
v2v_directory_create (V2vFs *fs, const char *path, const void *data, gsize length, guint mode,
                      GError **error)
{
  g_auto (Place) place = { -1, NULL };
  int fd = -1;
  gboolean ok;

  if (place_init (&place, fs, path))
    fd = openat (place.fd, place.name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                 0600);
  if (fd < 0)
    return v2v_fs_set_errno (error, errno);
  ok = v2v_directory_write_all (fd, data, length) && fchmod (fd, mode) == 0;
  if (!ok)
    v2v_fs_set_errno (error, errno);
  if (close (fd) < 0 && ok)
    ok = v2v_fs_set_errno (error, errno);
  if (!ok)
    unlinkat (place.fd, place.name, 0);
  return ok;
}

gboolean
v2v_directory_mkdir (V2vFs *fs, const char *path, guint mode, GError **error)
{
  g_auto (Place) place = { -1, NULL };

  if (!place_init (&place, fs, path) || mkdirat (place.fd, place.name, 0700) < 0)
    return v2v_fs_set_errno (error, errno);
  if (fchmodat (place.fd, place.name, mode, 0) < 0) {
    v2v_fs_set_errno (error, errno);
    unlinkat (place.fd, place.name, AT_REMOVEDIR);
    return FALSE;
  }
  return TRUE;
}

gboolean
v2v_directory_symlink (V2vFs *fs, const char *path, const char *target, GError **error)
{
  g_auto (Place) place = { -1, NULL };

  if (place_init (&place, fs, path) && symlinkat (target, place.fd, place.name) == 0)
    return TRUE;
  return v2v_fs_set_errno (error, errno);
}

/* Without the right to give files away a test has to do without owners. */
gboolean
v2v_directory_chown (V2vFs *fs, const char *path, guint uid, guint gid, GError **error)
{
  g_auto (Place) place = { -1, NULL };
  struct stat st;

  if (!place_init (&place, fs, path)
      || fstatat (place.fd, place.name, &st, AT_SYMLINK_NOFOLLOW) != 0)
    return v2v_fs_set_errno (error, errno);
  if (geteuid () != 0
      || fchownat (place.fd, place.name, uid, gid, AT_SYMLINK_NOFOLLOW) == 0)
    return TRUE;
  return v2v_fs_set_errno (error, errno);
}

/* The directory is one file system: a rename is all that it takes. */
gboolean
v2v_directory_move (V2vFs *fs, const char *from, const char *to, GError **error)
{
  const char *const paths[] = { from, to, NULL };
  g_autoptr (GPtrArray) rows = fs->ops->stat_many (fs, paths, error);
  g_auto (Place) source = { -1, NULL };
  g_auto (Place) target = { -1, NULL };

  if (rows == NULL
      || !v2v_fs_check_move (g_ptr_array_index (rows, 0), g_ptr_array_index (rows, 1), error))
    return FALSE;
  if (place_init (&source, fs, from) && place_init (&target, fs, to)
      && renameat2 (source.fd, source.name, target.fd, target.name, RENAME_NOREPLACE) == 0)
    return TRUE;
  return v2v_fs_set_errno (error, errno);
}

/* By the directory's /proc entry and the name: that of an O_PATH descriptor of a
 * link would be followed to nowhere. */
gboolean
v2v_directory_set_xattr (V2vFs *fs, const char *path, const char *name, const void *value,
                         gsize length, GError **error)
{
  g_auto (Place) place = { -1, NULL };
  g_autofree char *at = NULL;

  if (!place_init (&place, fs, path))
    return v2v_fs_set_errno (error, errno);
  at = g_strdup_printf ("/proc/self/fd/%d/%s", place.fd, place.name);
  if (lsetxattr (at, name, value, length, 0) == 0)
    return TRUE;
  return v2v_fs_set_errno (error, errno);
}

/* The kernel's limit for a value. */
#define XATTR_MAX (64 * 1024)

gboolean
v2v_directory_get_xattr (V2vFs *fs, const char *path, const char *name, GBytes **out_value,
                         GError **error)
{
  g_auto (Place) place = { -1, NULL };
  g_autofree char *at = NULL;
  g_autofree char *value = g_malloc (XATTR_MAX);
  ssize_t n;

  if (!place_init (&place, fs, path))
    return v2v_fs_set_errno (error, errno);
  at = g_strdup_printf ("/proc/self/fd/%d/%s", place.fd, place.name);
  n = lgetxattr (at, name, value, XATTR_MAX);
  if (n >= 0)
    *out_value = g_bytes_new (value, (gsize) n);
  return n >= 0 || v2v_fs_errno_is_no_xattr (errno) || v2v_fs_set_errno (error, errno);
}

static gboolean
copy_xattr (int from, int to, const char *name)
{
  g_autofree char *value = g_malloc (XATTR_MAX);
  ssize_t n = fgetxattr (from, name, value, XATTR_MAX);

  return n >= 0 && fsetxattr (to, name, value, (size_t) n, 0) == 0;
}

static gboolean
copy_xattrs (int from, int to)
{
  g_autofree char *names = g_malloc (XATTR_MAX);
  ssize_t n = flistxattr (from, names, XATTR_MAX);

  for (const char *name = names; n > 0 && name < names + n; name += strlen (name) + 1)
    if (!copy_xattr (from, to, name))
      return FALSE;
  return n >= 0;
}

gboolean
v2v_directory_copy_attributes (V2vFs *fs, const char *from, const char *to, GError **error)
{
  const V2vDirectory *self = (const V2vDirectory *) fs;
  int source = v2v_directory_open (self, from, O_RDONLY | O_NOFOLLOW);
  int target = source < 0 ? -1 : v2v_directory_open (self, to, O_RDONLY | O_NOFOLLOW);
  struct stat st;
  gboolean ok = target >= 0 && fstat (source, &st) == 0
                && (geteuid () != 0 || fchown (target, st.st_uid, st.st_gid) == 0)
                && fchmod (target, st.st_mode & 07777) == 0 && copy_xattrs (source, target);

  if (!ok)
    v2v_fs_set_errno (error, errno);
  if (source >= 0)
    close (source);
  if (target >= 0)
    close (target);
  return ok;
}
