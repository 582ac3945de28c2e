/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-segment.h - walk through the segments of an initramfs and what is in them
 *
 * A segment is one newc archive as it is, or a compressed stream with any number of
 * archives; zero bytes stand between segments and between archives.  Read the way the
 * kernel does (init/initramfs.c), one stream of a compressor at a time and archives on
 * multiples of 4, but what the kernel shrugs off is refused: an archive without its end.
 */
#pragma once

#include <glib.h>

#include "v2v-codec.h"
#include "v2v-newc.h"

G_BEGIN_DECLS

#define V2V_SEGMENT_IMAGE_MAX (512 * 1024 * 1024)
#define V2V_SEGMENT_UNPACKED_MAX (1024 * 1024 * 1024) /* all segments together */
#define V2V_SEGMENT_ENTRIES_MAX (200 * 1000)

typedef struct {
  gsize offset;          /* in the image */
  const V2vCodec *codec; /* NULL: as it is */
} V2vSegment;

typedef struct {
  const guint8 *raw; /* V2V_NEWC_HEADER_SIZE bytes */
  V2vNewcHeader header;
  const char *name; /* NAME_SIZE bytes, NUL within or behind */
  gboolean trailer; /* the end of an archive */
} V2vSegmentEntry;

/* What is met, in its order; each may be NULL.  FALSE with @error ends the walk. */
typedef struct {
  gboolean (*begin) (const V2vSegment *segment, gpointer user_data, GError **error);
  /* Zero bytes before an archive of this segment, or behind its last one. */
  gboolean (*zeros) (gsize n, gpointer user_data, GError **error);
  gboolean (*entry) (const V2vSegmentEntry *entry, gpointer user_data, GError **error);
  /* The entry's content, in pieces. */
  gboolean (*data) (const guint8 *data, gsize size, gpointer user_data, GError **error);
  gboolean (*end) (gsize length, gpointer user_data, GError **error);
  /* A compressed segment's bytes as they are unpacked, before what they mean. */
  void (*unpacked) (const guint8 *data, gsize size, gpointer user_data);
} V2vSegmentVisitor;

/**
 * v2v_segment_walk:
 * @data: the whole image, or one segment of it
 *
 * For a confined child.
 *
 * Returns: %FALSE with %V2V_ERROR_REFUSED: truncated, damaged, too large, a bomb, of a kind
 * that cannot be read
 */
gboolean v2v_segment_walk (const guint8 *data, gsize size, const V2vSegmentVisitor *visitor,
                           gpointer user_data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_segment_walk_unpacked:
 * @data: all that a compressed segment unpacked to
 *
 * As v2v_segment_walk() between begin() and end().
 */
gboolean v2v_segment_walk_unpacked (const guint8 *data, gsize size,
                                    const V2vSegmentVisitor *visitor, gpointer user_data,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
