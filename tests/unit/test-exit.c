/* SPDX-License-Identifier: GPL-2.0-or-later
 * Each exit status of the manual has a row here.
 */
#include <config.h>

#include <glib.h>

#include "v2v-error.h"
#include "v2v-exit.h"

static const struct {
  V2vErrorCode code;
  int status;
  int in_pod;
} rows[] = {
  { V2V_ERROR_INTERNAL, 1, 1 }, { V2V_ERROR_USAGE, 2, 2 },   { V2V_ERROR_UNSUPPORTED, 3, 1 },
  { V2V_ERROR_REFUSED, 4, 1 },  { V2V_ERROR_STORAGE, 5, 1 }, { V2V_ERROR_NO_OS, 6, 1 },
  { V2V_ERROR_NOT_FOUND, 2, 2 },
};

static void
test_rows (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = g_error_new_literal (V2V_ERROR, (int) rows[i].code, "x");

    g_assert_cmpint (v2v_exit_status (error, 0, FALSE), ==, rows[i].status);
    g_assert_cmpint (v2v_exit_status (error, 0, TRUE), ==, rows[i].in_pod);
  }
}

static void
test_others (void)
{
  g_autoptr (GError) cancelled = g_error_new_literal (V2V_ERROR, V2V_ERROR_CANCELLED, "x");
  g_autoptr (GError) option
    = g_error_new_literal (G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION, "x");
  g_autoptr (GError) foreign = g_error_new_literal (G_FILE_ERROR, G_FILE_ERROR_IO, "x");

  g_assert_cmpint (v2v_exit_status (NULL, 0, FALSE), ==, 0);
  g_assert_cmpint (v2v_exit_status (cancelled, 15, FALSE), ==, 143);
  g_assert_cmpint (v2v_exit_status (cancelled, 2, TRUE), ==, 130);
  g_assert_cmpint (v2v_exit_status (option, 0, FALSE), ==, 2);
  g_assert_cmpint (v2v_exit_status (option, 0, TRUE), ==, 2);
  g_assert_cmpint (v2v_exit_status (foreign, 0, FALSE), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/exit/rows", test_rows);
  g_test_add_func ("/exit/others", test_others);
  return g_test_run ();
}
