/* SPDX-License-Identifier: GPL-2.0-or-later
 * Changes, and the file view that keeps what it read, on the disks of test-guest.sh.
 */
#include <config.h>

#include <string.h>

#include "test-guest.h"
#include "v2v-appliance-private.h"

#define LABEL "system_u:object_r:etc_t:s0"

static V2vFileInfo *
look (V2vFs *fs, const char *path)
{
  const char *const paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = v2v_fs_stat_many (fs, paths, &error);

  g_assert_no_error (error);
  return g_steal_pointer (&rows->pdata[0]);
}

static void
assert_row (V2vFs *fs, const char *path, V2vFileKind kind, guint mode, const char *link)
{
  V2vFileInfo *info = look (fs, path);

  g_assert_cmpint (info->kind, ==, kind);
  if (kind != V2V_FILE_SYMLINK)
    g_assert_cmpuint (info->mode, ==, mode);
  g_assert_cmpuint (info->uid, ==, 0);
  g_assert_cmpuint (info->gid, ==, 0);
  g_assert_cmpstr (info->link, ==, link);
  v2v_file_info_free (info);
}

static void
assert_fails (gboolean ok, GError **error, int code)
{
  g_assert_false (ok);
  g_assert_error (*error, V2V_ERROR, code);
  g_clear_error (error);
}

static void
assert_text (V2vFs *fs, const char *path, const char *want)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = v2v_fs_read_text (fs, path, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, want);
}

static void
test_create (gconstpointer data)
{
  const Shared *s = data;
  g_autofree char *big = g_strnfill (9 << 20, 'c');
  V2vFileInfo *info;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  mount_at (s, ROOT, "/");
  assert_ok (v2v_fs_create (s->fs, "/abs/new file", "text\n", 5, 0666, &error), error);
  assert_row (s->fs, "/usr/lib/new file", V2V_FILE_REGULAR, 0666, NULL);
  assert_text (s->fs, "/usr/lib/new file", "text\n");
  assert_ok (v2v_fs_create (s->fs, "/lib/empty", NULL, 0, 0600, &error), error);
  assert_row (s->fs, "/usr/lib/empty", V2V_FILE_REGULAR, 0600, NULL);
  assert_text (s->fs, "/usr/lib/empty", "");
  assert_ok (v2v_fs_create (s->fs, "/lib/created", big, 9 << 20, 0755, &error), error);
  bytes = v2v_fs_read (s->fs, "/usr/lib/created", 10 << 20, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), big, 9 << 20);
  assert_row (s->fs, "/usr/lib/created", V2V_FILE_REGULAR, 0755, NULL);

  assert_ok (v2v_fs_mkdir (s->fs, "/abs/new dir", 01777, &error), error);
  assert_row (s->fs, "/usr/lib/new dir", V2V_FILE_DIRECTORY, 01777, NULL);
  assert_ok (v2v_fs_mkdir (s->fs, "/abs/plain", 0755, &error), error);
  assert_row (s->fs, "/usr/lib/plain", V2V_FILE_DIRECTORY, 0755, NULL);
  assert_ok (v2v_fs_chown (s->fs, "/abs/empty", 1000, 4294967294U, &error), error);
  info = look (s->fs, "/usr/lib/empty");
  g_assert_cmpuint (info->uid, ==, 1000);
  g_assert_cmpuint (info->gid, ==, 4294967294U);
  v2v_file_info_free (info);
  assert_fails (v2v_fs_chown (s->fs, "/lib/none", 1, 1, &error), &error, V2V_ERROR_NOT_FOUND);
  /* By absolute links, which lead elsewhere in the appliance. */
  assert_ok (v2v_fs_symlink (s->fs, "/abs/-link", "-f /dev/null", &error), error);
  assert_row (s->fs, "/usr/lib/-link", V2V_FILE_SYMLINK, 0, "-f /dev/null");
  unmount (s);
}

typedef gboolean (*Make) (V2vFs *fs, const char *path, GError **error);

static gboolean
make_file (V2vFs *fs, const char *path, GError **error)
{
  return v2v_fs_create (fs, path, "x", 1, 0644, error);
}

