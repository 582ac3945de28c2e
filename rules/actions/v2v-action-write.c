/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-action-write.c - a file has just this text
 */
#include <config.h>

#include <string.h>

#include "actions/v2v-actions-file.h"

typedef struct {
  char *file;
  GBytes *bytes;
  guint mode;
} Write;

static void
write_free (gpointer data)
{
  Write *w = data;

  if (w == NULL)
    return;
  g_free (w->file);
  g_clear_pointer (&w->bytes, g_bytes_unref);
  g_free (w);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Write, write_free)

static gpointer
write_parse (V2vArgs *args, GError **error)
{
  g_autoptr (Write) w = g_new0 (Write, 1);
  char *text;

  if (!v2v_args_take_path (args, "file", TRUE, &w->file, error)
      || !v2v_args_take_string (args, "text", TRUE, &text, error))
    return NULL;
  w->bytes = g_bytes_new_take (text, strlen (text));
  if (!v2v_args_take_mode (args, "mode", 0644, &w->mode, error))
    return NULL;
  return g_steal_pointer (&w);
}

static gboolean
write_apply (gconstpointer data, V2vRuleContext *context, GError **error)
{
  const Write *w = data;

  return v2v_draft_put (context->draft, w->file, w->bytes, w->mode, error);
}

static void
write_add_paths (gconstpointer data, GPtrArray *paths)
{
  const Write *w = data;

  g_ptr_array_add (paths, g_strdup (w->file));
}

const V2vActionOps v2v_action_write_ops = {
  .name = "write",
  .summary = "a file has just this text; a file that is there keeps owner and mode",
  .parse = write_parse,
  .free = write_free,
  .apply = write_apply,
  .add_paths = write_add_paths,
};
