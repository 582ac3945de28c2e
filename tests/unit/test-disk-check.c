/* SPDX-License-Identifier: GPL-2.0-or-later
 * The bad-input rows that need no qemu-img; the others are in
 * tests/program/test-transaction.sh.
 */
#include <config.h>

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "v2v-transaction.h"
#include "v2v-work-dir.h"

#define NOBODY 65534

typedef struct {
  char *dir;
  char *disk; /* 1 MiB of zeroes, raw */
} Fixture;

static void
write_file (const char *path, const char *start, gsize length, off_t size)
{
  g_assert_true (g_file_set_contents (path, start, (gssize) length, NULL));
  g_assert_cmpint (truncate (path, size), ==, 0);
}

static void
set_up (Fixture *f, gconstpointer unused)
{
  f->dir = g_dir_make_tmp ("v2v-check-XXXXXX", NULL);
  f->disk = g_build_filename (f->dir, "d.img", NULL);
  write_file (f->disk, "", 0, 1024 * 1024);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  g_assert_true (v2v_work_dir_empty (f->dir, NULL, NULL));
  g_assert_cmpint (g_rmdir (f->dir), ==, 0);
  g_free (f->dir);
  g_free (f->disk);
}

static V2vSource *
source_of (const char *path, const char *format)
{
  V2vSource *source = v2v_source_new ("t");
  V2vSourceDisk *disk = v2v_source_add_disk (source);

  disk->path = g_strdup (path);
  disk->format = g_strdup (format);
  return source;
}

static void
assert_bad (V2vSource *source, V2vErrorCode code, const char *want)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (v2v_source_check_disks (source, TRUE, &error));
  g_assert_error (error, V2V_ERROR, (int) code);
  if (strstr (error->message, want) == NULL)
    g_error ("unexpected: %s", error->message);
}

static void
assert_bad_path (const char *path, const char *want)
{
  g_autoptr (V2vSource) source = source_of (path, "raw");

  assert_bad (source, V2V_ERROR_USAGE, want);
}

static void
test_good (Fixture *f, gconstpointer unused)
{
  g_autofree char *link = g_build_filename (f->dir, "link", NULL);
  g_autoptr (V2vSource) source = NULL;
  g_autoptr (GError) error = NULL;
  const V2vSourceDisk *disk;
  char *resolved = realpath (f->disk, NULL);

  g_assert_cmpint (symlink ("d.img", link), ==, 0);
  source = source_of (link, NULL);
  g_assert_true (v2v_source_check_disks (source, TRUE, &error));
  g_assert_no_error (error);
  disk = g_ptr_array_index (source->disks, 0);
  g_assert_cmpstr (disk->path, ==, link);
  g_assert_cmpstr (disk->real_path, ==, resolved);
  g_assert_cmpstr (disk->format, ==, "raw");
  g_assert_cmpuint (disk->size, ==, 1024 * 1024);
  free (resolved);
}

static void
test_not_a_disk (Fixture *f, gconstpointer unused)
{
  g_autofree char *fifo = g_build_filename (f->dir, "fifo", NULL);
  g_autofree char *below = g_build_filename (f->disk, "x", NULL);
  g_autofree char *missing = g_build_filename (f->dir, "no\nsuch", NULL);

  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  assert_bad_path (missing, "no\\x0asuch' does not exist");
  assert_bad_path (below, "does not exist");
  assert_bad_path ("", "does not exist");
  assert_bad_path (f->dir, "is a directory");
  assert_bad_path (fifo, "is a FIFO");
  assert_bad_path ("/dev/null", "is a character device");
}

static void
test_sizes (Fixture *f, gconstpointer unused)
{
  write_file (f->disk, "", 0, 0);
  assert_bad_path (f->disk, "is empty");
  write_file (f->disk, "", 0, 1000);
  assert_bad_path (f->disk, "truncated: 1000 bytes");
}

