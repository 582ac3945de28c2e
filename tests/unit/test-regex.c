/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "v2v-regex.h"

static void
test_groups (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vRegex) regex = v2v_regex_new ("free (\\d+)(x)? of '([^']*)'", &error);
  g_auto (GStrv) groups = NULL;
  gboolean matched;

  g_assert_no_error (error);
  g_assert_true (v2v_regex_match (regex, "so free 12 of '/boot' it is", &matched, &groups,
                                  &error));
  g_assert_true (matched);
  g_assert_cmpuint (g_strv_length (groups), ==, 4);
  g_assert_cmpstr (groups[0], ==, "free 12 of '/boot'");
  g_assert_cmpstr (groups[1], ==, "12");
  g_assert_cmpstr (groups[2], ==, "");
  g_assert_cmpstr (groups[3], ==, "/boot");
}

static void
test_no_match (void)
{
  g_autoptr (V2vRegex) regex = v2v_regex_new ("^b", NULL);
  g_auto (GStrv) groups = NULL;
  gboolean matched = TRUE;

  g_assert_true (v2v_regex_match (regex, "abc", &matched, &groups, NULL));
  g_assert_false (matched);
  g_assert_null (groups);
}

static void
test_bytes (void)
{
  g_autoptr (V2vRegex) regex = v2v_regex_new ("caf(.)$", NULL);
  gboolean matched;

  g_assert_true (v2v_regex_match (regex, "caf\xe9", &matched, NULL, NULL));
  g_assert_true (matched);
}

