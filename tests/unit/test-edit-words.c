/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "edit/v2v-edit-words.h"
#include "v2v-error.h"

static char *
edit (const char *text, const char *after, const char *globs, gboolean drop_empty,
      GError **error)
{
  g_autoptr (V2vRegex) regex = v2v_regex_new (after, NULL);
  g_auto (GStrv) list = g_strsplit (globs, " ", -1);
  guint64 budget = V2V_REGEX_BUDGET;
  char *out = NULL;

  g_assert_nonnull (regex);
  if (!v2v_edit_remove_words (text, regex, (const char *const *) list, drop_empty, &budget,
                              &out, error))
    return NULL;
  return out;
}

#define SEARCH "^search\\s"

static const struct {
  const char *text, *after, *globs;
  gboolean drop;
  const char *expected;
} rows[] = {
  /* resolv.conf as dhclient writes it on EC2 */
  { "search ec2.internal corp.example\n", SEARCH, "ec2.internal", FALSE,
    "search corp.example\n" },
  { "search corp.example ec2.internal\n", SEARCH, "ec2.internal", FALSE,
    "search corp.example\n" },
  { "search a.b eu-west-1.compute.internal  c.d\n", SEARCH, "*.compute.internal", FALSE,
    "search a.b  c.d\n" },
  { "nameserver 1.2.3.4\nsearch ec2.internal\noptions x\n", SEARCH, "ec2.internal", TRUE,
    "nameserver 1.2.3.4\noptions x\n" },
  { "search ec2.internal\n", SEARCH, "ec2.internal", FALSE, "search \n" },
  { "search ec2.internal", SEARCH, "ec2.internal", TRUE, "" },
  { "search\ta\tec2.internal\tb\r\nx", SEARCH, "ec2.internal", FALSE, "search\ta\tb\r\nx" },
  { "search ec2.internal # ec2.internal\n", SEARCH, "ec2.internal", FALSE,
    "search # ec2.internal\n" },
  /* a quoted list of a shell file */
  { "MODULES=\"dns-resolver cloud-netconfig dns-bind\"\n", "^MODULES=\"", "cloud-netconfig",
    FALSE, "MODULES=\"dns-resolver dns-bind\"\n" },
  { "MODULES=\"cloud-netconfig\" # cloud-netconfig\n", "^MODULES=\"", "cloud-netconfig", FALSE,
    "MODULES=\"\" # cloud-netconfig\n" },
  { "MODULES=\"cloud-netconfig a\"\n", "^MODULES=\"", "cloud-netconfig", FALSE,
    "MODULES=\"a\"\n" },
  /* nothing to do: byte for byte */
  { "search  a   b \n", SEARCH, "ec2.internal", TRUE, "search  a   b \n" },
  { "# search ec2.internal\n", SEARCH, "ec2.internal", TRUE, "# search ec2.internal\n" },
  { "search \n", SEARCH, "ec2.internal", TRUE, "search \n" },
  { "search ec2.internal.example\n", SEARCH, "ec2.internal", TRUE,
    "search ec2.internal.example\n" },
  { "", SEARCH, "x", TRUE, "" },
  { "search \xff\xe9 x", SEARCH, "x", FALSE, "search \xff\xe9" },
  { "search x x x a x x\n", SEARCH, "x", FALSE, "search a\n" },
};

static void
test_table (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *once
      = edit (rows[i].text, rows[i].after, rows[i].globs, rows[i].drop, &error);
    g_autofree char *twice = NULL;

    g_assert_no_error (error);
    g_assert_cmpstr (once, ==, rows[i].expected);
    twice = edit (once, rows[i].after, rows[i].globs, rows[i].drop, &error);
    g_assert_cmpstr (twice, ==, once);
  }
}

/* A pattern whose match depends on what is behind it. */
static void
test_unsteady (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *out = edit ("a x b x\n", "^a(?= x)|x ", "b", FALSE, &error);

  g_assert_no_error (error);
  g_clear_pointer (&out, g_free);
  out = edit ("a b k k\n", "b(?= k)|a", "k b", FALSE, &error);
  g_assert_no_error (error);
  g_clear_pointer (&out, g_free);
  out = edit ("k a k b\n", "a(?=.*b)|^", "k b", FALSE, &error);
  g_assert_no_error (error);
}

static void
test_limits (void)
{
  g_autoptr (GString) text = g_string_new ("search ");
  g_autoptr (GError) error = NULL;
  g_autofree char *out = NULL;

  while (text->len < 100 * 1000)
    g_string_append_c (text, 'x');
  out = edit (text->str, SEARCH, "a", FALSE, &error);
  g_assert_null (out);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_true (g_str_has_prefix (error->message, "line 1: "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/edit/words/table", test_table);
  g_test_add_func ("/edit/words/unsteady", test_unsteady);
  g_test_add_func ("/edit/words/limits", test_limits);
  return g_test_run ();
}
