/* SPDX-License-Identifier: GPL-2.0-or-later
 * image-driver.c - lets a shell script rewrite an initramfs image
 *
 *   image-driver list IMAGE                     segments and how many entries each has
 *   image-driver contents IMAGE                 MODE, digest of the content, path and link of
 *                                               each entry that counts, with tabs between
 *   image-driver pack CODEC FILE OUT            FILE compressed, as a segment
 *   image-driver base EARLY MODULES MAIN        archives for test-initramfs-boot.sh
 *   image-driver edit IMAGE OUT [put PATH MODE FILE]... [remove PATH]...
 */
#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test-newc.h"
#include "linux/v2v-initramfs-image-private.h"
#include "v2v-codec.h"

#define NOISE (11 * 1024 * 1024 + 3) /* more than a block of any compressor */

static const Newc early[] = {
  { .name = "kernel", .mode = S_IFDIR | 0755 },
  { .name = "kernel/x86", .mode = S_IFDIR | 0755 },
  { .name = "kernel/x86/microcode", .mode = S_IFDIR | 0755 },
  { .name = "kernel/x86/microcode/AuthenticAMD.bin", .content = "none" },
  { NULL },
};

static const Newc modules[] = {
  { .name = "usr", .mode = S_IFDIR | 0755 },
  { .name = "usr/lib", .mode = S_IFDIR | 0755 },
  { .name = "usr/lib/modules", .mode = S_IFDIR | 0755 },
  { .name = "usr/lib/modules/6.1", .mode = S_IFDIR | 0755 },
  { .name = "usr/lib/modules/6.1/old.ko", .content = "old" },
  { NULL },
};

static const Newc rest[] = {
  { .name = "lib", .content = "usr/lib", .mode = S_IFLNK | 0777 },
  { .name = "usr", .mode = S_IFDIR | 0755 },
  { .name = "usr/lib", .mode = S_IFDIR | 0755 },
  { .name = "etc", .mode = S_IFDIR | 0755 },
  { .name = "etc/replaced", .content = "old and longer" },
  { .name = "etc/kept", .content = "kept\n", .uid = 5, .mtime = 1000000000 },
  { .name = "etc/removed.d", .mode = S_IFDIR | 0755 },
  { .name = "etc/removed.d/a", .content = "a" },
  { .name = "etc/removed.d/b", .content = "b" },
  { .name = "link-1", .ino = 9, .nlink = 3 },
  { .name = "link-2", .ino = 9, .nlink = 3 },
  { .name = "link-3", .ino = 9, .nlink = 3, .content = "linked\n" },
  { NULL },
};

static GBytes *
load (const char *path)
{
  g_autoptr (GError) error = NULL;
  char *data = NULL;
  gsize size;

  if (!g_file_get_contents (path, &data, &size, &error)) {
    fprintf (stderr, "%s\n", error->message);
    exit (1);
  }
  return g_bytes_new_take (data, size);
}

static gboolean
save (const char *path, const void *data, gsize size, GError **error)
{
  return g_file_set_contents (path, data, (gssize) size, error);
}

static gboolean
list (const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = load (path);
  g_autoptr (V2vImage) image = v2v_image_read (bytes, NULL, path, NULL, error);

  if (image == NULL)
    return FALSE;
  for (guint i = 0; i < image->segments->len; i++) {
    const V2vImageSegment *segment = &g_array_index (image->segments, V2vImageSegment, i);

    printf ("%s %" G_GSIZE_FORMAT " %u%s\n", segment->compressor, segment->length,
            segment->entries, (int) i == image->modules_segment ? " modules" : "");
  }
  return TRUE;
}

/* Of the names of one file the content stands with one only. */
static GHashTable *
linked_content (const V2vImageCatalog *catalog)
{
  g_autoptr (GHashTable) body = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < catalog->items->len; i++) {
    const V2vImageItem *item = v2v_image_catalog_item (catalog, i);

    if (v2v_image_item_is_linked (item) && item->header.field[V2V_NEWC_FILE_SIZE] > 0)
      g_hash_table_insert (body, v2v_image_item_link_key (item), (gpointer) item);
  }
  return g_steal_pointer (&body);
}

static void
print_item (const V2vImageItem *item, const char *where, GHashTable *linked)
{
  g_autofree char *path = g_strescape (item->path, NULL);
  g_autofree char *link = NULL;
  guint mode = item->header.field[V2V_NEWC_MODE];

  if (v2v_image_item_is_linked (item)) {
    g_autofree char *key = v2v_image_item_link_key (item);
    const V2vImageItem *owner = g_hash_table_lookup (linked, key);

    item = owner != NULL ? owner : item;
  }
  if (S_ISLNK (mode) && item->data != NULL) {
    g_autofree char *target
      = g_strndup (g_bytes_get_data (item->data, NULL), g_bytes_get_size (item->data));

    link = g_strescape (target, NULL);
  }
  printf ("%o\t%016" G_GINT64_MODIFIER "x\t%s%s\t%s\n", mode, S_ISREG (mode) ? item->body : 0,
          where, path, link != NULL ? link : "");
}

