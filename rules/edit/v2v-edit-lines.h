/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-edit-lines.h - a text as lines that keep their endings byte for byte
 *
 * An ending is "\n" or "\r\n"; the last line may have none, or "\r" alone: a line added
 * behind it would complete it.  A carriage return anywhere else is an ordinary byte.  Lines
 * joined again are the text.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  const char *text; /* in the text that was split; not NUL-terminated */
  gsize length;     /* without the ending */
  gsize whole;      /* with it */
  guint number;     /* from 1 */
} V2vLine;

/**
 * v2v_lines_next:
 * @line: zeroed before the first call
 *
 * Returns: FALSE behind the last line; an empty @text has none
 */
gboolean v2v_lines_next (const char *text, V2vLine *line);

/* (transfer full) (element-type V2vLine): all of them; borrows from @text. */
GArray *v2v_lines_split (const char *text) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer none): the ending that a line put at @at (a line's first byte, or the end)
 * should have: that of the line before, else of the first line, else "\n". */
const char *v2v_lines_ending (const char *text, gsize at);

/* Appends [@from, @from + @length) of a text, and an ending when it lacks one and is
 * not empty: what follows will be a line of its own. */
void v2v_lines_append_whole (GString *out, const char *text, gsize length,
                             const char *ending);

/* Blanks are spaces and tabs. */
gboolean v2v_lines_is_blank (const V2vLine *line);
/* The number of them that the line begins with. */
gsize v2v_lines_indent (const V2vLine *line);

G_END_DECLS
