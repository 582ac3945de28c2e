/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "v2v-fs.h"

typedef struct {
  char *base; /* holds root/ and, outside of it, secret */
  char *root;
  V2vFs *fs;
} Fixture;

static char *
at (Fixture *f, const char *path)
{
  return g_build_filename (f->root, path, NULL);
}

static void
put (Fixture *f, const char *path, const char *text)
{
  g_autofree char *full = at (f, path);
  g_autofree char *dir = g_path_get_dirname (full);

  g_assert_cmpint (g_mkdir_with_parents (dir, 0755), ==, 0);
  g_assert_true (g_file_set_contents (full, text, -1, NULL));
}

static void
put_link (Fixture *f, const char *path, const char *target)
{
  g_autofree char *full = at (f, path);

  g_assert_cmpint (symlink (target, full), ==, 0);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *secret = NULL;
  g_autofree char *fifo = NULL;

  (void) data;
  f->base = g_dir_make_tmp ("v2v-fs-XXXXXX", NULL);
  f->root = g_build_filename (f->base, "root", NULL);
  secret = g_build_filename (f->base, "secret", NULL);
  g_assert_true (g_file_set_contents (secret, "outside", -1, NULL));
  put (f, "/etc/os-release", "ID=debian\n");
  put (f, "/usr/lib/a", "a");
  put (f, "/usr/lib/sub/b\nc", "newline");
  put_link (f, "/lib", "usr/lib");
  put_link (f, "/abs", "/usr/lib");
  put_link (f, "/up", "../../../../secret");
  put_link (f, "/up-abs", secret);
  put_link (f, "/host-hosts", "/etc/hosts");
  put_link (f, "/dangling", "/no/such/file");
  put_link (f, "/loop1", "loop2");
  put_link (f, "/loop2", "loop1");
  fifo = at (f, "/fifo");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  f->fs = v2v_fs_new_directory (f->root, NULL);
  g_assert_nonnull (f->fs);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", f->base);

  (void) data;
  v2v_fs_free (f->fs);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (f->base);
  g_free (f->root);
}

static void
assert_reads (Fixture *f, const char *path, const char *want)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = v2v_fs_read_text (f->fs, path, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, want);
}

static void
assert_read_fails (Fixture *f, const char *path, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = v2v_fs_read (f->fs, path, 100, &error);

  g_assert_null (bytes);
  g_assert_error (error, V2V_ERROR, code);
}

static void
test_read (Fixture *f, gconstpointer data)
{
  g_autofree char *nul = at (f, "/nul");

  (void) data;
  assert_reads (f, "/etc/os-release", "ID=debian\n");
  assert_reads (f, "/lib/a", "a");
  assert_reads (f, "/abs/a", "a");
  assert_reads (f, "/../../etc/os-release", "ID=debian\n");
  g_assert_true (g_file_set_contents (nul, "x\0y", 3, NULL));
  assert_reads (f, "/nul", "x");
  put (f, "/empty", "");
  assert_reads (f, "/empty", "");
  {
    g_autoptr (GBytes) bytes = v2v_fs_read (f->fs, "/nul", 3, NULL);

    g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "x\0y", 3);
  }
}

static void
test_read_hostile (Fixture *f, gconstpointer data)
{
  (void) data;
  assert_read_fails (f, "/up", V2V_ERROR_NOT_FOUND);
  assert_read_fails (f, "/up-abs", V2V_ERROR_NOT_FOUND);
  assert_read_fails (f, "/host-hosts", V2V_ERROR_NOT_FOUND);
  assert_read_fails (f, "/dangling", V2V_ERROR_NOT_FOUND);
  assert_read_fails (f, "/loop1", V2V_ERROR_NOT_FOUND);
  assert_read_fails (f, "/absent", V2V_ERROR_NOT_FOUND);
  assert_read_fails (f, "/etc/os-release/x", V2V_ERROR_NOT_FOUND);
  assert_read_fails (f, "/fifo", V2V_ERROR_REFUSED);
  assert_read_fails (f, "/etc", V2V_ERROR_REFUSED);
  assert_read_fails (f, "etc/os-release", V2V_ERROR_REFUSED);
  assert_read_fails (f, "", V2V_ERROR_REFUSED);
}

