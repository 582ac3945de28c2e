/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "test-image.h"

static void
test_nothing (gconstpointer codec)
{
  g_autoptr (GBytes) image = make_image (codec);
  g_autoptr (V2vImageEdit) edit = v2v_image_edit_new ();
  g_autoptr (GBytes) same = NULL;
  g_autoptr (GBytes) again = NULL;

  same = write_ok (image, edit);
  g_assert_true (same == image);
  /* What is there already, what is not there, what is early, what is not empty. */
  put (edit, "init", 0755, "#!/bin/sh\n");
  put (edit, "lib/modules/6.1/a.ko", 0644, "ELF");
  v2v_image_edit_remove (edit, "etc/absent");
  v2v_image_edit_remove (edit, "kernel/x86/microcode/GenuineIntel.bin");
  v2v_image_edit_remove (edit, "etc/hooks");
  again = write_ok (image, edit);
  g_assert_true (again == image);
}

static void
test_edit (gconstpointer codec)
{
  g_autoptr (GBytes) image = make_image (codec);
  g_autoptr (V2vImageEdit) edit = v2v_image_edit_new ();
  g_autoptr (GBytes) result = NULL;
  g_autoptr (GBytes) again = NULL;
  g_autoptr (V2vImage) read = NULL;
  g_autofree char *all = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;

  put (edit, "usr/lib/modules/6.1/new/b.ko", 0644, "ELF B");
  put (edit, "usr/lib/modules/6.1/modules.dep", 0600, "new index\n");
  put (edit, "etc/fstab", 0644, "# new\n");
  v2v_image_edit_remove (edit, "etc/hooks/");
  v2v_image_edit_remove (edit, "/etc/hooks/wait");
  result = write_ok (image, edit);
  all = describe (result);
  g_assert_cmpstr (all, ==,
                   ".=755 dev/console=600 etc=755 etc/fstab=644:# new\n init=755:#!/bin/sh\n "
                   "kernel=755 kernel/x86/microcode/GenuineIntel.bin=644:microcode "
                   "lib=777:usr/lib usr=755 usr/lib=755 usr/lib/modules=755 "
                   "usr/lib/modules/6.1=755 usr/lib/modules/6.1/a.ko=644:ELF "
                   "usr/lib/modules/6.1/modules.dep=600:new index\n "
                   "usr/lib/modules/6.1/new=755 usr/lib/modules/6.1/new/b.ko=644:ELF B ");

  read = read_all (result);
  g_assert_cmpuint (read->segments->len, ==, 3);
  g_assert_cmpmem (g_bytes_get_data (result, NULL), segment_of (read, 0).length,
                   g_bytes_get_data (image, NULL), segment_of (read, 0).length);
  g_assert_cmpuint (segment_of (read, 1).offset % 512, ==, 0);
  g_assert_cmpuint (segment_of (read, 2).offset % 512, ==, 0);
  g_assert_cmpuint (g_bytes_get_size (result) % 512, ==, 0);
  g_assert_cmpstr (segment_of (read, 2).compressor, ==, codec);

  second = describe_by_libarchive (result, 1);
  g_assert_cmpstr (second, ==,
                   "usr 40755 0:0 0 |usr/lib 40755 0:0 0 |usr/lib/modules 40755 0:0 0 |"
                   "usr/lib/modules/6.1 40755 0:0 0 |"
                   "usr/lib/modules/6.1/modules.dep 100600 3:0 9 new index\n|"
                   "usr/lib/modules/6.1/a.ko 100644 0:0 0 ELF|"
                   "usr/lib/modules/6.1/new 40755 0:0 0 |"
                   "usr/lib/modules/6.1/new/b.ko 100644 0:0 0 ELF B|");
  third = describe_by_libarchive (result, 2);
  g_assert_cmpstr (third, ==,
                   ". 40755 0:0 0 |lib 120777 0:0 0 usr/lib|etc 40755 0:0 0 |"
                   "etc/fstab 100644 1:2 3 # new\n|init 100755 0:0 0 #!/bin/sh\n|"
                   "dev/console 20600 0:0 0 |");
  again = write_ok (result, edit);
  g_assert_true (again == result);
}

