/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-check-kubevirt.c - the object itself: lookups, names, closed sets of keys
 */
#include <config.h>

#include "v2v-check-kubevirt.h"

#include <string.h>

#include "v2v-check-kubevirt-private.h"

#define LABEL_MAX 63

gboolean
v2v_kv_fail (GError **error, const char *rule, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, V2V_ERROR, V2V_ERROR_INTERNAL, "KubeVirt machine breaks rule '%s': %s",
               rule, text);
  return FALSE;
}

JsonNode *
v2v_kv_node (JsonObject *object, const char *path)
{
  g_autoptr (JsonNode) root = NULL;

  if (object == NULL)
    return NULL;
  root = json_node_new (JSON_NODE_OBJECT);
  json_node_set_object (root, object);
  return v2v_json_lookup (root, path);
}

const char *
v2v_kv_string (JsonObject *object, const char *path)
{
  JsonNode *node = v2v_kv_node (object, path);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

gint64
v2v_kv_int (JsonObject *object, const char *path, gint64 fallback)
{
  JsonNode *node = v2v_kv_node (object, path);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_INT64)
    return fallback;
  return json_node_get_int (node);
}

gboolean
v2v_kv_has (JsonObject *object, const char *path)
{
  return v2v_kv_node (object, path) != NULL;
}

guint
v2v_kv_length (JsonObject *object, const char *path)
{
  JsonNode *node = v2v_kv_node (object, path);

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return 0;
  return json_array_get_length (json_node_get_array (node));
}

JsonObject *
v2v_kv_element (JsonObject *object, const char *path, guint index)
{
  JsonNode *node = v2v_kv_node (object, path);
  JsonNode *element = json_array_get_element (json_node_get_array (node), index);

  return JSON_NODE_HOLDS_OBJECT (element) ? json_node_get_object (element) : NULL;
}

guint
v2v_kv_count_members (JsonObject *object, const char *const *names)
{
  guint n = 0;

  for (; *names != NULL; names++)
    n += json_object_has_member (object, *names) ? 1 : 0;
  return n;
}

gboolean
v2v_kv_has_element (JsonObject *object, const char *path, const char *name)
{
  for (guint i = 0; i < v2v_kv_length (object, path); i++) {
    if (g_strcmp0 (v2v_kv_string (v2v_kv_element (object, path, i), "name"), name) == 0)
      return TRUE;
  }
  return FALSE;
}

gboolean
v2v_kv_is_label (const char *name)
{
  gsize length = name != NULL ? strlen (name) : 0;

  return length > 0 && length <= LABEL_MAX && name[0] != '-' && name[length - 1] != '-'
         && strspn (name, G_CSET_a_2_z G_CSET_DIGITS "-") == length;
}

/* Every object that we emit with its keys.  "[]" stands for the elements of an
 * array, a leading "+" for the VirtualMachineInstanceSpec, "*" for free keys. */
static const struct {
  const char *path;
  const char *keys;
} key_sets[] = {
  { "", "apiVersion kind metadata spec" },
  { "/metadata", "name annotations" },
  { "/metadata/annotations", "*" },
  { "/spec", "runStrategy template" },
  { "/spec/template", "metadata spec" },
  { "/spec/template/metadata", "annotations" },
  { "/spec/template/metadata/annotations", "*" },
  { "+", "architecture domain terminationGracePeriodSeconds networks volumes" },
  { "+/domain", "machine cpu memory firmware features clock devices" },
  { "+/domain/machine", "type" },
  { "+/domain/cpu", "sockets cores threads" },
  { "+/domain/memory", "guest" },
  { "+/domain/firmware", "uuid bootloader" },
  { "+/domain/firmware/bootloader", "bios efi" },
  { "+/domain/firmware/bootloader/bios", "" },
  { "+/domain/firmware/bootloader/efi", "secureBoot persistent" },
  { "+/domain/features", "acpi apic hyperv smm" },
  { "+/domain/features/acpi", "" },
  { "+/domain/features/apic", "" },
  { "+/domain/features/smm", "enabled" },
  { "+/domain/features/hyperv",
    "relaxed vapic spinlocks vpindex runtime synic synictimer reset frequencies "
    "reenlightenment tlbflush ipi" },
  { "+/domain/features/hyperv/relaxed", "" },
  { "+/domain/features/hyperv/vapic", "" },
  { "+/domain/features/hyperv/spinlocks", "spinlocks" },
  { "+/domain/features/hyperv/vpindex", "" },
  { "+/domain/features/hyperv/runtime", "" },
  { "+/domain/features/hyperv/synic", "" },
  { "+/domain/features/hyperv/synictimer", "direct" },
  { "+/domain/features/hyperv/synictimer/direct", "" },
  { "+/domain/features/hyperv/reset", "" },
  { "+/domain/features/hyperv/frequencies", "" },
  { "+/domain/features/hyperv/reenlightenment", "" },
  { "+/domain/features/hyperv/tlbflush", "" },
  { "+/domain/features/hyperv/ipi", "" },
  { "+/domain/clock", "utc timezone timer" },
  { "+/domain/clock/utc", "" },
  { "+/domain/clock/timer", "hpet pit rtc hyperv" },
  { "+/domain/clock/timer/hpet", "present" },
  { "+/domain/clock/timer/pit", "tickPolicy" },
  { "+/domain/clock/timer/rtc", "tickPolicy" },
  { "+/domain/clock/timer/hyperv", "" },
  { "+/domain/devices",
    "disks interfaces autoattachPodInterface networkInterfaceMultiqueue inputs rng tpm "
    "autoattachMemBalloon useVirtioTransitional" },
  { "+/domain/devices/disks[]", "name disk bootOrder serial" },
  { "+/domain/devices/disks[]/disk", "bus" },
  { "+/domain/devices/interfaces[]", "name masquerade model macAddress state" },
  { "+/domain/devices/interfaces[]/masquerade", "" },
  { "+/domain/devices/inputs[]", "name type bus" },
  { "+/domain/devices/rng", "" },
  { "+/domain/devices/tpm", "persistent" },
  { "+/networks[]", "name pod" },
  { "+/networks[]/pod", "" },
  { "+/volumes[]", "name persistentVolumeClaim" },
  { "+/volumes[]/persistentVolumeClaim", "claimName" },
};

