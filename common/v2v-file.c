/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-file.c - host files: bounded reads, atomic writes
 */
#include <config.h>

#include "v2v-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Opens a regular file; a device or FIFO is refused without blocking on it. */
static int
open_regular (const char *path, gsize max, struct stat *out_st, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

  if (fd < 0) {
    v2v_error_from_errno (error, errno, "opening '%s'", path);
    return -1;
  }
  if (fstat (fd, out_st) < 0) {
    v2v_error_from_errno (error, errno, "reading '%s'", path);
    close (fd);
    return -1;
  }
  if (!S_ISREG (out_st->st_mode)) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE, "'%s' is not a regular file", path);
    close (fd);
    return -1;
  }
  if ((guint64) out_st->st_size > max) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
                 "'%s' is too large: %" G_GUINT64_FORMAT " bytes, at most %" G_GSIZE_FORMAT
                 " are read",
                 path, (guint64) out_st->st_size, max);
    close (fd);
    return -1;
  }
  return fd;
}

char *
v2v_file_read (const char *path, gsize max, gsize *out_length, GError **error)
{
  g_autofree char *data = NULL;
  struct stat st;
  gsize done = 0;
  int fd = open_regular (path, max, &st, error);

  if (fd < 0)
    return NULL;
  data = g_malloc ((gsize) st.st_size + 1);
  while (done < (gsize) st.st_size) {
    ssize_t n = read (fd, data + done, (gsize) st.st_size - done);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0) {
      v2v_error_from_errno (error, errno, "reading '%s'", path);
      close (fd);
      return NULL;
    }
    if (n == 0)
      break; /* it shrank meanwhile: what is there is the file */
    done += (gsize) n;
  }
  close (fd);
  data[done] = '\0';
  if (out_length != NULL)
    *out_length = done;
  return g_steal_pointer (&data);
}

static gboolean
write_all (int fd, const char *data, gsize length)
{
  while (length > 0) {
    ssize_t n = write (fd, data, length);

    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return FALSE;
    data += n;
    length -= (gsize) n;
  }
  return TRUE;
}

gboolean
v2v_file_write_atomic (const char *path, const char *data, gsize length, int mode,
                       GError **error)
{
  g_autofree char *temp = g_strdup_printf ("%s.XXXXXX", path);
  g_autofree char *dir = g_path_get_dirname (path);
  int fd = g_mkstemp_full (temp, O_WRONLY | O_CLOEXEC, 0600);
  int saved;

  if (fd < 0)
    return v2v_error_from_errno (error, errno, "creating '%s'", path);
  if (!write_all (fd, data, length) || fchmod (fd, (mode_t) mode) < 0 || fsync (fd) < 0) {
    saved = errno;
    close (fd);
    unlink (temp);
    return v2v_error_from_errno (error, saved, "writing '%s'", path);
  }
  if (close (fd) < 0 || g_rename (temp, path) < 0) {
    saved = errno;
    unlink (temp);
    return v2v_error_from_errno (error, saved, "writing '%s'", path);
  }
  return v2v_file_sync (dir, error);
}

gboolean
v2v_file_sync (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  int saved = errno;

  if (fd >= 0) {
    int rc = fsync (fd);

    saved = errno;
    close (fd);
    if (rc == 0)
      return TRUE;
  }
  return v2v_error_from_errno (error, saved, "syncing '%s'", path);
}
