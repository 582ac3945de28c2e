/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-codec-xz.c - xz and the older lzma by liblzma
 */
#include <config.h>

#include "v2v-codec-private.h"

#include <lzma.h>

/* The kernel takes any dictionary that fits its memory, xz -9 has 64 MiB. */
#define DECODE_MEMORY_MAX (160 * 1024 * 1024)
/* A Debian image of 65 MB: 4.1 s for 17.2 MB; 1 takes 7.4 s for 16.4 MB, 6 takes 44 s. */
#define PRESET 0

guint64
v2v_codec_digest (guint64 so_far, const void *data, gsize size)
{
  return lzma_crc64 (data, size, so_far);
}

static gpointer
start (lzma_ret (*init) (lzma_stream *))
{
  const lzma_stream blank = LZMA_STREAM_INIT;
  lzma_stream *lzma = g_new0 (lzma_stream, 1);

  *lzma = blank;
  if (init (lzma) == LZMA_OK)
    return lzma;
  g_free (lzma);
  return NULL;
}

static V2vCodecStatus
step (gpointer state, V2vCodecBuffers *buffers, gboolean finish)
{
  lzma_stream *lzma = state;
  lzma_ret rc;

  lzma->next_in = buffers->in;
  lzma->avail_in = buffers->in_left;
  lzma->next_out = buffers->out;
  lzma->avail_out = buffers->out_left;
  rc = lzma_code (lzma, finish ? LZMA_FINISH : LZMA_RUN);
  buffers->in = lzma->next_in;
  buffers->in_left = lzma->avail_in;
  buffers->out = lzma->next_out;
  buffers->out_left = lzma->avail_out;
  if (rc == LZMA_STREAM_END)
    return V2V_CODEC_END;
  return rc == LZMA_OK ? V2V_CODEC_MORE : V2V_CODEC_FAILED;
}

static void
stop (gpointer state)
{
  lzma_end (state);
  g_free (state);
}

/* Without LZMA_CONCATENATED it ends where the stream does. */
static lzma_ret
init_xz_decoder (lzma_stream *lzma)
{
  return lzma_stream_decoder (lzma, DECODE_MEMORY_MAX, 0);
}

static lzma_ret
init_lzma_decoder (lzma_stream *lzma)
{
  return lzma_alone_decoder (lzma, DECODE_MEMORY_MAX);
}

/* CRC32: the kernel's decoder knows no other check.  No filter of executables: kernels
 * for one architecture lack those of others. */
static lzma_ret
init_xz_encoder (lzma_stream *lzma)
{
  return lzma_easy_encoder (lzma, PRESET, LZMA_CHECK_CRC32);
}

/* The kernel's decoder takes a stream without a size: it ends at the marker that this writes. */
static lzma_ret
init_lzma_encoder (lzma_stream *lzma)
{
  lzma_options_lzma options;

  if (lzma_lzma_preset (&options, PRESET))
    return LZMA_OPTIONS_ERROR;
  return lzma_alone_encoder (lzma, &options);
}

static gpointer
xz_decode_start (void)
{
  return start (init_xz_decoder);
}

static gpointer
lzma_decode_start (void)
{
  return start (init_lzma_decoder);
}

static gpointer
xz_encode_start (void)
{
  return start (init_xz_encoder);
}

static gpointer
lzma_encode_start (void)
{
  return start (init_lzma_encoder);
}

const V2vCodecWay v2v_codec_xz_decode = { xz_decode_start, step, stop };
const V2vCodecWay v2v_codec_xz_encode = { xz_encode_start, step, stop };
const V2vCodecWay v2v_codec_lzma_decode = { lzma_decode_start, step, stop };
const V2vCodecWay v2v_codec_lzma_encode = { lzma_encode_start, step, stop };
