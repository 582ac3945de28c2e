/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-transaction.c - all disks of one conversion, changed together or not at all
 *
 * WORKDIR/tx/            0700, held by WORKDIR/tx/lock
 *            disk-N.qcow2  overlay of disk N: the redo log
 *            journal.json  only from the commit on; its removal ends the commit
 *            tmp/          for the caller
 *
 * Fault injection for tests: V2V_TEST_FAIL is a list, as g_parse_debug_string() reads
 * it, of points where an operation fails: "commit-before" (journal prepared, no disk
 * touched), "commit-after-first" (one disk committed), "journal" (every write of
 * it).  With "kill" in the list the process dies there by SIGKILL instead.
 */
#include <config.h>

#include "v2v-transaction.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "v2v-disk-use.h"
#include "v2v-file.h"
#include "v2v-journal.h"
#include "v2v-lock.h"
#include "v2v-neighbours.h"
#include "v2v-overlay.h"
#include "v2v-space.h"
#include "v2v-str.h"
#include "v2v-work-dir.h"

#define BLOCKS_PER_STAT 512
#define MIB (1024 * 1024)

struct _V2vTransaction {
  char *work_dir;
  char *dir;           /* WORKDIR/tx */
  char *tmp;           /* WORKDIR/tx/tmp */
  char *journal_file;
  V2vCancel *cancel;
  V2vLock *lock;
  GPtrArray *disk_locks; /* V2vLock */
  GPtrArray *overlays;   /* char *, empty after a resume */
  V2vJournal *journal;   /* the disks of this run; after a resume what was finished */
  V2vSpace *space;
  gboolean made_work_dir;
  gboolean keep;         /* a disk may be half-written: the next run needs our files */
};

enum {
  FAIL_COMMIT_BEFORE = 1 << 0,
  FAIL_COMMIT_AFTER_FIRST = 1 << 1,
  FAIL_JOURNAL = 1 << 2,
  FAIL_BY_KILL = 1 << 3,
};

/* TRUE to go on. */
static gboolean
test_point (guint point, GError **error)
{
  static const GDebugKey keys[] = {
    { "commit-before", FAIL_COMMIT_BEFORE },
    { "commit-after-first", FAIL_COMMIT_AFTER_FIRST },
    { "journal", FAIL_JOURNAL },
    { "kill", FAIL_BY_KILL },
  };
  guint faults = g_parse_debug_string (g_getenv ("V2V_TEST_FAIL"), keys, G_N_ELEMENTS (keys));

  if ((faults & point) == 0)
    return TRUE;
  if ((faults & FAIL_BY_KILL) != 0)
    kill (getpid (), SIGKILL);
  g_set_error (error, V2V_ERROR, V2V_ERROR_STORAGE, "failed as V2V_TEST_FAIL asked for");
  return FALSE;
}

static char *
overlay_path (const V2vTransaction *tx, guint index)
{
  return g_strdup_printf ("%s/disk-%u.qcow2", tx->dir, index);
}

static gboolean
save_journal (V2vTransaction *tx, GError **error)
{
  return test_point (FAIL_JOURNAL, error)
         && v2v_journal_save (tx->journal, tx->journal_file, error);
}

/* The journal goes first and for good: overlays without a journal are litter, a
 * journal without overlays would be a commit that nobody can finish. */
static gboolean
remove_files (V2vTransaction *tx, GError **error)
{
  if (unlink (tx->journal_file) < 0 && errno != ENOENT)
    return v2v_error_from_errno (error, errno, "removing '%s'", tx->journal_file);
  return v2v_file_sync (tx->dir, error) && v2v_work_dir_empty (tx->dir, "lock", error);
}

static V2vTransaction *
transaction_new (const V2vTransactionArgs *args)
{
  V2vTransaction *tx = g_new0 (V2vTransaction, 1);

  tx->work_dir = g_canonicalize_filename (args->work_dir, NULL);
  tx->made_work_dir = !g_file_test (tx->work_dir, G_FILE_TEST_EXISTS);
  tx->dir = g_build_filename (tx->work_dir, V2V_WORK_DIR_PRIVATE, NULL);
  tx->tmp = g_build_filename (tx->dir, "tmp", NULL);
  tx->journal_file = g_build_filename (tx->dir, V2V_JOURNAL_NAME, NULL);
  tx->cancel = args->cancel;
  tx->disk_locks = g_ptr_array_new_with_free_func ((GDestroyNotify) v2v_lock_free);
  tx->overlays = g_ptr_array_new_with_free_func (g_free);
  tx->journal = v2v_journal_new ();
  return tx;
}

