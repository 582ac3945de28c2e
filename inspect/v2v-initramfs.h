/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-initramfs.h - what an initramfs holds
 *
 * An initramfs is a row of segments: newc archives as they are or compressed, with
 * zero bytes between them (v2v-segment.h).  Early microcode comes first, and newer
 * initramfs-tools put the modules in a segment of their own.  Of a unified kernel image the
 * one inside is taken (v2v-uki.h).
 */
#pragma once

#include <glib.h>

#include "v2v-cancel.h"
#include "v2v-fs.h"

G_BEGIN_DECLS

/* Of a wanted file (modules.dep of a distribution has 0.5 to 1.5 MB), and of all. */
#define V2V_INITRAMFS_WANTED_MAX (8 * 1024 * 1024)
#define V2V_INITRAMFS_WANTED_TOTAL_MAX (32 * 1024 * 1024)

/**
 * v2v_initramfs_names:
 * @data: the whole image
 *
 * For the confined child and the fuzz target; guests' images go through
 * v2v_initramfs_read().
 *
 * Returns: (transfer full) (element-type utf8): the names in all segments, in their
 * order, as v2v_newc_path() has them; %NULL with %V2V_ERROR_REFUSED when any part
 * is truncated, damaged or of a kind that cannot be read.
 */
GPtrArray *v2v_initramfs_names (const guint8 *data, gsize size, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_initramfs_read:
 * @path: the image inside the guest
 *
 * v2v_initramfs_names() in a confined child.
 */
GPtrArray *v2v_initramfs_read (V2vFs *fs, const char *path, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
  GPtrArray *names;  /* char*: as v2v_initramfs_names() */
  GHashTable *files; /* char* to GBytes: what the wanted regular files hold; of two files of
                      * one name the later one counts, as for the kernel */
} V2vInitramfs;

/* By the name as in V2vInitramfs; runs in the confined child. */
typedef gboolean (*V2vInitramfsWanted) (const char *name);

/**
 * v2v_initramfs_parse:
 *
 * v2v_initramfs_names() that keeps what some small files hold; a wanted file above the
 * limits is %V2V_ERROR_REFUSED too.
 *
 * Returns: (transfer full): or %NULL with @error
 */
V2vInitramfs *v2v_initramfs_parse (const guint8 *data, gsize size, V2vInitramfsWanted wanted,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same in a confined child, for the image inside the guest. */
V2vInitramfs *v2v_initramfs_open (V2vFs *fs, const char *path, V2vInitramfsWanted wanted,
                                  V2vCancel *cancel, GError **error) G_GNUC_WARN_UNUSED_RESULT;

V2vInitramfs *v2v_initramfs_new (void) G_GNUC_WARN_UNUSED_RESULT;
void v2v_initramfs_free (V2vInitramfs *initramfs); /* NULL is allowed */

/* (transfer none) (nullable) */
GBytes *v2v_initramfs_find (const V2vInitramfs *initramfs, const char *name);

/* TRUE when dracut packed its whole tree into one compressed image inside: what it holds
 * cannot be told. */
gboolean v2v_initramfs_is_squashed (const GPtrArray *names);

/**
 * v2v_module_name:
 * @path: "lib/modules/6.1/kernel/drivers/block/virtio_blk.ko.xz"
 *
 * Returns: (transfer full): "virtio_blk", with underscores; %NULL when @path is no
 * module.
 */
char *v2v_module_name (const char *path) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vInitramfs, v2v_initramfs_free)

G_END_DECLS
