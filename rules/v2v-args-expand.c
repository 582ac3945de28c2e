/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-args-expand.c - parameters in the texts of a rule
 */
#include <config.h>

#include "v2v-args.h"

#include <string.h>

/* The longest string: far above what a rule says. */
#define STRING_MAX (256 * 1024)

static gboolean
is_param_char (char c)
{
  return g_ascii_isalnum (c) || c == '-' || c == '_';
}

gboolean
v2v_args_is_param (const char *name)
{
  gsize n = 0;

  while (is_param_char (name[n]))
    n++;
  return n > 0 && name[n] == '\0';
}

/* The parameter that "${" at @text begins; NULL when it begins none. */
static char *
dup_param_name (const char *text)
{
  gsize n = 2;

  if (text[0] != '$' || text[1] != '{')
    return NULL;
  while (is_param_char (text[n]))
    n++;
  return text[n] == '}' && n > 2 ? g_strndup (text + 2, n - 2) : NULL;
}

/* A few bytes of YAML can name the same long text a hundred thousand times. */
static gboolean
spend (const V2vArgsScope *scope, const V2vYamlNode *node, gsize n, GError **error)
{
  if (scope->left == NULL)
    return TRUE;
  if (n > *scope->left)
    return v2v_args_error (scope, node, error,
                           "the rules are too large with all parameters and aliases "
                           "written out");
  *scope->left -= n;
  return TRUE;
}

char *
v2v_args_expand (const V2vArgsScope *scope, const V2vYamlNode *node, const char *text,
                 GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);

  while (*text != '\0' && out->len <= STRING_MAX) {
    g_autofree char *name = dup_param_name (text);
    const char *value;

    if (text[0] == '$' && text[1] == '$') {
      g_string_append_c (out, '$');
      text += 2;
    } else if (name == NULL) {
      g_string_append_c (out, *text++);
    } else {
      value = scope->params != NULL ? g_hash_table_lookup (scope->params, name) : NULL;
      if (value == NULL) {
        v2v_args_error (scope, node, error,
                        "'${%s}' is no parameter of this rule ('$$' is a dollar sign)", name);
        return NULL;
      }
      g_string_append (out, value);
      text += strlen (name) + strlen ("${}");
    }
  }
  if (out->len > STRING_MAX) {
    v2v_args_error (scope, node, error, "the text is longer than %d bytes", STRING_MAX);
    return NULL;
  }
  if (!spend (scope, node, out->len + 1, error))
    return NULL;
  return g_string_free (g_steal_pointer (&out), FALSE);
}
