/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-initramfs-image-check.c - whether a new image is what was planned
 */
#include <config.h>

#include "v2v-initramfs-image-private.h"

#include <string.h>

typedef struct {
  const V2vImageCatalog *now;
  guint next; /* item of now */
  guint part;
} Checker;

static guint64
digest_head (const V2vNewcHeader *header, const char *name)
{
  guint8 raw[V2V_NEWC_HEADER_SIZE];

  v2v_newc_format (header, raw);
  return v2v_codec_digest (v2v_codec_digest (0, raw, sizeof raw), name,
                           header->field[V2V_NEWC_NAME_SIZE]);
}

/* Is the next entry the one with these digests? */
static gboolean
check_next (Checker *self, guint64 head, guint64 body, const char *path, GError **error)
{
  const V2vImageItem *item = NULL;

  if (self->next < self->now->items->len)
    item = v2v_image_catalog_item (self->now, self->next);
  if (item != NULL && item->segment == self->part && item->head == head && item->body == body) {
    self->next++;
    return TRUE;
  }
  g_set_error (error, V2V_ERROR, V2V_ERROR_INTERNAL,
               "what was written cannot be read back: '%s' is lost or changed", path);
  return FALSE;
}

static gboolean
check_file (Checker *self, const V2vNewcHeader *header, const char *name,
            const V2vImageFile *file, GError **error)
{
  gsize size = 0;
  const void *data = file == NULL ? NULL : g_bytes_get_data (file->data, &size);

  return check_next (self, digest_head (header, name), v2v_codec_digest (0, data, size), name,
                     error);
}

static gboolean
check_step (Checker *self, const V2vImageCatalog *catalog, const V2vImageStep *step,
            const V2vImageItem *item, GError **error)
{
  if (step->file != NULL) {
    V2vNewcHeader header
      = v2v_image_make_header (item, step->file, NULL, item->header.has_check);

    if (!check_file (self, &header, item->name, step->file, error))
      return FALSE;
  }
  if (step->heir >= 0) {
    const V2vImageItem *heir = v2v_image_catalog_item (catalog, (guint) step->heir);
    V2vNewcHeader header = v2v_image_make_heir (heir, item);

    return check_next (self, digest_head (&header, heir->name), item->body, heir->path, error);
  }
  return !step->keep || check_next (self, item->head, item->body, item->path, error);
}

static gboolean
check_part (Checker *self, const V2vImageCatalog *catalog, const V2vImagePlan *plan,
            GError **error)
{
  const V2vImagePart *part = v2v_image_catalog_part (catalog, self->part);

  for (guint i = part->first; i < part->first + part->entries; i++) {
    if (!check_step (self, catalog, &plan->steps[i], v2v_image_catalog_item (catalog, i), error))
      return FALSE;
  }
  for (guint i = 0; (int) self->part == catalog->modules_part && i < plan->additions->len; i++) {
    const V2vImageAddition *addition = g_ptr_array_index (plan->additions, i);
    V2vNewcHeader header
      = v2v_image_make_header (NULL, addition->file, addition->path,
                               v2v_image_part_has_check (catalog, self->part));

    if (!check_file (self, &header, addition->path, addition->file, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
v2v_image_check (const V2vImageCatalog *catalog, const V2vImagePlan *plan, const guint8 *data,
                 gsize size, GError **error)
{
  static const char *const nothing[] = { NULL };
  g_autoptr (V2vImageCatalog) now = v2v_image_catalog_new (data, size, nothing, FALSE, error);
  Checker checker = { .now = now };

  if (now == NULL) {
    g_prefix_error (error, "after the change: ");
    return FALSE;
  }
  for (; checker.part < catalog->parts->len; checker.part++) {
    if (checker.part >= now->parts->len
        || v2v_image_catalog_part (now, checker.part)->codec
             != v2v_image_catalog_part (catalog, checker.part)->codec)
      break;
    if (!check_part (&checker, catalog, plan, error))
      return FALSE;
  }
  if (checker.part == now->parts->len && checker.part == catalog->parts->len
      && checker.next == now->items->len)
    return TRUE;
  g_set_error_literal (error, V2V_ERROR, V2V_ERROR_INTERNAL,
                       "what was written cannot be read back: it has other segments or files");
  return FALSE;
}
