/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <fcntl.h>

#include "test-draft.h"

#define STATE_DIRS                                                                         \
  "/var ->D; /var/lib ->D; /var/lib/v2v-wrapper ->D; "                                     \
  "/var/lib/v2v-wrapper/disabled ->D; /var/lib/v2v-wrapper/disabled/etc ->D; "

static void
test_edit (Fixture *f, gconstpointer data)
{
  GPtrArray *changes;
  const V2vFileChange *change;

  (void) data;
  assert_text (f, "/etc/fstab", "one\n");
  assert_text (f, "/etc/missing", "(absent)");
  assert_text (f, "/no/where/at/all", "(absent)");
  assert_text (f, "/etc/fstab/below-a-file", "(absent)");
  v2v_draft_begin (f->draft);
  write_text (f, "/etc/fstab", "two\n");
  assert_text (f, "/etc/fstab", "two\n");
  changes = v2v_draft_end (f->draft);
  g_assert_cmpuint (changes->len, ==, 1);
  change = g_ptr_array_index (changes, 0);
  g_assert_cmpstr (change->path, ==, "/etc/fstab");
  g_assert_cmpuint (change->before->kind, ==, V2V_STATE_FILE);
  g_assert_cmpstr (g_bytes_get_data (change->before->bytes, NULL), ==, "one\n");
  g_assert_cmpstr (change->before->sha256, ==,
                   "2c8b08da5ce60398e1f19af0e5dccc744df274b826abe585eaba68c525434806");
  g_assert_cmpuint (change->before->mode, ==, change->after->mode);
  g_assert_cmpstr (change->after->sha256, ==,
                   "27dd8ed44a83ff94d557f9fd0412ed5a8cbca69ea04922d88c01184a07300a5a");
  g_ptr_array_unref (changes);
}

static void
test_two_rules (Fixture *f, gconstpointer data)
{
  guint first, second;

  (void) data;
  first = v2v_draft_generation (f->draft);
  v2v_draft_begin (f->draft);
  write_text (f, "/etc/fstab", "two\n");
  assert_end (f, "/etc/fstab F>F");
  second = v2v_draft_generation (f->draft);
  g_assert_cmpuint (second, >, first);
  v2v_draft_begin (f->draft);
  assert_text (f, "/abs", "two\n");
  write_text (f, "/etc/fstab", "three\n");
  write_text (f, "/etc/fstab", "two\n");
  assert_end (f, "");
  v2v_draft_begin (f->draft);
  first = v2v_draft_generation (f->draft);
  write_text (f, "/etc/fstab", "two\n");
  g_assert_cmpuint (v2v_draft_generation (f->draft), ==, first);
  assert_end (f, "");
}

static void
test_put (Fixture *f, gconstpointer data)
{
  GPtrArray *changes;
  const V2vFileChange *change;

  (void) data;
  v2v_draft_begin (f->draft);
  put_text (f, "/etc/fstab", "two\n", 0600);
  put_text (f, "/etc/ssh/conf.d/x.conf", "x\n", 0640);
  changes = v2v_draft_end (f->draft);
  g_assert_cmpuint (changes->len, ==, 4);
  change = g_ptr_array_index (changes, 0);
  g_assert_cmpstr (change->path, ==, "/etc/fstab");
  g_assert_cmpuint (change->after->mode, ==, change->before->mode);
  change = g_ptr_array_index (changes, 1);
  g_assert_cmpstr (change->path, ==, "/etc/ssh");
  g_assert_cmpuint (change->after->kind, ==, V2V_STATE_DIRECTORY);
  g_assert_cmpuint (change->after->mode, ==, 0755);
  change = g_ptr_array_index (changes, 3);
  g_assert_cmpstr (change->path, ==, "/etc/ssh/conf.d/x.conf");
  g_assert_cmpuint (change->before->kind, ==, V2V_STATE_ABSENT);
  g_assert_cmpuint (change->after->mode, ==, 0640);
  g_assert_cmpuint (change->after->uid, ==, 0);
  g_ptr_array_unref (changes);
  assert_text (f, "/etc/ssh/conf.d/x.conf", "x\n");
  assert_text (f, "/etc/ssh/../ssh/conf.d/./x.conf", "x\n");
}