static gboolean
make_dir (V2vFs *fs, const char *path, GError **error)
{
  return v2v_fs_mkdir (fs, path, 0755, error);
}

static gboolean
make_link (V2vFs *fs, const char *path, GError **error)
{
  return v2v_fs_symlink (fs, path, "x", error);
}

static gboolean
make_by_move (V2vFs *fs, const char *path, GError **error)
{
  return v2v_fs_move (fs, "/usr/lib/a", path, error);
}

static const Make makes[] = { make_file, make_dir, make_link, make_by_move };

static void
test_bad_places (gconstpointer data)
{
  static const struct {
    const char *path;
    int code;
  } rows[] = {
    { "/etc/fstab", V2V_ERROR_REFUSED },      { "/etc", V2V_ERROR_REFUSED },
    { "/outside", V2V_ERROR_REFUSED },        { "/loop1", V2V_ERROR_REFUSED },
    { "/none/x", V2V_ERROR_NOT_FOUND },       { "/etc/fstab/x", V2V_ERROR_NOT_FOUND },
    { "/loop1/x", V2V_ERROR_NOT_FOUND },      { "/up/x", V2V_ERROR_NOT_FOUND },
    { "/appliance/x", V2V_ERROR_NOT_FOUND },
  };
  const Shared *s = data;

  mount_at (s, ROOT, "/");
  for (gsize i = 0; i < G_N_ELEMENTS (makes); i++) {
    for (gsize j = 0; j < G_N_ELEMENTS (rows); j++) {
      g_autoptr (GError) error = NULL;

      g_test_message ("%zu %s", i, rows[j].path);
      assert_fails (makes[i](s->fs, rows[j].path, &error), &error, rows[j].code);
    }
  }
  assert_text (s->fs, "/usr/lib/a", "a\n");
  unmount (s);
}

static void
test_move (gconstpointer data)
{
  const Shared *s = data;
  g_autoptr (GError) error = NULL;

  mount_at (s, ROOT, "/");
  mount_at (s, "/dev/sda3", "/srv");
  assert_ok (v2v_fs_create (s->fs, "/etc/moved", "m", 1, 0640, &error), error);
  assert_ok (v2v_fs_set_xattr (s->fs, "/etc/moved", "security.selinux", LABEL, sizeof LABEL,
                               &error),
             error);
  assert_ok (v2v_fs_move (s->fs, "/etc/moved", "/abs/-moved", &error), error);
  assert_row (s->fs, "/usr/lib/-moved", V2V_FILE_REGULAR, 0640, NULL);
  g_assert_false (v2v_fs_is_file (s->fs, "/etc/moved"));
  /* To another file system and back, where the directory is named by a link. */
  assert_ok (v2v_fs_move (s->fs, "/abs/-moved", "/srv/moved", &error), error);
  assert_row (s->fs, "/srv/moved", V2V_FILE_REGULAR, 0640, NULL);
  assert_text (s->fs, "/srv/moved", "m");
  assert_ok (v2v_fs_move (s->fs, "/srv/moved", "/abs/back", &error), error);
  assert_row (s->fs, "/usr/lib/back", V2V_FILE_REGULAR, 0640, NULL);
  {
    size_t length = 0;
    g_autofree char *value
      = guestfs_lgetxattr (s->appliance->g, "/usr/lib/back", "security.selinux", &length);

    g_assert_cmpmem (value, length, LABEL, sizeof LABEL);
  }
  assert_fails (v2v_fs_move (s->fs, "/none", "/srv/x", &error), &error, V2V_ERROR_NOT_FOUND);
  assert_fails (v2v_fs_move (s->fs, "/many", "/srv/x", &error), &error, V2V_ERROR_REFUSED);
  assert_fails (v2v_fs_move (s->fs, "/usr/lib/back", "/srv", &error), &error,
                V2V_ERROR_REFUSED);
  unmount (s);
}

/* @text: NULL = it has none. */
static void
assert_xattr (V2vFs *fs, const char *path, const char *text, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) value = NULL;

  assert_ok (v2v_fs_get_xattr (fs, path, "security.selinux", &value, &error), error);
  if (text == NULL)
    g_assert_null (value);
  else
    g_assert_cmpmem (g_bytes_get_data (value, NULL), g_bytes_get_size (value), text, length);
}

