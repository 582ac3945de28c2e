/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "v2v-disk-use.h"
#include "v2v-lock.h"

typedef struct {
  char *dir;  /* also the root of a false /proc and /sys */
  char *disk;
  int fd;
} Fixture;

static void
put (const Fixture *f, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (f->dir, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static void
set_up (Fixture *f, gconstpointer unused)
{
  f->dir = g_dir_make_tmp ("v2v-use-XXXXXX", NULL);
  f->disk = g_build_filename (f->dir, "d.img", NULL);
  put (f, "d.img", "data");
  f->fd = open (f->disk, O_RDWR | O_CLOEXEC);
  g_assert_cmpint (f->fd, >=, 0);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  g_autofree char *quoted = g_shell_quote (f->dir);
  g_autofree char *command = g_strdup_printf ("rm -rf %s", quoted);

  close (f->fd);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (f->dir);
  g_free (f->disk);
}

static void
assert_use (const Fixture *f, const char *want)
{
  g_autoptr (GError) error = NULL;
  gboolean free_to_use
    = v2v_disk_use_check_at (f->fd, f->disk, "d", f->dir, f->dir, &error);

  if (want == NULL) {
    g_assert_no_error (error);
    g_assert_true (free_to_use);
    return;
  }
  g_assert_error (error, V2V_ERROR, V2V_ERROR_STORAGE);
  g_assert_true (g_str_has_prefix (error->message, "disk 'd' is in use: "));
  if (strstr (error->message, want) == NULL)
    g_error ("unexpected: %s", error->message);
}

static void
test_unused (Fixture *f, gconstpointer unused)
{
  assert_use (f, NULL);
  put (f, "block/loop0/loop/backing_file", "/somewhere/else.img\n");
  put (f, "block/sda/dev", "8:0\n");
  put (f, "self/mountinfo", "22 27 8:0 / /proc rw - proc proc rw\nshort line\n\n");
  put (f, "swaps", "Filename Type\n/dev/nothing-here partition\n");
  assert_use (f, NULL);
}

static void
test_loop (Fixture *f, gconstpointer unused)
{
  g_autofree char *backing = g_strconcat (f->disk, "\n", NULL);

  put (f, "block/loop3/loop/backing_file", backing);
  assert_use (f, "attached to /dev/loop3");
  put (f, "block/loop3/dev", "7:3\n");
  put (f, "self/mountinfo", "22 27 7:3 / /mnt\\040x rw,relatime shared:1 - ext4 /dev/x rw\n");
  assert_use (f, "/dev/loop3 on it is mounted on '/mnt\\040x'");
}

static void
test_loop_partition (Fixture *f, gconstpointer unused)
{
  put (f, "block/loop3/loop/backing_file", f->disk);
  put (f, "block/loop3/dev", "7:3\n");
  put (f, "block/loop3/loop3p1/dev", "259:1\n");
  put (f, "block/loop3/loop3p1/partition", "1\n");
  put (f, "self/mountinfo", "22 27 259:1 / /mnt rw - ext4 /dev/loop3p1 rw\n");
  assert_use (f, "partition /dev/loop3p1 is mounted on '/mnt'");
  put (f, "self/mountinfo", "");
  put (f, "block/loop3/loop3p1/holders/dm-0/dev", "253:0\n");
  assert_use (f, "/dev/loop3p1 is held by /dev/dm-0");
}

static void
test_swap (Fixture *f, gconstpointer unused)
{
  g_autofree char *line = g_strdup_printf ("Filename Type\n%s file 1 0 -2\n", f->disk);

  put (f, "swaps", line);
  assert_use (f, "swap");
}

/* The kind of lock, and the bytes, that qemu has on an image. */
static void
test_qemu_lock (Fixture *f, gconstpointer unused)
{
  struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET, .l_start = 203, .l_len = 1 };
  int other = open (f->disk, O_RDWR | O_CLOEXEC);

  g_assert_cmpint (fcntl (other, F_OFD_SETLK, &lock), ==, 0);
  assert_use (f, "has it open");
  lock.l_type = F_UNLCK;
  g_assert_cmpint (fcntl (other, F_OFD_SETLK, &lock), ==, 0);
  assert_use (f, NULL);
  close (other);
}

/* Neither kind of our lock may look like qemu's, nor be had twice. */
static void
test_own_locks (Fixture *f, gconstpointer unused)
{
  for (int by_byte = 0; by_byte < 2; by_byte++) {
    int first = open (f->disk, O_RDWR | O_CLOEXEC);
    int second = open (f->disk, O_RDWR | O_CLOEXEC);

    g_assert_cmpint (v2v_lock_file (first, by_byte), ==, 0);
    g_assert_cmpint (v2v_lock_file (second, by_byte), ==, EWOULDBLOCK);
    assert_use (f, NULL);
    close (first);
    g_assert_cmpint (v2v_lock_file (second, by_byte), ==, 0);
    close (second);
  }
}

/* NFS's kind of lock must not shut out the program that commits. */
static void
test_byte_lock_and_qemu (Fixture *f, gconstpointer unused)
{
  g_autofree char *qemu_img = g_find_program_in_path ("qemu-img");
  const char *argv[] = { "qemu-img", "bench", "-w", "-c", "1", "-f", "raw", f->disk, NULL };
  int fd = open (f->disk, O_RDWR | O_CLOEXEC);
  int status = -1;

  if (qemu_img == NULL) {
    g_test_skip ("qemu-img is not installed");
    close (fd);
    return;
  }
  g_assert_cmpint (ftruncate (fd, 1024 * 1024), ==, 0);
  g_assert_cmpint (v2v_lock_file (fd, TRUE), ==, 0);
  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL,
                               G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL,
                               NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
  close (fd);
}

static void
test_dir_lock (Fixture *f, gconstpointer unused)
{
  g_autofree char *dir = g_build_filename (f->dir, "tx", NULL);
  g_autoptr (GError) error = NULL;
  V2vLock *lock = v2v_lock_dir (dir, &error);
  V2vLock *second;

  g_assert_no_error (error);
  second = v2v_lock_dir (dir, &error);
  g_assert_null (second);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_STORAGE);
  g_clear_error (&error);
  v2v_lock_remove_dir (lock);
  v2v_lock_free (lock);
  g_assert_false (g_file_test (dir, G_FILE_TEST_EXISTS));

  /* A link in its place could lead anywhere. */
  g_assert_cmpint (symlink (f->dir, dir), ==, 0);
  g_assert_null (v2v_lock_dir (dir, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/disk-use/unused", test_unused);
  ADD ("/disk-use/loop", test_loop);
  ADD ("/disk-use/loop-partition", test_loop_partition);
  ADD ("/disk-use/swap", test_swap);
  ADD ("/disk-use/qemu-lock", test_qemu_lock);
  ADD ("/lock/own-locks", test_own_locks);
  ADD ("/lock/byte-lock-and-qemu", test_byte_lock_and_qemu);
  ADD ("/lock/dir", test_dir_lock);
  return g_test_run ();
}
