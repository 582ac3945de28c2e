/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-cancel.c - one switch that stops a conversion from another thread
 */
#include <config.h>

#include "v2v-cancel.h"

#include <signal.h>

struct _V2vCancel {
  GMutex lock; /* protects everything below */
  GArray *children;
  gboolean fired;
  gboolean held;
  V2vErrorCode code;
  char *reason;
};

V2vCancel *
v2v_cancel_new (void)
{
  V2vCancel *cancel = g_new0 (V2vCancel, 1);

  g_mutex_init (&cancel->lock);
  cancel->children = g_array_new (FALSE, FALSE, sizeof (pid_t));
  return cancel;
}

void
v2v_cancel_free (V2vCancel *cancel)
{
  if (cancel == NULL)
    return;
  g_array_unref (cancel->children);
  g_free (cancel->reason);
  g_mutex_clear (&cancel->lock);
  g_free (cancel);
}

static void
kill_all (V2vCancel *cancel)
{
  for (guint i = 0; i < cancel->children->len; i++)
    kill (g_array_index (cancel->children, pid_t, i), SIGKILL);
}

void
v2v_cancel_fire (V2vCancel *cancel, V2vErrorCode code, const char *reason)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&cancel->lock);

  if (!cancel->fired) {
    cancel->fired = TRUE;
    cancel->code = code;
    cancel->reason = g_strdup (reason);
  }
  if (!cancel->held)
    kill_all (cancel);
}

gboolean
v2v_cancel_check (V2vCancel *cancel, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;

  if (cancel == NULL)
    return TRUE;
  locker = g_mutex_locker_new (&cancel->lock);
  if (!cancel->fired || cancel->held)
    return TRUE;
  g_set_error_literal (error, V2V_ERROR, cancel->code, cancel->reason);
  return FALSE;
}

gboolean
v2v_cancel_is_fired (V2vCancel *cancel)
{
  g_autoptr (GMutexLocker) locker = NULL;

  if (cancel == NULL)
    return FALSE;
  locker = g_mutex_locker_new (&cancel->lock);
  return cancel->fired;
}

gboolean
v2v_cancel_hold (V2vCancel *cancel, GError **error)
{
  g_autoptr (GMutexLocker) locker = NULL;

  if (cancel == NULL)
    return TRUE;
  locker = g_mutex_locker_new (&cancel->lock);
  if (cancel->fired) {
    g_set_error_literal (error, V2V_ERROR, cancel->code, cancel->reason);
    return FALSE;
  }
  cancel->held = TRUE;
  return TRUE;
}

void
v2v_cancel_add_child (V2vCancel *cancel, pid_t pid)
{
  g_autoptr (GMutexLocker) locker = NULL;

  if (cancel == NULL)
    return;
  locker = g_mutex_locker_new (&cancel->lock);
  g_array_append_val (cancel->children, pid);
  if (cancel->fired && !cancel->held)
    kill (pid, SIGKILL);
}

void
v2v_cancel_remove_child (V2vCancel *cancel, pid_t pid)
{
  g_autoptr (GMutexLocker) locker = NULL;

  if (cancel == NULL)
    return;
  locker = g_mutex_locker_new (&cancel->lock);
  for (guint i = 0; i < cancel->children->len; i++) {
    if (g_array_index (cancel->children, pid_t, i) == pid) {
      g_array_remove_index_fast (cancel->children, i);
      return;
    }
  }
}

void
v2v_cancel_override (V2vCancel *cancel, GError **error)
{
  g_autoptr (GError) fired = NULL;

  if (error == NULL || *error == NULL || v2v_cancel_check (cancel, &fired))
    return;
  g_debug ("error after cancelling: %s", (*error)->message);
  g_clear_error (error);
  *error = g_steal_pointer (&fired);
}
