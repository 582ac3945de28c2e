/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-journal.h - how far a commit came, for the run that has to finish it
 *
 * A small JSON file beside the overlays.  Names of files to touch are never taken
 * from it: the overlay of disk N is disk-N.qcow2 in the same directory.
 */
#pragma once

#include <glib.h>

#include "v2v-disk-id.h"

G_BEGIN_DECLS

#define V2V_JOURNAL_NAME "journal.json"
#define V2V_JOURNAL_MAX_SIZE (1024 * 1024)
#define V2V_JOURNAL_MAX_DISKS 256

typedef enum {
  V2V_JOURNAL_PREPARED,   /* overlays are complete; no disk was touched */
  V2V_JOURNAL_COMMITTING, /* a disk may hold a mix of old and new */
} V2vJournalState;

typedef struct {
  char *path;    /* real path, any bytes */
  char *format;
  V2vDiskId id;
  gboolean done; /* committed and flushed */
} V2vJournalDisk;

typedef struct {
  V2vJournalState state;
  GPtrArray *disks; /* V2vJournalDisk; the index is the overlay's number */
} V2vJournal;

V2vJournal *v2v_journal_new (void) G_GNUC_WARN_UNUSED_RESULT;
V2vJournalDisk *v2v_journal_add (V2vJournal *journal);
void v2v_journal_free (V2vJournal *journal); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vJournal, v2v_journal_free)

/**
 * v2v_journal_parse:
 * @name: for messages
 *
 * Returns: (transfer full): or %NULL with %V2V_ERROR_REFUSED: what cannot be
 * understood is not ours to clean up.
 */
V2vJournal *v2v_journal_parse (const char *data, gsize length, const char *name,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

char *v2v_journal_to_string (const V2vJournal *journal) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): "'/a', '/b'", printable, for messages. */
char *v2v_journal_dup_disk_list (const V2vJournal *journal) G_GNUC_WARN_UNUSED_RESULT;

/* %V2V_ERROR_NOT_FOUND when there is none. */
V2vJournal *v2v_journal_load (const char *file, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Atomic and on disk when it returns. */
gboolean v2v_journal_save (const V2vJournal *journal, const char *file, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
