/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-space.c - stops a conversion before the work directory is full
 */
#include <config.h>

#include "v2v-space.h"

#include <errno.h>
#include <sys/statvfs.h>

#define INTERVAL (250 * G_TIME_SPAN_MILLISECOND)
#define SMALL_FRACTION 8
#define MIB (1024 * 1024)

struct _V2vSpace {
  char *dir;
  guint64 min_free;
  V2vCancel *cancel;
  GThread *thread;
  GMutex lock; /* protects stop */
  GCond wake;
  gboolean stop;
};

static gboolean
ask (const char *dir, guint64 *out_free, guint64 *out_total)
{
  struct statvfs fs;

  if (statvfs (dir, &fs) < 0)
    return FALSE;
  *out_free = (guint64) fs.f_bavail * fs.f_frsize;
  *out_total = (guint64) fs.f_blocks * fs.f_frsize;
  return TRUE;
}

static char *
dup_full (const V2vSpace *space, guint64 left)
{
  return g_strdup_printf ("work directory '%s' is full: %.1f MiB are free and %.1f MiB must "
                          "stay free; make room or give another one with --work-dir",
                          space->dir, (double) left / MIB, (double) space->min_free / MIB);
}

/* A failing question is no answer: only a known shortage stops the conversion. */
static gboolean
look (V2vSpace *space)
{
  guint64 left, total;
  g_autofree char *reason = NULL;

  if (!ask (space->dir, &left, &total) || left >= space->min_free)
    return TRUE;
  reason = dup_full (space, left);
  v2v_cancel_fire (space->cancel, V2V_ERROR_STORAGE, reason);
  return FALSE;
}

static gpointer
watch (gpointer user_data)
{
  V2vSpace *space = user_data;

  g_mutex_lock (&space->lock);
  while (!space->stop) {
    gint64 until = g_get_monotonic_time () + INTERVAL;

    while (!space->stop && g_cond_wait_until (&space->wake, &space->lock, until))
      continue;
    if (!space->stop && !look (space))
      break;
  }
  g_mutex_unlock (&space->lock);
  return NULL;
}

static void
space_free (V2vSpace *space)
{
  g_mutex_clear (&space->lock);
  g_cond_clear (&space->wake);
  g_free (space->dir);
  g_free (space);
}

V2vSpace *
v2v_space_start (const char *dir, guint64 min_free, V2vCancel *cancel, GError **error)
{
  V2vSpace *space;
  guint64 left, total;

  if (!ask (dir, &left, &total)) {
    v2v_error_from_errno (error, errno, "asking for the free space of '%s'", dir);
    return NULL;
  }
  space = g_new0 (V2vSpace, 1);
  g_mutex_init (&space->lock);
  g_cond_init (&space->wake);
  space->dir = g_strdup (dir);
  space->cancel = cancel;
  space->min_free
    = min_free != 0 ? min_free : MIN (V2V_SPACE_MIN_FREE, total / SMALL_FRACTION);
  if (left < space->min_free) {
    g_autofree char *reason = dup_full (space, left);

    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_STORAGE, reason);
    space_free (space);
    return NULL;
  }
  space->thread = g_thread_new ("space", watch, space);
  return space;
}

void
v2v_space_stop (V2vSpace *space)
{
  if (space == NULL)
    return;
  g_mutex_lock (&space->lock);
  space->stop = TRUE;
  g_cond_signal (&space->wake);
  g_mutex_unlock (&space->lock);
  g_thread_join (space->thread);
  space_free (space);
}
