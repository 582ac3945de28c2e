/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-overlay.h - a qcow2 layer over one disk: where the conversion happens
 */
#pragma once

#include <glib.h>

#include "v2v-cancel.h"

G_BEGIN_DECLS

/**
 * v2v_overlay_create:
 * @overlay: absolute path of the new file
 * @base: absolute path of the disk; any bytes that a file name can have
 * @base_format: stated in the overlay, so that nobody probes
 */
gboolean v2v_overlay_create (const char *overlay, const char *base,
                             const char *base_format, V2vCancel *cancel, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_overlay_commit:
 * @what: for messages, "committing disk '/x.img'"
 *
 * Writes the overlay's clusters into the disk, flushes the disk, and leaves the
 * overlay as it was (-d), so that the same call can be made again after a crash.
 *
 * Zero clusters of the overlay: by default qemu punches holes for them, which makes
 * a preallocated disk sparse (measured: 600 MiB fully allocated became 88 MiB after
 * a guest discarded 512).  When the disk is a block device or a raw file without
 * holes they are written as allocated zeroes instead (FALLOC_FL_ZERO_RANGE,
 * BLKZEROOUT).  A sparse file stays sparse.
 */
gboolean v2v_overlay_commit (const char *overlay, const char *base,
                             const char *base_format, const char *what, V2vCancel *cancel,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
