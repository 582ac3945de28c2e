/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-edit-ssh.c - keywords of sshd_config and ssh_config
 *
 * OpenSSH takes the first value of a keyword; a Match (or, in ssh_config, Host) block goes
 * on to the next one or the end, so a global keyword cannot be appended behind one.
 */
#include <config.h>

#include "edit/v2v-edit-private.h"

#include <string.h>

typedef struct {
  V2vLine line;
  gsize start, end; /* of the value in the line; blanks and a comment behind it are not */
} Found;

static gboolean
is_blank_char (char c)
{
  return c == ' ' || c == '\t';
}

/* Where the keyword of a line ends; 0 for blank lines and comments. */
static gsize
keyword_end (const V2vLine *line, gsize *out_start)
{
  gsize at = v2v_lines_indent (line);

  *out_start = at;
  if (at == line->length || line->text[at] == '#')
    return 0;
  /* OpenSSH takes a keyword in quotes too; nobody writes one. */
  while (at < line->length && !is_blank_char (line->text[at]) && line->text[at] != '=')
    at++;
  return at;
}

static gboolean
is_keyword (const V2vLine *line, const char *keyword)
{
  gsize start, end = keyword_end (line, &start);

  return end > start && end - start == strlen (keyword)
         && g_ascii_strncasecmp (line->text + start, keyword, end - start) == 0;
}

static gboolean
begins_block (const V2vLine *line)
{
  return is_keyword (line, "Match") || is_keyword (line, "Host");
}

/* The end of one word from @at, quotes taken together. */
static gsize
word_end (const char *text, gsize length, gsize at)
{
  char quote = '\0';

  for (; at < length; at++) {
    char c = text[at];

    if (c == '\\' && at + 1 < length && quote != '\'')
      at++;
    else if (quote != '\0')
      quote = c == quote ? '\0' : quote;
    else if (c == '"' || c == '\'')
      quote = c;
    else if (is_blank_char (c))
      break;
  }
  return at;
}

static Found
find_value (const V2vLine *line)
{
  Found found = { .line = *line };
  gsize start, at = keyword_end (line, &start);

  while (at < line->length && is_blank_char (line->text[at]))
    at++;
  if (at < line->length && line->text[at] == '=')
    at++;
  while (at < line->length && is_blank_char (line->text[at]))
    at++;
  found.start = found.end = at;
  while (at < line->length && line->text[at] != '#') {
    found.end = at = word_end (line->text, line->length, at);
    while (at < line->length && is_blank_char (line->text[at]))
      at++;
  }
  return found;
}

/* A word without its quotes; NULL when one is never closed. */
static char *
dup_unquoted (const char *word, gsize length)
{
  g_autoptr (GString) out = g_string_new (NULL);
  char quote = '\0';

  for (gsize i = 0; i < length; i++) {
    char c = word[i];

    if (quote == '\0' && (c == '"' || c == '\''))
      quote = c;
    else if (quote != '\0' && c == quote)
      quote = '\0';
    else
      g_string_append_c (out, c);
  }
  return quote == '\0' ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}

/* The words of a value without their quotes; NULL when one of these is never closed. */
static char **
split_value (const char *text, gsize length)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  gsize at = 0;

  while (at < length) {
    gsize end = word_end (text, length, at);
    char *word = dup_unquoted (text + at, end - at);

    if (word == NULL)
      return NULL;
    g_ptr_array_add (words, word);
    at = end;
    while (at < length && is_blank_char (text[at]))
      at++;
  }
  g_ptr_array_add (words, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&words), FALSE);
}

static gboolean
values_equal (const char *text, gsize length, const char *value)
{
  g_auto (GStrv) a = NULL;
  g_auto (GStrv) b = NULL;

  if (strlen (value) == length && memcmp (text, value, length) == 0)
    return TRUE;
  /* An escaped quote is a byte of the value: then only the same spelling is the same. */
  if (memchr (text, '\\', length) != NULL || strchr (value, '\\') != NULL)
    return FALSE;
  a = split_value (text, length);
  b = split_value (value, strlen (value));
  return a != NULL && b != NULL
         && g_strv_equal ((const char *const *) a, (const char *const *) b);
}

