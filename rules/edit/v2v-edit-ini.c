/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-edit-ini.c - keys of ini files, and of files of "key = value" without sections
 *
 * Three readers, three languages: systemd joins a line that ends in a backslash with the
 * next one, ConfigParser (and Postfix, of files without sections) a line that is indented
 * deeper than its key, GLib none.  A line that is a key to one and a part of a value to
 * another is only a problem when it is, or follows, the key in question.
 */
#include <config.h>

#include "edit/v2v-edit-private.h"

#include <string.h>

typedef enum { BLANK, COMMENT, HEADER, OPTION, MORE } Kind;

typedef struct {
  V2vLine line;
  Kind kind;
  gsize indent;
  gboolean ours;       /* in the section that is asked for */
  gboolean is_key;     /* OPTION, or MORE that could be one: it has the key's name */
  gboolean open;       /* OPTION, MORE: ends in a backslash that joins */
} Row;

typedef struct {
  const char *text;
  const V2vEditKey *key;
  GArray *rows;
  gssize last;    /* the row of the key that is in effect; -1 = none */
  gssize section; /* the row of the last header of the section; -1 = none */
} Ini;

static gboolean
is_blank_char (char c)
{
  return c == ' ' || c == '\t';
}

static gboolean
ends_open (const V2vLine *line)
{
  gsize n = 0;

  while (n < line->length && line->text[line->length - 1 - n] == '\\')
    n++;
  return n % 2 == 1;
}

/* The key's name at the beginning, and behind it a delimiter or nothing.  Where only one
 * reader goes on with a value, the others do not know the colon. */
static gboolean
has_key (const Row *row, const char *key)
{
  const V2vLine *line = &row->line;
  gsize at = row->indent + strlen (key);

  if (line->length < at || memcmp (line->text + row->indent, key, strlen (key)) != 0)
    return FALSE;
  while (at < line->length && is_blank_char (line->text[at]))
    at++;
  if (at < line->length && line->text[at] == '=')
    return TRUE;
  return row->kind == OPTION && (at == line->length || line->text[at] == ':');
}

/* Behind a header all readers skip a carriage return like a blank. */
static gboolean
is_behind_header (char c)
{
  return is_blank_char (c) || c == '\r';
}

static gboolean
is_section (const V2vLine *line, gsize indent, const char *section)
{
  gsize at = indent + 1, length = strlen (section);

  if (line->length < at + length + 1 || memcmp (line->text + at, section, length) != 0
      || line->text[at + length] != ']')
    return FALSE;
  at += length + 1;
  return at == line->length || is_behind_header (line->text[at]);
}

/* "[name]" and nothing else, so not "[ -f x ] && y" of a script that goes on. */
static gboolean
looks_like_header (const Row *row)
{
  const char *start = row->line.text + row->indent;
  const char *end = row->line.text + row->line.length;

  while (end > start && is_behind_header (end[-1]))
    end--;
  return end - start >= 2 && *start == '['
         && memchr (start, ']', (gsize) (end - start)) == end - 1;
}

static Kind
kind_of (const Row *row, const Row *option, gboolean joined)
{
  char first = row->indent < row->line.length ? row->line.text[row->indent] : '\0';

  if (first == '\0')
    return BLANK;
  if (first == '#' || first == ';')
    return COMMENT;
  if (joined || (option != NULL && row->indent > option->indent))
    return MORE;
  return first == '[' ? HEADER : OPTION;
}

static gboolean
check_row (const Ini *ini, const Row *row, GError **error)
{
  if (row->kind == HEADER && ini->key->section == NULL)
    return v2v_edit_refuse (error, row->line.number,
                            "a section begins here: use the style 'ini'");
  if (row->kind != MORE)
    return TRUE;
  if (looks_like_header (row)
      && (row->ours || ini->key->section == NULL
          || is_section (&row->line, row->indent, ini->key->section)))
    return v2v_edit_refuse (error, row->line.number,
                            "some programs begin a section here, others go on with the "
                            "value above");
  if (row->is_key)
    return v2v_edit_refuse (error, row->line.number,
                            "some programs read '%s' here, others go on with the value "
                            "above", ini->key->key);
  return TRUE;
}

