/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "test-newc.h"
#include "v2v-initramfs-image-private.h"

static const char *const no_files[] = { NULL };

static const Newc early[] = {
  { .name = ".", .mode = S_IFDIR | 0755 },
  { .name = "early_cpio", .content = "1\n" },
  { .name = "kernel", .mode = S_IFDIR | 0755 },
  { .name = "kernel/x86", .mode = S_IFDIR | 0755 },
  { .name = "kernel/x86/microcode", .mode = S_IFDIR | 0755 },
  { .name = "kernel/x86/microcode/GenuineIntel.bin", .content = "microcode" },
  { NULL },
};

static const Newc modules[] = {
  { .name = "usr/lib/modules", .mode = S_IFDIR | 0755 },
  { .name = "usr/lib/modules/6.1/modules.dep", .content = "kernel/a.ko:\n" },
  { .name = "usr/lib/modules/6.1/kernel/a.ko", .content = "ELF" },
  { NULL },
};

static const Newc rest[] = {
  { .name = "./bin", .content = "usr/bin", .mode = S_IFLNK | 0777 },
  { .name = "etc//fstab", .content = "# none\n" },
  { .name = "init", .content = "#!/bin/sh\n", .mode = S_IFREG | 0755 },
  { .name = "dev/console", .mode = S_IFCHR | 0600, .rdev_major = 5, .rdev_minor = 1 },
  { NULL },
};

static const char *const codecs[] = { "none", "gzip", "xz", "zstd", "lz4", "bzip2", "lzma" };

static void
add_codec_tests (const char *path, GTestDataFunc test)
{
  for (gsize i = 0; i < G_N_ELEMENTS (codecs); i++) {
    g_autofree char *name = g_strconcat (path, codecs[i], NULL);

    g_test_add_data_func (name, codecs[i], test);
  }
}

static V2vImage *
read_image (const GByteArray *image, const char *const *wanted, GError **error)
{
  /* An exact copy: a read past its end is seen by the sanitizer. */
  g_autoptr (GBytes) bytes = newc_bytes (image);

  return v2v_image_read (bytes, wanted, "initramfs '/boot/initrd.img-6.1'", NULL, error);
}

static void
assert_refused (const GByteArray *image, const char *why)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vImage) result = read_image (image, no_files, &error);

  g_assert_null (result);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "'/boot/initrd.img-6.1'"));
  if (strstr (error->message, why) == NULL)
    g_error ("'%s' does not say '%s'", error->message, why);
}

static const char *
text_of (const V2vImage *image, const char *path)
{
  const V2vImageEntry *entry = v2v_image_find (image, path);
  static char text[64];
  gsize size;
  const char *data;

  g_assert_nonnull (entry);
  if (entry->data == NULL)
    return NULL;
  data = g_bytes_get_data (entry->data, &size);
  g_snprintf (text, sizeof text, "%.*s", (int) size, data);
  return text;
}

static GByteArray *
make_image (const char *codec)
{
  GByteArray *image = newc_archive (early);

  newc_zeros (image, -image->len & 511);
  newc_pack_archive (image, modules, "none");
  newc_zeros (image, -image->len & 511);
  newc_pack_archive (image, rest, codec);
  return image;
}

