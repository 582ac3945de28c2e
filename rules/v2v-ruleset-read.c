/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-ruleset-read.c - directories of rule files
 *
 * A directory may be a mounted ConfigMap: names are links into "..data", itself a link
 * to a hidden directory.  So links are followed and hidden names are not looked at.
 */
#include <config.h>

#include "v2v-ruleset-private.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

#include "v2v-file.h"
#include "v2v-str.h"

#define PATH_SHOWN_MAX 4096

static gboolean
is_rule_file (const char *name)
{
  return name[0] != '.' && (g_str_has_suffix (name, ".yaml") || g_str_has_suffix (name, ".yml"));
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The rules are the user's input: whatever keeps them from being read, the user is the
 * one who can mend it.  File names may hold anything. */
static gboolean
fail (GError **error, const GError *reason)
{
  g_autofree char *shown = v2v_str_printable (reason->message, strlen (reason->message));

  g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE, "reading rules: %s", shown);
  return FALSE;
}

static gboolean
fail_errno (GError **error, const char *directory)
{
  g_autoptr (GError) local = NULL;

  v2v_error_from_errno (&local, errno, "the directory '%s'", directory);
  return fail (error, local);
}

/* The names of rule files, sorted; more than are allowed need not be sorted. */
static GPtrArray *
list_names (const char *directory, guint max, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  DIR *dir = opendir (directory);
  const struct dirent *entry;
  int saved;

  if (dir == NULL) {
    fail_errno (error, directory);
    return NULL;
  }
  for (errno = 0; names->len <= max && (entry = readdir (dir)) != NULL; errno = 0) {
    if (is_rule_file (entry->d_name))
      g_ptr_array_add (names, g_strdup (entry->d_name));
  }
  saved = errno;
  closedir (dir);
  errno = saved;
  if (names->len <= max && errno != 0) {
    fail_errno (error, directory);
    return NULL;
  }
  g_ptr_array_sort (names, compare_names);
  return g_steal_pointer (&names);
}

static gboolean
read_file (const char *directory, const char *name, guint index, GPtrArray *files,
           gsize *left, GError **error)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autofree char *shown = v2v_str_printable (path, PATH_SHOWN_MAX);
  g_autoptr (GError) local = NULL;
  g_autofree char *text = NULL;
  V2vRuleFile *file;
  gsize length;

  text = v2v_file_read (path, V2V_YAML_SIZE_MAX, &length, &local);
  if (text == NULL)
    return fail (error, local);
  if (length > *left) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
                 "reading rules: '%s': all rule files together are larger than %d bytes", shown,
                 V2V_RULES_SIZE_MAX);
    return FALSE;
  }
  *left -= length;
  file = v2v_rule_file_parse (shown, text, length, error);
  if (file == NULL)
    return FALSE;
  g_free (file->basename);
  file->basename = g_strdup (name);
  file->directory = index;
  g_ptr_array_add (files, file);
  return TRUE;
}

gboolean
v2v_ruleset_read_directory (const char *directory, guint index, GPtrArray *files, gsize *left,
                            GError **error)
{
  g_autofree char *shown = v2v_str_printable (directory, PATH_SHOWN_MAX);
  g_autoptr (GPtrArray) names = NULL;

  names = list_names (directory, V2V_RULE_FILES_MAX, error);
  if (names == NULL)
    return FALSE;
  if (names->len == 0) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
                 "reading rules: the directory '%s' has no rule files, *.yaml or *.yml", shown);
    return FALSE;
  }
  if (files->len + names->len > V2V_RULE_FILES_MAX) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
                 "reading rules: with the directory '%s' there are more than %d rule files",
                 shown, V2V_RULE_FILES_MAX);
    return FALSE;
  }
  for (guint i = 0; i < names->len; i++) {
    if (!read_file (directory, g_ptr_array_index (names, i), index, files, left, error))
      return FALSE;
  }
  return TRUE;
}
