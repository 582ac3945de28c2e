/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-error.h - the one error domain, sorted by what the caller can do about it
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define V2V_ERROR (v2v_error_quark ())
GQuark v2v_error_quark (void);

/* A code exists only because somebody acts on it: each one is a different exit
 * status (v2v-exit.c) and a different advice to the user. */
typedef enum {
  V2V_ERROR_INTERNAL,    /* our bug or a broken helper program */
  V2V_ERROR_USAGE,       /* the command line, the environment or an input file */
  V2V_ERROR_UNSUPPORTED, /* this guest cannot be converted by what is installed */
  V2V_ERROR_REFUSED,     /* it could be, but must not: dirty, encrypted, verify */
  V2V_ERROR_STORAGE,     /* busy, I/O error, no space: a retry can help */
  V2V_ERROR_NO_OS,       /* the disks hold no operating system */
  V2V_ERROR_CANCELLED,   /* a signal asked us to stop */
  V2V_ERROR_NOT_FOUND,   /* a file that may be absent; never reaches the user */
} V2vErrorCode;

/**
 * v2v_error_from_errno:
 * @error: return location, or %NULL
 * @errnum: an errno value
 * @format: what was attempted, without a full stop: "opening '%s'"
 *
 * Sets a #V2vErrorCode with ": REASON" appended.  ENOENT and ENOTDIR become
 * %V2V_ERROR_NOT_FOUND, everything else %V2V_ERROR_STORAGE.
 *
 * Returns: always %FALSE, so that callers can "return v2v_error_from_errno ()".
 */
gboolean v2v_error_from_errno (GError **error, int errnum, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

/**
 * v2v_error_recode:
 * @error: (nullable): an error to change in place when it has code @from
 *
 * For a caller that knows better what an absent file means.
 */
void v2v_error_recode (GError *error, V2vErrorCode from, V2vErrorCode to);

G_END_DECLS
