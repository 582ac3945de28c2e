/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-regex.h - PCRE2 with limits, for text that strangers wrote
 *
 * Backtracking is bounded by a match limit, the subject by a cap.  Both are errors:
 * what could not be searched is never "no match".
 */
#pragma once

#include <glib.h>

#include "v2v-error.h"

G_BEGIN_DECLS

/* The longest text that is searched, bytes. */
#define V2V_REGEX_SUBJECT_MAX (1024 * 1024)

typedef struct _V2vRegex V2vRegex;

/**
 * v2v_regex_new:
 * @pattern: a PCRE2 pattern; it and every subject are bytes, not characters, so that
 *   a guest's Latin-1 is no error
 *
 * Returns: (transfer full): or %NULL with %V2V_ERROR_USAGE naming the place of the
 * mistake.  Not thread-safe.
 */
V2vRegex *v2v_regex_new (const char *pattern, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void v2v_regex_free (V2vRegex *regex); /* NULL is allowed */

/**
 * v2v_regex_match:
 * @out_matched: (out): whether @pattern was found anywhere in @subject
 * @out_groups: (out) (optional) (transfer full) (nullable): the whole match and the
 *   groups, "" for one that took no part; %NULL when nothing matched
 *
 * Returns: %FALSE with %V2V_ERROR_REFUSED when @subject is too long or would take too
 * many steps.
 */
gboolean v2v_regex_match (V2vRegex *regex, const char *subject, gboolean *out_matched,
                          char ***out_groups, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vRegex, v2v_regex_free)

G_END_DECLS
