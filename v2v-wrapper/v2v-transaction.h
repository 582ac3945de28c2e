/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-transaction.h - all disks of one conversion, changed together or not at all
 *
 * DESIGN section 4.  The overlay is the redo log; a commit is idempotent, so a
 * killed one is resumed by running it again.
 */
#pragma once

#include <glib.h>

#include "v2v-cancel.h"
#include "v2v-source.h"

G_BEGIN_DECLS

typedef struct _V2vTransaction V2vTransaction;

typedef struct {
  const V2vSource *source;  /* disks with path and format; sizes and real_path are filled in
                               by v2v_source_check_disks() */
  const char *work_dir;     /* created 0700 when absent; our files are in its "tx" */
  V2vCancel *cancel;        /* or NULL; also fired when work_dir runs full, so without it
                               nobody watches the space */
  guint64 min_free;         /* bytes that must stay free in work_dir; 0 = 64 MiB */
} V2vTransactionArgs;

/**
 * v2v_source_check_disks:
 *
 * The bad-input checks, before anything is created: each disk exists, is a regular
 * file or block device, readable, not empty, not given twice; a qcow2/vmdk/... magic
 * agrees with the stated format (never probed: a raw disk with such a magic is
 * %V2V_ERROR_USAGE naming --format); a qcow2 has no backing or data file and is whole.
 * Fills real_path and size (virtual); a format that is NULL becomes "raw".
 *
 * @need_write: also that nobody else uses it and that it can be written (EACCES, EROFS
 * are %V2V_ERROR_STORAGE)
 */
gboolean v2v_source_check_disks (V2vSource *source, gboolean need_write, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_transaction_default_work_dir:
 *
 * $V2V_WORKDIR, else /var/tmp/v2v (pod) or /var/tmp/v2v-wrapper-UID/HASH, where HASH
 * is of the disks' real paths, so that a rerun meets its own unfinished work.
 * Returns: (transfer full)
 */
char *v2v_transaction_default_work_dir (const V2vSource *source, gboolean pod)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_transaction_open:
 * @out_resumed: (out): an earlier run's commit was found and has been finished;
 *   nothing is left to convert and the returned transaction only serves to be closed
 *
 * Locks every disk (O_EXCL on block devices, flock(2)) and the work directory for the
 * life of the transaction; busy is %V2V_ERROR_STORAGE saying by whom as far as known.
 * Refuses a disk with a lock held by qemu, mounted here, or used by device-mapper.
 * A journal in state `prepared` is discarded, `committing` is finished.  One of other
 * disks, of another disk by the same name, or that cannot be read is
 * %V2V_ERROR_REFUSED and stays as it is.  Then creates one qcow2 overlay for each disk
 * with explicit backing format, and starts to watch the free space.
 *
 * The disks must have passed v2v_source_check_disks() with need_write.
 */
V2vTransaction *v2v_transaction_open (const V2vTransactionArgs *args,
                                      gboolean *out_resumed, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* (transfer none): host path of the overlay of disk @index; NULL after a resume. */
const char *v2v_transaction_overlay (V2vTransaction *tx, guint index);

/* (transfer none): the directory for temporary files of this run. */
const char *v2v_transaction_dir (V2vTransaction *tx);

/**
 * v2v_transaction_commit:
 * @report_seconds: (out) (optional): how long the window was
 *
 * fsync overlays and directory -> journal prepared -> committing -> per disk
 * qemu-img commit -d -> fsync disk -> done -> unlink.  Holds @cancel from
 * `committing` on.  Before that a failure leaves every disk as it was; after it the
 * message says that the same command finishes the work.
 *
 * All appliances on the overlays must have ended.  Nothing to do after a resume.
 */
gboolean v2v_transaction_commit (V2vTransaction *tx, double *report_seconds,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Discards what is not committed, releases the locks.  After a failed or killed
 * commit the overlays and the journal stay for the next run. NULL is allowed. */
void v2v_transaction_free (V2vTransaction *tx);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vTransaction, v2v_transaction_free)

G_END_DECLS