/* A segment that is not touched keeps its bytes, and its border. */
static void
test_untouched (gconstpointer codec)
{
  g_autoptr (GBytes) image = make_image (codec);
  g_autoptr (V2vImageEdit) edit = v2v_image_edit_new ();
  g_autoptr (V2vImage) before = read_all (image);
  g_autoptr (V2vImage) after = NULL;
  g_autoptr (GBytes) result = NULL;

  put (edit, "usr/lib/modules/6.1/new", 0644, "x");
  result = write_ok (image, edit);
  after = read_all (result);
  g_assert_cmpuint (segment_of (after, 2).offset % 512, ==, 0);
  g_assert_cmpmem ((const char *) g_bytes_get_data (image, NULL) + segment_of (before, 2).offset,
                   segment_of (before, 2).length,
                   (const char *) g_bytes_get_data (result, NULL) + segment_of (after, 2).offset,
                   segment_of (after, 2).length);
}

/* More than one block of every compressor, neither zeros nor noise alone. */
static void
test_large (gconstpointer codec)
{
  const gsize size = 19 * 1024 * 1024 + 5;
  g_autofree guint8 *content = g_malloc (size);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autoptr (GByteArray) plain = g_byte_array_new ();
  g_autoptr (GByteArray) packed = g_byte_array_new ();
  g_autoptr (GBytes) image = NULL;
  g_autoptr (V2vImageEdit) edit = v2v_image_edit_new ();
  g_autoptr (GBytes) file = NULL;
  g_autoptr (GBytes) result = NULL;

  for (gsize i = 0; i < size; i++)
    content[i] = i % 65536 < 30000 ? (guint8) g_rand_int (random) : (guint8) (i / 65536);
  newc_add_bytes (plain, &(Newc){ .name = "large" }, content, size);
  newc_end (plain, FALSE);
  newc_pack (packed, plain, codec);
  image = newc_bytes (packed);
  file = g_bytes_new (content, size);
  v2v_image_edit_put (edit, "copy", 0644, file);
  result = write_ok (image, edit);
  g_assert_cmpuint (g_bytes_get_size (result), >, size / 2);
}

/* What the kernel's decoders ask for, seen in the bytes themselves. */
static void
test_dialects (void)
{
  g_autoptr (V2vImageEdit) edit = v2v_image_edit_new ();
  static const struct {
    const char *codec;
    guint offset;
    guint8 mask;
    guint8 want;
  } rows[] = {
    { "gzip", 3, 0xff, 0 },  /* no optional fields: the kernel skips a name only */
    { "xz", 6, 0xff, 0 },    /* stream flags: */
    { "xz", 7, 0xff, 1 },    /* CRC32 */
    { "zstd", 4, 0x23, 0 },  /* a window is told, no dictionary */
    { "lz4", 0, 0xff, 2 },   /* 0x184c2102 */
    { "lz4", 3, 0xff, 0x18 },
    { "bzip2", 3, 0xff, '9' },
    { "lzma", 0, 0xff, 0x5d }, /* lc 3, lp 0, pb 2 */
    { "lzma", 5, 0xff, 0xff }, /* size unknown: it ends by its marker */
  };

  put (edit, "x", 0644, "x");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GBytes) image = make_one (rest, rows[i].codec);
    g_autoptr (GBytes) result = write_ok (image, edit);
    const guint8 *data = g_bytes_get_data (result, NULL);

    g_assert_cmpuint (data[rows[i].offset] & rows[i].mask, ==, rows[i].want);
    if (g_str_equal (rows[i].codec, "zstd"))
      g_assert_cmpuint (data[5] >> 3, <=, 23 - 10);
  }
}

/* Several archives in one compressed segment: new files come at the end of the last. */
static void
test_archives (void)
{
  g_autoptr (GByteArray) plain = newc_archive (modules);
  g_autoptr (GByteArray) more = newc_archive (rest);
  g_autoptr (GByteArray) packed = g_byte_array_new ();
  g_autoptr (V2vImageEdit) edit = v2v_image_edit_new ();
  g_autoptr (GBytes) image = NULL;
  g_autoptr (GBytes) result = NULL;
  g_autoptr (V2vImage) read = NULL;

  newc_zeros (plain, -plain->len & 511);
  g_byte_array_append (plain, more->data, more->len);
  newc_zeros (plain, 100);
  newc_pack (packed, plain, "gzip");
  image = newc_bytes (packed);
  put (edit, "etc/new", 0644, "x");
  v2v_image_edit_remove (edit, "usr/lib/modules/6.1/a.ko");
  result = write_ok (image, edit);
  read = read_all (result);
  g_assert_cmpuint (read->entries->len, ==, 14);
  g_assert_nonnull (v2v_image_find (read, "etc/new"));
  g_assert_null (v2v_image_find (read, "usr/lib/modules/6.1/a.ko"));
}

