/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-edit-text.h - edits of lines, whatever language they are in: text in, text out
 *
 * Bytes that an edit is not about stay as they are: other lines, line endings, a missing
 * final newline, bytes that are no UTF-8.  An edit applied twice is applied once; one for
 * which this would not hold is refused.  @out_text is (transfer full), set on success.
 * Errors are %V2V_ERROR_REFUSED and begin with the line's number when there is one.
 */
#pragma once

#include "v2v-regex.h"

G_BEGIN_DECLS

/* The longest line that a pattern is tried on. */
#define V2V_EDIT_LINE_MAX (64 * 1024)

/* Which sections an edit is about: those that have a line which @with matches (nullable: all),
 * and none which @without matches (nullable).  A section goes from a line that begins with "["
 * to the next such line, and what stands before the first is one. */
typedef struct {
  V2vRegex *with;
  V2vRegex *without;
} V2vEditSections;

/**
 * v2v_edit_replace:
 * @sections: (nullable): all
 * @template: passed v2v_regex_check_template(); a line break in it becomes the file's
 * @budget: (inout): for all texts of one step, see v2v_regex_search()
 *
 * @template in place of each match in each line.
 */
gboolean v2v_edit_replace (const char *text, const V2vEditSections *sections,
                           V2vRegex *pattern, const char *template, guint64 *budget,
                           char **out_text, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* Deletes the lines that match, with their endings; @sections as above. */
gboolean v2v_edit_delete (const char *text, const V2vEditSections *sections,
                          V2vRegex *pattern, guint64 *budget, char **out_text, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_edit_comment:
 * @prefix: not blank, no line break
 *
 * @prefix goes in front of lines that match, at their very beginning, so that taking it
 * away gives the old line byte for byte.  Blank lines and lines that are comments
 * already (begin with the first character of @prefix, blanks skipped) are left alone.
 */
gboolean v2v_edit_comment (const char *text, V2vRegex *pattern, const char *prefix,
                           guint64 *budget, char **out_text, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_edit_add_line:
 * @wanted: not empty, no line break
 *
 * Appends @wanted unless a line is just this, byte for byte.
 */
char *v2v_edit_add_line (const char *text, const char *wanted) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
