/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-engine-nbd.h - the qemu-nbd that virt-v2v finds: ours, which ignores discards
 *
 * virt-v2v starts "qemu-nbd --discard=unmap" for each qcow2 and later trims every file
 * system.  On an overlay each discarded cluster becomes an allocated zero cluster, and
 * committing those punches holes into the disk below (or writes zeros all over it).
 * Releases before 2.11.5 have no option against it.  So the first qemu-nbd in its PATH
 * is a small script of ours: the same program on the same private Unix socket, with
 * --discard=ignore.  (Serving the disks ourselves would need a TCP port, open to every
 * user of the machine: 2.2 knows no other kind of NBD disk.)
 *
 * The script also makes qemu-nbd die with virt-v2v, so that a killed run leaves nobody
 * with a lock on the overlay.
 */
#pragma once

#include <glib.h>

#include "v2v-cancel.h"

G_BEGIN_DECLS

/**
 * v2v_engine_nbd_install:
 * @dir: a private directory without ':' in its path, on a file system that allows
 *   programs to run
 * @discard: let discards through
 * @out_path: (out) (transfer full): what PATH has to be, "PATH=..."
 *
 * Errors: %V2V_ERROR_UNSUPPORTED when qemu-nbd is not installed, %V2V_ERROR_USAGE when
 * @dir is not fit.
 */
gboolean v2v_engine_nbd_install (const char *dir, gboolean discard, V2vCancel *cancel,
                                 char **out_path, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_engine_nbd_check:
 * @dir: as above
 * @disks: %NULL-terminated paths
 *
 * The proof afterwards: each of @disks was served by the script.
 *
 * Returns: %FALSE with %V2V_ERROR_INTERNAL for one that was not
 */
gboolean v2v_engine_nbd_check (const char *dir, const char *const *disks, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