static void
test_put_file (Fixture *f, gconstpointer data)
{
  gsize size = V2V_DRAFT_MEMORY_MAX + 4096;
  g_autofree char *big = g_malloc0 (size);
  g_autofree char *host = tree_host_path (f->tree, "/host-file");
  g_autofree char *none = tree_host_path (f->tree, "/none");
  g_autoptr (GBytes) bytes = NULL;
  GPtrArray *changes;
  const V2vFileChange *change;
  gboolean ok;

  (void) data;
  memset (big, 'a', size);
  tree_write_bytes (f->tree, "/boot/initrd.img", big, size);
  memset (big, 'b', size);
  tree_write_bytes (f->tree, "/host-file", big, size);
  v2v_draft_begin (f->draft);
  ok = v2v_draft_put_file (f->draft, "/boot/initrd.img", host, 0600, &f->error);
  g_assert_no_error (f->error);
  g_assert_true (ok);
  bytes = v2v_fs_read (v2v_draft_fs (f->draft), "/boot/initrd.img", size, &f->error);
  g_assert_no_error (f->error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), big, size);
  changes = v2v_draft_end (f->draft);
  change = g_ptr_array_index (changes, 0);
  g_assert_cmpuint (g_bytes_get_size (change->before->bytes), ==, size);
  g_assert_cmpint (((const char *) g_bytes_get_data (change->before->bytes, NULL))[size - 1],
                   ==, 'a');
  g_ptr_array_unref (changes);
  ok = v2v_draft_put_file (f->draft, "/boot/initrd.img", none, 0600, &f->error);
  expect (f, ok, V2V_ERROR_STORAGE, "/boot/initrd.img", "No such file");
}

static void
test_bytes (Fixture *f, gconstpointer data)
{
  static const char odd[] = "a\r\n\xff\xfe latin\xe9\r\n\ttab  \r\nno end";
  g_autofree char *big = g_strnfill (V2V_FS_TEXT_MAX + 1, 'x');
  char *text = NULL;

  (void) data;
  tree_write (f->tree, "/etc/odd", odd);
  assert_text (f, "/etc/odd", odd);
  put_text (f, "/etc/new", odd, 0644);
  assert_text (f, "/etc/new", odd);
  tree_write (f->tree, "/etc/empty", "");
  assert_text (f, "/etc/empty", "");
  write_text (f, "/etc/fstab", "");
  assert_text (f, "/etc/fstab", "");
  tree_write_bytes (f->tree, "/etc/binary", "a\0b", 3);
  expect (f, v2v_draft_read_text (f->draft, "/etc/binary", &text, &f->error),
          V2V_ERROR_REFUSED, "/etc/binary", "NUL bytes");
  g_assert_null (text);
  tree_write (f->tree, "/etc/big", big);
  expect (f, v2v_draft_read_text (f->draft, "/etc/big", &text, &f->error), V2V_ERROR_REFUSED,
          "/etc/big", "too large: 1048577 bytes");
  expect (f, v2v_draft_write_text (f->draft, "/etc/fstab", big, &f->error),
          V2V_ERROR_REFUSED, "/etc/fstab", "too large");
  big[V2V_FS_TEXT_MAX] = '\0';
  write_text (f, "/etc/fstab", big);
  assert_text (f, "/etc/fstab", big);
}

