/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-edit-keys.c - set and unset a key in a file of one of four styles: text in, text out
 */
#include <config.h>

#include "edit/v2v-edit-keys.h"

#include <string.h>

#include "edit/v2v-edit-private.h"
#include "v2v-error.h"

const char *const v2v_edit_style_names[V2V_N_EDIT_STYLES + 1]
  = { "ini", "shell", "ssh", "conf", NULL };

static const V2vEditStyleOps *const styles[V2V_N_EDIT_STYLES] = {
  [V2V_EDIT_INI] = &v2v_edit_ini_ops,
  [V2V_EDIT_SHELL] = &v2v_edit_shell_ops,
  [V2V_EDIT_SSH] = &v2v_edit_ssh_ops,
  [V2V_EDIT_CONF] = &v2v_edit_conf_ops,
};

void
v2v_edit_key_free (V2vEditKey *key)
{
  if (key == NULL)
    return;
  g_free (key->section);
  g_free (key->key);
  g_free (key->value);
  g_free (key);
}

const char *
v2v_edit_key_mistake (const V2vEditKey *key, const char **out_member)
{
  *out_member = "section";
  if (key->style == V2V_EDIT_INI && key->section == NULL)
    return "a key of an ini file needs its section";
  if (key->style != V2V_EDIT_INI && key->section != NULL)
    return "only ini files have sections";
  *out_member = "key";
  if (*key->key == '\0')
    return "it must not be empty";
  if (v2v_edit_is_untidy (key->key))
    return "it must not have blanks around it or line breaks";
  *out_member = "value";
  if (key->value != NULL && strpbrk (key->value, "\r\n") != NULL)
    return "it must not have line breaks";
  return styles[key->style]->mistake (key, out_member);
}

gboolean
v2v_edit_set_key (const char *text, const V2vEditKey *key, char **out_text, GError **error)
{
  return styles[key->style]->set (text, key, out_text, error);
}

gboolean
v2v_edit_unset_key (const char *text, const V2vEditKey *key, char **out_text,
                    GError **error)
{
  return styles[key->style]->unset (text, key, out_text, error);
}

static gboolean
is_blank_char (char c)
{
  return c == ' ' || c == '\t';
}

gboolean
v2v_edit_is_untidy (const char *text)
{
  return is_blank_char (text[0]) || (*text != '\0' && is_blank_char (text[strlen (text) - 1]))
         || strpbrk (text, "\r\n") != NULL;
}

char *
v2v_edit_splice (const char *text, gsize at, gsize length, const char *replacement)
{
  GString *out = g_string_sized_new (strlen (text) + strlen (replacement) + 1);

  g_string_append_len (out, text, (gssize) at);
  g_string_append (out, replacement);
  g_string_append (out, text + at + length);
  return g_string_free (out, FALSE);
}

char *
v2v_edit_insert_line (const char *text, gsize at, const char *line)
{
  const char *ending = v2v_lines_ending (text, at);
  GString *out = g_string_sized_new (strlen (text) + strlen (line) + 4);

  v2v_lines_append_whole (out, text, at, ending);
  g_string_append (out, line);
  g_string_append (out, ending);
  g_string_append (out, text + at);
  return g_string_free (out, FALSE);
}

static gboolean
is_comment (const V2vLine *line)
{
  gsize indent = v2v_lines_indent (line);

  return indent < line->length && (line->text[indent] == '#' || line->text[indent] == ';');
}

gsize
v2v_edit_end_before (const char *text, gsize from, gsize at)
{
  g_autofree char *part = g_strndup (text + from, at - from);
  g_autoptr (GArray) lines = v2v_lines_split (part);
  gsize end = 0, above = 0;
  gboolean blank_above = FALSE;
  guint n = lines->len;

  for (guint i = 0; i < lines->len; i++) {
    const V2vLine *line = &g_array_index (lines, V2vLine, i);

    if (!v2v_lines_is_blank (line))
      end = (gsize) (line->text - part) + line->whole;
  }
  if (text[at] == '\0')
    return from + end;
  /* A comment right above a block and apart from what is before it is the block's. */
  while (n > 0 && is_comment (&g_array_index (lines, V2vLine, n - 1)))
    n--;
  blank_above = n > 0 && n < lines->len
                && v2v_lines_is_blank (&g_array_index (lines, V2vLine, n - 1));
  for (guint i = 0; blank_above && i < n; i++) {
    const V2vLine *line = &g_array_index (lines, V2vLine, i);

    if (!v2v_lines_is_blank (line))
      above = (gsize) (line->text - part) + line->whole;
  }
  return from + (blank_above ? above : end);
}

gboolean
v2v_edit_refuse (GError **error, guint line, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list ap;

  va_start (ap, format);
  message = g_strdup_vprintf (format, ap);
  va_end (ap);
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED, "line %u: %s", line, message);
  return FALSE;
}
