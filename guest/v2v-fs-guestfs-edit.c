/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fs-guestfs-edit.c - changes to a guest that is mounted in an appliance
 *
 * mknod, mkdir, rename and lsetxattr are system calls in the guest's root.  ln and mv
 * are programs outside of it: they get a directory without links, and a
 * name of which it is known that nothing is there.
 */
#include <config.h>

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "v2v-fs-guestfs-private.h"
#include "v2v-names.h"

/* Less than what a message of the protocol holds; libguestfs would put more into a file
 * in /var/tmp on the host. */
#define WRITE_MAX (1024 * 1024)
#define PWRITE_MAX (3584 * 1024)

/* What the appliance takes away from the mode of what it creates. */
#define UMASK 022

/* Replaces the content of a file that is there.  An upload would go in chunks of 8 KiB,
 * with a wait for udev before them. */
static gboolean
put (V2vFs *fs, const char *path, const char *data, gsize length, GError **error)
{
  gsize done = MIN (length, WRITE_MAX);

  if (guestfs_write (v2v_guestfs_trip (fs), path, length == 0 ? "" : data, done) < 0)
    return v2v_guestfs_set_error (fs, error);
  while (done < length) {
    int n = guestfs_pwrite (v2v_guestfs_trip (fs), path, data + done,
                            MIN (length - done, PWRITE_MAX), (int64_t) done);

    if (n < 0)
      return v2v_guestfs_set_error (fs, error);
    if (n == 0)
      return v2v_fs_set_errno (error, EIO);
    done += (gsize) n;
  }
  return TRUE;
}

gboolean
v2v_guestfs_write (V2vFs *fs, const char *path, const void *data, gsize length, GError **error)
{
  g_auto (V2vWatch) watch = v2v_guestfs_watch (fs);

  return v2v_guestfs_check (fs, path, G_MAXUINT64, error)
         && put (fs, path, data, length, error);
}

gboolean
v2v_guestfs_remove (V2vFs *fs, const char *path, GError **error)
{
  g_auto (V2vWatch) watch = v2v_guestfs_watch (fs);

  return guestfs_rm_f (v2v_guestfs_trip (fs), path) == 0 || v2v_guestfs_is_absent (fs)
         || v2v_guestfs_set_error (fs, error);
}

/* Gives back what the umask took. */
static gboolean
restore_mode (V2vFs *fs, const char *path, guint mode, GError **error)
{
  return (mode & UMASK) == 0 || guestfs_chmod (v2v_guestfs_trip (fs), (int) mode, path) == 0
         || v2v_guestfs_set_error (fs, error);
}

/* mknod is the one call that creates a file and never takes what is there. */
gboolean
v2v_guestfs_create (V2vFs *fs, const char *path, const void *data, gsize length, guint mode,
                    GError **error)
{
  g_auto (V2vWatch) watch = v2v_guestfs_watch (fs);

  if (guestfs_mknod (v2v_guestfs_trip (fs), (int) (S_IFREG | mode), 0, 0, path) < 0)
    return v2v_guestfs_set_error (fs, error);
  if ((length == 0 || put (fs, path, data, length, error))
      && restore_mode (fs, path, mode, error))
    return TRUE;
  guestfs_rm_f (v2v_guestfs_trip (fs), path);
  return FALSE;
}

gboolean
v2v_guestfs_mkdir (V2vFs *fs, const char *path, guint mode, GError **error)
{
  g_auto (V2vWatch) watch = v2v_guestfs_watch (fs);

  if (guestfs_mkdir_mode (v2v_guestfs_trip (fs), path, (int) mode) < 0)
    return v2v_guestfs_set_error (fs, error);
  if (restore_mode (fs, path, mode, error))
    return TRUE;
  guestfs_rmdir (v2v_guestfs_trip (fs), path);
  return FALSE;
}

/* The protocol has the numbers as signed; the kernel sees the same bits. */
gboolean
v2v_guestfs_chown (V2vFs *fs, const char *path, guint uid, guint gid, GError **error)
{
  g_auto (V2vWatch) watch = v2v_guestfs_watch (fs);

  return guestfs_lchown (v2v_guestfs_trip (fs), (int) uid, (int) gid, path) == 0
         || v2v_guestfs_set_error (fs, error);
}

/* A program's failure is text, ended by the name of the error in the C locale. */
static gboolean
set_program_error (V2vFs *fs, GError **error)
{
  static const int known[] = { EPERM, EACCES, EROFS, EEXIST, ENOENT, ENOTDIR, ENOTSUP };
  V2vAppliance *appliance = ((V2vGuestfs *) fs)->appliance;
  const char *text = guestfs_last_error (appliance->g);

  for (gsize i = 0; i < G_N_ELEMENTS (known) && v2v_appliance_is_alive (appliance); i++)
    if (text != NULL && g_str_has_suffix (text, strerrordesc_np (known[i])))
      return v2v_fs_set_errno (error, known[i]);
  return v2v_guestfs_set_error (fs, error);
}

