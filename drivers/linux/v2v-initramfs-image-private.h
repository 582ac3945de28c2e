/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-initramfs-image-private.h - what the parts of v2v-initramfs-image share
 *
 * All of it but the wire runs in the confined child (or a test, or a fuzz target).
 */
#pragma once

#include "v2v-initramfs-image.h"
#include "v2v-segment.h"

G_BEGIN_DECLS

#define V2V_IMAGE_LINK_MAX 4096 /* a longer target is none to the kernel */

/* One entry, as it stands in the image. */
typedef struct {
  guint segment;
  guint archive; /* within the segment */
  V2vNewcHeader header;
  char *name;     /* as it is: NAME_SIZE bytes */
  char *path;     /* v2v_newc_path() */
  guint64 head;   /* digest of the header and the name */
  guint64 body;   /* digest of the content */
  GBytes *data;   /* kept content: a link's target, a file that was wanted; else NULL */
} V2vImageItem;

typedef struct {
  gsize offset, length;
  const V2vCodec *codec; /* NULL: as it is */
  guint archives;
  guint first, entries; /* items */
  gboolean early;       /* microcode, ACPI tables: never touched */
} V2vImagePart;

typedef struct {
  GArray *parts;     /* V2vImagePart */
  GArray *items;     /* V2vImageItem, in their order */
  GStringChunk *text;
  GHashTable *winners; /* path -> index + 1 of the last item that is not early */
  int modules_part;    /* -1: nothing but microcode */
} V2vImageCatalog;

/* Reads everything; %V2V_ERROR_REFUSED. */
V2vImageCatalog *v2v_image_catalog_new (const guint8 *data, gsize size,
                                        const char *const *wanted, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;
void v2v_image_catalog_free (V2vImageCatalog *catalog);
const V2vImageItem *v2v_image_catalog_item (const V2vImageCatalog *catalog, guint i);
const V2vImagePart *v2v_image_catalog_part (const V2vImageCatalog *catalog, guint i);
/* Index of the item that counts; -1 = there is none. */
int v2v_image_catalog_find (const V2vImageCatalog *catalog, const char *path);

/* v2v_image_read() and v2v_image_write() without the child. */
V2vImage *v2v_image_read_here (const guint8 *data, gsize size, const char *const *wanted,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
GByteArray *v2v_image_write_here (const guint8 *data, gsize size, const V2vImageEdit *edit,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* From the child to its parent, who believes it as far as it is well formed. */
void v2v_image_to_wire (const V2vImage *image, GByteArray *out);
V2vImage *v2v_image_from_wire (GBytes *wire, GError **error) G_GNUC_WARN_UNUSED_RESULT;

V2vImage *v2v_image_new (void) G_GNUC_WARN_UNUSED_RESULT;
void v2v_image_add_entry (V2vImage *image, const char *path, guint mode, GBytes *data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vImageCatalog, v2v_image_catalog_free)

G_END_DECLS
