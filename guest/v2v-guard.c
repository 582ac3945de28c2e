/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-guard.c - end a libguestfs call that waits for a process
 *
 * While guestfs_launch() runs, the handle tells nobody which process it waits for
 * (supermin, qemu-img, qemu's capability probe, qemu).  The kernel does: they are
 * the children of the thread that called it.
 */
#include <config.h>

#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "v2v-appliance-private.h"

#define TICK_MS 100

struct _V2vGuard {
  GThread *thread;
  GMutex lock; /* protects stop */
  GCond wake;
  gboolean stop;
  /* Set before the thread starts. */
  V2vCancel *cancel;
  int pidfd;
  char *children_file;
  GArray *older; /* children that were there before */
  guint limit_s;
  gint late; /* atomic */
};

static GArray *
list_children (const V2vGuard *guard)
{
  GArray *pids = g_array_new (FALSE, FALSE, sizeof (pid_t));
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;

  if (!g_file_get_contents (guard->children_file, &text, NULL, NULL))
    return pids;
  words = g_strsplit (text, " ", -1);
  for (guint i = 0; words[i] != NULL; i++) {
    pid_t pid = (pid_t) g_ascii_strtoll (words[i], NULL, 10);
    gboolean known = pid <= 0;

    for (guint j = 0; !known && guard->older != NULL && j < guard->older->len; j++)
      known = g_array_index (guard->older, pid_t, j) == pid;
    if (!known)
      g_array_append_val (pids, pid);
  }
  return pids;
}

static gboolean
is_supermin (pid_t pid)
{
  g_autofree char *file = g_strdup_printf ("/proc/%d/comm", (int) pid);
  g_autofree char *name = NULL;

  return g_file_get_contents (file, &name, NULL, NULL) && g_str_has_prefix (name, "supermin");
}

static gboolean
is_building (const V2vGuard *guard)
{
  g_autoptr (GArray) pids = NULL;

  if (guard->pidfd >= 0)
    return FALSE;
  pids = list_children (guard);
  for (guint i = 0; i < pids->len; i++) {
    if (is_supermin (g_array_index (pids, pid_t, i)))
      return TRUE;
  }
  return FALSE;
}

static void
kill_waited_for (const V2vGuard *guard)
{
  g_autoptr (GArray) pids = NULL;

  if (guard->pidfd >= 0) {
    syscall (SYS_pidfd_send_signal, guard->pidfd, SIGKILL, NULL, 0);
    return;
  }
  pids = list_children (guard);
  for (guint i = 0; i < pids->len; i++)
    kill (g_array_index (pids, pid_t, i), SIGKILL);
}

/* FALSE when it is time to end. */
static gboolean
wait_tick (V2vGuard *guard)
{
  gint64 until = g_get_monotonic_time () + TICK_MS * G_TIME_SPAN_MILLISECOND;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&guard->lock);

  while (!guard->stop) {
    if (!g_cond_wait_until (&guard->wake, &guard->lock, until))
      return TRUE;
  }
  return FALSE;
}

gboolean
v2v_guard_is_late (V2vGuard *guard)
{
  return g_atomic_int_get (&guard->late);
}

static gpointer
guard_thread (gpointer data)
{
  V2vGuard *guard = data;
  gint64 last = g_get_monotonic_time ();
  gint64 boot = 0;
  gint64 build = 0;

  while (wait_tick (guard)) {
    gint64 now = g_get_monotonic_time ();

    *(is_building (guard) ? &build : &boot) += now - last;
    last = now;
    if (boot > guard->limit_s * G_TIME_SPAN_SECOND
        || build > V2V_GUARD_BUILD_S * G_TIME_SPAN_SECOND)
      g_atomic_int_set (&guard->late, TRUE);
    /* Again at each tick: after one helper libguestfs may start the next. */
    if (v2v_guard_is_late (guard) || !v2v_cancel_check (guard->cancel, NULL))
      kill_waited_for (guard);
  }
  return NULL;
}

V2vGuard *
v2v_guard_start (V2vCancel *cancel, int pidfd, guint limit_s)
{
  V2vGuard *guard = g_new0 (V2vGuard, 1);

  g_mutex_init (&guard->lock);
  g_cond_init (&guard->wake);
  guard->cancel = cancel;
  guard->pidfd = pidfd;
  guard->limit_s = limit_s;
  guard->children_file
    = g_strdup_printf ("/proc/self/task/%ld/children", (long) syscall (SYS_gettid));
  guard->older = list_children (guard);
  guard->thread = g_thread_new ("guard", guard_thread, guard);
  return guard;
}

gboolean
v2v_guard_stop (V2vGuard *guard)
{
  gboolean late;

  g_mutex_lock (&guard->lock);
  guard->stop = TRUE;
  g_cond_signal (&guard->wake);
  g_mutex_unlock (&guard->lock);
  g_thread_join (guard->thread);
  late = guard->late;
  g_array_unref (guard->older);
  g_free (guard->children_file);
  g_cond_clear (&guard->wake);
  g_mutex_clear (&guard->lock);
  g_free (guard);
  return late;
}
