/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-neighbours.h - interrupted commits of the same disk, begun with other arguments
 */
#pragma once

#include <glib.h>

#include "v2v-journal.h"

G_BEGIN_DECLS

/**
 * v2v_neighbours_check:
 * @work_dir: of this run; its brothers are looked at when their parent is a private
 *   directory of ours, as /var/tmp/v2v-wrapper-UID is
 * @mine: the disks of this run
 *
 * The name of a work directory comes from all disks of a run, so a run with one of
 * the disks of an interrupted commit does not meet that commit's journal.  It would
 * convert a half-written disk, and finishing the commit later would destroy it.
 *
 * Returns: %FALSE with %V2V_ERROR_REFUSED naming the disks to run with.
 */
gboolean v2v_neighbours_check (const char *work_dir, const V2vJournal *mine, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
