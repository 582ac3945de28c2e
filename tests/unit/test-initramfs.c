/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "v2v-error.h"
#include "v2v-initramfs.h"
#include "v2v-segment.h"

/* One newc entry with @size bytes of content. */
static void
add_entry (GByteArray *out, const char *name, guint size)
{
  static const guint8 zeros[4];
  g_autofree char *header
    = g_strdup_printf ("070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", 1, 0100644, 0,
                       0, 1, 0, size, 0, 0, 0, 0, (guint) strlen (name) + 1, 0);
  g_autofree guint8 *content = g_malloc (size + 1);

  memset (content, 'x', size + 1);
  g_byte_array_append (out, (const guint8 *) header, 110);
  g_byte_array_append (out, (const guint8 *) name, (guint) strlen (name) + 1);
  g_byte_array_append (out, zeros, -out->len & 3);
  g_byte_array_append (out, content, size);
  g_byte_array_append (out, zeros, -out->len & 3);
}

/* An archive of the given names; file sizes 0, 1, 2, ... */
static GByteArray *
make_newc (const char *const *names)
{
  GByteArray *out = g_byte_array_new ();

  for (guint i = 0; names[i] != NULL; i++)
    add_entry (out, names[i], i);
  add_entry (out, "TRAILER!!!", 0);
  return out;
}

static void
pad (GByteArray *out, guint n)
{
  g_autofree guint8 *zeros = g_malloc0 (n);

  g_byte_array_append (out, zeros, n);
}

/* Compresses by the program; NULL when it is not installed. */
static GByteArray *
compress_by (const char *command, GByteArray *plain)
{
  g_autofree char *dir = g_dir_make_tmp ("v2v-XXXXXX", NULL);
  g_autofree char *in = g_build_filename (dir, "in", NULL);
  g_autofree char *packed = g_build_filename (dir, "out", NULL);
  g_autofree char *script = g_strdup_printf ("%s < %s > %s 2>/dev/null", command, in, packed);
  const char *argv[] = { "sh", "-c", script, NULL };
  GByteArray *out = NULL;
  g_autofree char *data = NULL;
  gsize size;
  int status = 1;

  g_assert_true (g_file_set_contents (in, (char *) plain->data, plain->len, NULL));
  if (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                    &status, NULL)
      && status == 0 && g_file_get_contents (packed, &data, &size, NULL)) {
    out = g_byte_array_new ();
    g_byte_array_append (out, (guint8 *) data, (guint) size);
  }
  g_unlink (in);
  g_unlink (packed);
  g_rmdir (dir);
  return out;
}

static char *
names_of (GByteArray *image, GError **error)
{
  /* An exact copy: a read past its end is seen by the sanitizer. */
  g_autofree guint8 *copy = g_memdup2 (image->data, image->len);
  g_autoptr (GPtrArray) names = v2v_initramfs_names (copy, image->len, error);

  if (names == NULL)
    return NULL;
  g_ptr_array_add (names, NULL);
  return g_strjoinv (" ", (char **) names->pdata);
}

static const char *const early[] = { "kernel", "kernel/x86/microcode/GenuineIntel.bin", NULL };
static const char *const modules[]
  = { "./usr/lib/modules/6.1/kernel/virtio_blk.ko.xz", "/etc/x", NULL };
static const char *const rest[] = { "init", "a", "bb", "ccc", "dddd", NULL };

static void
test_plain (void)
{
  g_autoptr (GByteArray) image = make_newc (rest);
  g_autofree char *names = names_of (image, NULL);

  g_assert_cmpstr (names, ==, "init a bb ccc dddd");
}

static void
test_segments (void)
{
  g_autoptr (GByteArray) image = make_newc (early);
  g_autoptr (GByteArray) second = make_newc (modules);
  g_autoptr (GByteArray) third = make_newc (rest);
  g_autofree char *names = NULL;

  pad (image, 512);
  g_byte_array_append (image, second->data, second->len);
  g_byte_array_append (image, third->data, third->len);
  pad (image, 3);
  names = names_of (image, NULL);
  g_assert_cmpstr (names, ==,
                   "kernel kernel/x86/microcode/GenuineIntel.bin "
                   "usr/lib/modules/6.1/kernel/virtio_blk.ko.xz etc/x init a bb ccc dddd");
}

typedef struct {
  const char *name;
  const char *command;
  guint padding; /* zero bytes behind it that it can bear */
} Packer;

static const Packer packers[] = {
  { "gzip", "gzip -n", 7 },
  { "xz", "xz --check=crc32", 8 },
  { "bzip2", "bzip2", 7 },
  { "lzma", "xz --format=lzma", 0 },
  { "zstd", "zstd -q -19", 7 },
  { "lz4", "lz4 -q -l", 9 },
};

