/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-edit-shell-words.c - assignments in a text as the shell reads it
 */
#include <config.h>

#include "edit/v2v-edit-shell.h"

#include <string.h>

#include "edit/v2v-edit-private.h"

typedef struct {
  const char *text;
  const char *name;
  gsize at;
  GArray *found;
  guint blocks;         /* open if, case, loops, braces */
  guint parens;
  gboolean conditional; /* behind &&, || or a pipe */
  gsize command_start;
  guint first;          /* the first of @found in this command */
  guint words;          /* in this command */
  gboolean has_command, declares, wants_name;
  gboolean leaves;      /* this command is exit, return or exec */
  gboolean ends_open;   /* the text ends in a backslash that would join */
  guint blocker;
  gsize counted;        /* line breaks are counted up to here, once */
  guint line;
} Shell;

static guint
line_of (Shell *shell, gsize at)
{
  if (at < shell->counted)
    shell->counted = shell->line = 0;
  for (; shell->counted < at; shell->counted++)
    shell->line += shell->text[shell->counted] == '\n';
  return shell->line + 1;
}

/* The length of a line break at @at; 0 = none. */
static gsize
newline_at (const char *text, gsize at)
{
  if (text[at] == '\n')
    return 1;
  if (text[at] != '\r')
    return 0;
  return text[at + 1] == '\n' ? 2 : text[at + 1] == '\0';
}

static gboolean
open_quote (Shell *shell, gsize at, GError **error)
{
  return v2v_edit_refuse (error, line_of (shell, at),
                          "a quote or bracket that opens here is never closed");
}

static gboolean skip_dollar (Shell *shell, guint depth, GError **error);

/* Behind the backslash and what it quotes. */
static void
skip_escape (Shell *shell)
{
  gsize newline = newline_at (shell->text, shell->at + 1);

  shell->at++;
  if (shell->text[shell->at] == '\0')
    shell->ends_open = TRUE;
  else
    shell->at += newline > 0 ? newline : 1;
  if (newline > 0 && shell->text[shell->at] == '\0')
    shell->ends_open = TRUE;
}

/* From a quote, or a backquote, to behind its partner. */
static gboolean
skip_quotes (Shell *shell, guint depth, GError **error)
{
  gsize start = shell->at;
  char quote = shell->text[shell->at++];

  while (shell->text[shell->at] != quote) {
    char c = shell->text[shell->at];

    if (c == '\0')
      return open_quote (shell, start, error);
    if (c == '\\' && quote != '\'') {
      skip_escape (shell);
    } else if (c == '$' && quote == '"') {
      if (!skip_dollar (shell, depth + 1, error))
        return FALSE;
    } else if (c == '`' && quote == '"') {
      if (!skip_quotes (shell, depth + 1, error))
        return FALSE;
    } else {
      shell->at++;
    }
  }
  shell->at++;
  return TRUE;
}

/* $'...': the backslash quotes in it. */
static gboolean
skip_ansi (Shell *shell, GError **error)
{
  gsize start = shell->at;

  for (shell->at += 2; shell->text[shell->at] != '\'';) {
    if (shell->text[shell->at] == '\0')
      return open_quote (shell, start, error);
    if (shell->text[shell->at] == '\\')
      skip_escape (shell);
    else
      shell->at++;
  }
  shell->at++;
  return TRUE;
}

/* From the bracket behind a dollar sign to behind its partner. */
static gboolean
skip_brackets (Shell *shell, guint depth, GError **error)
{
  gsize start = shell->at;
  char open = shell->text[shell->at];
  char close = open == '(' ? ')' : '}';
  guint n = 0;

  do {
    char c = shell->text[shell->at];

    if (c == '\0')
      return open_quote (shell, start, error);
    if (c == '\\') {
      skip_escape (shell);
    } else if (c == '"' || c == '`' || (c == '\'' && (open == '(' || depth == 0))) {
      /* "${x:-it's}": in quotes the braces keep a single quote as it is. */
      if (!skip_quotes (shell, depth + 1, error))
        return FALSE;
    } else if (c == '$') {
      if (!skip_dollar (shell, depth + 1, error))
        return FALSE;
    } else {
      n += c == open;
      n -= c == close;
      shell->at++;
    }
  } while (n > 0);
  return TRUE;
}

