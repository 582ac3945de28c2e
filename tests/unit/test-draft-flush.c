/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <fcntl.h>
#include <linux/fs.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/xattr.h>

#include "test-draft-flush.h"

static void
test_nothing (FlushFixture *f, gconstpointer data)
{
  guint generation;

  (void) data;
  assert_text (&f->draft, "/etc/fstab", "one\n");
  put_text (&f->draft, "/etc/default/grub", "changed\n", 0644);
  put_text (&f->draft, "/etc/default/grub", "GRUB_TIMEOUT=5\n", 0644);
  put_text (&f->draft, "/etc/temporary", "x", 0644);
  do_remove (&f->draft, "/etc/temporary");
  do_remove (&f->draft, "/lib");
  do_symlink (&f->draft, "/lib", "usr/lib");
  generation = v2v_draft_generation (f->draft.draft);
  flush (f);
  assert_log (f, "");
  g_assert_cmpuint (v2v_draft_generation (f->draft.draft), >, generation);
}

static void
test_in_place (FlushFixture *f, gconstpointer data)
{
  g_autofree char *host = tree_host_path (f->draft.tree, "/etc/fstab");
  g_autofree char *other = tree_host_path (f->draft.tree, "/etc/fstab.hardlink");
  struct stat before, after;
  char value[8] = "";
  gboolean has_xattr;

  (void) data;
  g_assert_cmpint (chmod (host, 0640), ==, 0);
  if (geteuid () == 0)
    g_assert_cmpint (chown (host, 12, 34), ==, 0);
  g_assert_cmpint (link (host, other), ==, 0);
  has_xattr = setxattr (host, "user.v2v", "kept", 5, 0) == 0;
  host_stat (f, "/etc/fstab", &before);

  write_text (&f->draft, "/etc/fstab", "a longer text than before\n");
  put_text (&f->draft, "/up", "two\n", 0600);
  flush (f);
  assert_log (f, "write /etc/fstab");
  assert_host (f, "/etc/fstab", "two\n");
  assert_host (f, "/etc/fstab.hardlink", "two\n");
  host_stat (f, "/etc/fstab", &after);
  g_assert_cmpuint (after.st_ino, ==, before.st_ino);
  g_assert_cmpuint (after.st_mode, ==, before.st_mode);
  g_assert_cmpuint (after.st_uid, ==, before.st_uid);
  g_assert_cmpuint (after.st_gid, ==, before.st_gid);
  g_assert_cmpuint (after.st_nlink, ==, 2);
  if (has_xattr) {
    g_assert_cmpint (getxattr (host, "user.v2v", value, sizeof value), ==, 5);
    g_assert_cmpstr (value, ==, "kept");
  }
}

static void
test_all_kinds (FlushFixture *f, gconstpointer data)
{
  struct stat before, after;

  (void) data;
  host_stat (f, "/etc/fstab", &before);
  write_text (&f->draft, "/etc/fstab", "edited, then disabled\n");
  do_disable (&f->draft, "/etc/fstab");
  put_text (&f->draft, "/etc/fstab", "in its place\n", 0600);
  do_disable (&f->draft, "/etc/default/grub");
  do_remove (&f->draft, "/lib");
  put_text (&f->draft, "/lib/own", "below a link once\n", 0644);
  do_remove (&f->draft, "/abs");
  put_text (&f->draft, "/abs", "a file now\n", 0644);
  do_symlink (&f->draft, "/etc/new/link", "../fstab");
  do_remove (&f->draft, "/usr/lib/systemd/system/a.service");
  do_symlink (&f->draft, "/usr/lib/systemd/system/a.service", "/dev/null");
  flush (f);
  assert_log (
    f, "remove /abs; create /abs; mkdir /var; mkdir /var/lib; mkdir /var/lib/v2v-wrapper; "
       "mkdir /var/lib/v2v-wrapper/disabled; mkdir /var/lib/v2v-wrapper/disabled/etc; "
       "mkdir /var/lib/v2v-wrapper/disabled/etc/default; move /etc/default/grub; "
       "move /etc/fstab; write /var/lib/v2v-wrapper/disabled/etc/fstab; create /etc/fstab; "
       "mkdir /etc/new; symlink /etc/new/link; remove /lib; mkdir /lib; create /lib/own; "
       "remove /usr/lib/systemd/system/a.service; symlink /usr/lib/systemd/system/a.service");
  assert_host (f, V2V_DRAFT_DISABLED_DIR "/etc/fstab", "edited, then disabled\n");
  host_stat (f, V2V_DRAFT_DISABLED_DIR "/etc/fstab", &after);
  g_assert_cmpuint (after.st_ino, ==, before.st_ino);
  assert_host (f, "/etc/fstab", "in its place\n");
  host_stat (f, "/etc/fstab", &after);
  g_assert_cmpuint (after.st_mode & 07777, ==, 0600);
  assert_host (f, "/etc/default/grub", "(absent)");
  assert_host (f, V2V_DRAFT_DISABLED_DIR "/etc/default/grub", "GRUB_TIMEOUT=5\n");
  assert_host (f, "/lib/own", "below a link once\n");
  assert_host (f, "/abs", "a file now\n");
  assert_host (f, "/etc/new/link", "in its place\n");
  host_stat (f, V2V_DRAFT_STATE_DIR, &after);
  g_assert_cmpuint (after.st_mode & 07777, ==, 0700);

  /* The draft is the guest now, also when asked again. */
  assert_text (&f->draft, "/etc/new/link", "in its place\n");
  flush (f);
  assert_log (f, "");
}

