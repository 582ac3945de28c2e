/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fs.c - the files of one guest: the part that all back ends share
 */
#include <config.h>

#include "v2v-fs.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "v2v-fs-private.h"
#include "v2v-str.h"

void
v2v_file_info_free (V2vFileInfo *info)
{
  if (info == NULL)
    return;
  g_free (info->name);
  g_free (info->link);
  g_free (info);
}

V2vFileKind
v2v_file_kind_from_mode (guint st_mode)
{
  if (S_ISREG (st_mode))
    return V2V_FILE_REGULAR;
  if (S_ISDIR (st_mode))
    return V2V_FILE_DIRECTORY;
  if (S_ISLNK (st_mode))
    return V2V_FILE_SYMLINK;
  return V2V_FILE_OTHER;
}

V2vFileInfo *
v2v_file_info_new (const char *name, guint st_mode, guint64 size, guint uid, guint gid)
{
  V2vFileInfo *info = g_new0 (V2vFileInfo, 1);

  info->name = g_strdup (name);
  info->kind = v2v_file_kind_from_mode (st_mode);
  if (info->kind == V2V_FILE_REGULAR || info->kind == V2V_FILE_SYMLINK)
    info->size = size;
  info->mode = st_mode & 07777;
  info->uid = uid;
  info->gid = gid;
  return info;
}

V2vFileInfo *
v2v_file_info_new_absent (const char *name)
{
  V2vFileInfo *info = g_new0 (V2vFileInfo, 1);

  info->name = g_strdup (name);
  return info;
}

GPtrArray *
v2v_file_info_array_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) v2v_file_info_free);
}

gboolean
v2v_fs_errno_is_absent (int errnum)
{
  return errnum == ENOENT || errnum == ENOTDIR || errnum == ELOOP || errnum == ENAMETOOLONG;
}

gboolean
v2v_fs_set_errno (GError **error, int errnum)
{
  V2vErrorCode code = V2V_ERROR_STORAGE;

  if (v2v_fs_errno_is_absent (errnum))
    code = V2V_ERROR_NOT_FOUND;
  else if (errnum == EPERM || errnum == EACCES || errnum == EROFS || errnum == EISDIR
           || errnum == EEXIST || errnum == ENOTSUP)
    code = V2V_ERROR_REFUSED;
  g_set_error (error, V2V_ERROR, code, "%s%s", g_strerror (errnum),
               errnum == EPERM ? " (perhaps it, or its directory, is immutable: see chattr)" : "");
  return FALSE;
}

gboolean
v2v_fs_check_regular (V2vFileKind kind, guint64 size, guint64 max, GError **error)
{
  if (kind != V2V_FILE_REGULAR) {
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED,
                         kind == V2V_FILE_DIRECTORY ? "it is a directory"
                                                    : "it is not a regular file");
    return FALSE;
  }
  if (size > max) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                 "it is too large: %" G_GUINT64_FORMAT " bytes, at most %" G_GUINT64_FORMAT
                 " are read",
                 size, max);
    return FALSE;
  }
  return TRUE;
}

gboolean
v2v_fs_fill (int fd, GBytes *bytes, GError **error)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  while (length > 0) {
    ssize_t n = write (fd, data, length);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return v2v_fs_set_errno (error, errno);
    data += n;
    length -= (gsize) n;
  }
  return TRUE;
}

gboolean
v2v_fs_set_too_many (GError **error, guint max)
{
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED, "it holds more than %u names", max);
  return FALSE;
}

gboolean
v2v_fs_check_path (const char *path, GError **error)
{
  if (path[0] != '/') {
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED,
                         "the path is not absolute inside the guest");
    return FALSE;
  }
  if (strlen (path) >= PATH_MAX)
    return v2v_fs_set_errno (error, ENAMETOOLONG);
  return TRUE;
}

void
v2v_fs_name_file (GError **error, const char *verb, const char *path)
{
  g_autofree char *shown = v2v_str_printable (path, PATH_MAX);

  g_prefix_error (error, "%s '%s': ", verb, shown);
}

void
v2v_fs_free (V2vFs *fs)
{
  if (fs != NULL)
    fs->ops->free (fs);
}

guint64
v2v_fs_round_trips (const V2vFs *fs)
{
  return fs->ops->round_trips == NULL ? 0 : fs->ops->round_trips (fs);
}

