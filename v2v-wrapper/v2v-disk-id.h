/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-disk-id.h - is this still the same disk?
 */
#pragma once

#include <glib.h>

#include "v2v-error.h"

G_BEGIN_DECLS

/* What identifies a disk beyond its name.  A name can be given to another disk, an
 * inode number is used again after a delete, and device numbers change with a reboot
 * or a new pod: no single one is enough. */
typedef struct {
  gboolean block;  /* a block device, else a regular file */
  guint64 size;    /* bytes of the file or device, not of the image inside */
  guint64 device;  /* block: its own number; file: the number of its file system */
  guint64 inode;   /* file only */
  gint64 born;     /* file only: birth time in nanoseconds; 0 = not known here */
  char *serial;    /* block only: wwid, serial, dm uuid or loop backing file; NULL */
} V2vDiskId;

/**
 * v2v_disk_id_read:
 * @fd: open on the disk
 * @name: printable, for messages
 * @out_id: (out caller-allocates): clear with v2v_disk_id_clear()
 */
gboolean v2v_disk_id_read (int fd, const char *name, V2vDiskId *out_id, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_disk_id_is_same:
 *
 * Across processes and reboots.  Where both know a serial (device) or birth time
 * (file), that decides and a changed device number is forgiven; else it must be equal.
 */
gboolean v2v_disk_id_is_same (const V2vDiskId *a, const V2vDiskId *b);

void v2v_disk_id_clear (V2vDiskId *id);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (V2vDiskId, v2v_disk_id_clear)

G_END_DECLS
