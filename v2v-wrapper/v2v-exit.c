/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-exit.c - errors become exit statuses in one place
 */
#include <config.h>

#include "v2v-exit.h"

#include "v2v-error.h"

static const struct {
  V2vErrorCode code;
  int status;
} table[] = {
  { V2V_ERROR_INTERNAL, V2V_EXIT_INTERNAL },
  { V2V_ERROR_USAGE, V2V_EXIT_USAGE },
  { V2V_ERROR_UNSUPPORTED, V2V_EXIT_UNSUPPORTED },
  { V2V_ERROR_REFUSED, V2V_EXIT_REFUSED },
  { V2V_ERROR_STORAGE, V2V_EXIT_STORAGE },
  { V2V_ERROR_NO_OS, V2V_EXIT_NO_OS },
  /* An absent file that nobody expected to be absent was named by the user. */
  { V2V_ERROR_NOT_FOUND, V2V_EXIT_USAGE },
};

int
v2v_exit_status (const GError *error, int signal, gboolean pod)
{
  int status = V2V_EXIT_INTERNAL;

  if (error == NULL)
    return V2V_EXIT_OK;
  if (g_error_matches (error, V2V_ERROR, V2V_ERROR_CANCELLED))
    return signal != 0 ? 128 + signal : V2V_EXIT_INTERNAL;
  if (error->domain == G_OPTION_ERROR)
    return V2V_EXIT_USAGE;
  for (gsize i = 0; error->domain == V2V_ERROR && i < G_N_ELEMENTS (table); i++) {
    if ((int) table[i].code == error->code)
      status = table[i].status;
  }
  if (pod && status >= V2V_EXIT_UNSUPPORTED)
    return V2V_EXIT_INTERNAL;
  return status;
}
