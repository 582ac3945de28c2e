/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "v2v-process.h"

static const char *const *
sh (const char *script)
{
  static const char *argv[4] = { "sh", "-c", NULL, NULL };

  argv[2] = script;
  return argv;
}

static void
test_streams_and_exit (void)
{
  g_auto (V2vProcessResult) result = { 0 };
  g_autoptr (GError) error = NULL;
  V2vProcess process = { .argv = sh ("echo out; echo err >&2; exit 7") };

  g_assert_true (v2v_process_run (&process, &result, &error));
  g_assert_no_error (error);
  g_assert_cmpint (result.exit_status, ==, 7);
  g_assert_cmpstr (result.out, ==, "out\n");
  g_assert_cmpstr (result.err, ==, "err\n");
}

static void
test_killed_child (void)
{
  g_auto (V2vProcessResult) result = { 0 };
  V2vProcess process = { .argv = sh ("kill -9 $$") };

  g_assert_true (v2v_process_run (&process, &result, NULL));
  g_assert_cmpint (result.exit_status, ==, 128 + SIGKILL);
}

static void
test_not_installed (void)
{
  static const char *const argv[] = { "no-such-program-here", NULL };
  g_auto (V2vProcessResult) result = { 0 };
  g_autoptr (GError) error = NULL;
  V2vProcess process = { .argv = argv };

  g_assert_false (v2v_process_run (&process, &result, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND);
}

static void
test_check_says_why (void)
{
  g_autoptr (GError) error = NULL;
  V2vProcess process
    = { .argv = sh ("echo first >&2; echo 'the cause' >&2; exit 1"), .what = "testing" };

  g_assert_false (v2v_process_check (&process, NULL, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_STORAGE);
  g_assert_cmpstr (error->message, ==, "testing failed (exit 1): the cause");
}

static void
test_bounded_output (void)
{
  g_auto (V2vProcessResult) result = { 0 };
  V2vProcess process
    = { .argv = sh ("i=0; while [ $i -lt 3000 ]; do echo line$i; i=$((i+1)); done"),
        .max_output = 100 };

  g_assert_true (v2v_process_run (&process, &result, NULL));
  g_assert_cmpuint (strlen (result.out), ==, 100);
  g_assert_true (g_str_has_suffix (result.out, "line2999\n"));
}

static void
collect (const char *line, gboolean is_stderr, gpointer user_data)
{
  g_string_append_printf (user_data, "%s%s|", is_stderr ? "E:" : "", line);
}

static void
test_lines (void)
{
  g_autoptr (GString) lines = g_string_new (NULL);
  g_auto (V2vProcessResult) result = { 0 };
  V2vProcess process = { .argv = sh ("printf 'a\\nb\\033[1m\\r50%%\\rend'"),
                         .on_line = collect,
                         .user_data = lines };

  g_assert_true (v2v_process_run (&process, &result, NULL));
  g_assert_cmpstr (lines->str, ==, "a|b\\x1b[1m|50%|end|");
}

/* The grandchild holds the pipe open: only killing the group ends this. */
static void
test_timeout (void)
{
  g_auto (V2vProcessResult) result = { 0 };
  g_autoptr (GError) error = NULL;
  V2vProcess process = { .argv = sh ("sleep 600 & wait"), .timeout_s = 1 };

  g_assert_false (v2v_process_run (&process, &result, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_STORAGE);
}

/* A child that outlives a killed program must not keep us waiting, nor stay. */
static void
test_leftover_child (void)
{
  g_auto (V2vProcessResult) result = { 0 };
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();
  V2vProcess process = { .argv = sh ("sleep 600 & echo $!; kill -9 $$") };

  g_assert_true (v2v_process_run (&process, &result, &error));
  g_assert_no_error (error);
  g_assert_cmpint (result.exit_status, ==, 128 + SIGKILL);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 20 * G_TIME_SPAN_SECOND);
  for (guint i = 0; i < 50 && kill ((pid_t) atoi (result.out), 0) == 0; i++)
    g_usleep (100 * 1000);
  g_assert_cmpint (kill ((pid_t) atoi (result.out), 0), ==, -1);
}

/* The same when it does not hold the output. */
static void
test_quiet_leftover (void)
{
  g_auto (V2vProcessResult) result = { 0 };
  V2vProcess process = { .argv = sh ("sleep 600 >/dev/null 2>&1 & echo $!") };

  g_assert_true (v2v_process_run (&process, &result, NULL));
  g_assert_cmpint (result.exit_status, ==, 0);
  for (guint i = 0; i < 50 && kill ((pid_t) atoi (result.out), 0) == 0; i++)
    g_usleep (100 * 1000);
  g_assert_cmpint (kill ((pid_t) atoi (result.out), 0), ==, -1);
}

static gpointer
fire_soon (gpointer cancel)
{
  g_usleep (200 * 1000);
  v2v_cancel_fire (cancel, V2V_ERROR_CANCELLED, "stopped by signal 15");
  return NULL;
}

static void
test_cancel (void)
{
  g_autoptr (V2vCancel) cancel = v2v_cancel_new ();
  GThread *thread = g_thread_new ("fire", fire_soon, cancel);
  g_auto (V2vProcessResult) result = { 0 };
  g_autoptr (GError) error = NULL;
  V2vProcess process = { .argv = sh ("sleep 600 & wait"), .cancel = cancel };

  g_assert_false (v2v_process_run (&process, &result, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_CANCELLED);
  g_assert_cmpstr (error->message, ==, "stopped by signal 15");
  g_thread_join (thread);
}

static void
test_hold (void)
{
  g_autoptr (V2vCancel) cancel = v2v_cancel_new ();
  g_auto (V2vProcessResult) result = { 0 };
  g_autoptr (GError) error = NULL;
  V2vProcess process = { .argv = sh ("echo done"), .cancel = cancel };

  g_assert_true (v2v_cancel_hold (cancel, &error));
  v2v_cancel_fire (cancel, V2V_ERROR_CANCELLED, "too late");
  g_assert_true (v2v_cancel_is_fired (cancel));
  g_assert_true (v2v_process_run (&process, &result, &error));
  g_assert_cmpstr (result.out, ==, "done\n");
}

static void
test_fired_before_hold (void)
{
  g_autoptr (V2vCancel) cancel = v2v_cancel_new ();
  g_autoptr (GError) error = NULL;

  v2v_cancel_fire (cancel, V2V_ERROR_STORAGE, "work directory is full");
  g_assert_false (v2v_cancel_hold (cancel, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_STORAGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/process/streams-and-exit", test_streams_and_exit);
  g_test_add_func ("/process/killed-child", test_killed_child);
  g_test_add_func ("/process/not-installed", test_not_installed);
  g_test_add_func ("/process/check-says-why", test_check_says_why);
  g_test_add_func ("/process/bounded-output", test_bounded_output);
  g_test_add_func ("/process/lines", test_lines);
  g_test_add_func ("/process/timeout", test_timeout);
  g_test_add_func ("/process/leftover-child", test_leftover_child);
  g_test_add_func ("/process/quiet-leftover", test_quiet_leftover);
  g_test_add_func ("/cancel/kills", test_cancel);
  g_test_add_func ("/cancel/hold", test_hold);
  g_test_add_func ("/cancel/fired-before-hold", test_fired_before_hold);
  return g_test_run ();
}
