/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-initramfs-image-catalog.c - every entry of an image, and where it stands
 */
#include <config.h>

#include "v2v-initramfs-image-private.h"

#include <fnmatch.h>
#include <string.h>
#include <sys/stat.h>

typedef struct {
  V2vImageCatalog *catalog;
  const char *const *wanted;
  GByteArray *kept; /* content of the last item; NULL: it is not kept */
  gsize total;      /* bytes that are kept because they are wanted */
  gsize maybe;      /* and because they may turn out to be */
  gboolean keep_unpacked;
  gsize unpacked; /* bytes */
} Builder;

static V2vImagePart *
last_part (const Builder *self)
{
  return &g_array_index (self->catalog->parts, V2vImagePart, self->catalog->parts->len - 1);
}

static V2vImageItem *
last_item (const Builder *self)
{
  return &g_array_index (self->catalog->items, V2vImageItem, self->catalog->items->len - 1);
}

static gboolean
begin_part (const V2vSegment *segment, gpointer user_data, GError **error)
{
  Builder *self = user_data;
  V2vImagePart part = { .offset = segment->offset,
                        .codec = segment->codec,
                        .first = self->catalog->items->len,
                        .early = segment->codec == NULL };

  g_array_append_val (self->catalog->parts, part);
  return TRUE;
}

/* Only these: dracut marks its early archive by a file of that name, the kernel looks below
 * kernel/ (microcode/, and firmware/acpi/ for tables). */
static gboolean
may_be_early (const char *path)
{
  return g_str_equal (path, ".") || g_str_equal (path, "early_cpio")
         || g_str_equal (path, "kernel") || g_str_has_prefix (path, "kernel/");
}

gboolean
v2v_image_item_is_linked (const V2vImageItem *item)
{
  return S_ISREG (item->header.field[V2V_NEWC_MODE]) && item->header.field[V2V_NEWC_NLINK] >= 2;
}

static gboolean
is_wanted (const Builder *self, const V2vImageItem *item)
{
  guint32 mode = item->header.field[V2V_NEWC_MODE];

  if (S_ISLNK (mode))
    return TRUE;
  for (guint i = 0; S_ISREG (mode) && self->wanted[i] != NULL; i++) {
    if (fnmatch (self->wanted[i], item->path, 0) == 0)
      return TRUE;
  }
  return FALSE;
}

/* A file with several names is kept because of those that may be wanted, while there is
 * room; share_content() lets go of the others. */
static gboolean
begin_keeping (Builder *self, const V2vImageItem *item, GError **error)
{
  guint32 size = item->header.field[V2V_NEWC_FILE_SIZE];
  gboolean wanted = is_wanted (self, item);

  if (wanted && S_ISLNK (item->header.field[V2V_NEWC_MODE]) && size > V2V_IMAGE_LINK_MAX) {
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED, "a link in it is too long");
    return FALSE;
  }
  if (size > V2V_IMAGE_WANTED_MAX
      || (!wanted && (!v2v_image_item_is_linked (item) || self->wanted[0] == NULL)))
    return TRUE;
  if (size > V2V_IMAGE_WANTED_TOTAL_MAX - (wanted ? self->total : self->maybe)) {
    if (!wanted)
      return TRUE;
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED,
                         "the files in it that matter are too large");
    return FALSE;
  }
  *(wanted ? &self->total : &self->maybe) += size;
  self->kept = g_byte_array_new ();
  return TRUE;
}

static void
end_keeping (Builder *self)
{
  if (self->kept != NULL)
    last_item (self)->data = g_byte_array_free_to_bytes (g_steal_pointer (&self->kept));
}

static gboolean
add_item (const V2vSegmentEntry *entry, gpointer user_data, GError **error)
{
  Builder *self = user_data;
  V2vImagePart *part = last_part (self);
  guint32 name_size = entry->header.field[V2V_NEWC_NAME_SIZE];
  g_autofree char *path = v2v_newc_path (entry->name);
  V2vImageItem item = { .segment = self->catalog->parts->len - 1,
                        .archive = part->archives,
                        .header = entry->header };

  end_keeping (self);
  if (entry->trailer) {
    part->archives++;
    return TRUE;
  }
  item.name = g_string_chunk_insert_len (self->catalog->text, entry->name, name_size);
  item.path = g_string_chunk_insert (self->catalog->text, path);
  item.head = v2v_codec_digest (0, entry->raw, V2V_NEWC_HEADER_SIZE);
  item.head = v2v_codec_digest (item.head, entry->name, name_size);
  part->entries++;
  part->early = part->early && may_be_early (path);
  g_array_append_val (self->catalog->items, item);
  return begin_keeping (self, &item, error);
}

static gboolean
add_data (const guint8 *data, gsize size, gpointer user_data, GError **error)
{
  Builder *self = user_data;
  V2vImageItem *item = last_item (self);

  item->body = v2v_codec_digest (item->body, data, size);
  if (self->kept != NULL)
    g_byte_array_append (self->kept, data, (guint) size);
  return TRUE;
}

static void
keep_unpacked (const guint8 *data, gsize size, gpointer user_data)
{
  Builder *self = user_data;
  V2vImagePart *part = last_part (self);

  if (!self->keep_unpacked)
    return;
  if (part->unpacked == NULL)
    part->unpacked = g_byte_array_new ();
  self->unpacked += size;
  self->keep_unpacked = self->unpacked <= V2V_IMAGE_UNPACKED_MAX;
  if (self->keep_unpacked)
    g_byte_array_append (part->unpacked, data, (guint) size);
  else /* a part of it is of no use */
    g_clear_pointer (&part->unpacked, g_byte_array_unref);
}