static const char *
find_key_set (const char *path)
{
  for (gsize i = 0; i < G_N_ELEMENTS (key_sets); i++) {
    if (g_str_equal (key_sets[i].path, path))
      return key_sets[i].keys;
  }
  return NULL;
}

static gboolean
check_object_keys (JsonObject *object, const char *path, GError **error)
{
  const char *set = find_key_set (path);
  g_auto (GStrv) keys = g_strsplit (set != NULL ? set : "", " ", -1);
  g_autoptr (GList) members = json_object_get_members (object);

  if (set == NULL)
    return v2v_kv_fail (error, "keys", "'%s' is not an object that is emitted", path);
  for (GList *l = members; l != NULL; l = l->next) {
    g_autofree char *below = g_strdup_printf ("%s/%s", path, (const char *) l->data);

    if (!g_str_equal (set, "*") && !g_strv_contains ((const char *const *) keys, l->data))
      return v2v_kv_fail (error, "keys", "'%s' is not known", below);
    if (g_str_equal (below, "/spec/template/spec"))
      g_strlcpy (below, "+", strlen (below));
    if (!v2v_kv_check_keys (json_object_get_member (object, l->data), below, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
v2v_kv_check_keys (JsonNode *node, const char *path, GError **error)
{
  g_autofree char *element = g_strconcat (path, "[]", NULL);
  JsonArray *array;

  if (JSON_NODE_HOLDS_OBJECT (node))
    return check_object_keys (json_node_get_object (node), path, error);
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return TRUE;
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    if (!v2v_kv_check_keys (json_array_get_element (array, i), element, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
check_envelope (JsonObject *root, GError **error)
{
  static const char *const strategies[]
    = { "Always", "Halted", "Manual", "RerunOnFailure", "Once", NULL };
  const char *strategy = v2v_kv_string (root, "spec/runStrategy");

  if (g_strcmp0 (v2v_kv_string (root, "apiVersion"), "kubevirt.io/v1") != 0
      || g_strcmp0 (v2v_kv_string (root, "kind"), "VirtualMachine") != 0)
    return v2v_kv_fail (error, "kind", "kubevirt.io/v1 VirtualMachine is expected");
  if (!v2v_kv_is_label (v2v_kv_string (root, "metadata/name")))
    return v2v_kv_fail (error, "name", "metadata.name must be a DNS-1123 label");
  if (strategy == NULL || !g_strv_contains (strategies, strategy))
    return v2v_kv_fail (error, "run-strategy", "runStrategy must be one that KubeVirt knows");
  return TRUE;
}

gboolean
v2v_check_kubevirt (JsonNode *root, V2vKubevirt shape, GError **error)
{
  gboolean whole = shape == V2V_KUBEVIRT_VM;
  JsonNode *spec = whole ? v2v_json_lookup (root, "spec/template/spec") : root;

  if (!v2v_kv_check_keys (root, whole ? "" : "+", error))
    return FALSE;
  if (whole && !check_envelope (json_node_get_object (root), error))
    return FALSE;
  if (spec == NULL || !JSON_NODE_HOLDS_OBJECT (spec))
    return v2v_kv_fail (error, "template", "there is no spec.template.spec");
  return v2v_kv_check_machine (json_node_get_object (spec), error)
         && v2v_kv_check_devices (json_node_get_object (spec), error);
}
