/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-edit-files.c - one edit of text, on all files that a list of globs names
 */
#include <config.h>

#include "edit/v2v-edit-files.h"

#include <string.h>

#include "v2v-glob.h"
#include "v2v-regex.h"
#include "v2v-str.h"

/* More of a path than this is not repeated in a message. */
#define SHOW_MAX 200

gboolean
v2v_edit_file (V2vRuleContext *context, const char *path, V2vEditFunc func,
               gconstpointer data, guint64 *budget, gboolean *out_absent, GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *edited = NULL;

  if (!v2v_draft_read_text (context->draft, path, &text, error))
    return FALSE;
  if (out_absent != NULL)
    *out_absent = text == NULL;
  if (text == NULL)
    return TRUE;
  if (!func (text, data, budget, &edited, error)) {
    g_autofree char *shown = v2v_str_printable (path, SHOW_MAX);

    g_prefix_error (error, "editing '%s': ", shown);
    return FALSE;
  }
  if (g_str_equal (text, edited))
    return TRUE;
  return v2v_draft_write_text (context->draft, path, edited, error);
}

static gboolean
is_skipped (V2vFs *fs, const V2vFileInfo *row, const char *const *globs)
{
  if (row->kind == V2V_FILE_SYMLINK && g_strcmp0 (row->link, "/dev/null") == 0)
    return TRUE;
  /* Named as it is, a directory is a mistake that the draft will tell. */
  if (g_strv_contains (globs, row->name))
    return FALSE;
  return row->kind == V2V_FILE_DIRECTORY
         || (row->kind == V2V_FILE_SYMLINK && v2v_fs_is_dir (fs, row->name));
}

gboolean
v2v_edit_files (V2vRuleContext *context, const char *const *globs, V2vEditFunc func,
                gconstpointer data, GError **error)
{
  V2vFs *fs = v2v_draft_fs (context->draft);
  g_autoptr (GPtrArray) paths = v2v_glob_expand (fs, globs, V2V_GLOB_MAX, error);
  g_autoptr (GPtrArray) rows = NULL;
  guint64 budget = V2V_REGEX_BUDGET;

  if (paths == NULL)
    return FALSE;
  g_ptr_array_add (paths, NULL);
  rows = v2v_fs_stat_many (fs, (const char *const *) paths->pdata, error);
  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++) {
    const V2vFileInfo *row = g_ptr_array_index (rows, i);

    if (!is_skipped (fs, row, globs)
        && !v2v_edit_file (context, row->name, func, data, &budget, NULL, error))
      return FALSE;
  }
  return TRUE;
}

void
v2v_edit_add_paths (const char *const *globs, GPtrArray *paths)
{
  for (guint i = 0; globs[i] != NULL; i++) {
    if (!v2v_glob_has_wildcards (globs[i]))
      g_ptr_array_add (paths, g_strdup (globs[i]));
  }
}
