/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "test-when.h"

/* On a Linux guest of which the architecture is not known. */
static const char *const leaves[] = { "os: windows", "os: linux", "arch: x86_64" };
static const V2vTruth truths[] = { V2V_NO, V2V_YES, V2V_CANNOT_TELL };

/* Kleene: "all" is the least and "any" the greatest of no < cannot tell < yes. */
static int
rank (V2vTruth truth)
{
  return truth == V2V_NO ? 0 : truth == V2V_YES ? 2 : 1;
}

static void
check_join (When *when, const char *name, const guint *parts, guint n, gboolean as_list)
{
  g_autoptr (GString) text = g_string_new (as_list ? "" : name);
  g_autoptr (V2vConditionResult) result = NULL;
  gboolean is_all = g_str_equal (name, "all");
  int expected = is_all ? 2 : 0;

  g_string_append (text, as_list ? "[" : ": [");
  for (guint i = 0; i < n; i++) {
    int one = rank (truths[parts[i]]);

    g_string_append_printf (text, "%s{%s}", i > 0 ? ", " : "", leaves[parts[i]]);
    expected = is_all ? MIN (expected, one) : MAX (expected, one);
  }
  g_string_append_c (text, ']');
  result = when_test (when, text->str);
  g_assert_cmpint (rank (result->truth), ==, expected);
  if (!as_list || n > 1) {
    g_assert_cmpstr (result->text, ==, name);
    g_assert_cmpuint (result->children->len, ==, n);
    g_assert_null (result->seen);
  }
  for (guint i = 0; i < result->children->len; i++) {
    const V2vConditionResult *child = g_ptr_array_index (result->children, i);

    g_assert_cmpint (child->truth, ==, truths[parts[i]]);
    g_assert_nonnull (child->seen);
  }
}

static void
test_kleene (void)
{
  g_autoptr (When) when = when_new ();

  for (guint n = 1; n <= 3; n++) {
    for (guint code = 0; code < 27; code++) {
      guint parts[] = { code % 3, code / 3 % 3, code / 9 };

      check_join (when, "all", parts, n, FALSE);
      check_join (when, "any", parts, n, FALSE);
      check_join (when, "all", parts, n, TRUE);
    }
  }
}

static void
test_not (void)
{
  static const V2vTruth expected[] = { V2V_YES, V2V_NO, V2V_CANNOT_TELL };
  g_autoptr (When) when = when_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (leaves); i++) {
    g_autofree char *once = g_strdup_printf ("not: {%s}", leaves[i]);
    g_autofree char *twice = g_strdup_printf ("not: {not: {%s}}", leaves[i]);
    g_autoptr (V2vConditionResult) result = when_test (when, once);
    g_autoptr (V2vConditionResult) back = when_test (when, twice);

    g_assert_cmpint (result->truth, ==, expected[i]);
    g_assert_cmpint (back->truth, ==, truths[i]);
    g_assert_cmpstr (result->text, ==, "not");
    g_assert_cmpuint (result->children->len, ==, 1);
  }
}

/* A result as one line: text=truth(children). */
static void
append_result (GString *out, const V2vConditionResult *result)
{
  g_string_append_printf (out, "%s=%s", result->text, v2v_truth_name (result->truth));
  for (guint i = 0; i < result->children->len; i++) {
    g_string_append (out, i == 0 ? "(" : "; ");
    append_result (out, g_ptr_array_index (result->children, i));
  }
  if (result->children->len > 0)
    g_string_append_c (out, ')');
}

static void
test_shape (void)
{
  static const struct {
    const char *text;
    const char *shape;
  } rows[] = {
    { "os: linux", "os: linux=yes" },
    { "[os: linux]", "os: linux=yes" },
    { "{os: linux, arch: i386}", "all=cannot tell(os: linux=yes; arch: i386=cannot tell)" },
    { "{os: {name: windows}, arch: i386}",
      "all=no(os: {name: windows}=no; arch: i386=cannot tell)" },
    { "any: {os: windows, path: /none}", "any=no(os: windows=no; path: /none=no)" },
    { "any: [{os: linux, path: /none}, {os: linux}]",
      "any=yes(all=no(os: linux=yes; path: /none=no); os: linux=yes)" },
    { "all: [os: linux]", "all=yes(os: linux=yes)" },
    { "not: {os: linux, path: /none}", "not=yes(all=no(os: linux=yes; path: /none=no))" },
    { "not: [os: linux, os: windows]", "not=yes(all=no(os: linux=yes; os: windows=no))" },
    { "path: [/a, \"/b\"]", "path: [/a, /b]=no" },
    { "text: {file: /a, pattern: \"a\\tb\"}", "text: {file: /a, pattern: a b}=no" },
    { "os: ${word}", "os: ${word}=yes" },
    /* The same words below an anchor are the same condition. */
    { "any: [&a {os: windows}, *a]", "any=no(os: windows=no; os: windows=no)" },
  };
  g_autoptr (When) when = when_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (V2vConditionResult) result = when_test (when, rows[i].text);
    g_autoptr (GString) shape = g_string_new (NULL);

    append_result (shape, result);
    g_assert_cmpstr (shape->str, ==, rows[i].shape);
  }
}