static gboolean
skip_dollar (Shell *shell, guint depth, GError **error)
{
  char next = shell->text[shell->at + 1];

  if (depth > V2V_SHELL_NEST_MAX)
    return v2v_edit_refuse (error, line_of (shell, shell->at),
                            "substitutions are nested too deeply");
  shell->at++;
  if (next == '(' || next == '{')
    return skip_brackets (shell, depth, error);
  return TRUE;
}

static gboolean
ends_word (const Shell *shell)
{
  char c = shell->text[shell->at];

  return c == '\0' || strchr (" \t;&|<>()", c) != NULL
         || newline_at (shell->text, shell->at) > 0;
}

static gboolean
skip_word (Shell *shell, GError **error)
{
  while (!ends_word (shell)) {
    char c = shell->text[shell->at];

    if (c == '\\') {
      skip_escape (shell);
    } else if (c == '$' && shell->text[shell->at + 1] == '\'') {
      if (!skip_ansi (shell, error))
        return FALSE;
    } else if (c == '\'' || c == '"' || c == '`') {
      if (!skip_quotes (shell, 0, error))
        return FALSE;
    } else if (c == '$') {
      if (!skip_dollar (shell, 0, error))
        return FALSE;
    } else {
      shell->at++;
    }
  }
  return TRUE;
}

/* The length of "NAME=" or "NAME+=" that a word begins with; 0 = it is no assignment. */
static gsize
assignment_name (const char *word, gsize length)
{
  gsize n = 0;

  if (length == 0 || g_ascii_isdigit (*word))
    return 0;
  while (n < length && (g_ascii_isalnum (word[n]) || word[n] == '_'))
    n++;
  if (n > 0 && n + 1 < length && word[n] == '+' && word[n + 1] == '=')
    return n + 2;
  return n > 0 && n < length && word[n] == '=' ? n + 1 : 0;
}

static void
add_assignment (Shell *shell, gsize start, gsize prefix)
{
  V2vShellAssignment new = {
    .kind = V2V_SHELL_PLAIN,
    .start = start + prefix,
    .end = shell->at,
    .command_start = shell->command_start,
  };
  gboolean append = shell->text[start + prefix - 2] == '+';
  gsize length = prefix - (append ? 2 : 1);

  if (strlen (shell->name) != length
      || memcmp (shell->text + start, shell->name, length) != 0)
    return;
  new.line = line_of (shell, start);
  if (shell->text[shell->at] == '(')
    new.kind = V2V_SHELL_ARRAY;
  else if (shell->blocks > 0 || shell->parens > 0 || shell->conditional)
    new.kind = V2V_SHELL_MAYBE;
  else if (append)
    new.kind = V2V_SHELL_APPEND;
  g_array_append_val (shell->found, new);
}

static void
end_command (Shell *shell, gsize end)
{
  for (guint i = shell->first; i < shell->found->len; i++) {
    V2vShellAssignment *a = &g_array_index (shell->found, V2vShellAssignment, i);

    a->command_end = end;
    a->words = shell->words;
    if (shell->has_command && !shell->declares && a->kind != V2V_SHELL_ARRAY)
      a->kind = V2V_SHELL_COMMAND;
  }
  if (shell->leaves && shell->blocker == 0)
    shell->blocker = line_of (shell, shell->command_start);
  shell->first = shell->found->len;
  shell->words = 0;
  shell->has_command = shell->declares = shell->wants_name = shell->leaves = FALSE;
}

static gboolean
is_one_of (const char *word, const char *const *list)
{
  return g_strv_contains (list, word);
}