/* What stands behind lz4 is found by a length of zero: it stays. */
static void
test_behind_lz4 (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (V2vImageEdit) edit = v2v_image_edit_new ();

  newc_pack_archive (bytes, rest, "lz4");
  newc_zeros (bytes, 4 + (-bytes->len & 3));
  newc_pack_archive (bytes, modules, "none");
  for (guint i = 0; i < 8; i++) {
    g_autoptr (GBytes) image = newc_bytes (bytes);
    g_autofree char *path = g_strnfill (1 + i, 'x');
    g_autoptr (GBytes) result = NULL;
    g_autoptr (V2vImage) read = NULL;

    put (edit, "etc/fstab", 0644, path);
    result = write_ok (image, edit);
    read = read_all (result);
    g_assert_cmpuint (segment_of (read, 1).offset % 4, ==, 0);
    g_assert_cmpuint (segment_of (read, 1).offset, >=, segment_of (read, 0).length + 4);
  }
}

static void
test_only_microcode (void)
{
  g_autoptr (GBytes) image = make_one (early, "none");
  g_autoptr (V2vImageEdit) edit = v2v_image_edit_new ();

  put (edit, "x", 0644, "x");
  assert_refused (image, edit, "microcode");
}

static void
test_many (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (V2vImageEdit) edit = v2v_image_edit_new ();
  g_autoptr (V2vImageEdit) more = v2v_image_edit_new ();
  g_autoptr (GBytes) image = NULL;
  g_autoptr (GBytes) result = NULL;

  newc_add (bytes, &(Newc){ .name = "dir", .mode = S_IFDIR | 0755 });
  for (guint i = 1; i < V2V_SEGMENT_ENTRIES_MAX; i++) {
    g_autofree char *name = g_strdup_printf ("dir/%u", i);

    newc_add (bytes, &(Newc){ .name = name, .ino = 1, .nlink = 2 });
  }
  newc_end (bytes, FALSE);
  image = newc_bytes (bytes);
  put (edit, "dir/1", 0600, "x");
  v2v_image_edit_remove (edit, "dir/2");
  v2v_image_edit_remove (edit, "dir");
  result = write_ok (image, edit);
  g_assert_cmpuint (g_bytes_get_size (result), ==, g_bytes_get_size (image) - 116 + 4);
  put (more, "dir/new", 0600, "x");
  assert_refused (image, more, "too many");
}

static void
test_damaged (void)
{
  g_autoptr (GBytes) image = g_bytes_new_static ("\x1f\x8b garbage", 10);
  g_autoptr (V2vImageEdit) edit = v2v_image_edit_new ();

  assert_refused (image, edit, "damaged");
}

/* A mistake of ours is seen: the check gets the wrong image. */
static void
test_check (void)
{
  static const char *const nothing[] = { NULL };
  g_autoptr (GBytes) image = make_image ("gzip");
  g_autoptr (GBytes) other = make_one (rest, "gzip");
  g_autoptr (V2vImageEdit) edit = v2v_image_edit_new ();
  g_autoptr (V2vImageCatalog) catalog = NULL;
  g_autoptr (V2vImagePlan) plan = NULL;
  g_autoptr (GError) error = NULL;
  const guint8 *data;
  gsize size;

  data = g_bytes_get_data (image, &size);
  catalog = v2v_image_catalog_new (data, size, nothing, FALSE, &error);
  g_assert_no_error (error);
  put (edit, "init", 0755, "other");
  plan = v2v_image_plan_new (catalog, edit, &error);
  g_assert_no_error (error);
  g_assert_false (v2v_image_check (catalog, plan, data, size, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_INTERNAL);
  g_assert_nonnull (strstr (error->message, "'init'"));
  g_clear_error (&error);
  data = g_bytes_get_data (other, &size);
  g_assert_false (v2v_image_check (catalog, plan, data, size, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_INTERNAL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_codec_tests ("/image/nothing/", test_nothing);
  add_codec_tests ("/image/edit/", test_edit);
  add_codec_tests ("/image/untouched/", test_untouched);
  add_codec_tests ("/image/large/", test_large);
  g_test_add_func ("/image/dialects", test_dialects);
  g_test_add_func ("/image/archives", test_archives);
  g_test_add_func ("/image/behind-lz4", test_behind_lz4);
  g_test_add_func ("/image/only-microcode", test_only_microcode);
  g_test_add_func ("/image/many", test_many);
  g_test_add_func ("/image/damaged", test_damaged);
  g_test_add_func ("/image/check", test_check);
  return g_test_run ();
}
