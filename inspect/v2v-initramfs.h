/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-initramfs.h - what an initramfs holds
 *
 * An initramfs is a row of segments: newc archives as they are or compressed, with
 * zero bytes between them (v2v-segment.h).  Early microcode comes first, and newer
 * initramfs-tools put the modules in a segment of their own.
 */
#pragma once

#include <glib.h>

#include "v2v-fs.h"

G_BEGIN_DECLS

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

/**
 * v2v_module_name:
 * @path: "lib/modules/6.1/kernel/drivers/block/virtio_blk.ko.xz"
 *
 * Returns: (transfer full): "virtio_blk", with underscores; %NULL when @path is no
 * module.
 */
char *v2v_module_name (const char *path) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
