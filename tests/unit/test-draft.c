/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "v2v-draft.h"

#include <fcntl.h>

#include "test-tree.h"
#include "v2v-inspect-private.h"

typedef struct {
  Tree *tree;
  V2vDraft *draft;
  GError *error;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *fifo = NULL;

  (void) data;
  f->tree = tree_new ();
  tree_write (f->tree, "/etc/fstab", "one\n");
  tree_write (f->tree, "/etc/default/grub", "GRUB_TIMEOUT=5\n");
  tree_write (f->tree, "/usr/lib/systemd/system/a.service", "[Unit]\n");
  tree_link (f->tree, "/lib", "usr/lib");
  tree_link (f->tree, "/abs", "/etc/fstab");
  tree_link (f->tree, "/up", "../../../../../etc/fstab");
  tree_link (f->tree, "/dangling", "/no/such");
  tree_link (f->tree, "/dangling-dir", "/nowhere");
  tree_link (f->tree, "/loop1", "loop2");
  tree_link (f->tree, "/loop2", "loop1");
  tree_link (f->tree, "/self", "self/x");
  fifo = tree_host_path (f->tree, "/fifo");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  f->draft = v2v_draft_new (f->tree->fs);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  (void) data;
  g_assert_no_error (f->error);
  v2v_draft_free (f->draft);
  tree_free (f->tree);
}

/* What a rule sees; "(absent)" when it is not there. */
static char *
text_of (Fixture *f, const char *path)
{
  char *text = NULL;

  g_assert_true (v2v_draft_read_text (f->draft, path, &text, &f->error));
  g_assert_no_error (f->error);
  return text != NULL ? text : g_strdup ("(absent)");
}

#define assert_text(f, path, expected)                                                     \
  do {                                                                                     \
    g_autofree char *text_ = text_of (f, path);                                            \
    g_assert_cmpstr (text_, ==, expected);                                                 \
  } while (0)

static void
write_text (Fixture *f, const char *path, const char *text)
{
  gboolean ok = v2v_draft_write_text (f->draft, path, text, &f->error);

  g_assert_no_error (f->error);
  g_assert_true (ok);
}

static void
put_text (Fixture *f, const char *path, const char *text, guint mode)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  gboolean ok = v2v_draft_put (f->draft, path, bytes, mode, &f->error);

  g_assert_no_error (f->error);
  g_assert_true (ok);
}

static void
do_remove (Fixture *f, const char *path)
{
  gboolean ok = v2v_draft_remove (f->draft, path, &f->error);

  g_assert_no_error (f->error);
  g_assert_true (ok);
}

static void
do_disable (Fixture *f, const char *path)
{
  gboolean ok = v2v_draft_disable (f->draft, path, &f->error);

  g_assert_no_error (f->error);
  g_assert_true (ok);
}

static void
do_symlink (Fixture *f, const char *path, const char *target)
{
  gboolean ok = v2v_draft_symlink (f->draft, path, target, &f->error);

  g_assert_no_error (f->error);
  g_assert_true (ok);
}

/* The error is there, of this code, names the path as it was asked for (NULL: many
 * slashes), and says why. */
static void
expect (Fixture *f, gboolean ok, int code, const char *path, const char *why)
{
  g_autofree char *quoted = g_strdup_printf ("'%s': ", path != NULL ? path : "");

  g_assert_false (ok);
  g_assert_error (f->error, V2V_ERROR, code);
  g_assert_nonnull (strstr (f->error->message, path != NULL ? quoted : "///"));
  if (strstr (f->error->message, why) == NULL)
    g_error ("'%s' does not say '%s'", f->error->message, why);
  g_clear_error (&f->error);
}

#define CHANGE_KINDS "-FLD"

/* "PATH F>F" rows: the kinds before and after, joined by blanks. */
static char *
describe (GPtrArray *changes)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < changes->len; i++) {
    const V2vFileChange *change = g_ptr_array_index (changes, i);

    g_string_append_printf (text, "%s%s %c>%c", i > 0 ? "; " : "", change->path,
                            CHANGE_KINDS[change->before->kind],
                            CHANGE_KINDS[change->after->kind]);
    if (change->moved_to != NULL)
      g_string_append_printf (text, " to %s", change->moved_to);
    if (change->moved_from != NULL)
      g_string_append_printf (text, " from %s", change->moved_from);
  }
  g_ptr_array_unref (changes);
  return g_string_free (text, FALSE);
}