static void
test_xattr (gconstpointer data)
{
  const Shared *s = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *value = NULL;
  size_t length = 0;

  mount_at (s, ROOT, "/");
  assert_ok (v2v_fs_set_xattr (s->fs, "/outside", "security.selinux", LABEL, sizeof LABEL,
                               &error),
             error);
  value = guestfs_lgetxattr (s->appliance->g, "/outside", "security.selinux", &length);
  g_assert_cmpmem (value, length, LABEL, sizeof LABEL);
  g_assert_null (guestfs_lgetxattr (s->appliance->g, "/usr", "security.selinux", &length));
  assert_xattr (s->fs, "/outside", LABEL, sizeof LABEL);
  assert_xattr (s->fs, "/usr", NULL, 0);
  assert_fails (v2v_fs_set_xattr (s->fs, "/etc/fstab", "security.selinux", "a\0b", 3, &error),
                &error, V2V_ERROR_REFUSED);
  assert_fails (v2v_fs_set_xattr (s->fs, "/none", "security.selinux", "a", 1, &error), &error,
                V2V_ERROR_NOT_FOUND);
  /* A file system that has none. */
  mount_at (s, "/dev/sda4", "/boot/efi");
  assert_ok (v2v_fs_create (s->fs, "/boot/efi/x.txt", "x", 1, 0755, &error), error);
  assert_fails (v2v_fs_set_xattr (s->fs, "/boot/efi/x.txt", "security.selinux", "a", 1, &error),
                &error, V2V_ERROR_REFUSED);
  assert_xattr (s->fs, "/boot/efi/x.txt", NULL, 0);
  unmount (s);
}

static void
test_copy_attributes (gconstpointer data)
{
  const Shared *s = data;
  g_autoptr (GError) error = NULL;
  V2vFileInfo *row;

  mount_at (s, ROOT, "/");
  mount_at (s, "/dev/sda4", "/boot/efi");
  assert_ok (v2v_fs_create (s->fs, "/etc/source", "s", 1, 0640, &error), error);
  assert_ok (v2v_fs_chown (s->fs, "/etc/source", 12, 34, &error), error);
  assert_ok (v2v_fs_set_xattr (s->fs, "/etc/source", "security.selinux", LABEL, sizeof LABEL,
                               &error),
             error);
  assert_ok (v2v_fs_create (s->fs, "/etc/target", "t", 1, 0755, &error), error);
  assert_ok (v2v_fs_copy_attributes (s->fs, "/etc/source", "/etc/target", &error), error);
  row = look (s->fs, "/etc/target");
  g_assert_cmpuint (row->mode, ==, 0640);
  g_assert_cmpuint (row->uid, ==, 12);
  g_assert_cmpuint (row->gid, ==, 34);
  g_assert_cmpuint (row->links, ==, 1);
  v2v_file_info_free (row);
  assert_xattr (s->fs, "/etc/target", LABEL, sizeof LABEL);
  assert_text (s->fs, "/etc/target", "t");
  assert_fails (v2v_fs_copy_attributes (s->fs, "/etc/none", "/etc/target", &error), &error,
                V2V_ERROR_NOT_FOUND);
  /* Between two files without any. */
  assert_ok (v2v_fs_create (s->fs, "/boot/efi/a", "a", 1, 0755, &error), error);
  assert_ok (v2v_fs_create (s->fs, "/boot/efi/b", "b", 1, 0755, &error), error);
  if (!v2v_fs_copy_attributes (s->fs, "/boot/efi/a", "/boot/efi/b", &error))
    g_assert_true (v2v_fs_is_unsupported (error));
  unmount (s);
}

/* What does not fit leaves nothing behind. */
static void
test_full (gconstpointer data)
{
  const Shared *s = data;
  g_autofree char *big = g_strnfill (80 << 20, 'f');
  g_autoptr (GError) error = NULL;

  mount_at (s, "/dev/sda4", "/");
  assert_fails (v2v_fs_create (s->fs, "/big", big, 80 << 20, 0644, &error), &error,
                V2V_ERROR_STORAGE);
  g_assert_false (v2v_fs_is_file (s->fs, "/big"));
  assert_ok (v2v_fs_create (s->fs, "/small", big, 100, 0755, &error), error);
  unmount (s);
}