static gboolean
ini_scan (Ini *ini, GError **error)
{
  V2vLine line = { 0 };
  gboolean ours = ini->key->section == NULL, joined = FALSE;
  Row option = { 0 };
  gboolean has_option = FALSE;

  while (v2v_lines_next (ini->text, &line)) {
    Row row = { .line = line, .indent = v2v_lines_indent (&line) };

    row.kind = kind_of (&row, has_option ? &option : NULL, joined);
    if (row.kind == HEADER) {
      ours = ini->key->section != NULL
             && is_section (&line, row.indent, ini->key->section);
      if (ours)
        ini->section = ini->rows->len;
      has_option = FALSE;
    }
    row.ours = ours;
    row.is_key = ours && (row.kind == OPTION || row.kind == MORE)
                 && has_key (&row, ini->key->key);
    row.open = (row.kind == OPTION || row.kind == MORE) && ends_open (&line);
    if (!check_row (ini, &row, error))
      return FALSE;
    if (row.kind == OPTION) {
      option = row;
      has_option = TRUE;
      if (row.is_key)
        ini->last = ini->rows->len;
    }
    /* A comment between two joined lines is none of them (systemd). */
    if (row.kind != COMMENT)
      joined = row.open;
    g_array_append_val (ini->rows, row);
  }
  return TRUE;
}