void
v2v_transaction_free (V2vTransaction *tx)
{
  g_autoptr (GError) error = NULL;

  if (tx == NULL)
    return;
  v2v_space_stop (tx->space);
  /* Without the lock the files are another run's. */
  if (tx->lock != NULL) {
    if (!tx->keep && !remove_files (tx, &error))
      g_debug ("%s", error->message);
    v2v_lock_remove_dir (tx->lock);
    if (tx->made_work_dir)
      rmdir (tx->work_dir);
  }
  v2v_lock_free (tx->lock);
  g_ptr_array_unref (tx->disk_locks);
  g_ptr_array_unref (tx->overlays);
  v2v_journal_free (tx->journal);
  g_free (tx->work_dir);
  g_free (tx->dir);
  g_free (tx->tmp);
  g_free (tx->journal_file);
  g_free (tx);
}

/* Locked first, then asked who else is there: nobody of ours can come in between. */
static gboolean
take_disk (V2vTransaction *tx, const V2vSourceDisk *disk, GError **error)
{
  g_autofree char *name = v2v_str_printable (disk->path, PATH_MAX);
  g_autoptr (V2vLock) lock = v2v_lock_disk (disk->real_path, name, error);
  V2vJournalDisk *entry;

  if (lock == NULL
      || !v2v_disk_use_check (v2v_lock_get_fd (lock), disk->real_path, name, error))
    return FALSE;
  entry = v2v_journal_add (tx->journal);
  entry->path = g_strdup (disk->real_path);
  entry->format = g_strdup (disk->format);
  if (!v2v_disk_id_read (v2v_lock_get_fd (lock), name, &entry->id, error))
    return FALSE;
  g_ptr_array_add (tx->disk_locks, g_steal_pointer (&lock));
  return TRUE;
}

static gboolean
take_disks (V2vTransaction *tx, const V2vSource *source, GError **error)
{
  for (guint i = 0; i < source->disks->len; i++) {
    if (!take_disk (tx, g_ptr_array_index (source->disks, i), error))
      return FALSE;
  }
  return TRUE;
}

static const V2vJournalDisk *
find_disk (const V2vJournal *journal, const char *path)
{
  for (guint i = 0; i < journal->disks->len; i++) {
    const V2vJournalDisk *disk = g_ptr_array_index (journal->disks, i);

    if (g_str_equal (disk->path, path))
      return disk;
  }
  return NULL;
}

/* Every disk of the interrupted commit is among ours, is the same one, and there
 * are no others. */
static gboolean
check_same_disks (V2vTransaction *tx, const V2vJournal *found, GError **error)
{
  gboolean same_set = found->disks->len == tx->journal->disks->len;

  for (guint i = 0; i < found->disks->len && same_set; i++) {
    const V2vJournalDisk *theirs = g_ptr_array_index (found->disks, i);
    const V2vJournalDisk *ours = find_disk (tx->journal, theirs->path);

    if (ours != NULL && !v2v_disk_id_is_same (&ours->id, &theirs->id)) {
      g_autofree char *name = v2v_str_printable (theirs->path, PATH_MAX);

      g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                   "'%s' is not the disk whose commit was interrupted, only its name is the "
                   "same: put the other one back to finish it, or remove '%s' to give that "
                   "one up",
                   name, tx->dir);
      return FALSE;
    }
    same_set = ours != NULL;
  }
  if (!same_set) {
    g_autofree char *list = v2v_journal_dup_disk_list (found);

    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                 "'%s' holds an interrupted commit of other disks: run again with exactly %s "
                 "to finish it, or give another --work-dir",
                 tx->dir, list);
    return FALSE;
  }
  return TRUE;
}

