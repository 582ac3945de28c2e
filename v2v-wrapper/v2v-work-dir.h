/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-work-dir.h - directories of our own in places that others can write to
 */
#pragma once

#include <glib.h>

#include "v2v-error.h"

G_BEGIN_DECLS

#define V2V_WORK_DIR_PRIVATE "tx" /* short: sockets are made below it */

/**
 * v2v_work_dir_make:
 *
 * Creates @dir and missing parents, 0700.  One that exists, and its parent, must
 * belong to us or root and be closed to others or sticky (/var/tmp is writable by
 * everybody, and who owns a directory can exchange what is in it); a mounted volume
 * that its orchestrator opened to everybody is taken as it is.
 */
gboolean v2v_work_dir_make (const char *dir, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* One directory, 0700 and ours; %V2V_ERROR_USAGE when it is somebody else's. */
gboolean v2v_work_dir_make_private (const char *dir, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_work_dir_empty:
 * @keep: (nullable): a name directly in @dir that stays
 *
 * Removes everything below @dir without following links or leaving its file system.
 */
gboolean v2v_work_dir_empty (const char *dir, const char *keep, GError **error);

G_END_DECLS
