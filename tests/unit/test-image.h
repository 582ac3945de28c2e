/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-image.h - an image, an edit, and what has come of it, also in libarchive's eyes
 */
#pragma once

#include <archive.h>
#include <archive_entry.h>

#include "test-newc.h"
#include "v2v-initramfs-image-private.h"

#define WHAT "initramfs '/boot/initrd.img-6.1'"

static const Newc early[] G_GNUC_UNUSED = {
  { .name = "kernel", .mode = S_IFDIR | 0755 },
  { .name = "kernel/x86/microcode/GenuineIntel.bin", .content = "microcode" },
  { NULL },
};

static const Newc modules[] G_GNUC_UNUSED = {
  { .name = "usr", .mode = S_IFDIR | 0755, .nlink = 3 },
  { .name = "usr/lib", .mode = S_IFDIR | 0755 },
  { .name = "usr/lib/modules", .mode = S_IFDIR | 0755 },
  { .name = "usr/lib/modules/6.1", .mode = S_IFDIR | 0755 },
  { .name = "usr/lib/modules/6.1/modules.dep", .content = "kernel/a.ko:\n", .uid = 3, .mtime = 9 },
  { .name = "usr/lib/modules/6.1/a.ko", .content = "ELF" },
  { NULL },
};

static const Newc rest[] G_GNUC_UNUSED = {
  { .name = ".", .mode = S_IFDIR | 0755 },
  { .name = "lib", .content = "usr/lib", .mode = S_IFLNK | 0777 },
  { .name = "etc", .mode = S_IFDIR | 0755 },
  { .name = "etc/fstab", .content = "# none\n", .uid = 1, .gid = 2, .mtime = 3 },
  { .name = "etc/hooks", .mode = S_IFDIR | 0700 },
  { .name = "etc/hooks/wait", .content = "nvme0n1", .mode = S_IFREG | 0755 },
  { .name = "init", .content = "#!/bin/sh\n", .mode = S_IFREG | 0755 },
  { .name = "dev/console", .mode = S_IFCHR | 0600, .rdev_major = 5, .rdev_minor = 1 },
  { NULL },
};

static const char *const codecs[] G_GNUC_UNUSED
  = { "none", "gzip", "xz", "zstd", "lz4", "bzip2", "lzma" };

static inline void
add_codec_tests (const char *path, GTestDataFunc test)
{
  for (gsize i = 0; i < G_N_ELEMENTS (codecs); i++) {
    g_autofree char *name = g_strconcat (path, codecs[i], NULL);

    g_test_add_data_func (name, codecs[i], test);
  }
}

/* As newer initramfs-tools lay it out: each on a border of 512. */
static inline GBytes *
make_image (const char *codec)
{
  g_autoptr (GByteArray) image = newc_archive (early);

  newc_zeros (image, -image->len & 511);
  newc_pack_archive (image, modules, "none");
  newc_zeros (image, -image->len & 511);
  newc_pack_archive (image, rest, codec);
  newc_zeros (image, -image->len & 511);
  return newc_bytes (image);
}

static inline GBytes *
make_one (const Newc *entries, const char *codec)
{
  g_autoptr (GByteArray) image = g_byte_array_new ();

  newc_pack_archive (image, entries, codec);
  return newc_bytes (image);
}

static inline void
put (V2vImageEdit *edit, const char *path, guint mode, const char *text)
{
  g_autoptr (GBytes) data = g_bytes_new (text, strlen (text));

  v2v_image_edit_put (edit, path, mode, data);
}

static inline GBytes *
write_ok (GBytes *image, const V2vImageEdit *edit)
{
  g_autoptr (GError) error = NULL;
  GBytes *result = v2v_image_write (image, edit, WHAT, NULL, &error);

  g_assert_no_error (error);
  return result;
}

static inline void
assert_refused (GBytes *image, const V2vImageEdit *edit, const char *why)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) result = v2v_image_write (image, edit, WHAT, NULL, &error);

  g_assert_null (result);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_true (g_str_has_prefix (error->message, "rewriting " WHAT ": "));
  if (strstr (error->message, why) == NULL)
    g_error ("'%s' does not say '%s'", error->message, why);
}

static inline V2vImage *
read_all (GBytes *bytes)
{
  static const char *const all[] = { "*", NULL };
  g_autoptr (GError) error = NULL;
  V2vImage *image = v2v_image_read (bytes, all, WHAT, NULL, &error);

  g_assert_no_error (error);
  return image;
}

static inline V2vImageSegment
segment_of (const V2vImage *image, guint i)
{
  return g_array_index (image->segments, V2vImageSegment, i);
}

/* "path=mode:content " of all that counts. */
static inline char *
describe (GBytes *bytes)
{
  g_autoptr (V2vImage) image = read_all (bytes);
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < image->entries->len; i++) {
    const V2vImageEntry *entry = g_ptr_array_index (image->entries, i);

    g_string_append_printf (text, "%s=%o", entry->path, entry->mode & 07777);
    if (entry->data != NULL) {
      gsize size;
      const char *data = g_bytes_get_data (entry->data, &size);

      g_string_append_printf (text, ":%.*s", (int) size, data);
    }
    g_string_append_c (text, ' ');
  }
  return g_string_free (text, FALSE);
}

/* The oracle: a segment in libarchive's eyes, entry by entry. */
static inline char *
describe_by_libarchive (GBytes *bytes, guint segment)
{
  g_autoptr (V2vImage) image = read_all (bytes);
  V2vImageSegment where = segment_of (image, segment);
  g_autoptr (GBytes) slice = g_bytes_new_from_bytes (bytes, where.offset, where.length);
  GString *text = g_string_new (NULL);
  struct archive *archive = archive_read_new ();
  struct archive_entry *entry;
  int rc;

  archive_read_support_filter_all (archive);
  archive_read_support_format_cpio (archive);
  g_assert_cmpint (archive_read_open_memory (archive, g_bytes_get_data (slice, NULL),
                                             g_bytes_get_size (slice)),
                   ==, ARCHIVE_OK);
  while ((rc = archive_read_next_header (archive, &entry)) == ARCHIVE_OK) {
    char content[64] = "";

    if (archive_entry_filetype (entry) == AE_IFREG && archive_entry_size (entry) > 0)
      g_assert_cmpint (archive_read_data (archive, content, sizeof content - 1), >, 0);
    g_string_append_printf (text, "%s %o %d:%d %d %s%s|", archive_entry_pathname (entry),
                            archive_entry_mode (entry), (int) archive_entry_uid (entry),
                            (int) archive_entry_gid (entry), (int) archive_entry_mtime (entry),
                            archive_entry_symlink (entry) != NULL ? archive_entry_symlink (entry)
                                                                  : "",
                            content);
  }
  g_assert_cmpint (rc, ==, ARCHIVE_EOF);
  archive_read_free (archive);
  return g_string_free (text, FALSE);
}