/* Stats the paths that can exist; the rows of the others are made here. */
GPtrArray *
v2v_fs_stat_many (V2vFs *fs, const char *const *paths, GError **error)
{
  g_autoptr (GPtrArray) rows = v2v_file_info_array_new ();
  g_autoptr (GPtrArray) asked = g_ptr_array_new ();
  g_autoptr (GPtrArray) answers = NULL;
  guint used = 0;

  for (guint i = 0; paths[i] != NULL; i++) {
    g_autoptr (GError) bad = NULL;

    if (v2v_fs_check_path (paths[i], &bad)) {
      g_ptr_array_add (asked, (gpointer) paths[i]);
    } else if (!g_error_matches (bad, V2V_ERROR, V2V_ERROR_NOT_FOUND)) {
      v2v_fs_name_file (&bad, "looking at", paths[i]);
      g_propagate_error (error, g_steal_pointer (&bad));
      return NULL;
    }
  }
  g_ptr_array_add (asked, NULL);
  answers = fs->ops->stat_many (fs, (const char *const *) asked->pdata, error);
  if (answers == NULL)
    return NULL;
  g_assert (answers->len == asked->len - 1);
  if (paths[0] == NULL || answers->len == g_strv_length ((char **) paths))
    return g_steal_pointer (&answers);

  for (guint i = 0; paths[i] != NULL; i++) {
    if (used < answers->len && asked->pdata[used] == paths[i])
      g_ptr_array_add (rows, g_steal_pointer (&answers->pdata[used++]));
    else
      g_ptr_array_add (rows, v2v_file_info_new_absent (paths[i]));
  }
  return g_steal_pointer (&rows);
}

static gboolean
is_kind (V2vFs *fs, const char *path, V2vFileKind wanted)
{
  V2vFileKind kind = V2V_FILE_ABSENT;
  guint64 size;

  return v2v_fs_check_path (path, NULL) && fs->ops->follow (fs, path, &kind, &size, NULL)
         && kind == wanted;
}

gboolean
v2v_fs_is_file (V2vFs *fs, const char *path)
{
  return is_kind (fs, path, V2V_FILE_REGULAR);
}

gboolean
v2v_fs_is_dir (V2vFs *fs, const char *path)
{
  return is_kind (fs, path, V2V_FILE_DIRECTORY);
}

gboolean
v2v_fs_is_empty_file (V2vFs *fs, const char *path)
{
  V2vFileKind kind;
  guint64 size;

  return v2v_fs_check_path (path, NULL) && fs->ops->follow (fs, path, &kind, &size, NULL)
         && kind == V2V_FILE_REGULAR && size == 0;
}

gboolean
v2v_fs_find_file (V2vFs *fs, const char *path, gboolean *out_is, GError **error)
{
  V2vFileKind kind = V2V_FILE_ABSENT;
  GError *local = NULL;
  guint64 size;

  if (!v2v_fs_check_path (path, error))
    return FALSE;
  if (!fs->ops->follow (fs, path, &kind, &size, &local)
      && !g_error_matches (local, V2V_ERROR, V2V_ERROR_NOT_FOUND)) {
    g_propagate_prefixed_error (error, local, "looking for '%s': ", path);
    return FALSE;
  }
  g_clear_error (&local);
  *out_is = kind == V2V_FILE_REGULAR;
  return TRUE;
}

static int
compare_infos (gconstpointer a, gconstpointer b)
{
  const V2vFileInfo *const *x = a;
  const V2vFileInfo *const *y = b;

  return strcmp ((*x)->name, (*y)->name);
}

GPtrArray *
v2v_fs_list (V2vFs *fs, const char *directory, GError **error)
{
  GPtrArray *rows = NULL;

  if (v2v_fs_check_path (directory, error))
    rows = fs->ops->list (fs, directory, error);
  if (rows == NULL)
    v2v_fs_name_file (error, "listing", directory);
  else
    g_ptr_array_sort (rows, compare_infos);
  return rows;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GPtrArray *
v2v_fs_find (V2vFs *fs, const char *directory, guint max, GError **error)
{
  GPtrArray *names = NULL;

  if (v2v_fs_check_path (directory, error))
    names = fs->ops->find (fs, directory, max, error);
  if (names == NULL)
    v2v_fs_name_file (error, "searching", directory);
  else
    g_ptr_array_sort (names, compare_names);
  return names;
}

GBytes *
v2v_fs_slurp (int fd, GError **error)
{
  g_autofree char *data = NULL;
  struct stat st;
  gsize done = 0;

  if (fstat (fd, &st) < 0) {
    v2v_fs_set_errno (error, errno);
    return NULL;
  }
  data = g_malloc ((gsize) st.st_size + 1);
  while (done < (gsize) st.st_size) {
    ssize_t n = pread (fd, data + done, (gsize) st.st_size - done, (off_t) done);

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      v2v_fs_set_errno (error, n < 0 ? errno : EIO);
      return NULL;
    }
    done += (gsize) n;
  }
  data[done] = '\0';
  return g_bytes_new_take (g_steal_pointer (&data), done);
}

