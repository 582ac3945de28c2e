/* SPDX-License-Identifier: GPL-2.0-or-later
 * What is understood must survive writing and reading again.
 */
#include <config.h>

#include <string.h>

#include "v2v-journal.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vJournal) journal
    = v2v_journal_parse ((const char *) data, size, "fuzz", &error);
  g_autoptr (V2vJournal) again = NULL;
  g_autofree char *text = NULL;

  g_assert_true ((journal == NULL) == (error != NULL));
  if (journal == NULL)
    return 0;
  text = v2v_journal_to_string (journal);
  again = v2v_journal_parse (text, strlen (text), "again", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->disks->len, ==, journal->disks->len);
  for (guint i = 0; i < again->disks->len; i++) {
    const V2vJournalDisk *a = g_ptr_array_index (journal->disks, i);
    const V2vJournalDisk *b = g_ptr_array_index (again->disks, i);

    g_assert_cmpstr (a->path, ==, b->path);
    g_assert_true (v2v_disk_id_is_same (&a->id, &b->id));
  }
  return 0;
}
