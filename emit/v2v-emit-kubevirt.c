/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-emit-kubevirt.c - the target as a KubeVirt VirtualMachine or its bare spec
 *
 * Explicit in everything that a preference could fill in: a preference acts only on
 * what a machine leaves unset, so a complete one is right with and without it.
 */
#include <config.h>

#include "v2v-emit.h"

#include "v2v-check-kubevirt.h"
#include "v2v-hyperv.h"
#include "v2v-json.h"
#include "v2v-str.h"

#define ANNOTATION_NAME "v2v-wrapper/source-name"
#define ANNOTATION_VERSION "v2v-wrapper/version"
#define ANNOTATION_OS "vm.kubevirt.io/os" /* read by KubeVirt's metrics */

char *
v2v_emit_object_name (const V2vTarget *target)
{
  return v2v_str_dns_label (target->name, "guest");
}

static void
add_cpu (JsonObject *domain, const V2vTarget *target)
{
  JsonObject *cpu = v2v_json_child (domain, "cpu");

  json_object_set_int_member (cpu, "sockets", target->sockets);
  json_object_set_int_member (cpu, "cores", target->cores);
  json_object_set_int_member (cpu, "threads", target->threads);
}

static void
add_memory (JsonObject *domain, const V2vTarget *target)
{
  g_autofree char *quantity = g_strdup_printf ("%" G_GUINT64_FORMAT "Mi", target->memory_mib);

  v2v_json_set_string (v2v_json_child (domain, "memory"), "guest", quantity);
}

static void
add_firmware (JsonObject *domain, const V2vTarget *target)
{
  JsonObject *firmware = v2v_json_child (domain, "firmware");
  JsonObject *bootloader;
  JsonObject *efi;

  v2v_json_set_string (firmware, "uuid", target->uuid);
  bootloader = v2v_json_child (firmware, "bootloader");
  if (target->firmware != V2V_FIRMWARE_UEFI) {
    v2v_json_child (bootloader, "bios");
    return;
  }
  efi = v2v_json_child (bootloader, "efi");
  json_object_set_boolean_member (efi, "secureBoot", target->secure_boot);
  json_object_set_boolean_member (efi, "persistent", target->efi_persistent);
}

static void
add_hyperv (JsonObject *features)
{
  JsonObject *hyperv = v2v_json_child (features, "hyperv");

  for (gsize i = 0; i < v2v_hyperv_n_features; i++) {
    const V2vHypervFeature *feature = &v2v_hyperv_features[i];
    JsonObject *object = v2v_json_child (hyperv, feature->kubevirt);

    if (feature->retries > 0)
      json_object_set_int_member (object, "spinlocks", feature->retries);
    if (feature->direct)
      v2v_json_child (object, "direct");
  }
}

static void
add_features (JsonObject *domain, const V2vTarget *target)
{
  JsonObject *features = v2v_json_child (domain, "features");

  v2v_json_child (features, "acpi");
  if (target->os == V2V_OS_WINDOWS)
    v2v_json_child (features, "apic");
  if (target->hyperv)
    add_hyperv (features);
  if (target->smm)
    json_object_set_boolean_member (v2v_json_child (features, "smm"), "enabled", TRUE);
}

/* KubeVirt has no "local time", only zones by name; without one it is UTC. */
static void
add_clock (JsonObject *domain, const V2vTarget *target)
{
  JsonObject *clock = v2v_json_child (domain, "clock");
  JsonObject *timer;

  if (target->clock_utc || target->timezone == NULL)
    v2v_json_child (clock, "utc");
  else
    v2v_json_set_string (clock, "timezone", target->timezone);
  if (!target->hyperv)
    return;
  timer = v2v_json_child (clock, "timer");
  json_object_set_boolean_member (v2v_json_child (timer, "hpet"), "present", FALSE);
  v2v_json_set_string (v2v_json_child (timer, "pit"), "tickPolicy", "delay");
  v2v_json_set_string (v2v_json_child (timer, "rtc"), "tickPolicy", "catchup");
  v2v_json_child (timer, "hyperv");
}

static void
add_disks (JsonObject *devices, const V2vTarget *target)
{
  JsonArray *disks = v2v_json_child_array (devices, "disks");

  for (guint i = 0; i < target->disks->len; i++) {
    const V2vTargetDisk *disk = g_ptr_array_index (target->disks, i);
    JsonObject *object = v2v_json_append_object (disks);
    g_autofree char *name = g_strdup_printf ("disk-%u", i);

    v2v_json_set_string (object, "name", name);
    v2v_json_set_string (v2v_json_child (object, "disk"), "bus", v2v_bus_name (disk->bus));
    if (disk->boot_order > 0)
      json_object_set_int_member (object, "bootOrder", disk->boot_order);
    v2v_json_set_string (object, "serial", disk->serial);
  }
}

/* The first interface only; the decision warns of the others. */
static void
add_interfaces (JsonObject *devices, const V2vTarget *target)
{
  const V2vTargetNic *nic;
  JsonObject *object;

  if (target->nics->len == 0) {
    json_object_set_boolean_member (devices, "autoattachPodInterface", FALSE);
    return;
  }
  nic = g_ptr_array_index (target->nics, 0);
  object = v2v_json_append_object (v2v_json_child_array (devices, "interfaces"));
  v2v_json_set_string (object, "name", "net-0");
  v2v_json_child (object, "masquerade");
  v2v_json_set_string (object, "model", v2v_nic_model_name (nic->model));
  v2v_json_set_string (object, "macAddress", nic->mac);
  v2v_json_set_string (object, "state", nic->link_down ? "down" : NULL);
}

