/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-exit.h - errors become exit statuses in one place
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

enum {
  V2V_EXIT_OK = 0,
  V2V_EXIT_INTERNAL = 1,
  V2V_EXIT_USAGE = 2,
  V2V_EXIT_UNSUPPORTED = 3,
  V2V_EXIT_REFUSED = 4,
  V2V_EXIT_STORAGE = 5,
  V2V_EXIT_NO_OS = 6,
};

/**
 * v2v_exit_status:
 * @error: (nullable): why the command failed; %NULL is success
 * @signal: the signal that stopped it, or 0
 * @pod: fold 3-6 to 1, since the controller knows only "failed" and treats 2 alike
 *
 * Returns: the process exit status (DESIGN section 7).
 */
int v2v_exit_status (const GError *error, int signal, gboolean pod);

G_END_DECLS