static void
test_where (void)
{
  g_autoptr (When) when = when_new ();
  g_autoptr (V2vConditionResult) result
    = when_test (when, "os: linux\nany:\n  - os: linux\n  - not:\n      path: /x\n");
  const V2vConditionResult *any = g_ptr_array_index (result->children, 1);
  const V2vConditionResult *not = g_ptr_array_index (any->children, 1);

  g_assert_cmpstr (result->where, ==, "t.yaml:1:1");
  g_assert_cmpstr (any->where, ==, "t.yaml:2:1");
  g_assert_cmpstr (not->where, ==, "t.yaml:4:5");
  g_assert_cmpstr (((const V2vConditionResult *) not->children->pdata[0])->where, ==,
                   "t.yaml:5:7");
}

/* One line, cut between two characters. */
static void
test_long_text (void)
{
  g_autoptr (When) when = when_new ();
  g_autoptr (GString) text = g_string_new ("path: [/a");
  g_autoptr (V2vConditionResult) result = NULL;

  for (guint i = 0; i < 300; i++)
    g_string_append (text, ", /\303\251");
  g_string_append_c (text, ']');
  result = when_test (when, text->str);
  g_assert_cmpuint (strlen (result->text), <=, 163);
  g_assert_true (g_str_has_prefix (result->text, "path: [/a, /\303\251, /\303\251"));
  g_assert_true (g_str_has_suffix (result->text, "..."));
  g_assert_null (strstr (result->text, "\\x"));
}


