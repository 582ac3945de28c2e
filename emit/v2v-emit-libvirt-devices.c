/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-emit-libvirt-devices.c - the target as a libvirt domain: devices
 */
#include <config.h>

#include "v2v-emit-libvirt-private.h"

#include <string.h>

/* Bus -> letters before the disk's own. */
static const char *
target_prefix (V2vBus bus)
{
  return bus == V2V_BUS_VIRTIO ? "vd" : "sd";
}

/* 0 -> a, 25 -> z, 26 -> aa: as the kernel names disks. */
static char *
drive_letters (guint index)
{
  GString *letters = g_string_new (NULL);

  for (index++; index > 0; index = (index - 1) / 26)
    g_string_prepend_c (letters, (char) ('a' + (index - 1) % 26));
  return g_string_free (letters, FALSE);
}

static guint
disks_before (const V2vTarget *target, guint index)
{
  const V2vTargetDisk *disk = g_ptr_array_index (target->disks, index);
  guint n = 0;

  for (guint i = 0; i < index; i++) {
    const V2vTargetDisk *other = g_ptr_array_index (target->disks, i);

    if (g_str_equal (target_prefix (other->bus), target_prefix (disk->bus)))
      n++;
  }
  return n;
}

static const char *
virtio_model (const V2vTarget *target)
{
  return target->virtio_transitional ? "virtio-transitional" : "virtio";
}

static void
add_disk (xmlNode *devices, const V2vTarget *target, guint index)
{
  const V2vTargetDisk *disk = g_ptr_array_index (target->disks, index);
  gboolean block = g_str_has_prefix (disk->path, "/dev/");
  g_autofree char *letters = drive_letters (disks_before (target, index));
  xmlNode *node = v2v_xml_add (devices, "disk", NULL);
  xmlNode *driver = v2v_xml_add (node, "driver", NULL);
  xmlNode *source = v2v_xml_add (node, "source", NULL);
  xmlNode *dev = v2v_xml_add (node, "target", NULL);

  v2v_xml_set (node, "type", block ? "block" : "file");
  v2v_xml_set (node, "device", "disk");
  if (disk->bus == V2V_BUS_VIRTIO && target->virtio_transitional)
    v2v_xml_set (node, "model", "virtio-transitional");
  v2v_xml_set (driver, "name", "qemu");
  v2v_xml_set (driver, "type", "%s", disk->format);
  v2v_xml_set (driver, "discard", "unmap");
  v2v_xml_set (source, block ? "dev" : "file", "%s", disk->path);
  v2v_xml_set (dev, "dev", "%s%s", target_prefix (disk->bus), letters);
  v2v_xml_set (dev, "bus", "%s", v2v_bus_name (disk->bus));
  if (disk->serial != NULL)
    v2v_xml_add (node, "serial", disk->serial);
  if (disk->boot_order > 0)
    v2v_xml_set (v2v_xml_add (node, "boot", NULL), "order", "%u", disk->boot_order);
}

static gboolean
uses_bus (const V2vTarget *target, V2vBus bus)
{
  for (guint i = 0; i < target->disks->len; i++) {
    const V2vTargetDisk *disk = g_ptr_array_index (target->disks, i);

    if (disk->bus == bus)
      return TRUE;
  }
  return FALSE;
}

static xmlNode *
add_controller (xmlNode *devices, const char *type, const char *model)
{
  xmlNode *controller = v2v_xml_add (devices, "controller", NULL);

  v2v_xml_set (controller, "type", "%s", type);
  v2v_xml_set (controller, "index", "0");
  if (model != NULL)
    v2v_xml_set (controller, "model", "%s", model);
  return controller;
}

/* EHCI alone would not serve the low and full speed tablet. */
static void
add_ehci (xmlNode *devices)
{
  add_controller (devices, "usb", "ich9-ehci1");
  for (guint i = 0; i < 3; i++) {
    g_autofree char *model = g_strdup_printf ("ich9-uhci%u", i + 1);
    xmlNode *uhci = add_controller (devices, "usb", model);

    v2v_xml_set (v2v_xml_add (uhci, "master", NULL), "startport", "%u", i * 2);
  }
}

static void
add_controllers (xmlNode *devices, const V2vTarget *target)
{
  if (target->usb_xhci)
    add_controller (devices, "usb", "qemu-xhci");
  else
    add_ehci (devices);
  if (uses_bus (target, V2V_BUS_SCSI))
    add_controller (devices, "scsi",
                    target->virtio_transitional ? "virtio-transitional" : "virtio-scsi");
  if (target->agent_channel)
    add_controller (devices, "virtio-serial",
                    target->virtio_transitional ? "virtio-transitional" : NULL);
}

