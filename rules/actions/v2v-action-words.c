/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-action-words.c - take words out of a list that stands on one line
 */
#include <config.h>

#include <string.h>

#include "actions/v2v-actions-file.h"

#include "edit/v2v-edit-files.h"
#include "edit/v2v-edit-words.h"

typedef struct {
  char **files;
  V2vRegex *after;
  char **remove;
  gboolean drop_empty;
} Words;

static void
words_free (gpointer data)
{
  Words *words = data;

  if (words == NULL)
    return;
  g_strfreev (words->files);
  v2v_regex_free (words->after);
  g_strfreev (words->remove);
  g_free (words);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Words, words_free)

static gpointer
words_parse (V2vArgs *args, GError **error)
{
  g_autoptr (Words) words = g_new0 (Words, 1);

  if (!v2v_args_take_globs (args, "file", TRUE, &words->files, error)
      || !v2v_args_take_regex (args, "after", TRUE, &words->after, error)
      || !v2v_args_take_strings (args, "remove", TRUE, &words->remove, error)
      || !v2v_args_take_bool (args, "drop-empty", FALSE, &words->drop_empty, error))
    return NULL;
  for (guint i = 0; words->remove[i] != NULL; i++) {
    if (words->remove[i][0] == '\0' || strpbrk (words->remove[i], " \t\r\n\"'") != NULL) {
      v2v_args_error_at (args, "remove", error,
                         "'%s' is not one word: no blanks and no quotes", words->remove[i]);
      return NULL;
    }
  }
  return g_steal_pointer (&words);
}

static gboolean
words_text (const char *text, gconstpointer data, guint64 *budget, char **out_text,
            GError **error)
{
  const Words *words = data;

  return v2v_edit_remove_words (text, words->after, (const char *const *) words->remove,
                                words->drop_empty, budget, out_text, error);
}

static gboolean
words_apply (gconstpointer data, V2vRuleContext *context, GError **error)
{
  const Words *words = data;

  return v2v_edit_files (context, (const char *const *) words->files, words_text, words,
                         error);
}

static void
words_add_paths (gconstpointer data, GPtrArray *paths)
{
  const Words *words = data;

  v2v_edit_add_paths ((const char *const *) words->files, paths);
}

const V2vActionOps v2v_action_words_ops = {
  .name = "words",
  .summary = "takes words out of a list that stands on one line",
  .parse = words_parse,
  .free = words_free,
  .apply = words_apply,
  .add_paths = words_add_paths,
};
