/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-check-kubevirt-devices.c - rules for disks, volumes, interfaces, networks, inputs
 */
#include <config.h>

#include <string.h>

#include "v2v-check-kubevirt-private.h"

#define MAX_ELEMENTS 256
#define SERIAL_MAX 20
#define CLAIM_MAX 253

#define DISKS "domain/devices/disks"
#define INTERFACES "domain/devices/interfaces"
#define INPUTS "domain/devices/inputs"

/* Lists of at most 256 named objects; no name twice. */
static gboolean
check_list (JsonObject *spec, const char *path, const char *what, GError **error)
{
  guint n = v2v_kv_length (spec, path);

  if (n > MAX_ELEMENTS)
    return v2v_kv_fail (error, "count", "%u %ss, at most %d", n, what, MAX_ELEMENTS);
  for (guint i = 0; i < n; i++) {
    JsonObject *element = v2v_kv_element (spec, path, i);
    const char *name = v2v_kv_string (element, "name");

    if (!v2v_kv_is_label (name))
      return v2v_kv_fail (error, "element-name", "%s %u: '%s' is not a DNS-1123 label", what, i,
                          name != NULL ? name : "");
    for (guint j = 0; j < i; j++) {
      if (g_strcmp0 (v2v_kv_string (v2v_kv_element (spec, path, j), "name"), name) == 0)
        return v2v_kv_fail (error, "unique-name", "%s '%s' twice", what, name);
    }
  }
  return TRUE;
}

static gboolean
check_lists (JsonObject *spec, GError **error)
{
  return check_list (spec, DISKS, "disk", error)
         && check_list (spec, "volumes", "volume", error)
         && check_list (spec, INTERFACES, "interface", error)
         && check_list (spec, "networks", "network", error)
         && check_list (spec, INPUTS, "input", error);
}

