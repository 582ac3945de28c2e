/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-codec.h - compressed streams in the dialects that the Linux kernel reads
 *
 * Kernel: lib/decompress_*.c.  A decoder takes one stream (gzip member, xz stream, zstd
 * frame) and knows exactly where it ends, since something else may follow in an initramfs.
 * An encoder writes what every kernel takes that has the format at all: xz with CRC32 and
 * a small dictionary, zstd with a window of 8 MiB at most, lz4 in its legacy framing.
 * No threads, no files: fit for a confined child.
 */
#pragma once

#include <glib.h>

#include "v2v-error.h"

G_BEGIN_DECLS

typedef struct _V2vCodec V2vCodec;

/**
 * v2v_codec_find:
 *
 * By the magic number at @data.
 *
 * Returns: (transfer none): %NULL with %V2V_ERROR_REFUSED when it is none of ours; a known
 * but unsupported one (lzo, lz4's frame format) is named in the message
 */
const V2vCodec *v2v_codec_find (const guint8 *data, gsize size, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* (transfer none) (nullable): "gzip", "xz", "lzma", "zstd", "lz4", "bzip2". */
const V2vCodec *v2v_codec_by_name (const char *name);

const char *v2v_codec_get_name (const V2vCodec *codec);

typedef struct _V2vDecoder V2vDecoder;

/* @data (to stay as long as the decoder) begins with the codec's magic. */
V2vDecoder *v2v_decoder_new (const V2vCodec *codec, const guint8 *data, gsize size,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
void v2v_decoder_free (V2vDecoder *decoder); /* NULL is allowed */

/**
 * v2v_decoder_read:
 * @out_block: the next bytes, good until the next call
 * @out_size: how many; 0 at the end of the stream
 *
 * Returns: %FALSE with %V2V_ERROR_REFUSED: damaged or truncated
 */
gboolean v2v_decoder_read (V2vDecoder *decoder, const guint8 **out_block, gsize *out_size,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Bytes of the compressed stream so far; at its end its length. */
gsize v2v_decoder_get_used (const V2vDecoder *decoder);

typedef struct _V2vEncoder V2vEncoder;

/**
 * v2v_encoder_new:
 * @codec: (nullable): %NULL copies
 * @out: what is made is appended here
 */
V2vEncoder *v2v_encoder_new (const V2vCodec *codec, GByteArray *out, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;
void v2v_encoder_free (V2vEncoder *encoder); /* NULL is allowed */
gboolean v2v_encoder_write (V2vEncoder *encoder, const guint8 *data, gsize size, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;
/* Ends the stream; nothing can be written after it. */
gboolean v2v_encoder_finish (V2vEncoder *encoder, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_codec_digest:
 * @so_far: 0, or what the bytes before gave
 *
 * CRC64: tells our own mistakes apart, not an attacker's.
 */
guint64 v2v_codec_digest (guint64 so_far, const void *data, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vDecoder, v2v_decoder_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vEncoder, v2v_encoder_free)

G_END_DECLS
