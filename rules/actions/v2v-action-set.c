/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-action-set.c - set: a key has this value; unset: it is not there
 */
#include <config.h>

#include <string.h>

#include "actions/v2v-actions-file.h"

#include "edit/v2v-edit-files.h"
#include "edit/v2v-edit-keys.h"
#include "v2v-glob.h"
#include "v2v-regex.h"

/* Of a file that is created. */
#define MODE 0644

typedef struct {
  char **globs;
  V2vEditKey *key;
  gboolean create;
} Set;

static void
set_free (gpointer data)
{
  Set *set = data;

  if (set == NULL)
    return;
  g_strfreev (set->globs);
  v2v_edit_key_free (set->key);
  g_free (set);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Set, set_free)

static gboolean
take_key (V2vArgs *args, gboolean with_value, V2vEditKey *key, GError **error)
{
  const char *mistake, *member;
  guint style;

  if (v2v_args_peek (args, "style") == NULL)
    return v2v_args_error_at (args, "style", error,
                              "it is needed: one of ini, shell, ssh, conf");
  if (!v2v_args_take_choice (args, "style", v2v_edit_style_names, 0, &style, error)
      || !v2v_args_take_string (args, "section", FALSE, &key->section, error)
      || !v2v_args_take_string (args, "key", TRUE, &key->key, error)
      || (with_value && !v2v_args_take_string (args, "value", TRUE, &key->value, error)))
    return FALSE;
  key->style = (V2vEditStyle) style;
  mistake = v2v_edit_key_mistake (key, &member);
  return mistake == NULL || v2v_args_error_at (args, member, error, "%s", mistake);
}

static gpointer
parse (V2vArgs *args, gboolean with_value, GError **error)
{
  g_autoptr (Set) set = g_new0 (Set, 1);

  set->key = g_new0 (V2vEditKey, 1);
  if (!v2v_args_take_globs (args, "file", TRUE, &set->globs, error)
      || !take_key (args, with_value, set->key, error))
    return NULL;
  return g_steal_pointer (&set);
}

static gpointer
set_parse (V2vArgs *args, GError **error)
{
  g_autoptr (Set) set = parse (args, TRUE, error);

  if (set == NULL || !v2v_args_take_bool (args, "create", FALSE, &set->create, error))
    return NULL;
  for (guint i = 0; set->create && set->globs[i] != NULL; i++) {
    if (v2v_glob_has_wildcards (set->globs[i])) {
      v2v_args_error_at (args, "create", error, "'%s' does not say which file to create",
                         set->globs[i]);
      return NULL;
    }
  }
  return g_steal_pointer (&set);
}

static gpointer
unset_parse (V2vArgs *args, GError **error)
{
  return parse (args, FALSE, error);
}

static gboolean
set_text (const char *text, gconstpointer data, guint64 *budget, char **out_text,
          GError **error)
{
  (void) budget;
  return v2v_edit_set_key (text, data, out_text, error);
}

static gboolean
unset_text (const char *text, gconstpointer data, guint64 *budget, char **out_text,
            GError **error)
{
  (void) budget;
  return v2v_edit_unset_key (text, data, out_text, error);
}

static gboolean
set_or_create (const Set *set, const char *path, V2vRuleContext *context, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  guint64 budget = V2V_REGEX_BUDGET;
  gboolean absent;
  char *text;

  if (!v2v_edit_file (context, path, set_text, set->key, &budget, &absent, error))
    return FALSE;
  if (!absent)
    return TRUE;
  if (!v2v_edit_set_key ("", set->key, &text, error))
    return FALSE;
  bytes = g_bytes_new_take (text, strlen (text));
  return v2v_draft_put (context->draft, path, bytes, MODE, error);
}

static gboolean
set_apply (gconstpointer data, V2vRuleContext *context, GError **error)
{
  const Set *set = data;

  if (!set->create)
    return v2v_edit_files (context, (const char *const *) set->globs, set_text, set->key,
                           error);
  for (guint i = 0; set->globs[i] != NULL; i++) {
    if (!set_or_create (set, set->globs[i], context, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
unset_apply (gconstpointer data, V2vRuleContext *context, GError **error)
{
  const Set *set = data;

  return v2v_edit_files (context, (const char *const *) set->globs, unset_text, set->key,
                         error);
}

static void
set_add_paths (gconstpointer data, GPtrArray *paths)
{
  const Set *set = data;

  v2v_edit_add_paths ((const char *const *) set->globs, paths);
}

const V2vActionOps v2v_action_set_ops = {
  .name = "set",
  .summary = "a key of an ini, shell, ssh or conf file has this value",
  .parse = set_parse,
  .free = set_free,
  .apply = set_apply,
  .add_paths = set_add_paths,
};

const V2vActionOps v2v_action_unset_ops = {
  .name = "unset",
  .summary = "a key is taken out of an ini, shell, ssh or conf file",
  .parse = unset_parse,
  .free = set_free,
  .apply = unset_apply,
  .add_paths = set_add_paths,
};
