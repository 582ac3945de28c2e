/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-json.c - one tree, written as JSON or as YAML
 */
#include <config.h>

#include "v2v-json.h"

#include <string.h>
#include <yaml.h>

char *
v2v_json_to_string (JsonNode *root)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autofree char *text = NULL;

  json_generator_set_root (generator, root);
  json_generator_set_pretty (generator, TRUE);
  json_generator_set_indent (generator, 2);
  text = json_generator_to_data (generator, NULL);
  return g_strconcat (text, "\n", NULL);
}

static void emit_node (yaml_emitter_t *emitter, JsonNode *node);

/* The emitter writes to memory; its only failure is memory, which is fatal in
 * GLib programs anyway. */
static void
emit (yaml_emitter_t *emitter, yaml_event_t *event)
{
  if (!yaml_emitter_emit (emitter, event))
    g_error ("writing YAML: %s", emitter->problem);
}

static void
emit_scalar (yaml_emitter_t *emitter, const char *text, yaml_scalar_style_t style)
{
  yaml_event_t event;

  yaml_scalar_event_initialize (&event, NULL, NULL, (yaml_char_t *) text,
                                (int) strlen (text), 1, 1, style);
  emit (emitter, &event);
}

/* Keys are ours (API field names, annotations) and read better plain, but the
 * words that YAML 1.1 takes for booleans or null must be quoted here too. */
static yaml_scalar_style_t
key_style (const char *key)
{
  static const char *const words[]
    = { "y", "n", "yes", "no", "on", "off", "true", "false", "null", NULL };
  g_autofree char *lower = g_ascii_strdown (key, -1);

  if (g_strv_contains (words, lower) || !g_ascii_isalpha (key[0])
      || strspn (key, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "./-_") != strlen (key))
    return YAML_DOUBLE_QUOTED_SCALAR_STYLE;
  return YAML_PLAIN_SCALAR_STYLE;
}

static void
emit_object (yaml_emitter_t *emitter, JsonObject *object)
{
  yaml_mapping_style_t style = json_object_get_size (object) == 0
                                 ? YAML_FLOW_MAPPING_STYLE
                                 : YAML_BLOCK_MAPPING_STYLE;
  g_autoptr (GList) members = json_object_get_members (object);
  yaml_event_t event;

  yaml_mapping_start_event_initialize (&event, NULL, NULL, 1, style);
  emit (emitter, &event);
  for (GList *l = members; l != NULL; l = l->next) {
    emit_scalar (emitter, l->data, key_style (l->data));
    emit_node (emitter, json_object_get_member (object, l->data));
  }
  yaml_mapping_end_event_initialize (&event);
  emit (emitter, &event);
}

static void
emit_array (yaml_emitter_t *emitter, JsonArray *array)
{
  yaml_sequence_style_t style = json_array_get_length (array) == 0
                                  ? YAML_FLOW_SEQUENCE_STYLE
                                  : YAML_BLOCK_SEQUENCE_STYLE;
  yaml_event_t event;

  yaml_sequence_start_event_initialize (&event, NULL, NULL, 1, style);
  emit (emitter, &event);
  for (guint i = 0; i < json_array_get_length (array); i++)
    emit_node (emitter, json_array_get_element (array, i));
  yaml_sequence_end_event_initialize (&event);
  emit (emitter, &event);
}

static void
emit_value (yaml_emitter_t *emitter, JsonNode *node)
{
  g_autofree char *number = NULL;

  switch (json_node_get_value_type (node)) {
  case G_TYPE_STRING:
    emit_scalar (emitter, json_node_get_string (node), YAML_DOUBLE_QUOTED_SCALAR_STYLE);
    break;
  case G_TYPE_BOOLEAN:
    emit_scalar (emitter, json_node_get_boolean (node) ? "true" : "false",
                 YAML_PLAIN_SCALAR_STYLE);
    break;
  default:
    number = g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
    emit_scalar (emitter, number, YAML_PLAIN_SCALAR_STYLE);
  }
}

static void
emit_node (yaml_emitter_t *emitter, JsonNode *node)
{
  switch (json_node_get_node_type (node)) {
  case JSON_NODE_OBJECT:
    emit_object (emitter, json_node_get_object (node));
    break;
  case JSON_NODE_ARRAY:
    emit_array (emitter, json_node_get_array (node));
    break;
  case JSON_NODE_VALUE:
    emit_value (emitter, node);
    break;
  case JSON_NODE_NULL:
    emit_scalar (emitter, "null", YAML_PLAIN_SCALAR_STYLE);
    break;
  default:
    g_assert_not_reached ();
  }
}

static int
append_output (void *data, unsigned char *buffer, size_t size)
{
  g_string_append_len (data, (const char *) buffer, (gssize) size);
  return 1;
}

char *
v2v_json_to_yaml (JsonNode *root)
{
  GString *out = g_string_new (NULL);
  yaml_emitter_t emitter;
  yaml_event_t event;

  yaml_emitter_initialize (&emitter);
  yaml_emitter_set_output (&emitter, append_output, out);
  yaml_emitter_set_unicode (&emitter, 1);
  yaml_emitter_set_width (&emitter, -1);
  yaml_stream_start_event_initialize (&event, YAML_UTF8_ENCODING);
  emit (&emitter, &event);
  yaml_document_start_event_initialize (&event, NULL, NULL, NULL, 0);
  emit (&emitter, &event);
  emit_node (&emitter, root);
  yaml_document_end_event_initialize (&event, 1);
  emit (&emitter, &event);
  yaml_stream_end_event_initialize (&event);
  emit (&emitter, &event);
  yaml_emitter_delete (&emitter);
  return g_string_free (out, FALSE);
}

void
v2v_json_set_string (JsonObject *object, const char *name, const char *value)
{
  g_autofree char *valid = NULL;

  if (value == NULL)
    return;
  valid = g_utf8_make_valid (value, -1);
  json_object_set_string_member (object, name, valid);
}

JsonObject *
v2v_json_child (JsonObject *object, const char *name)
{
  if (!json_object_has_member (object, name))
    json_object_set_object_member (object, name, json_object_new ());
  return json_object_get_object_member (object, name);
}

JsonArray *
v2v_json_child_array (JsonObject *object, const char *name)
{
  if (!json_object_has_member (object, name))
    json_object_set_array_member (object, name, json_array_new ());
  return json_object_get_array_member (object, name);
}

JsonObject *
v2v_json_append_object (JsonArray *array)
{
  JsonObject *object = json_object_new ();

  json_array_add_object_element (array, object);
  return object;
}

JsonNode *
v2v_json_lookup (JsonNode *root, const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, "/", -1);

  for (guint i = 0; parts[i] != NULL && root != NULL; i++) {
    if (!JSON_NODE_HOLDS_OBJECT (root))
      return NULL;
    root = json_object_get_member (json_node_get_object (root), parts[i]);
  }
  return root;
}
