/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-initramfs-image-read.c - what an image holds, all segments taken together
 */
#include <config.h>

#include "v2v-initramfs-image-private.h"

#include "v2v-uki.h"

static void
add_segments (V2vImage *image, const V2vImageCatalog *catalog)
{
  for (guint i = 0; i < catalog->parts->len; i++) {
    const V2vImagePart *part = v2v_image_catalog_part (catalog, i);
    V2vImageSegment segment = { .offset = part->offset,
                                .length = part->length,
                                .entries = part->entries,
                                .compressor = "none" };

    if (part->codec != NULL)
      segment.compressor = v2v_codec_get_name (part->codec);
    g_array_append_val (image->segments, segment);
  }
  image->modules_segment = catalog->modules_part;
}

static int
compare_paths (gconstpointer a, gconstpointer b)
{
  const V2vImageEntry *const *x = a;
  const V2vImageEntry *const *y = b;

  return g_strcmp0 ((*x)->path, (*y)->path);
}

/* Early microcode counts, too, where nothing later has its path. */
static gboolean
is_current (const V2vImageCatalog *catalog, GHashTable *early, guint i)
{
  const V2vImageItem *item = v2v_image_catalog_item (catalog, i);
  int winner = v2v_image_catalog_find (catalog, item->path);

  if (winner >= 0)
    return (guint) winner == i;
  return GPOINTER_TO_UINT (g_hash_table_lookup (early, item->path)) == i + 1;
}

V2vImage *
v2v_image_read_here (const guint8 *data, gsize size, const char *const *wanted, GError **error)
{
  g_autoptr (V2vImageCatalog) catalog = NULL;
  g_autoptr (GHashTable) early = g_hash_table_new (g_str_hash, g_str_equal);
  gsize offset = 0;
  V2vImage *image;

  if (v2v_uki_is_program (data, size) && !v2v_uki_find_initrd (data, size, &offset, &size, error))
    return NULL;
  catalog = v2v_image_catalog_new (data + offset, size, wanted, FALSE, error);
  if (catalog == NULL)
    return NULL;
  for (guint i = 0; i < catalog->items->len; i++) {
    const V2vImageItem *item = v2v_image_catalog_item (catalog, i);

    if (v2v_image_catalog_part (catalog, item->segment)->early)
      g_hash_table_insert (early, item->path, GUINT_TO_POINTER (i + 1));
  }
  image = v2v_image_new ();
  add_segments (image, catalog);
  for (guint i = 0; i < catalog->items->len; i++) {
    const V2vImageItem *item = v2v_image_catalog_item (catalog, i);

    if (is_current (catalog, early, i))
      v2v_image_add_entry (image, item->path, item->header.field[V2V_NEWC_MODE], item->data);
  }
  g_ptr_array_sort (image->entries, compare_paths);
  return image;
}