static void
test_container_as_raw (Fixture *f, gconstpointer unused)
{
  static const struct {
    const char *bytes;
    gsize length;
    const char *want;
  } rows[] = {
    { "QFI\xfb\0\0\0\3", 8, "say --format qcow2" },
    { "KDMV", 4, "say --format vmdk" },
    { "COWD", 4, "say --format vmdk" },
    { "# Disk DescriptorFile\n", 22, "say --format vmdk" },
    { "QED\0", 4, "qemu-img convert -f qed" },
    { "vhdxfile", 8, "qemu-img convert -f vhdx" },
    { "conectix", 8, "qemu-img convert -f vpc" },
    { "WithouFreSpacExt", 16, "qemu-img convert -f parallels" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    write_file (f->disk, rows[i].bytes, rows[i].length, 4096);
    assert_bad_path (f->disk, rows[i].want);
    assert_bad_path (f->disk, "--format");
  }
}

static void
test_fixed_vhd (Fixture *f, gconstpointer unused)
{
  g_autofree char *data = g_malloc0 (4096);

  memcpy (data + 4096 - 512, "conectix", 8);
  write_file (f->disk, data, 4096, 4096);
  assert_bad_path (f->disk, "has a vpc header");
}

static void
test_formats (Fixture *f, gconstpointer unused)
{
  g_autoptr (V2vSource) unknown = source_of (f->disk, "nbd");
  g_autoptr (V2vSource) qcow2 = source_of (f->disk, "qcow2");
  g_autoptr (V2vSource) none = v2v_source_new ("t");

  assert_bad (unknown, V2V_ERROR_USAGE, "format 'nbd'");
  assert_bad (qcow2, V2V_ERROR_USAGE, "looks like raw");
  assert_bad (none, V2V_ERROR_USAGE, "no disk");
}

static void
test_twice (Fixture *f, gconstpointer unused)
{
  g_autofree char *soft = g_build_filename (f->dir, "soft", NULL);
  g_autofree char *hard = g_build_filename (f->dir, "hard", NULL);
  const char *again[] = { f->disk, soft, hard };

  g_assert_cmpint (symlink ("d.img", soft), ==, 0);
  g_assert_cmpint (link (f->disk, hard), ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (again); i++) {
    g_autoptr (V2vSource) source = source_of (f->disk, "raw");
    V2vSourceDisk *second = v2v_source_add_disk (source);

    second->path = g_strdup (again[i]);
    assert_bad (source, V2V_ERROR_USAGE, "given twice");
  }
}

static void
test_long_path (Fixture *f, gconstpointer unused)
{
  g_autoptr (GString) path = g_string_new (f->dir);
  g_autofree char *name = g_strnfill (200, 'x');
  g_autofree char *parent = NULL;

  for (int i = 0; i < 6; i++)
    g_string_append_printf (path, "/%s", name);
  parent = g_path_get_dirname (path->str);
  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  write_file (path->str, "", 0, 4096);
  assert_bad_path (path->str, "more than 1023 bytes");
}

static void
test_no_permission (Fixture *f, gconstpointer unused)
{
  g_autoptr (V2vSource) source = source_of (f->disk, "raw");
  g_autoptr (GError) error = NULL;
  gboolean root = geteuid () == 0;

  /* Root may do everything: be somebody else meanwhile. */
  if (root) {
    g_assert_cmpint (chown (f->dir, NOBODY, (gid_t) -1), ==, 0);
    g_assert_cmpint (chown (f->disk, NOBODY, (gid_t) -1), ==, 0);
    g_assert_cmpint (seteuid (NOBODY), ==, 0);
  }
  g_assert_cmpint (chmod (f->disk, 0444), ==, 0);
  assert_bad (source, V2V_ERROR_STORAGE, "cannot be written");
  g_assert_true (v2v_source_check_disks (source, FALSE, &error));
  g_assert_cmpint (chmod (f->disk, 0), ==, 0);
  assert_bad (source, V2V_ERROR_STORAGE, "Permission denied");
  if (root)
    g_assert_cmpint (seteuid (0), ==, 0);
}

static void
test_default_dir (Fixture *f, gconstpointer unused)
{
  g_autoptr (V2vSource) ab = source_of ("/a", "raw");
  g_autoptr (V2vSource) ba = source_of ("/b", "raw");
  g_autoptr (V2vSource) a = source_of ("/a", "raw");
  g_autofree char *prefix = g_strdup_printf ("/var/tmp/v2v-wrapper-%u/", (guint) geteuid ());
  g_autofree char *dir_ab = NULL, *dir_ba = NULL, *dir_a = NULL, *pod = NULL, *env = NULL;

  v2v_source_add_disk (ab)->path = g_strdup ("/b");
  v2v_source_add_disk (ba)->path = g_strdup ("/a");
  g_unsetenv ("V2V_WORKDIR");
  dir_ab = v2v_transaction_default_work_dir (ab, FALSE);
  dir_ba = v2v_transaction_default_work_dir (ba, FALSE);
  dir_a = v2v_transaction_default_work_dir (a, FALSE);
  pod = v2v_transaction_default_work_dir (a, TRUE);
  g_assert_true (g_str_has_prefix (dir_a, prefix));
  g_assert_cmpstr (dir_ab, ==, dir_ba);
  g_assert_cmpstr (dir_ab, !=, dir_a);
  g_assert_cmpstr (pod, ==, "/var/tmp/v2v");
  g_setenv ("V2V_WORKDIR", "/elsewhere/x/../y", TRUE);
  env = v2v_transaction_default_work_dir (a, TRUE);
  g_assert_cmpstr (env, ==, "/elsewhere/y");
  g_unsetenv ("V2V_WORKDIR");
}

static void
test_work_dir (Fixture *f, gconstpointer unused)
{
  g_autofree char *open_dir = g_build_filename (f->dir, "open", NULL);
  g_autofree char *inside = g_build_filename (open_dir, "a", "b", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (v2v_work_dir_make (inside, &error));
  g_assert_no_error (error);
  g_assert_true (v2v_work_dir_make (inside, &error));
  g_assert_cmpint (chmod (inside, 0777), ==, 0);
  g_assert_false (v2v_work_dir_make (inside, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_false (v2v_work_dir_make (f->disk, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/disk-check/good", test_good);
  ADD ("/disk-check/not-a-disk", test_not_a_disk);
  ADD ("/disk-check/sizes", test_sizes);
  ADD ("/disk-check/container-as-raw", test_container_as_raw);
  ADD ("/disk-check/fixed-vhd", test_fixed_vhd);
  ADD ("/disk-check/formats", test_formats);
  ADD ("/disk-check/twice", test_twice);
  ADD ("/disk-check/long-path", test_long_path);
  ADD ("/disk-check/no-permission", test_no_permission);
  ADD ("/work-dir/default", test_default_dir);
  ADD ("/work-dir/make", test_work_dir);
  return g_test_run ();
}
