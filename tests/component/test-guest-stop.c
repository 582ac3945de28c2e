/* SPDX-License-Identifier: GPL-2.0-or-later
 * Appliances that do not start, are stopped, or die.  Works on gpt.raw and mbr.raw,
 * which tests/component/test-guest.sh makes in the current directory.
 */
#include <config.h>

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "v2v-appliance-private.h"

#define ROOT "/dev/sda2"

static void
assert_ok (gboolean ok, const GError *error)
{
  g_assert_no_error (error);
  g_assert_true (ok);
}

typedef struct {
  V2vCancel *cancel;
  double after_s;
  gint64 fired_at;
} Fire;

static gpointer
fire_thread (gpointer data)
{
  Fire *fire = data;

  g_usleep ((gulong) (fire->after_s * G_USEC_PER_SEC));
  fire->fired_at = g_get_monotonic_time ();
  v2v_cancel_fire (fire->cancel, V2V_ERROR_CANCELLED, "stopped by signal 15");
  return NULL;
}

static void
assert_soon_after (const Fire *fire)
{
  double passed = (double) (g_get_monotonic_time () - fire->fired_at) / G_TIME_SPAN_SECOND;

  g_test_message ("measured: ended %.2f s after the switch was fired", passed);
  g_assert_cmpfloat (passed, <, 2.0);
}

