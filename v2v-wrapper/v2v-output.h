/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-output.h - the files that a run leaves, all together or none
 *
 * They are written under temporary names before the disks are committed and
 * renamed after: no output describes a conversion that did not happen, and a full
 * output directory is found before the disks change.
 */
#pragma once

#include <glib.h>

#include "v2v-error.h"

G_BEGIN_DECLS

typedef struct _V2vOutput V2vOutput;

/**
 * v2v_output_new:
 * @directory: created (with parents) when it is not there
 *
 * Returns: (transfer full): or %NULL with %V2V_ERROR_STORAGE when a file cannot be
 * created there; found out by creating one.
 */
V2vOutput *v2v_output_new (const char *directory, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* Discards what was not published; NULL is allowed. */
void v2v_output_free (V2vOutput *output);

/**
 * v2v_output_add:
 * @name: file name in the directory, no slash
 *
 * Writes and syncs @text under a temporary name; a name given again replaces its text.
 */
gboolean v2v_output_add (V2vOutput *output, const char *name, const char *text,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Renames all files to their names, replacing those of an earlier run. */
gboolean v2v_output_publish (V2vOutput *output, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* (transfer none) (element-type utf8): the final paths, in the order added. */
GPtrArray *v2v_output_paths (V2vOutput *output);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vOutput, v2v_output_free)

G_END_DECLS