static void
test_immutable (gconstpointer data)
{
  const Shared *s = data;
  g_autoptr (GError) error = NULL;

  mount_at (s, ROOT, "/");
  assert_ok (v2v_fs_mkdir (s->fs, "/still", 0755, &error), error);
  assert_ok (v2v_fs_create (s->fs, "/still/file", "s", 1, 0644, &error), error);
  g_assert_cmpint (guestfs_set_e2attrs (s->appliance->g, "/still/file", "i", -1), ==, 0);
  g_assert_cmpint (guestfs_set_e2attrs (s->appliance->g, "/still", "i", -1), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (makes); i++)
    assert_fails (makes[i](s->fs, "/still/new", &error), &error, V2V_ERROR_REFUSED);
  assert_fails (v2v_fs_write (s->fs, "/still/file", "x", 1, &error), &error, V2V_ERROR_REFUSED);
  assert_fails (v2v_fs_move (s->fs, "/still/file", "/x", &error), &error, V2V_ERROR_REFUSED);
  assert_fails (v2v_fs_remove (s->fs, "/still/file", &error), &error, V2V_ERROR_REFUSED);
  assert_fails (v2v_fs_set_xattr (s->fs, "/still/file", "user.x", "x", 1, &error), &error,
                V2V_ERROR_REFUSED);
  unmount (s);
}

static void
test_read_only (gconstpointer data)
{
  const Shared *s = data;
  g_autoptr (GError) error = NULL;

  assert_ok (v2v_disks_mount (s->appliance, ROOT, "/", NULL, TRUE, &error), error);
  for (gsize i = 0; i < G_N_ELEMENTS (makes); i++)
    assert_fails (makes[i](s->fs, "/etc/new", &error), &error, V2V_ERROR_REFUSED);
  assert_fails (v2v_fs_set_xattr (s->fs, "/etc/fstab", "user.x", "x", 1, &error), &error,
                V2V_ERROR_REFUSED);
  unmount (s);
}

static void
compare (V2vFs *base, V2vFs *fs, const char *path)
{
  const char *const paths[] = { path, NULL };
  g_autoptr (GPtrArray) want = v2v_fs_stat_many (base, paths, NULL);
  g_autoptr (GPtrArray) got = v2v_fs_stat_many (fs, paths, NULL);
  const V2vFileInfo *a = g_ptr_array_index (want, 0);
  const V2vFileInfo *b = g_ptr_array_index (got, 0);
  g_autofree char *want_text = v2v_fs_read_text (base, path, NULL);
  g_autofree char *text = v2v_fs_read_text (fs, path, NULL);

  g_test_message ("%s", path);
  g_assert_cmpint (a->kind, ==, b->kind);
  g_assert_cmpuint (a->size, ==, b->size);
  g_assert_cmpuint (a->mode, ==, b->mode);
  g_assert_cmpuint (a->uid, ==, b->uid);
  g_assert_cmpstr (a->link, ==, b->link);
  g_assert_cmpstr (want_text, ==, text);
}

