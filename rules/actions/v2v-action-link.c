/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-action-link.c - a symbolic link is there
 */
#include <config.h>

#include <string.h>

#include "actions/v2v-actions-file.h"

/* What Linux takes for a link's target. */
#define TARGET_MAX 4095

typedef struct {
  char *path, *target;
} Link;

static void
link_free (gpointer data)
{
  Link *link = data;

  if (link == NULL)
    return;
  g_free (link->path);
  g_free (link->target);
  g_free (link);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Link, link_free)

static gpointer
link_parse (V2vArgs *args, GError **error)
{
  g_autoptr (Link) link = g_new0 (Link, 1);

  if (!v2v_args_take_path (args, "path", TRUE, &link->path, error)
      || !v2v_args_take_string (args, "target", TRUE, &link->target, error))
    return NULL;
  if (*link->target == '\0' || strlen (link->target) > TARGET_MAX
      || strchr (link->target, '\n') != NULL) {
    v2v_args_error_at (args, "target", error, "no link can point to this");
    return NULL;
  }
  return g_steal_pointer (&link);
}

static gboolean
link_apply (gconstpointer data, V2vRuleContext *context, GError **error)
{
  const Link *link = data;

  return v2v_draft_symlink (context->draft, link->path, link->target, error);
}

static void
link_add_paths (gconstpointer data, GPtrArray *paths)
{
  const Link *link = data;

  g_ptr_array_add (paths, g_strdup (link->path));
}

const V2vActionOps v2v_action_link_ops = {
  .name = "link",
  .summary = "a symbolic link is there; anything else at its place is refused",
  .parse = link_parse,
  .free = link_free,
  .apply = link_apply,
  .add_paths = link_add_paths,
};
