/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "edit/v2v-edit-lines.h"
#include "edit/v2v-edit-text.h"
#include "v2v-error.h"

/* Texts that an edit must give back byte for byte where it is not about them. */
static const char *const odd[] = {
  "", "\n", "\r\n", "\r", "a", "a\n", "a\r\n", "a\nb\r\nc", "\n\n\n", "a\r\r\nb",
  "# only\n; comments\n", "\t a \t\n", "caf\xe9 \xff\xfe\n", "\xef\xbb\xbf""a=1\n", "a\\\n b\n",
};

static void
test_lines (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (odd); i++) {
    g_autoptr (GArray) lines = v2v_lines_split (odd[i]);
    g_autoptr (GString) joined = g_string_new (NULL);

    for (guint j = 0; j < lines->len; j++) {
      const V2vLine *line = &g_array_index (lines, V2vLine, j);

      g_assert_cmpuint (line->number, ==, j + 1);
      g_assert_cmpuint (line->length, <=, line->whole);
      g_string_append_len (joined, line->text, (gssize) line->whole);
    }
    g_assert_cmpstr (joined->str, ==, odd[i]);
  }
}

static void
test_ending (void)
{
  static const struct {
    const char *text;
    gsize at;
    const char *expected;
  } rows[] = {
    { "", 0, "\n" },         { "a", 1, "\n" },          { "a\r\n", 0, "\r\n" },
    { "a\r\nb", 4, "\r\n" }, { "a\r\nb\nc", 6, "\n" },  { "a\nb\r\n", 2, "\n" },
    { "\n", 1, "\n" },       { "a\nb\r\nc", 6, "\r\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpstr (v2v_lines_ending (rows[i].text, rows[i].at), ==, rows[i].expected);
}

static void
test_replace (void)
{
  static const struct {
    const char *text, *pattern, *template, *expected; /* NULL = refused */
  } rows[] = {
    { "a=1\nb=1\n", "^a=.*$", "a=2", "a=2\nb=1\n" },
    { "a=1\r\nb=1\r\n", "^a=.*$", "a=2", "a=2\r\nb=1\r\n" },
    { "a=1", "1$", "2", "a=2" },
    { "ens5 ens5\n", "ens5", "eth0", "eth0 eth0\n" },
    { "server 169.254.169.123 prefer\n", "^(server|peer)( +)169\\.254\\.\\S+", "pool\\2\\1.x",
      "pool server.x prefer\n" },
    { "x\n", "x", "a\nb", "a\nb\n" },
    { "x\r\n", "x", "a\nb", "a\r\nb\r\n" },
    { "q\r\nx", "x", "a\nb", "q\r\na\r\nb" },
    { "caf\xe9\n", "caf(.)", "\\1", "\xe9\n" },
    { "a\n\nb\n", "^$", "", "a\n\nb\n" },
    { "a\nb\n", "a\\nb", "x", "a\nb\n" },
    /* It would grow with every run. */
    { "foo\n", "foo", "foo bar", NULL },
    { "foo\n", "$", ";", NULL },
    { "foo\n", "x*", "-", NULL },
    /* Here too: the first run only makes the second one possible. */
    { "ab\n", "a", "", "b\n" },
    { "aabb\n", "ab", "", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (V2vRegex) pattern = v2v_regex_new (rows[i].pattern, &error);
    g_autofree char *out = NULL;
    guint64 budget = V2V_REGEX_BUDGET;

    g_assert_no_error (error);
    g_assert_cmpint (v2v_edit_replace (rows[i].text, NULL, pattern, rows[i].template, &budget,
                                       &out, &error),
                     ==, rows[i].expected != NULL);
    if (rows[i].expected == NULL)
      g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
    g_assert_cmpstr (out, ==, rows[i].expected);
  }
}

static void
test_delete (void)
{
  static const struct {
    const char *text, *pattern, *expected;
  } rows[] = {
    { "a\nb\nc\n", "b", "a\nc\n" },     { "a\r\nb\r\nc", "^b$", "a\r\nc" },
    { "a\nb", "b", "a\n" },             { "a", "a", "" },
    { "a\nb\n", "x", "a\nb\n" },        { "\xff\nb\n", "\\xff", "b\n" },
    { "a\n\n\nb\n", "^$", "a\nb\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (V2vRegex) pattern = v2v_regex_new (rows[i].pattern, NULL);
    g_autofree char *out = NULL;
    guint64 budget = V2V_REGEX_BUDGET;

    g_assert_true (v2v_edit_delete (rows[i].text, NULL, pattern, &budget, &out, NULL));
    g_assert_cmpstr (out, ==, rows[i].expected);
  }
}

/* Lines of the sections that have a certain line, and no others. */
static void
test_sections (void)
{
  static const struct {
    const char *text, *replaced, *deleted;
  } rows[] = {
    { "[a]\nurl=x\non=1\n[b]\non=1\n", "[a]\nurl=x\non=0\n[b]\non=1\n",
      "[a]\nurl=x\n[b]\non=1\n" },
    { "[a]\non=1\n[b]\non=1\nurl=x", "[a]\non=1\n[b]\non=0\nurl=x", "[a]\non=1\n[b]\nurl=x" },
    { "on=1\r\nurl=x\r\n [a]\r\non=1\r\n", "on=0\r\nurl=x\r\n [a]\r\non=1\r\n",
      "url=x\r\n [a]\r\non=1\r\n" },
    { "on=1\n[a]\nurl=x\n", "on=1\n[a]\nurl=x\n", "on=1\n[a]\nurl=x\n" },
    { "[url=x]\non=1\n", "[url=x]\non=0\n", "[url=x]\n" },
    { "[a]\non=1\n", "[a]\non=1\n", "[a]\non=1\n" },
    { "", "", "" },
  };
  g_autoptr (V2vRegex) with = v2v_regex_new ("url=x", NULL);
  g_autoptr (V2vRegex) pattern = v2v_regex_new ("^on=1$", NULL);
  const V2vEditSections sections = { .with = with };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *replaced = NULL;
    g_autofree char *deleted = NULL;
    guint64 budget = V2V_REGEX_BUDGET;

    g_assert_true (v2v_edit_replace (rows[i].text, &sections, pattern, "on=0", &budget, &replaced,
                                     NULL));
    g_assert_cmpstr (replaced, ==, rows[i].replaced);
    g_assert_true (v2v_edit_delete (rows[i].text, &sections, pattern, &budget, &deleted, NULL));
    g_assert_cmpstr (deleted, ==, rows[i].deleted);
  }
}

/* ... and that have not another one: it can be added, once. */
static void
test_sections_without (void)
{
  static const struct {
    const char *text, *replaced;
  } rows[] = {
    { "[a]\nurl=x\n[b]\nurl=x\non=1\n", "[a]\non=0\nurl=x\n[b]\nurl=x\non=1\n" },
    { "[a]\r\nurl=x", "[a]\r\non=0\r\nurl=x" },
    { "[a]\non=1\nurl=x\n", "[a]\non=1\nurl=x\n" },
    { "on=1\n[a]\nurl=x\n", "on=1\n[a]\non=0\nurl=x\n" },
    { "[a]\nurl=y\n", "[a]\nurl=y\n" },
    { "url=x\n", "url=x\n" },
    { "", "" },
  };
  g_autoptr (V2vRegex) with = v2v_regex_new ("url=x", NULL);
  g_autoptr (V2vRegex) without = v2v_regex_new ("^on=", NULL);
  g_autoptr (V2vRegex) pattern = v2v_regex_new ("^\\[.*", NULL);
  const V2vEditSections sections = { with, without };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *replaced = NULL;
    guint64 budget = V2V_REGEX_BUDGET;

    g_assert_true (v2v_edit_replace (rows[i].text, &sections, pattern, "\\0\non=0", &budget,
                                     &replaced, NULL));
    g_assert_cmpstr (replaced, ==, rows[i].replaced);
  }
}

/* What looks for the line has the limits of every search, and says where. */
static void
test_sections_limits (void)
{
  g_autofree char *line = g_strnfill (V2V_EDIT_LINE_MAX + 1, 'a');
  g_autofree char *text = g_strconcat ("[a]\n", line, "\n", NULL);
  g_autoptr (V2vRegex) with = v2v_regex_new ("url=x", NULL);
  g_autoptr (V2vRegex) pattern = v2v_regex_new ("b", NULL);
  const V2vEditSections rows[] = { { .with = with }, { .without = with } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *out = NULL;
    guint64 budget = V2V_REGEX_BUDGET;

    g_assert_false (v2v_edit_delete (text, &rows[i], pattern, &budget, &out, &error));
    g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
    g_assert_true (g_str_has_prefix (error->message, "line 2: "));
  }
}

static void
test_comment (void)
{
  static const struct {
    const char *text, *pattern, *prefix, *expected;
  } rows[] = {
    { "a\nb\n", "a", "#", "#a\nb\n" },
    { "  a\r\n", "a", "# ", "#   a\r\n" },
    { "#a\n # a\na", "a", "# v2v: ", "#a\n # a\n# v2v: a" },
    { ";a\n", "a", ";", ";a\n" },
    { ";a\n", "a", "#", "#;a\n" },
    { "\n \t\n", ".*", "#", "\n \t\n" },
    { "a\xe9\n", "\\xe9", "#", "#a\xe9\n" },
    { "a\n", "a", " #", " #a\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (V2vRegex) pattern = v2v_regex_new (rows[i].pattern, NULL);
    g_autofree char *out = NULL;
    g_autofree char *twice = NULL;
    guint64 budget = V2V_REGEX_BUDGET;

    g_assert_true (v2v_edit_comment (rows[i].text, pattern, rows[i].prefix, &budget, &out,
                                     NULL));
    g_assert_cmpstr (out, ==, rows[i].expected);
    g_assert_true (v2v_edit_comment (out, pattern, rows[i].prefix, &budget, &twice, NULL));
    g_assert_cmpstr (twice, ==, out);
  }
}

static void
test_add_line (void)
{
  static const struct {
    const char *text, *expected;
  } rows[] = {
    { "", "new\n" },
    { "a\n", "a\nnew\n" },
    { "a", "a\nnew\n" },
    { "a\r\n", "a\r\nnew\r\n" },
    { "a\r\nb", "a\r\nb\r\nnew\r\n" },
    { "a\r\nb\n", "a\r\nb\nnew\n" },
    { "new\na\n", "new\na\n" },
    { "a\nnew", "a\nnew" },
    { "new\r\n", "new\r\n" },
    { "new \n", "new \nnew\n" },
    { " new\n", " new\nnew\n" },
    { "news\n#new\n", "news\n#new\nnew\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *out = v2v_edit_add_line (rows[i].text, "new");
    g_autofree char *twice = v2v_edit_add_line (out, "new");

    g_assert_cmpstr (out, ==, rows[i].expected);
    g_assert_cmpstr (twice, ==, out);
  }
}

/* A pattern that finds nothing leaves every byte. */
static void
test_untouched (void)
{
  g_autoptr (V2vRegex) pattern = v2v_regex_new ("never there", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (odd); i++) {
    g_autofree char *replaced = NULL;
    g_autofree char *deleted = NULL;
    g_autofree char *commented = NULL;
    guint64 budget = V2V_REGEX_BUDGET;

    g_assert_true (v2v_edit_replace (odd[i], NULL, pattern, "x", &budget, &replaced, NULL));
    g_assert_true (v2v_edit_delete (odd[i], NULL, pattern, &budget, &deleted, NULL));
    g_assert_true (v2v_edit_comment (odd[i], pattern, "#", &budget, &commented, NULL));
    g_assert_cmpstr (replaced, ==, odd[i]);
    g_assert_cmpstr (deleted, ==, odd[i]);
    g_assert_cmpstr (commented, ==, odd[i]);
  }
}

static void
assert_refused_quickly (const char *text, const char *regex, const char *word)
{
  g_autoptr (V2vRegex) pattern = v2v_regex_new (regex, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *out = NULL;
  guint64 budget = V2V_REGEX_BUDGET;
  gint64 start = g_get_monotonic_time ();

  g_assert_false (v2v_edit_delete (text, NULL, pattern, &budget, &out, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, word));
  g_assert_null (out);
  g_test_message ("%s: %.3f s", error->message,
                  (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC);
  /* Far above what was measured (2 s), for slow machines and sanitizers. */
  g_assert_cmpint (g_get_monotonic_time () - start, <, 60 * G_USEC_PER_SEC);
}

static void
test_limits (void)
{
  g_autofree char *line = g_strnfill (V2V_EDIT_LINE_MAX + 1, 'a');
  g_autofree char *tail = g_strconcat ("ok\n", line, "\n", NULL);
  g_autofree char *quick = g_strnfill (50, 'a');
  g_autoptr (GString) many = g_string_new (NULL);

  assert_refused_quickly (tail, "a", "line 2: ");
  assert_refused_quickly (quick, "^(a+)+[bc]$", "line 1: ");
  /* No line of it meets the match limit, all of it would be an hour. */
  while (many->len < 1000 * 1000) {
    g_string_append_len (many, line, 900);
    g_string_append_c (many, '\n');
  }
  assert_refused_quickly (many->str, "a+x?a+[bc]", "line ");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/edit-text/lines", test_lines);
  g_test_add_func ("/edit-text/ending", test_ending);
  g_test_add_func ("/edit-text/replace", test_replace);
  g_test_add_func ("/edit-text/delete", test_delete);
  g_test_add_func ("/edit-text/sections", test_sections);
  g_test_add_func ("/edit-text/sections-without", test_sections_without);
  g_test_add_func ("/edit-text/sections-limits", test_sections_limits);
  g_test_add_func ("/edit-text/comment", test_comment);
  g_test_add_func ("/edit-text/add-line", test_add_line);
  g_test_add_func ("/edit-text/untouched", test_untouched);
  g_test_add_func ("/edit-text/limits", test_limits);
  return g_test_run ();
}
