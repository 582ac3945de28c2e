/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-edit-shell.c - variables in files that the shell reads
 */
#include <config.h>

#include "edit/v2v-edit-shell.h"

#include <string.h>

#include "edit/v2v-edit-private.h"

/* What needs no quotes in a word, whatever reads it. */
static gboolean
is_plain_char (char c)
{
  return g_ascii_isalnum (c) || strchr ("_-./:@%+,=", c) != NULL;
}

static gboolean
is_plain (const char *value, gsize length)
{
  for (gsize i = 0; i < length; i++) {
    if (!is_plain_char (value[i]))
      return FALSE;
  }
  return TRUE;
}

/* Appends what stands in double quotes and moves @at behind them.  FALSE for an
 * expansion. */
static gboolean
unquote_double (const char *word, gsize length, gsize *at, GString *out)
{
  for (++*at; *at < length && word[*at] != '"'; ++*at) {
    if (word[*at] == '$' || word[*at] == '`')
      return FALSE;
    if (word[*at] == '\\' && *at + 1 < length) {
      char next = word[*at + 1];

      if (next == '\n' || next == '\r')
        return FALSE;
      if (strchr ("$`\"\\", next) != NULL)
        ++*at;
    }
    g_string_append_c (out, word[*at]);
  }
  ++*at;
  return TRUE;
}

