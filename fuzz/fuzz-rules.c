/* SPDX-License-Identifier: GPL-2.0-or-later
 * Input: a rule file.
 */
#include <config.h>

#include <string.h>

#include "v2v-ruleset-private.h"

/* The caps promise far less, also under a sanitizer. */
#define TIME_MAX (5 * G_USEC_PER_SEC)

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_rule (const V2vRule *rule, const char *text)
{
  g_autofree char *source = g_strdup (rule->text);

  g_assert_true (v2v_rule_is_id (rule->id));
  g_assert_nonnull (rule->title);
  g_assert_nonnull (rule->why);
  g_assert_cmpuint (rule->phase, <, V2V_N_PHASES);
  g_assert_cmpuint (rule->steps->len, >, 0);
  g_assert_cmpuint (rule->steps->len, <=, V2V_STEPS_MAX);
  g_assert_false (rule->warn_on_error && rule->steps->len > 1);
  /* What is shown of a rule stands in the file. */
  g_strchomp (source);
  g_assert_nonnull (strstr (text, source));
}

/* The text that is shown of a rule is that rule. */
static void
check_again (const V2vRule *rule)
{
  g_autofree char *text = g_strconcat ("rules: 1\n---", *rule->text == ' ' ? "" : "\n",
                                       rule->text, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vRuleset) ruleset
    = v2v_ruleset_new_from_text ("again", text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_nonnull (v2v_ruleset_find (ruleset, rule->id));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  gint64 start = g_get_monotonic_time ();
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vRuleset) ruleset
    = v2v_ruleset_new_from_text ("fuzz", (const char *) data, size, &error);
  g_auto (GStrv) paths = NULL;

  g_assert_true ((ruleset == NULL) == (error != NULL));
  g_assert_cmpint (g_get_monotonic_time () - start, <, TIME_MAX);
  if (ruleset == NULL) {
    g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
    g_assert_true (g_str_has_prefix (error->message, "fuzz:"));
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    g_assert_cmpuint (strlen (error->message), <, 4096);
    return 0;
  }
  for (guint i = 0; i < v2v_ruleset_rules (ruleset)->len; i++) {
    check_rule (g_ptr_array_index (v2v_ruleset_rules (ruleset), i), text);
    /* A %TAG line stands before the mark and is no part of the document. */
    if (strstr (text, "%TAG") == NULL)
      check_again (g_ptr_array_index (v2v_ruleset_rules (ruleset), i));
  }
  paths = v2v_ruleset_dup_paths (ruleset);
  for (guint i = 0; paths[i] != NULL; i++)
    g_assert_true (paths[i][0] == '/');
  return 0;
}