#define assert_end(f, expected)                                                            \
  do {                                                                                     \
    g_autofree char *changes_ = describe (v2v_draft_end ((f)->draft));                     \
    g_assert_cmpstr (changes_, ==, expected);                                              \
  } while (0)

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
test_links (Fixture *f, gconstpointer data)
{
  (void) data;
  v2v_draft_begin (f->draft);
  write_text (f, "/abs", "by absolute link\n");
  assert_text (f, "/etc/fstab", "by absolute link\n");
  write_text (f, "/up", "by upward link\n");
  assert_text (f, "/etc/fstab", "by upward link\n");
  write_text (f, "/lib/systemd/system/a.service", "[Service]\n");
  assert_text (f, "/usr/lib/systemd/system/a.service", "[Service]\n");
  put_text (f, "/lib/new/b.conf", "b\n", 0644);
  put_text (f, "/../../etc/c", "c\n", 0644);
  assert_end (f, "/etc/c ->F; /etc/fstab F>F; /usr/lib/new ->D; /usr/lib/new/b.conf ->F; "
                 "/usr/lib/systemd/system/a.service F>F");
}

static void
test_link_chain (Fixture *f, gconstpointer data)
{
  char *text = NULL;

  (void) data;
  tree_link (f->tree, "/chain1", "/etc/fstab");
  for (int i = 2; i <= 41; i++) {
    g_autofree char *path = g_strdup_printf ("/chain%d", i);
    g_autofree char *target = g_strdup_printf ("chain%d", i - 1);

    tree_link (f->tree, path, target);
  }
  assert_text (f, "/chain40", "one\n");
  expect (f, v2v_draft_read_text (f->draft, "/chain41", &text, &f->error),
          V2V_ERROR_REFUSED, "/chain41", "too many symbolic links");
}

/* Every edit of a path that a rule should not edit. */
static void
refuse_all (Fixture *f, const char *path, const char *why)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);
  char *text = NULL;

  expect (f, v2v_draft_read_text (f->draft, path, &text, &f->error), V2V_ERROR_REFUSED, path,
          why);
  expect (f, v2v_draft_write (f->draft, path, bytes, &f->error), V2V_ERROR_REFUSED, path, why);
  expect (f, v2v_draft_put (f->draft, path, bytes, 0644, &f->error), V2V_ERROR_REFUSED, path,
          why);
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  guint generation = v2v_draft_generation (f->draft);
  g_autofree char *name = g_strnfill (256, 'n');
  g_autofree char *too_long_name = g_strconcat ("/etc/", name, NULL);
  g_autofree char *deep = g_strnfill (5000, '/');
  g_autoptr (GBytes) bytes = g_bytes_new_static ("x", 1);

  (void) data;
  refuse_all (f, "/etc", "is a directory");
  refuse_all (f, "/", "name of a directory");
  refuse_all (f, "/etc/fstab/", "name of a directory");
  refuse_all (f, "/etc/..", "name of a directory");
  refuse_all (f, "/fifo", "a device, FIFO or socket");
  refuse_all (f, "/dangling", "something that is not there");
  refuse_all (f, "/dangling-dir/file", "something that is not there");
  refuse_all (f, "/loop1", "too many symbolic links");
  refuse_all (f, "/loop2/x", "too many symbolic links");
  refuse_all (f, "/self", "too many symbolic links");
  refuse_all (f, "etc/fstab", "not absolute");
  deep[4999] = 'x';
  expect (f, v2v_draft_put (f->draft, deep, bytes, 0644, &f->error), V2V_ERROR_REFUSED, NULL,
          "too long");
  expect (f, v2v_draft_put (f->draft, too_long_name, bytes, 0644, &f->error),
          V2V_ERROR_REFUSED, too_long_name, "too long");
  expect (f, v2v_draft_put (f->draft, "/etc/fstab/x", bytes, 0644, &f->error),
          V2V_ERROR_REFUSED, "/etc/fstab/x", "not a directory");
  expect (f, v2v_draft_write (f->draft, "/etc/none", bytes, &f->error), V2V_ERROR_NOT_FOUND,
          "/etc/none", "not there");
  expect (f, v2v_draft_remove (f->draft, "/etc", &f->error), V2V_ERROR_REFUSED, "/etc",
          "is a directory");
  expect (f, v2v_draft_disable (f->draft, "/etc", &f->error), V2V_ERROR_REFUSED, "/etc",
          "is a directory");
  expect (f, v2v_draft_remove (f->draft, "/fifo", &f->error), V2V_ERROR_REFUSED, "/fifo",
          "a device");
  g_assert_cmpuint (v2v_draft_generation (f->draft), ==, generation);
}

