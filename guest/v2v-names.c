/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-names.c - take the names that libguestfs writes to a file, up to a limit
 */
#include <config.h>

#include "v2v-names.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "v2v-error.h"

struct _V2vNames {
  guestfs_h *g;
  guint max;
  int read_fd;
  int write_fd;
  char *path;
  GThread *thread; /* NULL once joined; owns what is below until then */
  GPtrArray *list;
  GString *current;
  gboolean full;
};

/* Takes one buffer.  After the limit it only waits for the end. */
static void
take (V2vNames *names, const char *buf, gsize length)
{
  const char *end = buf + length;

  while (buf < end && !names->full) {
    const char *nul = memchr (buf, '\0', (gsize) (end - buf));
    const char *stop = nul != NULL ? nul : end;

    g_string_append_len (names->current, buf, stop - buf);
    /* find(1) descends deeper than a path can name. */
    if (names->list->len >= names->max || names->current->len > 64 * PATH_MAX) {
      names->full = TRUE;
      guestfs_user_cancel (names->g);
      return;
    }
    if (nul == NULL)
      return;
    g_ptr_array_add (names->list, g_strndup (names->current->str, names->current->len));
    g_string_truncate (names->current, 0);
    buf = nul + 1;
  }
}

static gpointer
reader_thread (gpointer data)
{
  V2vNames *names = data;
  g_autofree char *buf = g_malloc (65536);
  ssize_t n;

  while ((n = read (names->read_fd, buf, 65536)) != 0) {
    if (n < 0 && errno != EINTR)
      break;
    if (n > 0)
      take (names, buf, (gsize) n);
  }
  return NULL;
}

V2vNames *
v2v_names_new (guint max, guestfs_h *g, GError **error)
{
  V2vNames *names;
  int fds[2];

  if (pipe2 (fds, O_CLOEXEC) < 0) {
    v2v_error_from_errno (error, errno, "making a pipe");
    return NULL;
  }
  names = g_new0 (V2vNames, 1);
  names->g = g;
  names->max = max;
  names->read_fd = fds[0];
  names->write_fd = fds[1];
  names->path = g_strdup_printf ("/proc/self/fd/%d", fds[1]);
  names->list = g_ptr_array_new_with_free_func (g_free);
  names->current = g_string_new (NULL);
  names->thread = g_thread_new ("names", reader_thread, names);
  return names;
}

void
v2v_names_finish (V2vNames *names)
{
  if (names->thread == NULL)
    return;
  /* Ours is the last writer: libguestfs has closed its own. */
  close (names->write_fd);
  g_thread_join (names->thread);
  names->thread = NULL;
  close (names->read_fd);
}

void
v2v_names_free (V2vNames *names)
{
  if (names == NULL)
    return;
  v2v_names_finish (names);
  g_clear_pointer (&names->list, g_ptr_array_unref);
  g_string_free (names->current, TRUE);
  g_free (names->path);
  g_free (names);
}

const char *
v2v_names_path (const V2vNames *names)
{
  return names->path;
}

gboolean
v2v_names_is_full (const V2vNames *names)
{
  return names->full;
}

GPtrArray *
v2v_names_steal (V2vNames *names)
{
  return g_steal_pointer (&names->list);
}

void
v2v_names_split (const char *path, char **out_directory, char **out_name)
{
  gsize start = strlen (path);

  while (start > 0 && path[start - 1] != '/')
    start--;
  *out_name = g_strdup (path + start);
  if (**out_name == '\0' || g_str_equal (*out_name, ".") || g_str_equal (*out_name, "..")) {
    g_free (*out_name);
    *out_name = g_strdup (".");
    *out_directory = g_strdup (path);
    return;
  }
  while (start > 1 && path[start - 1] == '/')
    start--;
  *out_directory = g_strndup (path, start);
}