static void
test_cached (gconstpointer data)
{
  static const char *const paths[]
    = { "/etc/fstab", "/etc/nul",  "/etc/none", "/abs/a",   "/lib/new\nline", "/up",  "/shadow",
        "/fifo",      "/loop1/x",  "/dangling", "/outside", "/many/link-9",   "/big", "/nine",
        "/etc/..",    "/outside/", "/usr/lib",  "/",        "/boot/efi/X.TXT" };
  const Shared *s = data;
  g_autoptr (V2vFs) fs = NULL;
  g_autoptr (GError) error = NULL;
  guint64 before;

  mount_at (s, ROOT, "/");
  mount_at (s, "/dev/sda4", "/boot/efi");
  fs = v2v_fs_new_cached (s->fs);
  before = v2v_fs_round_trips (fs);
  assert_ok (v2v_fs_prefetch_tree (fs, "/outside/lib", NULL, &error), error);
  assert_ok (v2v_fs_prefetch_tree (fs, "/etc", NULL, &error), error);
  assert_ok (v2v_fs_prefetch_tree (fs, "/many", NULL, &error), error);
  g_assert_cmpuint (v2v_fs_round_trips (fs) - before, <=, 9);
  before = v2v_fs_round_trips (fs);
  assert_text (fs, "/etc/fstab", "written in place\n");
  assert_text (fs, "/usr/lib/a", "a\n");
  assert_text (fs, "/outside/lib/a", "a\n");
  g_assert_false (v2v_fs_is_file (fs, "/etc/none/x"));
  assert_row (fs, "/many/link-1500", V2V_FILE_SYMLINK, 0, "target-1500");
  g_ptr_array_unref (v2v_fs_list (fs, "/many", NULL));
  g_assert_cmpuint (v2v_fs_round_trips (fs), ==, before);
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    compare (s->fs, fs, paths[i]);
  /* All of the root would be gigabytes: it is given up, and read as before. */
  assert_ok (v2v_fs_prefetch_tree (fs, "/", NULL, &error), error);
  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    compare (s->fs, fs, paths[i]);
  assert_ok (v2v_fs_prefetch_tree (fs, "/boot/efi", NULL, &error), error);
  g_assert_true (v2v_fs_is_file (fs, "/boot/efi/X.TXT"));
  assert_ok (v2v_fs_write (fs, "/etc/fstab", "written again\n", 14, &error), error);
  assert_text (fs, "/etc/fstab", "written again\n");
  assert_ok (v2v_fs_write (fs, "/etc/fstab", "written in place\n", 17, &error), error);
  unmount (s);
}

static void
test_btrfs (gconstpointer data)
{
  const Shared *s = data;
  g_autoptr (GPtrArray) paths = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *volume = NULL;
  g_autofree char *text = NULL;
  g_autofree char *by_default = NULL;
  gboolean read_only = FALSE;

  if (s->btrfs == NULL) {
    g_test_skip ("the btrfs disk could not be made: it needs root and btrfs in the kernel");
    return;
  }
  paths = v2v_disks_btrfs_subvolumes (s->appliance, s->btrfs, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (paths->len, ==, 3);
  g_assert_cmpstr (paths->pdata[0], ==, "@home");
  g_assert_cmpstr (paths->pdata[1], ==, "@rootfs");
  g_assert_cmpstr (paths->pdata[2], ==, "before");
  volume = g_strdup_printf ("btrfsvol:%s/@rootfs", s->btrfs);
  mount_at (s, volume, "/");
  text = v2v_fs_read_text (s->fs, "/file", NULL);
  g_assert_cmpstr (text, ==, "sub\n");
  g_assert_true (v2v_disks_btrfs_default (s->appliance, "/", &by_default, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (by_default, ==, "@home");
  g_assert_true (v2v_disks_btrfs_read_only (s->appliance, "/", &read_only, &error));
  g_assert_false (read_only);
  unmount (s);
  mount_at (s, s->btrfs, "/");
  g_assert_true (v2v_disks_btrfs_read_only (s->appliance, "/before", &read_only, &error));
  g_assert_true (read_only);
  unmount (s);
  g_assert_false (v2v_disks_btrfs_read_only (s->appliance, "/", &read_only, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_STORAGE);
  g_clear_error (&error);
  g_assert_false (v2v_disks_btrfs_default (s->appliance, "/", &by_default, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_STORAGE);
  g_clear_error (&error);
  g_assert_null (v2v_disks_btrfs_subvolumes (s->appliance, ROOT, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_STORAGE);
}

void
test_guest_add_edit (Shared *s)
{
  g_test_add_data_func ("/guest/create", s, test_create);
  g_test_add_data_func ("/guest/bad-places", s, test_bad_places);
  g_test_add_data_func ("/guest/move", s, test_move);
  g_test_add_data_func ("/guest/xattr", s, test_xattr);
  g_test_add_data_func ("/guest/copy-attributes", s, test_copy_attributes);
  g_test_add_data_func ("/guest/full", s, test_full);
  g_test_add_data_func ("/guest/immutable", s, test_immutable);
  g_test_add_data_func ("/guest/edit-read-only", s, test_read_only);
  g_test_add_data_func ("/guest/cached", s, test_cached);
  g_test_add_data_func ("/guest/btrfs", s, test_btrfs);
}
