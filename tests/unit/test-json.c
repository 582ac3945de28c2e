/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>

#include "v2v-json.h"

static JsonNode *
sample (void)
{
  JsonObject *root = json_object_new ();
  JsonObject *item;
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);

  v2v_json_set_string (root, "mac", "52:54:00:12:34:56");
  v2v_json_set_string (root, "absent", NULL);
  v2v_json_set_string (root, "answer", "no");
  json_object_set_int_member (root, "cores", 4);
  json_object_set_boolean_member (root, "on", TRUE);
  v2v_json_child (v2v_json_child (root, "firmware"), "bios");
  item = v2v_json_append_object (v2v_json_child_array (root, "disks"));
  v2v_json_set_string (item, "name", "say \"hi\"\n");
  v2v_json_child_array (root, "none");
  json_node_take_object (node, root);
  return node;
}

static void
test_yaml (void)
{
  g_autoptr (JsonNode) node = sample ();
  g_autofree char *yaml = v2v_json_to_yaml (node);

  g_assert_cmpstr (yaml, ==,
                   "---\n"
                   "mac: \"52:54:00:12:34:56\"\n"
                   "answer: \"no\"\n"
                   "cores: 4\n"
                   "\"on\": true\n"
                   "firmware:\n"
                   "  bios: {}\n"
                   "disks:\n"
                   "- name: \"say \\\"hi\\\"\\n\"\n"
                   "none: []\n");
}

static void
test_lookup (void)
{
  g_autoptr (JsonNode) node = sample ();

  g_assert_nonnull (v2v_json_lookup (node, "firmware/bios"));
  g_assert_null (v2v_json_lookup (node, "firmware/efi"));
  g_assert_null (v2v_json_lookup (node, "mac/deeper"));
}

static void
test_bad_utf8 (void)
{
  g_autoptr (JsonObject) object = json_object_new ();

  v2v_json_set_string (object, "name", "a\xff");
  g_assert_true (
    g_utf8_validate (json_object_get_string_member (object, "name"), -1, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/yaml", test_yaml);
  g_test_add_func ("/json/lookup", test_lookup);
  g_test_add_func ("/json/bad-utf8", test_bad_utf8);
  return g_test_run ();
}
