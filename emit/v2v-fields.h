/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fields.h - structs as JSON objects, by tables
 *
 * The member names are the names of the struct fields, so that the header of the
 * struct documents the JSON.  A string that is NULL is null: each member is always
 * there.
 */
#pragma once

#include "v2v-guest.h"
#include "v2v-json.h"

G_BEGIN_DECLS

typedef enum {
  V2V_FIELD_STRING,
  V2V_FIELD_STRINGS, /* GPtrArray of char* */
  V2V_FIELD_INT,
  V2V_FIELD_UINT,
  V2V_FIELD_UINT64,
  V2V_FIELD_BOOL,
  V2V_FIELD_DOUBLE,
  V2V_FIELD_OS,
  V2V_FIELD_FIRMWARE,
  V2V_FIELD_VIA,
  V2V_FIELD_BUS,
  V2V_FIELD_NIC_MODEL,
} V2vFieldKind;

typedef struct {
  const char *name;
  V2vFieldKind kind;
  gsize offset;
} V2vField;

#define V2V_FIELD(type, member, kind) { #member, V2V_FIELD_##kind, G_STRUCT_OFFSET (type, member) }

void v2v_fields_add (JsonObject *object, gconstpointer data, const V2vField *fields, guint n);

/* An array of objects under @name. */
void v2v_fields_add_list (JsonObject *object, const char *name, GPtrArray *elements,
                          const V2vField *fields, guint n);

/* An object under @name, or null. */
void v2v_fields_add_child (JsonObject *object, const char *name, gconstpointer data,
                           const V2vField *fields, guint n);

/* "linux", "uuid", "in_initramfs". */
const char *v2v_fields_os_name (V2vOsType os);
const char *v2v_fields_via_name (V2vMountVia via);
const char *v2v_fields_where_name (V2vDriverWhere where);

G_END_DECLS
