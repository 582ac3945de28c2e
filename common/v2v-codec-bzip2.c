/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-codec-bzip2.c - bzip2 by libbz2
 */
#include <config.h>

#include "v2v-codec-private.h"

#include <bzlib.h>

#define BLOCK_SIZE 9 /* times 100 kB: what bzip2 itself does, and smaller is hardly faster */

static gpointer
decode_start (void)
{
  bz_stream *bz = g_new0 (bz_stream, 1);

  if (BZ2_bzDecompressInit (bz, 0, 0) == BZ_OK)
    return bz;
  g_free (bz);
  return NULL;
}

static void
lend (bz_stream *bz, const V2vCodecBuffers *buffers)
{
  bz->next_in = (char *) buffers->in; /* which it does not write */
  bz->avail_in = (unsigned) MIN (buffers->in_left, G_MAXINT);
  bz->next_out = (char *) buffers->out;
  bz->avail_out = (unsigned) MIN (buffers->out_left, G_MAXINT);
}

static void
take_back (const bz_stream *bz, V2vCodecBuffers *buffers)
{
  gsize taken = (gsize) (bz->next_in - (const char *) buffers->in);
  gsize given = (gsize) (bz->next_out - (const char *) buffers->out);

  buffers->in += taken;
  buffers->in_left -= taken;
  buffers->out += given;
  buffers->out_left -= given;
}

static V2vCodecStatus
decode_step (gpointer state, V2vCodecBuffers *buffers, gboolean finish)
{
  bz_stream *bz = state;
  int rc;

  lend (bz, buffers);
  rc = BZ2_bzDecompress (bz);
  take_back (bz, buffers);
  if (rc == BZ_STREAM_END)
    return V2V_CODEC_END;
  return rc == BZ_OK ? V2V_CODEC_MORE : V2V_CODEC_FAILED;
}

static void
decode_stop (gpointer state)
{
  BZ2_bzDecompressEnd (state);
  g_free (state);
}

static gpointer
encode_start (void)
{
  bz_stream *bz = g_new0 (bz_stream, 1);

  if (BZ2_bzCompressInit (bz, BLOCK_SIZE, 0, 0) == BZ_OK)
    return bz;
  g_free (bz);
  return NULL;
}

static V2vCodecStatus
encode_step (gpointer state, V2vCodecBuffers *buffers, gboolean finish)
{
  bz_stream *bz = state;
  int rc;

  lend (bz, buffers);
  rc = BZ2_bzCompress (bz, finish ? BZ_FINISH : BZ_RUN);
  take_back (bz, buffers);
  if (rc == BZ_STREAM_END)
    return V2V_CODEC_END;
  return rc == BZ_RUN_OK || rc == BZ_FINISH_OK ? V2V_CODEC_MORE : V2V_CODEC_FAILED;
}

static void
encode_stop (gpointer state)
{
  BZ2_bzCompressEnd (state);
  g_free (state);
}

const V2vCodecWay v2v_codec_bzip2_decode = { decode_start, decode_step, decode_stop };
const V2vCodecWay v2v_codec_bzip2_encode = { encode_start, encode_step, encode_stop };