static void
test_read (gconstpointer codec)
{
  static const char *const wanted[] = { "*.dep", "etc/fst*", NULL };
  g_autoptr (GByteArray) bytes = make_image (codec);
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vImage) image = read_image (bytes, wanted, &error);
  const V2vImageSegment *segments;

  g_assert_no_error (error);
  g_assert_cmpuint (image->entries->len, ==, 13);
  g_assert_cmpuint (image->segments->len, ==, 3);
  segments = (const V2vImageSegment *) image->segments->data;
  g_assert_cmpuint (segments[0].offset, ==, 0);
  g_assert_cmpuint (segments[0].entries, ==, 6);
  g_assert_cmpuint (segments[1].offset % 512, ==, 0);
  g_assert_cmpstr (segments[1].compressor, ==, "none");
  g_assert_cmpstr (segments[2].compressor, ==, codec);
  g_assert_cmpuint (segments[2].offset + segments[2].length, ==, bytes->len);
  g_assert_cmpint (image->modules_segment, ==, 1);

  g_assert_cmpstr (text_of (image, "usr/lib/modules/6.1/modules.dep"), ==, "kernel/a.ko:\n");
  g_assert_cmpstr (text_of (image, "etc/fstab"), ==, "# none\n");
  g_assert_cmpstr (text_of (image, "bin"), ==, "usr/bin");
  g_assert_null (text_of (image, "init"));
  g_assert_cmpuint (v2v_image_find (image, "init")->mode, ==, S_IFREG | 0755);
  g_assert_cmpuint (v2v_image_find (image, "dev/console")->mode, ==, S_IFCHR | 0600);
  g_assert_nonnull (v2v_image_find (image, "kernel/x86/microcode/GenuineIntel.bin"));
  g_assert_null (v2v_image_find (image, "/init"));
  g_assert_null (v2v_image_find (image, "zzz"));
}

/* Everything that another tool may have put behind a compressed segment. */
static void
test_behind (gconstpointer codec)
{
  for (guint zeros = 0; zeros < 16; zeros++) {
    g_autoptr (GByteArray) bytes = g_byte_array_new ();
    g_autoptr (GError) error = NULL;
    g_autoptr (V2vImage) image = NULL;
    guint end;

    newc_pack_archive (bytes, rest, codec);
    end = bytes->len;
    newc_zeros (bytes, zeros);
    if (bytes->len % 4 == 0)
      newc_pack_archive (bytes, modules, "none");
    image = read_image (bytes, no_files, &error);
    g_assert_no_error (error);
    g_assert_cmpuint (g_array_index (image->segments, V2vImageSegment, 0).length, ==, end);
    g_assert_cmpuint (image->entries->len, ==, bytes->len > end + zeros ? 7 : 4);
  }
}

/* Two members of gzip, two frames of zstd: each is a segment to the kernel. */
static void
test_twice (gconstpointer codec)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vImage) image = NULL;

  newc_pack_archive (bytes, rest, codec);
  newc_pack_archive (bytes, modules, codec);
  image = read_image (bytes, no_files, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (image->entries->len, ==, 7);
  /* But lz4's second magic number is nothing to the kernel. */
  g_assert_cmpuint (image->segments->len, ==, g_str_equal (codec, "lz4") ? 1 : 2);
}

static void
test_truncated (gconstpointer codec)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint whole;

  newc_pack_archive (bytes, rest, codec);
  whole = bytes->len;
  for (guint n = whole - 4; n > 0; n -= n > 40 ? 7 : 1) {
    g_byte_array_set_size (bytes, n);
    assert_refused (bytes, "");
  }
  g_byte_array_set_size (bytes, 0);
  assert_refused (bytes, "empty");
}

/* Flipped bits: refused or read, and always in time.  In process: what matters is that
 * the sanitizer sees it. */
static void
test_flipped (gconstpointer codec)
{
  g_autoptr (GByteArray) bytes = make_image (codec);

  for (guint i = 0; i < bytes->len * 8; i += 3) {
    g_autoptr (GError) error = NULL;
    g_autoptr (V2vImage) image = NULL;

    bytes->data[i / 8] ^= (guint8) (1u << (i % 8));
    image = v2v_image_read_here (bytes->data, bytes->len, no_files, &error);
    g_assert_true ((image == NULL) == (error != NULL));
    bytes->data[i / 8] ^= (guint8) (1u << (i % 8));
  }
}

