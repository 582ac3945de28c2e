/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-unit-find.c - where a guest has its units, and what starts them
 */
#include <config.h>

#include "actions/v2v-unit-find.h"

#include <string.h>

#include "actions/v2v-unit-text.h"
#include "v2v-glob.h"

#define PRESETS_MAX 200

const char *const v2v_unit_directories[] = { V2V_UNIT_ETC, "/usr/local/lib/systemd/system",
                                             "/usr/lib/systemd/system", "/lib/systemd/system",
                                             NULL };

static const char *const preset_globs[]
  = { "/etc/systemd/system-preset/*.preset", "/usr/local/lib/systemd/system-preset/*.preset",
      "/usr/lib/systemd/system-preset/*.preset", "/lib/systemd/system-preset/*.preset", NULL };

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* By name, and of one name the one that was found first. */
static int
compare_base_names (gconstpointer a, gconstpointer b)
{
  return strcmp (strrchr (*(const char *const *) a, '/'),
                 strrchr (*(const char *const *) b, '/'));
}

static void
add_once (GPtrArray *names, const char *name)
{
  for (guint i = 0; i < names->len; i++) {
    if (g_str_equal (names->pdata[i], name))
      return;
  }
  g_ptr_array_add (names, g_strdup (name));
}

static gboolean
any_exists (V2vFs *fs, const char *const *paths)
{
  g_autoptr (GPtrArray) rows = v2v_fs_stat_many (fs, paths, NULL);

  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    if (((V2vFileInfo *) rows->pdata[i])->kind != V2V_FILE_ABSENT)
      return TRUE;
  }
  return FALSE;
}

gboolean
v2v_unit_fs_has_systemd (V2vFs *fs)
{
  static const char *const systemd[]
    = { "/usr/lib/systemd/systemd", "/lib/systemd/systemd", NULL };
  static const char *const other[]
    = { "/sbin/initctl", "/sbin/upstart", "/sbin/openrc", "/sbin/openrc-init", NULL };

  if (any_exists (fs, systemd))
    return TRUE;
  return !any_exists (fs, other) && v2v_fs_is_dir (fs, V2V_UNIT_ETC);
}

static gboolean
is_mask (const V2vFileInfo *info)
{
  return g_strcmp0 (info->link, "/dev/null") == 0
         || (info->kind == V2V_FILE_REGULAR && info->size == 0);
}

gboolean
v2v_unit_find_file (V2vFs *fs, const char *unit, char **out_path, gboolean *out_masked,
                    GError **error)
{
  g_autofree char *unit_template = v2v_unit_dup_template (unit);
  const char *names[] = { unit, unit_template };
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) rows = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (names) && names[i] != NULL; i++) {
    for (gsize j = 0; v2v_unit_directories[j] != NULL; j++)
      g_ptr_array_add (paths, g_build_filename (v2v_unit_directories[j], names[i], NULL));
  }
  g_ptr_array_add (paths, NULL);
  rows = v2v_fs_stat_many (fs, (const char *const *) paths->pdata, error);
  if (rows == NULL)
    return FALSE;
  *out_path = NULL;
  for (guint i = 0; i < rows->len; i++) {
    const V2vFileInfo *info = g_ptr_array_index (rows, i);

    if (info->kind != V2V_FILE_REGULAR && info->kind != V2V_FILE_SYMLINK)
      continue;
    *out_path = g_strdup (g_ptr_array_index (paths, i));
    if (out_masked != NULL)
      *out_masked = is_mask (info);
    break;
  }
  return TRUE;
}

/* (transfer full) (nullable): names below @sub of each of @directories that match @name. */
static GPtrArray *
find_matching (V2vFs *fs, const char *const *directories, const char *const *subs,
               const char *name, GError **error)
{
  g_autoptr (GPtrArray) patterns = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) paths = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (gsize i = 0; directories[i] != NULL; i++) {
    for (gsize j = 0; subs[j] != NULL; j++)
      g_ptr_array_add (patterns, g_build_filename (directories[i], subs[j], NULL));
  }
  g_ptr_array_add (patterns, NULL);
  paths = v2v_glob_expand (fs, (const char *const *) patterns->pdata, V2V_GLOB_MAX, error);
  if (paths == NULL)
    return NULL;
  for (guint i = 0; i < paths->len; i++) {
    const char *base = strrchr (g_ptr_array_index (paths, i), '/') + 1;

    if (v2v_unit_matches (name, base) && v2v_unit_is_name (base, FALSE))
      add_once (names, base);
  }
  g_ptr_array_sort (names, compare_strings);
  return g_steal_pointer (&names);
}

