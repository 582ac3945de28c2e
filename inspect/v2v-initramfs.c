/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-initramfs.c - segments, compression and newc archives
 */
#include <config.h>

#include "v2v-initramfs.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "v2v-confine.h"
#include "v2v-error.h"
#include "v2v-segment.h"

#define NEWC_HEADER 110
#define TRAILER "TRAILER!!!"

/* Bytes that come one after the other: the image, or a segment unpacked. */
typedef struct {
  const guint8 *data; /* what can be read now */
  gsize size;
  guint64 position;        /* of data[0] in the whole */
  struct archive *archive; /* NULL: the image itself */
  guint64 *unpacked;       /* how much all segments have given */
} Stream;

typedef struct {
  guint32 file_size;
  guint32 name_size;
} Header;

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED, why);
  return FALSE;
}

/* Makes at least one byte readable; FALSE without @error at the end. */
static gboolean
fill (Stream *stream, GError **error)
{
  const void *block;
  la_int64_t offset;
  size_t size;
  int status;

  while (stream->size == 0) {
    if (stream->archive == NULL)
      return FALSE;
    status = archive_read_data_block (stream->archive, &block, &size, &offset);
    if (status == ARCHIVE_EOF)
      return FALSE;
    if (status != ARCHIVE_OK)
      return refuse (error, "a compressed part is damaged or truncated");
    stream->data = block;
    stream->size = size;
    *stream->unpacked += size;
    if (*stream->unpacked > V2V_INITRAMFS_UNPACKED_MAX)
      return refuse (error, "it unpacks to more than 1 GiB");
  }
  return TRUE;
}

/* Takes @n bytes; @buf may be NULL to skip them. */
static gboolean
take (Stream *stream, guint8 *buf, guint64 n, GError **error)
{
  while (n > 0) {
    gsize part;

    if (stream->size == 0 && !fill (stream, error)) {
      if (error == NULL || *error == NULL)
        refuse (error, "it ends in the middle of a file");
      return FALSE;
    }
    part = (gsize) MIN (n, stream->size);
    if (buf != NULL) {
      memcpy (buf, stream->data, part);
      buf += part;
    }
    stream->data += part;
    stream->size -= part;
    stream->position += part;
    n -= part;
  }
  return TRUE;
}

