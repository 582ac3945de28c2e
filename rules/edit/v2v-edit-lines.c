/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-edit-lines.c - a text as lines that keep their endings byte for byte
 */
#include <config.h>

#include "edit/v2v-edit-lines.h"

#include <string.h>

gboolean
v2v_lines_next (const char *text, V2vLine *line)
{
  const char *start = line->text == NULL ? text : line->text + line->whole;
  const char *newline;

  if (*start == '\0')
    return FALSE;
  newline = strchr (start, '\n');
  line->text = start;
  line->whole = newline != NULL ? (gsize) (newline - start) + 1 : strlen (start);
  line->length = newline != NULL ? line->whole - 1 : line->whole;
  if (line->length > 0 && start[line->length - 1] == '\r')
    line->length--;
  line->number++;
  return TRUE;
}

GArray *
v2v_lines_split (const char *text)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (V2vLine));
  V2vLine line = { 0 };

  while (v2v_lines_next (text, &line))
    g_array_append_val (lines, line);
  return lines;
}

const char *
v2v_lines_ending (const char *text, gsize at)
{
  const char *newline = at > 0 ? memrchr (text, '\n', at) : NULL;

  if (newline == NULL)
    newline = strchr (text, '\n');
  return newline != NULL && newline > text && newline[-1] == '\r' ? "\r\n" : "\n";
}

void
v2v_lines_append_whole (GString *out, const char *text, gsize length, const char *ending)
{
  g_string_append_len (out, text, (gssize) length);
  if (length > 0 && text[length - 1] != '\n')
    g_string_append (out, ending);
}

gsize
v2v_lines_indent (const V2vLine *line)
{
  gsize n = 0;

  while (n < line->length && (line->text[n] == ' ' || line->text[n] == '\t'))
    n++;
  return n;
}

gboolean
v2v_lines_is_blank (const V2vLine *line)
{
  return v2v_lines_indent (line) == line->length;
}
