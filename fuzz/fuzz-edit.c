/* SPDX-License-Identifier: GPL-2.0-or-later
 * Input: one byte for the operation, one for the value, then the file.
 */
#include <config.h>

#include <string.h>

#include "edit/v2v-edit-keys.h"
#include "edit/v2v-edit-lines.h"
#include "edit/v2v-edit-shell.h"
#include "edit/v2v-edit-text.h"
#include "edit/v2v-edit-words.h"

enum { REPLACE, DELETE, COMMENT, LINE, SET, UNSET, WORDS, N_OPERATIONS };

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static const char *const values[]
  = { "v", "a b", "", "it's", "$x\"", "\\n", "#1", "no", "k=v", "\xe9", "[s]", "*", ";" };

static const char *const words[] = { "k", "v*", "#", NULL };

typedef struct {
  guint operation;
  V2vEditKey key;
  V2vRegex *pattern;
} Edit;

static gboolean
apply (const Edit *edit, const char *text, char **out)
{
  const V2vEditSections with = { .with = edit->pattern };
  guint64 budget = V2V_REGEX_BUDGET / 64;

  switch (edit->operation) {
  case REPLACE:
    return v2v_edit_replace (text, NULL, edit->pattern, "<\\1>\n", &budget, out, NULL);
  case DELETE:
    return v2v_edit_delete (text, &with, edit->pattern, &budget, out, NULL);
  case COMMENT:
    return v2v_edit_comment (text, edit->pattern, "# ", &budget, out, NULL);
  case LINE:
    *out = v2v_edit_add_line (text, "k = v");
    return TRUE;
  case WORDS:
    return v2v_edit_remove_words (text, edit->pattern, words, TRUE, &budget, out, NULL);
  case SET:
    return v2v_edit_set_key (text, &edit->key, out, NULL);
  default:
    return v2v_edit_unset_key (text, &edit->key, out, NULL);
  }
}

/* The value of "k" behind its delimiters; NULL when the line is not about it. */
static char *
value_of (const V2vLine *line, const char *delimiters)
{
  g_autofree char *text = g_strndup (line->text, line->length);
  const char *p = text + strspn (text, " \t");

  if (g_ascii_tolower (*p) != 'k')
    return NULL;
  p++;
  if (*p == '\0' || strchr (delimiters, *p) == NULL)
    return NULL;
  p += strspn (p, " \t");
  if (*p != '\0' && strchr (delimiters, *p) != NULL)
    p++;
  else if (*p != '\0' && *delimiters != ' ')
    return NULL;
  return g_strstrip (g_strdup (p));
}

/* What is no header, or no key, to all readers is left to the tables of the unit test. */
static gboolean
is_odd_ini (const char *text)
{
  V2vLine line = { 0 };

  /* Blank to some readers only. */
  if (strpbrk (text, "\f\v") != NULL || strstr (text, "\r\r") != NULL)
    return TRUE;
  while (v2v_lines_next (text, &line)) {
    g_autofree char *stripped = g_strstrip (g_strndup (line.text, line.length));
    gsize length = strlen (stripped);
    gsize at = *stripped == 'k' ? 1 + strspn (stripped + 1, " \t") : 0;

    if (at > 0 && stripped[at] != '='
        && (v2v_lines_indent (&line) > 0 || strchr (text, '\\') != NULL))
      return TRUE;

    if (*stripped == '[' && (length < 2 || strchr (stripped, ']') != stripped + length - 1))
      return TRUE;
  }
  return FALSE;
}

/* Independent readers, so simple that they only hold where set did not refuse. */
static char *
read_ini (const char *text, gboolean sections)
{
  V2vLine line = { 0 };
  gboolean ours = !sections;
  char *value = NULL;

  while (v2v_lines_next (text, &line)) {
    gsize indent = v2v_lines_indent (&line);
    char *found;

    if (sections && indent < line.length && line.text[indent] == '[') {
      ours = strncmp (line.text + indent, "[s]", 3) == 0;
      continue;
    }
    found = ours && indent < line.length && line.text[indent] == 'k'
              ? value_of (&line, "=: \t") : NULL;
    if (found != NULL) {
      g_free (value);
      value = found;
    }
  }
  return value;
}

static char *
without_quotes (const char *text)
{
  GString *out = g_string_new (NULL);

  for (; *text != '\0'; text++) {
    if (*text != '"' && *text != '\'')
      g_string_append_c (out, *text);
  }
  return g_string_free (out, FALSE);
}

static char *
read_ssh (const char *text)
{
  V2vLine line = { 0 };

  while (v2v_lines_next (text, &line)) {
    g_autofree char *value = value_of (&line, " =\t");

    if (value == NULL)
      continue;
    for (char *p = value; *p != '\0'; p++) {
      if (*p == '#' && (p == value || strchr (" \t", p[-1]) != NULL)) {
        *p = '\0';
        break;
      }
    }
    return g_strstrip (without_quotes (value));
  }
  return NULL;
}

