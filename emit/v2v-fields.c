/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fields.c - structs as JSON objects, by tables
 */
#include <config.h>

#include "v2v-fields.h"

#include "v2v-target.h"

const char *
v2v_fields_os_name (V2vOsType os)
{
  switch (os) {
  case V2V_OS_UNKNOWN:
    return "unknown";
  case V2V_OS_LINUX:
    return "linux";
  case V2V_OS_WINDOWS:
    return "windows";
  case V2V_OS_OTHER:
    return "other";
  }
  g_return_val_if_reached ("unknown");
}

const char *
v2v_fields_via_name (V2vMountVia via)
{
  static const char *const names[] = {
    [V2V_VIA_NONE] = "none",           [V2V_VIA_UUID] = "uuid",
    [V2V_VIA_LABEL] = "label",         [V2V_VIA_PARTUUID] = "partuuid",
    [V2V_VIA_PARTLABEL] = "partlabel", [V2V_VIA_BY_ID] = "by_id",
    [V2V_VIA_NVME] = "nvme",           [V2V_VIA_XVD] = "xvd",
    [V2V_VIA_MAPPER] = "mapper",       [V2V_VIA_PSEUDO] = "pseudo",
  };

  g_return_val_if_fail ((guint) via < G_N_ELEMENTS (names), "none");
  return names[via];
}

const char *
v2v_fields_where_name (V2vDriverWhere where)
{
  switch (where) {
  case V2V_DRIVER_ABSENT:
    return "absent";
  case V2V_DRIVER_ON_DISK:
    return "on_disk";
  case V2V_DRIVER_IN_INITRAMFS:
    return "in_initramfs";
  case V2V_DRIVER_BUILTIN:
    return "builtin";
  case V2V_DRIVER_UNKNOWN:
    return "unknown";
  }
  g_return_val_if_reached ("unknown");
}

static void
add_string (JsonObject *object, const char *name, const char *value)
{
  if (value != NULL)
    v2v_json_set_string (object, name, value);
  else
    json_object_set_null_member (object, name);
}

static void
add_strings (JsonObject *object, const char *name, const GPtrArray *strings)
{
  JsonArray *array = v2v_json_child_array (object, name);

  for (guint i = 0; i < strings->len; i++) {
    g_autofree char *valid = g_utf8_make_valid (g_ptr_array_index (strings, i), -1);

    json_array_add_string_element (array, valid);
  }
}

#define AT(type) (*(const type *) at)

static void
add_field (JsonObject *object, const V2vField *field, gconstpointer at)
{
  const char *name = field->name;

  switch (field->kind) {
  case V2V_FIELD_STRING:
    add_string (object, name, AT (char *const));
    break;
  case V2V_FIELD_STRINGS:
    add_strings (object, name, AT (GPtrArray *const));
    break;
  case V2V_FIELD_INT:
    json_object_set_int_member (object, name, AT (int));
    break;
  case V2V_FIELD_UINT:
    json_object_set_int_member (object, name, AT (guint));
    break;
  case V2V_FIELD_UINT64:
    json_object_set_int_member (object, name, (gint64) MIN (AT (guint64), G_MAXINT64));
    break;
  case V2V_FIELD_BOOL:
    json_object_set_boolean_member (object, name, AT (gboolean));
    break;
  case V2V_FIELD_DOUBLE:
    json_object_set_double_member (object, name, AT (double));
    break;
  case V2V_FIELD_OS:
    add_string (object, name, v2v_fields_os_name (AT (V2vOsType)));
    break;
  case V2V_FIELD_FIRMWARE:
    add_string (object, name, v2v_firmware_name (AT (V2vFirmware)));
    break;
  case V2V_FIELD_VIA:
    add_string (object, name, v2v_fields_via_name (AT (V2vMountVia)));
    break;
  case V2V_FIELD_BUS:
    add_string (object, name, v2v_bus_name (AT (V2vBus)));
    break;
  case V2V_FIELD_NIC_MODEL:
    add_string (object, name, v2v_nic_model_name (AT (V2vNicModel)));
    break;
  }
}

void
v2v_fields_add (JsonObject *object, gconstpointer data, const V2vField *fields, guint n)
{
  for (guint i = 0; i < n; i++)
    add_field (object, &fields[i], (const char *) data + fields[i].offset);
}

void
v2v_fields_add_list (JsonObject *object, const char *name, GPtrArray *elements,
                     const V2vField *fields, guint n)
{
  JsonArray *array = v2v_json_child_array (object, name);

  for (guint i = 0; i < elements->len; i++)
    v2v_fields_add (v2v_json_append_object (array), g_ptr_array_index (elements, i), fields, n);
}

void
v2v_fields_add_child (JsonObject *object, const char *name, gconstpointer data,
                      const V2vField *fields, guint n)
{
  if (data == NULL)
    json_object_set_null_member (object, name);
  else
    v2v_fields_add (v2v_json_child (object, name), data, fields, n);
}