/* (transfer full): the path with its directory as it is called without links. */
static char *
dup_resolved (V2vFs *fs, const char *path, GError **error)
{
  g_autofree char *directory = NULL;
  g_autofree char *real = NULL;
  g_autofree char *name = NULL;

  v2v_names_split (path, &directory, &name);
  real = guestfs_realpath (v2v_guestfs_trip (fs), directory);
  if (real == NULL) {
    v2v_guestfs_set_error (fs, error);
    return NULL;
  }
  return g_build_path ("/", real, name, NULL);
}

gboolean
v2v_guestfs_symlink (V2vFs *fs, const char *path, const char *target, GError **error)
{
  g_auto (V2vWatch) watch = v2v_guestfs_watch (fs);
  g_autofree char *real = dup_resolved (fs, path, error);
  const char *const paths[] = { real, NULL };
  g_autoptr (GPtrArray) rows = NULL;

  if (real == NULL)
    return FALSE;
  rows = fs->ops->stat_many (fs, paths, error);
  if (rows == NULL)
    return FALSE;
  if (((V2vFileInfo *) g_ptr_array_index (rows, 0))->kind != V2V_FILE_ABSENT)
    return v2v_fs_set_errno (error, EEXIST);
  return guestfs_ln_s (v2v_guestfs_trip (fs), target, real) == 0
         || set_program_error (fs, error);
}

/* To another file system of the guest, which takes copying. */
static gboolean
move_across (V2vFs *fs, const char *from, const char *to, GError **error)
{
  g_autofree char *real_from = dup_resolved (fs, from, error);
  g_autofree char *real_to = real_from == NULL ? NULL : dup_resolved (fs, to, error);

  if (real_to == NULL)
    return FALSE;
  return guestfs_mv (v2v_guestfs_trip (fs), real_from, real_to) == 0
         || set_program_error (fs, error);
}

gboolean
v2v_guestfs_move (V2vFs *fs, const char *from, const char *to, GError **error)
{
  g_auto (V2vWatch) watch = v2v_guestfs_watch (fs);
  const char *const paths[] = { from, to, NULL };
  g_autoptr (GPtrArray) rows = fs->ops->stat_many (fs, paths, error);

  if (rows == NULL
      || !v2v_fs_check_move (g_ptr_array_index (rows, 0), g_ptr_array_index (rows, 1), error))
    return FALSE;
  if (guestfs_rename (v2v_guestfs_trip (fs), from, to) == 0)
    return TRUE;
  if (guestfs_last_errno (((V2vGuestfs *) fs)->appliance->g) == EXDEV)
    return move_across (fs, from, to, error);
  return v2v_guestfs_set_error (fs, error);
}

/* The protocol's value is a string: what it can carry is text and the NUL at its end,
 * which is what a label is. */
gboolean
v2v_guestfs_set_xattr (V2vFs *fs, const char *path, const char *name, const void *value,
                       gsize length, GError **error)
{
  g_auto (V2vWatch) watch = v2v_guestfs_watch (fs);
  g_autofree char *text = g_strndup (length == 0 ? "" : value, length);

  if (strlen (text) + 1 < length) {
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED, "the value is not text");
    return FALSE;
  }
  return guestfs_lsetxattr (v2v_guestfs_trip (fs), name, text, (int) length, path) == 0
         || v2v_guestfs_set_error (fs, error);
}

gboolean
v2v_guestfs_get_xattr (V2vFs *fs, const char *path, const char *name, GBytes **out_value,
                       GError **error)
{
  g_auto (V2vWatch) watch = v2v_guestfs_watch (fs);
  V2vAppliance *appliance = ((V2vGuestfs *) fs)->appliance;
  size_t length = 0;
  char *value = guestfs_lgetxattr (v2v_guestfs_trip (fs), path, name, &length);

  if (value != NULL)
    *out_value = g_bytes_new_take (value, length);
  return value != NULL
         || (v2v_appliance_is_alive (appliance)
             && v2v_fs_errno_is_no_xattr (guestfs_last_errno (appliance->g)))
         || v2v_guestfs_set_error (fs, error);
}

/* One call without a program in the appliance; the owner and mode come first. */
gboolean
v2v_guestfs_copy_attributes (V2vFs *fs, const char *from, const char *to, GError **error)
{
  g_auto (V2vWatch) watch = v2v_guestfs_watch (fs);

  return guestfs_copy_attributes (v2v_guestfs_trip (fs), from, to,
                                  GUESTFS_COPY_ATTRIBUTES_ALL, 1, -1)
           == 0
         || v2v_guestfs_set_error (fs, error);
}