static void
test_cancel_launch (void)
{
  g_autoptr (V2vCancel) cancel = v2v_cancel_new ();
  V2vDrive drive = { "gpt.raw", "raw" };
  g_autoptr (GError) error = NULL;
  Fire fire = { cancel, 0.7, 0 }; /* our appliance is up in 3 s */
  GThread *thread = g_thread_new ("fire", fire_thread, &fire);

  g_assert_null (v2v_appliance_launch (&drive, 1, TRUE, cancel, &error));
  g_thread_join (thread);
  assert_soon_after (&fire);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (v2v_appliance_launch (&drive, 1, TRUE, cancel, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_CANCELLED);
}

/* Downloading 3 GiB takes a minute; the file is removed again, the error is ours. */
static void
test_cancel_call (void)
{
  g_autoptr (V2vCancel) cancel = v2v_cancel_new ();
  V2vDrive drive = { "gpt.raw", "raw" };
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vAppliance) appliance = v2v_appliance_launch (&drive, 1, TRUE, cancel, &error);
  g_autoptr (V2vFs) fs = NULL;
  Fire fire = { cancel, 1, 0 };
  GThread *thread;

  g_assert_no_error (error);
  assert_ok (v2v_disks_mount (appliance, ROOT, "/", NULL, FALSE, &error), error);
  fs = v2v_fs_new_appliance (appliance);
  thread = g_thread_new ("fire", fire_thread, &fire);
  g_assert_false (v2v_fs_download (fs, "/big", "big.copy", G_MAXUINT64, &error));
  g_thread_join (thread);
  assert_soon_after (&fire);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_CANCELLED);
  g_assert_cmpint (g_access ("big.copy", F_OK), !=, 0);
  g_clear_error (&error);
  g_assert_null (v2v_fs_list (fs, "/", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (v2v_appliance_close (g_steal_pointer (&appliance), &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_CANCELLED);
}

/* The newest child of this process is qemu or libguestfs' recovery process; both
 * may go. */
static void
kill_children (void)
{
  g_autofree char *file = g_strdup_printf ("/proc/self/task/%d/children", (int) getpid ());
  g_autofree char *text = NULL;
  g_auto (GStrv) pids = NULL;

  g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
  pids = g_strsplit (g_strstrip (text), " ", -1);
  g_assert_nonnull (pids[0]);
  for (guint i = 0; pids[i] != NULL; i++)
    kill ((pid_t) atoi (pids[i]), SIGKILL);
}

static void
test_killed (void)
{
  V2vDrive drive = { "gpt.raw", "raw" };
  g_autoptr (GError) error = NULL;
  V2vAppliance *appliance = v2v_appliance_launch (&drive, 1, TRUE, NULL, &error);
  g_autoptr (V2vGuest) guest = v2v_guest_new ();
  g_autoptr (V2vFs) fs = NULL;

  g_assert_no_error (error);
  fs = v2v_fs_new_appliance (appliance);
  assert_ok (v2v_disks_mount (appliance, ROOT, "/", NULL, FALSE, &error), error);
  kill_children ();
  g_assert_null (v2v_fs_read (fs, "/nine", 10 << 20, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_STORAGE);
  g_clear_error (&error);
  g_assert_false (v2v_fs_is_file (fs, "/nine"));
  g_assert_false (v2v_disks_read (appliance, guest, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_STORAGE);
  g_clear_error (&error);
  g_assert_false (v2v_disks_mount (appliance, ROOT, "/", NULL, FALSE, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_STORAGE);
  g_clear_error (&error);
  g_assert_false (v2v_appliance_close (appliance, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_STORAGE);
}

static void
test_bad_drives (void)
{
  V2vDrive absent = { "no-such-disk", "raw" };
  V2vDrive not_qcow2 = { "gpt.raw", "qcow2" };
  g_autoptr (GError) error = NULL;

  g_assert_null (v2v_appliance_launch (&absent, 1, TRUE, NULL, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_STORAGE);
  g_assert_nonnull (strstr (error->message, "no-such-disk"));
  g_clear_error (&error);
  g_assert_null (v2v_appliance_launch (&not_qcow2, 1, FALSE, NULL, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_STORAGE);
  g_test_message ("not qcow2: %s", error->message);
}

/* Another program holds the disk as qemu would. */
static void
test_locked (void)
{
  V2vDrive drive = { "mbr.raw", "raw" };
  g_autoptr (GError) error = NULL;
  struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = 100, .l_len = 200 };
  int fd = open ("mbr.raw", O_RDWR);

  g_assert_cmpint (fcntl (fd, F_OFD_SETLK, &lock), ==, 0);
  g_assert_null (v2v_appliance_launch (&drive, 1, FALSE, NULL, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_STORAGE);
  g_test_message ("locked: %s", error->message);
  close (fd);
}

/* Stands in for qemu: with KVM it never answers, with TCG it is the real one. */
static void
put_fake_qemu (const char *path, gboolean hang_always)
{
  g_autofree char *script = g_strdup_printf (
    "#!/bin/sh\n"
    "case \"%s$*\" in\n"
    "*always*libguestfs.channel*|*accel=kvm*libguestfs.channel*) exec sleep 900;;\n"
    "esac\n"
    "exec qemu-system-$(uname -m | sed 's/i.86/i386/') \"$@\"\n",
    hang_always ? "always " : "");

  g_assert_true (g_file_set_contents (path, script, -1, NULL));
  g_assert_cmpint (g_chmod (path, 0755), ==, 0);
}

static void
test_watchdog (gconstpointer hang_always)
{
  g_autofree char *dir = g_get_current_dir ();
  g_autofree char *qemu = g_build_filename (dir, "fake-qemu", NULL);
  V2vLaunchLimits limits = { .kvm_s = 3, .tcg_s = hang_always ? 3 : 300, .assume_kvm = TRUE };
  V2vDrive drive = { "gpt.raw", "raw" };
  g_autoptr (V2vAppliance) appliance = NULL;
  g_autoptr (GError) error = NULL;

  if (g_getenv ("LIBGUESTFS_HV") != NULL || g_getenv ("LIBGUESTFS_BACKEND_SETTINGS") != NULL) {
    g_test_skip ("LIBGUESTFS_HV or LIBGUESTFS_BACKEND_SETTINGS is set");
    return;
  }
  put_fake_qemu (qemu, hang_always != NULL);
  g_setenv ("LIBGUESTFS_HV", qemu, TRUE);
  appliance = v2v_appliance_launch_within (&drive, 1, TRUE, NULL, &limits, &error);
  g_unsetenv ("LIBGUESTFS_HV");
  if (hang_always != NULL) {
    g_assert_null (appliance);
    g_assert_error (error, V2V_ERROR, V2V_ERROR_INTERNAL);
    g_assert_nonnull (strstr (error->message, "no answer in 3 s with tcg"));
  } else {
    g_assert_no_error (error);
    g_assert_cmpstr (v2v_appliance_accel (appliance), ==, "tcg");
  }
}

int
main (int argc, char **argv)
{
  v2v_accel_prepare ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/guest-stop/bad-drives", test_bad_drives);
  g_test_add_func ("/guest-stop/locked", test_locked);
  g_test_add_data_func ("/guest-stop/watchdog-retry", NULL, test_watchdog);
  g_test_add_data_func ("/guest-stop/watchdog-end", "always", test_watchdog);
  g_test_add_func ("/guest-stop/cancel-launch", test_cancel_launch);
  g_test_add_func ("/guest-stop/cancel-call", test_cancel_call);
  g_test_add_func ("/guest-stop/killed", test_killed);
  return g_test_run ();
}
