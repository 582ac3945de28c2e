/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-codec.c - the table of formats, and the loops around their libraries
 */
#include <config.h>

#include "v2v-codec-private.h"

#include <string.h>

#define BLOCK (256 * 1024)

static const V2vCodec codecs[] = {
  { "gzip", { 0x1f, 0x8b }, 2, &v2v_codec_gzip_decode, &v2v_codec_gzip_encode },
  { "bzip2", { 'B', 'Z', 'h' }, 3, &v2v_codec_bzip2_decode, &v2v_codec_bzip2_encode },
  { "xz", { 0xfd, '7', 'z', 'X', 'Z', 0 }, 6, &v2v_codec_xz_decode, &v2v_codec_xz_encode },
  { "lzma", { 0x5d, 0x00, 0x00 }, 3, &v2v_codec_lzma_decode, &v2v_codec_lzma_encode },
  { "zstd", { 0x28, 0xb5, 0x2f, 0xfd }, 4, &v2v_codec_zstd_decode, &v2v_codec_zstd_encode },
  { "lz4", { 0x02, 0x21, 0x4c, 0x18 }, 4, &v2v_codec_lz4_decode, &v2v_codec_lz4_encode },
  { "lzo", { 0x89, 'L', 'Z', 'O' }, 4, NULL, NULL },
  { "lz4's frame format", { 0x04, 0x22, 0x4d, 0x18 }, 4, NULL, NULL },
};

struct _V2vDecoder {
  const V2vCodec *codec;
  gpointer state;
  const guint8 *data;
  gsize size;
  gsize used;
  gboolean ended;
  guint8 *block;
};

struct _V2vEncoder {
  const V2vCodec *codec; /* NULL: copies */
  gpointer state;
  GByteArray *out;
  guint8 *block;
};

const V2vCodec *
v2v_codec_find (const guint8 *data, gsize size, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (codecs); i++) {
    const V2vCodec *codec = &codecs[i];

    if (size < codec->magic_length || memcmp (data, codec->magic, codec->magic_length) != 0)
      continue;
    if (codec->decode != NULL)
      return codec;
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                 "it is compressed by %s, which is not supported", codec->name);
    return NULL;
  }
  g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED,
                       "a part of it is neither a cpio archive nor compressed in a known way");
  return NULL;
}

const V2vCodec *
v2v_codec_by_name (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (codecs); i++) {
    if (codecs[i].decode != NULL && g_str_equal (codecs[i].name, name))
      return &codecs[i];
  }
  return NULL;
}

const char *
v2v_codec_get_name (const V2vCodec *codec)
{
  return codec->name;
}

static gboolean
fail_memory (GError **error, const V2vCodec *codec)
{
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED, "there is not enough memory for %s",
               codec->name);
  return FALSE;
}

V2vDecoder *
v2v_decoder_new (const V2vCodec *codec, const guint8 *data, gsize size, GError **error)
{
  gpointer state = codec->decode->start ();
  V2vDecoder *decoder;

  if (state == NULL) {
    fail_memory (error, codec);
    return NULL;
  }
  decoder = g_new0 (V2vDecoder, 1);
  decoder->codec = codec;
  decoder->state = state;
  decoder->data = data;
  decoder->size = size;
  decoder->block = g_malloc (BLOCK);
  return decoder;
}

void
v2v_decoder_free (V2vDecoder *decoder)
{
  if (decoder == NULL)
    return;
  decoder->codec->decode->stop (decoder->state);
  g_free (decoder->block);
  g_free (decoder);
}

gboolean
v2v_decoder_read (V2vDecoder *decoder, const guint8 **out_block, gsize *out_size, GError **error)
{
  V2vCodecBuffers buffers = { .in = decoder->data + decoder->used,
                              .in_left = decoder->size - decoder->used,
                              .out = decoder->block,
                              .out_left = BLOCK };
  gsize before;
  V2vCodecStatus status;

  while (!decoder->ended && buffers.out_left == BLOCK) {
    before = buffers.in_left;
    status = decoder->codec->decode->step (decoder->state, &buffers, FALSE);
    if (status == V2V_CODEC_FAILED
        || (status == V2V_CODEC_MORE && buffers.in_left == before
            && buffers.out_left == BLOCK)) {
      g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                   "a compressed part is damaged or truncated (%s)", decoder->codec->name);
      return FALSE;
    }
    decoder->ended = status == V2V_CODEC_END;
  }
  decoder->used = decoder->size - buffers.in_left;
  *out_block = decoder->block;
  *out_size = BLOCK - buffers.out_left;
  return TRUE;
}

gsize
v2v_decoder_get_used (const V2vDecoder *decoder)
{
  return decoder->used;
}

V2vEncoder *
v2v_encoder_new (const V2vCodec *codec, GByteArray *out, GError **error)
{
  gpointer state = codec == NULL ? NULL : codec->encode->start ();
  V2vEncoder *encoder;

  if (codec != NULL && state == NULL) {
    fail_memory (error, codec);
    return NULL;
  }
  encoder = g_new0 (V2vEncoder, 1);
  encoder->codec = codec;
  encoder->state = state;
  encoder->out = g_byte_array_ref (out);
  encoder->block = g_malloc (BLOCK);
  return encoder;
}

void
v2v_encoder_free (V2vEncoder *encoder)
{
  if (encoder == NULL)
    return;
  if (encoder->codec != NULL)
    encoder->codec->encode->stop (encoder->state);
  g_byte_array_unref (encoder->out);
  g_free (encoder->block);
  g_free (encoder);
}

static gboolean
append (GByteArray *out, const guint8 *data, gsize size, GError **error)
{
  if (size > G_MAXUINT - out->len) {
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED, "what is to be written is too large");
    return FALSE;
  }
  g_byte_array_append (out, data, (guint) size);
  return TRUE;
}

static gboolean
encode (V2vEncoder *encoder, const guint8 *data, gsize size, gboolean finish, GError **error)
{
  V2vCodecBuffers buffers = { .in = data, .in_left = size };
  V2vCodecStatus status = V2V_CODEC_MORE;

  if (encoder->codec == NULL)
    return append (encoder->out, data, size, error);
  while (status == V2V_CODEC_MORE && (buffers.in_left > 0 || finish)) {
    gsize before = buffers.in_left;

    buffers.out = encoder->block;
    buffers.out_left = BLOCK;
    status = encoder->codec->encode->step (encoder->state, &buffers, finish);
    if (status == V2V_CODEC_FAILED
        || (status == V2V_CODEC_MORE && buffers.in_left == before && buffers.out_left == BLOCK)) {
      g_set_error (error, V2V_ERROR, V2V_ERROR_INTERNAL, "compressing by %s failed",
                   encoder->codec->name);
      return FALSE;
    }
    if (!append (encoder->out, encoder->block, BLOCK - buffers.out_left, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
v2v_encoder_write (V2vEncoder *encoder, const guint8 *data, gsize size, GError **error)
{
  return encode (encoder, data, size, FALSE, error);
}

gboolean
v2v_encoder_finish (V2vEncoder *encoder, GError **error)
{
  return encode (encoder, (const guint8 *) "", 0, TRUE, error);
}