static void
add_interface (xmlNode *devices, const V2vTarget *target, const V2vTargetNic *nic)
{
  const char *kind = nic->bridge && nic->network != NULL ? "bridge" : "network";
  const char *model = nic->model == V2V_NIC_VIRTIO ? virtio_model (target)
                                                   : v2v_nic_model_name (nic->model);
  xmlNode *node = v2v_xml_add (devices, "interface", NULL);

  v2v_xml_set (node, "type", "%s", kind);
  if (nic->mac != NULL)
    v2v_xml_set (v2v_xml_add (node, "mac", NULL), "address", "%s", nic->mac);
  v2v_xml_set (v2v_xml_add (node, "source", NULL), kind, "%s",
               nic->network != NULL ? nic->network : "default");
  v2v_xml_set (v2v_xml_add (node, "model", NULL), "type", "%s", model);
  if (nic->link_down)
    v2v_xml_set (v2v_xml_add (node, "link", NULL), "state", "down");
}

/* Both, since libvirt merges them: the console of the first serial port. */
static void
add_serial (xmlNode *devices)
{
  static const char *const names[] = { "serial", "console" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    xmlNode *node = v2v_xml_add (devices, names[i], NULL);
    xmlNode *port = v2v_xml_add (node, "target", NULL);

    v2v_xml_set (node, "type", "pty");
    if (i == 1)
      v2v_xml_set (port, "type", "serial");
    v2v_xml_set (port, "port", "0");
  }
}

static void
add_agent (xmlNode *devices)
{
  xmlNode *channel = v2v_xml_add (devices, "channel", NULL);
  xmlNode *port = v2v_xml_add (channel, "target", NULL);

  v2v_xml_set (channel, "type", "unix");
  v2v_xml_set (port, "type", "virtio");
  v2v_xml_set (port, "name", "org.qemu.guest_agent.0");
}

/* Standard VGA is the one display that every guest and both firmwares can drive;
 * aarch64 cannot map its memory and has virtio instead. */
static void
add_display (xmlNode *devices, const V2vTarget *target)
{
  xmlNode *input = v2v_xml_add (devices, "input", NULL);
  xmlNode *graphics = v2v_xml_add (devices, "graphics", NULL);
  xmlNode *model = v2v_xml_add (v2v_xml_add (devices, "video", NULL), "model", NULL);

  v2v_xml_set (input, "type", "tablet");
  v2v_xml_set (input, "bus", target->tablet_virtio ? "virtio" : "usb");
  v2v_xml_set (graphics, "type", "vnc");
  v2v_xml_set (graphics, "autoport", "yes");
  if (v2v_libvirt_is_x86 (target)) {
    v2v_xml_set (model, "type", "vga");
    v2v_xml_set (model, "vram", "16384");
  } else {
    v2v_xml_set (model, "type", "virtio");
  }
}

static void
add_rng (xmlNode *devices, const V2vTarget *target)
{
  xmlNode *rng = v2v_xml_add (devices, "rng", NULL);

  v2v_xml_set (rng, "model", "%s", virtio_model (target));
  v2v_xml_set (v2v_xml_add (rng, "backend", "/dev/urandom"), "model", "random");
}

static void
add_tpm (xmlNode *devices, const V2vTarget *target)
{
  xmlNode *tpm = v2v_xml_add (devices, "tpm", NULL);
  xmlNode *backend = v2v_xml_add (tpm, "backend", NULL);

  v2v_xml_set (tpm, "model", v2v_libvirt_is_x86 (target) ? "tpm-crb" : "tpm-tis");
  v2v_xml_set (backend, "type", "emulator");
  v2v_xml_set (backend, "version", "2.0");
  v2v_xml_set (backend, "persistent_state", "yes");
}

void
v2v_libvirt_add_devices (xmlNode *domain, const V2vTarget *target)
{
  xmlNode *devices = v2v_xml_add (domain, "devices", NULL);

  for (guint i = 0; i < target->disks->len; i++)
    add_disk (devices, target, i);
  add_controllers (devices, target);
  for (guint i = 0; i < target->nics->len; i++)
    add_interface (devices, target, g_ptr_array_index (target->nics, i));
  add_serial (devices);
  if (target->agent_channel)
    add_agent (devices);
  add_display (devices, target);
  v2v_xml_set (v2v_xml_add (devices, "memballoon", NULL), "model", "%s",
               target->balloon ? virtio_model (target) : "none");
  if (target->rng)
    add_rng (devices, target);
  if (target->tpm)
    add_tpm (devices, target);
}