/* 1 GB of zeros as the content of one file. */
static void
test_bomb (gconstpointer codec)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GByteArray) head = g_byte_array_new ();
  g_autofree guint8 *zeros = g_malloc0 (1024 * 1024);
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vEncoder) encoder = NULL;
  g_autoptr (GTimer) timer = NULL;

  if (g_str_equal (codec, "none"))
    return;
  newc_add_bytes (head, &(Newc){ .name = "zeros" }, "", 0);
  memcpy (head->data + 54, "40000000", 8);
  encoder = v2v_encoder_new (v2v_codec_by_name (codec), bytes, &error);
  g_assert_true (v2v_encoder_write (encoder, head->data, head->len, &error));
  for (guint i = 0; i < 80; i++)
    g_assert_true (v2v_encoder_write (encoder, zeros, 1024 * 1024, &error));
  g_assert_true (v2v_encoder_finish (encoder, &error));
  timer = g_timer_new ();
  assert_refused (bytes, "200 times");
  g_assert_cmpfloat (g_timer_elapsed (timer, NULL), <, 20);
}

static void
test_damaged (void)
{
  static const struct {
    const char *data;
    gsize size;
    const char *why;
  } rows[] = {
    { "\0\0\0\0", 4, "empty" },
    { "hello world, this is no image", 29, "neither" },
    { "\x89LZO\0\r\n\032\n", 9, "lzo" },
    { "\x04\x22\x4d\x18 lz4 frame", 14, "lz4's frame format" },
    { "\x5d\0\0\x80\0\xff\xff\xff\xff", 9, "compressed part" },
    { "\x1f\x8b garbage garbage", 18, "compressed part" },
    { "hsqs squashfs", 13, "neither" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GByteArray) bytes = g_byte_array_new ();

    g_byte_array_append (bytes, (const guint8 *) rows[i].data, (guint) rows[i].size);
    assert_refused (bytes, rows[i].why);
  }
}

/* A segment that ends in the middle of an archive, and one that is not aligned. */
static void
test_broken_segments (void)
{
  g_autoptr (GByteArray) plain = newc_archive (rest);
  g_autoptr (GByteArray) half = g_byte_array_new ();
  g_autoptr (GByteArray) odd = g_byte_array_new ();
  g_autoptr (GByteArray) junk = g_byte_array_new ();

  g_byte_array_set_size (plain, plain->len - 128);
  newc_pack (half, plain, "gzip");
  newc_pack_archive (half, rest, "gzip");
  assert_refused (half, "middle");

  newc_pack_archive (odd, rest, "gzip");
  newc_zeros (odd, (5 - odd->len) & 3);
  newc_pack_archive (odd, rest, "none");
  assert_refused (odd, "multiple of 4");

  g_byte_array_set_size (plain, 0);
  newc_zeros (plain, 12);
  g_byte_array_append (plain, (const guint8 *) "junk", 4);
  newc_zeros (plain, 200);
  newc_pack (junk, plain, "zstd");
  assert_refused (junk, "no cpio archive");
}

static void
test_later_wins (void)
{
  static const Newc first[] = { { .name = "etc/x", .content = "1" },
                                { .name = "etc/x", .content = "2", .mode = S_IFREG | 0600 },
                                { .name = "etc/y", .content = "1" },
                                { NULL } };
  static const Newc second[] = { { .name = "./etc/x", .content = "3" }, { NULL } };
  static const char *const all[] = { "*", NULL };
  g_autoptr (GByteArray) bytes = newc_archive (first);
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vImage) image = NULL;
  g_autoptr (V2vImage) both = NULL;

  image = read_image (bytes, all, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text_of (image, "etc/x"), ==, "2");
  g_assert_cmpuint (v2v_image_find (image, "etc/x")->mode & 0777, ==, 0600);
  newc_pack_archive (bytes, second, "xz");
  both = read_image (bytes, all, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (both->entries->len, ==, 2);
  g_assert_cmpstr (text_of (both, "etc/x"), ==, "3");
  g_assert_cmpstr (text_of (both, "etc/y"), ==, "1");
}

