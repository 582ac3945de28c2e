/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fs-directory.c - a host directory that plays the guest (tests)
 *
 * The kernel resolves every path with RESOLVE_IN_ROOT: an absolute link or ".."
 * lands inside the directory, whatever the tree does meanwhile.  A file is first
 * opened with O_PATH, which runs no driver and never waits, and only then, when
 * it is known to be a regular file, for reading or writing.
 */
#include <config.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "v2v-fs-directory-private.h"

/* The kernel says EAGAIN when a rename raced with "..": rare and short. */
#define OPEN_RETRIES 16

int
v2v_directory_open (const V2vDirectory *self, const char *path, guint64 flags)
{
  struct open_how how = { .flags = flags | O_CLOEXEC,
                          .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS };
  long fd = -1;

  for (int i = 0; i < OPEN_RETRIES; i++) {
    fd = syscall (SYS_openat2, self->root, path, &how, sizeof how);
    if (fd >= 0 || (errno != EAGAIN && errno != EINTR))
      break;
  }
  return (int) fd;
}

/* A descriptor opened by O_PATH, opened again for real. */
static int
reopen (int path_fd, int flags)
{
  g_autofree char *link = g_strdup_printf ("/proc/self/fd/%d", path_fd);

  return open (link, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
}

/* @dir_fd and @name as for readlinkat(); NULL when it cannot be read. */
static char *
read_link (int dir_fd, const char *name)
{
  char target[PATH_MAX];
  ssize_t n = readlinkat (dir_fd, name, target, sizeof target);

  return n < 0 ? NULL : g_strndup (target, (gsize) n);
}

static GPtrArray *
directory_stat_many (V2vFs *fs, const char *const *paths, GError **error)
{
  const V2vDirectory *self = (const V2vDirectory *) fs;
  g_autoptr (GPtrArray) rows = v2v_file_info_array_new ();

  for (; *paths != NULL; paths++) {
    int fd = v2v_directory_open (self, *paths, O_PATH | O_NOFOLLOW);
    V2vFileInfo *info = NULL;
    struct stat st;

    if (fd >= 0 && fstat (fd, &st) == 0) {
      info = v2v_file_info_new (*paths, st.st_mode, (guint64) st.st_size, st.st_uid,
                                st.st_gid);
      info->links = (guint) st.st_nlink;
      if (info->kind == V2V_FILE_SYMLINK)
        info->link = read_link (fd, "");
    } else if (v2v_fs_errno_is_absent (errno)) {
      info = v2v_file_info_new_absent (*paths);
    } else {
      v2v_fs_set_errno (error, errno);
    }
    if (fd >= 0)
      close (fd);
    if (info == NULL)
      return NULL;
    g_ptr_array_add (rows, info);
  }
  return g_steal_pointer (&rows);
}

/* An O_PATH descriptor of what the path leads to; -1 with @error. */
static int
open_followed (const V2vDirectory *self, const char *path, struct stat *out_st,
               GError **error)
{
  int fd = v2v_directory_open (self, path, O_PATH);

  if (fd >= 0 && fstat (fd, out_st) == 0)
    return fd;
  v2v_fs_set_errno (error, errno);
  if (fd >= 0)
    close (fd);
  return -1;
}

static gboolean
directory_follow (V2vFs *fs, const char *path, V2vFileKind *out_kind, guint64 *out_size,
                  GError **error)
{
  struct stat st;
  int fd = open_followed ((const V2vDirectory *) fs, path, &st, error);

  if (fd < 0)
    return FALSE;
  close (fd);
  *out_kind = v2v_file_kind_from_mode (st.st_mode);
  *out_size = (guint64) st.st_size;
  return TRUE;
}

int
v2v_directory_open_regular (const V2vDirectory *self, const char *path, int flags,
                            guint64 max, GError **error)
{
  struct stat st;
  int path_fd = open_followed (self, path, &st, error);
  int fd = -1;

  if (path_fd < 0)
    return -1;
  if (v2v_fs_check_regular (v2v_file_kind_from_mode (st.st_mode), (guint64) st.st_size, max,
                            error)) {
    fd = reopen (path_fd, flags);
    if (fd < 0)
      v2v_fs_set_errno (error, errno);
  }
  close (path_fd);
  return fd;
}

static DIR *
open_dir (const V2vDirectory *self, const char *path, guint64 flags, GError **error)
{
  int fd = v2v_directory_open (self, path, O_RDONLY | O_DIRECTORY | flags);
  DIR *dir = fd < 0 ? NULL : fdopendir (fd);

  if (dir == NULL) {
    v2v_fs_set_errno (error, errno);
    if (fd >= 0)
      close (fd);
  }
  return dir;
}

static const char *
next_name (DIR *dir)
{
  struct dirent *entry;

  do {
    errno = 0;
    entry = readdir (dir);
  } while (entry != NULL
           && (g_str_equal (entry->d_name, ".") || g_str_equal (entry->d_name, "..")));
  return entry == NULL ? NULL : entry->d_name;
}

/* Adds a row; a file that vanished meanwhile is none. */
static gboolean
add_row (GPtrArray *rows, DIR *dir, const char *name, GError **error)
{
  V2vFileInfo *info;
  struct stat st;

  if (fstatat (dirfd (dir), name, &st, AT_SYMLINK_NOFOLLOW) < 0)
    return v2v_fs_errno_is_absent (errno) || v2v_fs_set_errno (error, errno);
  if (rows->len >= V2V_FS_LIST_MAX)
    return v2v_fs_set_too_many (error, V2V_FS_LIST_MAX);
  info = v2v_file_info_new (name, st.st_mode, (guint64) st.st_size, st.st_uid,
                            st.st_gid);
  info->links = (guint) st.st_nlink;
  if (info->kind == V2V_FILE_SYMLINK)
    info->link = read_link (dirfd (dir), name);
  g_ptr_array_add (rows, info);
  return TRUE;
}

static GPtrArray *
directory_list (V2vFs *fs, const char *directory, GError **error)
{
  g_autoptr (GPtrArray) rows = v2v_file_info_array_new ();
  DIR *dir = open_dir ((const V2vDirectory *) fs, directory, 0, error);
  gboolean ok = TRUE;
  const char *name;

  if (dir == NULL)
    return NULL;
  while (ok && (name = next_name (dir)) != NULL)
    ok = add_row (rows, dir, name, error);
  if (ok && errno != 0)
    ok = v2v_fs_set_errno (error, errno);
  closedir (dir);
  return ok ? g_steal_pointer (&rows) : NULL;
}

static gboolean
is_real_directory (DIR *dir, const char *name)
{
  struct stat st;

  return fstatat (dirfd (dir), name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR (st.st_mode);
}

/* Adds the names below @prefix and, to @todo, the directories among them. */
static gboolean
find_one (DIR *dir, const char *prefix, guint max, GPtrArray *names, GQueue *todo,
          GError **error)
{
  const char *name;

  while ((name = next_name (dir)) != NULL) {
    char *relative = *prefix == '\0' ? g_strdup (name) : g_build_path ("/", prefix, name, NULL);

    g_ptr_array_add (names, relative);
    if (names->len > max)
      return v2v_fs_set_too_many (error, max);
    if (is_real_directory (dir, name))
      g_queue_push_tail (todo, relative);
  }
  return errno == 0 || v2v_fs_set_errno (error, errno);
}

static GPtrArray *
directory_find (V2vFs *fs, const char *directory, guint max, GError **error)
{
  const V2vDirectory *self = (const V2vDirectory *) fs;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GQueue todo = G_QUEUE_INIT; /* borrowed from names */
  DIR *dir = open_dir (self, directory, 0, error);
  gboolean ok = dir != NULL && find_one (dir, "", max, names, &todo, error);
  const char *prefix;

  g_clear_pointer (&dir, closedir);
  while (ok && (prefix = g_queue_pop_head (&todo)) != NULL) {
    g_autofree char *path = g_build_path ("/", directory, prefix, NULL);

    dir = open_dir (self, path, O_NOFOLLOW, error);
    ok = dir != NULL && find_one (dir, prefix, max, names, &todo, error);
    g_clear_pointer (&dir, closedir);
  }
  g_queue_clear (&todo);
  /* Only @directory itself may be absent: deeper down it is a tree nested past
   * what a path can name. */
  if (!ok && names->len > 0 && error != NULL)
    v2v_error_recode (*error, V2V_ERROR_NOT_FOUND, V2V_ERROR_REFUSED);
  return ok ? g_steal_pointer (&names) : NULL;
}

static gboolean
copy_bytes (int from, int to, guint64 max, GError **error)
{
  g_autofree char *buf = g_malloc (65536);
  guint64 done = 0;
  ssize_t n;

  while ((n = read (from, buf, 65536)) != 0) {
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return v2v_fs_set_errno (error, errno);
    done += (guint64) n;
    if (!v2v_fs_check_regular (V2V_FILE_REGULAR, done, max, error))
      return FALSE;
    if (!v2v_directory_write_all (to, buf, (gsize) n))
      return v2v_fs_set_errno (error, errno);
  }
  return TRUE;
}

static gboolean
directory_copy (V2vFs *fs, const char *path, int fd, guint64 max, GError **error)
{
  int from = v2v_directory_open_regular ((const V2vDirectory *) fs, path, O_RDONLY, max,
                                         error);
  gboolean ok;

  if (from < 0)
    return FALSE;
  ok = copy_bytes (from, fd, max, error);
  close (from);
  return ok;
}

static GBytes *
directory_head (V2vFs *fs, const char *path, gsize length, GError **error)
{
  int fd = v2v_directory_open_regular ((const V2vDirectory *) fs, path, O_RDONLY, G_MAXUINT64,
                                       error);
  g_autofree char *data = NULL;
  gsize done = 0;
  ssize_t n = 1;

  if (fd < 0)
    return NULL;
  data = g_malloc (length + 1);
  while (done < length && n != 0) {
    n = pread (fd, data + done, length - done, (off_t) done);
    if (n < 0 && errno != EINTR)
      break;
    done += n > 0 ? (gsize) n : 0;
  }
  if (n < 0)
    v2v_fs_set_errno (error, errno);
  close (fd);
  data[done] = '\0';
  return n < 0 ? NULL : g_bytes_new_take (g_steal_pointer (&data), done);
}

static void
directory_free (V2vFs *fs)
{
  V2vDirectory *self = (V2vDirectory *) fs;

  close (self->root);
  g_free (self);
}

static const V2vFsOps directory_ops = {
  .name = "directory",
  .free = directory_free,
  .stat_many = directory_stat_many,
  .follow = directory_follow,
  .list = directory_list,
  .find = directory_find,
  .copy = directory_copy,
  .head = directory_head,
  .write = v2v_directory_write,
  .remove = v2v_directory_remove,
  .create = v2v_directory_create,
  .mkdir = v2v_directory_mkdir,
  .symlink = v2v_directory_symlink,
  .chown = v2v_directory_chown,
  .move = v2v_directory_move,
  .set_xattr = v2v_directory_set_xattr,
  .get_xattr = v2v_directory_get_xattr,
  .copy_attributes = v2v_directory_copy_attributes,
};

V2vFs *
v2v_fs_new_directory (const char *root, GError **error)
{
  V2vDirectory *self;
  int fd = open (root, O_PATH | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0) {
    v2v_error_from_errno (error, errno, "opening '%s'", root);
    return NULL;
  }
  self = g_new0 (V2vDirectory, 1);
  self->base.ops = &directory_ops;
  self->root = fd;
  return &self->base;
}