static void
test_bad_pattern (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (v2v_regex_new ("a(b", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
  g_assert_nonnull (strstr (error->message, "offset 3"));
}

static void
test_utf_cannot_be_forced (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (v2v_regex_new ("(*UTF)a", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
}

/* Exponential without a limit: minutes at least. */
static void
test_match_limit (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vRegex) regex = v2v_regex_new ("^(a+)+$", NULL);
  g_autofree char *subject = g_strnfill (60, 'a');
  gboolean matched;

  subject[59] = 'b';
  g_assert_false (v2v_regex_match (regex, subject, &matched, NULL, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
}

static void
test_subject_cap (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vRegex) regex = v2v_regex_new ("a", NULL);
  g_autofree char *subject = g_strnfill (V2V_REGEX_SUBJECT_MAX + 1, 'a');
  gboolean matched;

  g_assert_false (v2v_regex_match (regex, subject, &matched, NULL, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  subject[V2V_REGEX_SUBJECT_MAX] = '\0';
  g_assert_true (v2v_regex_match (regex, subject, &matched, NULL, NULL));
  g_assert_true (matched);
}

/* PCRE2 counts its match limit anew for each start: without a budget this is minutes. */
static void
test_budget (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vRegex) regex = v2v_regex_new ("[a-z]*[=:]", NULL);
  g_autofree char *subject = g_strnfill (V2V_REGEX_SUBJECT_MAX, 'a');
  gint64 start = g_get_monotonic_time ();
  gboolean matched;

  g_assert_false (v2v_regex_match (regex, subject, &matched, NULL, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 60 * G_USEC_PER_SEC);
}

/* A budget is shared by a series of searches, and spent once. */
static void
test_search (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vRegex) regex = v2v_regex_new ("(a)|(b)", NULL);
  V2vRegexSpan spans[V2V_REGEX_SPANS];
  guint64 budget = 5000;
  gboolean matched;
  guint n = 0;

  g_assert_true (v2v_regex_search (regex, "xxbx", 4, 1, &budget, spans, &matched, &error));
  g_assert_no_error (error);
  g_assert_true (matched);
  g_assert_cmpint (spans[0].start, ==, 2);
  g_assert_cmpint (spans[0].end, ==, 3);
  g_assert_cmpint (spans[1].start, ==, -1);
  g_assert_cmpint (spans[2].start, ==, 2);
  g_assert_cmpint (spans[9].start, ==, -1);
  g_assert_cmpuint (budget, <, 5000);
  while (n < 1000
         && v2v_regex_search (regex, "xxbx", 4, 0, &budget, spans, &matched, &error))
    n++;
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_cmpuint (n, <, 40);
}

static void
test_replace (void)
{
  static const struct {
    const char *pattern, *subject, *text, *expected;
    gboolean matched;
  } rows[] = {
    { "b", "abcb", "X", "aXcX", TRUE },
    { "b", "aaa", "X", "aaa", FALSE },
    { "(a)|(b)", "ab", "<\\1\\2>", "<a><b>", TRUE },
    { "^", "ab", "> ", "> ab", TRUE },
    { "$", "ab", "!", "ab!", TRUE },
    { "x*", "axb", "-", "-a--b-", TRUE },
    { "x*", "", "-", "-", TRUE },
    { "b", "ab", "\\\\0", "a\\0", TRUE },
    { "b", "ab", "[\\0]", "a[b]", TRUE },
    { "\\xe9", "caf\xe9", "e", "cafe", TRUE },
    { "(?<=a)b", "abab", "", "aa", TRUE },
    { "a\\Kb", "abab", "X", "aXaX", TRUE },
    { "b", "ab", "\\", "a\\", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (V2vRegex) regex = v2v_regex_new (rows[i].pattern, &error);
    g_autoptr (GString) out = g_string_new ("=");
    guint64 budget = V2V_REGEX_BUDGET;
    gboolean matched;

    g_assert_no_error (error);
    g_assert_true (v2v_regex_replace (regex, rows[i].subject, strlen (rows[i].subject),
                                      rows[i].text, &budget, out, &matched, &error));
    g_assert_no_error (error);
    g_assert_cmpstr (out->str + 1, ==, rows[i].expected);
    g_assert_cmpint (matched, ==, rows[i].matched);
  }
}

/* 1 MB of matches, each made 100 times longer. */
static void
test_replace_grows (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vRegex) regex = v2v_regex_new ("a", NULL);
  g_autofree char *subject = g_strnfill (V2V_REGEX_SUBJECT_MAX, 'a');
  g_autofree char *text = g_strnfill (100, 'b');
  g_autoptr (GString) out = g_string_new (NULL);
  guint64 budget = V2V_REGEX_BUDGET;
  gboolean matched;

  g_assert_false (v2v_regex_replace (regex, subject, strlen (subject), text, &budget, out,
                                     &matched, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_cmpuint (out->len, <, 2 * V2V_REGEX_SUBJECT_MAX);
}

static void
test_template (void)
{
  static const struct {
    const char *pattern, *text;
    gboolean good;
  } rows[] = {
    { "(a)(b)", "\\0\\1\\2\\\\", TRUE }, { "a", "", TRUE },     { "a", "\\1", FALSE },
    { "(a)", "\\2", FALSE },                { "a", "\\n", FALSE }, { "a", "a\\", FALSE },
    { "a", "\\\\1", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (V2vRegex) regex = v2v_regex_new (rows[i].pattern, NULL);

    g_assert_cmpint (v2v_regex_check_template (regex, rows[i].text, &error), ==,
                     rows[i].good);
    if (!rows[i].good)
      g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/regex/groups", test_groups);
  g_test_add_func ("/regex/no-match", test_no_match);
  g_test_add_func ("/regex/bytes", test_bytes);
  g_test_add_func ("/regex/bad-pattern", test_bad_pattern);
  g_test_add_func ("/regex/utf-cannot-be-forced", test_utf_cannot_be_forced);
  g_test_add_func ("/regex/match-limit", test_match_limit);
  g_test_add_func ("/regex/subject-cap", test_subject_cap);
  g_test_add_func ("/regex/budget", test_budget);
  g_test_add_func ("/regex/search", test_search);
  g_test_add_func ("/regex/replace", test_replace);
  g_test_add_func ("/regex/replace-grows", test_replace_grows);
  g_test_add_func ("/regex/template", test_template);
  return g_test_run ();
}
