/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-kernel-args-shell.c - the stores that are scripts: /etc/default/grub and grub.cfg
 */
#include <config.h>

#include <string.h>

#include "v2v-kernel-args-private.h"

/* What ends a word outside of quotes.  GRUB takes parentheses as letters: "(hd0,1)/x". */
static gboolean
ends_word (const V2vKargsLexer *lexer, char c)
{
  return strchr (lexer->language == V2V_KARGS_GRUB ? " \t\r\n;|&" : " \t\r\n;|&()<>", c)
         != NULL;
}

static gboolean
skip_blanks (V2vKargsLexer *lexer)
{
  const char *text = lexer->text;

  for (;;) {
    lexer->at += strspn (text + lexer->at, " \t\r");
    if (text[lexer->at] != '\\' || text[lexer->at + 1] != '\n')
      break;
    lexer->at += 2;
  }
  if (text[lexer->at] == '#')
    lexer->at += strcspn (text + lexer->at, "\n");
  return text[lexer->at] != '\0';
}

static void
read_word (V2vKargsLexer *lexer)
{
  V2vKargsUnit unit = { .c = 0 };
  char quote = 0;

  lexer->from = lexer->at;
  while (lexer->at < lexer->end && !lexer->broken
         && (quote != 0 || !ends_word (lexer, lexer->text[lexer->at]))) {
    v2v_kargs_unit_read (lexer->text, lexer->at, lexer->end, lexer->language, &quote, &unit);
    lexer->at = unit.to;
    lexer->broken = unit.unended;
  }
  lexer->to = lexer->at;
  lexer->unclosed = quote != 0 || (unit.c == '\\' && unit.to - unit.from == 1);
}

static gboolean
word_is (const char *word, gsize length, const char *const *list)
{
  for (; *list != NULL; list++) {
    if (strlen (*list) == length && memcmp (word, *list, length) == 0)
      return TRUE;
  }
  return FALSE;
}

/* The length of "NAME=" at the start of the word, 0 when it is no assignment. */
static gsize
assignment_length (const char *word, gsize length)
{
  gsize n = 0;

  while (n < length && (g_ascii_isalnum (word[n]) || word[n] == '_'))
    n++;
  if (n == 0 || g_ascii_isdigit (word[0]))
    return 0;
  if (n + 1 < length && word[n] == '+' && word[n + 1] == '=')
    return n + 2;
  return n < length && word[n] == '=' ? n + 1 : 0;
}

V2vKargsToken
v2v_kargs_lexer_next (V2vKargsLexer *lexer)
{
  static const char *const openers[]
    = { "then", "else", "do", "if", "elif", "while", "until", "!", "{", "}", "export",
        "readonly", "local", NULL };
  const char *word;
  gsize length;

  if (lexer->broken || !skip_blanks (lexer))
    return V2V_KARGS_END;
  if (ends_word (lexer, lexer->text[lexer->at])) {
    lexer->at++;
    lexer->command = TRUE;
    return V2V_KARGS_SEPARATOR;
  }
  read_word (lexer);
  if (lexer->broken)
    return V2V_KARGS_END;
  word = lexer->text + lexer->from;
  length = lexer->to - lexer->from;
  lexer->first = lexer->command;
  lexer->command = (lexer->command && (word_is (word, length, openers)
                                       || assignment_length (word, length) > 0))
                   || (lexer->language == V2V_KARGS_GRUB && length == 1 && *word == '{');
  return V2V_KARGS_WORD;
}

static guint
count_lines (const char *text, gsize from, gsize to)
{
  guint lines = 0;

  for (gsize i = from; i < to; i++)
    lines += text[i] == '\n';
  return lines;
}

