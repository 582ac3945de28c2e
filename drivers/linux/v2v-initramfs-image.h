/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-initramfs-image.h - look into an initramfs image and write it anew, on the host
 *
 * No program of the guest runs.  An image is a row of segments (inspect/v2v-initramfs.h);
 * one of them is emitted again with its compressor, the others stay byte for byte, early
 * microcode first.  All of it happens in a confined child: images are a guest's bytes.
 *
 * What the kernel takes (init/initramfs.c, lib/decompress_*.c): newc archives; gzip; xz with
 * CRC32 or no check, never CRC64; zstd; lz4 in legacy framing, which ignores nothing behind
 * it, so nothing is ever appended after such a segment; bzip2; lzma without a size, up to its
 * end marker.  lzo is refused.
 * Paths are as v2v_newc_path() has them: no "/" or "./" in front.
 */
#pragma once

#include <glib.h>

#include "v2v-cancel.h"
#include "v2v-error.h"

G_BEGIN_DECLS

/* A wanted file that is larger comes without its content; more than that together is
 * refused. */
#define V2V_IMAGE_WANTED_MAX (1024 * 1024)
#define V2V_IMAGE_WANTED_TOTAL_MAX (64 * 1024 * 1024)

typedef struct {
  char *path;   /* without "/" in front: "usr/lib/modules/6.1/modules.dep" */
  guint mode;   /* st_mode with the file type */
  GBytes *data; /* regular file that was wanted, by any of its hard links; the target of a
                 * link; else NULL */
} V2vImageEntry;

typedef struct {
  gsize offset, length;   /* in the image, without the zeros behind it */
  const char *compressor; /* "none", "gzip", "xz", "zstd", "lz4", "bzip2", "lzma" (static) */
  guint entries;
} V2vImageSegment;

typedef struct {
  GPtrArray *entries;  /* V2vImageEntry, by path: over all segments, a later one wins */
  GArray *segments;    /* V2vImageSegment */
  int modules_segment; /* index of the last one with modules below lib/modules; where there
                        * is none, the last with their index, or the last of all; -1 = all
                        * is early microcode */
} V2vImage;

/**
 * v2v_image_read:
 * @image: the whole file; of a unified kernel image the initramfs inside is read, and
 *   v2v_image_write() refuses it
 * @wanted: globs of paths whose content is kept (fnmatch() without FNM_PATHNAME, so that
 *   "*" crosses slashes); NULL-terminated
 * @what: for messages, "initramfs '/boot/initrd.img-6.1'"
 *
 * Returns: (transfer full): or %NULL with %V2V_ERROR_REFUSED: truncated, damaged, too
 * large, a bomb, of a kind that cannot be read
 */
V2vImage *v2v_image_read (GBytes *image, const char *const *wanted, const char *what,
                          V2vCancel *cancel, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void v2v_image_free (V2vImage *image); /* NULL is allowed */

/* (transfer none) (nullable): by path; links in between are not followed. */
const V2vImageEntry *v2v_image_find (const V2vImage *image, const char *path);

/* A file to create or replace. */
typedef struct {
  char *path;   /* without "/" in front; its directories are made, 0755 */
  guint mode;   /* permission bits */
  GBytes *data;
} V2vImageFile;

typedef struct {
  GPtrArray *put;    /* V2vImageFile */
  GPtrArray *remove; /* char*: paths, from every segment that is not early microcode; a
                      * directory only when it is empty then; absent ones are no error */
} V2vImageEdit;

V2vImageEdit *v2v_image_edit_new (void) G_GNUC_WARN_UNUSED_RESULT;
void v2v_image_edit_free (V2vImageEdit *edit); /* NULL is allowed */
/* The last one of a path counts, also before remove. */
void v2v_image_edit_put (V2vImageEdit *edit, const char *path, guint mode, GBytes *data);
void v2v_image_edit_remove (V2vImageEdit *edit, const char *path);

/**
 * v2v_image_write:
 *
 * The image with @edit applied.  New files go into the modules segment (behind links of
 * the image: lib/x is put where lib points to), a replaced one where it was; segments that
 * are not touched are copied byte for byte with the zeros between them, and entries that
 * are not touched keep every byte.  A put file that is there already touches nothing.  The
 * result is read again and compared with what was asked for before it is returned.
 *
 * Returns: (transfer full): the new image, @image itself when nothing changed; %NULL with
 * %V2V_ERROR_REFUSED: see v2v_image_read(); a path to put that is unfit or a directory
 */
GBytes *v2v_image_write (GBytes *image, const V2vImageEdit *edit, const char *what,
                         V2vCancel *cancel, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vImage, v2v_image_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vImageEdit, v2v_image_edit_free)

G_END_DECLS
