/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-edit-files.h - one edit of text, on all files that a list of globs names
 */
#pragma once

#include "v2v-context.h"

G_BEGIN_DECLS

/**
 * V2vEditFunc:
 * @data: the action's own
 * @budget: (inout): for all patterns of the step, see v2v_regex_search()
 * @out_text: (out) (transfer full): the same text when there is nothing to do
 *
 * A pure function.  Returns: FALSE with %V2V_ERROR_REFUSED
 */
typedef gboolean (*V2vEditFunc) (const char *text, gconstpointer data, guint64 *budget,
                                 char **out_text, GError **error);

/**
 * v2v_edit_files:
 *
 * Writes the files that change.  A path that is not there is skipped; so are links to
 * /dev/null, which is how a file of the vendor is switched off, and directories that a
 * wildcard meets.
 *
 * Returns: FALSE with @error naming the file
 */
gboolean v2v_edit_files (V2vRuleContext *context, const char *const *globs,
                         V2vEditFunc func, gconstpointer data, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* The same for one @path.  @out_absent: (optional): whether it is not there. */
gboolean v2v_edit_file (V2vRuleContext *context, const char *path, V2vEditFunc func,
                        gconstpointer data, guint64 *budget, gboolean *out_absent,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Adds those of @globs that have no wildcards, for add_paths(). */
void v2v_edit_add_paths (const char *const *globs, GPtrArray *paths);

G_END_DECLS
