/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-confine.c - parse a guest's bytes in a child that can do nothing else
 */
#include <config.h>

#include "v2v-confine.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "v2v-confine-private.h"
#include "v2v-str.h"

#define DEFAULT_MEMORY ((gsize) 512 * 1024 * 1024)
#define DEFAULT_OUTPUT ((gsize) 64 * 1024 * 1024)
#define DEFAULT_TIMEOUT_S 60

typedef enum {
  RECEIVE_END,     /* the child closed its pipe */
  RECEIVE_LATE,    /* the time was up */
  RECEIVE_TOO_BIG, /* more than a frame of this size can be */
} ReceiveEnd;

/* Reads until the child closes its end, @max bytes at most. */
static ReceiveEnd
receive (int fd, gsize max, gint64 deadline, GByteArray *got)
{
  g_autofree guint8 *buf = g_malloc (65536);

  for (;;) {
    gint64 left_ms = (deadline - g_get_monotonic_time ()) / 1000;
    struct pollfd pfd = { .fd = fd, .events = POLLIN };
    ssize_t n;

    if (left_ms <= 0)
      return RECEIVE_LATE;
    if (poll (&pfd, 1, (int) MIN (left_ms, 60 * 1000)) <= 0)
      continue;
    n = read (fd, buf, 65536);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return RECEIVE_END;
    if ((gsize) n > max - got->len)
      return RECEIVE_TOO_BIG;
    g_byte_array_append (got, buf, (guint) n);
  }
}

static int
reap (pid_t pid)
{
  int status = 0;

  while (waitpid (pid, &status, 0) < 0) {
    if (errno != EINTR)
      break;
  }
  return status;
}

/* The child died without a word. */
static void
set_died (GError **error, const char *what, int status)
{
  const char *why = "stopped without a result";
  g_autofree char *signal_text = NULL;

  if (WIFSIGNALED (status)) {
    switch (WTERMSIG (status)) {
    case SIGSYS:
      why = "tried something that a parser has no right to do";
      break;
    case SIGXCPU:
      why = "used too much processor time";
      break;
    case SIGTRAP: /* g_error() */
    case SIGABRT:
      why = "gave up: it needs more memory than it may have, or found itself in disorder";
      break;
    default:
      signal_text = g_strdup_printf ("crashed (signal %d)", WTERMSIG (status));
      why = signal_text;
    }
  }
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
               "%s: the parser %s; the data is damaged or hostile", what, why);
}

/* What the child says is only believed as far as it is harmless. */
static void
set_child_error (GError **error, const char *what, const V2vConfineFrame *frame,
                 const guint8 *message)
{
  g_autofree char *text = g_strndup ((const char *) message, frame->length);
  g_autofree char *clean = v2v_str_printable (text, V2V_CONFINE_MESSAGE_MAX);
  V2vErrorCode code
    = frame->code <= V2V_ERROR_NOT_FOUND ? (V2vErrorCode) frame->code : V2V_ERROR_REFUSED;

  g_set_error (error, V2V_ERROR, code, "%s: %s", what, clean);
}

/* The bytes of a whole and successful frame, or NULL with @error. */
static GBytes *
open_frame (GByteArray *got, const char *what, gsize max, int status, GError **error)
{
  V2vConfineFrame frame;
  gsize limit;

  if (got->len < sizeof frame) {
    set_died (error, what, status);
    return NULL;
  }
  memcpy (&frame, got->data, sizeof frame);
  limit = frame.failed != 0 ? V2V_CONFINE_MESSAGE_MAX : max;
  if (frame.length > limit || got->len - sizeof frame != frame.length) {
    set_died (error, what, status);
    return NULL;
  }
  if (frame.failed != 0) {
    set_child_error (error, what, &frame, got->data + sizeof frame);
    return NULL;
  }
  return g_bytes_new (got->data + sizeof frame, (gsize) frame.length);
}

/* Starts the child; what comes back by @out_fd is its frame. */
static pid_t
start (V2vConfinedFunc func, gpointer user_data, const V2vConfineLimits *limits, int *out_fd,
       GError **error)
{
  int fds[2];
  pid_t pid;

  if (pipe2 (fds, O_CLOEXEC) < 0) {
    v2v_error_from_errno (error, errno, "making a pipe");
    return -1;
  }
  /* Make it known before the fork: a lock of GLib may be held by another thread. */
  (void) V2V_ERROR;
  pid = fork ();
  if (pid == 0) {
    close (fds[0]);
    v2v_confine_child (fds[1], func, user_data, limits);
  }
  if (pid < 0) {
    v2v_error_from_errno (error, errno, "starting a confined parser");
    close (fds[0]);
  } else {
    *out_fd = fds[0];
  }
  close (fds[1]);
  return pid;
}

static V2vConfineLimits
with_defaults (const V2vConfineLimits *limits)
{
  V2vConfineLimits full = { 0 };

  if (limits != NULL)
    full = *limits;
  if (full.max_memory == 0)
    full.max_memory = DEFAULT_MEMORY;
  if (full.max_output == 0)
    full.max_output = DEFAULT_OUTPUT;
  if (full.timeout_s == 0)
    full.timeout_s = DEFAULT_TIMEOUT_S;
  return full;
}

GBytes *
v2v_confine_run (const char *what, V2vConfinedFunc func, gpointer user_data,
                 const V2vConfineLimits *limits, GError **error)
{
  V2vConfineLimits full = with_defaults (limits);
  g_autoptr (GByteArray) got = g_byte_array_new ();
  gsize max = sizeof (V2vConfineFrame) + MAX (full.max_output, V2V_CONFINE_MESSAGE_MAX);
  gint64 deadline = g_get_monotonic_time () + full.timeout_s * G_TIME_SPAN_SECOND;
  ReceiveEnd end;
  int fd = -1;
  int status;
  pid_t pid;

  if (!v2v_cancel_check (full.cancel, error))
    return NULL;
  pid = start (func, user_data, &full, &fd, error);
  if (pid < 0)
    return NULL;
  v2v_cancel_add_child (full.cancel, pid);
  end = receive (fd, max, deadline, got);
  close (fd);
  /* After its last byte a good child only ends and a bad one must.  The kill does
   * not change the status of a child that is dying already. */
  kill (pid, SIGKILL);
  v2v_cancel_remove_child (full.cancel, pid);
  status = reap (pid);

  if (!v2v_cancel_check (full.cancel, error))
    return NULL;
  if (end == RECEIVE_LATE) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                 "%s: the parser did not finish in %u s; the data is damaged or hostile", what,
                 full.timeout_s);
    return NULL;
  }
  if (end == RECEIVE_TOO_BIG) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED, "%s: the parser's result is too large",
                 what);
    return NULL;
  }
  return open_frame (got, what, full.max_output, status, error);
}
