/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

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

/* /dev/shm: a file system with little traffic, where a few megabytes decide. */
static void
test_fills_up (void)
{
  const guint64 mib = 1024 * 1024;
  g_autoptr (V2vCancel) cancel = v2v_cancel_new ();
  g_autoptr (GError) error = NULL;
  g_auto (V2vProcessResult) result = { 0 };
  static const char *const argv[] = { "sleep", "60", NULL };
  V2vProcess process = { .argv = argv, .cancel = cancel };
  int fd = open ("/dev/shm", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  struct statvfs fs;
  V2vSpace *space;

  if (fd < 0 || fstatvfs (fd, &fs) < 0 || fs.f_bavail * fs.f_frsize < 32 * mib) {
    g_test_skip ("no room in /dev/shm");
    return;
  }
  space = v2v_space_start ("/dev/shm", fs.f_bavail * fs.f_frsize - 8 * mib, cancel, &error);
  g_assert_no_error (error);
  g_assert_cmpint (posix_fallocate (fd, 0, (off_t) (16 * mib)), ==, 0);
  /* What waits for ever is what has to end. */
  g_assert_false (v2v_process_run (&process, &result, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_STORAGE);
  g_assert_true (g_str_has_prefix (error->message, "work directory '/dev/shm' is full: "));
  v2v_space_stop (space);
  close (fd);
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
  g_test_add_func ("/space/fills-up", test_fills_up);
  g_test_add_func ("/space/missing", test_missing);
  return g_test_run ();
}
