/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-unit-text.c - names and texts of systemd units, presets and upstart overrides
 */
#include <config.h>

#include "actions/v2v-unit-text.h"

#include <string.h>

#include "v2v-glob.h"

#define NAME_LENGTH_MAX 255 /* UNIT_NAME_MAX of systemd */
/* Names in one [Install] list; each becomes a link. */
#define LIST_MAX 64

#define NEVER "/nonexistent/v2v-wrapper-disabled-this-unit"

static const char disabled_part[]
  = "# v2v-wrapper: this unit does not start any more.  Its vendor enables it in a way that\n"
    "# removing links in /etc does not end: by a link below /usr/lib, or by a preset at the\n"
    "# first boot.  To let it start again, remove this comment and the two lines below it.\n"
    "[Unit]\n"
    "ConditionPathExists=" NEVER "\n";

static const char *const types[]
  = { ".service", ".socket", ".timer", ".path",  ".target", ".mount",
      ".automount", ".swap", ".slice", ".scope", ".device" };

static gboolean
has_type (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++) {
    if (g_str_has_suffix (name, types[i]))
      return TRUE;
  }
  return FALSE;
}

char *
v2v_unit_dup_name (const char *name)
{
  return has_type (name) ? g_strdup (name) : g_strconcat (name, ".service", NULL);
}

gboolean
v2v_unit_is_name (const char *name, gboolean wildcards)
{
  if (*name == '\0' || *name == '.' || strlen (name) > NAME_LENGTH_MAX)
    return FALSE;
  for (const char *p = name; *p != '\0'; p++) {
    if (!g_ascii_isalnum (*p) && strchr (":-_.\\@", *p) == NULL
        && !(wildcards && strchr ("*?[]!^", *p) != NULL))
      return FALSE;
  }
  return TRUE;
}

char *
v2v_unit_dup_template (const char *unit)
{
  const char *at = strchr (unit, '@');
  const char *dot = strrchr (unit, '.');

  if (at == NULL || dot == NULL || dot <= at + 1)
    return NULL;
  return g_strdup_printf ("%.*s%s", (int) (at + 1 - unit), unit, dot);
}

char *
v2v_unit_dup_instance (const char *unit_template, const char *instance)
{
  const char *at = strchr (unit_template, '@');

  g_return_val_if_fail (at != NULL, g_strdup (unit_template));
  return g_strdup_printf ("%.*s%s%s", (int) (at + 1 - unit_template), unit_template, instance,
                          at + 1);
}

gboolean
v2v_unit_matches (const char *name, const char *unit)
{
  g_autofree char *unit_template = v2v_unit_dup_template (unit);

  return v2v_glob_match (name, unit)
         || (unit_template != NULL && v2v_glob_match (name, unit_template)
             && strstr (name, "@.") != NULL);
}