/* The content stands with the last name (cpio) or the first, and is that of all. */
static void
test_hard_links (void)
{
  static const Newc entries[] = {
    { .name = "a1", .ino = 7, .nlink = 2 },
    { .name = "b1", .ino = 8, .nlink = 2, .content = "B" },
    { .name = "a2", .ino = 7, .nlink = 2, .content = "A" },
    { .name = "b2", .ino = 8, .nlink = 2 },
    { .name = "alone", .ino = 9, .nlink = 2 },
    { NULL },
  };
  static const Newc again[] = { { .name = "c", .ino = 7, .nlink = 2 }, { NULL } };
  static const char *const wanted[] = { "a1", "b2", "c", "alone", NULL };
  g_autoptr (GByteArray) bytes = newc_archive (entries);
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vImage) image = NULL;

  newc_pack_archive (bytes, again, "none");
  image = read_image (bytes, wanted, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text_of (image, "a1"), ==, "A");
  g_assert_cmpstr (text_of (image, "b2"), ==, "B");
  g_assert_cmpstr (text_of (image, "c"), ==, "");
  g_assert_cmpstr (text_of (image, "alone"), ==, "");
  g_assert_null (text_of (image, "a2"));
}

static void
test_odd_names (void)
{
  static const Newc entries[] = {
    { .name = "/absolute", .content = "x" }, { .name = "../../up", .content = "x" },
    { .name = "a/../b", .content = "x" },    { .name = "", .content = "x" },
    { .name = "\xff\n\x1b[31m", .content = "x" }, { .name = "dir/", .mode = S_IFDIR | 0755 },
    { NULL },
  };
  g_autoptr (GByteArray) bytes = newc_archive (entries);
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vImage) image = read_image (bytes, no_files, &error);

  g_assert_no_error (error);
  g_assert_nonnull (v2v_image_find (image, "absolute"));
  g_assert_nonnull (v2v_image_find (image, "../../up"));
  g_assert_nonnull (v2v_image_find (image, "a/../b"));
  g_assert_nonnull (v2v_image_find (image, "\xff\n\x1b[31m"));
  g_assert_nonnull (v2v_image_find (image, "dir"));
}

static void
test_only_microcode (void)
{
  g_autoptr (GByteArray) bytes = newc_archive (early);
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vImage) image = read_image (bytes, no_files, &error);

  g_assert_no_error (error);
  g_assert_cmpint (image->modules_segment, ==, -1);
}

/* Too large to be kept, alone and together; a root in a squashfs is a file like others. */
static void
test_wanted_caps (void)
{
  static const char *const all[] = { "*", NULL };
  g_autofree guint8 *content = g_malloc0 (V2V_IMAGE_WANTED_MAX + 1);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GByteArray) many = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vImage) image = NULL;
  g_autoptr (V2vImage) refused = NULL;

  newc_add_bytes (bytes, &(Newc){ .name = "squashfs-root.img" }, content,
                  V2V_IMAGE_WANTED_MAX + 1);
  newc_add_bytes (bytes, &(Newc){ .name = "fits" }, content, V2V_IMAGE_WANTED_MAX);
  newc_end (bytes, FALSE);
  image = read_image (bytes, all, &error);
  g_assert_no_error (error);
  g_assert_null (v2v_image_find (image, "squashfs-root.img")->data);
  g_assert_cmpuint (g_bytes_get_size (v2v_image_find (image, "fits")->data), ==,
                    V2V_IMAGE_WANTED_MAX);

  for (guint i = 0; i < 65; i++)
    newc_add_bytes (many, &(Newc){ .name = "x" }, content, V2V_IMAGE_WANTED_MAX);
  newc_end (many, FALSE);
  refused = read_image (many, all, &error);
  g_assert_null (refused);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
}

