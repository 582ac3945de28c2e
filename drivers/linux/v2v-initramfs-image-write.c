/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-initramfs-image-write.c - an image with its touched segments made anew
 */
#include <config.h>

#include "v2v-initramfs-image-private.h"

#include <string.h>
#include <sys/stat.h>

#define ALIGNMENT_MAX 512 /* cpio's blocks; more is luck */

/* One segment on its way from its old bytes to its new ones. */
typedef struct {
  const V2vImageCatalog *catalog;
  const V2vImagePlan *plan;
  guint part;
  V2vEncoder *encoder;
  guint64 position; /* unpacked, in the new segment */
  guint item;       /* the next */
  guint archive;
  gboolean passing; /* the content that comes is wanted */
} Writer;

static gboolean
emit (Writer *self, const void *data, gsize size, GError **error)
{
  self->position += size;
  return v2v_encoder_write (self->encoder, data, size, error);
}

static gboolean
emit_zeros (Writer *self, gsize n, GError **error)
{
  static const guint8 zeros[4096];

  for (; n > 0; n -= MIN (n, sizeof zeros)) {
    if (!emit (self, zeros, MIN (n, sizeof zeros), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
emit_padding (Writer *self, GError **error)
{
  return emit_zeros (self, v2v_newc_padding (self->position), error);
}

static gboolean
emit_head (Writer *self, const guint8 *raw, const char *name, gsize name_size, GError **error)
{
  return emit_padding (self, error) && emit (self, raw, V2V_NEWC_HEADER_SIZE, error)
         && emit (self, name, name_size, error) && emit_padding (self, error);
}

static gboolean
emit_header (Writer *self, const V2vNewcHeader *header, const char *name, GError **error)
{
  guint8 raw[V2V_NEWC_HEADER_SIZE];

  v2v_newc_format (header, raw);
  return emit_head (self, raw, name, header->field[V2V_NEWC_NAME_SIZE], error);
}

static gboolean
emit_file (Writer *self, const V2vNewcHeader *header, const char *name, const V2vImageFile *file,
           GError **error)
{
  const void *data;
  gsize size;

  if (!emit_header (self, header, name, error))
    return FALSE;
  if (file == NULL)
    return TRUE;
  data = g_bytes_get_data (file->data, &size);
  return emit (self, data, size, error) && emit_padding (self, error);
}

V2vNewcHeader
v2v_image_make_header (const V2vImageItem *item, const V2vImageFile *file, const char *path,
                       gboolean has_check)
{
  V2vNewcHeader header = { .has_check = has_check };
  gsize size = 0;
  const guint8 *data = file == NULL ? NULL : g_bytes_get_data (file->data, &size);

  if (item != NULL)
    header = item->header;
  else
    header.field[V2V_NEWC_NAME_SIZE] = (guint32) strlen (path) + 1;
  header.field[V2V_NEWC_MODE] = file == NULL ? S_IFDIR | 0755 : S_IFREG | (file->mode & 07777);
  header.field[V2V_NEWC_NLINK] = file == NULL ? 2 : 1;
  header.field[V2V_NEWC_RDEV_MAJOR] = 0;
  header.field[V2V_NEWC_RDEV_MINOR] = 0;
  header.field[V2V_NEWC_FILE_SIZE] = (guint32) size;
  header.field[V2V_NEWC_CHECK] = header.has_check ? v2v_newc_sum (0, data, size) : 0;
  return header;
}

V2vNewcHeader
v2v_image_make_heir (const V2vImageItem *heir, const V2vImageItem *item)
{
  V2vNewcHeader header = heir->header;

  header.field[V2V_NEWC_FILE_SIZE] = item->header.field[V2V_NEWC_FILE_SIZE];
  header.field[V2V_NEWC_CHECK] = item->header.field[V2V_NEWC_CHECK];
  return header;
}

gboolean
v2v_image_part_has_check (const V2vImageCatalog *catalog, guint i)
{
  const V2vImagePart *part = v2v_image_catalog_part (catalog, i);

  return part->entries > 0
         && v2v_image_catalog_item (catalog, part->first + part->entries - 1)->header.has_check;
}

static gboolean
emit_additions (Writer *self, GError **error)
{
  gboolean has_check = v2v_image_part_has_check (self->catalog, self->part);

  for (guint i = 0; i < self->plan->additions->len; i++) {
    const V2vImageAddition *addition = g_ptr_array_index (self->plan->additions, i);
    V2vNewcHeader header
      = v2v_image_make_header (NULL, addition->file, addition->path, has_check);

    if (!emit_file (self, &header, addition->path, addition->file, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
write_trailer (Writer *self, const V2vSegmentEntry *entry, GError **error)
{
  const V2vImagePart *part = v2v_image_catalog_part (self->catalog, self->part);

  self->archive++;
  if (self->archive == part->archives && (int) self->part == self->catalog->modules_part
      && !emit_additions (self, error))
    return FALSE;
  return emit_head (self, entry->raw, entry->name, entry->header.field[V2V_NEWC_NAME_SIZE],
                    error);
}

static gboolean
write_entry (const V2vSegmentEntry *entry, gpointer user_data, GError **error)
{
  Writer *self = user_data;
  const V2vImageStep *step;
  const V2vImageItem *item;

  if (entry->trailer)
    return write_trailer (self, entry, error);
  item = v2v_image_catalog_item (self->catalog, self->item);
  step = &self->plan->steps[self->item++];
  self->passing = step->keep || step->heir >= 0;
  if (step->file != NULL) {
    V2vNewcHeader header
      = v2v_image_make_header (item, step->file, NULL, item->header.has_check);

    if (!emit_file (self, &header, item->name, step->file, error))
      return FALSE;
  }
  if (step->heir >= 0) {
    const V2vImageItem *heir = v2v_image_catalog_item (self->catalog, (guint) step->heir);
    V2vNewcHeader header = v2v_image_make_heir (heir, item);

    return emit_header (self, &header, heir->name, error);
  }
  return !step->keep
         || emit_head (self, entry->raw, entry->name, entry->header.field[V2V_NEWC_NAME_SIZE],
                       error);
}

static gboolean
write_data (const guint8 *data, gsize size, gpointer user_data, GError **error)
{
  Writer *self = user_data;

  return !self->passing || emit (self, data, size, error);
}

static gboolean
write_zeros (gsize n, gpointer user_data, GError **error)
{
  Writer *self = user_data;

  return emit_padding (self, error) && emit_zeros (self, n, error);
}

static gboolean
write_end (gsize length, gpointer user_data, GError **error)
{
  return emit_padding (user_data, error);
}

static gboolean
write_part (const V2vImageCatalog *catalog, const V2vImagePlan *plan, guint i,
            const guint8 *image, GByteArray *out, GError **error)
{
  static const V2vSegmentVisitor visitor
    = { .entry = write_entry, .data = write_data, .zeros = write_zeros, .end = write_end };
  const V2vImagePart *part = v2v_image_catalog_part (catalog, i);
  g_autoptr (V2vEncoder) encoder = v2v_encoder_new (part->codec, out, error);
  Writer writer
    = { .catalog = catalog, .plan = plan, .part = i, .encoder = encoder, .item = part->first };

  if (encoder == NULL)
    return FALSE;
  if (part->unpacked != NULL
        ? !v2v_segment_walk_unpacked (part->unpacked->data, part->unpacked->len, &visitor,
                                      &writer, error)
            || !emit_padding (&writer, error)
        : !v2v_segment_walk (image + part->offset, part->length, &visitor, &writer, error))
    return FALSE;
  return v2v_encoder_finish (encoder, error);
}

static gsize
alignment_of (gsize offset)
{
  gsize alignment = 4;

  while (alignment < ALIGNMENT_MAX && offset % (2 * alignment) == 0)
    alignment *= 2;
  return alignment;
}

/* Zeros from @part's old end to @next, which began on the same kind of border before.  Where
 * nothing has moved they are what they were. */
static gsize
gap_after (const V2vImagePart *part, gsize next, gsize size, gsize position)
{
  gsize end = part->offset + part->length;
  gsize old = next - end;
  gsize least;
  gsize alignment;

  if (position == end || (next == size && old == 0))
    return old;
  /* A length of zero is what ends lz4 before the next segment. */
  least = part->codec == NULL || !g_str_equal (v2v_codec_get_name (part->codec), "lz4")
            ? 0
            : MIN (old, 4);
  alignment = alignment_of (next);
  return least + (-(position + least) & (alignment - 1));
}

static gboolean
append (GByteArray *out, const guint8 *data, gsize size, GError **error)
{
  g_autoptr (V2vEncoder) copy = v2v_encoder_new (NULL, out, error);

  return copy != NULL && v2v_encoder_write (copy, data, size, error);
}

static gboolean
write_all (const V2vImageCatalog *catalog, const V2vImagePlan *plan, const guint8 *data,
           gsize size, GByteArray *out, GError **error)
{
  if (!append (out, data, v2v_image_catalog_part (catalog, 0)->offset, error))
    return FALSE;
  for (guint i = 0; i < catalog->parts->len; i++) {
    const V2vImagePart *part = v2v_image_catalog_part (catalog, i);
    gsize next = i + 1 < catalog->parts->len ? part[1].offset : size;
    gsize gap;

    if (plan->touched[i] ? !write_part (catalog, plan, i, data, out, error)
                         : !append (out, data + part->offset, part->length, error))
      return FALSE;
    gap = gap_after (part, next, size, out->len);
    g_byte_array_set_size (out, (guint) (out->len + gap));
    memset (out->data + out->len - gap, 0, gap);
  }
  return TRUE;
}

gboolean
v2v_image_write_here (const guint8 *data, gsize size, const V2vImageEdit *edit, GByteArray *out,
                      GError **error)
{
  static const char *const nothing[] = { NULL };
  g_autoptr (V2vImageCatalog) catalog = v2v_image_catalog_new (data, size, nothing, TRUE, error);
  g_autoptr (V2vImagePlan) plan = NULL;

  if (catalog == NULL)
    return FALSE;
  plan = v2v_image_plan_new (catalog, edit, error);
  if (plan == NULL)
    return FALSE;
  if (v2v_image_plan_is_empty (plan, catalog))
    return TRUE;
  return write_all (catalog, plan, data, size, out, error)
         && v2v_image_check (catalog, plan, out->data, out->len, error);
}