GPtrArray *
v2v_unit_find_names (V2vFs *fs, const char *name, GError **error)
{
  const char *subs[] = { name, NULL };

  return find_matching (fs, v2v_unit_directories, subs, name, error);
}

/* (transfer full) (nullable): the presets that count, in their order: a file in a better
 * directory takes the place of its namesakes. */
static GPtrArray *
read_presets (V2vFs *fs, GError **error)
{
  g_autoptr (GPtrArray) paths = v2v_glob_expand (fs, preset_globs, PRESETS_MAX, error);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);

  if (paths == NULL)
    return NULL;
  g_ptr_array_sort (paths, compare_base_names); /* stable */
  for (guint i = 0; i < paths->len; i++) {
    g_autoptr (GError) local = NULL;
    char *text;

    if (i > 0 && compare_base_names (&paths->pdata[i - 1], &paths->pdata[i]) == 0)
      continue;
    text = v2v_fs_read_text (fs, paths->pdata[i], &local);
    if (text != NULL) {
      g_ptr_array_add (texts, text);
    } else if (!g_error_matches (local, V2V_ERROR, V2V_ERROR_NOT_FOUND)
               && !g_error_matches (local, V2V_ERROR, V2V_ERROR_REFUSED)) {
      /* A link to /dev/null masks its namesakes; it is refused and says nothing. */
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }
  }
  return g_steal_pointer (&texts);
}

/* A unit that no preset is about is enabled. */
static gboolean
is_preset (GPtrArray *presets, const char *unit)
{
  for (guint i = 0; i < presets->len; i++) {
    V2vPreset preset = v2v_unit_preset (presets->pdata[i], unit);

    if (preset != V2V_PRESET_SILENT)
      return preset == V2V_PRESET_ENABLE;
  }
  return TRUE;
}

/* NOT_FOUND (a dangling link) and REFUSED are no text. */
static gboolean
read_optional (V2vFs *fs, const char *path, char **out_text, GError **error)
{
  GError *local = NULL;

  *out_text = v2v_fs_read_text (fs, path, &local);
  if (*out_text == NULL && !g_error_matches (local, V2V_ERROR, V2V_ERROR_NOT_FOUND)
      && !g_error_matches (local, V2V_ERROR, V2V_ERROR_REFUSED)) {
    g_propagate_error (error, local);
    return FALSE;
  }
  g_clear_error (&local);
  return TRUE;
}

static gboolean
can_be_enabled (V2vFs *fs, const char *unit, gboolean *out_can, GError **error)
{
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  g_autoptr (V2vUnitInstall) install = NULL;

  *out_can = FALSE;
  if (!v2v_unit_find_file (fs, unit, &path, NULL, error)
      || (path != NULL && !read_optional (fs, path, &text, error)))
    return FALSE;
  if (text == NULL)
    return TRUE;
  install = v2v_unit_install_parse (text, unit);
  *out_can = v2v_unit_install_is_useful (install);
  return TRUE;
}

static gboolean
add_preset (V2vFs *fs, const char *name, GPtrArray *names, GError **error)
{
  g_autofree char *machine_id = NULL;
  g_autoptr (GPtrArray) presets = NULL;
  g_autoptr (GPtrArray) units = NULL;

  if (!read_optional (fs, "/etc/machine-id", &machine_id, error))
    return FALSE;
  if (!v2v_unit_is_first_boot (machine_id))
    return TRUE;
  presets = read_presets (fs, error);
  units = presets != NULL ? v2v_unit_find_names (fs, name, error) : NULL;
  if (units == NULL)
    return FALSE;
  for (guint i = 0; i < units->len; i++) {
    const char *unit = g_ptr_array_index (units, i);
    gboolean can;

    if (!can_be_enabled (fs, unit, &can, error))
      return FALSE;
    if (can && is_preset (presets, unit))
      add_once (names, unit);
  }
  return TRUE;
}

GPtrArray *
v2v_unit_find_started (V2vFs *fs, const char *name, GError **error)
{
  static const char *const subs[] = { "*.wants/*", "*.requires/*", "*.upholds/*", NULL };
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GPtrArray) started = g_ptr_array_new_with_free_func (g_free);

  names = find_matching (fs, v2v_unit_directories + 1, subs, name, error);
  if (names == NULL || !add_preset (fs, name, names, error))
    return NULL;
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *path = NULL;
    gboolean masked;

    if (!v2v_unit_find_file (fs, names->pdata[i], &path, &masked, error))
      return NULL;
    if (path != NULL && !masked)
      g_ptr_array_add (started, g_strdup (names->pdata[i]));
  }
  g_ptr_array_sort (started, compare_strings);
  return g_steal_pointer (&started);
}