char *
v2v_shell_dup_literal (const char *word, gsize length)
{
  g_autoptr (GString) out = g_string_new (NULL);
  gsize at = 0;

  if (length > 0 && word[0] == '~')
    return NULL;
  while (at < length) {
    const char *end;

    switch (word[at]) {
    case '$':
    case '`':
      return NULL;
    case '\'':
      end = memchr (word + at + 1, '\'', length - at - 1);
      if (end == NULL)
        return NULL;
      g_string_append_len (out, word + at + 1, end - word - (gssize) at - 1);
      at = (gsize) (end - word) + 1;
      break;
    case '"':
      if (!unquote_double (word, length, &at, out))
        return NULL;
      break;
    case '\\':
      if (at + 1 == length || word[at + 1] == '\n' || word[at + 1] == '\r')
        return NULL;
      g_string_append_c (out, word[at + 1]);
      at += 2;
      break;
    default:
      g_string_append_c (out, word[at++]);
      break;
    }
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static char *
quote_double (const char *value)
{
  GString *out = g_string_new ("\"");

  for (; *value != '\0'; value++) {
    if (strchr ("$`\"\\", *value) != NULL)
      g_string_append_c (out, '\\');
    g_string_append_c (out, *value);
  }
  g_string_append_c (out, '"');
  return g_string_free (out, FALSE);
}

/* The quotes around all of @old: '"', '\'', 'p' for none, '\0' for anything else. */
static char
quotes_of (const char *old, gsize length)
{
  if (length == 0)
    return '\0';
  if (is_plain (old, length))
    return 'p';
  if (length < 2 || old[0] != old[length - 1])
    return '\0';
  if (old[0] == '\'')
    return memchr (old + 1, '\'', length - 2) == NULL ? '\'' : '\0';
  if (old[0] != '"')
    return '\0';
  for (gsize i = 1; i < length - 1; i++) {
    if (old[i] == '\\')
      i++;
    else if (old[i] == '"')
      return '\0';
  }
  return '"';
}

char *
v2v_shell_quote (const char *value, const char *old, gsize old_length)
{
  char quotes = quotes_of (old, old_length);
  gboolean has_single = strchr (value, '\'') != NULL;

  if (quotes == '"')
    return quote_double (value);
  if (quotes == '\'' && !has_single)
    return g_strdup_printf ("'%s'", value);
  if (*value != '\0' && is_plain (value, strlen (value)))
    return g_strdup (value);
  if (strpbrk (value, "$`\"\\") != NULL && !has_single)
    return g_strdup_printf ("'%s'", value);
  return quote_double (value);
}

static gboolean
append_key (const char *text, const V2vEditKey *key, guint blocker, char **out_text,
            GError **error)
{
  g_autofree char *quoted = v2v_shell_quote (key->value, "", 0);
  g_autofree char *line = g_strdup_printf ("%s=%s", key->key, quoted);

  if (blocker != 0)
    return v2v_edit_refuse (error, blocker,
                            "a line at the end would not be read on its own after this");
  *out_text = v2v_edit_insert_line (text, strlen (text), line);
  return TRUE;
}

static gboolean
check_found (const GArray *found, const char *name, GError **error)
{
  for (guint i = 0; i < found->len; i++) {
    const V2vShellAssignment *a = &g_array_index (found, V2vShellAssignment, i);

    if (a->kind == V2V_SHELL_COMMAND)
      return v2v_edit_refuse (error, a->line,
                              "'%s' is set for one command here, or a value with blanks has "
                              "no quotes", name);
    if (a->kind == V2V_SHELL_ARRAY)
      return v2v_edit_refuse (error, a->line, "'%s' is an array", name);
  }
  return TRUE;
}

static gboolean
shell_set (const char *text, const V2vEditKey *key, char **out_text, GError **error)
{
  g_autoptr (GArray) found = NULL;
  g_autofree char *literal = NULL;
  g_autofree char *quoted = NULL;
  const V2vShellAssignment *last;
  guint blocker;

  if (!v2v_shell_find (text, key->key, &found, &blocker, error)
      || !check_found (found, key->key, error))
    return FALSE;
  if (found->len == 0)
    return append_key (text, key, blocker, out_text, error);
  last = &g_array_index (found, V2vShellAssignment, found->len - 1);
  if (last->kind != V2V_SHELL_PLAIN)
    return append_key (text, key, blocker, out_text, error);
  if (blocker != 0 && blocker < last->line)
    return v2v_edit_refuse (error, last->line, "line %u keeps this from being read", blocker);
  literal = v2v_shell_dup_literal (text + last->start, last->end - last->start);
  if (g_strcmp0 (literal, key->value) == 0) {
    *out_text = g_strdup (text);
    return TRUE;
  }
  quoted = v2v_shell_quote (key->value, text + last->start, last->end - last->start);
  *out_text = v2v_edit_splice (text, last->start, last->end - last->start, quoted);
  return TRUE;
}

/* The lines that the command has to itself; FALSE when something else is on them. */
static gboolean
find_lines (const char *text, const V2vShellAssignment *a, gsize *out_start, gsize *out_end)
{
  gsize start = a->command_start, end = a->end;

  while (start > 0 && (text[start - 1] == ' ' || text[start - 1] == '\t'))
    start--;
  while (text[end] == ' ' || text[end] == '\t')
    end++;
  if (text[end] == '#' && end > a->end)
    end += strcspn (text + end, "\n");
  if (text[end] == '\r' && text[end + 1] == '\n')
    end++;
  if (text[end] == '\n')
    end++;
  else if (text[end] != '\0')
    return FALSE;
  *out_start = start;
  *out_end = end;
  return a->words == 1 && (start == 0 || text[start - 1] == '\n');
}

static gboolean
shell_unset (const char *text, const V2vEditKey *key, char **out_text, GError **error)
{
  g_autoptr (GArray) found = NULL;
  g_autoptr (GString) out = g_string_sized_new (strlen (text));
  gsize copied = 0;
  guint blocker;

  if (!v2v_shell_find (text, key->key, &found, &blocker, error)
      || !check_found (found, key->key, error))
    return FALSE;
  for (guint i = 0; i < found->len; i++) {
    const V2vShellAssignment *a = &g_array_index (found, V2vShellAssignment, i);
    gsize start, end;

    if (a->kind == V2V_SHELL_MAYBE || !find_lines (text, a, &start, &end) || start < copied)
      return v2v_edit_refuse (error, a->line,
                              "the line that sets '%s' has more in it, or is a part of a "
                              "longer command", key->key);
    g_string_append_len (out, text + copied, (gssize) (start - copied));
    copied = end;
  }
  g_string_append (out, text + copied);
  *out_text = g_string_free (g_steal_pointer (&out), FALSE);
  return TRUE;
}

static const char *
shell_mistake (const V2vEditKey *key, const char **out_member)
{
  *out_member = "key";
  if (g_ascii_isdigit (key->key[0]))
    return "no variable of the shell has such a name";
  for (const char *p = key->key; *p != '\0'; p++) {
    if (!g_ascii_isalnum (*p) && *p != '_')
      return "no variable of the shell has such a name";
  }
  return NULL;
}

const V2vEditStyleOps v2v_edit_shell_ops = {
  .mistake = shell_mistake,
  .set = shell_set,
  .unset = shell_unset,
};
