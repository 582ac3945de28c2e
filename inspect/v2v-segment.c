/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-segment.c - walk through the segments of an initramfs and what is in them
 */
#include <config.h>

#include "v2v-segment.h"

#include <string.h>

/* A bomb is known by its ratio long before it has unpacked to the cap: real images stay
 * below 10, while what tools make of zeros is above 250. */
#define BOMB_AT (64 * 1024 * 1024)
#define BOMB_RATIO 200

typedef struct {
  const V2vSegmentVisitor *visitor;
  gpointer user_data;
  guint64 unpacked; /* by all segments */
  guint entries;
} Walk;

/* Bytes that come one after the other: the image, or a segment unpacked. */
typedef struct {
  Walk *walk;
  const guint8 *data; /* what can be read now */
  gsize size;
  guint64 position;    /* of data[0] in the whole */
  V2vDecoder *decoder; /* NULL: the image itself */
  guint64 unpacked;
} Stream;

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED, why);
  return FALSE;
}

static gboolean
check_bomb (const Stream *stream, GError **error)
{
  if (stream->walk->unpacked > V2V_SEGMENT_UNPACKED_MAX)
    return refuse (error, "it unpacks to more than 1 GiB");
  if (stream->unpacked > BOMB_AT
      && stream->unpacked / BOMB_RATIO > v2v_decoder_get_used (stream->decoder))
    return refuse (error, "it unpacks to more than 200 times its size");
  return TRUE;
}

static gboolean
unpack (Stream *stream, GError **error)
{
  const Walk *walk = stream->walk;

  if (!v2v_decoder_read (stream->decoder, &stream->data, &stream->size, error))
    return FALSE;
  stream->unpacked += stream->size;
  stream->walk->unpacked += stream->size;
  if (!check_bomb (stream, error))
    return FALSE;
  if (walk->visitor->unpacked != NULL)
    walk->visitor->unpacked (stream->data, stream->size, walk->user_data);
  return TRUE;
}

/* Makes at least one byte readable; @out_end at the end. */
static gboolean
fill (Stream *stream, gboolean *out_end, GError **error)
{
  *out_end = FALSE;
  if (stream->size > 0)
    return TRUE;
  if (stream->decoder != NULL && !unpack (stream, error))
    return FALSE;
  *out_end = stream->size == 0;
  return TRUE;
}

static void
advance (Stream *stream, gsize n)
{
  stream->data += n;
  stream->size -= n;
  stream->position += n;
}

/* The next piece of @wanted bytes. */
static gboolean
next_piece (Stream *stream, guint64 wanted, gsize *out_n, GError **error)
{
  gboolean end;

  if (!fill (stream, &end, error))
    return FALSE;
  if (end)
    return refuse (error, "it ends in the middle of a file");
  *out_n = (gsize) MIN (wanted, stream->size);
  return TRUE;
}

/* Takes @n bytes; @buf may be NULL to skip them. */
static gboolean
take (Stream *stream, guint8 *buf, gsize n, GError **error)
{
  while (n > 0) {
    gsize part = 0;

    if (!next_piece (stream, n, &part, error))
      return FALSE;
    if (buf != NULL) {
      memcpy (buf, stream->data, part);
      buf += part;
    }
    advance (stream, part);
    n -= part;
  }
  return TRUE;
}

static gboolean
take_data (Stream *stream, const V2vSegmentEntry *entry, GError **error)
{
  const Walk *walk = stream->walk;
  guint64 left = entry->header.field[V2V_NEWC_FILE_SIZE];
  guint32 sum = 0;
  gsize part = 0;

  for (; left > 0; left -= part) {
    if (!next_piece (stream, left, &part, error))
      return FALSE;
    if (entry->header.has_check)
      sum = v2v_newc_sum (sum, stream->data, part);
    if (walk->visitor->data != NULL
        && !walk->visitor->data (stream->data, part, walk->user_data, error))
      return FALSE;
    advance (stream, part);
  }
  if (entry->header.has_check && sum != entry->header.field[V2V_NEWC_CHECK])
    return refuse (error, "the checksum of a file in it is wrong");
  return TRUE;
}

/* @name has room for one byte more than the longest. */
static gboolean
read_head (Stream *stream, guint8 *raw, char *name, V2vSegmentEntry *out, GError **error)
{
  guint32 name_size;

  if (!take (stream, raw, V2V_NEWC_HEADER_SIZE, error))
    return FALSE;
  if (!v2v_newc_parse (raw, &out->header))
    return refuse (error, "it holds something that is no cpio archive");
  name_size = out->header.field[V2V_NEWC_NAME_SIZE];
  if (name_size == 0 || name_size > V2V_NEWC_NAME_MAX)
    return refuse (error, "a file name in it is too long");
  if (!take (stream, (guint8 *) name, name_size, error))
    return FALSE;
  name[name_size] = '\0';
  out->raw = raw;
  out->name = name;
  out->trailer = g_str_equal (name, V2V_NEWC_TRAILER);
  if (out->trailer && out->header.field[V2V_NEWC_FILE_SIZE] != 0)
    return refuse (error, "the end of an archive in it has content");
  return TRUE;
}