static gboolean
change_value (const char *text, const Found *found, const V2vEditKey *key, char **out_text)
{
  const char *old = found->line.text + found->start;
  gsize length = found->end - found->start;
  gsize at = (gsize) (old - text);
  g_autofree char *quoted = NULL;
  gboolean in_quotes = length >= 2 && *old == '"' && old[length - 1] == '"'
                       && memchr (old + 1, '"', length - 2) == NULL;

  if (length > 0 && values_equal (old, length, key->value)) {
    *out_text = g_strdup (text);
    return TRUE;
  }
  /* With a blank in it the quotes would make one word of two. */
  if (in_quotes && strpbrk (key->value, "\"' \t\\") == NULL)
    quoted = g_strdup_printf ("\"%s\"", key->value);
  /* A keyword alone, maybe with a comment right behind it. */
  else if (length == 0)
    quoted = g_strdup_printf ("%s%s%s", is_blank_char (old[-1]) || old[-1] == '=' ? "" : " ",
                              key->value, *old == '#' ? " " : "");
  *out_text = v2v_edit_splice (text, at, length, quoted != NULL ? quoted : key->value);
  return TRUE;
}

static gboolean
ssh_set (const char *text, const V2vEditKey *key, char **out_text, GError **error)
{
  g_autofree char *new_line = g_strdup_printf ("%s %s", key->key, key->value);
  V2vLine line = { 0 };
  gsize end = strlen (text);

  (void) error;
  while (v2v_lines_next (text, &line)) {
    if (begins_block (&line)) {
      end = (gsize) (line.text - text);
      break;
    }
    if (is_keyword (&line, key->key)) {
      Found found = find_value (&line);

      return change_value (text, &found, key, out_text);
    }
  }
  *out_text = v2v_edit_insert_line (text, v2v_edit_end_before (text, 0, end), new_line);
  return TRUE;
}

static gboolean
ssh_unset (const char *text, const V2vEditKey *key, char **out_text, GError **error)
{
  GString *out = g_string_sized_new (strlen (text));
  gboolean global = TRUE;
  V2vLine line = { 0 };

  (void) error;
  while (v2v_lines_next (text, &line)) {
    global = global && !begins_block (&line);
    if (!global || !is_keyword (&line, key->key))
      g_string_append_len (out, line.text, (gssize) line.whole);
  }
  *out_text = g_string_free (out, FALSE);
  return TRUE;
}

/* A quote that is never closed, or a comment where a word begins. */
static gboolean
is_odd_value (const char *value)
{
  gsize length = strlen (value), at = 0;

  while (at < length) {
    gsize end;

    if (value[at] == '#')
      return TRUE;
    end = word_end (value, length, at);
    for (gsize i = at, open = 0; i < end; i++) {
      if (value[i] == '\\')
        i++;
      else if (value[i] == '"' || value[i] == '\'')
        open = open == 0 ? (gsize) value[i] : open == (gsize) value[i] ? 0 : open;
      if (i + 1 >= end && open != 0)
        return TRUE;
    }
    at = end;
    while (at < length && is_blank_char (value[at]))
      at++;
  }
  return FALSE;
}

static const char *
ssh_mistake (const V2vEditKey *key, const char **out_member)
{
  *out_member = "key";
  for (const char *p = key->key; *p != '\0'; p++) {
    if (!g_ascii_isalnum (*p))
      return "a keyword of OpenSSH has letters and digits only";
  }
  if (g_ascii_strcasecmp (key->key, "Match") == 0 || g_ascii_strcasecmp (key->key, "Host") == 0)
    return "this keyword begins a block";
  *out_member = "value";
  if (key->value == NULL)
    return NULL;
  if (*key->value == '\0' || *key->value == '=' || v2v_edit_is_untidy (key->value))
    return "it must not be empty, begin with '=' or have blanks around it";
  if (is_odd_value (key->value))
    return "a quote is never closed, or a comment begins in it";
  return NULL;
}

const V2vEditStyleOps v2v_edit_ssh_ops = {
  .mistake = ssh_mistake,
  .set = ssh_set,
  .unset = ssh_unset,
};
