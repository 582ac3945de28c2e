/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-edit-words.c - words of a list that stands on one line
 */
#include <config.h>

#include "edit/v2v-edit-words.h"

#include <string.h>

#include "edit/v2v-edit-lines.h"
#include "edit/v2v-edit-text.h"
#include "v2v-error.h"
#include "v2v-glob.h"

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

/* Where the list that begins at @start ends. */
static gsize
list_end (const V2vLine *line, gsize start)
{
  gsize at = start;

  while (at < line->length && line->text[at] != '"' && line->text[at] != '\''
         && !(line->text[at] == '#' && (at == start || is_blank (line->text[at - 1]))))
    at++;
  return at;
}

/* Copies the list without the words that go; TRUE when a word is left. */
static gboolean
copy_list (const char *list, gsize length, const char *const *globs, GString *out,
           gboolean *out_removed)
{
  gboolean left = FALSE;
  gboolean skip_blanks = FALSE; /* behind the first word, which is gone */
  gsize at = 0;

  while (at < length) {
    gsize blanks = at;
    gsize end;
    g_autofree char *word = NULL;

    while (at < length && is_blank (list[at]))
      at++;
    end = at;
    while (end < length && !is_blank (list[end]))
      end++;
    word = g_strndup (list + at, end - at);
    if (end == at || !v2v_glob_match_any (globs, word)) {
      if (!skip_blanks)
        g_string_append_len (out, list + blanks, (gssize) (at - blanks));
      g_string_append (out, word);
      left = left || end > at;
      skip_blanks = FALSE;
    } else {
      *out_removed = TRUE;
      if (!left && !skip_blanks)
        g_string_append_len (out, list + blanks, (gssize) (at - blanks));
      skip_blanks = !left;
    }
    at = end;
  }
  return left;
}

static gboolean
edit_line (const V2vLine *line, V2vRegex *after, const char *const *globs,
           gboolean drop_empty, guint64 *budget, GString *out, GError **error)
{
  V2vRegexSpan spans[V2V_REGEX_SPANS];
  gboolean matched = FALSE;
  gboolean removed = FALSE;
  gsize before = out->len;
  gsize start, end;
  gboolean left;

  if (line->length > V2V_EDIT_LINE_MAX
      || !v2v_regex_search (after, line->text, line->length, 0, budget, spans, &matched,
                            error)) {
    if (error != NULL && *error == NULL)
      g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED, "it is too long to search");
    g_prefix_error (error, "line %u: ", line->number);
    return FALSE;
  }
  if (!matched) {
    g_string_append_len (out, line->text, (gssize) line->whole);
    return TRUE;
  }
  start = (gsize) spans[0].end;
  end = list_end (line, start);
  g_string_append_len (out, line->text, (gssize) start);
  left = copy_list (line->text + start, end - start, globs, out, &removed);
  if (removed && !left && drop_empty)
    g_string_truncate (out, before);
  else
    g_string_append_len (out, line->text + end, (gssize) (line->whole - end));
  return TRUE;
}

static char *
remove_once (const char *text, V2vRegex *after, const char *const *globs,
             gboolean drop_empty, guint64 *budget, GError **error)
{
  g_autoptr (GString) out = g_string_sized_new (strlen (text));
  V2vLine line = { 0 };

  while (v2v_lines_next (text, &line)) {
    if (!edit_line (&line, after, globs, drop_empty, budget, out, error))
      return NULL;
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

gboolean
v2v_edit_remove_words (const char *text, V2vRegex *after, const char *const *globs,
                       gboolean drop_empty, guint64 *budget, char **out_text, GError **error)
{
  g_autofree char *once = remove_once (text, after, globs, drop_empty, budget, error);
  g_autofree char *twice = NULL;

  if (once == NULL)
    return FALSE;
  twice = remove_once (once, after, globs, drop_empty, budget, error);
  if (twice == NULL)
    return FALSE;
  /* A pattern that looks at what follows its match may find another list then. */
  if (strcmp (once, twice) != 0) {
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED,
                         "the pattern finds another list once words are gone: anchor it");
    return FALSE;
  }
  *out_text = g_steal_pointer (&once);
  return TRUE;
}
