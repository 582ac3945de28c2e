/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-text.c - titled sections of aligned columns for people
 */
#include <config.h>

#include "v2v-text.h"

#include <stdarg.h>

#include "v2v-str.h"

#define CELL_MAX 512  /* bytes of a cell that are looked at */
#define COLUMNS_MAX 16
#define WIDTH_MAX 48  /* one long cell does not push all others out of sight */

struct _V2vText {
  GString *out;
  GPtrArray *rows; /* char** of the section at hand */
  char *title;
};

V2vText *
v2v_text_new (void)
{
  V2vText *text = g_new0 (V2vText, 1);

  text->out = g_string_new (NULL);
  text->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  return text;
}

static void
measure (const V2vText *text, glong widths[COLUMNS_MAX])
{
  for (guint i = 0; i < text->rows->len; i++) {
    char **cells = g_ptr_array_index (text->rows, i);

    for (guint c = 0; cells[c] != NULL && cells[c + 1] != NULL; c++)
      widths[c] = MAX (widths[c], MIN (g_utf8_strlen (cells[c], -1), WIDTH_MAX));
  }
}

static void
write_row (GString *out, char **cells, const glong widths[COLUMNS_MAX])
{
  for (guint c = 0; cells[c] != NULL; c++) {
    glong pad = cells[c + 1] != NULL ? widths[c] - g_utf8_strlen (cells[c], -1) : 0;

    g_string_append (out, "  ");
    g_string_append (out, cells[c]);
    for (; pad > 0; pad--)
      g_string_append_c (out, ' ');
  }
  while (out->len > 0 && out->str[out->len - 1] == ' ')
    g_string_truncate (out, out->len - 1);
  g_string_append_c (out, '\n');
}

static void
flush (V2vText *text)
{
  glong widths[COLUMNS_MAX] = { 0 };

  if (text->rows->len == 0)
    return;
  if (text->out->len > 0)
    g_string_append_c (text->out, '\n');
  if (text->title != NULL)
    g_string_append_printf (text->out, "%s\n", text->title);
  measure (text, widths);
  for (guint i = 0; i < text->rows->len; i++)
    write_row (text->out, g_ptr_array_index (text->rows, i), widths);
  g_ptr_array_set_size (text->rows, 0);
}

void
v2v_text_section (V2vText *text, const char *title)
{
  flush (text);
  g_free (text->title);
  text->title = g_strdup (title);
}

void
v2v_text_row (V2vText *text, const char *first, ...)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new ();
  va_list args;

  va_start (args, first);
  for (const char *cell = first; cell != NULL; cell = va_arg (args, const char *)) {
    g_return_if_fail (cells->len < COLUMNS_MAX - 1);
    g_ptr_array_add (cells, v2v_str_printable (cell, CELL_MAX));
  }
  va_end (args);
  g_ptr_array_add (cells, NULL);
  g_ptr_array_add (text->rows, g_ptr_array_free (g_steal_pointer (&cells), FALSE));
}

void
v2v_text_pair (V2vText *text, const char *label, const char *format, ...)
{
  g_autofree char *value = NULL;
  va_list args;

  va_start (args, format);
  value = g_strdup_vprintf (format, args);
  va_end (args);
  v2v_text_row (text, label, value, NULL);
}

void
v2v_text_known (V2vText *text, const char *label, const char *value)
{
  if (value != NULL)
    v2v_text_row (text, label, value, NULL);
}

char *
v2v_text_finish (V2vText *text)
{
  char *result;

  flush (text);
  result = g_string_free (text->out, FALSE);
  g_ptr_array_unref (text->rows);
  g_free (text->title);
  g_free (text);
  return result;
}

const char *
v2v_text_or_dash (const char *value)
{
  return value != NULL && *value != '\0' ? value : "-";
}

char *
v2v_text_size (guint64 bytes)
{
  static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
  double value = (double) bytes;
  gsize i = 0;

  while (value >= 1024 && i + 1 < G_N_ELEMENTS (units)) {
    value /= 1024;
    i++;
  }
  return g_strdup_printf (i == 0 ? "%.0f %s" : "%.1f %s", value, units[i]);
}