/* Early microcode, then a compressed segment with two archives in it. */
static void
test_compressed (gconstpointer data)
{
  const Packer *packer = data;
  g_autoptr (GByteArray) image = make_newc (early);
  g_autoptr (GByteArray) plain = make_newc (modules);
  g_autoptr (GByteArray) more = make_newc (rest);
  g_autoptr (GByteArray) packed = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *names = NULL;

  pad (plain, 8);
  g_byte_array_append (plain, more->data, more->len);
  packed = compress_by (packer->command, plain);
  if (packed == NULL) {
    g_test_skip ("the compressor is not installed");
    return;
  }
  pad (image, 16);
  g_byte_array_append (image, packed->data, packed->len);
  pad (image, packer->padding);
  names = names_of (image, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (names, ==,
                   "kernel kernel/x86/microcode/GenuineIntel.bin "
                   "usr/lib/modules/6.1/kernel/virtio_blk.ko.xz etc/x init a bb ccc dddd");
}

/* Every truncation of a compressed image is an error or a list, never a crash; cut
 * inside the compressed part it is always an error. */
static void
test_truncated (gconstpointer data)
{
  const Packer *packer = data;
  g_autoptr (GByteArray) plain = make_newc (rest);
  g_autoptr (GByteArray) packed = compress_by (packer->command, plain);

  if (packed == NULL) {
    g_test_skip ("the compressor is not installed");
    return;
  }
  for (guint n = packed->len / 2; n > 0; n--) {
    g_autoptr (GError) error = NULL;
    g_autofree char *names = NULL;

    g_byte_array_set_size (packed, n);
    names = names_of (packed, &error);
    g_assert_null (names);
    g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  }
}

/* A segment behind a compressed one: the kernel reads it, so do we. */
static void
test_after_compressed (gconstpointer data)
{
  const Packer *packer = data;
  g_autoptr (GByteArray) plain = make_newc (rest);
  g_autoptr (GByteArray) second = make_newc (modules);
  g_autoptr (GByteArray) image = compress_by (packer->command, plain);
  g_autoptr (GError) error = NULL;
  g_autofree char *names = NULL;

  if (image == NULL) {
    g_test_skip ("the compressor is not installed");
    return;
  }
  pad (image, -image->len & 3);
  g_byte_array_append (image, second->data, second->len);
  names = names_of (image, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (names, ==,
                   "init a bb ccc dddd usr/lib/modules/6.1/kernel/virtio_blk.ko.xz etc/x");
}

static void
test_damaged (void)
{
  static const struct {
    const char *data;
    gsize size;
    const char *why;
  } rows[] = {
    { "", 0, "empty" },
    { "\0\0\0\0", 4, "empty" },
    { "hello world, this is no image", 29, "neither" },
    { "070701zzzzzzzz", 14, "ends in the middle" },
    { "\x89LZO\0\r\n\032\n", 9, "lzo" },
    { "\x04\x22\x4d\x18 lz4 frame", 14, "frame format" },
    { "\x1f\x8b garbage garbage", 18, "compressed part" },
    { "\x28\xb5\x2f\xfd garbage garbage", 20, "compressed part" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GByteArray) image = g_byte_array_new ();
    g_autoptr (GError) error = NULL;
    g_autofree char *names = NULL;

    g_byte_array_append (image, (const guint8 *) rows[i].data, (guint) rows[i].size);
    names = names_of (image, &error);
    g_assert_null (names);
    g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
    g_assert_nonnull (strstr (error->message, rows[i].why));
  }
}

/* A header that claims more than there is, and a name that is too long. */
static void
test_lies (void)
{
  static const char *const one[] = { "x", "y", NULL };
  static const struct {
    gsize offset;
    const char *hex;
  } rows[] = { { 54, "FFFFFFFF" }, { 94, "FFFFFFFF" }, { 94, "00000000" }, { 94, "00001001" },
               { 94, "GGGGGGGG" }, { 54, "-0000001" } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GByteArray) image = make_newc (one);
    g_autoptr (GError) error = NULL;
    g_autofree char *names = NULL;

    memcpy (image->data + rows[i].offset, rows[i].hex, 8);
    names = names_of (image, &error);
    g_assert_null (names);
    g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  }
}

static void
test_too_many (void)
{
  g_autoptr (GByteArray) image = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *names = NULL;

  for (guint i = 0; i <= V2V_SEGMENT_ENTRIES_MAX; i++)
    add_entry (image, "x", 0);
  names = names_of (image, &error);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
}

/* 1 MB that unpacks to more than the cap. */
static void
test_bomb (void)
{
  g_autoptr (GByteArray) plain = g_byte_array_new ();
  g_autoptr (GByteArray) image = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *names = NULL;

  image = compress_by ("(head -c 1200M /dev/zero | zstd -q)", plain);
  if (image == NULL) {
    g_test_skip ("the compressor is not installed");
    return;
  }
  names = names_of (image, &error);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "200 times"));
}

