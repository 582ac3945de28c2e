/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <fcntl.h>
#include <linux/fs.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "test-tree.h"

/* A guest, and beside it a directory that it must not reach. */
static Tree *
make_tree (void)
{
  Tree *tree = tree_new ();

  tree_write (tree, "/usr/lib/a", "a");
  tree_write (tree, "/etc/conf", "old\n");
  tree_link (tree, "/lib", "usr/lib");
  tree_link (tree, "/abs", "/usr/lib");
  tree_link (tree, "/up", "../../../../../../../../tmp");
  tree_link (tree, "/host", g_get_tmp_dir ());
  tree_link (tree, "/dangling", "/no/such");
  tree_link (tree, "/loop", "loop");
  tree_mkdir (tree, "/etc/dir");
  return tree;
}

static V2vFileInfo *
look (const Tree *tree, const char *path)
{
  const char *const paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = v2v_fs_stat_many (tree->fs, paths, &error);

  g_assert_no_error (error);
  return g_steal_pointer (&rows->pdata[0]);
}

static void
assert_kind (const Tree *tree, const char *path, V2vFileKind kind)
{
  V2vFileInfo *info = look (tree, path);

  g_assert_cmpint (info->kind, ==, kind);
  v2v_file_info_free (info);
}

static void
assert_text (const Tree *tree, const char *path, const char *want)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = v2v_fs_read_text (tree->fs, path, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, want);
}

/* Paths at which nothing new can be, for every operation that makes something. */
static const struct {
  const char *path;
  int code;
} bad_places[] = {
  { "/etc/conf", V2V_ERROR_REFUSED },       /* a file */
  { "/etc/dir", V2V_ERROR_REFUSED },        /* a directory */
  { "/lib", V2V_ERROR_REFUSED },            /* a link */
  { "/dangling", V2V_ERROR_REFUSED },       /* a link to nothing: not followed */
  { "/none/new", V2V_ERROR_NOT_FOUND },     /* no parent */
  { "/dangling/new", V2V_ERROR_NOT_FOUND },
  { "/loop/new", V2V_ERROR_NOT_FOUND },
  { "/etc/conf/new", V2V_ERROR_NOT_FOUND }, /* the parent is a file */
  { "/up/new", V2V_ERROR_NOT_FOUND },       /* the parent is a link out of the root */
  { "/host/new", V2V_ERROR_NOT_FOUND },
  { "/etc/", V2V_ERROR_REFUSED },
  { "/", V2V_ERROR_REFUSED },
  { "/etc/.", V2V_ERROR_REFUSED },
  { "/etc/..", V2V_ERROR_REFUSED },
  { "relative", V2V_ERROR_REFUSED },
};

typedef gboolean (*Make) (V2vFs *fs, const char *path, GError **error);

static gboolean
make_file (V2vFs *fs, const char *path, GError **error)
{
  return v2v_fs_create (fs, path, "new", 3, 0644, error);
}

static gboolean
make_dir (V2vFs *fs, const char *path, GError **error)
{
  return v2v_fs_mkdir (fs, path, 0755, error);
}

static gboolean
make_link (V2vFs *fs, const char *path, GError **error)
{
  return v2v_fs_symlink (fs, path, "target", error);
}

static gboolean
make_by_move (V2vFs *fs, const char *path, GError **error)
{
  return v2v_fs_move (fs, "/usr/lib/a", path, error);
}

static void
test_bad_places (gconstpointer data)
{
  Make make = *(const Make *) data;
  g_autoptr (Tree) tree = make_tree ();

  for (guint i = 0; i < G_N_ELEMENTS (bad_places); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", bad_places[i].path);
    g_assert_false (make (tree->fs, bad_places[i].path, &error));
    g_assert_error (error, V2V_ERROR, bad_places[i].code);
  }
  assert_text (tree, "/etc/conf", "old\n");
  assert_text (tree, "/usr/lib/a", "a");
  assert_kind (tree, "/no", V2V_FILE_ABSENT);
}

static gboolean
set_immutable (const Tree *tree, const char *path, gboolean on)
{
  g_autofree char *host = tree_host_path (tree, path);
  int fd = open (host, O_RDONLY);
  int flags = 0;
  gboolean ok = fd >= 0 && ioctl (fd, FS_IOC_GETFLAGS, &flags) == 0;

  flags = on ? flags | FS_IMMUTABLE_FL : flags & ~FS_IMMUTABLE_FL;
  ok = ok && ioctl (fd, FS_IOC_SETFLAGS, &flags) == 0;
  close (fd);
  return ok;
}