static gboolean
check_overlay_file (const char *overlay, GError **error)
{
  struct stat st;

  if (lstat (overlay, &st) == 0 && S_ISREG (st.st_mode) && st.st_size > 0)
    return TRUE;
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
               "the overlay '%s' is missing: the interrupted commit cannot be finished; "
               "restore the disk from its source",
               overlay);
  return FALSE;
}

static gboolean
commit_disk (V2vTransaction *tx, guint index, GError **error)
{
  V2vJournalDisk *disk = g_ptr_array_index (tx->journal->disks, index);
  g_autofree char *overlay = overlay_path (tx, index);
  g_autofree char *name = v2v_str_printable (disk->path, PATH_MAX);
  g_autofree char *what = g_strdup_printf ("committing to disk '%s'", name);
  g_autoptr (GError) journal_error = NULL;

  if (!check_overlay_file (overlay, error)
      || !v2v_overlay_commit (overlay, disk->path, disk->format, what, tx->cancel, error)
      || !v2v_file_sync (disk->path, error))
    return FALSE;
  disk->done = TRUE;
  /* Not worth stopping for: a resume would only do this disk once more. */
  if (!save_journal (tx, &journal_error))
    g_debug ("%s", journal_error->message);
  return TRUE;
}

/* Everything from the first byte written to the last; also the whole resume. */
static gboolean
commit_all (V2vTransaction *tx, GError **error)
{
  gboolean first = TRUE;

  for (guint i = 0; i < tx->journal->disks->len; i++) {
    const V2vJournalDisk *disk = g_ptr_array_index (tx->journal->disks, i);

    if (disk->done)
      continue;
    if (!commit_disk (tx, i, error) || (first && !test_point (FAIL_COMMIT_AFTER_FIRST, error))) {
      g_prefix_error (error, "the disks are half-written; run the same command again to "
                             "finish (its log is in '%s'): ",
                      tx->dir);
      return FALSE;
    }
    first = FALSE;
  }
  if (!remove_files (tx, error)) {
    g_prefix_error (error, "the disks are complete, but ");
    return FALSE;
  }
  tx->keep = FALSE;
  return TRUE;
}

/* @found: (transfer full) */
static gboolean
resume (V2vTransaction *tx, V2vJournal *found, GError **error)
{
  g_autoptr (V2vJournal) journal = found;

  if (!check_same_disks (tx, journal, error) || !v2v_cancel_hold (tx->cancel, error))
    return FALSE;
  v2v_journal_free (tx->journal);
  tx->journal = g_steal_pointer (&journal);
  g_debug ("finishing the commit found in '%s'", tx->dir);
  return commit_all (tx, error);
}

/* What an earlier run left.  Until this is decided nothing in the directory may be
 * removed, whatever fails. */
static gboolean
settle_leftovers (V2vTransaction *tx, gboolean *out_resumed, GError **error)
{
  g_autoptr (GError) load_error = NULL;
  g_autoptr (V2vJournal) found = v2v_journal_load (tx->journal_file, &load_error);

  if (found == NULL && !g_error_matches (load_error, V2V_ERROR, V2V_ERROR_NOT_FOUND)) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                 "an earlier run was interrupted and how far it came cannot be read: %s; "
                 "restore the disks from their source and remove '%s'",
                 load_error->message, tx->dir);
    return FALSE;
  }
  *out_resumed = found != NULL && found->state == V2V_JOURNAL_COMMITTING;
  if (*out_resumed)
    return resume (tx, g_steal_pointer (&found), error);
  tx->keep = FALSE;
  return remove_files (tx, error);
}

static gboolean
create_overlays (V2vTransaction *tx, GError **error)
{
  if (!v2v_work_dir_make_private (tx->tmp, error))
    return FALSE;
  for (guint i = 0; i < tx->journal->disks->len; i++) {
    const V2vJournalDisk *disk = g_ptr_array_index (tx->journal->disks, i);
    g_autofree char *overlay = overlay_path (tx, i);

    if (!v2v_overlay_create (overlay, disk->path, disk->format, tx->cancel, error))
      return FALSE;
    g_ptr_array_add (tx->overlays, g_steal_pointer (&overlay));
  }
  return TRUE;
}