static void
add_devices (JsonObject *domain, const V2vTarget *target)
{
  JsonObject *devices = v2v_json_child (domain, "devices");
  JsonObject *tablet;

  add_disks (devices, target);
  add_interfaces (devices, target);
  if (target->net_multiqueue)
    json_object_set_boolean_member (devices, "networkInterfaceMultiqueue", TRUE);
  tablet = v2v_json_append_object (v2v_json_child_array (devices, "inputs"));
  v2v_json_set_string (tablet, "name", "tablet");
  v2v_json_set_string (tablet, "type", "tablet");
  v2v_json_set_string (tablet, "bus", target->tablet_virtio ? "virtio" : "usb");
  if (target->rng)
    v2v_json_child (devices, "rng");
  if (target->tpm)
    json_object_set_boolean_member (v2v_json_child (devices, "tpm"), "persistent", TRUE);
  if (!target->balloon)
    json_object_set_boolean_member (devices, "autoattachMemBalloon", FALSE);
  if (target->virtio_transitional)
    json_object_set_boolean_member (devices, "useVirtioTransitional", TRUE);
}

static void
add_domain (JsonObject *spec, const V2vTarget *target)
{
  JsonObject *domain = v2v_json_child (spec, "domain");

  v2v_json_set_string (v2v_json_child (domain, "machine"), "type", target->machine);
  add_cpu (domain, target);
  add_memory (domain, target);
  add_firmware (domain, target);
  add_features (domain, target);
  add_clock (domain, target);
  add_devices (domain, target);
}

static void
add_networks (JsonObject *spec, const V2vTarget *target)
{
  JsonObject *network;

  if (target->nics->len == 0)
    return;
  network = v2v_json_append_object (v2v_json_child_array (spec, "networks"));
  v2v_json_set_string (network, "name", "net-0");
  v2v_json_child (network, "pod");
}

static void
add_volumes (JsonObject *spec, const V2vTarget *target)
{
  g_autofree char *object_name = v2v_emit_object_name (target);
  JsonArray *volumes = v2v_json_child_array (spec, "volumes");

  for (guint i = 0; i < target->disks->len; i++) {
    JsonObject *volume = v2v_json_append_object (volumes);
    g_autofree char *name = g_strdup_printf ("disk-%u", i);
    g_autofree char *claim = g_strdup_printf ("%s-disk-%u", object_name, i);

    v2v_json_set_string (volume, "name", name);
    v2v_json_set_string (v2v_json_child (volume, "persistentVolumeClaim"), "claimName", claim);
  }
}

static void
add_instance_spec (JsonObject *spec, const V2vTarget *target)
{
  v2v_json_set_string (spec, "architecture",
                       g_str_equal (target->arch, "aarch64") ? "arm64" : "amd64");
  add_domain (spec, target);
  json_object_set_int_member (spec, "terminationGracePeriodSeconds", target->grace_seconds);
  add_networks (spec, target);
  add_volumes (spec, target);
}

static const char *
os_annotation (const V2vTarget *target)
{
  if (target->osinfo_id != NULL)
    return target->osinfo_id;
  switch (target->os) {
  case V2V_OS_LINUX:
    return "linux";
  case V2V_OS_WINDOWS:
    return "windows";
  case V2V_OS_UNKNOWN:
  case V2V_OS_OTHER:
    return NULL;
  }
  g_return_val_if_reached (NULL);
}

static void
add_machine (JsonObject *root, const V2vTarget *target)
{
  g_autofree char *name = v2v_emit_object_name (target);
  JsonObject *metadata;
  JsonObject *annotations;
  JsonObject *spec;
  JsonObject *template;

  v2v_json_set_string (root, "apiVersion", "kubevirt.io/v1");
  v2v_json_set_string (root, "kind", "VirtualMachine");
  metadata = v2v_json_child (root, "metadata");
  v2v_json_set_string (metadata, "name", name);
  annotations = v2v_json_child (metadata, "annotations");
  v2v_json_set_string (annotations, ANNOTATION_NAME, target->name);
  v2v_json_set_string (annotations, ANNOTATION_VERSION, PACKAGE_VERSION);
  spec = v2v_json_child (root, "spec");
  v2v_json_set_string (spec, "runStrategy", target->run_strategy);
  template = v2v_json_child (spec, "template");
  if (os_annotation (target) != NULL) {
    metadata = v2v_json_child (template, "metadata");
    v2v_json_set_string (v2v_json_child (metadata, "annotations"), ANNOTATION_OS,
                         os_annotation (target));
  }
  add_instance_spec (v2v_json_child (template, "spec"), target);
}

char *
v2v_emit_kubevirt (const V2vTarget *target, V2vKubevirt shape, GError **error)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *root = json_object_new ();

  g_return_val_if_fail (shape != V2V_KUBEVIRT_NONE, NULL);
  json_node_take_object (node, root);
  if (shape == V2V_KUBEVIRT_VM)
    add_machine (root, target);
  else
    add_instance_spec (root, target);
  if (!v2v_check_kubevirt (node, shape, error))
    return NULL;
  return v2v_json_to_yaml (node);
}
