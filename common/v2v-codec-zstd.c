/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-codec-zstd.c - zstd by libzstd
 */
#include <config.h>

#include "v2v-codec-private.h"

#include <zstd.h>

/* A Debian image of 65 MB: 1 takes 0.15 s for 21.9 MB, 3 0.4 s for 20.2 MB, 6 0.8 s for
 * 18.7 MB, 9 1.7 s for 18.1 MB, 19 42 s for 16.1 MB. */
#define LEVEL 3
#define WINDOW_LOG_MAX 23        /* 8 MiB: what any decoder must bear (RFC 8878, 3.1.1.1.2) */
#define DECODE_WINDOW_LOG_MAX 27 /* the kernel's limit */

static gpointer
decode_start (void)
{
  ZSTD_DCtx *zstd = ZSTD_createDCtx ();

  if (zstd != NULL)
    ZSTD_DCtx_setParameter (zstd, ZSTD_d_windowLogMax, DECODE_WINDOW_LOG_MAX);
  return zstd;
}

/* One frame. */
static V2vCodecStatus
decode_step (gpointer state, V2vCodecBuffers *buffers, gboolean finish)
{
  ZSTD_inBuffer in = { buffers->in, buffers->in_left, 0 };
  ZSTD_outBuffer out = { buffers->out, buffers->out_left, 0 };
  size_t rc = ZSTD_decompressStream (state, &out, &in);

  buffers->in += in.pos;
  buffers->in_left -= in.pos;
  buffers->out += out.pos;
  buffers->out_left -= out.pos;
  if (ZSTD_isError (rc))
    return V2V_CODEC_FAILED;
  return rc == 0 ? V2V_CODEC_END : V2V_CODEC_MORE;
}

static void
decode_stop (gpointer state)
{
  ZSTD_freeDCtx (state);
}

static gpointer
encode_start (void)
{
  ZSTD_CCtx *zstd = ZSTD_createCCtx ();
  ZSTD_bounds levels = ZSTD_cParam_getBounds (ZSTD_c_compressionLevel);

  if (zstd == NULL)
    return NULL;
  if (!ZSTD_isError (ZSTD_CCtx_setParameter (zstd, ZSTD_c_compressionLevel,
                                             MIN (LEVEL, levels.upperBound)))
      && !ZSTD_isError (ZSTD_CCtx_setParameter (zstd, ZSTD_c_windowLog, WINDOW_LOG_MAX))
      && !ZSTD_isError (ZSTD_CCtx_setParameter (zstd, ZSTD_c_checksumFlag, 1)))
    return zstd;
  ZSTD_freeCCtx (zstd);
  return NULL;
}

static V2vCodecStatus
encode_step (gpointer state, V2vCodecBuffers *buffers, gboolean finish)
{
  ZSTD_inBuffer in = { buffers->in, buffers->in_left, 0 };
  ZSTD_outBuffer out = { buffers->out, buffers->out_left, 0 };
  size_t rc = ZSTD_compressStream2 (state, &out, &in, finish ? ZSTD_e_end : ZSTD_e_continue);

  buffers->in += in.pos;
  buffers->in_left -= in.pos;
  buffers->out += out.pos;
  buffers->out_left -= out.pos;
  if (ZSTD_isError (rc))
    return V2V_CODEC_FAILED;
  return finish && rc == 0 ? V2V_CODEC_END : V2V_CODEC_MORE;
}

static void
encode_stop (gpointer state)
{
  ZSTD_freeCCtx (state);
}

const V2vCodecWay v2v_codec_zstd_decode = { decode_start, decode_step, decode_stop };
const V2vCodecWay v2v_codec_zstd_encode = { encode_start, encode_step, encode_stop };
