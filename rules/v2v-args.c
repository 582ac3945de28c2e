/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-args.c - the arguments of a predicate or action, taken one by one
 */
#include <config.h>

#include "v2v-args.h"

#include <string.h>

#include "v2v-str.h"

/* The longest list: far above what a rule says. */
#define STRINGS_MAX 1000
/* What the kernel takes: a longer path would fail in the guest, far from its rule. */
#define PATH_LENGTH_MAX 4095
#define NAME_LENGTH_MAX 255
/* A message that quotes a longer text of the user's is cut in its middle. */
#define MESSAGE_MAX 500

struct _V2vArgs {
  const V2vYamlNode *node; /* mapping, or the value of @shorthand */
  const char *name;
  const char *shorthand;   /* the key that @node itself is; NULL = a mapping */
  const V2vArgsScope *scope;
  GHashTable *taken;       /* keys, borrowed from callers */
};

static gsize
back_to_character (const char *text, gsize n)
{
  while (n > 0 && ((guchar) text[n] & 0xc0) == 0x80)
    n--;
  return n;
}

/* A message stays a line that can be read, whatever it quotes; the reason is at its end. */
static char *
shorten (const char *message)
{
  gsize length = strlen (message);
  gsize head = back_to_character (message, MIN (length, MESSAGE_MAX / 2));
  gsize tail;

  if (length <= MESSAGE_MAX)
    return g_strdup (message);
  tail = back_to_character (message, length - MESSAGE_MAX / 2);
  return g_strdup_printf ("%.*s...%s", (int) head, message, message + tail);
}

gboolean
v2v_args_error (const V2vArgsScope *scope, const V2vYamlNode *node, GError **error,
                const char *format, ...)
{
  g_autofree char *message = NULL;
  g_autofree char *short_message = NULL;
  g_autofree char *shown = NULL;
  va_list ap;

  va_start (ap, format);
  message = g_strdup_vprintf (format, ap);
  va_end (ap);
  short_message = shorten (message);
  shown = v2v_str_printable (short_message, strlen (short_message));
  g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE, "%s:%u:%u: %s", scope->file, node->line,
               node->column, shown);
  return FALSE;
}

static gboolean
check_keys (const V2vYamlNode *node, const char *name, const V2vArgsScope *scope,
            GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < node->keys->len; i++) {
    const V2vYamlNode *key = g_ptr_array_index (node->keys, i);

    if (key->kind != V2V_YAML_SCALAR)
      return v2v_args_error (scope, key, error, "%s: a key must be a word", name);
    if (!g_hash_table_add (seen, key->text))
      return v2v_args_error (scope, key, error, "%s: '%s' stands here twice", name,
                             key->text);
  }
  return TRUE;
}

V2vArgs *
v2v_args_new (const V2vYamlNode *node, const char *name, const char *shorthand,
              const V2vArgsScope *scope, GError **error)
{
  gboolean is_mapping = node->kind == V2V_YAML_MAPPING;
  V2vArgs *args;

  if (!is_mapping && shorthand == NULL) {
    v2v_args_error (scope, node, error, "%s needs a mapping, {key: value}", name);
    return NULL;
  }
  if (is_mapping && !check_keys (node, name, scope, error))
    return NULL;
  args = g_new0 (V2vArgs, 1);
  args->node = node;
  args->name = name;
  args->shorthand = is_mapping ? NULL : shorthand;
  args->scope = scope;
  args->taken = g_hash_table_new (g_str_hash, g_str_equal);
  return args;
}

void
v2v_args_free (V2vArgs *args)
{
  if (args == NULL)
    return;
  g_hash_table_unref (args->taken);
  g_free (args);
}

const V2vArgsScope *
v2v_args_scope (const V2vArgs *args)
{
  return args->scope;
}

const V2vYamlNode *
v2v_args_peek (const V2vArgs *args, const char *key)
{
  if (args->shorthand != NULL)
    return g_str_equal (key, args->shorthand) ? args->node : NULL;
  return v2v_yaml_get (args->node, key);
}

const V2vYamlNode *
v2v_args_take_node (V2vArgs *args, const char *key)
{
  g_hash_table_add (args->taken, (gpointer) key);
  return v2v_args_peek (args, key);
}

gboolean
v2v_args_error_at (const V2vArgs *args, const char *key, GError **error, const char *format,
                   ...)
{
  const V2vYamlNode *node = v2v_args_peek (args, key);
  g_autofree char *message = NULL;
  va_list ap;

  va_start (ap, format);
  message = g_strdup_vprintf (format, ap);
  va_end (ap);
  return v2v_args_error (args->scope, node != NULL ? node : args->node, error, "%s: %s: %s",
                         args->name, key, message);
}

