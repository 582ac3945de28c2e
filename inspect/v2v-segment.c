/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-segment.c - where a compressed segment of an initramfs ends
 */
#include <config.h>

#include "v2v-segment.h"

#include <string.h>

/* LZ4_COMPRESSBOUND of the legacy block size, 8 MiB. */
#define LZ4_BLOCK_MAX (8 * 1024 * 1024 + 8 * 1024 * 1024 / 255 + 16)
#define XZ_HEADER 12
#define XZ_FOOTER 12

static guint32
le32 (const guint8 *p)
{
  return (guint32) p[0] | (guint32) p[1] << 8 | (guint32) p[2] << 16 | (guint32) p[3] << 24;
}

/* RFC 8878, 3.1.1: header, blocks with their sizes, an optional checksum. */
gsize
v2v_segment_length_zstd (const guint8 *data, gsize size)
{
  static const guint8 dictionary_sizes[] = { 0, 1, 2, 4 };
  static const guint8 content_sizes[] = { 0, 2, 4, 8 };
  gboolean last = FALSE;
  gboolean single;
  gsize at;

  if (size < 5)
    return size;
  single = (data[4] & 0x20) != 0;
  at = 5 + (single ? 0 : 1) + dictionary_sizes[data[4] & 3];
  at += data[4] >> 6 == 0 && single ? 1 : content_sizes[data[4] >> 6];
  while (!last) {
    guint32 header;

    if (size < 3 || at > size - 3)
      return size;
    header = (guint32) data[at] | (guint32) data[at + 1] << 8 | (guint32) data[at + 2] << 16;
    last = (header & 1) != 0;
    at += 3 + ((header >> 1 & 3) == 1 ? 1 : header >> 3);
  }
  at += (data[4] & 4) != 0 ? 4 : 0;
  return MIN (at, size);
}

/* Blocks of (size, bytes); the first size that cannot be one is not theirs. */
gsize
v2v_segment_length_lz4 (const guint8 *data, gsize size)
{
  gsize at = 4;

  while (size >= 8 && at <= size - 4) {
    guint32 length = le32 (data + at);

    if (length == 0 || length > LZ4_BLOCK_MAX)
      return at;
    if (length > size - at - 4)
      return size;
    at += 4 + length;
  }
  return size;
}

/* What can stand behind a segment. */
static gboolean
is_border (const guint8 *data, gsize size)
{
  return size == 0 || data[0] == 0 || (size >= 6 && memcmp (data, "07070", 5) == 0)
         || (size >= 2 && memcmp (data, "\x1f\x8b", 2) == 0)
         || (size >= 6 && memcmp (data, "\xfd" "7zXZ", 6) == 0)
         || (size >= 4 && memcmp (data, "\x28\xb5\x2f\xfd", 4) == 0);
}

/* The xz format 1.2, 2.1.2: a stream is a multiple of 4 bytes long and its footer ends
 * with the header's flags and "YZ".  Blocks need not say their size. */
gsize
v2v_segment_length_xz (const guint8 *data, gsize size)
{
  for (gsize end = XZ_HEADER + XZ_FOOTER; end <= size; end += 4)
    if (data[end - 2] == 'Y' && data[end - 1] == 'Z' && data[end - 4] == data[6]
        && data[end - 3] == data[7] && is_border (data + end, size - end))
      return end;
  return size;
}
