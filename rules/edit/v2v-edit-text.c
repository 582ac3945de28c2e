/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-edit-text.c - edits of lines, whatever language they are in: text in, text out
 */
#include <config.h>

#include "edit/v2v-edit-text.h"

#include <string.h>

#include "edit/v2v-edit-lines.h"
#include "v2v-error.h"

static gboolean
check_length (const V2vLine *line, GError **error)
{
  if (line->length <= V2V_EDIT_LINE_MAX)
    return TRUE;
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
               "line %u: %zu bytes are too many to search for a pattern", line->number,
               line->length);
  return FALSE;
}

static gboolean
matches (const V2vLine *line, V2vRegex *pattern, guint64 *budget, gboolean *out_matched,
         GError **error)
{
  V2vRegexSpan spans[V2V_REGEX_SPANS];

  if (!check_length (line, error))
    return FALSE;
  if (v2v_regex_search (pattern, line->text, line->length, 0, budget, spans, out_matched,
                        error))
    return TRUE;
  g_prefix_error (error, "line %u: ", line->number);
  return FALSE;
}

static gboolean
begins_section (const V2vLine *line)
{
  gsize indent = v2v_lines_indent (line);

  return indent < line->length && line->text[indent] == '[';
}

/* Whether a line of the section that begins at @line matches. */
static gboolean
section_has (const char *text, const V2vLine *line, V2vRegex *pattern, guint64 *budget,
             gboolean *out_has, GError **error)
{
  V2vLine ahead = *line;

  do {
    if (!matches (&ahead, pattern, budget, out_has, error))
      return FALSE;
  } while (!*out_has && v2v_lines_next (text, &ahead) && !begins_section (&ahead));
  return TRUE;
}

/* Whether @line is to be edited: asked anew where a section begins, as is the text before the
 * first one.  Otherwise @inout_in stays as it is. */
static gboolean
enter_section (const char *text, const V2vLine *line, const V2vEditSections *sections,
               guint64 *budget, gboolean *inout_in, GError **error)
{
  gboolean has = TRUE;
  gboolean barred = FALSE;

  if (line->number > 1 && !begins_section (line))
    return TRUE;
  if (sections != NULL && sections->with != NULL
      && !section_has (text, line, sections->with, budget, &has, error))
    return FALSE;
  if (has && sections != NULL && sections->without != NULL
      && !section_has (text, line, sections->without, budget, &barred, error))
    return FALSE;
  *inout_in = has && !barred;
  return TRUE;
}

/* @template with the line ending of the text; NULL when it needs none. */
static char *
dup_with_ending (const char *template, const char *ending)
{
  g_auto (GStrv) parts = NULL;

  if (strchr (template, '\n') == NULL || g_str_equal (ending, "\n"))
    return NULL;
  parts = g_strsplit (template, "\n", -1);
  return g_strjoinv (ending, parts);
}

static gboolean
replace_line (const V2vLine *line, V2vRegex *pattern, const char *template,
              const char *ending, guint64 *budget, GString *out, GError **error)
{
  g_autofree char *converted = dup_with_ending (template, ending);
  gboolean matched;

  if (!check_length (line, error))
    return FALSE;
  if (!v2v_regex_replace (pattern, line->text, line->length,
                          converted != NULL ? converted : template, budget, out, &matched,
                          error)) {
    g_prefix_error (error, "line %u: ", line->number);
    return FALSE;
  }
  g_string_append_len (out, line->text + line->length,
                       (gssize) (line->whole - line->length));
  return TRUE;
}

static char *
replace_once (const char *text, const V2vEditSections *sections, V2vRegex *pattern,
              const char *template, guint64 *budget, GError **error)
{
  g_autoptr (GString) out = g_string_sized_new (strlen (text) + 64);
  V2vLine line = { 0 };
  gboolean in = FALSE;

  while (v2v_lines_next (text, &line)) {
    const char *ending = line.whole > line.length
                           ? (line.whole - line.length == 2 ? "\r\n" : "\n")
                           : v2v_lines_ending (text, (gsize) (line.text - text));

    if (!enter_section (text, &line, sections, budget, &in, error)
        || (in && !replace_line (&line, pattern, template, ending, budget, out, error)))
      return NULL;
    if (!in)
      g_string_append_len (out, line.text, (gssize) line.whole);
    if (out->len > V2V_REGEX_SUBJECT_MAX) {
      g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                   "line %u: the text would grow to more than %d bytes", line.number,
                   V2V_REGEX_SUBJECT_MAX);
      return NULL;
    }
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

gboolean
v2v_edit_replace (const char *text, const V2vEditSections *sections, V2vRegex *pattern,
                  const char *template, guint64 *budget, char **out_text, GError **error)
{
  g_autofree char *once = NULL;
  g_autofree char *twice = NULL;

  once = replace_once (text, sections, pattern, template, budget, error);
  if (once == NULL)
    return FALSE;
  if (!g_str_equal (once, text)) {
    twice = replace_once (once, sections, pattern, template, budget, error);
    if (twice == NULL)
      return FALSE;
    /* A rule runs again on a guest that was converted already. */
    if (!g_str_equal (once, twice)) {
      g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                   "the pattern matches its own replacement again: a second run would "
                   "change the file once more; make the pattern narrower");
      return FALSE;
    }
  }
  *out_text = g_steal_pointer (&once);
  return TRUE;
}

gboolean
v2v_edit_delete (const char *text, const V2vEditSections *sections, V2vRegex *pattern,
                 guint64 *budget, char **out_text, GError **error)
{
  g_autoptr (GString) out = g_string_sized_new (strlen (text));
  V2vLine line = { 0 };
  gboolean in = FALSE;

  while (v2v_lines_next (text, &line)) {
    gboolean matched = FALSE;

    if (!enter_section (text, &line, sections, budget, &in, error)
        || (in && !matches (&line, pattern, budget, &matched, error)))
      return FALSE;
    if (!matched)
      g_string_append_len (out, line.text, (gssize) line.whole);
  }
  *out_text = g_string_free (g_steal_pointer (&out), FALSE);
  return TRUE;
}

gboolean
v2v_edit_comment (const char *text, V2vRegex *pattern, const char *prefix, guint64 *budget,
                  char **out_text, GError **error)
{
  g_autoptr (GString) out = g_string_sized_new (strlen (text) + 64);
  char mark = prefix[strspn (prefix, " \t")];
  V2vLine line = { 0 };

  while (v2v_lines_next (text, &line)) {
    gsize indent = v2v_lines_indent (&line);
    gboolean matched = FALSE;

    if (indent < line.length && line.text[indent] != mark
        && !matches (&line, pattern, budget, &matched, error))
      return FALSE;
    if (matched)
      g_string_append (out, prefix);
    g_string_append_len (out, line.text, (gssize) line.whole);
  }
  *out_text = g_string_free (g_steal_pointer (&out), FALSE);
  return TRUE;
}

char *
v2v_edit_add_line (const char *text, const char *wanted)
{
  gsize length = strlen (text);
  const char *ending = v2v_lines_ending (text, length);
  GString *out;
  V2vLine line = { 0 };

  while (v2v_lines_next (text, &line)) {
    if (line.length == strlen (wanted) && memcmp (line.text, wanted, line.length) == 0)
      return g_strdup (text);
  }
  out = g_string_sized_new (length + strlen (wanted) + 4);
  v2v_lines_append_whole (out, text, length, ending);
  g_string_append (out, wanted);
  g_string_append (out, ending);
  return g_string_free (out, FALSE);
}