static gboolean
is_name_char (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

/* Whether $name or ${name stands in the text. */
static gboolean
mentions (const char *text, gsize from, gsize to, const char *name, gsize n)
{
  for (gsize i = from; i + n < to; i++) {
    gsize at = i + 1;

    if (text[i] != '$')
      continue;
    at += text[at] == '{';
    if (at + n <= to && memcmp (text + at, name, n) == 0
        && (at + n == to || !is_name_char (text[at + n])))
      return TRUE;
  }
  return FALSE;
}

gboolean
v2v_kargs_has_kernelopts (const char *text, const V2vKargsSpan *span)
{
  return mentions (text, span->from, span->to, "kernelopts", strlen ("kernelopts"))
         || mentions (text, span->from, span->to, "default_kernelopts",
                      strlen ("default_kernelopts"));
}

static const struct {
  const char *name;
  V2vKargsRole role;
} variables[] = {
  { "GRUB_CMDLINE_LINUX", V2V_KARGS_LINUX },
  { "GRUB_CMDLINE_LINUX_DEFAULT", V2V_KARGS_LINUX_DEFAULT },
  { "GRUB_CMDLINE_LINUX_RECOVERY", V2V_KARGS_OTHER },
  /* Before UUIDs came, root=/dev/... was written; this asks for it still. */
  { "GRUB_DISABLE_LINUX_UUID", V2V_KARGS_DISABLE_UUID },
};

/* True, whatever its quotes. */
static gboolean
is_true (const char *word, gsize length)
{
  static const char *const yes[] = { "true", "\"true\"", "'true'", NULL };

  return word_is (word, length, yes);
}

/* Nothing but blanks before it in its line. */
static gboolean
begins_line (const char *text, gsize at)
{
  while (at > 0 && (text[at - 1] == ' ' || text[at - 1] == '\t'))
    at--;
  return at == 0 || text[at - 1] == '\n';
}

static void
add_variable (const char *text, const V2vKargsLexer *lexer, guint line, GPtrArray *spans)
{
  const char *word = text + lexer->from;
  gsize skip = assignment_length (word, lexer->to - lexer->from);
  gsize name = skip == 0 ? 0 : skip - 1 - (word[skip - 2] == '+');
  V2vKargsSpan *span;

  for (gsize i = 0; skip > 1 && i < G_N_ELEMENTS (variables); i++) {
    if (strlen (variables[i].name) != name || memcmp (word, variables[i].name, name) != 0)
      continue;
    if (variables[i].role == V2V_KARGS_DISABLE_UUID) {
      /* Only a line of its own can become a comment. */
      if (!begins_line (text, lexer->from) || !is_true (word + skip, lexer->to - lexer->from - skip))
        return;
    }
    span = v2v_kargs_add_span (spans, lexer->from + skip, lexer->to, line);
    span->role = variables[i].role;
    span->language = V2V_KARGS_SHELL;
    span->single = TRUE;
    span->refers = word[skip - 2] == '+'
                   || mentions (text, span->from, span->to, variables[i].name, name);
    if (span->role == V2V_KARGS_DISABLE_UUID)
      span->from = lexer->from;
    return;
  }
}

void
v2v_kargs_scan_default_grub (const char *text, GPtrArray *spans)
{
  V2vKargsLexer lexer = { .text = text, .end = strlen (text), .language = V2V_KARGS_SHELL,
                          .command = TRUE };
  gsize counted = 0;
  guint line = 1;
  V2vKargsToken token;

  while ((token = v2v_kargs_lexer_next (&lexer)) != V2V_KARGS_END) {
    if (token != V2V_KARGS_WORD || !lexer.first)
      continue;
    line += count_lines (text, counted, lexer.from);
    counted = lexer.from;
    add_variable (text, &lexer, line, spans);
  }
  /* Behind an open quote or a joined line there is no place for another line. */
  if (lexer.broken || lexer.unclosed || g_str_has_suffix (text, "\\") || g_str_has_suffix (text, "\\\n")) {
    V2vKargsSpan *span = v2v_kargs_add_span (spans, lexer.end, lexer.end, line);

    span->role = V2V_KARGS_OTHER;
    span->unclosed = TRUE;
  }
}

typedef struct {
  V2vKargsLexer lexer;
  GPtrArray *spans;
  V2vKargsSpan *open; /* a kernel whose initrd was not seen yet */
  gsize counted;
  guint line;
} Menu;

static guint
line_of (Menu *menu, gsize at)
{
  menu->line += count_lines (menu->lexer.text, menu->counted, at);
  menu->counted = at;
  return menu->line;
}

static gboolean
next_word (Menu *menu)
{
  static const char *const ends[] = { "}", NULL };
  V2vKargsLexer *lexer = &menu->lexer;

  return v2v_kargs_lexer_next (lexer) == V2V_KARGS_WORD
         && !word_is (lexer->text + lexer->from, lexer->to - lexer->from, ends);
}

/* linux PATH ARGS... */
static void
add_kernel (Menu *menu)
{
  V2vKargsLexer *lexer = &menu->lexer;
  V2vKargsSpan *span;
  gsize from;
  gsize to;

  if (!next_word (menu) || lexer->unclosed)
    return;
  from = to = lexer->to;
  if (v2v_kargs_is_other_image (lexer->text + lexer->from, lexer->to - lexer->from)) {
    while (next_word (menu))
      ;
    return;
  }
  while (next_word (menu))
    to = lexer->to;
  if (lexer->broken)
    return;
  span = v2v_kargs_add_span (menu->spans, from, to, line_of (menu, from));
  span->language = V2V_KARGS_GRUB;
  span->words = TRUE;
  span->lead = TRUE;
  span->initrd = FALSE;
  menu->open = span;
}

/* set kernelopts="..." */
static void
add_kernelopts (Menu *menu)
{
  static const char *const names[] = { "kernelopts=", "default_kernelopts=", NULL };
  V2vKargsLexer *lexer = &menu->lexer;
  const char *word = lexer->text + lexer->from;
  gsize skip = assignment_length (word, lexer->to - lexer->from);
  V2vKargsSpan *span;

  if (!word_is (word, skip, names))
    return;
  span = v2v_kargs_add_span (menu->spans, lexer->from + skip, lexer->to,
                             line_of (menu, lexer->from));
  span->role = V2V_KARGS_KERNELOPTS;
  span->language = V2V_KARGS_GRUB;
}

static void
run_command (Menu *menu)
{
  static const char *const kernels[]
    = { "linux", "linux16", "linuxefi", "$linux", "${linux}", "linux$sixteen", NULL };
  static const char *const initrds[]
    = { "initrd", "initrd16", "initrdefi", "$initrd", "${initrd}", NULL };
  static const char *const entries[] = { "menuentry", "submenu", NULL };
  static const char *const sets[] = { "set", NULL };
  const char *word = menu->lexer.text + menu->lexer.from;
  gsize length = menu->lexer.to - menu->lexer.from;

  if (word_is (word, length, kernels)) {
    add_kernel (menu);
  } else if (word_is (word, length, initrds)) {
    if (menu->open != NULL)
      menu->open->initrd = TRUE;
  } else if (word_is (word, length, entries)) {
    menu->open = NULL;
  } else if (word_is (word, length, sets)) {
    if (next_word (menu))
      add_kernelopts (menu);
  } else {
    add_kernelopts (menu);
  }
}

void
v2v_kargs_scan_grub_cfg (const char *text, GPtrArray *spans)
{
  Menu menu = { .lexer = { .text = text, .end = strlen (text), .language = V2V_KARGS_GRUB,
                           .command = TRUE },
                .spans = spans, .line = 1 };
  V2vKargsToken token;

  while ((token = v2v_kargs_lexer_next (&menu.lexer)) != V2V_KARGS_END) {
    if (token == V2V_KARGS_WORD && menu.lexer.first)
      run_command (&menu);
  }
}