V2vTransaction *
v2v_transaction_open (const V2vTransactionArgs *args, gboolean *out_resumed, GError **error)
{
  g_autoptr (V2vTransaction) tx = transaction_new (args);
  gboolean resumed = FALSE;

  tx->keep = TRUE;
  if (!v2v_cancel_check (tx->cancel, error)
      || !v2v_work_dir_make (tx->work_dir, error))
    return NULL;
  tx->lock = v2v_lock_dir (tx->dir, error);
  if (tx->lock == NULL || !take_disks (tx, args->source, error)
      || !v2v_neighbours_check (tx->work_dir, tx->journal, error)
      || !settle_leftovers (tx, &resumed, error))
    return NULL;
  if (!resumed) {
    if (tx->cancel != NULL) {
      tx->space = v2v_space_start (tx->dir, args->min_free, tx->cancel, error);
      if (tx->space == NULL)
        return NULL;
    }
    if (!create_overlays (tx, error)) {
      v2v_cancel_override (tx->cancel, error);
      return NULL;
    }
  }
  *out_resumed = resumed;
  return g_steal_pointer (&tx);
}

const char *
v2v_transaction_overlay (V2vTransaction *tx, guint index)
{
  return index < tx->overlays->len ? g_ptr_array_index (tx->overlays, index) : NULL;
}

const char *
v2v_transaction_dir (V2vTransaction *tx)
{
  return tx->tmp;
}

/* A sparse disk grows with the commit.  Running out of space inside it can be
 * resumed, but nobody wants to be there: what may be needed at most is asked for
 * before. */
static gboolean
check_room (V2vTransaction *tx, guint index, GError **error)
{
  const V2vJournalDisk *disk = g_ptr_array_index (tx->journal->disks, index);
  struct stat base, overlay;
  struct statvfs fs;
  guint64 holes, need, room;

  if (disk->id.block || stat (disk->path, &base) < 0
      || stat (g_ptr_array_index (tx->overlays, index), &overlay) < 0
      || statvfs (disk->path, &fs) < 0)
    return TRUE;
  need = (guint64) overlay.st_blocks * BLOCKS_PER_STAT;
  if (g_str_equal (disk->format, "raw")) {
    holes = (guint64) base.st_size
            - MIN ((guint64) base.st_size, (guint64) base.st_blocks * BLOCKS_PER_STAT);
    need = MIN (need, holes);
  }
  room = (guint64) fs.f_bfree * fs.f_frsize;
  if (need > room) {
    g_autofree char *name = v2v_str_printable (disk->path, PATH_MAX);

    g_set_error (error, V2V_ERROR, V2V_ERROR_STORAGE,
                 "disk '%s' may grow by %.1f MiB and its file system has %.1f MiB free", name,
                 (double) need / MIB, (double) room / MIB);
    return FALSE;
  }
  return TRUE;
}

static gboolean
prepare (V2vTransaction *tx, GError **error)
{
  for (guint i = 0; i < tx->overlays->len; i++) {
    if (!check_room (tx, i, error)
        || !v2v_file_sync (g_ptr_array_index (tx->overlays, i), error))
      return FALSE;
  }
  if (!v2v_file_sync (tx->dir, error))
    return FALSE;
  tx->journal->state = V2V_JOURNAL_PREPARED;
  return save_journal (tx, error) && test_point (FAIL_COMMIT_BEFORE, error);
}

gboolean
v2v_transaction_commit (V2vTransaction *tx, double *report_seconds, GError **error)
{
  gint64 start = g_get_monotonic_time ();

  if (tx->overlays->len > 0) {
    /* From here on the directory hardly grows. */
    g_clear_pointer (&tx->space, v2v_space_stop);
    if (!v2v_cancel_check (tx->cancel, error) || !prepare (tx, error)
        || !v2v_cancel_hold (tx->cancel, error))
      return FALSE;
    start = g_get_monotonic_time ();
    tx->journal->state = V2V_JOURNAL_COMMITTING;
    if (!save_journal (tx, error))
      return FALSE;
    tx->keep = TRUE;
    if (!commit_all (tx, error))
      return FALSE;
    g_ptr_array_set_size (tx->overlays, 0);
  }
  if (report_seconds != NULL)
    *report_seconds = (double) (g_get_monotonic_time () - start) / G_TIME_SPAN_SECOND;
  return TRUE;
}
