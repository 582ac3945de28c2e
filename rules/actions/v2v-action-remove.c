/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-action-remove.c - remove: files and links go; disable: they are moved aside
 */
#include <config.h>

#include "actions/v2v-actions-file.h"

#include "edit/v2v-edit-files.h"
#include "v2v-glob.h"

static gpointer
remove_parse (V2vArgs *args, GError **error)
{
  char **globs;

  return v2v_args_take_globs (args, "file", TRUE, &globs, error) ? globs : NULL;
}

static void
remove_free (gpointer data)
{
  g_strfreev (data);
}

/* Directories are refused by the draft: a glob that meets one is too wide. */
static gboolean
for_each (gconstpointer data, V2vRuleContext *context,
          gboolean (*func) (V2vDraft *draft, const char *path, GError **error),
          GError **error)
{
  g_autoptr (GPtrArray) paths
    = v2v_glob_expand (v2v_draft_fs (context->draft), (const char *const *) data,
                       V2V_GLOB_MAX, error);

  if (paths == NULL)
    return FALSE;
  for (guint i = 0; i < paths->len; i++) {
    if (!func (context->draft, g_ptr_array_index (paths, i), error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
remove_apply (gconstpointer data, V2vRuleContext *context, GError **error)
{
  return for_each (data, context, v2v_draft_remove, error);
}

static gboolean
disable_apply (gconstpointer data, V2vRuleContext *context, GError **error)
{
  return for_each (data, context, v2v_draft_disable, error);
}

static void
remove_add_paths (gconstpointer data, GPtrArray *paths)
{
  v2v_edit_add_paths (data, paths);
}

const V2vActionOps v2v_action_remove_ops = {
  .name = "remove",
  .shorthand = "file",
  .summary = "files and links are removed, never what a link points to",
  .parse = remove_parse,
  .free = remove_free,
  .apply = remove_apply,
  .add_paths = remove_add_paths,
};

const V2vActionOps v2v_action_disable_ops = {
  .name = "disable",
  .shorthand = "file",
  .summary = "files and links are moved to " V2V_DRAFT_DISABLED_DIR,
  .parse = remove_parse,
  .free = remove_free,
  .apply = disable_apply,
  .add_paths = remove_add_paths,
};
