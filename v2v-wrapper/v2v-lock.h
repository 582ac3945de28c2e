/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-lock.h - one conversion of a disk at a time
 *
 * Two `qemu-img commit` into one disk run side by side and both report success, so
 * the lock has to be ours.
 */
#pragma once

#include <glib.h>

#include "v2v-error.h"

G_BEGIN_DECLS

typedef struct _V2vLock V2vLock;

/**
 * v2v_lock_disk:
 * @path: real path of a disk
 * @name: printable, for messages
 *
 * A block device is opened O_EXCL, which no mount, device-mapper table or second
 * lock shares; a regular file gets flock(2).  Both leave qemu's own locks alone.
 *
 * Returns: (transfer full): or %NULL with %V2V_ERROR_STORAGE, saying who has it.
 */
V2vLock *v2v_lock_disk (const char *path, const char *name, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_lock_dir:
 * @dir: created 0700 when absent; must be ours and nobody else's
 *
 * Holds DIR/lock.
 */
V2vLock *v2v_lock_dir (const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The descriptor of the disk or lock file, open for reading and writing. */
int v2v_lock_get_fd (const V2vLock *lock);

/* Removes the lock file (of v2v_lock_dir()) and its directory if that is empty
 * otherwise.  The lock is still to be freed. */
void v2v_lock_remove_dir (V2vLock *lock);

void v2v_lock_free (V2vLock *lock); /* NULL is allowed */

/**
 * v2v_lock_file:
 * @by_byte: lock one byte instead of flock(2)
 *
 * NFS and SMB emulate flock(2) by a byte-range lock on the whole file, which shuts
 * out qemu too; there the lock is one byte at an offset that qemu does not use.
 *
 * Returns: 0 or an errno value; EWOULDBLOCK when somebody else has it.
 */
int v2v_lock_file (int fd, gboolean by_byte) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vLock, v2v_lock_free)

G_END_DECLS
