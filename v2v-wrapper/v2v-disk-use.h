/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-disk-use.h - who else is using a disk?
 *
 * Takes no lock itself.  A second `qemu-img commit` or a running guest would not
 * be stopped by ours: qemu looks only at its own kind of locks.
 */
#pragma once

#include <glib.h>

#include "v2v-error.h"

G_BEGIN_DECLS

/**
 * v2v_disk_use_check:
 * @fd: open on the disk
 * @path: its real path
 * @name: printable, for messages
 *
 * %V2V_ERROR_STORAGE, saying by whom as far as known, when the disk is open in a
 * qemu program, is a file that another process has open for writing, is (or a part of it is) mounted or used as swap, is held by
 * device-mapper or md, or is attached to a loop device.  A loop device on top of
 * a block device is allowed while it is not mounted: kubelet keeps one on every
 * block volume.
 */
gboolean v2v_disk_use_check (int fd, const char *path, const char *name, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* For tests: another place than /proc and /sys. */
gboolean v2v_disk_use_check_at (int fd, const char *path, const char *name,
                                const char *proc, const char *sys, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* Which open descriptors count. */
typedef enum {
  V2V_HOLD_OPEN,   /* any */
  V2V_HOLD_LOCKED, /* with a file lock */
  V2V_HOLD_WRITER, /* open for writing */
} V2vHold;

/**
 * v2v_disk_use_dup_holder:
 *
 * Looks through the processes that we may look at.
 *
 * Returns: (transfer full) (nullable): "process 123 (qemu-nbd)"; %NULL when not found.
 */
char *v2v_disk_use_dup_holder (int fd, V2vHold hold) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