static void
test_mistakes (void)
{
  static const struct {
    const char *text;
    const char *message;
  } rows[] = {
    { "~", "t.yaml:1:1: a condition is a mapping, \"os: linux\", or a list of them" },
    { "linux", "t.yaml:1:1: a condition is a mapping, \"os: linux\", or a list of them" },
    { "{}", "t.yaml:1:1: an empty condition says nothing" },
    { "[]", "t.yaml:1:1: an empty condition says nothing" },
    { "all: []", "t.yaml:1:6: an empty condition says nothing" },
    { "any: {}", "t.yaml:1:6: an empty condition says nothing" },
    { "not: []", "t.yaml:1:6: an empty condition says nothing" },
    { "not: ec2", "t.yaml:1:6: a condition is a mapping, \"os: linux\", or a list of them" },
    { "any:", "t.yaml:1:5: a condition is a mapping, \"os: linux\", or a list of them" },
    { "[os: linux, linux]",
      "t.yaml:1:13: a condition is a mapping, \"os: linux\", or a list of them" },
    { "os: linux\nos: windows\n",
      "t.yaml:2:1: 'os' stands here twice: write a list, each in its own item" },
    { "any: [os: linux]\nany: [os: linux]\n",
      "t.yaml:2:1: 'any' stands here twice: write a list, each in its own item" },
    { "{[a]: b}", "t.yaml:1:2: a condition's key must be a word" },
    { "os: linux\nnot:\n  any:\n    - os: lunix\n",
      "t.yaml:4:11: os: name: 'lunix' is not one of linux, windows" },
    { "os: {name: linux, nmae: x}", "t.yaml:1:19: os does not know 'nmae'" },
    { "text: /etc/x", "t.yaml:1:7: text needs a mapping, {key: value}" },
    { "os: ${none}",
      "t.yaml:1:5: '${none}' is no parameter of this rule ('$$' is a dollar sign)" },
  };
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_no_parse (rows[i].text, rows[i].message);
  g_assert_null (when_parse ("os: linux\nunti: a.service\n", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
  g_assert_true (g_str_has_prefix (error->message,
                                   "t.yaml:2:1: 'unti' is no predicate; there are: arch, "));
  g_assert_true (g_str_has_suffix (error->message, "version, all, any, not"));
}

static void
test_caps (void)
{
  g_autoptr (GString) many = g_string_new ("[");
  g_autoptr (GString) deep = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vCondition) condition = NULL;

  for (guint i = 0; i < 500; i++)
    g_string_append (many, "os: linux,\n");
  g_string_append_c (many, ']');
  condition = when_parse (many->str, &error);
  g_assert_no_error (error);
  g_string_truncate (many, many->len - 1);
  g_string_append (many, "os: linux]");
  assert_no_parse (many->str, "t.yaml:501:1: a condition has at most 500 predicates");

  for (guint i = 0; i < V2V_YAML_DEPTH_MAX; i++)
    g_string_append (deep, "{not: ");
  g_assert_null (when_parse (deep->str, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
}

static void
test_only_package (void)
{
  static const struct {
    const char *text;
    gboolean only;
  } rows[] = {
    { "package: x", TRUE },
    { "{os: linux, package: x}", TRUE },
    { "{os: linux, distro: a, family: b, version: 1, arch: x86_64, source: ec2, "
      "option: {name: mac, value: new}, package: x}", TRUE },
    { "any: [package: x, path: /x]", FALSE },
    { "any: [path: /x, package: x]", FALSE },
    { "any: [package: x, package: y]", TRUE },
    { "any: [package: x, {os: linux, package: y}]", TRUE },
    { "any: [package: x, os: windows]", FALSE },
    { "any: [os: windows, package: x]", FALSE },
    { "any: [package: x]", TRUE },
    { "not: {package: x}", FALSE },
    { "not: {not: {package: x}}", TRUE },
    { "all: [path: /x, package: x]", FALSE },
    { "all: [package: x, unit: y]", FALSE },
    { "[package: x, not: {path: /y}]", TRUE },
    { "[package: x, not: {package: y}]", TRUE },
    { "[package: x, any: [package: y, path: /y]]", FALSE },
    { "not: {any: [not: {package: x}, os: windows]}", TRUE },
    { "not: {any: [not: {package: x}, not: {path: /x}]}", FALSE },
    { "not: [not: {package: x}, os: windows]", FALSE },
    { "os: linux", FALSE },
    { "path: /x", FALSE },
    { "text: {file: /x, pattern: y}", FALSE },
    { "kconfig: {symbol: X, value: y}", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (V2vCondition) condition = when_parse (rows[i].text, &error);

    g_assert_no_error (error);
    if (v2v_condition_only_package (condition) != rows[i].only)
      g_error ("%s", rows[i].text);
  }
}

static void
test_paths (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *joined = NULL;
  g_autoptr (V2vCondition) condition
    = when_parse ("[os: linux, path: [/a, /b*, '/c\\d'], not: {text: {file: [/e, '/[f]'], "
                  "pattern: x}}, unit: {name: u.service, state: present}, unit: v]",
                  &error);

  g_assert_no_error (error);
  v2v_condition_add_paths (condition, paths);
  g_ptr_array_add (paths, NULL);
  joined = g_strjoinv (" ", (char **) paths->pdata);
  g_assert_cmpstr (joined, ==,
                   "/a /c\\d /e /etc/systemd/system/u.service /usr/lib/systemd/system/u.service "
                   "/lib/systemd/system/u.service");
}

static void
test_cancelled (void)
{
  g_autoptr (When) when = when_new ();
  g_autoptr (V2vCancel) cancel = v2v_cancel_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vCondition) condition = when_parse ("[os: linux, path: /x]", &error);

  when->context.cancel = cancel;
  v2v_cancel_fire (cancel, V2V_ERROR_CANCELLED, "a signal");
  g_assert_null (v2v_condition_test (condition, &when->context, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/condition/kleene", test_kleene);
  g_test_add_func ("/condition/not", test_not);
  g_test_add_func ("/condition/shape", test_shape);
  g_test_add_func ("/condition/where", test_where);
  g_test_add_func ("/condition/long-text", test_long_text);
  g_test_add_func ("/condition/mistakes", test_mistakes);
  g_test_add_func ("/condition/caps", test_caps);
  g_test_add_func ("/condition/only-package", test_only_package);
  g_test_add_func ("/condition/paths", test_paths);
  g_test_add_func ("/condition/cancelled", test_cancelled);
  return g_test_run ();
}
