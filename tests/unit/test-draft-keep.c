/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <sys/xattr.h>

#include "test-draft-flush.h"

#define INITRD "/boot/initrd.img"
#define OLD INITRD ".old"
#define BIG (1024 * 1024)

static void
make_old (FlushFixture *f, gsize length)
{
  g_autofree char *old = g_strnfill (length, 'o');
  g_autofree char *host = NULL;

  tree_write (f->draft.tree, INITRD, old);
  host = tree_host_path (f->draft.tree, INITRD);
  g_assert_cmpint (chmod (host, 0600), ==, 0);
}

/* A rule that writes a big file anew and keeps the old content at @kept. */
static void
change (FlushFixture *f, const char *kept, gsize length, guint mode)
{
  g_autofree char *old = g_strnfill (length, 'o');
  g_autofree char *new = g_strnfill (length, 'n');

  put_text (&f->draft, kept, old, mode);
  write_text (&f->draft, INITRD, new);
}

static void
assert_both (FlushFixture *f, const char *kept, gsize length)
{
  g_autofree char *old = g_strnfill (length, 'o');
  g_autofree char *new = g_strnfill (length, 'n');

  assert_host (f, INITRD, new);
  assert_host (f, kept, old);
}

/* The old file itself stands at the new name: nothing of it was written again. */
static void
test_kept (FlushFixture *f, gconstpointer data)
{
  g_autofree char *host = NULL;
  struct stat before, old, new;
  char value[8] = "";
  gboolean has_xattr;

  (void) data;
  if (geteuid () != 0) {
    g_test_skip ("needs root");
    return;
  }
  make_old (f, BIG);
  change (f, OLD, BIG, 0600);
  host = tree_host_path (f->draft.tree, INITRD);
  has_xattr = setxattr (host, "user.v2v", "kept", 5, 0) == 0;
  host_stat (f, INITRD, &before);
  flush (f);
  assert_log (f, "move " INITRD "; create " INITRD "; attributes " INITRD);
  assert_both (f, OLD, BIG);
  host_stat (f, OLD, &old);
  host_stat (f, INITRD, &new);
  g_assert_cmpuint (old.st_ino, ==, before.st_ino);
  g_assert_cmpuint (new.st_ino, !=, before.st_ino);
  g_assert_cmpuint (new.st_mode, ==, before.st_mode);
  if (has_xattr) {
    g_assert_cmpint (getxattr (host, "user.v2v", value, sizeof value), ==, 5);
    g_assert_cmpstr (value, ==, "kept");
  }
}

/* Another name of the file has to show the new content too. */
static void
test_hard_link (FlushFixture *f, gconstpointer data)
{
  g_autofree char *new = g_strnfill (BIG, 'n');
  g_autofree char *host = tree_host_path (f->draft.tree, INITRD);
  g_autofree char *other = tree_host_path (f->draft.tree, "/boot/initrd");

  (void) data;
  make_old (f, BIG);
  g_assert_cmpint (link (host, other), ==, 0);
  change (f, OLD, BIG, 0600);
  flush (f);
  assert_log (f, "write " INITRD "; create " OLD);
  assert_both (f, OLD, BIG);
  assert_host (f, "/boot/initrd", new);
}

static void
test_small (FlushFixture *f, gconstpointer data)
{
  (void) data;
  make_old (f, BIG - 1);
  change (f, OLD, BIG - 1, 0600);
  flush (f);
  assert_log (f, "write " INITRD "; create " OLD);
  assert_both (f, OLD, BIG - 1);
}

/* A copy with other rights is another file. */
static void
test_other_mode (FlushFixture *f, gconstpointer data)
{
  (void) data;
  make_old (f, BIG);
  change (f, OLD, BIG, 0644);
  flush (f);
  assert_log (f, "write " INITRD "; create " OLD);
  assert_both (f, OLD, BIG);
}

/* It may be another file system. */
static void
test_other_directory (FlushFixture *f, gconstpointer data)
{
  (void) data;
  make_old (f, BIG);
  change (f, "/etc/initrd.old", BIG, 0600);
  flush (f);
  assert_log (f, "write " INITRD "; create /etc/initrd.old");
  assert_both (f, "/etc/initrd.old", BIG);
}

/* Sorted before it, the copy is there already. */
static void
test_copy_comes_first (FlushFixture *f, gconstpointer data)
{
  (void) data;
  make_old (f, BIG);
  change (f, "/boot/a", BIG, 0600);
  flush (f);
  assert_log (f, "create /boot/a; write " INITRD);
  assert_both (f, "/boot/a", BIG);
}

static void
test_each_failure (FlushFixture *f, gconstpointer data)
{
  static const char *const says[] = { "moving '" INITRD "'", "creating '" INITRD "'",
                                      "copying the attributes of '" OLD "'" };

  (void) data;
  if (geteuid () != 0) {
    g_test_skip ("needs root");
    return;
  }
  for (guint i = 0; i < G_N_ELEMENTS (says); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *old = tree_host_path (f->draft.tree, OLD);

    unlink (old);
    v2v_draft_free (f->draft.draft);
    f->draft.draft = v2v_draft_new (&f->counting->fs);
    make_old (f, BIG);
    change (f, OLD, BIG, 0600);
    f->counting->fail_at = f->counting->n_changes + i + 1;
    f->counting->failure = ENOSPC;
    g_assert_false (v2v_draft_flush (f->draft.draft, NULL, NULL, &error));
    g_assert_error (error, V2V_ERROR, V2V_ERROR_STORAGE);
    g_assert_nonnull (strstr (error->message, says[i]));
  }
}

/* FAT has no attributes to copy. */
static void
test_no_attributes (FlushFixture *f, gconstpointer data)
{
  (void) data;
  if (geteuid () != 0) {
    g_test_skip ("needs root");
    return;
  }
  make_old (f, BIG);
  change (f, OLD, BIG, 0600);
  f->counting->fail_at = 3;
  f->counting->failure = ENOTSUP;
  flush (f);
  assert_both (f, OLD, BIG);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_FLUSH ("keep/kept", test_kept);
  ADD_FLUSH ("keep/hard-link", test_hard_link);
  ADD_FLUSH ("keep/small", test_small);
  ADD_FLUSH ("keep/other-mode", test_other_mode);
  ADD_FLUSH ("keep/other-directory", test_other_directory);
  ADD_FLUSH ("keep/copy-comes-first", test_copy_comes_first);
  ADD_FLUSH ("keep/each-failure", test_each_failure);
  ADD_FLUSH ("keep/no-attributes", test_no_attributes);
  return g_test_run ();
}