gboolean
v2v_args_finish (V2vArgs *args, GError **error)
{
  if (args->node->kind != V2V_YAML_MAPPING)
    return TRUE;
  for (guint i = 0; i < args->node->keys->len; i++) {
    const V2vYamlNode *key = g_ptr_array_index (args->node->keys, i);

    if (!g_hash_table_contains (args->taken, key->text))
      return v2v_args_error (args->scope, key, error, "%s does not know '%s'", args->name,
                             key->text);
  }
  return TRUE;
}

/* (nullable): a key that nobody took and that may be @key misspelt. */
static const V2vYamlNode *
find_near (const V2vArgs *args, const char *key)
{
  const GPtrArray *keys = args->node->keys;

  for (guint i = 0; keys != NULL && i < keys->len; i++) {
    const V2vYamlNode *near = g_ptr_array_index (keys, i);

    if (!g_hash_table_contains (args->taken, near->text) && v2v_str_is_near (near->text, key))
      return near;
  }
  return NULL;
}

gboolean
v2v_args_error_missing (const V2vArgs *args, const char *key, GError **error)
{
  const V2vYamlNode *near = find_near (args, key);

  if (near != NULL)
    return v2v_args_error (args->scope, near, error, "%s does not know '%s': is it '%s'?",
                           args->name, near->text, key);
  return v2v_args_error (args->scope, args->node, error, "%s needs '%s'", args->name, key);
}

/* The scalar of @node, expanded; NULL with @error when it is none. */
static char *
expand_scalar (V2vArgs *args, const char *key, const V2vYamlNode *node, GError **error)
{
  if (node->kind != V2V_YAML_SCALAR) {
    v2v_args_error (args->scope, node, error, "%s: %s must be a text", args->name, key);
    return NULL;
  }
  if (v2v_yaml_text (node) == NULL) {
    v2v_args_error (args->scope, node, error, "%s: %s has no value (quote it: \"\" or '~')",
                    args->name, key);
    return NULL;
  }
  return v2v_args_expand (args->scope, node, node->text, error);
}

/* FALSE only when @key is absent and @required; NULL in @out_node when it is absent. */
static gboolean
take (V2vArgs *args, const char *key, gboolean required, const V2vYamlNode **out_node,
      GError **error)
{
  *out_node = v2v_args_take_node (args, key);
  if (*out_node == NULL && required)
    return v2v_args_error_missing (args, key, error);
  return TRUE;
}

gboolean
v2v_args_take_string (V2vArgs *args, const char *key, gboolean required, char **out,
                      GError **error)
{
  const V2vYamlNode *node;

  *out = NULL;
  if (!take (args, key, required, &node, error))
    return FALSE;
  if (node != NULL)
    *out = expand_scalar (args, key, node, error);
  return node == NULL || *out != NULL;
}

gboolean
v2v_args_take_strings (V2vArgs *args, const char *key, gboolean required, char ***out,
                       GError **error)
{
  g_autoptr (GPtrArray) strings = g_ptr_array_new_with_free_func (g_free);
  const V2vYamlNode *node;
  guint n;

  *out = NULL;
  if (!take (args, key, required, &node, error))
    return FALSE;
  if (node == NULL)
    return TRUE;
  n = node->kind == V2V_YAML_SEQUENCE ? node->values->len : 1;
  if (n == 0 || n > STRINGS_MAX)
    return v2v_args_error (args->scope, node, error, "%s: %s must have 1 to %d entries",
                           args->name, key, STRINGS_MAX);
  for (guint i = 0; i < n; i++) {
    const V2vYamlNode *item
      = node->kind == V2V_YAML_SEQUENCE ? g_ptr_array_index (node->values, i) : node;
    char *text = expand_scalar (args, key, item, error);

    if (text == NULL)
      return FALSE;
    g_ptr_array_add (strings, text);
  }
  g_ptr_array_add (strings, NULL);
  *out = (char **) g_ptr_array_free (g_steal_pointer (&strings), FALSE);
  return TRUE;
}

/* What is wrong with a path of the guest; NULL = nothing. */
static const char *
path_mistake (const char *path, gboolean wildcards)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);

  if (path[0] != '/')
    return "is not absolute: it must begin with '/'";
  if (parts[1] == NULL || (*parts[1] == '\0' && parts[2] == NULL))
    return "names no file";
  if (strlen (path) > PATH_LENGTH_MAX)
    return "is longer than a path can be";
  for (guint i = 1; parts[i] != NULL; i++) {
    if (strlen (parts[i]) > NAME_LENGTH_MAX)
      return "has a name that is longer than a name can be";
    if (*parts[i] == '\0' || g_str_equal (parts[i], ".") || g_str_equal (parts[i], ".."))
      return "must be written without '//', '.', '..' and a slash at its end";
  }
  if (!wildcards && strpbrk (path, "*?[") != NULL)
    return "must not have wildcards here";
  return strchr (path, '\n') != NULL ? "has a line break in it" : NULL;
}

