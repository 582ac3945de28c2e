/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-yaml.c - read YAML that may have been written by an enemy
 */
#include <config.h>

#include "v2v-yaml.h"

#include <string.h>
#include <yaml.h>

struct _V2vYaml {
  GPtrArray *nodes;     /* owns every node */
  GPtrArray *documents; /* V2vYamlNode */
};

typedef struct {
  V2vYaml *yaml;
  const char *name;
  yaml_parser_t parser;
  GPtrArray *open;     /* collections that are being filled, outermost first */
  GHashTable *anchors; /* name -> node, of this document */
  guint weight;        /* of the stream so far */
} Reader;

static void
node_free (gpointer p)
{
  V2vYamlNode *node = p;

  g_free (node->text);
  g_clear_pointer (&node->keys, g_ptr_array_unref);
  g_clear_pointer (&node->values, g_ptr_array_unref);
  g_free (node);
}

void
v2v_yaml_free (V2vYaml *yaml)
{
  if (yaml == NULL)
    return;
  g_ptr_array_unref (yaml->documents);
  g_ptr_array_unref (yaml->nodes);
  g_free (yaml);
}

static gboolean
fail (const Reader *reader, const yaml_mark_t *mark, const char *reason, GError **error)
{
  g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
               "%s:%" G_GSIZE_FORMAT ":%" G_GSIZE_FORMAT ": %s", reader->name,
               mark->line + 1, mark->column + 1, reason);
  return FALSE;
}

static gboolean
fail_syntax (const Reader *reader, GError **error)
{
  const yaml_parser_t *parser = &reader->parser;
  const char *problem = parser->problem != NULL ? parser->problem : "not YAML";

  /* The decoder counts bytes and has no mark. */
  if (parser->error == YAML_READER_ERROR) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE, "%s: byte %" G_GSIZE_FORMAT ": %s",
                 reader->name, parser->problem_offset, problem);
    return FALSE;
  }
  return fail (reader, &parser->problem_mark, problem, error);
}

static V2vYamlNode *
new_node (Reader *reader, V2vYamlKind kind, const yaml_mark_t *mark)
{
  V2vYamlNode *node = g_new0 (V2vYamlNode, 1);

  node->kind = kind;
  node->line = (guint) mark->line + 1;
  node->column = (guint) mark->column + 1;
  node->weight = 1;
  node->depth = 1;
  if (kind == V2V_YAML_MAPPING)
    node->keys = g_ptr_array_new ();
  if (kind != V2V_YAML_SCALAR)
    node->values = g_ptr_array_new ();
  g_ptr_array_add (reader->yaml->nodes, node);
  return node;
}

static V2vYamlNode *
innermost (const Reader *reader)
{
  guint len = reader->open->len;

  return len == 0 ? NULL : g_ptr_array_index (reader->open, len - 1);
}

/* Puts a node where the stream stands: root, item, key or value. */
static gboolean
place (Reader *reader, V2vYamlNode *node, const yaml_mark_t *mark, GError **error)
{
  V2vYamlNode *parent = innermost (reader);

  /* The weight is what a reader that walks the tree will meet: ten lines of
   * aliases to aliases are a billion nodes. */
  reader->weight += node->weight;
  if (reader->weight > V2V_YAML_NODES_MAX)
    return fail (reader, mark, "too many nodes, or aliases that multiply", error);
  if (reader->open->len + node->depth > V2V_YAML_DEPTH_MAX)
    return fail (reader, mark, "nested too deeply", error);
  if (parent == NULL)
    g_ptr_array_add (reader->yaml->documents, node);
  else if (parent->kind == V2V_YAML_MAPPING && parent->keys->len == parent->values->len)
    g_ptr_array_add (parent->keys, node);
  else
    g_ptr_array_add (parent->values, node);
  return TRUE;
}

static void
remember_anchor (Reader *reader, const yaml_char_t *anchor, V2vYamlNode *node)
{
  if (anchor != NULL)
    g_hash_table_replace (reader->anchors, g_strdup ((const char *) anchor), node);
}

static gboolean
read_scalar (Reader *reader, const yaml_event_t *event, GError **error)
{
  V2vYamlNode *node = new_node (reader, V2V_YAML_SCALAR, &event->start_mark);

  /* "\0" is allowed in a quoted scalar; what follows it would be lost unseen. */
  if (memchr (event->data.scalar.value, '\0', event->data.scalar.length) != NULL)
    return fail (reader, &event->start_mark, "a NUL character in a string", error);
  node->text = g_strndup ((const char *) event->data.scalar.value,
                          event->data.scalar.length);
  node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
  remember_anchor (reader, event->data.scalar.anchor, node);
  return place (reader, node, &event->start_mark, error);
}

static gboolean
read_alias (Reader *reader, const yaml_event_t *event, GError **error)
{
  V2vYamlNode *node
    = g_hash_table_lookup (reader->anchors, event->data.alias.anchor);

  if (node == NULL)
    return fail (reader, &event->start_mark, "an alias without an anchor", error);
  if (g_ptr_array_find (reader->open, node, NULL))
    return fail (reader, &event->start_mark, "an alias of a node that contains it", error);
  return place (reader, node, &event->start_mark, error);
}

static gboolean
begin (Reader *reader, V2vYamlKind kind, const yaml_char_t *anchor,
       const yaml_mark_t *mark, GError **error)
{
  V2vYamlNode *node = new_node (reader, kind, mark);

  remember_anchor (reader, anchor, node);
  if (!place (reader, node, mark, error))
    return FALSE;
  g_ptr_array_add (reader->open, node);
  return TRUE;
}