/* (transfer full) (nullable): @word with its specifiers replaced. */
static char *
expand (const char *word, const char *unit)
{
  const char *dot = strrchr (unit, '.');
  const char *at = strchr (unit, '@');
  gsize base = dot != NULL ? (gsize) (dot - unit) : strlen (unit);
  gsize prefix = at != NULL && (gsize) (at - unit) < base ? (gsize) (at - unit) : base;
  g_autoptr (GString) out = g_string_new (NULL);

  for (const char *p = word; *p != '\0'; p++) {
    if (*p != '%') {
      g_string_append_c (out, *p);
      continue;
    }
    switch (*++p) {
    case '%':
      g_string_append_c (out, '%');
      break;
    case 'n':
      g_string_append (out, unit);
      break;
    case 'N':
      g_string_append_len (out, unit, (gssize) base);
      break;
    case 'p':
      g_string_append_len (out, unit, (gssize) prefix);
      break;
    case 'i':
      if (prefix < base)
        g_string_append_len (out, unit + prefix + 1, (gssize) (base - prefix - 1));
      break;
    case 'j': {
      g_autofree char *name = g_strndup (unit, prefix);
      const char *dash = strrchr (name, '-');

      g_string_append (out, dash != NULL ? dash + 1 : name);
      break;
    }
    default:
      return NULL;
    }
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* Adds the words of a value; an empty value takes back what was there. */
static void
add_words (GPtrArray *list, const char *value, const char *unit)
{
  g_auto (GStrv) words = g_strsplit_set (value, " \t\r", -1);
  gboolean any = FALSE;

  for (guint i = 0; words[i] != NULL; i++) {
    char *word = words[i][0] != '\0' ? expand (words[i], unit) : NULL;

    any = any || words[i][0] != '\0';
    if (word != NULL && v2v_unit_is_name (word, FALSE) && list->len < LIST_MAX)
      g_ptr_array_add (list, word);
    else
      g_free (word);
  }
  if (!any)
    g_ptr_array_set_size (list, 0);
}

/* (transfer full): lines with a backslash at their end joined by a blank to the next one,
 * comments dropped, also those between the parts of such a line. */
static GPtrArray *
logical_lines (const char *text)
{
  GPtrArray *out = g_ptr_array_new_with_free_func (g_free);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (GString) joined = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++) {
    const char *line = g_strstrip (lines[i]);
    gsize length = strlen (line);

    if (*line == '#' || *line == ';')
      continue;
    if (length > 0 && line[length - 1] == '\\') {
      g_string_append_len (joined, line, (gssize) length - 1);
      g_string_append_c (joined, ' ');
      continue;
    }
    g_string_append (joined, line);
    g_ptr_array_add (out, g_strdup (joined->str));
    g_string_truncate (joined, 0);
  }
  if (joined->len > 0)
    g_ptr_array_add (out, g_strdup (joined->str));
  return out;
}

enum { WANTED_BY, REQUIRED_BY, UPHELD_BY, ALIAS, ALSO, N_LISTS };

static char **
take_list (GPtrArray *list)
{
  g_ptr_array_set_free_func (list, NULL);
  g_ptr_array_add (list, NULL);
  return (char **) g_ptr_array_free (list, FALSE);
}

V2vUnitInstall *
v2v_unit_install_parse (const char *text, const char *unit)
{
  static const char *const keys[N_LISTS]
    = { "WantedBy", "RequiredBy", "UpheldBy", "Alias", "Also" };
  g_autoptr (GPtrArray) lines = logical_lines (text);
  V2vUnitInstall *install = g_new0 (V2vUnitInstall, 1);
  GPtrArray *lists[N_LISTS];
  gboolean inside = FALSE;

  for (gsize i = 0; i < N_LISTS; i++)
    lists[i] = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < lines->len; i++) {
    const char *line = g_ptr_array_index (lines, i);
    const char *equals = strchr (line, '=');
    g_autofree char *key = NULL;

    if (*line == '[')
      inside = g_str_has_prefix (line, "[Install]");
    if (!inside || *line == '[' || equals == NULL)
      continue;
    key = g_strndup (line, (gsize) (equals - line));
    g_strchomp (key);
    for (gsize j = 0; j < N_LISTS; j++) {
      if (g_str_equal (key, keys[j]))
        add_words (lists[j], equals + 1, unit);
    }
    if (g_str_equal (key, "DefaultInstance")) {
      g_free (install->default_instance);
      install->default_instance = g_strstrip (g_strdup (equals + 1));
    }
  }
  install->wanted_by = take_list (lists[WANTED_BY]);
  install->required_by = take_list (lists[REQUIRED_BY]);
  install->upheld_by = take_list (lists[UPHELD_BY]);
  install->aliases = take_list (lists[ALIAS]);
  install->also = take_list (lists[ALSO]);
  return install;
}

