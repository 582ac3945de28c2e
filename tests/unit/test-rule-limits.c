/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "test-language.h"

#define HEAD "rules: 1\n---\n"
#define WHO "id: a\ntitle: T\nwhy: W\nphase: boot\n"
#define DO "do:\n  - tell: x\n"

static V2vRuleset *
parse (const char *text, gsize length, GError **error)
{
  return v2v_ruleset_new_from_text ("r.yaml", text, length, error);
}

static V2vRuleset *
parse_good (const char *text)
{
  g_autoptr (GError) error = NULL;
  V2vRuleset *ruleset = parse (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_nonnull (ruleset);
  return ruleset;
}

static void
assert_refused (const GString *text, const char *message)
{
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  g_assert_null (parse (text->str, text->len, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
  g_assert_nonnull (strstr (error->message, message));
  g_assert_true (g_str_has_prefix (error->message, "r.yaml:"));
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_USEC_PER_SEC);
}

static void
test_bombs (void)
{
  g_autoptr (GString) laughs = g_string_new (HEAD WHO DO "when:\n  a0: &a0 [x,x,x,x,x,x,x,x]\n");
  g_autoptr (GString) deep = g_string_new (HEAD WHO DO "when: ");
  g_autoptr (GString) steps = g_string_new (HEAD WHO "do:\n");
  g_autoptr (GString) copies = g_string_new (HEAD WHO "do:\n  - tell: &x '");
  g_autoptr (GString) params = g_string_new (HEAD WHO DO "params:\n");

  for (int i = 1; i < 10; i++)
    g_string_append_printf (laughs, "  a%d: &a%d [*a%d,*a%d,*a%d,*a%d,*a%d,*a%d,*a%d]\n", i, i,
                            i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
  assert_refused (laughs, "r.yaml:15:24: too many nodes, or aliases that multiply");

  for (int i = 0; i < 100000; i++)
    g_string_append (deep, "{not: ");
  assert_refused (deep, "r.yaml:9:188: nested too deeply");

  for (int i = 0; i < V2V_STEPS_MAX + 1; i++)
    g_string_append (steps, "  - tell: x\n");
  assert_refused (steps, "r.yaml:8:3: 'do' has 101 steps, at most 100 are allowed");

  for (int i = 0; i < 200 * 1024; i++)
    g_string_append_c (copies, 'x');
  g_string_append (copies, "'\n");
  for (int i = 0; i < 99; i++)
    g_string_append (copies, "  - tell: *x\n");
  assert_refused (copies, "the rules are too large with all parameters and aliases written out");

  for (int i = 0; i < 101; i++)
    g_string_append_printf (params, "  p%d: {default: x}\n", i);
  assert_refused (params, "r.yaml:10:3: rule 'a': params: at most 100 of them");
}

/* The deepest condition that is allowed. */
static void
test_deep_enough (void)
{
  g_autoptr (GString) text = g_string_new (HEAD WHO DO "when: ");
  g_autoptr (V2vRuleset) ruleset = NULL;

  for (int i = 0; i < 29; i++)
    g_string_append (text, "{not: ");
  g_string_append (text, "{say: x}");
  for (int i = 0; i < 29; i++)
    g_string_append_c (text, '}');
  ruleset = parse_good (text->str);
  g_assert_nonnull (v2v_ruleset_find (ruleset, "a")->when);
}

static void
test_value_cap (void)
{
  g_autofree char *good = g_strnfill (4096, 'x');
  g_autofree char *bad = g_strnfill (4097, 'x');
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (V2vRuleset) ruleset = NULL;

  g_string_printf (text, HEAD WHO DO "params: {p: {default: %s}}\n", good);
  ruleset = parse_good (text->str);
  g_assert_nonnull (ruleset);
  g_string_printf (text, HEAD WHO DO "params: {p: {default: %s}}\n", bad);
  assert_refused (text, "r.yaml:9:23: parameter 'p': default: is longer than 4096 bytes");
  g_string_printf (text, HEAD "id: a%.63s\n", bad);
  assert_refused (text, "must be lower-case letters");
  g_string_printf (text, HEAD "id: a\ntitle: %.201s\n", bad);
  assert_refused (text, "r.yaml:4:8: rule 'a': title: must be one line of at most 200 bytes");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rule-limits/bombs", test_bombs);
  g_test_add_func ("/rule-limits/deep-enough", test_deep_enough);
  g_test_add_func ("/rule-limits/value-cap", test_value_cap);
  return g_test_run ();
}