/* A word where a command may begin. */
static void
command_word (Shell *shell, const char *word)
{
  static const char *const opening[] = { "if", "while", "until", "{", NULL };
  static const char *const opening_list[] = { "case", "for", "select", NULL };
  static const char *const closing[] = { "fi", "done", "esac", "}", NULL };
  static const char *const between[] = { "then", "else", "elif", "do", "!", "time", NULL };
  static const char *const declaring[]
    = { "export", "readonly", "declare", "typeset", "local", NULL };
  static const char *const leaving[] = { "exit", "return", "exec", NULL };

  if (is_one_of (word, opening)) {
    shell->blocks++;
  } else if (is_one_of (word, opening_list)) {
    shell->blocks++;
    shell->has_command = TRUE;
  } else if (is_one_of (word, closing)) {
    shell->blocks -= shell->blocks > 0;
  } else if (g_str_equal (word, "function")) {
    shell->wants_name = TRUE;
  } else if (is_one_of (word, declaring)) {
    shell->has_command = shell->declares = TRUE;
  } else if (!is_one_of (word, between)) {
    shell->has_command = TRUE;
    shell->leaves = is_one_of (word, leaving) && shell->blocks == 0 && shell->parens == 0
                    && !shell->conditional;
  }
}

static gboolean
take_word (Shell *shell, GError **error)
{
  gsize start = shell->at, prefix;
  g_autofree char *word = NULL;

  if (!skip_word (shell, error))
    return FALSE;
  if (shell->words == 0 && !shell->declares)
    shell->command_start = start;
  prefix = assignment_name (shell->text + start, shell->at - start);
  if (prefix > 0 && (!shell->has_command || shell->declares)) {
    shell->words++;
    add_assignment (shell, start, prefix);
    return TRUE;
  }
  if (shell->wants_name) {
    shell->wants_name = FALSE;
    return TRUE;
  }
  if (!shell->has_command) {
    word = g_strndup (shell->text + start, shell->at - start);
    command_word (shell, word);
    if (shell->declares)
      return TRUE;
  }
  shell->words += shell->has_command;
  return TRUE;
}

/* One byte, or two, that no word begins with. */
static gboolean
take_operator (Shell *shell, GError **error)
{
  const char *p = shell->text + shell->at;
  gsize newline = newline_at (shell->text, shell->at);
  /* Behind "&&" the command may begin on the next line. */
  gboolean goes_on = newline > 0 && shell->conditional && shell->words == 0
                     && !shell->has_command;

  if (g_str_has_prefix (p, "<<") && p[2] != '<')
    return v2v_edit_refuse (error, line_of (shell, shell->at),
                            "here-documents are not understood");
  if (*p == '<' || *p == '>') {
    shell->at += g_str_has_prefix (p, "<<<") ? 3 : 1;
    return TRUE;
  }
  end_command (shell, shell->at);
  shell->conditional = goes_on || *p == '|' || g_str_has_prefix (p, "&&");
  if (*p == '(')
    shell->parens++;
  if (*p == ')')
    shell->parens -= shell->parens > 0;
  if (newline > 0)
    shell->at += newline;
  else
    shell->at += (*p == '|' || *p == '&') && p[1] == *p ? 2 : 1;
  return TRUE;
}

static gboolean
run (Shell *shell, GError **error)
{
  while (shell->text[shell->at] != '\0') {
    char c = shell->text[shell->at];

    if (c == ' ' || c == '\t') {
      shell->at++;
    } else if (c == '\\' && newline_at (shell->text, shell->at + 1) > 0) {
      skip_escape (shell);
    } else if (c == '#') {
      while (shell->text[shell->at] != '\0' && newline_at (shell->text, shell->at) == 0)
        shell->at++;
    } else if (ends_word (shell)) {
      if (!take_operator (shell, error))
        return FALSE;
    } else if (!take_word (shell, error)) {
      return FALSE;
    }
  }
  end_command (shell, shell->at);
  return TRUE;
}

gboolean
v2v_shell_find (const char *text, const char *name, GArray **out_found, guint *out_blocker,
                GError **error)
{
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (V2vShellAssignment));
  Shell shell = { .text = text, .name = name, .found = found };

  if (!run (&shell, error))
    return FALSE;
  /* What is open at the end would take in a line there. */
  if (shell.blocker == 0
      && (shell.blocks > 0 || shell.parens > 0 || shell.conditional || shell.ends_open))
    shell.blocker = line_of (&shell, shell.at > 0 ? shell.at - 1 : 0);
  *out_found = g_steal_pointer (&found);
  *out_blocker = shell.blocker;
  return TRUE;
}
