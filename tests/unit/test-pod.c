/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "v2v-error.h"
#include "v2v-pod.h"

typedef struct {
  char *root;
  GPtrArray *warnings;
} Fixture;

static void
touch (Fixture *f, const char *path)
{
  g_autofree char *full = g_build_filename (f->root, path, NULL);
  g_autofree char *dir = g_path_get_dirname (full);

  g_assert_cmpint (g_mkdir_with_parents (dir, 0755), ==, 0);
  g_assert_true (g_file_set_contents (full, "x", 1, NULL));
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->root = g_dir_make_tmp ("v2v-pod-XXXXXX", NULL);
  f->warnings = g_ptr_array_new_with_free_func (g_free);
  g_setenv ("V2V_SEARCH_ROOT", f->root, TRUE);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", f->root);

  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (f->root);
  g_ptr_array_unref (f->warnings);
  g_unsetenv ("V2V_SEARCH_ROOT");
}

static void
expect_disks (Fixture *f, const char *const *want)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) got = v2v_pod_find_disks (f->warnings, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (got), ==, g_strv_length ((char **) want));
  for (guint i = 0; want[i] != NULL; i++) {
    g_autofree char *full = g_build_filename (f->root, want[i], NULL);

    g_assert_cmpstr (got[i], ==, full);
  }
}

static void
test_numeric_order (Fixture *f, gconstpointer data)
{
  static const char *const want[]
    = { "dev/block0", "dev/block1", "dev/block2", "dev/block10", NULL };

  touch (f, "dev/block10");
  touch (f, "dev/block2");
  touch (f, "dev/block0");
  touch (f, "dev/block1");
  touch (f, "dev/blockdev");
  touch (f, "dev/block0p1");
  touch (f, "dev/sda");
  expect_disks (f, want);
  g_assert_cmpuint (f->warnings->len, ==, 1); /* 3..9 */
}

static void
test_mixed (Fixture *f, gconstpointer data)
{
  static const char *const want[]
    = { "dev/block0", "mnt/disks/disk1/disk.img", "dev/block2", NULL };

  touch (f, "mnt/disks/disk1/disk.img");
  touch (f, "dev/block2");
  touch (f, "dev/block0");
  expect_disks (f, want);
  g_assert_cmpuint (f->warnings->len, ==, 0);
}

static void
test_gap (Fixture *f, gconstpointer data)
{
  static const char *const want[] = { "dev/block0", "dev/block2", NULL };

  touch (f, "dev/block0");
  touch (f, "dev/block2");
  expect_disks (f, want);
  g_assert_cmpuint (f->warnings->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (f->warnings, 0), "volume number 1 is not"));
}

static void
test_clash (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) got = NULL;

  touch (f, "dev/block0");
  touch (f, "mnt/disks/disk0/disk.img");
  got = v2v_pod_find_disks (f->warnings, &error);
  g_assert_null (got);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
}

static void
test_none (Fixture *f, gconstpointer data)
{
  static const char *const want[] = { NULL };

  expect_disks (f, want);
  g_assert_false (v2v_pod_detect ());
}

static void
test_environment (Fixture *f, gconstpointer data)
{
  g_autoptr (V2vRequest) request = v2v_request_new ();
  g_autoptr (V2vPod) pod = NULL;

  g_setenv ("V2V_inPlace", "1", TRUE);
  g_setenv ("V2V_vmName", "web 01", TRUE);
  g_setenv ("V2V_source", "ec2", TRUE);
  g_setenv ("V2V_DISK_WAIT", "soon", TRUE);
  g_assert_true (v2v_pod_detect ());
  pod = v2v_pod_load (request, f->warnings);
  g_assert_true (pod->in_place);
  g_assert_cmpstr (request->name, ==, "web 01");
  g_assert_cmpstr (request->source, ==, "ec2");
  g_assert_cmpstr (request->root, ==, "first");
  g_assert_cmpstr (request->work_dir, ==, "/var/tmp/v2v");
  g_assert_cmpuint (f->warnings->len, ==, 1); /* V2V_DISK_WAIT */
  g_setenv ("V2V_NewName", "web-01", TRUE);
  g_setenv ("V2V_RootDisk", "/dev/sdb1", TRUE);
  g_clear_pointer (&pod, v2v_pod_free);
  pod = v2v_pod_load (request, f->warnings);
  g_assert_cmpstr (request->name, ==, "web-01");
  g_assert_cmpstr (request->root, ==, "/dev/sdb1");
  g_unsetenv ("V2V_inPlace");
  g_unsetenv ("V2V_vmName");
  g_unsetenv ("V2V_source");
  g_unsetenv ("V2V_DISK_WAIT");
  g_unsetenv ("V2V_NewName");
  g_unsetenv ("V2V_RootDisk");
}

static gpointer
appear (gpointer path)
{
  g_usleep (200 * 1000);
  g_assert_true (g_file_set_contents (path, "x", 1, NULL));
  return NULL;
}

static void
test_wait (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->root, "late", NULL);
  GThread *thread = g_thread_new ("appear", appear, path);
  g_autoptr (GError) error = NULL;

  g_assert_true (v2v_pod_wait_disk (path, 5, NULL, &error));
  g_assert_no_error (error);
  g_thread_join (thread);
}

static void
test_wait_in_vain (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->root, "never", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (v2v_pod_wait_disk (path, 1, NULL, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_STORAGE);
}

static void
test_wait_cancelled (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->root, "never", NULL);
  g_autoptr (V2vCancel) cancel = v2v_cancel_new ();
  g_autoptr (GError) error = NULL;

  v2v_cancel_fire (cancel, V2V_ERROR_CANCELLED, "stopped");
  g_assert_false (v2v_pod_wait_disk (path, 60, cancel, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_CANCELLED);
}

#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/pod/numeric-order", test_numeric_order);
  ADD ("/pod/mixed", test_mixed);
  ADD ("/pod/gap", test_gap);
  ADD ("/pod/clash", test_clash);
  ADD ("/pod/none", test_none);
  ADD ("/pod/environment", test_environment);
  ADD ("/pod/wait", test_wait);
  ADD ("/pod/wait-in-vain", test_wait_in_vain);
  ADD ("/pod/wait-cancelled", test_wait_cancelled);
  return g_test_run ();
}
