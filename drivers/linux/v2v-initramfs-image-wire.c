/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-initramfs-image-wire.c - what was read, from the confined child to its parent
 *
 * A child that was taken over may send anything; GVariant makes harmless what is not well
 * formed, and the rest is checked here.
 */
#include <config.h>

#include "v2v-initramfs-image-private.h"

#include <string.h>

#define ENTRY "(aybuay)" /* path, content is there, mode, content */
#define SEGMENT "(ttsu)" /* offset, length, compressor, entries */
#define WIRE "(a" ENTRY "a" SEGMENT "i)"

static GVariant *
pack_bytes (GBytes *bytes)
{
  gsize size = 0;
  const void *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  return g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, data, size, 1);
}

void
v2v_image_to_wire (const V2vImage *image, GByteArray *out)
{
  GVariantBuilder entries = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a" ENTRY));
  GVariantBuilder segments = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a" SEGMENT));
  g_autoptr (GVariant) wire = NULL;

  for (guint i = 0; i < image->entries->len; i++) {
    const V2vImageEntry *entry = g_ptr_array_index (image->entries, i);

    g_variant_builder_add (&entries, "(^aybu@ay)", entry->path, entry->data != NULL, entry->mode,
                           pack_bytes (entry->data));
  }
  for (guint i = 0; i < image->segments->len; i++) {
    const V2vImageSegment *segment = &g_array_index (image->segments, V2vImageSegment, i);

    g_variant_builder_add (&segments, SEGMENT, (guint64) segment->offset,
                           (guint64) segment->length, segment->compressor, segment->entries);
  }
  wire = g_variant_ref_sink (
    g_variant_new (WIRE, &entries, &segments, (gint32) image->modules_segment));
  g_byte_array_append (out, g_variant_get_data (wire), (guint) g_variant_get_size (wire));
}

static gboolean
unpack_entries (V2vImage *image, GVariant *entries)
{
  gsize n = g_variant_n_children (entries);
  const char *before = "";

  if (n > V2V_SEGMENT_ENTRIES_MAX)
    return FALSE;
  for (gsize i = 0; i < n; i++) {
    g_autoptr (GVariant) content = NULL;
    g_autoptr (GBytes) data = NULL;
    const char *path;
    gboolean has_data;
    guint32 mode;

    g_variant_get_child (entries, i, "(^&aybu@ay)", &path, &has_data, &mode, &content);
    if (strcmp (before, path) >= 0) /* sorted, for v2v_image_find() */
      return FALSE;
    if (has_data)
      data = g_variant_get_data_as_bytes (content);
    v2v_image_add_entry (image, path, mode, data);
    before = ((V2vImageEntry *) image->entries->pdata[i])->path;
  }
  return TRUE;
}

static gboolean
unpack_segments (V2vImage *image, GVariant *segments)
{
  gsize n = g_variant_n_children (segments);

  for (gsize i = 0; i < n; i++) {
    const V2vCodec *codec;
    const char *name;
    guint64 offset, length;
    guint32 entries;
    V2vImageSegment segment = { .compressor = "none" };

    g_variant_get_child (segments, i, "(tt&su)", &offset, &length, &name, &entries);
    codec = v2v_codec_by_name (name);
    if (codec == NULL && !g_str_equal (name, "none"))
      return FALSE;
    if (offset > V2V_SEGMENT_IMAGE_MAX || length > V2V_SEGMENT_IMAGE_MAX - offset)
      return FALSE;
    segment.offset = (gsize) offset;
    segment.length = (gsize) length;
    segment.entries = entries;
    if (codec != NULL)
      segment.compressor = v2v_codec_get_name (codec);
    g_array_append_val (image->segments, segment);
  }
  return image->modules_segment >= -1 && image->modules_segment < (int) n;
}

V2vImage *
v2v_image_from_wire (GBytes *bytes, GError **error)
{
  g_autoptr (GVariant) wire
    = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (WIRE), bytes, FALSE));
  g_autoptr (GVariant) entries = g_variant_get_child_value (wire, 0);
  g_autoptr (GVariant) segments = g_variant_get_child_value (wire, 1);
  g_autoptr (V2vImage) image = v2v_image_new ();

  g_variant_get_child (wire, 2, "i", &image->modules_segment);
  if (unpack_entries (image, entries) && unpack_segments (image, segments))
    return g_steal_pointer (&image);
  g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED,
                       "the parser's result makes no sense; the data is damaged or hostile");
  return NULL;
}
