/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-glob.c - names and paths by wildcards
 *
 * Not fnmatch(3): it follows the locale of the host, and how many steps it takes is up
 * to the C library.
 */
#include <config.h>

#include "v2v-glob.h"

#include <string.h>

typedef struct {
  V2vFs *fs;
  GPtrArray *paths;  /* in order, maybe absent, maybe twice */
  GPtrArray *unsure; /* those of them that no listing showed; borrowed */
  guint n_directories;
  guint n_tried;
} Search;

gboolean
v2v_glob_has_wildcards (const char *pattern)
{
  return strpbrk (pattern, "*?[") != NULL;
}

/* The character after the one at @text, which is not the end. */
static const char *
next_character (const char *text)
{
  text++;
  while (((guchar) *text & 0xc0) == 0x80)
    text++;
  return text;
}

/* Behind the "]" of the set that begins at @pattern; NULL when it is never closed. */
static const char *
set_end (const char *pattern)
{
  const char *p = pattern + 1;

  if (*p == '!' || *p == '^')
    p++;
  if (*p == ']')
    p++;
  p = strchr (p, ']');
  return p == NULL ? NULL : p + 1;
}

/* @pattern is "[...]" up to @end. */
static gboolean
in_set (const char *pattern, const char *end, guchar c)
{
  const guchar *p = (const guchar *) pattern + 1;
  const guchar *last = (const guchar *) end - 1; /* the "]" */
  gboolean negated = *p == '!' || *p == '^';
  gboolean found = FALSE;

  for (p += negated; p < last; p++) {
    if (p + 2 < last && p[1] == '-') {
      found |= p[0] <= c && c <= p[2];
      p += 2;
    } else {
      found |= *p == c;
    }
  }
  return found != negated;
}

/* One element of @pattern, no star, against one character of @name. */
static gboolean
match_one (const char **pattern, const char **name)
{
  const char *end = **pattern == '[' ? set_end (*pattern) : NULL;
  gboolean matched;

  if (end != NULL)
    matched = in_set (*pattern, end, (guchar) **name);
  else
    matched = **pattern == '?' || **pattern == **name;
  if (!matched)
    return FALSE;
  *name = end != NULL || **pattern == '?' ? next_character (*name) : *name + 1;
  *pattern = end != NULL ? end : *pattern + 1;
  return TRUE;
}

/* Only the last star is ever tried again: an earlier one that took more would leave less
 * for all that follows. */
gboolean
v2v_glob_match (const char *pattern, const char *name)
{
  const char *star = NULL;
  const char *retry = NULL;

  while (*name != '\0') {
    if (*pattern == '*') {
      star = ++pattern;
      retry = name;
    } else if (*pattern == '\0' || !match_one (&pattern, &name)) {
      if (star == NULL)
        return FALSE;
      pattern = star;
      name = ++retry;
    }
  }
  return pattern[strspn (pattern, "*")] == '\0';
}

gboolean
v2v_glob_match_any (const char *const *patterns, const char *name)
{
  for (; *patterns != NULL; patterns++) {
    if (v2v_glob_match (*patterns, name))
      return TRUE;
  }
  return FALSE;
}

static gboolean
set_too_many (GError **error, const char *path, const char *what, guint max)
{
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
               "at '%s': the wildcards stand for more than %u %s", path, max, what);
  return FALSE;
}

static gboolean
may_be_directory (const V2vFileInfo *info)
{
  return info->kind == V2V_FILE_DIRECTORY || info->kind == V2V_FILE_SYMLINK;
}

static gboolean
try_path (Search *self, GPtrArray *found, const char *directory, const char *name,
          GError **error)
{
  if (++self->n_tried > V2V_GLOB_TRIED_MAX)
    return set_too_many (error, directory, "paths", V2V_GLOB_TRIED_MAX);
  g_ptr_array_add (found, g_strconcat (directory, "/", name, NULL));
  return TRUE;
}

/* Adds the names in @directory that @component matches; one that goes on must be able to
 * have something below it. */
