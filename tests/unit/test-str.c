/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>

#include "v2v-str.h"

static void
test_printable (void)
{
  static const struct {
    const char *in;
    const char *want;
  } rows[] = {
    { "plain", "plain" },
    { "caf\xc3\xa9", "caf\xc3\xa9" },
    { "a\nb", "a\\x0ab" },
    { "tab\there", "tab here" },
    { "\x1b[2Jgone", "\\x1b[2Jgone" },
    { "bad\xff", "bad\\xff" },
    { "c1\xc2\x9b", "c1\\xc2\\x9b" },
    { "rtl\xe2\x80\xae", "rtl\\xe2\\x80\\xae" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *got = v2v_str_printable (rows[i].in, 100);

    g_assert_cmpstr (got, ==, rows[i].want);
  }
}

static void
test_printable_limit (void)
{
  g_autofree char *got = v2v_str_printable ("abcdef", 3);
  /* A character cut by the limit is not completed from beyond it. */
  g_autofree char *cut = v2v_str_printable ("ab\xc3\xa9", 3);

  g_assert_cmpstr (got, ==, "abc");
  g_assert_cmpstr (cut, ==, "ab\\xc3");
}

static void
test_natural (void)
{
  g_assert_cmpint (v2v_str_compare_natural ("disk2", "disk10"), <, 0);
  g_assert_cmpint (v2v_str_compare_natural ("disk10", "disk2"), >, 0);
  g_assert_cmpint (v2v_str_compare_natural ("disk02", "disk2"), ==, 0);
  g_assert_cmpint (v2v_str_compare_natural ("a", "ab"), <, 0);
  g_assert_cmpint (v2v_str_compare_natural ("6.1.0-9", "6.1.0-18"), <, 0);
}

static void
test_dns_label (void)
{
  static const struct {
    const char *in;
    const char *want;
  } rows[] = {
    { "web01", "web01" },
    { "My Server (prod)", "my-server-prod" },
    { "--x--", "x" },
    { "\xc3\xa9\xc3\xa9", "vm" },
    { "", "vm" },
    { "a123456789012345678901234567890123456789012345678901234567890-bcd",
      "a123456789012345678901234567890123456789012345678901234567890-b" },
    { "a12345678901234567890123456789012345678901234567890123456789012345",
      "a12345678901234567890123456789012345678901234567890123456789012" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *got = v2v_str_dns_label (rows[i].in, "vm");

    g_assert_cmpstr (got, ==, rows[i].want);
    g_assert_cmpuint (strlen (got), <=, 63);
  }
}

static void
test_near (void)
{
  static const struct {
    const char *word, *wanted;
    gboolean near;
  } rows[] = {
    { "patern", "pattern", TRUE },  { "pattren", "pattern", TRUE }, { "pattern", "pattern", TRUE },
    { "pttrn", "pattern", TRUE },   { "file", "pattern", FALSE },   { "pttn", "pattern", FALSE },
    { "flie", "file", TRUE },       { "fie", "file", TRUE },        { "name", "file", FALSE },
    { "text", "test", TRUE },       { "fl", "file", FALSE },        { "", "file", FALSE },
    { "i", "id", TRUE },            { "do", "id", FALSE },          { "a", "b", FALSE },
    { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (v2v_str_is_near (rows[i].word, rows[i].wanted), ==, rows[i].near);
}

static void
test_matches (void)
{
  static const struct {
    const char *pattern, *text;
    gboolean matches;
  } rows[] = {
    { "ec2-*", "ec2-user", TRUE },   { "ec2-*", "ec2-", TRUE },      { "*", "", TRUE },
    { "", "", TRUE },                { "", "a", FALSE },             { "a", "", FALSE },
    { "a?c", "abc", TRUE },          { "a?c", "ac", FALSE },         { "*b*b", "abab", TRUE },
    { "*b*b", "aba", FALSE },        { "**a**", "xay", TRUE },       { "abc", "abcd", FALSE },
    { "*.conf", "a.conf.bak", FALSE }, { "\xf2\xa1*", "\xf2\xa1\xff", TRUE },
    { "*\xe9\x01?", "caf\xe9\x01x", TRUE }, { "[a]", "a", FALSE }, { "\\*", "*", FALSE },
  };
  g_autofree char *stars = g_strnfill (40000, '*');
  g_autofree char *text = g_strnfill (40000, 'a');
  g_autoptr (GString) pattern = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (v2v_str_matches (rows[i].pattern, rows[i].text), ==, rows[i].matches);
  g_assert_true (v2v_str_matches (stars, text));
  for (guint i = 0; i < 1000; i++)
    g_string_append (pattern, "*a");
  g_string_append_c (pattern, 'b');
  g_assert_false (v2v_str_matches (pattern->str, text));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/str/printable", test_printable);
  g_test_add_func ("/str/printable-limit", test_printable_limit);
  g_test_add_func ("/str/natural", test_natural);
  g_test_add_func ("/str/dns-label", test_dns_label);
  g_test_add_func ("/str/near", test_near);
  g_test_add_func ("/str/matches", test_matches);
  return g_test_run ();
}
