/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fs-edit.c - the operations that change a guest, and attributes: the part that back ends
 * share
 */
#include <config.h>

#include "v2v-fs.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "v2v-fs-private.h"

gboolean
v2v_fs_write (V2vFs *fs, const char *path, const void *data, gsize length, GError **error)
{
  if (v2v_fs_check_path (path, error) && fs->ops->write (fs, path, data, length, error))
    return TRUE;
  v2v_fs_name_file (error, "writing", path);
  return FALSE;
}

/* "/", "/a/", "/a/." and "/a/..": names of directories, whatever is there. */
static gboolean
ends_in_name (const char *path)
{
  return !g_str_has_suffix (path, "/") && !g_str_has_suffix (path, "/.")
         && !g_str_has_suffix (path, "/..");
}

gboolean
v2v_fs_remove (V2vFs *fs, const char *path, GError **error)
{
  if (!ends_in_name (path))
    v2v_fs_set_errno (error, EISDIR);
  else if (v2v_fs_check_path (path, error) && fs->ops->remove (fs, path, error))
    return TRUE;
  v2v_fs_name_file (error, "removing", path);
  return FALSE;
}

/* A back end takes such a path apart: it must be a name in a directory. */
static gboolean
check_entry (const char *path, GError **error)
{
  if (ends_in_name (path))
    return v2v_fs_check_path (path, error);
  g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED, "the path does not end in a name");
  return FALSE;
}

gboolean
v2v_fs_create (V2vFs *fs, const char *path, const void *data, gsize length, guint mode,
               GError **error)
{
  if (check_entry (path, error) && fs->ops->create (fs, path, data, length, mode & 07777, error))
    return TRUE;
  v2v_fs_name_file (error, "creating", path);
  return FALSE;
}

gboolean
v2v_fs_mkdir (V2vFs *fs, const char *path, guint mode, GError **error)
{
  if (check_entry (path, error) && fs->ops->mkdir (fs, path, mode & 07777, error))
    return TRUE;
  v2v_fs_name_file (error, "creating directory", path);
  return FALSE;
}

/* The kernel's limits for the text of a link. */
static gboolean
check_target (const char *target, GError **error)
{
  if (*target != '\0' && strlen (target) < PATH_MAX)
    return TRUE;
  g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED,
                       "the target of the link is empty or too long");
  return FALSE;
}

gboolean
v2v_fs_symlink (V2vFs *fs, const char *path, const char *target, GError **error)
{
  if (check_entry (path, error) && check_target (target, error)
      && fs->ops->symlink (fs, path, target, error))
    return TRUE;
  v2v_fs_name_file (error, "creating link", path);
  return FALSE;
}

gboolean
v2v_fs_chown (V2vFs *fs, const char *path, guint uid, guint gid, GError **error)
{
  if (check_entry (path, error) && fs->ops->chown (fs, path, uid, gid, error))
    return TRUE;
  v2v_fs_name_file (error, "changing the owner of", path);
  return FALSE;
}

gboolean
v2v_fs_check_move (const V2vFileInfo *from, const V2vFileInfo *to, GError **error)
{
  if (from->kind == V2V_FILE_ABSENT)
    return v2v_fs_set_errno (error, ENOENT);
  if (from->kind != V2V_FILE_SYMLINK
      && !v2v_fs_check_regular (from->kind, 0, G_MAXUINT64, error))
    return FALSE;
  return to->kind == V2V_FILE_ABSENT || v2v_fs_set_errno (error, EEXIST);
}

gboolean
v2v_fs_move (V2vFs *fs, const char *from, const char *to, GError **error)
{
  if (!check_entry (to, error)) {
    v2v_fs_name_file (error, "moving a file to", to);
    return FALSE;
  }
  if (check_entry (from, error) && fs->ops->move (fs, from, to, error))
    return TRUE;
  v2v_fs_name_file (error, "to", to);
  v2v_fs_name_file (error, "moving", from);
  return FALSE;
}

gboolean
v2v_fs_set_xattr (V2vFs *fs, const char *path, const char *name, const void *value,
                  gsize length, GError **error)
{
  if (check_entry (path, error)
      && fs->ops->set_xattr (fs, path, name, value, length, error))
    return TRUE;
  g_prefix_error (error, "setting %s: ", name);
  v2v_fs_name_file (error, "changing", path);
  return FALSE;
}

gboolean
v2v_fs_errno_is_no_xattr (int errnum)
{
  return errnum == ENODATA || errnum == ENOTSUP;
}

gboolean
v2v_fs_get_xattr (V2vFs *fs, const char *path, const char *name, GBytes **out_value,
                  GError **error)
{
  *out_value = NULL;
  if (fs->ops->get_xattr == NULL)
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED, "attributes are not known here");
  else if (check_entry (path, error) && fs->ops->get_xattr (fs, path, name, out_value, error))
    return TRUE;
  g_prefix_error (error, "%s: ", name);
  v2v_fs_name_file (error, "reading", path);
  return FALSE;
}

gboolean
v2v_fs_is_unsupported (const GError *error)
{
  return g_error_matches (error, V2V_ERROR, V2V_ERROR_REFUSED)
         && g_str_has_suffix (error->message, g_strerror (ENOTSUP));
}

gboolean
v2v_fs_copy_attributes (V2vFs *fs, const char *from, const char *to, GError **error)
{
  if (fs->ops->copy_attributes == NULL)
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED, "attributes are not known here");
  else if (check_entry (from, error) && check_entry (to, error)
           && fs->ops->copy_attributes (fs, from, to, error))
    return TRUE;
  v2v_fs_name_file (error, "to", to);
  v2v_fs_name_file (error, "copying the attributes of", from);
  return FALSE;
}