static void
test_read_too_large (Fixture *f, gconstpointer data)
{
  g_autofree char *big = at (f, "/big");
  int fd = open (big, O_WRONLY | O_CREAT, 0600);
  g_autoptr (GError) error = NULL;

  (void) data;
  g_assert_cmpint (ftruncate (fd, (off_t) 1 << 40), ==, 0);
  close (fd);
  assert_read_fails (f, "/big", V2V_ERROR_REFUSED);
  g_assert_null (v2v_fs_read_text (f->fs, "/big", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_cmpstr (error->message, ==,
                   "reading '/big': it is too large: 1099511627776 bytes, at most 1048576 "
                   "are read");
}

/* A guest's file name must not write into our log. */
static void
test_message_is_printable (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  (void) data;
  g_assert_null (v2v_fs_read_text (f->fs, "/x\n\033[31mroot: ok", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND);
  g_assert_null (strpbrk (error->message, "\n\033"));
}

static void
test_stat_many (Fixture *f, gconstpointer data)
{
  g_autofree char *long_path = g_strnfill (5000, '/');
  const char *paths[] = { "/etc/os-release", long_path, "/lib", "/lib/a", "/absent",
                          "/loop1/x", "/fifo", "/", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = v2v_fs_stat_many (f->fs, paths, &error);
  V2vFileKind want[]
    = { V2V_FILE_REGULAR, V2V_FILE_ABSENT, V2V_FILE_SYMLINK, V2V_FILE_REGULAR,
        V2V_FILE_ABSENT,  V2V_FILE_ABSENT, V2V_FILE_OTHER,   V2V_FILE_DIRECTORY };

  (void) data;
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, G_N_ELEMENTS (want));
  for (guint i = 0; i < rows->len; i++) {
    const V2vFileInfo *info = g_ptr_array_index (rows, i);

    g_assert_cmpstr (info->name, ==, paths[i]);
    g_assert_cmpint (info->kind, ==, want[i]);
  }
  g_assert_cmpuint (((V2vFileInfo *) rows->pdata[0])->size, ==, 10);
  g_assert_cmpstr (((V2vFileInfo *) rows->pdata[2])->link, ==, "usr/lib");
}

static void
test_stat_refuses_relative (Fixture *f, gconstpointer data)
{
  const char *paths[] = { "/etc", "etc", NULL };
  g_autoptr (GError) error = NULL;

  (void) data;
  g_assert_null (v2v_fs_stat_many (f->fs, paths, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
}

static void
test_kinds (Fixture *f, gconstpointer data)
{
  (void) data;
  g_assert_true (v2v_fs_is_file (f->fs, "/lib/a"));
  g_assert_true (v2v_fs_is_dir (f->fs, "/lib"));
  g_assert_true (v2v_fs_is_dir (f->fs, "/"));
  g_assert_false (v2v_fs_is_file (f->fs, "/lib"));
  g_assert_false (v2v_fs_is_file (f->fs, "/dangling"));
  g_assert_false (v2v_fs_is_file (f->fs, "/fifo"));
  g_assert_false (v2v_fs_is_dir (f->fs, "lib"));
}

static void
test_list (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = v2v_fs_list (f->fs, "/abs", &error);
  g_autoptr (GPtrArray) top = v2v_fs_list (f->fs, "/", &error);
  const V2vFileInfo *info;

  (void) data;
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 2);
  info = g_ptr_array_index (rows, 0);
  g_assert_cmpstr (info->name, ==, "a");
  g_assert_cmpint (info->kind, ==, V2V_FILE_REGULAR);
  info = g_ptr_array_index (rows, 1);
  g_assert_cmpstr (info->name, ==, "sub");
  g_assert_cmpint (info->kind, ==, V2V_FILE_DIRECTORY);
  info = g_ptr_array_index (top, 0);
  g_assert_cmpstr (info->name, ==, "abs");
  g_assert_cmpstr (info->link, ==, "/usr/lib");
}

static void
test_list_fails (Fixture *f, gconstpointer data)
{
  static const char *const paths[]
    = { "/absent", "/etc/os-release", "/fifo", "/dangling", "/loop1", "/up" };

  (void) data;
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (v2v_fs_list (f->fs, paths[i], &error));
    g_assert_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND);
  }
}

static void
test_find (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) names = NULL;

  (void) data;
  put_link (f, "/usr/lib/sub/cycle", "..");
  names = v2v_fs_find (f->fs, "/lib", 4, &error);
  g_assert_no_error (error);
  g_ptr_array_add (names, NULL);
  {
    g_autofree char *joined = g_strjoinv ("|", (char **) names->pdata);

    g_assert_cmpstr (joined, ==, "a|sub|sub/b\nc|sub/cycle");
  }
  g_assert_null (v2v_fs_find (f->fs, "/lib", 3, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_null (v2v_fs_find (f->fs, "/absent", 3, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND);
}

/* Deeper than a path can name: an error, not a silent gap and not a crash. */
static void
test_find_too_deep (Fixture *f, gconstpointer data)
{
  g_autofree char *name = g_strnfill (200, 'd');
  g_autoptr (GError) error = NULL;
  int fd = open (f->root, O_RDONLY | O_DIRECTORY);

  (void) data;
  for (int i = 0; i < 30; i++) {
    int next;

    g_assert_cmpint (mkdirat (fd, name, 0755), ==, 0);
    next = openat (fd, name, O_RDONLY | O_DIRECTORY);
    close (fd);
    fd = next;
  }
  close (fd);
  g_assert_null (v2v_fs_find (f->fs, "/", 10000, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
}

static void
test_write_in_place (Fixture *f, gconstpointer data)
{
  g_autofree char *path = at (f, "/usr/lib/a");
  g_autofree char *twin = at (f, "/twin");
  g_autoptr (GError) error = NULL;
  struct stat before, after;

  (void) data;
  g_assert_cmpint (link (path, twin), ==, 0);
  g_assert_cmpint (chmod (path, 0640), ==, 0);
  g_assert_cmpint (stat (path, &before), ==, 0);
  put_link (f, "/to-a", "/lib/a");
  g_assert_true (v2v_fs_write (f->fs, "/to-a", "longer text", 11, &error));
  g_assert_no_error (error);
  assert_reads (f, "/twin", "longer text");
  g_assert_true (v2v_fs_write (f->fs, "/lib/a", "", 0, &error));
  assert_reads (f, "/twin", "");
  g_assert_cmpint (stat (path, &after), ==, 0);
  g_assert_cmpuint (before.st_ino, ==, after.st_ino);
  g_assert_cmpuint (before.st_mode, ==, after.st_mode);
}

static void
test_write_fails (Fixture *f, gconstpointer data)
{
  static const struct {
    const char *path;
    int code;
  } rows[] = { { "/absent", V2V_ERROR_NOT_FOUND },  { "/dangling", V2V_ERROR_NOT_FOUND },
               { "/loop1", V2V_ERROR_NOT_FOUND },   { "/up-abs", V2V_ERROR_NOT_FOUND },
               { "/etc", V2V_ERROR_REFUSED },       { "/fifo", V2V_ERROR_REFUSED },
               { "lib/a", V2V_ERROR_REFUSED } };
  g_autofree char *secret = g_build_filename (f->base, "secret", NULL);
  g_autofree char *still = NULL;

  (void) data;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (v2v_fs_write (f->fs, rows[i].path, "x", 1, &error));
    g_assert_error (error, V2V_ERROR, rows[i].code);
  }
  g_assert_true (g_file_get_contents (secret, &still, NULL, NULL));
  g_assert_cmpstr (still, ==, "outside");
}

static gboolean
set_immutable (const char *path, gboolean on)
{
  int fd = open (path, O_RDONLY);
  int flags = 0;
  gboolean ok = fd >= 0 && ioctl (fd, FS_IOC_GETFLAGS, &flags) == 0;

  flags = on ? flags | FS_IMMUTABLE_FL : flags & ~FS_IMMUTABLE_FL;
  ok = ok && ioctl (fd, FS_IOC_SETFLAGS, &flags) == 0;
  close (fd);
  return ok;
}

static void
test_immutable (Fixture *f, gconstpointer data)
{
  g_autofree char *path = at (f, "/usr/lib/a");
  g_autoptr (GError) error = NULL;

  (void) data;
  if (!set_immutable (path, TRUE)) {
    g_test_skip ("needs the right to set the immutable flag, and a file system with it");
    return;
  }
  g_assert_false (v2v_fs_write (f->fs, "/lib/a", "x", 1, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (v2v_fs_remove (f->fs, "/lib/a", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_true (set_immutable (path, FALSE));
  assert_reads (f, "/lib/a", "a");
}

static void
test_remove (Fixture *f, gconstpointer data)
{
  static const char *const gone[] = { "/lib/a", "/lib/a", "/dangling", "/lib/none/x" };
  static const char *const refused[] = { "/lib/sub", "/lib/sub/", "/", "/lib/sub/..", "x" };

  (void) data;
  for (guint i = 0; i < G_N_ELEMENTS (gone); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_true (v2v_fs_remove (f->fs, gone[i], &error));
    g_assert_no_error (error);
    g_assert_false (v2v_fs_is_file (f->fs, gone[i]));
  }
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (v2v_fs_remove (f->fs, refused[i], &error));
    g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  }
  g_assert_true (v2v_fs_remove (f->fs, "/abs", NULL));
  g_assert_true (v2v_fs_is_dir (f->fs, "/usr/lib"));
}

static void
test_download (Fixture *f, gconstpointer data)
{
  g_autofree char *host = g_build_filename (f->base, "copy", NULL);
  g_autofree char *got = NULL;
  g_autoptr (GError) error = NULL;
  struct stat st;

  (void) data;
  g_assert_true (g_file_set_contents (host, "older and longer", -1, NULL));
  g_assert_true (v2v_fs_download (f->fs, "/abs/a", host, 1, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (host, &got, NULL, NULL));
  g_assert_cmpstr (got, ==, "a");
  g_assert_cmpint (stat (host, &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 07777, ==, 0600);

  g_assert_false (v2v_fs_download (f->fs, "/abs/a", host, 0, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_false (g_file_test (host, G_FILE_TEST_EXISTS));
  g_clear_error (&error);
  g_assert_false (v2v_fs_download (f->fs, "/fifo", host, 9, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (v2v_fs_download (f->fs, "/abs/a", "/no/such/dir/x", 9, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND);
}

/* A link planted at the host path is replaced, not followed. */
static void
test_download_no_follow (Fixture *f, gconstpointer data)
{
  g_autofree char *secret = g_build_filename (f->base, "secret", NULL);
  g_autofree char *host = g_build_filename (f->base, "copy", NULL);
  g_autofree char *still = NULL;

  (void) data;
  g_assert_cmpint (symlink (secret, host), ==, 0);
  g_assert_true (v2v_fs_download (f->fs, "/abs/a", host, 9, NULL));
  g_assert_true (g_file_get_contents (secret, &still, NULL, NULL));
  g_assert_cmpstr (still, ==, "outside");
}

static void
test_no_root (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (v2v_fs_new_directory ("/no/such/directory", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/fs/directory/read", test_read);
  ADD ("/fs/directory/read-hostile", test_read_hostile);
  ADD ("/fs/directory/read-too-large", test_read_too_large);
  ADD ("/fs/directory/message-is-printable", test_message_is_printable);
  ADD ("/fs/directory/stat-many", test_stat_many);
  ADD ("/fs/directory/stat-refuses-relative", test_stat_refuses_relative);
  ADD ("/fs/directory/kinds", test_kinds);
  ADD ("/fs/directory/list", test_list);
  ADD ("/fs/directory/list-fails", test_list_fails);
  ADD ("/fs/directory/find", test_find);
  ADD ("/fs/directory/find-too-deep", test_find_too_deep);
  ADD ("/fs/directory/write-in-place", test_write_in_place);
  ADD ("/fs/directory/write-fails", test_write_fails);
  ADD ("/fs/directory/immutable", test_immutable);
  ADD ("/fs/directory/remove", test_remove);
  ADD ("/fs/directory/download", test_download);
  ADD ("/fs/directory/download-no-follow", test_download_no_follow);
  g_test_add_func ("/fs/directory/no-root", test_no_root);
  return g_test_run ();
}
