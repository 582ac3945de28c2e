/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-shellvars.c - NAME=value files that a shell could source
 */
#include <config.h>

#include "v2v-shellvars.h"

#include <string.h>

#define BLANKS " \t\r"

static const char *
skip_line (const char *p)
{
  p += strcspn (p, "\n");
  return *p == '\0' ? p : p + 1;
}

/* Reads "NAME=" at @p; NULL when it is something else. */
static char *
read_name (const char **p)
{
  const char *start = *p;
  const char *end;

  if (g_str_has_prefix (start, "export ") || g_str_has_prefix (start, "export\t"))
    start += strlen ("export ") + strspn (start + strlen ("export "), BLANKS);
  end = start;
  while (g_ascii_isalnum (*end) || *end == '_')
    end++;
  if (end == start || *end != '=' || g_ascii_isdigit (*start))
    return NULL;
  *p = end + 1;
  return g_strndup (start, (gsize) (end - start));
}

/* Inside double quotes a backslash keeps its meaning before these only. */
static gboolean
escapes (char quote, char next)
{
  return next != '\0' && (quote == '\0' || strchr ("\"\\$`\n", next) != NULL);
}

/* Reads one shell word at @p and stops behind it; a quote that never closes ends
 * with the text. */
static char *
read_value (const char **p)
{
  GString *value = g_string_new (NULL);
  char quote = '\0';
  const char *c = *p;

  for (; *c != '\0'; c++) {
    if (quote == '\0' && (strchr (BLANKS "\n;#", *c) != NULL))
      break;
    if (quote != '\'' && *c == '\\' && escapes (quote, c[1])) {
      if (*++c != '\n')
        g_string_append_c (value, *c);
    } else if (*c == quote) {
      quote = '\0';
    } else if (quote == '\0' && (*c == '"' || *c == '\'')) {
      quote = *c;
    } else {
      g_string_append_c (value, *c);
    }
  }
  *p = c;
  return g_string_free (value, FALSE);
}

GHashTable *
v2v_shellvars_parse (const char *text)
{
  GHashTable *vars = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  const char *p = text;

  while (*p != '\0' && g_hash_table_size (vars) < V2V_SHELLVARS_MAX) {
    char *name;

    p += strspn (p, BLANKS);
    name = read_name (&p);
    if (name != NULL)
      g_hash_table_replace (vars, name, read_value (&p));
    p = skip_line (p);
  }
  return vars;
}