static GByteArray *
make_many (guint n)
{
  GByteArray *bytes = g_byte_array_new ();

  for (guint i = 0; i < n; i++) {
    g_autofree char *name = g_strdup_printf ("usr/lib/firmware/%u", i);

    newc_add (bytes, &(Newc){ .name = name });
  }
  newc_end (bytes, FALSE);
  return bytes;
}

static void
test_many (void)
{
  g_autoptr (GByteArray) bytes = make_many (V2V_SEGMENT_ENTRIES_MAX);
  g_autoptr (GByteArray) more = make_many (V2V_SEGMENT_ENTRIES_MAX + 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vImage) image = read_image (bytes, no_files, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (image->entries->len, ==, V2V_SEGMENT_ENTRIES_MAX);
  g_assert_nonnull (v2v_image_find (image, "usr/lib/firmware/199999"));
  assert_refused (more, "too many");
}

static void
test_checksums (void)
{
  GByteArray *bytes = g_byte_array_new ();
  g_autoptr (GByteArray) owned = bytes;
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vImage) image = NULL;

  newc_add (bytes, &(Newc){ .name = "x", .content = "content", .has_check = TRUE });
  newc_end (bytes, TRUE);
  image = read_image (bytes, no_files, &error);
  g_assert_no_error (error);
  g_assert_nonnull (v2v_image_find (image, "x"));
  bytes->data[114] ^= 1;
  assert_refused (bytes, "checksum");
}

/* A child that was taken over. */
static void
test_wire (void)
{
  g_autoptr (GByteArray) bytes = make_image ("gzip");
  g_autoptr (V2vImage) image = NULL;
  g_autoptr (GByteArray) wire = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  image = v2v_image_read_here (bytes->data, bytes->len, no_files, &error);
  g_assert_no_error (error);
  v2v_image_to_wire (image, wire);
  for (guint i = 0; i < wire->len * 8; i += 1) {
    g_autoptr (GBytes) sent = NULL;
    g_autoptr (V2vImage) got = NULL;
    g_autoptr (GError) local = NULL;

    wire->data[i / 8] ^= (guint8) (1u << (i % 8));
    sent = newc_bytes (wire);
    got = v2v_image_from_wire (sent, &local);
    g_assert_true ((got == NULL) == (local != NULL));
    wire->data[i / 8] ^= (guint8) (1u << (i % 8));
  }
}

static void
test_cancelled (void)
{
  g_autoptr (V2vCancel) cancel = v2v_cancel_new ();
  g_autoptr (GByteArray) bytes = newc_archive (rest);
  g_autoptr (GBytes) image = newc_bytes (bytes);
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vImage) result = NULL;

  v2v_cancel_fire (cancel, V2V_ERROR_CANCELLED, "stopped");
  result = v2v_image_read (image, no_files, "initramfs", cancel, &error);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add_codec_tests ("/image/read/", test_read);
  add_codec_tests ("/image/behind/", test_behind);
  add_codec_tests ("/image/twice/", test_twice);
  add_codec_tests ("/image/truncated/", test_truncated);
  add_codec_tests ("/image/flipped/", test_flipped);
  add_codec_tests ("/image/bomb/", test_bomb);
  g_test_add_func ("/image/damaged", test_damaged);
  g_test_add_func ("/image/broken-segments", test_broken_segments);
  g_test_add_func ("/image/later-wins", test_later_wins);
  g_test_add_func ("/image/hard-links", test_hard_links);
  g_test_add_func ("/image/odd-names", test_odd_names);
  g_test_add_func ("/image/only-microcode", test_only_microcode);
  g_test_add_func ("/image/wanted-caps", test_wanted_caps);
  g_test_add_func ("/image/many", test_many);
  g_test_add_func ("/image/checksums", test_checksums);
  g_test_add_func ("/image/wire", test_wire);
  g_test_add_func ("/image/cancelled", test_cancelled);
  return g_test_run ();
}