static gboolean
check_path (const V2vArgs *args, const char *key, const V2vYamlNode *node, const char *path,
            gboolean wildcards, GError **error)
{
  const char *mistake = path_mistake (path, wildcards);

  if (mistake == NULL)
    return TRUE;
  return v2v_args_error (args->scope, node, error, "%s: %s: the path '%s' %s", args->name, key,
                         path, mistake);
}

gboolean
v2v_args_take_path (V2vArgs *args, const char *key, gboolean required, char **out,
                    GError **error)
{
  if (!v2v_args_take_string (args, key, required, out, error))
    return FALSE;
  if (*out == NULL
      || check_path (args, key, v2v_args_peek (args, key), *out, FALSE, error))
    return TRUE;
  g_clear_pointer (out, g_free);
  return FALSE;
}

gboolean
v2v_args_take_globs (V2vArgs *args, const char *key, gboolean required, char ***out,
                     GError **error)
{
  const V2vYamlNode *node = v2v_args_peek (args, key);

  if (!v2v_args_take_strings (args, key, required, out, error))
    return FALSE;
  for (guint i = 0; *out != NULL && (*out)[i] != NULL; i++) {
    const V2vYamlNode *item
      = node->kind == V2V_YAML_SEQUENCE ? g_ptr_array_index (node->values, i) : node;

    if (!check_path (args, key, item, (*out)[i], TRUE, error)) {
      g_clear_pointer (out, g_strfreev);
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
v2v_args_take_regex (V2vArgs *args, const char *key, gboolean required, V2vRegex **out,
                     GError **error)
{
  g_autofree char *pattern = NULL;
  g_autoptr (GError) local = NULL;

  *out = NULL;
  if (!v2v_args_take_string (args, key, required, &pattern, error))
    return FALSE;
  if (pattern == NULL)
    return TRUE;
  /* It would be found everywhere, and is what an empty parameter leaves. */
  if (*pattern == '\0')
    return v2v_args_error_at (args, key, error, "is empty");
  *out = v2v_regex_new (pattern, &local);
  return *out != NULL || v2v_args_error_at (args, key, error, "%s", local->message);
}

gboolean
v2v_args_take_choice (V2vArgs *args, const char *key, const char *const *choices,
                      guint fallback, guint *out, GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *list = NULL;

  *out = fallback;
  if (!v2v_args_take_string (args, key, FALSE, &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  for (guint i = 0; choices[i] != NULL; i++) {
    if (g_str_equal (text, choices[i])) {
      *out = i;
      return TRUE;
    }
  }
  list = g_strjoinv (", ", (char **) choices);
  return v2v_args_error_at (args, key, error, "'%s' is not one of %s", text, list);
}

gboolean
v2v_args_take_bool (V2vArgs *args, const char *key, gboolean fallback, gboolean *out,
                    GError **error)
{
  const V2vYamlNode *node = v2v_args_take_node (args, key);
  const char *text = node != NULL ? v2v_yaml_text (node) : NULL;

  *out = fallback;
  if (node == NULL)
    return TRUE;
  if (text == NULL || node->quoted
      || (!g_str_equal (text, "true") && !g_str_equal (text, "false")))
    return v2v_args_error_at (args, key, error, "must be true or false");
  *out = g_str_equal (text, "true");
  return TRUE;
}

/* A number of digits only. */
static gboolean
parse_number (const char *text, guint base, guint max, guint *out)
{
  guint64 value;

  if (text == NULL
      || !g_ascii_string_to_unsigned (text, base, 0, max, &value, NULL))
    return FALSE;
  *out = (guint) value;
  return TRUE;
}

gboolean
v2v_args_take_uint (V2vArgs *args, const char *key, guint max, guint fallback, guint *out,
                    GError **error)
{
  g_autofree char *text = NULL;

  *out = fallback;
  if (!v2v_args_take_string (args, key, FALSE, &text, error))
    return FALSE;
  if (text == NULL || parse_number (text, 10, max, out))
    return TRUE;
  return v2v_args_error_at (args, key, error, "'%s' is not a number from 0 to %u", text, max);
}

gboolean
v2v_args_take_mode (V2vArgs *args, const char *key, guint fallback, guint *out,
                    GError **error)
{
  g_autofree char *text = NULL;

  *out = fallback;
  if (!v2v_args_take_string (args, key, FALSE, &text, error))
    return FALSE;
  /* The leading 0 is asked for: 644 would be taken for decimal by half of the readers. */
  if (text == NULL
      || (text[0] == '0' && strlen (text) >= 3 && parse_number (text, 8, 07777, out)))
    return TRUE;
  return v2v_args_error_at (args, key, error,
                            "'%s' is not a mode: write octal digits after a 0, as in 0644",
                            text);
}
