/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-kernel-args-units.c - quoting: which bytes stand for which characters
 */
#include <config.h>

#include <string.h>

#include "v2v-kernel-args-private.h"

/* A longer ${...} or $(...) is taken for one that does not end. */
#define EXPANSION_MAX 4096

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The place behind the closing quote; 0 when there is none. */
static gsize
skip_quoted (const char *text, gsize at, gsize end)
{
  char quote = text[at++];

  while (at < end && text[at] != quote)
    at += text[at] == '\\' && quote != '\'' ? 2 : 1;
  return at < end ? at + 1 : 0;
}

/* The place behind "(...)" or "{...}"; 0 when it does not end. */
static gsize
skip_nested (const char *text, gsize at, gsize end, char open, char close)
{
  guint depth = 0;

  while (at < end) {
    char c = text[at];

    if (c == '\\') {
      at += 2;
    } else if (open == '(' && (c == '\'' || c == '"')) {
      at = skip_quoted (text, at, end);
      if (at == 0)
        return 0;
    } else {
      at++;
      depth += c == open;
      if (c == close && --depth == 0)
        return at;
    }
  }
  return 0;
}

/* Whether an expansion begins at @at; *@out_behind: the place behind it, 0 when it does
 * not end.  A bare $name is no more than its letters. */
static gboolean
skip_expansion (const char *text, gsize at, gsize end, V2vKargsLanguage language,
                gsize *out_behind)
{
  gboolean shell = language == V2V_KARGS_SHELL;
  char next = text[at] == '$' && at + 1 < end ? text[at + 1] : 0;
  gsize behind;

  end = MIN (end, at + EXPANSION_MAX);
  if (text[at] == '`' && shell)
    behind = skip_quoted (text, at, end);
  else if (next == '{')
    behind = skip_nested (text, at + 1, end, '{', '}');
  else if (next == '(' && shell)
    behind = skip_nested (text, at + 1, end, '(', ')');
  else
    return FALSE;
  *out_behind = behind <= end ? behind : 0;
  return TRUE;
}

static void
set_unit (V2vKargsUnit *out, gsize from, gsize length, char c)
{
  out->from = (guint) from;
  out->to = (guint) (from + length);
  out->c = c;
  out->opaque = out->unended = FALSE;
}

/* Whether the backslash at @at is more than a backslash. */
static gboolean
is_escape (const char *text, gsize at, gsize end, V2vKargsLanguage language, char quote)
{
  if (text[at] != '\\' || at + 1 >= end || quote == '\'')
    return FALSE;
  if (quote == 0)
    return TRUE;
  return strchr ("\"\\$\n", text[at + 1]) != NULL
         || (text[at + 1] == '`' && language == V2V_KARGS_SHELL);
}

void
v2v_kargs_unit_read (const char *text, gsize at, gsize end, V2vKargsLanguage language,
                     char *quote, V2vKargsUnit *out)
{
  char c = text[at];
  gsize behind;

  set_unit (out, at, 1, c);
  if (language == V2V_KARGS_ENV && c == '\\' && at + 1 < end)
    set_unit (out, at, 2, text[at + 1]);
  if (language == V2V_KARGS_PLAIN || language == V2V_KARGS_ENV) {
    out->quote = 0;
    return;
  }
  if (*quote != 0 ? c == *quote : c == '\'' || c == '"') {
    *quote = *quote == 0 ? c : 0;
    out->c = 0;
  } else if (is_escape (text, at, end, language, *quote)) {
    set_unit (out, at, 2, text[at + 1] == '\n' ? 0 : text[at + 1]);
  } else if (*quote != '\'' && skip_expansion (text, at, end, language, &behind)) {
    if (behind > 0)
      set_unit (out, at, behind - at, c);
    out->opaque = behind > 0;
    out->unended = behind == 0;
  }
  out->quote = *quote;
}

/* Whether the unit parts two arguments. */
static gboolean
is_separator (const V2vKargsSpan *span, const V2vKargsUnit *unit, char inner)
{
  if (unit->opaque || !is_blank (unit->c))
    return FALSE;
  if (span->words)
    return unit->quote == 0 && unit->to - unit->from == 1;
  return inner == 0;
}

/* Keeps count of the quotes that mean something to the second reader. */
static gboolean
is_inner_quote (const V2vKargsSpan *span, const V2vKargsUnit *unit, char *inner)
{
  if (span->words || unit->opaque || (unit->c != '"' && (unit->c != '\'' || !span->single)))
    return FALSE;
  if (*inner != 0 && *inner != unit->c)
    return FALSE;
  *inner = *inner == 0 ? unit->c : 0;
  return TRUE;
}

/* What is not to be touched: a variable, what holds the older value of its own variable
 * or $kernelopts, and the dashes. */
static gboolean
is_fixed (const V2vKargsSpan *span, const char *text)
{
  const char *dollar = strchr (text, '$');

  return *text == '$' || *text == '`' || g_str_equal (text, "--") || g_str_equal (text, "---")
         || (dollar != NULL && (span->refers || strstr (dollar, "kernelopts") != NULL));
}