static gboolean
end_part (gsize length, gpointer user_data, GError **error)
{
  Builder *self = user_data;
  V2vImagePart *part = last_part (self);

  part->length = length;
  part->early = part->early && part->entries > 0;
  return TRUE;
}

char *
v2v_image_item_link_key (const V2vImageItem *item)
{
  const guint32 *field = item->header.field;

  return g_strdup_printf ("%u %u %u %u %u", item->segment, item->archive,
                          field[V2V_NEWC_DEV_MAJOR], field[V2V_NEWC_DEV_MINOR],
                          field[V2V_NEWC_INO]);
}

/* The content stands with one of the names, mostly the last. */
static void
share_content (Builder *self)
{
  g_autoptr (GHashTable) content
    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  GArray *items = self->catalog->items;

  for (guint i = 0; i < items->len; i++) {
    const V2vImageItem *item = v2v_image_catalog_item (self->catalog, i);

    if (v2v_image_item_is_linked (item) && item->data != NULL
        && g_bytes_get_size (item->data) > 0)
      g_hash_table_insert (content, v2v_image_item_link_key (item), g_bytes_ref (item->data));
  }
  for (guint i = 0; i < items->len && self->wanted[0] != NULL; i++) {
    V2vImageItem *item = &g_array_index (items, V2vImageItem, i);
    g_autofree char *key = NULL;
    GBytes *data;

    if (!v2v_image_item_is_linked (item))
      continue;
    key = v2v_image_item_link_key (item);
    data = g_hash_table_lookup (content, key);
    if (data == NULL)
      continue;
    g_clear_pointer (&item->data, g_bytes_unref);
    if (is_wanted (self, item))
      item->data = g_bytes_ref (data);
  }
}

/* How much says that new modules belong to this segment, too: newer initramfs-tools have
 * the modules in one and their index in another. */
static guint
modules_rank (const V2vImageItem *item)
{
  if (!g_str_has_prefix (item->path, "lib/modules/")
      && !g_str_has_prefix (item->path, "usr/lib/modules/"))
    return 0;
  return strstr (item->path, ".ko") != NULL ? 2 : 1;
}

static void
find_winners (V2vImageCatalog *catalog)
{
  guint best = 0;

  for (guint i = 0; i < catalog->parts->len; i++) {
    const V2vImagePart *part = v2v_image_catalog_part (catalog, i);

    if (!part->early && part->archives > 0)
      catalog->modules_part = (int) i;
  }
  for (guint i = 0; i < catalog->items->len; i++) {
    const V2vImageItem *item = v2v_image_catalog_item (catalog, i);
    guint rank = modules_rank (item);

    if (v2v_image_catalog_part (catalog, item->segment)->early)
      continue;
    g_hash_table_insert (catalog->winners, item->path, GUINT_TO_POINTER (i + 1));
    if (rank > 0 && rank >= best) {
      best = rank;
      catalog->modules_part = (int) item->segment;
    }
  }
}

static void
clear_part (gpointer data)
{
  V2vImagePart *part = data;

  g_clear_pointer (&part->unpacked, g_byte_array_unref);
}

static void
clear_item (gpointer data)
{
  V2vImageItem *item = data;

  g_clear_pointer (&item->data, g_bytes_unref);
}

V2vImageCatalog *
v2v_image_catalog_new (const guint8 *data, gsize size, const char *const *wanted,
                       gboolean keep, GError **error)
{
  static const V2vSegmentVisitor visitor = { .begin = begin_part,
                                             .entry = add_item,
                                             .data = add_data,
                                             .end = end_part,
                                             .unpacked = keep_unpacked };
  g_autoptr (V2vImageCatalog) catalog = g_new0 (V2vImageCatalog, 1);
  Builder builder = { .catalog = catalog, .wanted = wanted, .keep_unpacked = keep };
  gboolean ok;

  catalog->parts = g_array_new (FALSE, FALSE, sizeof (V2vImagePart));
  catalog->items = g_array_new (FALSE, FALSE, sizeof (V2vImageItem));
  g_array_set_clear_func (catalog->parts, clear_part);
  g_array_set_clear_func (catalog->items, clear_item);
  catalog->text = g_string_chunk_new (65536);
  catalog->winners = g_hash_table_new (g_str_hash, g_str_equal);
  catalog->modules_part = -1;

  ok = v2v_segment_walk (data, size, &visitor, &builder, error);
  end_keeping (&builder);
  if (!ok)
    return NULL;
  if (catalog->items->len == 0) {
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED, "it is empty");
    return NULL;
  }
  share_content (&builder);
  find_winners (catalog);
  return g_steal_pointer (&catalog);
}

void
v2v_image_catalog_free (V2vImageCatalog *catalog)
{
  if (catalog == NULL)
    return;
  g_array_unref (catalog->parts);
  g_array_unref (catalog->items);
  g_string_chunk_free (catalog->text);
  g_hash_table_unref (catalog->winners);
  g_free (catalog);
}

const V2vImageItem *
v2v_image_catalog_item (const V2vImageCatalog *catalog, guint i)
{
  return &g_array_index (catalog->items, V2vImageItem, i);
}

const V2vImagePart *
v2v_image_catalog_part (const V2vImageCatalog *catalog, guint i)
{
  return &g_array_index (catalog->parts, V2vImagePart, i);
}

int
v2v_image_catalog_find (const V2vImageCatalog *catalog, const char *path)
{
  return (int) GPOINTER_TO_UINT (g_hash_table_lookup (catalog->winners, path)) - 1;
}