/* Only now is the size of the collection known, for aliases that follow. */
static void
finish (Reader *reader)
{
  V2vYamlNode *node = innermost (reader);
  GPtrArray *lists[] = { node->keys, node->values };

  for (gsize l = 0; l < G_N_ELEMENTS (lists); l++) {
    for (guint i = 0; lists[l] != NULL && i < lists[l]->len; i++) {
      const V2vYamlNode *child = g_ptr_array_index (lists[l], i);

      node->weight += child->weight;
      node->depth = MAX (node->depth, child->depth + 1);
    }
  }
  g_ptr_array_remove_index (reader->open, reader->open->len - 1);
}

static gboolean
read_event (Reader *reader, const yaml_event_t *event, GError **error)
{
  switch (event->type) {
  case YAML_DOCUMENT_START_EVENT:
    g_hash_table_remove_all (reader->anchors);
    if (reader->yaml->documents->len >= V2V_YAML_DOCUMENTS_MAX)
      return fail (reader, &event->start_mark, "too many documents", error);
    return TRUE;
  case YAML_SCALAR_EVENT:
    return read_scalar (reader, event, error);
  case YAML_ALIAS_EVENT:
    return read_alias (reader, event, error);
  case YAML_SEQUENCE_START_EVENT:
    return begin (reader, V2V_YAML_SEQUENCE, event->data.sequence_start.anchor,
                  &event->start_mark, error);
  case YAML_MAPPING_START_EVENT:
    return begin (reader, V2V_YAML_MAPPING, event->data.mapping_start.anchor,
                  &event->start_mark, error);
  case YAML_SEQUENCE_END_EVENT:
  case YAML_MAPPING_END_EVENT:
    finish (reader);
    return TRUE;
  case YAML_NO_EVENT:
  case YAML_STREAM_START_EVENT:
  case YAML_STREAM_END_EVENT:
  case YAML_DOCUMENT_END_EVENT:
    return TRUE;
  default:
    g_assert_not_reached ();
  }
}

static gboolean
read_stream (Reader *reader, GError **error)
{
  for (;;) {
    yaml_event_t event;
    gboolean last, ok;

    if (!yaml_parser_parse (&reader->parser, &event))
      return fail_syntax (reader, error);
    last = event.type == YAML_STREAM_END_EVENT;
    ok = read_event (reader, &event, error);
    yaml_event_delete (&event);
    if (last || !ok)
      return ok;
  }
}

V2vYaml *
v2v_yaml_parse (const char *text, gsize length, const char *name, GError **error)
{
  g_autoptr (V2vYaml) yaml = g_new0 (V2vYaml, 1);
  Reader reader = { .yaml = yaml, .name = name };
  gboolean ok;

  yaml->nodes = g_ptr_array_new_with_free_func (node_free);
  yaml->documents = g_ptr_array_new ();
  if (length > V2V_YAML_SIZE_MAX) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE, "%s: larger than %d bytes", name,
                 V2V_YAML_SIZE_MAX);
    return NULL;
  }
  if (!yaml_parser_initialize (&reader.parser))
    g_error ("out of memory");
  yaml_parser_set_input_string (&reader.parser, (const unsigned char *) text, length);
  reader.open = g_ptr_array_new ();
  reader.anchors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  ok = read_stream (&reader, error);
  g_hash_table_unref (reader.anchors);
  g_ptr_array_unref (reader.open);
  yaml_parser_delete (&reader.parser);
  return ok ? g_steal_pointer (&yaml) : NULL;
}

guint
v2v_yaml_n_documents (const V2vYaml *yaml)
{
  return yaml->documents->len;
}

const V2vYamlNode *
v2v_yaml_document (const V2vYaml *yaml, guint index)
{
  if (index >= yaml->documents->len)
    return NULL;
  return g_ptr_array_index (yaml->documents, index);
}

const V2vYamlNode *
v2v_yaml_get (const V2vYamlNode *node, const char *key)
{
  if (node == NULL || node->kind != V2V_YAML_MAPPING)
    return NULL;
  for (guint i = node->values->len; i > 0; i--) {
    const V2vYamlNode *name = g_ptr_array_index (node->keys, i - 1);

    if (name->kind == V2V_YAML_SCALAR && g_str_equal (name->text, key))
      return g_ptr_array_index (node->values, i - 1);
  }
  return NULL;
}

const V2vYamlNode *
v2v_yaml_get_path (const V2vYamlNode *node, ...)
{
  va_list keys;

  va_start (keys, node);
  for (const char *key = va_arg (keys, const char *); key != NULL && node != NULL;
       key = va_arg (keys, const char *))
    node = v2v_yaml_get (node, key);
  va_end (keys);
  return node;
}

static gboolean
is_plain_word (const V2vYamlNode *node, const char *const *words)
{
  g_autofree char *lower = NULL;

  if (node == NULL || node->kind != V2V_YAML_SCALAR || node->quoted)
    return FALSE;
  lower = g_ascii_strdown (node->text, -1);
  return g_strv_contains (words, lower);
}

const char *
v2v_yaml_text (const V2vYamlNode *node)
{
  static const char *const nulls[] = { "", "~", "null", NULL };

  if (node == NULL || node->kind != V2V_YAML_SCALAR || is_plain_word (node, nulls))
    return NULL;
  return node->text;
}

gboolean
v2v_yaml_is_true (const V2vYamlNode *node)
{
  static const char *const words[] = { "true", "yes", "on", "y", NULL };

  return is_plain_word (node, words);
}
