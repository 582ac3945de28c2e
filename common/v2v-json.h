/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-json.h - one tree, written as JSON or as YAML
 *
 * Emitters build a json-glib tree; its objects keep insertion order, so the
 * output is stable.
 */
#pragma once

#include <json-glib/json-glib.h>

#include "v2v-error.h"

G_BEGIN_DECLS

/* (transfer full): indented JSON, ending in a newline. */
char *v2v_json_to_string (JsonNode *root) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_json_to_yaml:
 * @root: objects, arrays, strings, integers, booleans and null
 *
 * One YAML document by libyaml.  Every string value is double-quoted: an
 * unquoted 52:54:00:12:34:56 is an integer to YAML 1.1 readers, and no, on, ~,
 * 0x1f or a date are traps of the same kind.
 *
 * Returns: (transfer full)
 */
char *v2v_json_to_yaml (JsonNode *root) G_GNUC_WARN_UNUSED_RESULT;

/* Sets a member unless @value is NULL; invalid UTF-8 is replaced. */
void v2v_json_set_string (JsonObject *object, const char *name, const char *value);

/* (transfer none): the member object, created when absent. */
JsonObject *v2v_json_child (JsonObject *object, const char *name);

/* (transfer none): the member array, created when absent. */
JsonArray *v2v_json_child_array (JsonObject *object, const char *name);

/* (transfer none): a new object at the end of @array. */
JsonObject *v2v_json_append_object (JsonArray *array);

/**
 * v2v_json_lookup:
 * @path: member names, e.g. "spec/template/spec"
 *
 * Returns: (transfer none) (nullable)
 */
JsonNode *v2v_json_lookup (JsonNode *root, const char *path);

G_END_DECLS