void
v2v_unit_install_free (V2vUnitInstall *install)
{
  if (install == NULL)
    return;
  g_strfreev (install->wanted_by);
  g_strfreev (install->required_by);
  g_strfreev (install->upheld_by);
  g_strfreev (install->aliases);
  g_strfreev (install->also);
  g_free (install->default_instance);
  g_free (install);
}

gboolean
v2v_unit_install_is_useful (const V2vUnitInstall *install)
{
  return install->wanted_by[0] != NULL || install->required_by[0] != NULL
         || install->upheld_by[0] != NULL || install->aliases[0] != NULL
         || install->also[0] != NULL;
}

/* "enable PATTERN [INSTANCE...]": with instances, only those of a template are meant. */
static gboolean
preset_is_about (char *const *words, const char *unit)
{
  g_autofree char *unit_template = v2v_unit_dup_template (unit);

  if (words[2] == NULL || unit_template == NULL)
    return v2v_glob_match (words[1], unit);
  if (!v2v_glob_match (words[1], unit_template))
    return FALSE;
  for (guint i = 2; words[i] != NULL; i++) {
    g_autofree char *instance = v2v_unit_dup_instance (unit_template, words[i]);

    if (g_str_equal (instance, unit))
      return TRUE;
  }
  return FALSE;
}

V2vPreset
v2v_unit_preset (const char *text, const char *unit)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    g_autoptr (GPtrArray) words = g_ptr_array_new ();
    g_auto (GStrv) parts = g_strsplit_set (g_strstrip (lines[i]), " \t", -1);

    for (guint j = 0; parts[j] != NULL; j++) {
      if (parts[j][0] != '\0')
        g_ptr_array_add (words, parts[j]);
    }
    if (words->len < 2)
      continue;
    g_ptr_array_add (words, NULL);
    if (!preset_is_about ((char *const *) words->pdata, unit))
      continue;
    if (g_str_equal (words->pdata[0], "enable"))
      return V2V_PRESET_ENABLE;
    if (g_str_equal (words->pdata[0], "disable") || g_str_equal (words->pdata[0], "ignore"))
      return V2V_PRESET_DISABLE;
  }
  return V2V_PRESET_SILENT;
}

gboolean
v2v_unit_is_first_boot (const char *text)
{
  g_autofree char *id = text != NULL ? g_strstrip (g_strdup (text)) : NULL;

  return id == NULL || *id == '\0' || g_str_equal (id, "uninitialized");
}

/* (transfer full): @text with a line end at its end, unless it is empty. */
static char *
dup_ended (const char *text, gsize length)
{
  const char *end = length > 0 && text[length - 1] != '\n' ? "\n" : "";

  return g_strdup_printf ("%.*s%s", (int) length, text, end);
}

char *
v2v_unit_dropin_enable (const char *text)
{
  gsize length = strlen (text);

  if (g_str_has_suffix (text, disabled_part))
    return g_strndup (text, length - strlen (disabled_part));
  return g_strdup (text);
}

char *
v2v_unit_dropin_disable (const char *text)
{
  g_autofree char *first = NULL;

  if (text == NULL)
    return g_strdup (disabled_part);
  if (g_str_has_suffix (text, disabled_part))
    return g_strdup (text);
  first = dup_ended (text, strlen (text));
  return g_strconcat (first, disabled_part, NULL);
}

char *
v2v_unit_dropin_set (const char *text, const char *wanted)
{
  gboolean disabled = text != NULL && g_str_has_suffix (text, disabled_part);
  g_autofree char *first = dup_ended (wanted, strlen (wanted));

  return g_strconcat (first, disabled ? disabled_part : "", NULL);
}

char *
v2v_upstart_override (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);
  g_autofree char *first = NULL;

  for (guint i = 0; lines[i] != NULL; i++) {
    if (g_str_equal (g_strstrip (lines[i]), "manual"))
      return g_strdup (text);
  }
  first = dup_ended (text != NULL ? text : "", text != NULL ? strlen (text) : 0);
  return g_strconcat (first, "manual\n", NULL);
}
