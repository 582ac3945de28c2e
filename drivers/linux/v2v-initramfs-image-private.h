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
/* As much of unpacked segments is kept for writing, which saves a second unpacking. */
#define V2V_IMAGE_UNPACKED_MAX (96 * 1024 * 1024)

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
  GByteArray *unpacked; /* NULL: not compressed, or not kept */
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
                                        const char *const *wanted, gboolean keep_unpacked,
                                        GError **error)
  G_GNUC_WARN_UNUSED_RESULT;
void v2v_image_catalog_free (V2vImageCatalog *catalog);
const V2vImageItem *v2v_image_catalog_item (const V2vImageCatalog *catalog, guint i);
const V2vImagePart *v2v_image_catalog_part (const V2vImageCatalog *catalog, guint i);
/* Index of the item that counts; -1 = there is none. */
int v2v_image_catalog_find (const V2vImageCatalog *catalog, const char *path);
/* A regular file with other names. */
gboolean v2v_image_item_is_linked (const V2vImageItem *item);
/* (transfer full): equal for names of one file; the kernel forgets at an archive's end. */
char *v2v_image_item_link_key (const V2vImageItem *item);

/* What becomes of one item. */
typedef struct {
  gboolean keep;
  const V2vImageFile *file; /* stands here now; NULL: none */
  int heir;                 /* -1, or an item that stands here now, with this one's content */
} V2vImageStep;

/* A file or a directory that was not there. */
typedef struct {
  char *path;
  const V2vImageFile *file; /* NULL: a directory */
} V2vImageAddition;

typedef struct {
  V2vImageStep *steps;  /* one for each item */
  gboolean *touched;    /* one for each part */
  GPtrArray *additions; /* V2vImageAddition: at the end of the modules part */
} V2vImagePlan;

/* @edit is to stay as long as the plan.  %V2V_ERROR_REFUSED: a path that cannot be put. */
V2vImagePlan *v2v_image_plan_new (const V2vImageCatalog *catalog, const V2vImageEdit *edit,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
void v2v_image_plan_free (V2vImagePlan *plan);
gboolean v2v_image_plan_is_empty (const V2vImagePlan *plan, const V2vImageCatalog *catalog);

/* v2v_image_read() without the child. */
V2vImage *v2v_image_read_here (const guint8 *data, gsize size, const char *const *wanted,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* v2v_image_write() without the child: appended to @out, nothing when nothing changed. */
gboolean v2v_image_write_here (const guint8 *data, gsize size, const V2vImageEdit *edit,
                               GByteArray *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads the new image and compares it, entry by entry, with what @plan makes of the old. */
gboolean v2v_image_check (const V2vImageCatalog *catalog, const V2vImagePlan *plan,
                          const guint8 *data, gsize size, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* The header of @file in place of @item (NULL: new); of a directory when @file is NULL. */
V2vNewcHeader v2v_image_make_header (const V2vImageItem *item, const V2vImageFile *file,
                                     const char *path, gboolean has_check);
/* The header of @heir with the content of @item. */
V2vNewcHeader v2v_image_make_heir (const V2vImageItem *heir, const V2vImageItem *item);
/* Whether @part's archives have checksums: the kernel takes both kinds in one archive, cpio
 * does not. */
gboolean v2v_image_part_has_check (const V2vImageCatalog *catalog, guint part);

/* From the child to its parent, who believes it as far as it is well formed. */
void v2v_image_to_wire (const V2vImage *image, GByteArray *out);
V2vImage *v2v_image_from_wire (GBytes *wire, GError **error) G_GNUC_WARN_UNUSED_RESULT;

V2vImage *v2v_image_new (void) G_GNUC_WARN_UNUSED_RESULT;
void v2v_image_add_entry (V2vImage *image, const char *path, guint mode, GBytes *data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vImageCatalog, v2v_image_catalog_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vImagePlan, v2v_image_plan_free)

G_END_DECLS
