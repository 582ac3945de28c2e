/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <string.h>

#include "v2v-process.h"
#include "v2v-space.h"

static void
test_too_little_to_begin (void)
{
  g_autoptr (V2vCancel) cancel = v2v_cancel_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vSpace) space = v2v_space_start (".", G_MAXUINT64, cancel, &error);

  g_assert_null (space);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_STORAGE);
  g_assert_nonnull (strstr (error->message, "is full"));
  g_assert_false (v2v_cancel_is_fired (cancel));
}

static void
test_enough (void)
{
  g_autoptr (V2vCancel) cancel = v2v_cancel_new ();
  g_autoptr (GError) error = NULL;
  V2vSpace *space = v2v_space_start (".", 1, cancel, &error);

  g_assert_no_error (error);
  g_usleep (600 * 1000); /* two looks */
  v2v_space_stop (space);
  g_assert_false (v2v_cancel_is_fired (cancel));
}

static void
test_missing (void)
{
  g_autoptr (V2vCancel) cancel = v2v_cancel_new ();
  g_autoptr (GError) error = NULL;

  g_assert_null (v2v_space_start ("/nonexistent/dir", 0, cancel, &error));
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/space/too-little-to-begin", test_too_little_to_begin);
  g_test_add_func ("/space/enough", test_enough);
  g_test_add_func ("/space/missing", test_missing);
  return g_test_run ();
}