static void
test_read (void)
{
  g_autofree char *dir = g_dir_make_tmp ("v2v-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (dir, "initrd", NULL);
  g_autoptr (GByteArray) image = make_newc (rest);
  g_autoptr (V2vFs) fs = v2v_fs_new_directory (dir, NULL);
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GPtrArray) damaged = NULL;
  g_autoptr (GPtrArray) absent = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (file, (char *) image->data, image->len, NULL));
  names = v2v_initramfs_read (fs, "/initrd", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (names->len, ==, 5);
  g_assert_cmpstr (names->pdata[4], ==, "dddd");

  g_assert_true (g_file_set_contents (file, (char *) image->data, image->len - 200, NULL));
  damaged = v2v_initramfs_read (fs, "/initrd", &error);
  g_assert_null (damaged);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "/initrd"));
  g_clear_error (&error);

  absent = v2v_initramfs_read (fs, "/none", &error);
  g_assert_null (absent);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND);
  g_unlink (file);
  g_rmdir (dir);
}

static gboolean
is_wanted (const char *name)
{
  return g_str_has_suffix (name, ".dep");
}

static void
assert_content (const V2vInitramfs *initramfs, const char *name, const char *text)
{
  GBytes *bytes = v2v_initramfs_find (initramfs, name);

  if (text == NULL) {
    g_assert_null (bytes);
    return;
  }
  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), text,
                   strlen (text));
  g_assert_cmpstr (g_bytes_get_data (bytes, NULL), ==, text);
}

/* Two archives: what is in both counts as in the later one. */
static void
test_contents (void)
{
  g_autofree char *root = g_dir_make_tmp ("v2v-XXXXXX", NULL);
  g_autofree char *host = g_build_filename (root, "image", NULL);
  g_autoptr (GByteArray) image = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vFs) fs = v2v_fs_new_directory (root, &error);
  g_autoptr (V2vInitramfs) initramfs = NULL;

  g_assert_no_error (error);
  add_entry (image, "./a.dep", 3);
  add_entry (image, "b.dep", 0);
  add_entry (image, "other", 7);
  add_entry (image, "TRAILER!!!", 0);
  pad (image, -image->len & 511);
  add_entry (image, "/a.dep", 5);
  add_entry (image, "TRAILER!!!", 0);
  g_assert_true (g_file_set_contents (host, (const char *) image->data, image->len, &error));
  initramfs = v2v_initramfs_open (fs, "/image", is_wanted, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (initramfs->names->len, ==, 4);
  g_assert_cmpuint (g_hash_table_size (initramfs->files), ==, 2);
  assert_content (initramfs, "a.dep", "xxxxx");
  assert_content (initramfs, "b.dep", "");
  assert_content (initramfs, "other", NULL);
  g_unlink (host);
  g_rmdir (root);
}

static void
test_large_content (void)
{
  g_autoptr (GByteArray) image = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  V2vInitramfs *initramfs;

  add_entry (image, "a.dep", V2V_INITRAMFS_WANTED_MAX + 1);
  add_entry (image, "TRAILER!!!", 0);
  initramfs = v2v_initramfs_parse (image->data, image->len, is_wanted, &error);
  g_assert_null (initramfs);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_clear_error (&error);
  initramfs = v2v_initramfs_parse (image->data, image->len, NULL, &error);
  g_assert_no_error (error);
  v2v_initramfs_free (initramfs);
}

static void
test_module_name (void)
{
  static const struct {
    const char *path;
    const char *want;
  } rows[] = {
    { "lib/modules/6.1/kernel/drivers/block/virtio_blk.ko", "virtio_blk" },
    { "kernel/drivers/char/hw_random/virtio-rng.ko.xz", "virtio_rng" },
    { "sd_mod.ko.zst", "sd_mod" },
    { "x/e1000e.ko.gz", "e1000e" },
    { "x/nvme.ko.txt", NULL },
    { "x/nvme", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *name = v2v_module_name (rows[i].path);

    g_assert_cmpstr (name, ==, rows[i].want);
  }
}

static void
add_packer_tests (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (packers); i++) {
    const Packer *packer = &packers[i];
    g_autofree char *whole = g_strconcat ("/initramfs/compressed/", packer->name, NULL);
    g_autofree char *cut = g_strconcat ("/initramfs/truncated/", packer->name, NULL);
    g_autofree char *after = g_strconcat ("/initramfs/after/", packer->name, NULL);

    g_test_add_data_func (whole, packer, test_compressed);
    g_test_add_data_func (cut, packer, test_truncated);
    g_test_add_data_func (after, packer, test_after_compressed);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_packer_tests ();
  g_test_add_func ("/initramfs/plain", test_plain);
  g_test_add_func ("/initramfs/segments", test_segments);
  g_test_add_func ("/initramfs/damaged", test_damaged);
  g_test_add_func ("/initramfs/lies", test_lies);
  g_test_add_func ("/initramfs/too-many", test_too_many);
  g_test_add_func ("/initramfs/bomb", test_bomb);
  g_test_add_func ("/initramfs/read", test_read);
  g_test_add_func ("/initramfs/contents", test_contents);
  g_test_add_func ("/initramfs/large-content", test_large_content);
  g_test_add_func ("/initramfs/module-name", test_module_name);
  return g_test_run ();
}
