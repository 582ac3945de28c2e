/* SPDX-License-Identifier: GPL-2.0-or-later
 * Archives that no honest tar makes.
 */
#include <config.h>

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "v2v-fs-archive.h"
#include "v2v-fs-private.h"

enum { BLOCK = 512 };

/* One entry in the layout of POSIX ustar. */
static void
add (GByteArray *tar, char type, const char *name, const char *link, const char *content)
{
  guint8 header[BLOCK] = { 0 };
  gsize size = content == NULL ? 0 : strlen (content);
  guint sum = 0;

  g_assert_cmpuint (strlen (name), <=, 100);
  memcpy (header, name, strlen (name));
  memcpy (header + 100, "0000640", 7);
  memcpy (header + 108, "0001750", 7); /* 1000 */
  memcpy (header + 116, "0000004", 7);
  g_snprintf ((char *) header + 124, 12, "%011o", (guint) size);
  memcpy (header + 136, "00000000000", 11);
  memset (header + 148, ' ', 8);
  header[156] = (guint8) type;
  if (link != NULL)
    memcpy (header + 157, link, strlen (link));
  memcpy (header + 257, "ustar\0" "00", 8);
  for (guint i = 0; i < BLOCK; i++)
    sum += header[i];
  g_snprintf ((char *) header + 148, 8, "%06o", sum);
  g_byte_array_append (tar, header, BLOCK);
  if (size > 0) {
    static const guint8 zeros[BLOCK] = { 0 };

    g_byte_array_append (tar, (const guint8 *) content, (guint) size);
    g_byte_array_append (tar, zeros, (guint) (-size & (BLOCK - 1)));
  }
}

static void
add_end (GByteArray *tar)
{
  static const guint8 zeros[2 * BLOCK] = { 0 };

  g_byte_array_append (tar, zeros, sizeof zeros);
}

static V2vTree *
read_bytes (const guint8 *data, gsize length, GError **error)
{
  int fd = memfd_create ("test", MFD_CLOEXEC);
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, length);
  V2vTree *tree;

  g_assert_true (v2v_fs_fill (fd, bytes, NULL));
  tree = v2v_archive_read (fd, error);
  close (fd);
  return tree;
}

static GByteArray *
honest_archive (void)
{
  GByteArray *tar = g_byte_array_new ();

  add (tar, '5', "./", NULL, NULL);
  add (tar, '0', "./a", NULL, "text");
  add (tar, '5', "./dir/", NULL, NULL);
  add (tar, '2', "./dir/soft", "../a", NULL);
  add (tar, '1', "./dir/hard", "./a", NULL);
  add (tar, '6', "./dir/fifo", NULL, NULL);
  add (tar, '0', "./dir/empty", NULL, "");
  return tar;
}

static void
test_honest (void)
{
  g_autoptr (GByteArray) tar = honest_archive ();
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vTree) tree = NULL;
  V2vNode *dir, *node;

  add_end (tar);
  tree = read_bytes (tar->data, tar->len, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tree->nodes, ==, 6);
  node = v2v_node_child (tree->root, "a");
  g_assert_cmpuint (node->info->size, ==, 4);
  g_assert_cmpuint (node->info->mode, ==, 0640);
  g_assert_cmpuint (node->info->uid, ==, 1000);
  g_assert_cmpuint (node->info->gid, ==, 4);
  dir = v2v_node_child (tree->root, "dir");
  g_assert_true (dir->complete && tree->root->complete);
  g_assert_cmpstr (v2v_node_child (dir, "soft")->info->link, ==, "../a");
  node = v2v_node_child (dir, "hard");
  g_assert_cmpint (node->info->kind, ==, V2V_FILE_REGULAR);
  g_assert_cmpuint (node->info->size, ==, 4);
  g_assert_cmpstr (g_bytes_get_data (node->content, NULL), ==, "text");
  g_assert_cmpint (v2v_node_child (dir, "fifo")->info->kind, ==, V2V_FILE_OTHER);
  g_assert_cmpuint (g_bytes_get_size (v2v_node_child (dir, "empty")->content), ==, 0);
}

static void
test_odd_entries (void)
{
  static const struct {
    char type;
    const char *name;
    const char *link;
  } rows[] = {
    { '0', "../x", NULL },       { '0', "/etc/x", NULL },      { '0', "x", NULL },
    { '0', "./../x", NULL },     { '0', "./dir/../x", NULL },  { '0', "./dir/./x", NULL },
    { '0', "./dir//x", NULL },   { '0', "./none/x", NULL },    { '0', "./a/x", NULL },
    { '0', "./dir/soft/x", NULL }, { '0', "./a", NULL },       { '5', "./dir", NULL },
    { '0', ".", NULL },          { '1', "./h", "./none" },     { '1', "./h", "./dir" },
    { '1', "./h", "../a" },      { '1', "./h", "/etc/passwd" }, { '1', "./h", "./h" },
    { '0', "..", NULL },         { '2', "./..", "x" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GByteArray) tar = honest_archive ();
    g_autoptr (GError) error = NULL;

    g_test_message ("%s -> %s", rows[i].name, rows[i].link);
    add (tar, rows[i].type, rows[i].name, rows[i].link, NULL);
    add_end (tar);
    g_assert_null (read_bytes (tar->data, tar->len, &error));
    g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  }
}

/* Cut anywhere, or with any byte of a header changed, it is read or refused: no crash, and
 * what is read is a tree. */
static void
test_damaged (void)
{
  g_autoptr (GByteArray) tar = honest_archive ();
  g_autoptr (GError) error = NULL;

  add_end (tar);
  g_assert_null (read_bytes (tar->data, 0, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_null (read_bytes ((const guint8 *) "no archive", 10, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_clear_error (&error);
  /* In the middle of a content, and of a header. */
  g_assert_null (read_bytes (tar->data, 2 * BLOCK + 2, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_clear_error (&error);
  g_assert_null (read_bytes (tar->data, 3 * BLOCK + 100, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  for (guint i = 0; i < 2 * BLOCK; i += 37) {
    g_autofree guint8 *copy = g_memdup2 (tar->data, tar->len);
    g_autoptr (V2vTree) tree = NULL;

    copy[i] ^= 0x41;
    tree = read_bytes (copy, tar->len, NULL);
  }
}

static void
test_too_large (void)
{
  int fd = memfd_create ("test", MFD_CLOEXEC);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (ftruncate (fd, (off_t) V2V_ARCHIVE_MAX + 1), ==, 0);
  g_assert_null (v2v_archive_read (fd, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  close (fd);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fs/archive/honest", test_honest);
  g_test_add_func ("/fs/archive/odd-entries", test_odd_entries);
  g_test_add_func ("/fs/archive/damaged", test_damaged);
  g_test_add_func ("/fs/archive/too-large", test_too_large);
  return g_test_run ();
}