GBytes *
v2v_fs_read (V2vFs *fs, const char *path, gsize max, GError **error)
{
  GBytes *bytes = NULL;
  int fd = -1;

  if (v2v_fs_check_path (path, error)) {
    fd = memfd_create ("v2v-fs", MFD_CLOEXEC);
    if (fd < 0)
      v2v_fs_set_errno (error, errno);
    else if (fs->ops->copy (fs, path, fd, max, error))
      bytes = v2v_fs_slurp (fd, error);
  }
  if (fd >= 0)
    close (fd);
  if (bytes == NULL)
    v2v_fs_name_file (error, "reading", path);
  return bytes;
}

char *
v2v_fs_read_text (V2vFs *fs, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = v2v_fs_read (fs, path, V2V_FS_TEXT_MAX, error);

  if (bytes == NULL)
    return NULL;
  return g_strdup (g_bytes_get_data (bytes, NULL));
}

GBytes *
v2v_fs_read_head (V2vFs *fs, const char *path, gsize length, GError **error)
{
  GBytes *bytes = NULL;

  g_return_val_if_fail (length <= V2V_FS_HEAD_MAX, NULL);
  if (v2v_fs_check_path (path, error))
    bytes = fs->ops->head (fs, path, length, error);
  if (bytes == NULL)
    v2v_fs_name_file (error, "reading", path);
  return bytes;
}

gboolean
v2v_fs_download (V2vFs *fs, const char *path, const char *host_path, guint64 max,
                 GError **error)
{
  gboolean ok;
  int fd;

  if (!v2v_fs_check_path (path, error)) {
    v2v_fs_name_file (error, "reading", path);
    return FALSE;
  }
  if (unlink (host_path) < 0 && errno != ENOENT)
    return v2v_error_from_errno (error, errno, "replacing '%s'", host_path);
  fd = open (host_path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return v2v_error_from_errno (error, errno, "creating '%s'", host_path);
  ok = fs->ops->copy (fs, path, fd, max, error);
  if (!ok)
    v2v_fs_name_file (error, "reading", path);
  if (close (fd) < 0 && ok)
    ok = v2v_error_from_errno (error, errno, "writing '%s'", host_path);
  if (!ok)
    unlink (host_path);
  return ok;
}

static GBytes *
map_fd (int fd, GError **error)
{
  g_autoptr (GError) local = NULL;
  GMappedFile *mapped = g_mapped_file_new_from_fd (fd, FALSE, &local);
  GBytes *bytes;

  if (mapped == NULL) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_STORAGE, "a temporary file: %s", local->message);
    return NULL;
  }
  bytes = g_mapped_file_get_bytes (mapped);
  g_mapped_file_unref (mapped);
  return bytes;
}

GBytes *
v2v_fs_map (V2vFs *fs, const char *path, guint64 max, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autofree char *name = NULL;
  GBytes *bytes = NULL;
  int fd = g_file_open_tmp ("v2v-map-XXXXXX", &name, &local);

  if (fd < 0) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_STORAGE, "making a temporary file: %s",
                 local->message);
    return NULL;
  }
  unlink (name);
  if (v2v_fs_check_path (path, error) && fs->ops->copy (fs, path, fd, max, error))
    bytes = map_fd (fd, error);
  if (bytes == NULL)
    v2v_fs_name_file (error, "reading", path);
  close (fd);
  return bytes;
}

gboolean
v2v_fs_prefetch_tree (V2vFs *fs, const char *directory, const char *const *without,
                      GError **error)
{
  static const char *const nothing[] = { NULL };

  if (fs->ops->prefetch_tree == NULL
      || (v2v_fs_check_path (directory, error)
          && fs->ops->prefetch_tree (fs, directory, without != NULL ? without : nothing,
                                     error)))
    return TRUE;
  v2v_fs_name_file (error, "reading", directory);
  return FALSE;
}

gboolean
v2v_fs_prefetch_rows (V2vFs *fs, const char *const *paths, GError **error)
{
  if (fs->ops->prefetch_rows == NULL)
    return TRUE;
  for (guint i = 0; paths[i] != NULL; i++) {
    if (!v2v_fs_check_path (paths[i], error)) {
      v2v_fs_name_file (error, "looking at", paths[i]);
      return FALSE;
    }
  }
  return fs->ops->prefetch_rows (fs, paths, error);
}