/* A gigabyte where a line is expected: refused before a byte of it is read. */
static void
test_huge (Fixture *f, gconstpointer data)
{
  g_autofree char *host = tree_host_path (f->tree, "/etc/huge");
  char *text = NULL;
  int fd = open (host, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

  (void) data;
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (ftruncate (fd, (off_t) (1 << 30) + 1), ==, 0);
  close (fd);
  expect (f, v2v_draft_read_text (f->draft, "/etc/huge", &text, &f->error),
          V2V_ERROR_REFUSED, "/etc/huge", "too large");
  expect (f, v2v_draft_remove (f->draft, "/etc/huge", &f->error), V2V_ERROR_REFUSED,
          "/etc/huge", "too large");
}

static void
test_remove (Fixture *f, gconstpointer data)
{
  (void) data;
  v2v_draft_begin (f->draft);
  do_remove (f, "/abs");
  do_remove (f, "/dangling");
  do_remove (f, "/loop1");
  do_remove (f, "/not-there");
  do_remove (f, "/dangling-dir/below");
  do_remove (f, "/loop2/below");
  do_remove (f, "/etc/fstab/below");
  do_remove (f, "/lib/systemd/system/a.service");
  assert_text (f, "/etc/fstab", "one\n");
  assert_text (f, "/abs", "(absent)");
  put_text (f, "/etc/made/up", "x", 0644);
  do_remove (f, "/etc/made/up");
  assert_end (f, "/abs L>-; /dangling L>-; /etc/made ->D; /loop1 L>-; "
                 "/usr/lib/systemd/system/a.service F>-");
}

static void
test_disable (Fixture *f, gconstpointer data)
{
  (void) data;
  v2v_draft_begin (f->draft);
  do_disable (f, "/etc/fstab");
  assert_text (f, "/etc/fstab", "(absent)");
  assert_text (f, V2V_DRAFT_DISABLED_DIR "/etc/fstab", "one\n");
  assert_end (f, "/etc/fstab F>- to /var/lib/v2v-wrapper/disabled/etc/fstab; " STATE_DIRS
                 "/var/lib/v2v-wrapper/disabled/etc/fstab ->F from /etc/fstab");
  v2v_draft_begin (f->draft);
  do_disable (f, "/etc/fstab");
  do_disable (f, V2V_DRAFT_DISABLED_DIR "/etc/fstab");
  assert_end (f, "");
  v2v_draft_begin (f->draft);
  put_text (f, "/etc/fstab", "new\n", 0644);
  do_disable (f, "/etc/fstab");
  put_text (f, "/etc/fstab", "newer\n", 0644);
  assert_end (f, "/etc/fstab ->F; /var/lib/v2v-wrapper/disabled/etc/fstab.1 ->F");
  v2v_draft_begin (f->draft);
  do_disable (f, "/up");
  do_disable (f, "/etc/fstab");
  assert_end (f, "/etc/fstab F>- to /var/lib/v2v-wrapper/disabled/etc/fstab.2; "
                 "/up L>- to /var/lib/v2v-wrapper/disabled/up; "
                 "/var/lib/v2v-wrapper/disabled/etc/fstab.2 ->F from /etc/fstab; "
                 "/var/lib/v2v-wrapper/disabled/up ->L from /up");
}

static void
test_disable_in_the_way (Fixture *f, gconstpointer data)
{
  (void) data;
  tree_write (f->tree, V2V_DRAFT_DISABLED_DIR, "a file");
  expect (f, v2v_draft_disable (f->draft, "/etc/fstab", &f->error), V2V_ERROR_REFUSED,
          "/etc/fstab", "not a directory");
  assert_text (f, "/etc/fstab", "one\n");
}

static void
test_state_directory (Fixture *f, gconstpointer data)
{
  const char *paths[] = { "/var", V2V_DRAFT_STATE_DIR, V2V_DRAFT_STATE_DIR "/x", NULL };
  const guint modes[] = { 0755, 0700, 0755 };
  g_autoptr (GPtrArray) rows = NULL;

  (void) data;
  put_text (f, V2V_DRAFT_STATE_DIR "/x/y", "y", 0600);
  rows = v2v_fs_stat_many (v2v_draft_fs (f->draft), paths, &f->error);
  g_assert_no_error (f->error);
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++) {
    const V2vFileInfo *row = g_ptr_array_index (rows, i);

    g_assert_cmpuint (row->kind, ==, V2V_FILE_DIRECTORY);
    g_assert_cmpuint (row->mode, ==, modes[i]);
  }
}

/* Everything that a rule can do, taken back. */
static void
test_rollback (Fixture *f, gconstpointer data)
{
  guint generation;

  (void) data;
  write_text (f, "/etc/default/grub", "by an earlier rule\n");
  v2v_draft_begin (f->draft);
  write_text (f, "/etc/fstab", "two\n");
  write_text (f, "/etc/default/grub", "by this rule\n");
  put_text (f, "/srv/a/b/c", "c\n", 0600);
  do_symlink (f, "/srv/link", "a/b");
  do_remove (f, "/lib");
  do_disable (f, "/up");
  assert_text (f, "/srv/link/c", "c\n");
  generation = v2v_draft_generation (f->draft);
  v2v_draft_rollback (f->draft);
  g_assert_cmpuint (v2v_draft_generation (f->draft), >, generation);
  assert_text (f, "/etc/fstab", "one\n");
  assert_text (f, "/etc/default/grub", "by an earlier rule\n");
  assert_text (f, "/lib/systemd/system/a.service", "[Unit]\n");
  assert_text (f, "/up", "one\n");
  g_assert_false (v2v_fs_is_dir (v2v_draft_fs (f->draft), "/srv"));
  g_assert_false (v2v_fs_is_dir (v2v_draft_fs (f->draft), "/var"));
  v2v_draft_begin (f->draft);
  put_text (f, "/srv", "a file now\n", 0600);
  assert_end (f, "/srv ->F");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("edit", test_edit);
  ADD ("two-rules", test_two_rules);
  ADD ("put", test_put);
  ADD ("put-file", test_put_file);
  ADD ("bytes", test_bytes);
  ADD ("huge", test_huge);
  ADD ("remove", test_remove);
  ADD ("disable", test_disable);
  ADD ("disable-in-the-way", test_disable_in_the_way);
  ADD ("state-directory", test_state_directory);
  ADD ("rollback", test_rollback);
  return g_test_run ();
}
