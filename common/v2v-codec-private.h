/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-codec-private.h - what each compression library is wrapped in
 */
#pragma once

#include "v2v-codec.h"

G_BEGIN_DECLS

typedef struct {
  const guint8 *in; /* moved on by what was taken */
  gsize in_left;
  guint8 *out; /* moved on by what was given */
  gsize out_left;
} V2vCodecBuffers;

typedef enum {
  V2V_CODEC_MORE, /* call again; taking and giving nothing at all means it is stuck */
  V2V_CODEC_END,
  V2V_CODEC_FAILED,
} V2vCodecStatus;

/* One direction of one format. */
typedef struct {
  gpointer (*start) (void); /* NULL: no memory */
  /* @finish (encoders only): nothing comes after what is in @buffers. */
  V2vCodecStatus (*step) (gpointer state, V2vCodecBuffers *buffers, gboolean finish);
  void (*stop) (gpointer state);
} V2vCodecWay;

struct _V2vCodec {
  const char *name;
  guint8 magic[6];
  guint magic_length;
  const V2vCodecWay *decode; /* NULL: known by name only */
  const V2vCodecWay *encode; /* NULL exactly where decode is */
};

extern const V2vCodecWay v2v_codec_bzip2_decode;
extern const V2vCodecWay v2v_codec_bzip2_encode;
extern const V2vCodecWay v2v_codec_gzip_decode;
extern const V2vCodecWay v2v_codec_gzip_encode;
extern const V2vCodecWay v2v_codec_lz4_decode;
extern const V2vCodecWay v2v_codec_lz4_encode;
extern const V2vCodecWay v2v_codec_lzma_decode;
extern const V2vCodecWay v2v_codec_lzma_encode;
extern const V2vCodecWay v2v_codec_xz_decode;
extern const V2vCodecWay v2v_codec_xz_encode;
extern const V2vCodecWay v2v_codec_zstd_decode;
extern const V2vCodecWay v2v_codec_zstd_encode;

G_END_DECLS
