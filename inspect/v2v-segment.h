/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-segment.h - where a compressed segment of an initramfs ends
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * v2v_segment_length_zstd:
 * @data: begins with the format's magic number
 *
 * libarchive takes what follows a frame for another frame and fails on zero padding
 * or a cpio archive there; the kernel stops at the end of one frame.
 *
 * Returns: bytes of the first frame; @size when that cannot be told
 */
gsize v2v_segment_length_zstd (const guint8 *data, gsize size);
gsize v2v_segment_length_lz4 (const guint8 *data, gsize size); /* legacy framing */
gsize v2v_segment_length_xz (const guint8 *data, gsize size);

G_END_DECLS
