/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-action-mdadm.c - mdadm looks at all disks, whatever the old machine called them
 *
 * FILE, or a list of globs.  An entry may go on in lines that begin with a blank (mdadm.conf(5)),
 * so that no edit line by line can find its words.  What is changed is in inspect/v2v-mdadm.c:
 * the initramfs has a copy of the file, and verify/ reads it too.
 */
#include <config.h>

#include "actions/v2v-actions-file.h"

#include "edit/v2v-edit-files.h"
#include "v2v-mdadm.h"

static gpointer
mdadm_parse (V2vArgs *args, GError **error)
{
  char **globs;

  return v2v_args_take_globs (args, "file", TRUE, &globs, error) ? globs : NULL;
}

static void
mdadm_free (gpointer data)
{
  g_strfreev (data);
}

static gboolean
mdadm_text (const char *text, gconstpointer data, guint64 *budget, char **out_text,
            GError **error)
{
  char *changed = v2v_mdadm_dup_free (text);

  (void) data;
  (void) budget;
  (void) error;
  *out_text = changed != NULL ? changed : g_strdup (text);
  return TRUE;
}

static gboolean
mdadm_apply (gconstpointer data, V2vRuleContext *context, GError **error)
{
  return v2v_edit_files (context, (const char *const *) data, mdadm_text, NULL, error);
}

static void
mdadm_add_paths (gconstpointer data, GPtrArray *paths)
{
  v2v_edit_add_paths (data, paths);
}

const V2vActionOps v2v_action_mdadm_ops = {
  .name = "mdadm",
  .shorthand = "file",
  .summary = "mdadm may take any disk as a member of an array, whatever it is called",
  .parse = mdadm_parse,
  .free = mdadm_free,
  .apply = mdadm_apply,
  .add_paths = mdadm_add_paths,
};
