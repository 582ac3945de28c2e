/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-engine-litter.c - what virt-v2v leaves behind or damages in a guest
 */
#include <config.h>

#include "v2v-engine-litter.h"

#include <string.h>

#define FSTAB "/etc/fstab"

/* A big server has 5,000 names below /etc. */
#define NAMES_MAX 200000
#define REPORTED_LINES_MAX 50

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static gboolean
is_litter_name (const char *name)
{
  return g_str_has_suffix (name, ".augsave") || g_str_has_suffix (name, ".pre-v2v");
}

static gboolean
add_below (V2vFs *fs, const char *directory, GPtrArray *paths, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (GPtrArray) names = v2v_fs_find (fs, directory, NAMES_MAX, &failure);

  if (names == NULL) {
    /* Windows has neither. */
    if (g_error_matches (failure, V2V_ERROR, V2V_ERROR_NOT_FOUND))
      return TRUE;
    g_propagate_error (error, g_steal_pointer (&failure));
    return FALSE;
  }
  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index (names, i);

    if (is_litter_name (name))
      g_ptr_array_add (paths, g_build_filename (directory, name, NULL));
  }
  return TRUE;
}

/* Only regular files: a directory of that name is nobody's backup copy. */
static GPtrArray *
only_regular (V2vFs *fs, GPtrArray *paths, GError **error)
{
  g_autoptr (GPtrArray) regular = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) infos = NULL;

  if (paths->len > 0) {
    g_ptr_array_add (paths, NULL);
    infos = v2v_fs_stat_many (fs, (const char *const *) paths->pdata, error);
    if (infos == NULL)
      return NULL;
    for (guint i = 0; i < infos->len; i++) {
      const V2vFileInfo *info = g_ptr_array_index (infos, i);

      if (info->kind == V2V_FILE_REGULAR)
        g_ptr_array_add (regular, g_strdup (g_ptr_array_index (paths, i)));
    }
  }
  g_ptr_array_sort (regular, compare_strings);
  return g_steal_pointer (&regular);
}

GPtrArray *
v2v_litter_list (V2vFs *fs, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  if (!add_below (fs, "/etc", paths, error) || !add_below (fs, "/boot", paths, error))
    return NULL;
  return only_regular (fs, paths, error);
}

gboolean
v2v_litter_remove_new (V2vFs *fs, GPtrArray *before, V2vReport *report, GError **error)
{
  g_autoptr (GPtrArray) now = v2v_litter_list (fs, error);

  if (now == NULL)
    return FALSE;
  for (guint i = 0; i < now->len; i++) {
    const char *path = g_ptr_array_index (now, i);

    if (g_ptr_array_find_with_equal_func (before, path, g_str_equal, NULL))
      continue;
    if (!v2v_fs_remove (fs, path, error)) {
      g_prefix_error (error, "removing what virt-v2v left in the guest: ");
      return FALSE;
    }
    v2v_report_add_change (report, "clean-up", path, NULL, NULL,
                           "a backup copy that virt-v2v left behind, removed");
  }
  return TRUE;
}

static void
report_lines (const char *found, const char *expected, V2vReport *report)
{
  g_auto (GStrv) a = g_strsplit (found, "\n", -1);
  g_auto (GStrv) b = g_strsplit (expected, "\n", -1);
  guint n_a = g_strv_length (a);
  guint n_b = g_strv_length (b);
  guint reported = 0;

  for (guint i = 0; i < MAX (n_a, n_b) && reported < REPORTED_LINES_MAX; i++) {
    const char *was = i < n_a ? a[i] : NULL;
    const char *is = i < n_b ? b[i] : NULL;

    if (g_strcmp0 (was, is) == 0)
      continue;
    reported++;
    v2v_report_add_change (report, "clean-up", FSTAB, was, is,
                           "virt-v2v had changed the line, ours is put back");
  }
}

gboolean
v2v_engine_check_fstab (V2vFs *fs, const char *expected, V2vReport *report, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  const char *found;
  gsize length;

  if (expected == NULL)
    return TRUE;
  bytes = v2v_fs_read (fs, FSTAB, V2V_FS_TEXT_MAX, error);
  if (bytes == NULL) {
    if (error != NULL)
      v2v_error_recode (*error, V2V_ERROR_NOT_FOUND, V2V_ERROR_INTERNAL);
    g_prefix_error (error, "checking what virt-v2v left of the guest's fstab: ");
    return FALSE;
  }
  found = g_bytes_get_data (bytes, &length);
  if (length == strlen (expected) && memcmp (found, expected, length) == 0)
    return TRUE;
  report_lines (found, expected, report);
  return v2v_fs_write (fs, FSTAB, expected, strlen (expected), error);
}