static gboolean
contents (const char *path, GError **error)
{
  static const char *const nothing[] = { NULL };
  g_autoptr (GBytes) bytes = load (path);
  g_autoptr (GHashTable) linked = NULL;
  V2vImageCatalog *catalog;
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  catalog = v2v_image_catalog_new (data, size, nothing, FALSE, error);
  if (catalog == NULL)
    return FALSE;
  linked = linked_content (catalog);
  for (guint i = 0; i < catalog->items->len; i++) {
    const V2vImageItem *item = v2v_image_catalog_item (catalog, i);
    gboolean first = v2v_image_catalog_part (catalog, item->segment)->early;

    if (first || v2v_image_catalog_find (catalog, item->path) == (int) i)
      print_item (item, first ? "early/" : "", linked);
  }
  v2v_image_catalog_free (catalog);
  return TRUE;
}

static gboolean
pack (const char *codec, const char *in, const char *out, GError **error)
{
  g_autoptr (GBytes) bytes = load (in);
  g_autoptr (GByteArray) packed = g_byte_array_new ();
  g_autoptr (V2vEncoder) encoder = v2v_encoder_new (
    g_str_equal (codec, "none") ? NULL : v2v_codec_by_name (codec), packed, error);

  return encoder != NULL
         && v2v_encoder_write (encoder, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes),
                               error)
         && v2v_encoder_finish (encoder, error) && save (out, packed->data, packed->len, error);
}

/* initramfs-init.c makes the same bytes. */
static void
add_noise (GByteArray *out)
{
  g_autofree guint8 *noise = g_malloc (NOISE);
  guint32 state = 1;

  for (guint i = 0; i < NOISE; i++) {
    state = state * 1103515245u + 12345u;
    noise[i] = (guint8) (i % 65536 < 32768 ? state >> 16 : i >> 16);
  }
  newc_add_bytes (out, &(Newc){ .name = "noise" }, noise, NOISE);
}

static gboolean
base (char **argv, GError **error)
{
  g_autoptr (GByteArray) first = newc_archive (early);
  g_autoptr (GByteArray) second = newc_archive (modules);
  g_autoptr (GByteArray) third = g_byte_array_new ();

  for (guint i = 0; rest[i].name != NULL; i++)
    newc_add (third, &rest[i]);
  add_noise (third);
  newc_end (third, FALSE);
  return save (argv[0], first->data, first->len, error)
         && save (argv[1], second->data, second->len, error)
         && save (argv[2], third->data, third->len, error);
}

static gboolean
edit_image (int argc, char **argv, GError **error)
{
  g_autoptr (GBytes) image = load (argv[0]);
  g_autoptr (V2vImageEdit) edit = v2v_image_edit_new ();
  g_autoptr (GBytes) result = NULL;
  g_autoptr (GTimer) timer = g_timer_new ();

  for (int i = 2; i < argc;) {
    if (g_str_equal (argv[i], "put") && i + 3 < argc) {
      g_autoptr (GBytes) data = load (argv[i + 3]);

      v2v_image_edit_put (edit, argv[i + 1], (guint) strtoul (argv[i + 2], NULL, 8), data);
      i += 4;
    } else if (g_str_equal (argv[i], "remove") && i + 1 < argc) {
      v2v_image_edit_remove (edit, argv[i + 1]);
      i += 2;
    } else {
      g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE, "what is '%s'", argv[i]);
      return FALSE;
    }
  }
  g_timer_start (timer);
  result = v2v_image_write (image, edit, argv[0], NULL, error);
  if (result == NULL)
    return FALSE;
  printf ("%" G_GSIZE_FORMAT " -> %" G_GSIZE_FORMAT " bytes in %.2f s\n",
          g_bytes_get_size (image), g_bytes_get_size (result), g_timer_elapsed (timer, NULL));
  return save (argv[1], g_bytes_get_data (result, NULL), g_bytes_get_size (result), error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = FALSE;

  if (argc == 3 && g_str_equal (argv[1], "list"))
    ok = list (argv[2], &error);
  else if (argc == 3 && g_str_equal (argv[1], "contents"))
    ok = contents (argv[2], &error);
  else if (argc == 5 && g_str_equal (argv[1], "pack"))
    ok = pack (argv[2], argv[3], argv[4], &error);
  else if (argc == 5 && g_str_equal (argv[1], "base"))
    ok = base (argv + 2, &error);
  else if (argc >= 4 && g_str_equal (argv[1], "edit"))
    ok = edit_image (argc - 2, argv + 2, &error);
  if (!ok)
    fprintf (stderr, "image-driver: %s\n", error != NULL ? error->message : "usage");
  return ok ? 0 : 1;
}
