/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-process.c - run a helper program, bounded and stoppable
 */
#include <config.h>

#include "v2v-process.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "v2v-str.h"

#define DEFAULT_MAX_OUTPUT (1024 * 1024)
#define MAX_LINE 4096

/* Microseconds that children of an ended program get to end by themselves. */
#define LEFTOVER_GRACE (3 * G_TIME_SPAN_SECOND)

typedef struct {
  int fd;
  gboolean is_stderr;
  GString *kept; /* the tail of the stream */
  GString *line; /* the unfinished line */
} Stream;

typedef struct {
  const V2vProcess *process;
  gsize max_output;
  Stream streams[2];
  gint64 deadline; /* monotonic microseconds, 0 = none */
  gint64 left_at;  /* when the program was seen to have ended, 0 = it runs */
  pid_t pid;
} Pump;

static void
child_setup (gpointer user_data)
{
  (void) user_data;
  /* Between fork and exec: only async-signal-safe calls. */
  setpgid (0, 0);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  signal (SIGPIPE, SIG_DFL);
}

static void
emit_line (Pump *pump, Stream *stream)
{
  g_autofree char *clean = NULL;

  if (pump->process->on_line == NULL)
    return;
  clean = v2v_str_printable (stream->line->str, MAX_LINE);
  pump->process->on_line (clean, stream->is_stderr, pump->process->user_data);
}

static void
take_bytes (Pump *pump, Stream *stream, const char *buf, gsize len)
{
  g_string_append_len (stream->kept, buf, (gssize) len);
  if (stream->kept->len > 2 * pump->max_output)
    g_string_erase (stream->kept, 0, (gssize) (stream->kept->len - pump->max_output));

  for (gsize i = 0; i < len; i++) {
    /* A progress bar redraws itself with \r: each state is a line of its own. */
    if (buf[i] == '\n' || buf[i] == '\r') {
      if (stream->line->len > 0 || buf[i] == '\n')
        emit_line (pump, stream);
      g_string_truncate (stream->line, 0);
    } else if (stream->line->len < MAX_LINE) {
      g_string_append_c (stream->line, buf[i]);
    }
  }
}

/* Reads what is there.  FALSE at the end of the stream. */
static gboolean
drain (Pump *pump, Stream *stream)
{
  char buf[16384];
  ssize_t n = read (stream->fd, buf, sizeof buf);

  if (n < 0)
    return errno == EINTR || errno == EAGAIN;
  if (n == 0)
    return FALSE;
  take_bytes (pump, stream, buf, (gsize) n);
  return TRUE;
}

/* The program has ended, but something that it started still holds its output.
 * Until the program is reaped its group cannot be anybody else's.  FALSE when even
 * that did not close the streams: a daemon that left the group. */
