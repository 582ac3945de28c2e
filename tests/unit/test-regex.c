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
  return g_test_run ();
}