static void
ini_clear (Ini *ini)
{
  g_clear_pointer (&ini->rows, g_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Ini, ini_clear)

static Row *
row_at (const Ini *ini, gsize i)
{
  return &g_array_index (ini->rows, Row, i);
}

static gsize
offset_of (const Ini *ini, const Row *row)
{
  return (gsize) (row->line.text - ini->text);
}

/* The rows behind @i that go on with its value, comments among them: [i + 1, end).  FALSE
 * when one of them could be a key of its own. */
static gboolean
find_more (const Ini *ini, gsize i, gsize *out_end, GError **error)
{
  *out_end = i + 1;
  for (gsize j = i + 1; j < ini->rows->len; j++) {
    const Row *row = row_at (ini, j);

    if (row->kind == OPTION || row->kind == HEADER)
      break;
    if (row->kind != MORE)
      continue;
    if (memchr (row->line.text, '=', row->line.length) != NULL)
      return v2v_edit_refuse (error, row->line.number,
                              "some programs go on with the value of '%s' here, others "
                              "read another key", ini->key->key);
    *out_end = j + 1;
  }
  return TRUE;
}

/* The value of a row, blanks around it not counted; and the delimiter, "" when there is
 * none. */
static void
find_value (const Row *row, const char *key, gsize *out_start, gsize *out_end,
            gboolean *out_delimited)
{
  const V2vLine *line = &row->line;
  gsize at = row->indent + strlen (key), end = line->length;

  while (at < end && is_blank_char (line->text[at]))
    at++;
  *out_delimited = at < end;
  if (*out_delimited)
    at++;
  else
    at = row->indent + strlen (key);
  while (at < end && is_blank_char (line->text[at]))
    at++;
  while (end > at && is_blank_char (line->text[end - 1]))
    end--;
  *out_start = at;
  *out_end = MAX (end, at);
}

/* How the keys around write it: that of the last one in the section, else in the file. */
static const char *
find_delimiter (const Ini *ini)
{
  const Row *model = NULL;
  const char *equals;
  gboolean before, after;

  for (gsize i = 0; i < ini->rows->len; i++) {
    const Row *row = row_at (ini, i);

    if (row->kind == OPTION && memchr (row->line.text, '=', row->line.length) != NULL
        && (row->ours || model == NULL || !model->ours))
      model = row;
  }
  if (model == NULL)
    return ini->key->style == V2V_EDIT_INI ? "=" : " = ";
  equals = memchr (model->line.text, '=', model->line.length);
  before = equals > model->line.text && is_blank_char (equals[-1]);
  after = equals + 1 < model->line.text + model->line.length && is_blank_char (equals[1]);
  if (before)
    return after ? " = " : " =";
  return after ? "= " : "=";
}

/* The indentation of the section's last option, else of the headers around: deeper would
 * make the new line a part of the value above, less deep the next header a part of the new
 * value. */
static char *
dup_new_line (const Ini *ini, gsize from, gsize end)
{
  const Row *model = NULL;
  g_autofree char *indent = NULL;

  for (gsize i = from; i < end; i++) {
    const Row *row = row_at (ini, i);

    if (row->kind == OPTION || row->kind == HEADER)
      model = row;
  }
  if (model != NULL && model->kind == HEADER && end < ini->rows->len
      && row_at (ini, end)->indent > model->indent)
    model = row_at (ini, end);
  indent = model != NULL ? g_strndup (model->line.text, model->indent) : g_strdup ("");
  return g_strconcat (indent, ini->key->key, find_delimiter (ini), ini->key->value, NULL);
}

/* Refuses when a line put at @at would go on with the one above. */
static gboolean
check_above (const Ini *ini, gsize at, GError **error)
{
  for (gsize i = ini->rows->len; i > 0; i--) {
    const Row *row = row_at (ini, i - 1);

    if (offset_of (ini, row) >= at || row->kind == COMMENT)
      continue;
    return !row->open
           || v2v_edit_refuse (error, row->line.number,
                               "the backslash at its end would take in a line added below");
  }
  return TRUE;
}

/* Adds the key behind the rows [@from, @end), which are its section. */
static gboolean
add_key (const Ini *ini, gsize from, gsize end, char **out_text, GError **error)
{
  gsize start = from < ini->rows->len ? offset_of (ini, row_at (ini, from)) : 0;
  gsize stop = end < ini->rows->len ? offset_of (ini, row_at (ini, end)) : strlen (ini->text);
  gsize at = v2v_edit_end_before (ini->text, start, stop);
  g_autofree char *line = dup_new_line (ini, from, end);

  if (!check_above (ini, at, error))
    return FALSE;
  *out_text = v2v_edit_insert_line (ini->text, at, line);
  return TRUE;
}

/* Appends "[section]" and the key. */
static gboolean
add_section (const Ini *ini, char **out_text, GError **error)
{
  gsize n = ini->rows->len;
  gsize length = strlen (ini->text);
  const char *ending = v2v_lines_ending (ini->text, length);
  GString *out;

  if (!check_above (ini, length, error))
    return FALSE;
  out = g_string_sized_new (length + 64);
  v2v_lines_append_whole (out, ini->text, length, ending);
  if (n > 0 && row_at (ini, n - 1)->kind != BLANK)
    g_string_append (out, ending);
  g_string_append_printf (out, "[%s]%s%s%s%s%s", ini->key->section, ending, ini->key->key,
                          find_delimiter (ini), ini->key->value, ending);
  *out_text = g_string_free (out, FALSE);
  return TRUE;
}

static char *
drop_rows (const Ini *ini, const GArray *drop)
{
  GString *out = g_string_sized_new (strlen (ini->text));

  for (gsize i = 0; i < ini->rows->len; i++) {
    const V2vLine *line = &row_at (ini, i)->line;

    if (!g_array_index (drop, gboolean, i))
      g_string_append_len (out, line->text, (gssize) line->whole);
  }
  return g_string_free (out, FALSE);
}

static gboolean
change_key (const Ini *ini, gsize i, char **out_text, GError **error)
{
  const Row *row = row_at (ini, i);
  g_autoptr (GString) out = g_string_sized_new (strlen (ini->text) + 64);
  gsize start, end, more_end;
  gboolean delimited;

  if (!find_more (ini, i, &more_end, error))
    return FALSE;
  find_value (row, ini->key->key, &start, &end, &delimited);
  if (delimited && more_end == i + 1 && end - start == strlen (ini->key->value)
      && memcmp (row->line.text + start, ini->key->value, end - start) == 0) {
    *out_text = g_strdup (ini->text);
    return TRUE;
  }
  g_string_append_len (out, ini->text, (gssize) (offset_of (ini, row) + start));
  if (!delimited)
    g_string_append (out, find_delimiter (ini));
  g_string_append (out, ini->key->value);
  g_string_append_len (out, row->line.text + end, (gssize) (row->line.whole - end));
  for (gsize j = i + 1; j < ini->rows->len; j++) {
    const Row *other = row_at (ini, j);

    if (j >= more_end || other->kind != MORE)
      g_string_append_len (out, other->line.text, (gssize) other->line.whole);
  }
  *out_text = g_string_free (g_steal_pointer (&out), FALSE);
  return TRUE;
}

static gboolean
ini_set (const char *text, const V2vEditKey *key, char **out_text, GError **error)
{
  g_auto (Ini) ini = { .text = text, .key = key, .last = -1, .section = -1 };
  gsize from, end;

  ini.rows = g_array_new (FALSE, FALSE, sizeof (Row));
  if (!ini_scan (&ini, error))
    return FALSE;
  if (ini.last >= 0)
    return change_key (&ini, (gsize) ini.last, out_text, error);
  if (key->section != NULL && ini.section < 0)
    return add_section (&ini, out_text, error);
  from = key->section != NULL ? (gsize) ini.section : 0;
  for (end = from + 1; end < ini.rows->len && row_at (&ini, end)->kind != HEADER;)
    end++;
  return add_key (&ini, from, MIN (end, ini.rows->len), out_text, error);
}

static gboolean
ini_unset (const char *text, const V2vEditKey *key, char **out_text, GError **error)
{
  g_auto (Ini) ini = { .text = text, .key = key, .last = -1, .section = -1 };
  g_autoptr (GArray) drop = g_array_new (FALSE, TRUE, sizeof (gboolean));

  ini.rows = g_array_new (FALSE, FALSE, sizeof (Row));
  if (!ini_scan (&ini, error))
    return FALSE;
  g_array_set_size (drop, ini.rows->len);
  for (gsize i = 0; i < ini.rows->len; i++) {
    gsize more_end;

    if (row_at (&ini, i)->kind != OPTION || !row_at (&ini, i)->is_key)
      continue;
    if (!find_more (&ini, i, &more_end, error))
      return FALSE;
    for (gsize j = i; j < more_end; j++)
      g_array_index (drop, gboolean, j) = j == i || row_at (&ini, j)->kind == MORE;
  }
  *out_text = drop_rows (&ini, drop);
  return TRUE;
}

static const char *
ini_mistake (const V2vEditKey *key, const char **out_member)
{
  *out_member = "section";
  if (key->section != NULL
      && (*key->section == '\0' || strpbrk (key->section, "[]") != NULL
          || v2v_edit_is_untidy (key->section)))
    return "a section is named without its brackets";
  *out_member = "key";
  if (strpbrk (key->key, "=:") != NULL || strchr ("[#;", key->key[0]) != NULL)
    return "no reader would find this key";
  *out_member = "value";
  if (key->value == NULL)
    return NULL;
  if (v2v_edit_is_untidy (key->value))
    return "blanks around it would be lost";
  if (g_str_has_suffix (key->value, "\\"))
    return "a backslash at its end would join it with the next line";
  return NULL;
}

const V2vEditStyleOps v2v_edit_ini_ops = {
  .mistake = ini_mistake,
  .set = ini_set,
  .unset = ini_unset,
};

const V2vEditStyleOps v2v_edit_conf_ops = {
  .mistake = ini_mistake,
  .set = ini_set,
  .unset = ini_unset,
};
