/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-regex.h - PCRE2 with limits, for text that strangers wrote
 *
 * Backtracking is bounded by a match limit, the subject by a cap, and the work on all of
 * a subject by a budget: PCRE2 counts its match limit anew for each position where a
 * match could begin ("[a-z]*[=:]" on a line of 1 MB is four minutes, far below it).  All
 * are errors: what could not be searched is never "no match".
 */
#pragma once

#include <glib.h>

#include "v2v-error.h"

G_BEGIN_DECLS

/* The longest text that is searched, bytes. */
#define V2V_REGEX_SUBJECT_MAX (1024 * 1024)

/* What a search may cost, in steps of some tenths of a nanosecond: a few seconds.  A
 * megabyte of ordinary lines needs less than a tenth of it. */
#define V2V_REGEX_BUDGET (G_GUINT64_CONSTANT (1) << 33)
/* The whole match and \1 to \9. */
#define V2V_REGEX_SPANS 10

typedef struct _V2vRegex V2vRegex;

/* A part of a subject; both -1 for a group that took no part. */
typedef struct {
  gssize start, end;
} V2vRegexSpan;

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

/**
 * v2v_regex_search:
 * @subject: @length bytes, NULs among them or not
 * @from: where to begin; what is before it is seen by "^" and by lookbehinds
 * @budget: (inout): what is left of %V2V_REGEX_BUDGET for a series of searches
 * @spans: (out): filled when something matched
 *
 * Returns: as v2v_regex_match(); a spent @budget is %V2V_ERROR_REFUSED too
 */
gboolean v2v_regex_search (V2vRegex *regex, const char *subject, gsize length, gsize from,
                           guint64 *budget, V2vRegexSpan spans[V2V_REGEX_SPANS],
                           gboolean *out_matched, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_regex_check_template:
 *
 * Whether @text can be a replacement: \0 to \9 that @regex has, \\ for a backslash,
 * nothing else behind a backslash.
 *
 * Returns: %FALSE with %V2V_ERROR_USAGE
 */
gboolean v2v_regex_check_template (const V2vRegex *regex, const char *text, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_regex_replace:
 * @text: passed v2v_regex_check_template()
 * @out: @subject is appended with @text in place of each match
 * @out_matched: (out): whether there was a match, even one that left all as it was
 *
 * A group that took no part is empty.
 *
 * Returns: %FALSE with %V2V_ERROR_REFUSED, also for a result of more than
 * %V2V_REGEX_SUBJECT_MAX bytes; @out is then of no use
 */
gboolean v2v_regex_replace (V2vRegex *regex, const char *subject, gsize length,
                            const char *text, guint64 *budget, GString *out,
                            gboolean *out_matched, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vRegex, v2v_regex_free)

G_END_DECLS