/* Skips zero bytes; FALSE at the end or with @error. */
static gboolean
skip_zeros (Stream *stream, GError **error)
{
  while (fill (stream, error)) {
    gsize n = 0;

    while (n < stream->size && stream->data[n] == 0)
      n++;
    stream->data += n;
    stream->size -= n;
    stream->position += n;
    if (stream->size > 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
read_hex (const guint8 *field, guint32 *out)
{
  *out = 0;
  for (guint i = 0; i < 8; i++) {
    int digit = g_ascii_xdigit_value ((char) field[i]);

    if (digit < 0)
      return FALSE;
    *out = *out << 4 | (guint32) digit;
  }
  return TRUE;
}

/* Documentation/driver-api/early-userspace/buffer-format.rst of the kernel. */
static gboolean
read_header (Stream *stream, Header *out, GError **error)
{
  guint8 raw[NEWC_HEADER];

  if (!take (stream, raw, sizeof raw, error))
    return FALSE;
  if ((memcmp (raw, "070701", 6) != 0 && memcmp (raw, "070702", 6) != 0)
      || !read_hex (raw + 54, &out->file_size) || !read_hex (raw + 94, &out->name_size))
    return refuse (error, "it holds something that is no cpio archive");
  if (out->name_size == 0 || out->name_size > V2V_INITRAMFS_NAME_MAX)
    return refuse (error, "a file name in it is too long");
  return TRUE;
}

static const char *
strip_front (const char *name)
{
  while (*name == '/' || (name[0] == '.' && name[1] == '/'))
    name += *name == '/' ? 1 : 2;
  return name;
}

/* Reads one newc archive from @start (a multiple of 4 in the kernel's eyes). */
static gboolean
read_newc (Stream *stream, GPtrArray *names, GError **error)
{
  guint64 start = stream->position;

  for (;;) {
    char name[V2V_INITRAMFS_NAME_MAX + 1];
    Header header;
    guint64 padding;

    if (!read_header (stream, &header, error)
        || !take (stream, (guint8 *) name, header.name_size, error))
      return FALSE;
    name[header.name_size] = '\0';
    if (g_str_equal (name, TRAILER))
      return TRUE;
    if (names->len >= V2V_INITRAMFS_NAMES_MAX)
      return refuse (error, "it holds too many files");
    g_ptr_array_add (names, g_strdup (strip_front (name)));
    padding = -(stream->position - start) & 3;
    if (!take (stream, NULL, padding + header.file_size, error))
      return FALSE;
    padding = -(stream->position - start) & 3;
    if (!take (stream, NULL, padding, error))
      return FALSE;
  }
}

/* Archives and zeros to the end of an unpacked segment. */
static gboolean
read_archives (Stream *stream, GPtrArray *names, GError **error)
{
  GError *local = NULL;

  while (skip_zeros (stream, &local))
    if (!read_newc (stream, names, error))
      return FALSE;
  if (local != NULL)
    g_propagate_error (error, local);
  return local == NULL;
}

typedef struct {
  const char *name;
  guint8 magic[4];
  guint magic_length;
  int (*add) (struct archive *);               /* NULL: known by name only */
  gsize (*length) (const guint8 *data, gsize size); /* NULL: libarchive finds the end */
} Format;

/* Not here: lz4's frame format, which the kernel cannot read either. */
static const Format formats[] = {
  { "gzip", { 0x1f, 0x8b }, 2, archive_read_support_filter_gzip, NULL },
  { "bzip2", { 'B', 'Z', 'h' }, 3, archive_read_support_filter_bzip2, NULL },
  { "xz", { 0xfd, '7', 'z', 'X' }, 4, archive_read_support_filter_xz, v2v_segment_length_xz },
  { "lzma", { 0x5d, 0x00, 0x00 }, 3, archive_read_support_filter_lzma, NULL },
  { "zstd", { 0x28, 0xb5, 0x2f, 0xfd }, 4, archive_read_support_filter_zstd,
    v2v_segment_length_zstd },
  { "lz4", { 0x02, 0x21, 0x4c, 0x18 }, 4, archive_read_support_filter_lz4,
    v2v_segment_length_lz4 },
  { "lzo", { 0x89, 'L', 'Z', 'O' }, 4, NULL, NULL },
};

/* The format of what begins at @data; NULL with @error. */
static const Format *
find_format (const guint8 *data, gsize size, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (formats); i++) {
    const Format *format = &formats[i];

    if (size < format->magic_length || memcmp (data, format->magic, format->magic_length) != 0)
      continue;
    if (format->add != NULL)
      return format;
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                 "it is compressed by %s, which is not supported", format->name);
    return NULL;
  }
  refuse (error, "a part of it is neither a cpio archive nor compressed in a known way");
  return NULL;
}

static gboolean
open_segment (struct archive *archive, const Format *format, const guint8 *data, gsize size,
              GError **error)
{
  struct archive_entry *entry;

  /* One filter by its magic: "all" would let libarchive start helper programs.  A
   * filter that does not like the header lets the bytes through as they are. */
  if (format->add (archive) < ARCHIVE_WARN
      || archive_read_support_format_raw (archive) != ARCHIVE_OK
      || archive_read_open_memory (archive, data, size) != ARCHIVE_OK
      || archive_read_next_header (archive, &entry) != ARCHIVE_OK
      || archive_filter_code (archive, 0) == ARCHIVE_FILTER_NONE)
    return refuse (error, "a compressed part is damaged or truncated");
  return TRUE;
}

/* Reads the compressed segment at @data and says how many bytes it had. */
static gboolean
read_compressed (const guint8 *data, gsize size, guint64 *unpacked, GPtrArray *names,
                 gsize *out_used, GError **error)
{
  const Format *format = find_format (data, size, error);
  struct archive *archive;
  gsize length;
  gboolean ok;

  if (format == NULL)
    return FALSE;
  length = format->length == NULL ? size : format->length (data, size);
  archive = archive_read_new ();
  ok = open_segment (archive, format, data, length, error);
  if (ok) {
    Stream stream = { .archive = archive, .unpacked = unpacked };

    ok = read_archives (&stream, names, error);
  }
  *out_used = length;
  if (ok && format->length == NULL) {
    la_int64_t used = archive_filter_bytes (archive, -1);

    *out_used = used > 0 && (guint64) used <= size ? (gsize) used : size;
  }
  archive_read_free (archive);
  return ok;
}

static gboolean
is_newc (const Stream *stream)
{
  return stream->size >= 6
         && (memcmp (stream->data, "070701", 6) == 0 || memcmp (stream->data, "070702", 6) == 0);
}

GPtrArray *
v2v_initramfs_names (const guint8 *data, gsize size, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  guint64 unpacked = 0;
  Stream stream = { .data = data, .size = size, .unpacked = &unpacked };

  if (size > V2V_INITRAMFS_MAX) {
    refuse (error, "it is larger than 512 MiB");
    return NULL;
  }
  while (skip_zeros (&stream, NULL)) {
    gsize used = 0;

    if (is_newc (&stream) ? !read_newc (&stream, names, error)
                          : !read_compressed (stream.data, stream.size, &unpacked, names,
                                              &used, error)
                              || !take (&stream, NULL, used, error))
      return NULL;
  }
  if (names->len == 0) {
    refuse (error, "it is empty");
    return NULL;
  }
  return g_steal_pointer (&names);
}

/* In the confined child: the names, each with its NUL. */
static gboolean
list_in_child (GByteArray *out, gpointer user_data, GError **error)
{
  GBytes *image = user_data;
  g_autoptr (GPtrArray) names = NULL;
  const guint8 *data;
  gsize size;

  data = g_bytes_get_data (image, &size);
  names = v2v_initramfs_names (data, size, error);
  if (names == NULL)
    return FALSE;
  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index (names, i);

    g_byte_array_append (out, (const guint8 *) name, (guint) strlen (name) + 1);
  }
  return TRUE;
}

