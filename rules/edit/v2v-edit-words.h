/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-edit-words.h - words of a list that stands on one line: text in, text out
 */
#pragma once

#include <glib.h>

#include "v2v-regex.h"

G_BEGIN_DECLS

/**
 * v2v_edit_remove_words:
 * @after: what a line has in front of its list: '^search\s', '^MODULES="'
 * @globs: (array zero-terminated=1): words that go, see v2v_glob_match()
 * @drop_empty: delete a line of whose list nothing is left
 * @budget: (inout): see v2v_regex_search()
 *
 * The list begins where the first match of @after ends, and ends at a quote, at a comment
 * (a # behind a blank) or with the line; its words stand between blanks.  A word goes with
 * the blanks in front of it, the first with those behind it; every other byte stays.
 * Applied twice is applied once; where @after would not have it so, the edit is refused.
 *
 * Returns: FALSE with %V2V_ERROR_REFUSED, "line N: "; @out_text (transfer full) otherwise
 */
gboolean v2v_edit_remove_words (const char *text, V2vRegex *after, const char *const *globs,
                                gboolean drop_empty, guint64 *budget, char **out_text,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