/* A link on the way to what we keep is disabled; then something needs its name. */
static void
test_own_directory_moves (FlushFixture *f, gconstpointer data)
{
  (void) data;
  tree_mkdir (f->draft.tree, "/data");
  tree_link (f->draft.tree, "/var", "data");
  do_disable (&f->draft, "/var");
  do_disable (&f->draft, "/etc/fstab");
  flush (f);
  assert_host (f, "/data/lib/v2v-wrapper/disabled/var/lib/v2v-wrapper", "(absent)");
  assert_host (f, "/var/lib/v2v-wrapper/disabled/etc/fstab", "one\n");
  assert_host (f, "/etc/fstab", "(absent)");
}

static void
test_moved_over_a_removed_one (FlushFixture *f, gconstpointer data)
{
  (void) data;
  tree_write (f->draft.tree, V2V_DRAFT_DISABLED_DIR "/etc/fstab", "one\n");
  do_remove (&f->draft, V2V_DRAFT_DISABLED_DIR "/etc/fstab");
  do_disable (&f->draft, "/etc/fstab");
  flush (f);
  assert_log (f, "remove /var/lib/v2v-wrapper/disabled/etc/fstab; move /etc/fstab");
  assert_host (f, V2V_DRAFT_DISABLED_DIR "/etc/fstab", "one\n");
  assert_host (f, "/etc/fstab", "(absent)");
}

typedef struct {
  guint calls;
  GString *seen;
  gboolean fail;
} Labels;

static gboolean
label_all (const char *const *paths, const guint *modes, GPtrArray **out_values,
           gpointer user_data, GError **error)
{
  Labels *labels = user_data;

  labels->calls++;
  if (labels->fail) {
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED, "no such policy");
    return FALSE;
  }
  *out_values = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  for (guint i = 0; paths[i] != NULL; i++) {
    g_string_append_printf (labels->seen, "%o %s; ", modes[i], paths[i]);
    g_ptr_array_add (*out_values, g_str_has_suffix (paths[i], "/none")
                                    ? NULL
                                    : g_bytes_new_static ("u:r:t", 6));
  }
  return TRUE;
}

static void
test_labels (FlushFixture *f, gconstpointer data)
{
  g_autoptr (GString) seen = g_string_new (NULL);
  Labels labels = { 0, seen, FALSE };
  gboolean ok;

  (void) data;
  f->counting->label = "x:y:z";
  write_text (&f->draft, "/etc/fstab", "edited: keeps its label\n");
  tree_mkdir (f->draft.tree, V2V_DRAFT_DISABLED_DIR);
  do_disable (&f->draft, "/up");
  put_text (&f->draft, "/etc/a/b", "b\n", 0640);
  do_symlink (&f->draft, "/etc/a/c", "b");
  ok = v2v_draft_flush (f->draft.draft, label_all, &labels, &f->draft.error);
  g_assert_no_error (f->draft.error);
  g_assert_true (ok);
  g_assert_cmpuint (labels.calls, ==, 1);
  g_assert_cmpstr (seen->str, ==, "40755 /etc/a; 100640 /etc/a/b; 120777 /etc/a/c; 100644 /etc/fstab; ");
  assert_log (f, "mkdir /etc/a; create /etc/a/b; symlink /etc/a/c; write /etc/fstab; "
                 "move /up; security.selinux=u:r:t /etc/a; security.selinux=u:r:t /etc/a/b; "
                 "security.selinux=u:r:t /etc/a/c");
}

