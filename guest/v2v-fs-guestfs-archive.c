/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fs-guestfs-archive.c - all of a directory in one call, up to a limit
 *
 * libguestfs writes into a pipe; a thread copies, and when it is too much it cancels the
 * transfer: a guest can hold a sparse file of any size.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "v2v-fs-guestfs-private.h"

typedef struct {
  guestfs_h *g;
  int from;
  int to;
  guint64 left;
  gboolean full; /* more came than there was room for */
  int errnum;    /* writing failed */
} Copier;

static void
take (Copier *self, char *buf, gsize length)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (buf, length);

  if (length > self->left)
    self->full = TRUE;
  else if (!v2v_fs_fill (self->to, bytes, NULL))
    self->errnum = errno;
  if (self->full || self->errnum != 0)
    guestfs_user_cancel (self->g);
  else
    self->left -= length;
}

/* After a failure it only waits for the end. */
static gpointer
copier_thread (gpointer data)
{
  Copier *self = data;
  g_autofree char *buf = g_malloc (65536);
  ssize_t n;

  while ((n = read (self->from, buf, 65536)) != 0) {
    if (n < 0 && errno != EINTR)
      break;
    if (n > 0 && !self->full && self->errnum == 0)
      take (self, buf, (gsize) n);
  }
  return NULL;
}

/* Patterns for tar: files, and what is below directories but not these. */
static char **
dup_patterns (const char *const *without)
{
  guint n = g_strv_length ((char **) without);
  char **patterns = g_new0 (char *, n + 1);

  for (guint i = 0; i < n; i++)
    patterns[i] = g_strdup_printf (g_str_has_suffix (without[i], "/") ? "./%s*" : "./%s",
                                   without[i]);
  return patterns;
}

/* tar goes into what is mounted below the directory, as the readers do. */
gboolean
v2v_guestfs_archive (V2vFs *fs, const char *directory, const char *const *without, int fd,
                     guint64 max, GError **error)
{
  g_auto (V2vWatch) watch = v2v_guestfs_watch (fs);
  Copier copier = { .g = ((V2vGuestfs *) fs)->appliance->g, .to = fd, .left = max };
  g_auto (GStrv) patterns = dup_patterns (without);
  g_autofree char *file = NULL;
  GThread *thread;
  int fds[2];
  int r;

  if (pipe2 (fds, O_CLOEXEC) < 0)
    return v2v_fs_set_errno (error, errno);
  copier.from = fds[0];
  file = g_strdup_printf ("/proc/self/fd/%d", fds[1]);
  thread = g_thread_new ("archive", copier_thread, &copier);
  r = guestfs_tar_out_opts (v2v_guestfs_trip (fs), directory, file,
                            GUESTFS_TAR_OUT_OPTS_NUMERICOWNER, 1,
                            GUESTFS_TAR_OUT_OPTS_EXCLUDES, patterns, -1);
  /* Ours is the last writer: libguestfs has closed its own. */
  close (fds[1]);
  g_thread_join (thread);
  close (fds[0]);
  if (copier.full)
    return v2v_fs_check_regular (V2V_FILE_REGULAR, max + 1, max, error);
  if (copier.errnum != 0)
    return v2v_fs_set_errno (error, copier.errnum);
  return r == 0 || v2v_guestfs_set_error (fs, error);
}