static gboolean
shake_off (Pump *pump)
{
  siginfo_t info = { 0 };
  gint64 now = g_get_monotonic_time ();

  if (pump->left_at == 0) {
    if (waitid (P_PID, (id_t) pump->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0
        && info.si_pid == pump->pid)
      pump->left_at = now;
    return TRUE;
  }
  if (now - pump->left_at < LEFTOVER_GRACE)
    return TRUE;
  kill (-pump->pid, SIGKILL);
  return now - pump->left_at < 2 * LEFTOVER_GRACE;
}

/* Copies both streams until they end.  FALSE when the time was up. */
static gboolean
pump_streams (Pump *pump)
{
  while (pump->streams[0].fd >= 0 || pump->streams[1].fd >= 0) {
    struct pollfd fds[2];

    for (int i = 0; i < 2; i++)
      fds[i] = (struct pollfd){ .fd = pump->streams[i].fd, .events = POLLIN };
    if (poll (fds, 2, 500) < 0 && errno != EINTR)
      return TRUE;
    if (pump->deadline != 0 && g_get_monotonic_time () > pump->deadline)
      return FALSE;
    if (!shake_off (pump))
      return TRUE;
    for (int i = 0; i < 2; i++) {
      if (fds[i].fd < 0 || fds[i].revents == 0)
        continue;
      if (!drain (pump, &pump->streams[i])) {
        if (pump->streams[i].line->len > 0)
          emit_line (pump, &pump->streams[i]);
        close (pump->streams[i].fd);
        pump->streams[i].fd = -1;
      }
    }
  }
  return TRUE;
}

/* Waits for the program without reaping it: its group stays its own. */
static void
await_end (GPid pid)
{
  siginfo_t info;

  while (waitid (P_PID, (id_t) pid, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR)
    continue;
}

static int
reap (GPid pid)
{
  int status;

  while (waitpid (pid, &status, 0) < 0) {
    if (errno != EINTR)
      return 255;
  }
  if (WIFEXITED (status))
    return WEXITSTATUS (status);
  return 128 + WTERMSIG (status);
}

static char **
build_environment (const V2vProcess *process)
{
  char **env = g_get_environ ();

  for (guint i = 0; process->setenv != NULL && process->setenv[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (process->setenv[i], "=", 2);

    if (pair[0] != NULL && pair[1] != NULL)
      env = g_environ_setenv (env, pair[0], pair[1], TRUE);
  }
  return env;
}

static gboolean
start (const V2vProcess *process, GPid *out_pid, Pump *pump, GError **error)
{
  g_auto (GStrv) env = build_environment (process);
  g_autofree char *joined = g_strjoinv (" ", (char **) process->argv);
  g_autoptr (GError) spawn_error = NULL;

  g_debug ("running: %s", joined);
  if (!g_spawn_async_with_pipes (process->cwd, (char **) process->argv, env,
                                 G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
                                 child_setup, NULL, out_pid, NULL, &pump->streams[0].fd,
                                 &pump->streams[1].fd, &spawn_error)) {
    if (g_error_matches (spawn_error, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT))
      g_set_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND,
                   "the program '%s' is not installed", process->argv[0]);
    else
      g_set_error (error, V2V_ERROR, V2V_ERROR_INTERNAL, "cannot start '%s': %s",
                   process->argv[0], spawn_error->message);
    return FALSE;
  }
  return TRUE;
}

static void
pump_init (Pump *pump, const V2vProcess *process)
{
  *pump = (Pump){ .process = process };
  pump->max_output = process->max_output != 0 ? process->max_output : DEFAULT_MAX_OUTPUT;
  if (process->timeout_s != 0)
    pump->deadline
      = g_get_monotonic_time () + (gint64) process->timeout_s * G_TIME_SPAN_SECOND;
  for (int i = 0; i < 2; i++) {
    pump->streams[i]
      = (Stream){ .fd = -1, .is_stderr = i == 1, .kept = g_string_new (NULL),
                  .line = g_string_new (NULL) };
  }
}

static void
pump_finish (Pump *pump, V2vProcessResult *out_result)
{
  char **slot[2] = { &out_result->out, &out_result->err };

  for (int i = 0; i < 2; i++) {
    Stream *stream = &pump->streams[i];

    if (stream->fd >= 0)
      close (stream->fd);
    if (stream->kept->len > pump->max_output)
      g_string_erase (stream->kept, 0, (gssize) (stream->kept->len - pump->max_output));
    *slot[i] = g_string_free (stream->kept, FALSE);
    g_string_free (stream->line, TRUE);
  }
}

gboolean
v2v_process_run (const V2vProcess *process, V2vProcessResult *out_result, GError **error)
{
  g_auto (V2vProcessResult) result = { 0 };
  const char *what = process->what != NULL ? process->what : process->argv[0];
  gboolean in_time;
  GPid pid;
  Pump pump;

  if (!v2v_cancel_check (process->cancel, error))
    return FALSE;
  pump_init (&pump, process);
  if (!start (process, &pid, &pump, error)) {
    pump_finish (&pump, &result);
    return FALSE;
  }
  /* The child does the same; whoever is first wins, and the group exists
   * before anybody is told of it. */
  setpgid (pid, pid);
  pump.pid = pid;
  v2v_cancel_add_child (process->cancel, -pid);

  in_time = pump_streams (&pump);
  if (!in_time)
    kill (-pid, SIGKILL);
  else
    await_end (pid);
  /* Nothing that it started may go on writing to the guest's disks. */
  kill (-pid, SIGKILL);
  v2v_cancel_remove_child (process->cancel, -pid);
  result.exit_status = reap (pid);
  pump_finish (&pump, &result);
  g_debug ("%s: exit %d", what, result.exit_status);

  if (!v2v_cancel_check (process->cancel, error))
    return FALSE;
  if (!in_time) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_STORAGE, "%s did not finish in %u s", what,
                 process->timeout_s);
    return FALSE;
  }
  *out_result = result;
  result = (V2vProcessResult){ 0 };
  return TRUE;
}

/* The line that most likely names the cause: programs say it last. */
static char *
last_line (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = g_strv_length (lines); i > 0; i--) {
    char *line = g_strstrip (lines[i - 1]);

    if (*line != '\0')
      return v2v_str_printable (line, 400);
  }
  return g_strdup ("no message");
}

gboolean
v2v_process_check (const V2vProcess *process, char **out_stdout, GError **error)
{
  const char *what = process->what != NULL ? process->what : process->argv[0];
  g_auto (V2vProcessResult) result = { 0 };

  if (!v2v_process_run (process, &result, error))
    return FALSE;
  if (result.exit_status != 0) {
    g_autofree char *reason = last_line (*result.err != '\0' ? result.err : result.out);

    g_set_error (error, V2V_ERROR, V2V_ERROR_STORAGE, "%s failed (exit %d): %s", what,
                 result.exit_status, reason);
    return FALSE;
  }
  if (out_stdout != NULL)
    *out_stdout = g_steal_pointer (&result.out);
  return TRUE;
}

void
v2v_process_result_clear (V2vProcessResult *result)
{
  g_clear_pointer (&result->out, g_free);
  g_clear_pointer (&result->err, g_free);
}
