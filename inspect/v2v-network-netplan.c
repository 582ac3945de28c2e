/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-network-netplan.c - netplan's YAML
 *
 * netplan merges its files; here each file has its own rows, because a file is what
 * can be edited or moved aside.
 */
#include <config.h>

#include <string.h>

#include "v2v-network-private.h"
#include "v2v-yaml.h"

#define DRIVERS_MAX 32

static const char *
method_of (const V2vYamlNode *device)
{
  const V2vYamlNode *addresses = v2v_yaml_get (device, "addresses");

  if (v2v_yaml_is_true (v2v_yaml_get (device, "dhcp4"))
      || v2v_yaml_is_true (v2v_yaml_get (device, "dhcp6")))
    return "dhcp";
  if (addresses != NULL && addresses->kind == V2V_YAML_SEQUENCE && addresses->values->len > 0)
    return "static";
  return NULL;
}

/* Without "match" the id is the name; with one it is only a label. */
static const char *
interface_of (const char *id, const V2vYamlNode *device)
{
  const V2vYamlNode *match = v2v_yaml_get (device, "match");
  const V2vYamlNode *name = v2v_yaml_get (match, "name");

  if (match == NULL)
    return id;
  if (name != NULL)
    return v2v_yaml_text (name);
  return v2v_yaml_text (v2v_yaml_get (device, "set-name"));
}

/* (transfer full) (nullable): one pattern or a list of them. */
static char *
dup_driver (const V2vYamlNode *driver)
{
  g_autoptr (GString) words = g_string_new (v2v_yaml_text (driver));

  for (guint i = 0; driver != NULL && driver->kind == V2V_YAML_SEQUENCE
                    && i < MIN (driver->values->len, DRIVERS_MAX);
       i++) {
    const char *word = v2v_yaml_text (g_ptr_array_index (driver->values, i));

    if (word != NULL)
      g_string_append_printf (words, "%s%s", words->len > 0 ? " " : "", word);
  }
  return v2v_network_dup_interface (words->str);
}

static gboolean
read_device (const char *id, const V2vYamlNode *device, const char *file, gboolean on_top,
             V2vGuest *guest)
{
  V2vNetConfig *row = v2v_network_add (guest, "netplan", file);

  if (row == NULL)
    return FALSE;
  row->interface = v2v_network_dup_interface (interface_of (id, device));
  row->mac = v2v_network_dup_mac (
    v2v_yaml_text (v2v_yaml_get_path (device, "match", "macaddress", NULL)));
  row->driver = dup_driver (v2v_yaml_get_path (device, "match", "driver", NULL));
  row->method = g_strdup (method_of (device));
  row->on_top = on_top;
  return TRUE;
}

static void
read_group (const V2vYamlNode *group, const char *file, gboolean on_top, V2vGuest *guest)
{
  if (group == NULL || group->kind != V2V_YAML_MAPPING)
    return;
  for (guint i = 0; i < group->keys->len; i++) {
    const char *id = v2v_yaml_text (g_ptr_array_index (group->keys, i));
    const V2vYamlNode *device = g_ptr_array_index (group->values, i);

    /* "renderer: networkd" may stand among the devices. */
    if (id == NULL || device->kind != V2V_YAML_MAPPING)
      continue;
    if (!read_device (id, device, file, on_top, guest))
      return;
  }
}

void
v2v_network_parse_netplan (const char *text, const char *file, V2vGuest *guest)
{
  static const char *const cards[] = { "ethernets", "wifis", "modems", "nm-devices" };
  static const char *const on_top[] = { "bonds",   "bridges",       "vlans",            "vrfs",
                                        "tunnels", "dummy-devices", "virtual-ethernets" };
  g_autoptr (GError) local = NULL;
  g_autoptr (V2vYaml) yaml = v2v_yaml_parse (text, strlen (text), file, &local);
  const V2vYamlNode *network;

  if (yaml == NULL) {
    v2v_guest_add_unknown (guest, file, "%s", local->message);
    return;
  }
  network = v2v_yaml_get (v2v_yaml_document (yaml, 0), "network");
  for (gsize i = 0; i < G_N_ELEMENTS (cards); i++)
    read_group (v2v_yaml_get (network, cards[i]), file, FALSE, guest);
  for (gsize i = 0; i < G_N_ELEMENTS (on_top); i++)
    read_group (v2v_yaml_get (network, on_top[i]), file, TRUE, guest);
}