/* An edited file keeps its label, and gets one when it has none and the policy has one. */
static void
test_labels_edited (FlushFixture *f, gconstpointer data)
{
  g_autoptr (GString) seen = g_string_new (NULL);
  Labels labels = { 0, seen, FALSE };

  (void) data;
  write_text (&f->draft, "/etc/fstab", "edited\n");
  f->counting->label = "x:y:z";
  g_assert_true (v2v_draft_flush (f->draft.draft, label_all, &labels, &f->draft.error));
  g_assert_cmpstr (seen->str, ==, "100644 /etc/fstab; ");
  assert_log (f, "write /etc/fstab");
  f->counting->label = NULL;
  write_text (&f->draft, "/etc/fstab", "edited again\n");
  g_assert_true (v2v_draft_flush (f->draft.draft, label_all, &labels, &f->draft.error));
  assert_log (f, "write /etc/fstab; security.selinux=u:r:t /etc/fstab");
  g_assert_true (v2v_draft_flush (f->draft.draft, label_all, &labels, &f->draft.error));
  g_assert_cmpuint (labels.calls, ==, 2);
}

static void
test_labels_fail (FlushFixture *f, gconstpointer data)
{
  g_autoptr (GString) seen = g_string_new (NULL);
  Labels labels = { 0, seen, TRUE };

  (void) data;
  put_text (&f->draft, "/etc/none", "no label for it\n", 0644);
  g_assert_false (v2v_draft_flush (f->draft.draft, label_all, &labels, &f->draft.error));
  g_assert_error (f->draft.error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_clear_error (&f->draft.error);
  v2v_draft_free (f->draft.draft);
  f->draft.draft = v2v_draft_new (&f->counting->fs);
  do_remove (&f->draft, "/etc/none");
  flush (f);

  labels.fail = FALSE;
  put_text (&f->draft, "/etc/none", "no label for it\n", 0644);
  g_assert_true (v2v_draft_flush (f->draft.draft, label_all, &labels, &f->draft.error));
  assert_log (f, "create /etc/none; remove /etc/none; create /etc/none");

  f->counting->get_xattr_failure = EIO;
  write_text (&f->draft, "/etc/fstab", "edited\n");
  expect (&f->draft, v2v_draft_flush (f->draft.draft, label_all, &labels, &f->draft.error),
          V2V_ERROR_STORAGE, "/etc/fstab", "Input/output error");
  v2v_draft_free (f->draft.draft);
  f->draft.draft = v2v_draft_new (&f->counting->fs);
  f->counting->get_xattr_failure = 0;

  f->counting->xattr_failure = ENOSPC;
  put_text (&f->draft, "/etc/one", "1", 0644);
  expect (&f->draft, v2v_draft_flush (f->draft.draft, label_all, &labels, &f->draft.error),
          V2V_ERROR_STORAGE, "/etc/one", "No space left");
  v2v_draft_free (f->draft.draft);
  f->draft.draft = v2v_draft_new (&f->counting->fs);

  /* FAT has no labels: that is no failure. */
  f->counting->xattr_failure = ENOTSUP;
  put_text (&f->draft, "/etc/two", "2", 0644);
  g_assert_true (v2v_draft_flush (f->draft.draft, label_all, &labels, &f->draft.error));
  g_assert_no_error (f->draft.error);
}

/* Each change that a flush makes may be the one that fails. */
static void
test_each_failure (FlushFixture *f, gconstpointer data)
{
  static const char *const named[]
    = { "/etc/a", "/etc/a/b", "/etc/fstab", "/etc/s", "/lib", "/up" };

  (void) data;
  tree_mkdir (f->draft.tree, V2V_DRAFT_DISABLED_DIR);
  for (guint i = 0; i < G_N_ELEMENTS (named); i++) {
    V2vDraft *draft = v2v_draft_new (&f->counting->fs);
    g_autofree char *made = tree_host_path (f->draft.tree, "/etc/a/b");
    g_autofree char *link = tree_host_path (f->draft.tree, "/etc/s");
    g_autofree char *directory = g_path_get_dirname (made);

    v2v_draft_free (f->draft.draft);
    f->draft.draft = draft;
    g_remove (made);
    g_remove (directory);
    g_remove (link);
    tree_write (f->draft.tree, "/etc/fstab", "one\n");
    f->counting->n_changes = 0;
    f->counting->fail_at = i + 1;
    f->counting->failure = i % 2 == 0 ? ENOSPC : EROFS;
    put_text (&f->draft, "/etc/a/b", "b\n", 0644);
    write_text (&f->draft, "/etc/fstab", "two\n");
    do_symlink (&f->draft, "/etc/s", "fstab");
    do_remove (&f->draft, "/lib");
    do_disable (&f->draft, "/up");
    expect (&f->draft, v2v_draft_flush (draft, NULL, NULL, &f->draft.error),
            i % 2 == 0 ? V2V_ERROR_STORAGE : V2V_ERROR_REFUSED, named[i],
            i % 2 == 0 ? "No space left" : "Read-only");
  }
}

/* A file that cannot be given to its owner is a failure too. */
static void
test_owner_failure (FlushFixture *f, gconstpointer data)
{
  const V2vDraftOwner owner = { "/home/jo", 1000, 1001 };
  g_autoptr (GBytes) bytes = g_bytes_new ("x", 1);
  g_autofree char *made = tree_host_path (f->draft.tree, "/home/jo/.ssh");

  (void) data;
  for (guint i = 0; i < 2; i++) {
    V2vDraft *draft = v2v_draft_new (&f->counting->fs);

    v2v_draft_free (f->draft.draft);
    f->draft.draft = draft;
    f->counting->n_changes = 0;
    f->counting->fail_at = i == 0 ? 2 : 3;
    f->counting->failure = EROFS;
    g_assert_true (v2v_draft_put_owned (draft, "/home/jo/.ssh/keys", bytes, &owner,
                                        &f->draft.error));
    expect (&f->draft, v2v_draft_flush (draft, NULL, NULL, &f->draft.error),
            V2V_ERROR_REFUSED, i == 0 ? "/home/jo/.ssh" : "/home/jo/.ssh/keys", "Read-only");
    tree_remove_all (made);
  }
  expect (&f->draft,
          v2v_draft_put_owned (f->draft.draft, "/home/mo/x", bytes,
                               &(V2vDraftOwner){ "/home/mo", 1, 1 }, &f->draft.error),
          V2V_ERROR_NOT_FOUND, "/home/mo", "not there");
}

/* The base had it a moment ago. */
static void
test_vanished (FlushFixture *f, gconstpointer data)
{
  g_autofree char *host = tree_host_path (f->draft.tree, "/etc/fstab");

  (void) data;
  write_text (&f->draft, "/etc/fstab", "two\n");
  g_assert_cmpint (g_remove (host), ==, 0);
  expect (&f->draft, v2v_draft_flush (f->draft.draft, NULL, NULL, &f->draft.error),
          V2V_ERROR_STORAGE, "/etc/fstab", "No such file");
}

static void
test_file_too_large (FlushFixture *f, gconstpointer data)
{
  g_autofree char *big = g_strnfill (65536, 'x');
  struct rlimit before, small;

  (void) data;
  write_text (&f->draft, "/etc/fstab", big);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small = before;
  small.rlim_cur = 4096;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  g_assert_false (v2v_draft_flush (f->draft.draft, NULL, NULL, &f->draft.error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  signal (SIGXFSZ, SIG_DFL);
  expect (&f->draft, FALSE, V2V_ERROR_STORAGE, "/etc/fstab", "File too large");
}

static void
test_immutable (FlushFixture *f, gconstpointer data)
{
  g_autofree char *host = tree_host_path (f->draft.tree, "/etc/fstab");
  int fd = open (host, O_RDONLY | O_CLOEXEC);
  int flags = 0;

  (void) data;
  g_assert_cmpint (fd, >=, 0);
  if (ioctl (fd, FS_IOC_GETFLAGS, &flags) < 0
      || (flags |= FS_IMMUTABLE_FL, ioctl (fd, FS_IOC_SETFLAGS, &flags) < 0)) {
    close (fd);
    g_test_skip ("this file system or user cannot make a file immutable");
    return;
  }
  write_text (&f->draft, "/etc/fstab", "two\n");
  expect (&f->draft, v2v_draft_flush (f->draft.draft, NULL, NULL, &f->draft.error),
          V2V_ERROR_REFUSED, "/etc/fstab", "not permitted");
  flags &= ~FS_IMMUTABLE_FL;
  g_assert_cmpint (ioctl (fd, FS_IOC_SETFLAGS, &flags), ==, 0);
  close (fd);
  assert_host (f, "/etc/fstab", "one\n");
}

/* A file system of 64 KiB, then the same one read-only. */
static void
test_full_and_read_only (FlushFixture *f, gconstpointer data)
{
  g_autofree char *big = g_strnfill (V2V_FS_TEXT_MAX, 'x');
  g_autofree char *small = g_build_filename (f->draft.tree->root, "small", NULL);
  gboolean full, read_only;

  (void) data;
  tree_mkdir (f->draft.tree, "/small");
  if (mount ("tmpfs", small, "tmpfs", 0, "size=64k,mode=755") < 0) {
    g_test_skip ("this user cannot mount a tmpfs");
    return;
  }
  put_text (&f->draft, "/small/file", big, 0644);
  full = v2v_draft_flush (f->draft.draft, NULL, NULL, &f->draft.error);
  expect (&f->draft, full, V2V_ERROR_STORAGE, "/small/file", "No space left");
  g_assert_cmpint (mount (NULL, small, NULL, MS_REMOUNT | MS_RDONLY, NULL), ==, 0);
  read_only = v2v_draft_flush (f->draft.draft, NULL, NULL, &f->draft.error);
  g_assert_cmpint (umount2 (small, MNT_DETACH), ==, 0);
  expect (&f->draft, read_only, V2V_ERROR_REFUSED, "/small/file", "Read-only");
}

/* One call for a path and all of its prefixes, none for what is known. */
static void
test_rows (FlushFixture *f, gconstpointer data)
{
  static const char *const paths[]
    = { "/etc/a", "/etc/b", "/etc/default/grub", "/usr/lib/systemd/system/x.service", NULL };
  g_autoptr (GPtrArray) rows = NULL;
  guint stats;

  (void) data;
  rows = v2v_fs_stat_many (v2v_draft_fs (f->draft.draft), paths, &f->draft.error);
  g_assert_nonnull (rows);
  g_assert_cmpuint (f->counting->n_stats, ==, 1);
  g_assert_cmpuint (f->counting->n_rows, ==, 10);
  assert_text (&f->draft, "/etc/b", "(absent)");
  assert_text (&f->draft, "/etc/default/grub", "GRUB_TIMEOUT=5\n");
  g_assert_cmpuint (f->counting->n_stats, ==, 1);
  stats = f->counting->n_stats;
  put_text (&f->draft, "/etc/new/deep/file", "x", 0644);
  put_text (&f->draft, "/etc/new/deep/file2", "x", 0644);
  g_assert_cmpuint (f->counting->n_stats, ==, stats + 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_FLUSH ("nothing", test_nothing);
  ADD_FLUSH ("in-place", test_in_place);
  ADD_FLUSH ("all-kinds", test_all_kinds);
  ADD_FLUSH ("own-directory-moves", test_own_directory_moves);
  ADD_FLUSH ("moved-over-a-removed-one", test_moved_over_a_removed_one);
  ADD_FLUSH ("labels", test_labels);
  ADD_FLUSH ("labels-edited", test_labels_edited);
  ADD_FLUSH ("labels-fail", test_labels_fail);
  ADD_FLUSH ("each-failure", test_each_failure);
  ADD_FLUSH ("owner-failure", test_owner_failure);
  ADD_FLUSH ("vanished", test_vanished);
  ADD_FLUSH ("file-too-large", test_file_too_large);
  ADD_FLUSH ("immutable", test_immutable);
  ADD_FLUSH ("full-and-read-only", test_full_and_read_only);
  ADD_FLUSH ("rows", test_rows);
  return g_test_run ();
}
