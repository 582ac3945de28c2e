/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-check-kubevirt-private.h - what the files of the KubeVirt check share
 */
#pragma once

#include "v2v-json.h"

G_BEGIN_DECLS

/* Always FALSE. */
gboolean v2v_kv_fail (GError **error, const char *rule, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

/* Lookups that never fail: NULL, 0 or an empty list when absent or of another type.
 * Paths as in v2v_json_lookup(). */
JsonNode *v2v_kv_node (JsonObject *object, const char *path);
const char *v2v_kv_string (JsonObject *object, const char *path);
gint64 v2v_kv_int (JsonObject *object, const char *path, gint64 fallback);
gboolean v2v_kv_has (JsonObject *object, const char *path);
guint v2v_kv_length (JsonObject *object, const char *path);
JsonObject *v2v_kv_element (JsonObject *object, const char *path, guint index);

/* How many of the NULL-terminated member names are there. */
guint v2v_kv_count_members (JsonObject *object, const char *const *names);

/* TRUE when @name occurs as "name" in the array at @path. */
gboolean v2v_kv_has_element (JsonObject *object, const char *path, const char *name);

gboolean v2v_kv_is_label (const char *name); /* DNS-1123, at most 63 bytes */

/* The rules; @spec is the VirtualMachineInstanceSpec. */
gboolean v2v_kv_check_keys (JsonNode *root, const char *prefix, GError **error);
gboolean v2v_kv_check_machine (JsonObject *spec, GError **error);
gboolean v2v_kv_check_devices (JsonObject *spec, GError **error);

G_END_DECLS