static gboolean
read_entry (Stream *stream, gboolean *out_trailer, GError **error)
{
  const Walk *walk = stream->walk;
  guint8 raw[V2V_NEWC_HEADER_SIZE];
  char name[V2V_NEWC_NAME_MAX + 1];
  V2vSegmentEntry entry;

  if (!read_head (stream, raw, name, &entry, error))
    return FALSE;
  if (!entry.trailer && stream->walk->entries++ >= V2V_SEGMENT_ENTRIES_MAX)
    return refuse (error, "it holds too many files");
  *out_trailer = entry.trailer;
  if (walk->visitor->entry != NULL && !walk->visitor->entry (&entry, walk->user_data, error))
    return FALSE;
  /* The kernel does not miss what is cut off behind the last name. */
  if (entry.trailer && stream->decoder == NULL)
    return take (stream, NULL, MIN (v2v_newc_padding (stream->position), stream->size), error);
  return take (stream, NULL, v2v_newc_padding (stream->position), error)
         && take_data (stream, &entry, error)
         && take (stream, NULL, v2v_newc_padding (stream->position), error);
}

/* From a header to the end of its archive.  The kernel counts from the start of the image
 * or of what was compressed, and calls another remainder "broken padding". */
static gboolean
read_archive (Stream *stream, GError **error)
{
  gboolean trailer = FALSE;

  if (v2v_newc_padding (stream->position) != 0)
    return refuse (error, "an archive in it does not begin on a multiple of 4");
  while (!trailer) {
    if (!read_entry (stream, &trailer, error))
      return FALSE;
  }
  return TRUE;
}

/* Skips zero bytes and counts them. */
static gboolean
skip_zeros (Stream *stream, gsize *out_n, gboolean *out_end, GError **error)
{
  *out_n = 0;
  for (;;) {
    gsize n = 0;

    if (!fill (stream, out_end, error))
      return FALSE;
    if (*out_end)
      return TRUE;
    while (n < stream->size && stream->data[n] == 0)
      n++;
    advance (stream, n);
    *out_n += n;
    if (stream->size > 0)
      return TRUE;
  }
}

/* Archives and zeros to the end of an unpacked segment. */
static gboolean
read_archives (Stream *stream, GError **error)
{
  const Walk *walk = stream->walk;

  for (;;) {
    gboolean end;
    gsize n;

    if (!skip_zeros (stream, &n, &end, error))
      return FALSE;
    if (n > 0 && walk->visitor->zeros != NULL
        && !walk->visitor->zeros (n, walk->user_data, error))
      return FALSE;
    if (end)
      return TRUE;
    if (!read_archive (stream, error))
      return FALSE;
  }
}

static gboolean
read_compressed (Stream *image, const V2vCodec *codec, GError **error)
{
  g_autoptr (V2vDecoder) decoder = v2v_decoder_new (codec, image->data, image->size, error);
  Stream stream = { .walk = image->walk, .decoder = decoder };

  if (decoder == NULL || !read_archives (&stream, error))
    return FALSE;
  advance (image, v2v_decoder_get_used (decoder));
  return TRUE;
}

static gboolean
read_segment (Stream *image, GError **error)
{
  const Walk *walk = image->walk;
  V2vSegment segment = { .offset = (gsize) image->position };
  gboolean plain = v2v_newc_is_magic (image->data, image->size);

  if (!plain) {
    segment.codec = v2v_codec_find (image->data, image->size, error);
    if (segment.codec == NULL)
      return FALSE;
  }
  if (walk->visitor->begin != NULL && !walk->visitor->begin (&segment, walk->user_data, error))
    return FALSE;
  if (plain ? !read_archive (image, error) : !read_compressed (image, segment.codec, error))
    return FALSE;
  return walk->visitor->end == NULL
         || walk->visitor->end ((gsize) image->position - segment.offset, walk->user_data, error);
}

gboolean
v2v_segment_walk (const guint8 *data, gsize size, const V2vSegmentVisitor *visitor,
                  gpointer user_data, GError **error)
{
  Walk walk = { .visitor = visitor, .user_data = user_data };
  Stream image = { .walk = &walk, .data = data, .size = size };

  if (size > V2V_SEGMENT_IMAGE_MAX)
    return refuse (error, "it is larger than 512 MiB");
  for (;;) {
    gboolean end;
    gsize n;

    if (!skip_zeros (&image, &n, &end, error))
      return FALSE;
    if (end)
      return TRUE;
    if (!read_segment (&image, error))
      return FALSE;
  }
}

gboolean
v2v_segment_walk_unpacked (const guint8 *data, gsize size, const V2vSegmentVisitor *visitor,
                           gpointer user_data, GError **error)
{
  Walk walk = { .visitor = visitor, .user_data = user_data };
  Stream stream = { .walk = &walk, .data = data, .size = size };

  return read_archives (&stream, error);
}
