/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-neighbours.c - interrupted commits of the same disk, begun with other arguments
 */
#include <config.h>

#include "v2v-neighbours.h"

#include <sys/stat.h>
#include <unistd.h>

#include "v2v-work-dir.h"

/* What others could have put there decides nothing. */
static gboolean
is_private (const char *dir)
{
  struct stat st;

  return stat (dir, &st) == 0 && st.st_uid == geteuid () && (st.st_mode & 077) == 0;
}

static gboolean
shares_a_disk (const V2vJournal *a, const V2vJournal *b)
{
  for (guint i = 0; i < a->disks->len; i++) {
    const V2vJournalDisk *disk = g_ptr_array_index (a->disks, i);

    for (guint j = 0; j < b->disks->len; j++) {
      const V2vJournalDisk *other = g_ptr_array_index (b->disks, j);

      /* By any name: a hard link is the same disk. */
      if (v2v_disk_id_is_same (&disk->id, &other->id))
        return TRUE;
    }
  }
  return FALSE;
}

static gboolean
check_one (const char *dir, const V2vJournal *mine, GError **error)
{
  g_autofree char *file
    = g_build_filename (dir, V2V_WORK_DIR_PRIVATE, V2V_JOURNAL_NAME, NULL);
  g_autoptr (V2vJournal) journal = v2v_journal_load (file, NULL);
  g_autofree char *list = NULL;

  if (journal == NULL || journal->state != V2V_JOURNAL_COMMITTING
      || !shares_a_disk (journal, mine))
    return TRUE;
  list = v2v_journal_dup_disk_list (journal);
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
               "'%s' holds an interrupted commit of one of these disks: run again with "
               "exactly %s to finish it",
               dir, list);
  return FALSE;
}

gboolean
v2v_neighbours_check (const char *work_dir, const V2vJournal *mine, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (work_dir);
  g_autoptr (GDir) list = is_private (parent) ? g_dir_open (parent, 0, NULL) : NULL;
  const char *name;

  while (list != NULL && (name = g_dir_read_name (list)) != NULL) {
    g_autofree char *dir = g_build_filename (parent, name, NULL);

    if (!g_str_equal (dir, work_dir) && !check_one (dir, mine, error))
      return FALSE;
  }
  return TRUE;
}
