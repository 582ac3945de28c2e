/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-newc.h - makes initramfs images, entry by entry
 */
#pragma once

#include <glib.h>
#include <string.h>
#include <sys/stat.h>

#include "v2v-codec.h"
#include "v2v-newc.h"

typedef struct {
  const char *name;
  const char *content; /* NULL: none */
  guint mode;          /* 0: a regular file, 0644 */
  guint ino, nlink;    /* 0: 1 */
  guint uid, gid, mtime;
  guint rdev_major, rdev_minor;
  gboolean has_check;
} Newc;

static inline void
newc_zeros (GByteArray *out, guint n)
{
  static const guint8 zeros[4096];

  for (; n > 0; n -= MIN (n, sizeof zeros))
    g_byte_array_append (out, zeros, MIN (n, (guint) sizeof zeros));
}

static inline void
newc_add_bytes (GByteArray *out, const Newc *entry, const void *content, gsize size)
{
  V2vNewcHeader header = { .has_check = entry->has_check };
  guint8 raw[V2V_NEWC_HEADER_SIZE];
  guint name_size = (guint) strlen (entry->name) + 1;

  header.field[V2V_NEWC_INO] = entry->ino;
  header.field[V2V_NEWC_MODE] = entry->mode == 0 ? S_IFREG | 0644 : entry->mode;
  header.field[V2V_NEWC_UID] = entry->uid;
  header.field[V2V_NEWC_GID] = entry->gid;
  header.field[V2V_NEWC_NLINK] = MAX (entry->nlink, 1);
  header.field[V2V_NEWC_MTIME] = entry->mtime;
  header.field[V2V_NEWC_FILE_SIZE] = (guint32) size;
  header.field[V2V_NEWC_RDEV_MAJOR] = entry->rdev_major;
  header.field[V2V_NEWC_RDEV_MINOR] = entry->rdev_minor;
  header.field[V2V_NEWC_NAME_SIZE] = name_size;
  if (entry->has_check)
    header.field[V2V_NEWC_CHECK] = v2v_newc_sum (0, content, size);
  v2v_newc_format (&header, raw);
  g_byte_array_append (out, raw, sizeof raw);
  g_byte_array_append (out, (const guint8 *) entry->name, name_size);
  newc_zeros (out, v2v_newc_padding (out->len));
  if (size > 0)
    g_byte_array_append (out, content, (guint) size);
  newc_zeros (out, v2v_newc_padding (out->len));
}

static inline void
newc_add (GByteArray *out, const Newc *entry)
{
  newc_add_bytes (out, entry, entry->content,
                  entry->content == NULL ? 0 : strlen (entry->content));
}

static inline void
newc_end (GByteArray *out, gboolean has_check)
{
  newc_add (out, &(Newc){ .name = V2V_NEWC_TRAILER, .has_check = has_check });
}

/* An archive; the last entry has no name. */
static inline GByteArray *
newc_archive (const Newc *entries)
{
  GByteArray *out = g_byte_array_new ();

  for (; entries->name != NULL; entries++)
    newc_add (out, entries);
  newc_end (out, FALSE);
  return out;
}

/* Appends @plain by @codec ("none" is one). */
static inline void
newc_pack (GByteArray *image, const GByteArray *plain, const char *codec)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vEncoder) encoder
    = v2v_encoder_new (g_str_equal (codec, "none") ? NULL : v2v_codec_by_name (codec), image,
                       &error);

  g_assert_no_error (error);
  g_assert_true (v2v_encoder_write (encoder, plain->data, plain->len, &error));
  g_assert_true (v2v_encoder_finish (encoder, &error));
}

static inline void
newc_pack_archive (GByteArray *image, const Newc *entries, const char *codec)
{
  g_autoptr (GByteArray) plain = newc_archive (entries);

  newc_pack (image, plain, codec);
}

static inline GBytes *
newc_bytes (const GByteArray *image)
{
  return g_bytes_new (image->data, image->len);
}
