/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-action-edit.c - edit: replace or delete by a pattern; comment: put out of use by one
 */
#include <config.h>

#include <string.h>

#include "actions/v2v-actions-file.h"

#include "edit/v2v-edit-files.h"
#include "edit/v2v-edit-text.h"

typedef struct {
  char **globs;
  V2vEditSections sections;
  V2vRegex *pattern;
  char *text; /* the replacement, NULL = delete; or the comment's prefix */
} Edit;

static void
edit_free (gpointer data)
{
  Edit *edit = data;

  if (edit == NULL)
    return;
  g_strfreev (edit->globs);
  v2v_regex_free (edit->sections.with);
  v2v_regex_free (edit->sections.without);
  v2v_regex_free (edit->pattern);
  g_free (edit->text);
  g_free (edit);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Edit, edit_free)

static Edit *
take_common (V2vArgs *args, GError **error)
{
  g_autoptr (Edit) edit = g_new0 (Edit, 1);

  if (!v2v_args_take_globs (args, "file", TRUE, &edit->globs, error)
      || !v2v_args_take_regex (args, "pattern", TRUE, &edit->pattern, error))
    return NULL;
  return g_steal_pointer (&edit);
}

static gpointer
edit_parse (V2vArgs *args, GError **error)
{
  g_autoptr (Edit) edit = take_common (args, error);
  g_autoptr (GError) local = NULL;
  gboolean delete;

  if (edit == NULL
      || !v2v_args_take_regex (args, "section-with", FALSE, &edit->sections.with, error)
      || !v2v_args_take_regex (args, "section-without", FALSE, &edit->sections.without, error)
      || !v2v_args_take_string (args, "replace", FALSE, &edit->text, error)
      || !v2v_args_take_bool (args, "delete", FALSE, &delete, error))
    return NULL;
  if (delete == (edit->text != NULL)) {
    v2v_args_error_at (args, "replace", error, "say either 'replace: TEXT' or 'delete: true'");
    return NULL;
  }
  if (edit->text != NULL && !v2v_regex_check_template (edit->pattern, edit->text, &local)) {
    v2v_args_error_at (args, "replace", error, "%s", local->message);
    return NULL;
  }
  if (edit->text != NULL && strchr (edit->text, '\r') != NULL) {
    v2v_args_error_at (args, "replace", error,
                       "a line break is written '\\n', the file's own kind is used");
    return NULL;
  }
  return g_steal_pointer (&edit);
}

static gboolean
edit_text (const char *text, gconstpointer data, guint64 *budget, char **out_text,
           GError **error)
{
  const Edit *edit = data;

  if (edit->text == NULL)
    return v2v_edit_delete (text, &edit->sections, edit->pattern, budget, out_text, error);
  return v2v_edit_replace (text, &edit->sections, edit->pattern, edit->text, budget, out_text,
                           error);
}

static gboolean
edit_apply (gconstpointer data, V2vRuleContext *context, GError **error)
{
  const Edit *edit = data;

  return v2v_edit_files (context, (const char *const *) edit->globs, edit_text, edit, error);
}

static gpointer
comment_parse (V2vArgs *args, GError **error)
{
  g_autoptr (Edit) edit = take_common (args, error);

  if (edit == NULL || !v2v_args_take_string (args, "prefix", FALSE, &edit->text, error))
    return NULL;
  if (edit->text == NULL)
    edit->text = g_strdup ("#");
  if (edit->text[strspn (edit->text, " \t")] == '\0' || strpbrk (edit->text, "\r\n") != NULL) {
    v2v_args_error_at (args, "prefix", error, "it must begin a comment, as '#' does");
    return NULL;
  }
  return g_steal_pointer (&edit);
}

static gboolean
comment_text (const char *text, gconstpointer data, guint64 *budget, char **out_text,
              GError **error)
{
  const Edit *edit = data;

  return v2v_edit_comment (text, edit->pattern, edit->text, budget, out_text, error);
}

static gboolean
comment_apply (gconstpointer data, V2vRuleContext *context, GError **error)
{
  const Edit *edit = data;

  return v2v_edit_files (context, (const char *const *) edit->globs, comment_text, edit,
                         error);
}

static void
edit_add_paths (gconstpointer data, GPtrArray *paths)
{
  const Edit *edit = data;

  v2v_edit_add_paths ((const char *const *) edit->globs, paths);
}

const V2vActionOps v2v_action_edit_ops = {
  .name = "edit",
  .summary = "what a pattern finds in a line is replaced, or the line deleted",
  .parse = edit_parse,
  .free = edit_free,
  .apply = edit_apply,
  .add_paths = edit_add_paths,
};

const V2vActionOps v2v_action_comment_ops = {
  .name = "comment",
  .summary = "lines that a pattern finds become comments",
  .parse = comment_parse,
  .free = edit_free,
  .apply = comment_apply,
  .add_paths = edit_add_paths,
};