/* (transfer full): the argument from unit @first on; its text is empty when nothing but
 * quotes was there. */
static V2vKargsArg *
take_arg (const char *text, V2vKargsSpan *span, guint first)
{
  g_autoptr (GString) out = g_string_new (NULL);
  V2vKargsArg *arg = g_new0 (V2vKargsArg, 1);
  char inner = 0;
  guint i = first;

  for (; i < span->units->len; i++) {
    const V2vKargsUnit *unit = &g_array_index (span->units, V2vKargsUnit, i);

    if (is_separator (span, unit, inner))
      break;
    if (unit->opaque)
      g_string_append_len (out, text + unit->from, (gssize) (unit->to - unit->from));
    else if (unit->c != 0 && !is_inner_quote (span, unit, &inner))
      g_string_append_c (out, unit->c);
  }
  span->unclosed |= inner != 0;
  arg->first = first;
  arg->last = i;
  arg->text = g_strdup (out->str);
  arg->fixed = inner != 0 || is_fixed (span, out->str);
  return arg;
}

static void
arg_free (gpointer p)
{
  V2vKargsArg *arg = p;

  g_free (arg->text);
  g_free (arg);
}

static void
read_units (const char *text, V2vKargsSpan *span)
{
  V2vKargsUnit unit = { .c = 0 };
  char quote = 0;

  span->units = g_array_new (FALSE, FALSE, sizeof (V2vKargsUnit));
  for (gsize at = span->from; at < span->to;) {
    v2v_kargs_unit_read (text, at, span->to, span->language, &quote, &unit);
    g_array_append_val (span->units, unit);
    at = unit.to;
  }
  span->unclosed |= quote != 0
                     || (span->language != V2V_KARGS_PLAIN && unit.c == '\\' && unit.quote == 0
                        && unit.to - unit.from == 1);
}

void
v2v_kargs_split (const char *text, V2vKargsSpan *span)
{
  gboolean broken;
  guint i = 0;

  read_units (text, span);
  broken = span->unclosed;
  span->args = g_ptr_array_new_with_free_func (arg_free);
  while (i < span->units->len) {
    const V2vKargsUnit *unit = &g_array_index (span->units, V2vKargsUnit, i);
    V2vKargsArg *arg;

    /* Quotes and joined lines around an argument are the span's, not the argument's,
     * but where each word has its own. */
    if (is_separator (span, unit, 0) || (unit->c == 0 && !span->words)) {
      i++;
      continue;
    }
    arg = take_arg (text, span, i);
    i = arg->last;
    if (*arg->text == '\0') {
      arg_free (arg);
      continue;
    }
    arg->fixed |= broken;
    g_ptr_array_add (span->args, arg);
    if (g_str_equal (arg->text, "--"))
      return;
  }
}

/* Whether the blank at @i can go: it must not bring a backslash that stands for itself
 * before a quote. */
static gboolean
can_cut (const V2vKargsPatch *patch, const V2vKargsUnit *units, guint i)
{
  if ((units[i].c != ' ' && units[i].c != '\t') || v2v_kargs_patch_is_cut (patch, units[i].from))
    return FALSE;
  return i == 0 || units[i - 1].c != '\\' || units[i - 1].to - units[i - 1].from > 1;
}

void
v2v_kargs_remove (V2vKargsPatch *patch, V2vKargsSpan *span, V2vKargsArg *arg)
{
  const V2vKargsUnit *units = &g_array_index (span->units, V2vKargsUnit, 0);
  guint before = arg->first;
  guint behind = arg->last;

  for (guint i = arg->first; i < arg->last; i++) {
    if (units[i].c != 0 || span->words)
      v2v_kargs_patch_cut (patch, units[i].from, units[i].to);
  }
  arg->gone = TRUE;
  while (before > 0 && units[before - 1].c == 0)
    before--;
  while (behind < span->units->len && units[behind].c == 0)
    behind++;
  if (before > 0 && can_cut (patch, units, before - 1))
    v2v_kargs_patch_cut (patch, units[before - 1].from, units[before - 1].to);
  else if (behind < span->units->len
           && (units[behind].c == ' ' || units[behind].c == '\t'))
    v2v_kargs_patch_cut (patch, units[behind].from, units[behind].to);
}

void
v2v_kargs_set_value (V2vKargsPatch *patch, const V2vKargsSpan *span, const V2vKargsArg *arg,
                     const char *value)
{
  gboolean seen = FALSE;
  gboolean done = FALSE;

  for (guint i = arg->first; i < arg->last; i++) {
    const V2vKargsUnit *unit = &g_array_index (span->units, V2vKargsUnit, i);

    if (!seen) {
      seen = unit->c == '=';
      continue;
    }
    /* Quotes stay: those of the file, and those that the kernel takes off. */
    if (unit->c == 0 || unit->c == '"' || unit->c == '\'')
      continue;
    if (!done)
      v2v_kargs_patch_insert (patch, unit->from, value);
    v2v_kargs_patch_cut (patch, unit->from, unit->to);
    done = TRUE;
  }
}
