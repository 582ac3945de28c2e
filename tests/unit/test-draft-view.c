/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "test-draft.h"
#include "v2v-glob.h"
#include "v2v-inspect-private.h"

#define assert_names(f, directory, expected)                                               \
  do {                                                                                     \
    g_autofree char *names_ = list_names (f, directory);                                   \
    g_assert_cmpstr (names_, ==, expected);                                                \
  } while (0)

#define assert_found(f, directory, expected)                                               \
  do {                                                                                     \
    g_autofree char *found_ = find_names (f, directory);                                   \
    g_assert_cmpstr (found_, ==, expected);                                                \
  } while (0)

static char *
list_names (Fixture *f, const char *directory)
{
  g_autoptr (GPtrArray) rows = v2v_fs_list (v2v_draft_fs (f->draft), directory, &f->error);
  GString *text = g_string_new (NULL);

  g_assert_no_error (f->error);
  for (guint i = 0; i < rows->len; i++) {
    const V2vFileInfo *row = g_ptr_array_index (rows, i);

    g_string_append_printf (text, "%s%s", i > 0 ? " " : "", row->name);
    if (row->kind == V2V_FILE_DIRECTORY)
      g_string_append_c (text, '/');
    if (row->kind == V2V_FILE_SYMLINK)
      g_string_append_printf (text, ">%s", row->link);
  }
  return g_string_free (text, FALSE);
}

static char *
find_names (Fixture *f, const char *directory)
{
  g_autoptr (GPtrArray) names = NULL;

  names = v2v_fs_find (v2v_draft_fs (f->draft), directory, 100, &f->error);
  g_assert_no_error (f->error);
  g_ptr_array_add (names, NULL);
  return g_strjoinv (" ", (char **) names->pdata);
}

static void
test_list (Fixture *f, gconstpointer data)
{
  (void) data;
  assert_names (f, "/etc", "default/ fstab");
  put_text (f, "/etc/cron.d/x", "x", 0644);
  do_symlink (f, "/etc/mtab", "../proc/mounts");
  do_disable (f, "/etc/fstab");
  assert_names (f, "/etc", "cron.d/ default/ mtab>../proc/mounts");
  assert_names (f, "/etc/cron.d", "x");
  put_text (f, "/etc/fstab", "again\n", 0644);
  assert_names (f, "/etc/cron.d/..", "cron.d/ default/ fstab mtab>../proc/mounts");
  assert_names (f, "/lib/systemd/system", "a.service");
  do_remove (f, "/lib/systemd/system/a.service");
  assert_names (f, "/usr/lib/systemd/system", "");
  assert_names (f, "/var/lib/v2v-wrapper/disabled", "etc/");
  do_remove (f, "/self");
  assert_names (f, "/", "abs>/etc/fstab dangling>/no/such dangling-dir>/nowhere etc/ fifo "
                        "lib>usr/lib loop1>loop2 loop2>loop1 up>../../../../../etc/fstab "
                        "usr/ var/");
}

static void
test_find (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) names = NULL;

  (void) data;
  assert_found (f, "/lib", "systemd systemd/system systemd/system/a.service");
  do_remove (f, "/lib/systemd/system/a.service");
  do_symlink (f, "/usr/lib/systemd/user/b.service", "x");
  assert_found (f, "/lib", "systemd systemd/system systemd/user systemd/user/b.service");
  put_text (f, "/srv/x/y", "y", 0644);
  assert_found (f, "/srv", "x x/y");
  /* What was removed does not count against the cap, what was made does. */
  do_remove (f, "/etc/fstab");
  names = v2v_fs_find (v2v_draft_fs (f->draft), "/etc", 2, &f->error);
  g_assert_no_error (f->error);
  g_assert_cmpuint (names->len, ==, 2);
  put_text (f, "/etc/more", "", 0644);
  expect (f, v2v_fs_find (v2v_draft_fs (f->draft), "/etc", 2, &f->error) != NULL,
          V2V_ERROR_REFUSED, "/etc", "more than 2 names");
}