static gboolean
list_one (Search *self, const char *directory, const char *component, gboolean goes_on,
          GPtrArray *found, GError **error)
{
  g_autoptr (GPtrArray) list = NULL;
  GError *local = NULL;

  if (++self->n_directories > V2V_GLOB_DIRECTORIES_MAX)
    return set_too_many (error, directory, "directories",
                         V2V_GLOB_DIRECTORIES_MAX);
  list = v2v_fs_list (self->fs, *directory == '\0' ? "/" : directory, &local);
  if (list == NULL && g_error_matches (local, V2V_ERROR, V2V_ERROR_NOT_FOUND)) {
    g_error_free (local);
    return TRUE;
  }
  if (list == NULL) {
    g_propagate_error (error, local);
    return FALSE;
  }
  for (guint i = 0; i < list->len; i++) {
    const V2vFileInfo *info = g_ptr_array_index (list, i);

    if ((info->name[0] != '.' || component[0] == '.') && (!goes_on || may_be_directory (info))
        && v2v_glob_match (component, info->name)
        && !try_path (self, found, directory, info->name, error))
      return FALSE;
  }
  return TRUE;
}

/* Every one of @bases with what @component stands for. */
static GPtrArray *
step (Search *self, GPtrArray *bases, const char *component, gboolean goes_on, GError **error)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < bases->len; i++) {
    const char *base = g_ptr_array_index (bases, i);

    if (v2v_glob_has_wildcards (component)
          ? !list_one (self, base, component, goes_on, found, error)
          : !try_path (self, found, base, component, error))
      return NULL;
  }
  return g_steal_pointer (&found);
}

/* Appends to paths, and to unsure when the last component is no wildcard. */
static gboolean
expand_one (Search *self, const char *pattern, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (pattern, "/", -1);
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);
  gboolean known = FALSE;

  g_ptr_array_add (found, g_strdup (""));
  for (guint i = 1; parts[0] != NULL && parts[i] != NULL; i++) {
    GPtrArray *next = step (self, found, parts[i], parts[i + 1] != NULL, error);

    if (next == NULL)
      return FALSE;
    g_ptr_array_unref (found);
    found = next;
    known = v2v_glob_has_wildcards (parts[i]);
  }
  for (guint i = 0; i < found->len; i++) {
    if (!known)
      g_ptr_array_add (self->unsure, g_ptr_array_index (found, i));
    g_ptr_array_add (self->paths, g_steal_pointer (&found->pdata[i]));
  }
  return TRUE;
}

/* (transfer full): the paths of @unsure that are not there, borrowed from it. */
static GHashTable *
find_absent (V2vFs *fs, GPtrArray *unsure, GError **error)
{
  g_autoptr (GHashTable) absent = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) rows = NULL;

  if (unsure->len == 0)
    return g_steal_pointer (&absent);
  g_ptr_array_add (unsure, NULL);
  rows = v2v_fs_stat_many (fs, (const char *const *) unsure->pdata, error);
  if (rows == NULL)
    return NULL;
  for (guint i = 0; i < rows->len; i++) {
    const V2vFileInfo *info = g_ptr_array_index (rows, i);

    if (info->kind == V2V_FILE_ABSENT)
      g_hash_table_add (absent, g_ptr_array_index (unsure, i));
  }
  return g_steal_pointer (&absent);
}

/* @paths without those of @absent, each once. */
static GPtrArray *
keep_present (GPtrArray *paths, GHashTable *absent, guint max, GError **error)
{
  g_autoptr (GPtrArray) kept = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < paths->len; i++) {
    const char *path = g_ptr_array_index (paths, i);

    if (g_hash_table_contains (absent, path) || !g_hash_table_add (seen, (gpointer) path))
      continue;
    if (kept->len == max) {
      set_too_many (error, path, "paths", max);
      return NULL;
    }
    g_ptr_array_add (kept, g_strdup (path));
  }
  return g_steal_pointer (&kept);
}

GPtrArray *
v2v_glob_expand (V2vFs *fs, const char *const *patterns, guint max, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) unsure = g_ptr_array_new ();
  g_autoptr (GHashTable) absent = NULL;
  Search search = { .fs = fs, .paths = paths, .unsure = unsure };

  for (; *patterns != NULL; patterns++) {
    if (!expand_one (&search, *patterns, error))
      return NULL;
  }
  absent = find_absent (fs, unsure, error);
  if (absent == NULL)
    return NULL;
  return keep_present (paths, absent, max, error);
}
