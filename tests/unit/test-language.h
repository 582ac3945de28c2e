/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-language.h - a few words for tests of the language itself
 *
 * Defines the tables of predicates and actions, so that the library's own are not
 * linked: what a rule set does with words does not depend on which there are.
 */
#pragma once

#include <string.h>

#include "v2v-error.h"
#include "v2v-predicate.h"
#include "v2v-ruleset-private.h"

typedef struct {
  char *path;
  char *text;
} Word;

static inline void
word_free (gpointer data)
{
  Word *word = data;

  g_free (word->path);
  g_free (word->text);
  g_free (word);
}

static inline gpointer
word_parse_text (V2vArgs *args, GError **error)
{
  Word *word = g_new0 (Word, 1);

  if (v2v_args_take_string (args, "text", TRUE, &word->text, error))
    return word;
  word_free (word);
  return NULL;
}

static inline gpointer
word_parse_file (V2vArgs *args, GError **error)
{
  Word *word = g_new0 (Word, 1);

  if (v2v_args_take_path (args, "file", TRUE, &word->path, error)
      && v2v_args_take_string (args, "text", FALSE, &word->text, error))
    return word;
  word_free (word);
  return NULL;
}

static inline void
word_add_paths (gconstpointer data, GPtrArray *paths)
{
  g_ptr_array_add (paths, g_strdup (((const Word *) data)->path));
}

/* say: yes, no, unknown; anything else cannot be read at all */
static inline gboolean
say_test (gconstpointer data, G_GNUC_UNUSED V2vRuleContext *context, V2vTruth *out_truth,
          char **out_seen, GError **error)
{
  const char *text = ((const Word *) data)->text;

  if (strcmp (text, "yes") != 0 && strcmp (text, "no") != 0 && strcmp (text, "unknown") != 0) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_STORAGE, "the appliance died of '%s'", text);
    return FALSE;
  }
  *out_truth = strcmp (text, "yes") == 0  ? V2V_YES
               : strcmp (text, "no") == 0 ? V2V_NO
                                          : V2V_CANNOT_TELL;
  *out_seen = g_strdup_printf ("it says %s", text);
  return TRUE;
}

/* has: a file of the draft, with this text if one is given */
static inline gboolean
has_test (gconstpointer data, V2vRuleContext *context, V2vTruth *out_truth, char **out_seen,
          GError **error)
{
  const Word *word = data;
  g_autofree char *text = NULL;

  if (!v2v_draft_read_text (context->draft, word->path, &text, error))
    return FALSE;
  *out_truth = text != NULL && (word->text == NULL || strcmp (text, word->text) == 0)
                 ? V2V_YES
                 : V2V_NO;
  *out_seen = g_strdup (text != NULL ? "there" : "not there");
  return TRUE;
}

static const V2vPredicateOps say_ops
  = { "say", "text", "says it", word_parse_text, word_free, say_test, NULL };
static const V2vPredicateOps has_ops
  = { "has", "file", "is there", word_parse_file, word_free, has_test, word_add_paths };
/* These two names mean something to the check of conditions. */
static const V2vPredicateOps package_ops
  = { "package", "text", "is installed", word_parse_text, word_free, say_test, NULL };
static const V2vPredicateOps os_ops
  = { "os", "text", "is", word_parse_text, word_free, say_test, NULL };

const V2vPredicateOps *const *
v2v_predicates (void)
{
  static const V2vPredicateOps *const table[]
    = { &say_ops, &has_ops, &package_ops, &os_ops, NULL };

  return table;
}

const V2vPredicateOps *
v2v_predicate_find (const char *name)
{
  for (const V2vPredicateOps *const *ops = v2v_predicates (); *ops != NULL; ops++) {
    if (strcmp ((*ops)->name, name) == 0)
      return *ops;
  }
  return NULL;
}

static inline gboolean
put_apply (gconstpointer data, V2vRuleContext *context, GError **error)
{
  const Word *word = data;
  g_autoptr (GBytes) bytes = g_bytes_new (word->text, strlen (word->text));

  return v2v_draft_put (context->draft, word->path, bytes, 0644, error);
}

static inline gpointer
put_parse (V2vArgs *args, GError **error)
{
  Word *word = word_parse_file (args, error);

  if (word == NULL || word->text != NULL)
    return word;
  word_free (word);
  v2v_args_error_missing (args, "text", error);
  return NULL;
}

static inline gboolean
tell_apply (gconstpointer data, V2vRuleContext *context, G_GNUC_UNUSED GError **error)
{
  v2v_rule_context_warn (context, "%s", ((const Word *) data)->text);
  return TRUE;
}

/* fail: refused, storage */
static inline gboolean
fail_apply (gconstpointer data, G_GNUC_UNUSED V2vRuleContext *context, GError **error)
{
  const char *text = ((const Word *) data)->text;

  g_set_error (error, V2V_ERROR,
               strcmp (text, "refused") == 0 ? V2V_ERROR_REFUSED : V2V_ERROR_STORAGE,
               "the step %s", text);
  return FALSE;
}

/* stop: as a signal that comes while a rule runs */
static inline gboolean
stop_apply (gconstpointer data, V2vRuleContext *context, G_GNUC_UNUSED GError **error)
{
  v2v_cancel_fire (context->cancel, V2V_ERROR_CANCELLED, ((const Word *) data)->text);
  return TRUE;
}

static const V2vActionOps put_ops
  = { "put", NULL, "puts", put_parse, word_free, put_apply, word_add_paths };
static const V2vActionOps tell_ops
  = { "tell", "text", "tells", word_parse_text, word_free, tell_apply, NULL };
static const V2vActionOps fail_ops
  = { "fail", "text", "fails", word_parse_text, word_free, fail_apply, NULL };
static const V2vActionOps stop_ops
  = { "stop", "text", "stops", word_parse_text, word_free, stop_apply, NULL };

const V2vActionOps *const *
v2v_actions (void)
{
  static const V2vActionOps *const table[]
    = { &put_ops, &tell_ops, &fail_ops, &stop_ops, NULL };

  return table;
}

const V2vActionOps *
v2v_action_find (const char *name)
{
  for (const V2vActionOps *const *ops = v2v_actions (); *ops != NULL; ops++) {
    if (strcmp ((*ops)->name, name) == 0)
      return *ops;
  }
  return NULL;
}