static gboolean
check_serial (JsonObject *disk, const char *name, GError **error)
{
  const char *serial = v2v_kv_string (disk, "serial");
  gsize good;

  if (!v2v_kv_has (disk, "serial"))
    return TRUE;
  good = serial != NULL ? strspn (serial, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_.+-") : 0;
  if (good == 0 || serial[good] != '\0' || good > SERIAL_MAX)
    return v2v_kv_fail (error, "serial", "disk '%s': '%s'", name, serial != NULL ? serial : "");
  return TRUE;
}

static gboolean
check_disk (JsonObject *spec, JsonObject *disk, GError **error)
{
  static const char *const buses[] = { "virtio", "sata", "scsi", NULL };
  const char *name = v2v_kv_string (disk, "name");
  const char *bus = v2v_kv_string (disk, "disk/bus");

  if (bus == NULL || !g_strv_contains (buses, bus))
    return v2v_kv_fail (error, "disk-bus", "disk '%s': '%s'", name, bus != NULL ? bus : "");
  if (!v2v_kv_has_element (spec, "volumes", name))
    return v2v_kv_fail (error, "disk-volume", "disk '%s' has no volume", name);
  return check_serial (disk, name, error);
}

static gboolean
check_disks (JsonObject *spec, GError **error)
{
  for (guint i = 0; i < v2v_kv_length (spec, DISKS); i++) {
    if (!check_disk (spec, v2v_kv_element (spec, DISKS, i), error))
      return FALSE;
  }
  return TRUE;
}

/* Over disks and interfaces together. */
static gboolean
check_boot_order (JsonObject *spec, GError **error)
{
  static const char *const paths[] = { DISKS, INTERFACES };
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (gsize p = 0; p < G_N_ELEMENTS (paths); p++) {
    for (guint i = 0; i < v2v_kv_length (spec, paths[p]); i++) {
      JsonObject *element = v2v_kv_element (spec, paths[p], i);
      gint64 order = v2v_kv_int (element, "bootOrder", 0);

      if (!v2v_kv_has (element, "bootOrder"))
        continue;
      if (order < 1 || order > G_MAXINT32)
        return v2v_kv_fail (error, "boot-order", "must be 1 or more");
      if (!g_hash_table_add (seen, GINT_TO_POINTER (order)))
        return v2v_kv_fail (error, "boot-order", "%d is used twice", (int) order);
    }
  }
  if (v2v_kv_length (spec, DISKS) > 0 && !g_hash_table_contains (seen, GINT_TO_POINTER (1)))
    return v2v_kv_fail (error, "boot-order", "no disk is first");
  return TRUE;
}

static gboolean
is_claim_name (const char *name)
{
  gsize length = name != NULL ? strlen (name) : 0;

  return length > 0 && length <= CLAIM_MAX && g_ascii_isalnum (name[0])
         && g_ascii_isalnum (name[length - 1])
         && strspn (name, G_CSET_a_2_z G_CSET_DIGITS "-.") == length;
}

/* A volume without a disk would get an implicit one, on whatever bus. */
static gboolean
check_volumes (JsonObject *spec, GError **error)
{
  for (guint i = 0; i < v2v_kv_length (spec, "volumes"); i++) {
    JsonObject *volume = v2v_kv_element (spec, "volumes", i);
    const char *name = v2v_kv_string (volume, "name");
    const char *claim = v2v_kv_string (volume, "persistentVolumeClaim/claimName");

    if (!v2v_kv_has_element (spec, DISKS, name))
      return v2v_kv_fail (error, "volume-disk", "volume '%s' has no disk", name);
    if (!is_claim_name (claim))
      return v2v_kv_fail (error, "volume-claim", "volume '%s': '%s'", name,
                          claim != NULL ? claim : "");
  }
  return TRUE;
}

static gboolean
check_mac (JsonObject *nic, const char *name, GError **error)
{
  const char *mac = v2v_kv_string (nic, "macAddress");

  if (!v2v_kv_has (nic, "macAddress"))
    return TRUE;
  if (mac == NULL
      || !g_regex_match_simple ("^[0-9a-f]{2}(:[0-9a-f]{2}){5}$", mac, G_REGEX_DOLLAR_ENDONLY, 0))
    return v2v_kv_fail (error, "mac", "interface '%s': '%s'", name, mac != NULL ? mac : "");
  if (g_str_equal (mac, "02:00:00:00:00:00"))
    return v2v_kv_fail (error, "mac", "interface '%s': '%s' is reserved", name, mac);
  return TRUE;
}

static JsonObject *
find_network (JsonObject *spec, const char *name)
{
  for (guint i = 0; i < v2v_kv_length (spec, "networks"); i++) {
    JsonObject *network = v2v_kv_element (spec, "networks", i);

    if (g_strcmp0 (v2v_kv_string (network, "name"), name) == 0)
      return network;
  }
  return NULL;
}

static gboolean
check_interface (JsonObject *spec, JsonObject *nic, GError **error)
{
  static const char *const bindings[] = { "masquerade", "bridge", "sriov", "binding", NULL };
  static const char *const models[] = { "virtio", "e1000e", NULL };
  const char *name = v2v_kv_string (nic, "name");
  const char *model = v2v_kv_string (nic, "model");
  JsonObject *network = find_network (spec, name);

  if (v2v_kv_count_members (nic, bindings) != 1)
    return v2v_kv_fail (error, "interface-binding", "interface '%s' must have exactly one", name);
  if (model == NULL || !g_strv_contains (models, model))
    return v2v_kv_fail (error, "interface-model", "interface '%s': '%s'", name,
                        model != NULL ? model : "");
  if (network == NULL)
    return v2v_kv_fail (error, "interface-network", "interface '%s' has no network", name);
  if (json_object_has_member (nic, "masquerade") && !json_object_has_member (network, "pod"))
    return v2v_kv_fail (error, "masquerade", "interface '%s' is not on the pod network", name);
  return check_mac (nic, name, error);
}

static gboolean
check_interfaces (JsonObject *spec, GError **error)
{
  for (guint i = 0; i < v2v_kv_length (spec, INTERFACES); i++) {
    if (!check_interface (spec, v2v_kv_element (spec, INTERFACES, i), error))
      return FALSE;
  }
  return TRUE;
}

/* Its source can only be the pod network: other keys are not in the closed set, and an
 * interface on a network without one breaks "masquerade". */
static gboolean
check_networks (JsonObject *spec, GError **error)
{
  guint pods = 0;

  for (guint i = 0; i < v2v_kv_length (spec, "networks"); i++) {
    JsonObject *network = v2v_kv_element (spec, "networks", i);
    const char *name = v2v_kv_string (network, "name");

    if (!v2v_kv_has_element (spec, INTERFACES, name))
      return v2v_kv_fail (error, "network-interface", "network '%s' has no interface", name);
    pods += json_object_has_member (network, "pod") ? 1 : 0;
  }
  if (pods > 1)
    return v2v_kv_fail (error, "pod-network", "%u of them, at most one", pods);
  return TRUE;
}

static gboolean
check_inputs (JsonObject *spec, GError **error)
{
  for (guint i = 0; i < v2v_kv_length (spec, INPUTS); i++) {
    JsonObject *input = v2v_kv_element (spec, INPUTS, i);
    const char *bus = v2v_kv_string (input, "bus");

    if (g_strcmp0 (v2v_kv_string (input, "type"), "tablet") != 0
        || (g_strcmp0 (bus, "usb") != 0 && g_strcmp0 (bus, "virtio") != 0))
      return v2v_kv_fail (error, "input", "only a tablet on usb or virtio is accepted");
  }
  return TRUE;
}

gboolean
v2v_kv_check_devices (JsonObject *spec, GError **error)
{
  return check_lists (spec, error) && check_disks (spec, error)
         && check_boot_order (spec, error) && check_volumes (spec, error)
         && check_interfaces (spec, error) && check_networks (spec, error)
         && check_inputs (spec, error);
}