static char *
read_shell (const char *text)
{
  g_autoptr (GArray) found = NULL;
  const V2vShellAssignment *last;
  guint blocker;

  g_assert_true (v2v_shell_find (text, "k", &found, &blocker, NULL));
  if (found->len == 0)
    return NULL;
  last = &g_array_index (found, V2vShellAssignment, found->len - 1);
  g_assert_cmpint (last->kind, ==, V2V_SHELL_PLAIN);
  return v2v_shell_dup_literal (text + last->start, last->end - last->start);
}

static void
check_value (const V2vEditKey *key, const char *text)
{
  g_autofree char *value = NULL;

  if (key->style == V2V_EDIT_SHELL)
    value = read_shell (text);
  else if (key->style == V2V_EDIT_SSH)
    value = read_ssh (text);
  else
    value = read_ini (text, key->style == V2V_EDIT_INI);
  g_assert_nonnull (value);
  if (key->style != V2V_EDIT_SSH || strpbrk (key->value, " \t\\") == NULL)
    g_assert_cmpstr (value, ==, key->value);
}

static gboolean
same_line (const V2vLine *a, const V2vLine *b)
{
  return a->whole == b->whole && memcmp (a->text, b->text, a->whole) == 0;
}

/* What is left are lines of the old text, in their order. */
static void
check_unset (const char *before, const char *after)
{
  V2vLine old = { 0 }, new = { 0 };

  while (v2v_lines_next (after, &new)) {
    do
      g_assert_true (v2v_lines_next (before, &old));
    while (!same_line (&old, &new));
  }
}

/* Up to the first line that differs all is the same, and from the end; between them is
 * nothing (a line was added) or the key's line and what goes on with its value. */
static void
check_set (const char *before, const char *after)
{
  g_autoptr (GArray) old = v2v_lines_split (before);
  g_autoptr (GArray) new = v2v_lines_split (after);
  guint head = 0, tail = 0;
  const V2vLine *first;

  while (head < old->len && head < new->len
         && same_line (&g_array_index (old, V2vLine, head),
                       &g_array_index (new, V2vLine, head)))
    head++;
  while (tail + head < old->len && tail + head < new->len
         && same_line (&g_array_index (old, V2vLine, old->len - 1 - tail),
                       &g_array_index (new, V2vLine, new->len - 1 - tail)))
    tail++;
  if (head + tail == old->len)
    return;
  first = &g_array_index (old, V2vLine, head);
  /* The last line may only have got an ending. */
  if (head + 1 == old->len && g_str_has_prefix (after + (first->text - before), first->text))
    return;
  /* It is the key's line, or goes on with its value. */
  g_assert_true (memchr (before, 'k', (gsize) (first->text - before) + first->length) != NULL
                 || memchr (before, 'K', (gsize) (first->text - before) + first->length)
                      != NULL);
}

static void
check (const Edit *edit, const char *text)
{
  g_autofree char *once = NULL;
  g_autofree char *twice = NULL;

  if (!apply (edit, text, &once)) {
    g_assert_null (once);
    return;
  }
  g_assert_true (apply (edit, once, &twice));
  g_assert_cmpstr (once, ==, twice);
  if (edit->operation == SET && (edit->key.style == V2V_EDIT_SHELL
                                 || edit->key.style == V2V_EDIT_SSH || !is_odd_ini (once)))
    check_value (&edit->key, once);
  if (edit->operation == LINE)
    g_assert_true (g_str_has_prefix (once, text));
  if (edit->operation == SET)
    check_set (text, once);
  if (edit->operation == UNSET) {
    check_unset (text, once);
    if (strchr (text, 'k') == NULL && strchr (text, 'K') == NULL)
      g_assert_cmpstr (once, ==, text);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = NULL;
  g_autoptr (V2vRegex) pattern = NULL;
  Edit edit = { 0 };
  const char *member;

  if (size < 2 || memchr (data + 2, 0, size - 2) != NULL)
    return 0;
  text = g_strndup ((const char *) data + 2, size - 2);
  pattern = v2v_regex_new (data[1] % 2 == 0 ? "k *=(.*)" : "(a|ab)+k?", NULL);
  edit.operation = data[0] % N_OPERATIONS;
  edit.pattern = pattern;
  edit.key.style = (V2vEditStyle) (data[0] / N_OPERATIONS % V2V_N_EDIT_STYLES);
  edit.key.section = edit.key.style == V2V_EDIT_INI ? (char *) "s" : NULL;
  edit.key.key = (char *) "k";
  if (edit.operation == SET)
    edit.key.value = (char *) values[data[1] % G_N_ELEMENTS (values)];
  if (v2v_edit_key_mistake (&edit.key, &member) == NULL)
    check (&edit, text);
  return 0;
}