static void
test_symlink (Fixture *f, gconstpointer data)
{
  (void) data;
  v2v_draft_begin (f->draft);
  do_symlink (f, "/lib", "usr/lib");
  do_symlink (f, "/etc/wants/a.service", "/lib/systemd/system/a.service");
  do_symlink (f, "/etc/wants/a.service", "/lib/systemd/system/a.service");
  assert_text (f, "/etc/wants/a.service", "[Unit]\n");
  expect (f, v2v_draft_symlink (f->draft, "/lib", "elsewhere", &f->error), V2V_ERROR_REFUSED,
          "/lib", "something else is there");
  expect (f, v2v_draft_symlink (f->draft, "/etc/fstab", "x", &f->error), V2V_ERROR_REFUSED,
          "/etc/fstab", "something else is there");
  expect (f, v2v_draft_symlink (f->draft, "/etc/e", "", &f->error), V2V_ERROR_REFUSED,
          "/etc/e", "the target of a link");
  expect (f, v2v_draft_symlink (f->draft, "/dangling-dir/x", "y", &f->error),
          V2V_ERROR_REFUSED, "/dangling-dir/x", "not there");
  assert_end (f, "/etc/wants ->D; /etc/wants/a.service ->L");
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

/* What stood behind a link is not below the directory that takes the link's place. */
static void
test_directory_for_link (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GPtrArray) names = NULL;
  const V2vFileInfo *row;

  (void) data;
  assert_text (f, "/lib/systemd/system/a.service", "[Unit]\n");
  do_remove (f, "/lib");
  assert_text (f, "/lib/systemd/system/a.service", "(absent)");
  put_text (f, "/lib/own", "own", 0644);
  assert_text (f, "/lib/systemd/system/a.service", "(absent)");
  assert_text (f, "/lib/own", "own");
  rows = v2v_fs_list (v2v_draft_fs (f->draft), "/lib", &f->error);
  g_assert_no_error (f->error);
  g_assert_cmpuint (rows->len, ==, 1);
  row = g_ptr_array_index (rows, 0);
  g_assert_cmpstr (row->name, ==, "own");
  names = v2v_fs_find (v2v_draft_fs (f->draft), "/lib", 10, &f->error);
  g_assert_no_error (f->error);
  g_assert_cmpuint (names->len, ==, 1);
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

static void
test_real_path (Fixture *f, gconstpointer data)
{
  static const char *const rows[][2] = {
    { "/lib/systemd/./system//a.service", "/usr/lib/systemd/system/a.service" },
    { "/up", "/etc/fstab" },
    { "/", "/" },
    { "/lib/..", "/usr" },
    { "/lib/", "/usr/lib" },
  };

  (void) data;
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *real = v2v_draft_dup_real_path (f->draft, rows[i][0], &f->error);

    g_assert_no_error (f->error);
    g_assert_cmpstr (real, ==, rows[i][1]);
  }
  expect (f, v2v_draft_dup_real_path (f->draft, "/dangling", &f->error) != NULL,
          V2V_ERROR_NOT_FOUND, "/dangling", "not there");
  expect (f, v2v_draft_dup_real_path (f->draft, "/loop1", &f->error) != NULL,
          V2V_ERROR_NOT_FOUND, "/loop1", "not there");
  expect (f, v2v_draft_dup_real_path (f->draft, "lib", &f->error) != NULL, V2V_ERROR_REFUSED,
          "lib", "not absolute");
  do_remove (f, "/etc/fstab");
  expect (f, v2v_draft_dup_real_path (f->draft, "/up", &f->error) != NULL,
          V2V_ERROR_NOT_FOUND, "/up", "not there");
}

#define ADD(name, func) g_test_add ("/draft/" name, Fixture, NULL, set_up, func, tear_down)

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
  ADD ("links", test_links);
  ADD ("link-chain", test_link_chain);
  ADD ("refused", test_refused);
  ADD ("symlink", test_symlink);
  ADD ("remove", test_remove);
  ADD ("directory-for-link", test_directory_for_link);
  ADD ("disable", test_disable);
  ADD ("disable-in-the-way", test_disable_in_the_way);
  ADD ("state-directory", test_state_directory);
  ADD ("rollback", test_rollback);
  ADD ("real-path", test_real_path);
  return g_test_run ();
}
