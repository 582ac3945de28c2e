/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-action-line.c - a file has this line
 */
#include <config.h>

#include <string.h>

#include "actions/v2v-actions-file.h"

#include "edit/v2v-edit-files.h"
#include "edit/v2v-edit-text.h"

typedef struct {
  char *file, *text;
  gboolean create;
  guint mode;
} Line;

static void
line_free (gpointer data)
{
  Line *line = data;

  if (line == NULL)
    return;
  g_free (line->file);
  g_free (line->text);
  g_free (line);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Line, line_free)

static gpointer
line_parse (V2vArgs *args, GError **error)
{
  g_autoptr (Line) line = g_new0 (Line, 1);

  if (!v2v_args_take_path (args, "file", TRUE, &line->file, error)
      || !v2v_args_take_string (args, "text", TRUE, &line->text, error)
      || !v2v_args_take_bool (args, "create", FALSE, &line->create, error)
      || !v2v_args_take_mode (args, "mode", 0644, &line->mode, error))
    return NULL;
  if (*line->text == '\0' || strpbrk (line->text, "\r\n") != NULL) {
    v2v_args_error_at (args, "text", error, "it must be one line that is not empty");
    return NULL;
  }
  if (!line->create && v2v_args_peek (args, "mode") != NULL) {
    v2v_args_error_at (args, "mode", error, "only a new file gets a mode: add 'create: true'");
    return NULL;
  }
  return g_steal_pointer (&line);
}

static gboolean
line_text (const char *text, gconstpointer data, guint64 *budget, char **out_text,
           GError **error)
{
  const Line *line = data;

  (void) budget;
  (void) error;
  *out_text = v2v_edit_add_line (text, line->text);
  return TRUE;
}

static gboolean
line_apply (gconstpointer data, V2vRuleContext *context, GError **error)
{
  const Line *line = data;
  g_autoptr (GBytes) bytes = NULL;
  guint64 budget = V2V_REGEX_BUDGET;
  gboolean absent;
  char *text;

  if (!v2v_edit_file (context, line->file, line_text, line, &budget, &absent, error))
    return FALSE;
  if (!absent || !line->create)
    return TRUE;
  text = v2v_edit_add_line ("", line->text);
  bytes = g_bytes_new_take (text, strlen (text));
  return v2v_draft_put (context->draft, line->file, bytes, line->mode, error);
}

static void
line_add_paths (gconstpointer data, GPtrArray *paths)
{
  const Line *line = data;

  g_ptr_array_add (paths, g_strdup (line->file));
}

const V2vActionOps v2v_action_line_ops = {
  .name = "line",
  .summary = "a file has this line; it is appended when it is not there",
  .parse = line_parse,
  .free = line_free,
  .apply = line_apply,
  .add_paths = line_add_paths,
};