GPtrArray *
v2v_initramfs_read (V2vFs *fs, const char *path, GError **error)
{
  g_autoptr (GBytes) image = v2v_fs_read (fs, path, V2V_INITRAMFS_MAX, error);
  g_autofree char *what = g_strdup_printf ("reading '%s'", path);
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GBytes) list = NULL;
  const char *end;
  const char *p;
  gsize size;

  if (image == NULL)
    return NULL;
  list = v2v_confine_run (what, list_in_child, image, NULL, error);
  if (list == NULL)
    return NULL;
  names = g_ptr_array_new_with_free_func (g_free);
  p = g_bytes_get_data (list, &size);
  end = p + size;
  while (p < end) {
    gsize n = strnlen (p, (gsize) (end - p));

    g_ptr_array_add (names, g_strndup (p, n));
    p += n + 1;
  }
  return g_steal_pointer (&names);
}

char *
v2v_module_name (const char *path)
{
  static const char *const suffixes[] = { ".ko", ".ko.gz", ".ko.xz", ".ko.zst" };
  const char *slash = strrchr (path, '/');
  const char *base = slash == NULL ? path : slash + 1;

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    if (g_str_has_suffix (base, suffixes[i])) {
      char *name = g_strndup (base, strlen (base) - strlen (suffixes[i]));

      return g_strdelimit (name, "-", '_');
    }
  }
  return NULL;
}
