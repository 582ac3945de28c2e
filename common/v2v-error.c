/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-error.c - the one error domain, sorted by what the caller can do about it
 */
#include <config.h>

#include "v2v-error.h"

#include <errno.h>
#include <stdarg.h>

G_DEFINE_QUARK (v2v-error-quark, v2v_error)

gboolean
v2v_error_from_errno (GError **error, int errnum, const char *format, ...)
{
  g_autofree char *what = NULL;
  V2vErrorCode code = V2V_ERROR_STORAGE;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);

  if (errnum == ENOENT || errnum == ENOTDIR)
    code = V2V_ERROR_NOT_FOUND;
  g_set_error (error, V2V_ERROR, code, "%s: %s", what, g_strerror (errnum));
  return FALSE;
}

void
v2v_error_recode (GError *error, V2vErrorCode from, V2vErrorCode to)
{
  if (error != NULL && g_error_matches (error, V2V_ERROR, from))
    error->code = to;
}
