/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-cancel.h - one switch that stops a conversion from another thread
 *
 * libguestfs calls cannot be interrupted, so stopping means killing the process
 * that the worker waits for.  Whoever starts a child registers it here; the main
 * thread fires the switch on a signal or when the work directory runs full.
 */
#pragma once

#include <glib.h>
#include <sys/types.h>

#include "v2v-error.h"

G_BEGIN_DECLS

typedef struct _V2vCancel V2vCancel;

V2vCancel *v2v_cancel_new (void) G_GNUC_WARN_UNUSED_RESULT;
void v2v_cancel_free (V2vCancel *cancel); /* NULL is allowed */

/**
 * v2v_cancel_fire:
 * @code: the error that the worker will report, e.g. %V2V_ERROR_CANCELLED
 * @reason: one sentence for the user
 *
 * Kills every registered child with SIGKILL.  Only the first call counts; calls
 * during a hold (see v2v_cancel_hold()) are remembered but kill nothing.
 * Thread-safe; not async-signal-safe.
 */
void v2v_cancel_fire (V2vCancel *cancel, V2vErrorCode code, const char *reason);

/**
 * v2v_cancel_check:
 *
 * Returns: %TRUE to go on; %FALSE with the firing reason in @error.
 * @cancel may be %NULL (never cancelled).
 */
gboolean v2v_cancel_check (V2vCancel *cancel, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* TRUE once fired, also during a hold. */
gboolean v2v_cancel_is_fired (V2vCancel *cancel);

/**
 * v2v_cancel_hold:
 *
 * From now on v2v_cancel_fire() kills nothing and v2v_cancel_check() succeeds:
 * the commit has begun and is finished, not obeyed.
 *
 * Returns: %FALSE with @error when the switch was fired before.
 */
gboolean v2v_cancel_hold (V2vCancel *cancel, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_cancel_add_child:
 * @pid: a child of ours; negative means its process group
 *
 * If the switch has been fired already the child is killed at once.
 */
void v2v_cancel_add_child (V2vCancel *cancel, pid_t pid);

/* Must be called before the child is reaped, so that a recycled pid is never killed. */
void v2v_cancel_remove_child (V2vCancel *cancel, pid_t pid);

/**
 * v2v_cancel_override:
 * @error: an error that a step returned
 *
 * A killed appliance shows up as some obscure failure; when the switch was fired
 * (outside a hold) that error is replaced by the firing reason.
 */
void v2v_cancel_override (V2vCancel *cancel, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vCancel, v2v_cancel_free)

G_END_DECLS