static void
test_stat (Fixture *f, gconstpointer data)
{
  static const struct {
    const char *path;
    V2vFileKind kind;
    guint64 size;
    guint mode;
  } rows[] = {
    { "/etc/fstab", V2V_FILE_REGULAR, 12, 0640 },
    { "/etc/new", V2V_FILE_DIRECTORY, 0, 0755 },
    { "/etc/new/file", V2V_FILE_REGULAR, 3, 0600 },
    { "/etc/link", V2V_FILE_SYMLINK, 5, 0777 },
    { "/etc/link/x", V2V_FILE_ABSENT, 0, 0 },
    { "/abs", V2V_FILE_ABSENT, 0, 0 },
    { "/abs/x", V2V_FILE_ABSENT, 0, 0 },
    { "/loop1", V2V_FILE_SYMLINK, 5, 0777 },
    { "/loop1/x", V2V_FILE_ABSENT, 0, 0 },
    { "/fifo", V2V_FILE_OTHER, 0, 0600 },
    { "/", V2V_FILE_DIRECTORY, 0, 0755 },
  };
  g_autofree char *host = tree_host_path (f->tree, "/etc/fstab");
  const char *paths[G_N_ELEMENTS (rows) + 1] = { NULL };
  g_autoptr (GPtrArray) infos = NULL;

  (void) data;
  g_assert_cmpint (chmod (host, 0640), ==, 0);
  write_text (f, "/etc/fstab", "twelve byte\n");
  put_text (f, "/etc/new/file", "abc", 0600);
  do_symlink (f, "/etc/link", "fstab");
  do_remove (f, "/abs");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    paths[i] = rows[i].path;
  infos = v2v_fs_stat_many (v2v_draft_fs (f->draft), paths, &f->error);
  g_assert_no_error (f->error);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    const V2vFileInfo *info = g_ptr_array_index (infos, i);

    g_assert_cmpstr (info->name, ==, rows[i].path);
    g_assert_cmpuint (info->kind, ==, rows[i].kind);
    g_assert_cmpuint (info->mode, ==, rows[i].mode);
    if (info->kind != V2V_FILE_DIRECTORY)
      g_assert_cmpuint (info->size, ==, rows[i].size);
  }
}

static void
test_contents (Fixture *f, gconstpointer data)
{
  V2vFs *fs = v2v_draft_fs (f->draft);
  g_autoptr (GBytes) head = NULL;
  g_autoptr (GBytes) untouched = NULL;
  g_autofree char *text = NULL;
  g_autofree char *of_base = NULL;

  (void) data;
  write_text (f, "/etc/fstab", "0123456789");
  text = v2v_fs_read_text (fs, "/up", &f->error);
  g_assert_no_error (f->error);
  g_assert_cmpstr (text, ==, "0123456789");
  head = v2v_fs_read_head (fs, "/abs", 4, &f->error);
  g_assert_no_error (f->error);
  g_assert_cmpmem (g_bytes_get_data (head, NULL), g_bytes_get_size (head), "0123", 4);
  of_base = v2v_fs_read_text (fs, "/lib/systemd/system/a.service", &f->error);
  g_assert_no_error (f->error);
  g_assert_cmpstr (of_base, ==, "[Unit]\n");
  untouched = v2v_fs_read_head (fs, "/lib/systemd/system/a.service", 100, &f->error);
  g_assert_no_error (f->error);
  g_assert_cmpuint (g_bytes_get_size (untouched), ==, 7);
  g_assert_true (v2v_fs_is_file (fs, "/up"));
  g_assert_true (v2v_fs_is_dir (fs, "/lib"));
  g_assert_false (v2v_fs_is_file (fs, "/loop1"));

  expect (f, v2v_fs_read (fs, "/abs", 9, &f->error) != NULL, V2V_ERROR_REFUSED, "/abs",
          "too large: 10 bytes");
  expect (f, v2v_fs_read (fs, "/loop1", 9, &f->error) != NULL, V2V_ERROR_NOT_FOUND, "/loop1",
          "symbolic links");
  expect (f, v2v_fs_read (fs, "/dangling", 9, &f->error) != NULL, V2V_ERROR_NOT_FOUND,
          "/dangling", "No such file");
  expect (f, v2v_fs_read (fs, "/etc/fstab/x", 9, &f->error) != NULL, V2V_ERROR_NOT_FOUND,
          "/etc/fstab/x", "Not a directory");
  expect (f, v2v_fs_read (fs, "/etc", 9, &f->error) != NULL, V2V_ERROR_REFUSED, "/etc",
          "a directory");
  expect (f, v2v_fs_read (fs, "/fifo", 9, &f->error) != NULL, V2V_ERROR_REFUSED, "/fifo",
          "not a regular file");
  expect (f, v2v_fs_list (fs, "/etc/fstab", &f->error) != NULL, V2V_ERROR_NOT_FOUND,
          "/etc/fstab", "Not a directory");
  put_text (f, "/srv/dir/x", "x", 0644);
  expect (f, v2v_fs_read_head (fs, "/srv/dir", 9, &f->error) != NULL, V2V_ERROR_REFUSED,
          "/srv/dir", "a directory");
  do_remove (f, "/etc/fstab");
  expect (f, v2v_fs_read (fs, "/etc/fstab", 9, &f->error) != NULL, V2V_ERROR_NOT_FOUND,
          "/etc/fstab", "No such file");
}