static void
test_immutable_place (gconstpointer data)
{
  Make make = *(const Make *) data;
  g_autoptr (Tree) tree = make_tree ();
  g_autoptr (GError) error = NULL;

  if (!set_immutable (tree, "/etc/dir", TRUE)) {
    g_test_skip ("needs the right to set the immutable flag, and a file system with it");
    return;
  }
  g_assert_false (make (tree->fs, "/etc/dir/new", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_true (set_immutable (tree, "/etc/dir", FALSE));
  assert_kind (tree, "/etc/dir/new", V2V_FILE_ABSENT);
}

/* What is moved, or labelled, is immutable itself. */
static void
test_immutable_file (void)
{
  g_autoptr (Tree) tree = make_tree ();
  g_autoptr (GError) error = NULL;

  if (!set_immutable (tree, "/etc/conf", TRUE)) {
    g_test_skip ("needs the right to set the immutable flag, and a file system with it");
    return;
  }
  g_assert_false (v2v_fs_move (tree->fs, "/etc/conf", "/etc/dir/conf", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (v2v_fs_set_xattr (tree->fs, "/etc/conf", "user.x", "y", 1, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_true (set_immutable (tree, "/etc/conf", FALSE));
  assert_text (tree, "/etc/conf", "old\n");
}

static void
test_read_only (void)
{
  static const Make makes[] = { make_file, make_dir, make_link, make_by_move };
  g_autoptr (Tree) tree = make_tree ();
  g_autoptr (GError) error = NULL;
  V2vFs *fs;

  /* Mounts of our own: none is left behind by a test that fails. */
  if (unshare (CLONE_NEWNS) < 0 || mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0
      || mount (tree->root, tree->root, NULL, MS_BIND, NULL) < 0) {
    g_test_skip ("needs the right to mount");
    return;
  }
  g_assert_cmpint (mount (NULL, tree->root, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL), ==,
                   0);
  fs = v2v_fs_new_directory (tree->root, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (makes); i++) {
    g_assert_false (makes[i](fs, "/etc/dir/new", &error));
    g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
    g_clear_error (&error);
  }
  g_assert_false (v2v_fs_set_xattr (fs, "/etc/conf", "user.x", "y", 1, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (v2v_fs_write (fs, "/etc/conf", "x", 1, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  v2v_fs_free (fs);
  g_assert_cmpint (umount2 (tree->root, MNT_DETACH), ==, 0);
}

static void
test_create (void)
{
  g_autoptr (Tree) tree = make_tree ();
  g_autofree char *big = g_strnfill (3 << 20, 'b');
  g_autofree char *host = tree_host_path (tree, "/usr/lib/big");
  g_autoptr (GError) error = NULL;
  V2vFileInfo *info;
  struct stat st;

  g_assert_true (v2v_fs_create (tree->fs, "/lib/new", "one\n", 4, 0666, &error));
  g_assert_no_error (error);
  assert_text (tree, "/usr/lib/new", "one\n");
  info = look (tree, "/usr/lib/new");
  g_assert_cmpuint (info->mode, ==, 0666);
  g_assert_cmpuint (info->uid, ==, geteuid ());
  g_assert_cmpuint (info->gid, ==, getegid ());
  v2v_file_info_free (info);
  g_assert_true (v2v_fs_create (tree->fs, "/abs/empty", NULL, 0, 0600, &error));
  assert_text (tree, "/usr/lib/empty", "");
  g_assert_true (v2v_fs_create (tree->fs, "/abs/big", big, 3 << 20, 04755, &error));
  g_assert_cmpint (stat (host, &st), ==, 0);
  g_assert_cmpint (st.st_size, ==, 3 << 20);
  g_assert_cmpuint (st.st_mode & 07777, ==, 04755);
}

static void
test_mkdir_and_link (void)
{
  g_autoptr (Tree) tree = make_tree ();
  g_autofree char *long_target = g_strnfill (5000, 'x');
  g_autoptr (GError) error = NULL;
  V2vFileInfo *info;

  g_assert_true (v2v_fs_mkdir (tree->fs, "/lib/sub", 01777, &error));
  g_assert_no_error (error);
  info = look (tree, "/usr/lib/sub");
  g_assert_cmpint (info->kind, ==, V2V_FILE_DIRECTORY);
  g_assert_cmpuint (info->mode, ==, 01777);
  v2v_file_info_free (info);
  g_assert_true (v2v_fs_symlink (tree->fs, "/lib/sub/-link", "/dev/null", &error));
  g_assert_no_error (error);
  info = look (tree, "/usr/lib/sub/-link");
  g_assert_cmpstr (info->link, ==, "/dev/null");
  v2v_file_info_free (info);
  g_assert_false (v2v_fs_symlink (tree->fs, "/l1", "", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_false (v2v_fs_symlink (tree->fs, "/l2", long_target, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  assert_kind (tree, "/l1", V2V_FILE_ABSENT);
}

static void
test_move (void)
{
  g_autoptr (Tree) tree = make_tree ();
  g_autofree char *old_host = tree_host_path (tree, "/etc/conf");
  g_autofree char *new_host = tree_host_path (tree, "/etc/dir/conf");
  g_autoptr (GError) error = NULL;
  struct stat before, after;
  V2vFileInfo *info;

  g_assert_cmpint (chmod (old_host, 0640), ==, 0);
  g_assert_cmpint (stat (old_host, &before), ==, 0);
  g_assert_true (v2v_fs_move (tree->fs, "/etc/conf", "/etc/dir/conf", &error));
  g_assert_no_error (error);
  g_assert_cmpint (stat (new_host, &after), ==, 0);
  g_assert_cmpuint (before.st_ino, ==, after.st_ino);
  g_assert_cmpuint (before.st_mode, ==, after.st_mode);
  assert_kind (tree, "/etc/conf", V2V_FILE_ABSENT);

  /* A link moves as it is, wherever it leads. */
  g_assert_true (v2v_fs_move (tree->fs, "/dangling", "/lib/dangling", &error));
  g_assert_no_error (error);
  info = look (tree, "/usr/lib/dangling");
  g_assert_cmpstr (info->link, ==, "/no/such");
  v2v_file_info_free (info);

  g_assert_false (v2v_fs_move (tree->fs, "/absent", "/etc/x", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (v2v_fs_move (tree->fs, "/etc/dir", "/etc/x", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_cmpstr (error->message, ==, "moving '/etc/dir': to '/etc/x': it is a directory");
  g_clear_error (&error);
  g_assert_false (v2v_fs_move (tree->fs, "/etc/..", "/etc/x", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
}

/* @text: with its NUL; NULL = it has none. */
static void
assert_xattr (V2vFs *fs, const char *path, const char *name, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) value = NULL;

  g_assert_true (v2v_fs_get_xattr (fs, path, name, &value, &error));
  g_assert_no_error (error);
  if (text == NULL)
    g_assert_null (value);
  else
    g_assert_cmpmem (g_bytes_get_data (value, NULL), g_bytes_get_size (value), text,
                     strlen (text) + 1);
}

static void
test_xattr_absent (void)
{
  static const char *const paths[] = { "/absent", "/up/x", "/etc/none/x" };
  g_autoptr (Tree) tree = make_tree ();

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) value = NULL;

    g_assert_false (v2v_fs_get_xattr (tree->fs, paths[i], "user.x", &value, &error));
    g_assert_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND);
    g_assert_null (value);
  }
  {
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) value = NULL;

    g_assert_false (v2v_fs_get_xattr (tree->fs, "/..", "user.x", &value, &error));
    g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  }
}

static void
test_xattr (void)
{
  g_autoptr (Tree) tree = make_tree ();
  g_autofree char *host = tree_host_path (tree, "/usr/lib/a");
  g_autoptr (GError) error = NULL;
  char value[16];

  tree_link (tree, "/to-a", "/usr/lib/a");
  if (!v2v_fs_set_xattr (tree->fs, "/lib/a", "user.label", "x:y", 4, &error)) {
    g_test_skip (error->message);
    return;
  }
  g_assert_cmpint (getxattr (host, "user.label", value, sizeof value), ==, 4);
  g_assert_cmpmem (value, 4, "x:y", 4);
  assert_xattr (tree->fs, "/lib/a", "user.label", "x:y");
  assert_xattr (tree->fs, "/lib/a", "user.none", NULL);
  assert_xattr (tree->fs, "/to-a", "user.label", NULL);
  {
    g_autoptr (V2vFs) cached = v2v_fs_new_cached (tree->fs);

    assert_xattr (cached, "/lib/a", "user.label", "x:y");
  }
  /* User attributes are not for links: the kernel refuses, and the file has none. */
  g_assert_false (v2v_fs_set_xattr (tree->fs, "/to-a", "user.other", "z", 1, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_cmpint (getxattr (host, "user.other", value, sizeof value), <, 0);
  g_assert_false (v2v_fs_set_xattr (tree->fs, "/absent", "user.x", "z", 1, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (v2v_fs_set_xattr (tree->fs, "/up/x", "user.x", "z", 1, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (v2v_fs_set_xattr (tree->fs, "/etc/conf", "none.x", "z", 1, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_clear_error (&error);
  /* The root's own parent is the host's. */
  g_assert_false (v2v_fs_set_xattr (tree->fs, "/..", "user.x", "z", 1, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
}

static void
assert_owner (const Tree *tree, const char *path, guint uid, guint gid)
{
  V2vFileInfo *info = look (tree, path);

  g_assert_cmpuint (info->uid, ==, geteuid () == 0 ? uid : geteuid ());
  g_assert_cmpuint (info->gid, ==, geteuid () == 0 ? gid : getegid ());
  v2v_file_info_free (info);
}

static void
test_chown (void)
{
  g_autoptr (Tree) tree = make_tree ();
  g_autoptr (V2vFs) cached = v2v_fs_new_cached (tree->fs);
  g_autoptr (GError) error = NULL;

  g_assert_true (v2v_fs_chown (tree->fs, "/abs/a", 1000, 4294967294U, &error));
  g_assert_no_error (error);
  assert_owner (tree, "/usr/lib/a", 1000, 4294967294U);
  g_assert_true (v2v_fs_chown (cached, "/lib", 1, 2, &error));
  g_assert_no_error (error);
  assert_owner (tree, "/lib", 1, 2);
  assert_owner (tree, "/usr/lib", geteuid (), getegid ());
  g_assert_false (v2v_fs_chown (tree->fs, "/none", 1, 2, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (v2v_fs_chown (tree->fs, "/up/x", 1, 2, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (v2v_fs_chown (tree->fs, "/..", 1, 2, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
}

static void
test_copy_attributes (void)
{
  g_autoptr (Tree) tree = make_tree ();
  g_autoptr (V2vFs) cached = v2v_fs_new_cached (tree->fs);
  g_autofree char *host = tree_host_path (tree, "/etc/conf");
  g_autoptr (GError) error = NULL;
  V2vFileInfo *info;

  g_assert_cmpint (chmod (host, 0604), ==, 0);
  g_assert_true (v2v_fs_chown (tree->fs, "/etc/conf", 12, 34, &error));
  g_assert_true (v2v_fs_copy_attributes (cached, "/etc/conf", "/lib/a", &error));
  g_assert_no_error (error);
  assert_owner (tree, "/usr/lib/a", 12, 34);
  info = look (tree, "/usr/lib/a");
  g_assert_cmpuint (info->mode, ==, 0604);
  g_assert_cmpuint (info->links, ==, 1);
  v2v_file_info_free (info);
  if (setxattr (host, "user.label", "x:y", 4, 0) == 0) {
    g_assert_true (v2v_fs_copy_attributes (tree->fs, "/etc/conf", "/lib/a", &error));
    assert_xattr (tree->fs, "/lib/a", "user.label", "x:y");
  }
  g_assert_false (v2v_fs_copy_attributes (tree->fs, "/absent", "/lib/a", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "copying the attributes of '/absent'"));
  g_clear_error (&error);
  g_assert_false (v2v_fs_copy_attributes (tree->fs, "/etc/conf", "/up/x", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND);
  g_clear_error (&error);
  /* Not through links. */
  tree_link (tree, "/to-a", "/usr/lib/a");
  g_assert_false (v2v_fs_copy_attributes (tree->fs, "/etc/conf", "/to-a", &error));
  g_clear_error (&error);
}

static void
test_no_round_trips (void)
{
  g_autoptr (Tree) tree = make_tree ();

  assert_text (tree, "/etc/conf", "old\n");
  g_assert_cmpuint (v2v_fs_round_trips (tree->fs), ==, 0);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name;
    Make make;
  } rows[] = { { "create", make_file }, { "mkdir", make_dir }, { "symlink", make_link },
               { "move", make_by_move } };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *bad = g_strconcat ("/fs/edit/bad-places/", rows[i].name, NULL);
    g_autofree char *still = g_strconcat ("/fs/edit/immutable-place/", rows[i].name, NULL);

    g_test_add_data_func (bad, &rows[i].make, test_bad_places);
    g_test_add_data_func (still, &rows[i].make, test_immutable_place);
  }
  g_test_add_func ("/fs/edit/immutable-file", test_immutable_file);
  g_test_add_func ("/fs/edit/read-only", test_read_only);
  g_test_add_func ("/fs/edit/create", test_create);
  g_test_add_func ("/fs/edit/mkdir-and-link", test_mkdir_and_link);
  g_test_add_func ("/fs/edit/move", test_move);
  g_test_add_func ("/fs/edit/xattr", test_xattr);
  g_test_add_func ("/fs/edit/xattr-absent", test_xattr_absent);
  g_test_add_func ("/fs/edit/chown", test_chown);
  g_test_add_func ("/fs/edit/copy-attributes", test_copy_attributes);
  g_test_add_func ("/fs/edit/no-round-trips", test_no_round_trips);
  return g_test_run ();
}
