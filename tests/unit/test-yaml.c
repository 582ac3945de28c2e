/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "v2v-yaml.h"

static V2vYaml *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  V2vYaml *yaml = v2v_yaml_parse (text, strlen (text), "test.yaml", &error);

  g_assert_no_error (error);
  return yaml;
}

static void
test_tree (void)
{
  g_autoptr (V2vYaml) yaml = parse ("network:\n"
                                    "  version: 2\n"
                                    "  ethernets:\n"
                                    "    eth0: {dhcp4: yes, macaddress: \"06:00:00\"}\n"
                                    "list: [a, 'b', ~]\n");
  const V2vYamlNode *root = v2v_yaml_document (yaml, 0);
  const V2vYamlNode *eth0 = v2v_yaml_get_path (root, "network", "ethernets", "eth0", NULL);
  const V2vYamlNode *list = v2v_yaml_get (root, "list");

  g_assert_cmpuint (v2v_yaml_n_documents (yaml), ==, 1);
  g_assert_null (v2v_yaml_document (yaml, 1));
  g_assert_cmpstr (v2v_yaml_text (v2v_yaml_get_path (root, "network", "version", NULL)), ==,
                   "2");
  g_assert_true (v2v_yaml_is_true (v2v_yaml_get (eth0, "dhcp4")));
  g_assert_cmpstr (v2v_yaml_text (v2v_yaml_get (eth0, "macaddress")), ==, "06:00:00");
  g_assert_true (v2v_yaml_get (eth0, "macaddress")->quoted);
  g_assert_cmpuint (eth0->line, ==, 4);
  g_assert_cmpuint (eth0->column, ==, 11);
  g_assert_cmpuint (list->values->len, ==, 3);
  g_assert_null (v2v_yaml_text (g_ptr_array_index (list->values, 2)));
  g_assert_null (v2v_yaml_get_path (root, "network", "bonds", "bond0", NULL));
  g_assert_null (v2v_yaml_get (list, "a"));
  g_assert_null (v2v_yaml_text (list));
  g_assert_null (v2v_yaml_text (NULL));
  g_assert_null (v2v_yaml_get (NULL, "a"));
}

static void
test_words (void)
{
  g_autoptr (V2vYaml) yaml = parse ("a: on\nb: 'yes'\nc: no\nd: \"null\"\ne: null\na: off\n");
  const V2vYamlNode *root = v2v_yaml_document (yaml, 0);

  /* The last of two keys counts, both are kept. */
  g_assert_false (v2v_yaml_is_true (v2v_yaml_get (root, "a")));
  g_assert_cmpuint (root->keys->len, ==, 6);
  g_assert_false (v2v_yaml_is_true (v2v_yaml_get (root, "b")));
  g_assert_false (v2v_yaml_is_true (v2v_yaml_get (root, "c")));
  g_assert_cmpstr (v2v_yaml_text (v2v_yaml_get (root, "d")), ==, "null");
  g_assert_null (v2v_yaml_text (v2v_yaml_get (root, "e")));
}

static void
test_documents (void)
{
  g_autoptr (V2vYaml) yaml = parse ("rules: 1\n---\nid: x\n---\n...\n");
  g_autoptr (V2vYaml) empty = parse ("# nothing\n");

  g_assert_cmpuint (v2v_yaml_n_documents (yaml), ==, 3);
  g_assert_cmpstr (v2v_yaml_text (v2v_yaml_get (v2v_yaml_document (yaml, 1), "id")), ==, "x");
  g_assert_null (v2v_yaml_text (v2v_yaml_document (yaml, 2)));
  g_assert_cmpuint (v2v_yaml_n_documents (empty), ==, 0);
}

static void
test_alias (void)
{
  g_autoptr (V2vYaml) yaml = parse ("a: &x {k: v}\nb: *x\n");
  const V2vYamlNode *root = v2v_yaml_document (yaml, 0);

  g_assert_true (v2v_yaml_get (root, "a") == v2v_yaml_get (root, "b"));
}

static void
test_errors (void)
{
  static const struct {
    const char *text;
    const char *message;
  } rows[] = {
    { "a: [1, 2\nb: 3\n", "test.yaml:2:2: did not find expected ',' or ']'" },
    { "a: *nothing\n", "test.yaml:1:4: an alias without an anchor" },
    { "&x a: &x [*x]\n", "test.yaml:1:11: an alias of a node that contains it" },
    { "&r [*r]\n", "test.yaml:1:5: an alias of a node that contains it" },
    { "a: \"x\\0y\"\n", "test.yaml:1:4: a NUL character in a string" },
    { "a: b\n---\nc: *x\n", "test.yaml:3:4: an alias without an anchor" },
    { "a: \xff\n", "test.yaml: byte 3: invalid leading UTF-8 octet" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (v2v_yaml_parse (rows[i].text, strlen (rows[i].text), "test.yaml", &error));
    g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
    g_assert_cmpstr (error->message, ==, rows[i].message);
  }
}

/* An anchor of the first document is gone in the second. */
static void
test_anchor_scope (void)
{
  g_autoptr (GError) error = NULL;
  const char *text = "a: &x 1\n---\nb: *x\n";

  g_assert_null (v2v_yaml_parse (text, strlen (text), "t", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
}

static void
assert_refused (const GString *text, const char *reason)
{
  g_autoptr (GError) error = NULL;
  gint64 start = g_get_monotonic_time ();

  g_assert_null (v2v_yaml_parse (text->str, text->len, "t", &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
  g_assert_nonnull (strstr (error->message, reason));
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_USEC_PER_SEC);
}

static void
test_billion_laughs (void)
{
  g_autoptr (GString) text = g_string_new ("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");

  for (int i = 1; i < 10; i++) {
    g_string_append_printf (text, "a%d: &a%d [", i, i);
    for (int j = 0; j < 10; j++)
      g_string_append_printf (text, "%s*a%d", j == 0 ? "" : ",", i - 1);
    g_string_append (text, "]\n");
  }
  assert_refused (text, "aliases that multiply");
}

static void
test_caps (void)
{
  g_autoptr (GString) deep = g_string_new (NULL);
  g_autoptr (GString) chain = g_string_new ("a0: &a0 [x]\n");
  g_autoptr (GString) wide = g_string_new ("[");
  g_autoptr (GString) docs = g_string_new (NULL);
  g_autoptr (GString) big = g_string_new (NULL);

  for (int i = 0; i < 100000; i++)
    g_string_append_c (deep, '[');
  for (int i = 1; i < 40; i++)
    g_string_append_printf (chain, "a%d: &a%d [*a%d]\n", i, i, i - 1);
  for (int i = 0; i < 200000; i++)
    g_string_append (wide, "1,");
  for (int i = 0; i < 2000; i++)
    g_string_append (docs, "--- a\n");
  g_string_set_size (big, V2V_YAML_SIZE_MAX + 1);
  memset (big->str, ' ', big->len);
  assert_refused (deep, "nested too deeply");
  assert_refused (chain, "nested too deeply");
  assert_refused (wide, "too many nodes");
  assert_refused (docs, "too many documents");
  assert_refused (big, "larger than");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/yaml/tree", test_tree);
  g_test_add_func ("/yaml/words", test_words);
  g_test_add_func ("/yaml/documents", test_documents);
  g_test_add_func ("/yaml/alias", test_alias);
  g_test_add_func ("/yaml/errors", test_errors);
  g_test_add_func ("/yaml/anchor-scope", test_anchor_scope);
  g_test_add_func ("/yaml/billion-laughs", test_billion_laughs);
  g_test_add_func ("/yaml/caps", test_caps);
  return g_test_run ();
}