static void
test_no_writing (Fixture *f, gconstpointer data)
{
  V2vFs *fs = v2v_draft_fs (f->draft);

  (void) data;
  expect (f, v2v_fs_write (fs, "/etc/fstab", "x", 1, &f->error), V2V_ERROR_INTERNAL,
          "/etc/fstab", "by its own functions");
  expect (f, v2v_fs_remove (fs, "/etc/fstab", &f->error), V2V_ERROR_INTERNAL, "/etc/fstab",
          "by its own functions");
  expect (f, v2v_fs_create (fs, "/etc/x", "x", 1, 0644, &f->error), V2V_ERROR_INTERNAL,
          "/etc/x", "by its own functions");
  expect (f, v2v_fs_mkdir (fs, "/etc/x", 0755, &f->error), V2V_ERROR_INTERNAL, "/etc/x",
          "by its own functions");
  expect (f, v2v_fs_symlink (fs, "/etc/x", "y", &f->error), V2V_ERROR_INTERNAL, "/etc/x",
          "by its own functions");
  expect (f, v2v_fs_move (fs, "/etc/fstab", "/etc/y", &f->error), V2V_ERROR_INTERNAL,
          "/etc/fstab", "by its own functions");
  expect (f, v2v_fs_set_xattr (fs, "/etc/fstab", "user.x", "y", 1, &f->error),
          V2V_ERROR_INTERNAL, "/etc/fstab", "by its own functions");
  v2v_fs_free (fs);
  assert_text (f, "/etc/fstab", "one\n");
  g_assert_cmpuint (v2v_fs_round_trips (fs), ==, 0);
}

/* (transfer full): the enabled units, as inspection sees them in the draft. */
static char *
enabled_units (Fixture *f)
{
  g_autoptr (V2vGuest) guest = v2v_guest_new ();
  GString *text = g_string_new (NULL);

  guest->os = V2V_OS_LINUX;
  g_assert_true (v2v_inspect_units (v2v_draft_fs (f->draft), guest, &f->error));
  g_assert_no_error (f->error);
  for (guint i = 0; i < guest->units->len; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " " : "",
                            (const char *) g_ptr_array_index (guest->units, i));
  return g_string_free (text, FALSE);
}

/* The readers of inspect/ see what a rule did. */
static void
test_inspect (Fixture *f, gconstpointer data)
{
  g_autofree char *before = NULL;
  g_autofree char *during = NULL;
  g_autofree char *after = NULL;

  (void) data;
  tree_write (f->tree, "/usr/lib/systemd/system/b.service", "[Unit]\n");
  tree_link (f->tree, "/etc/systemd/system/multi-user.target.wants/b.service",
             "/lib/systemd/system/b.service");
  before = enabled_units (f);
  v2v_draft_begin (f->draft);
  do_remove (f, "/etc/systemd/system/multi-user.target.wants/b.service");
  do_symlink (f, "/etc/systemd/system/multi-user.target.wants/a.service",
              "/lib/systemd/system/a.service");
  during = enabled_units (f);
  v2v_draft_rollback (f->draft);
  after = enabled_units (f);
  g_assert_nonnull (strstr (before, "b.service"));
  g_assert_null (strstr (before, "a.service"));
  g_assert_nonnull (strstr (during, "a.service"));
  g_assert_null (strstr (during, "b.service"));
  g_assert_cmpstr (after, ==, before);
}

static void
test_glob (Fixture *f, gconstpointer data)
{
  static const char *const patterns[] = { "/etc/*", "/lib/systemd/*/?.service", NULL };
  g_autoptr (GPtrArray) paths = NULL;
  g_autofree char *text = NULL;

  (void) data;
  do_disable (f, "/etc/fstab");
  put_text (f, "/etc/z", "z", 0644);
  put_text (f, "/lib/systemd/user/u.service", "u", 0644);
  paths = v2v_glob_expand (v2v_draft_fs (f->draft), patterns, V2V_GLOB_MAX, &f->error);
  g_assert_no_error (f->error);
  g_ptr_array_add (paths, NULL);
  text = g_strjoinv (" ", (char **) paths->pdata);
  g_assert_cmpstr (text, ==, "/etc/default /etc/z /lib/systemd/system/a.service "
                             "/lib/systemd/user/u.service");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("view/list", test_list);
  ADD ("view/find", test_find);
  ADD ("view/stat", test_stat);
  ADD ("view/contents", test_contents);
  ADD ("view/no-writing", test_no_writing);
  ADD ("view/inspect", test_inspect);
  ADD ("view/glob", test_glob);
  return g_test_run ();
}
