/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-target.c - allocation and names for V2vTarget; no logic
 */
#include <config.h>

#include "v2v-target.h"

#include <stdarg.h>

static void
disk_free (gpointer p)
{
  V2vTargetDisk *disk = p;

  g_free (disk->path);
  g_free (disk->format);
  g_free (disk->serial);
  g_free (disk);
}

static void
nic_free (gpointer p)
{
  V2vTargetNic *nic = p;

  g_free (nic->mac);
  g_free (nic->network);
  g_free (nic);
}

static void
decision_free (gpointer p)
{
  V2vDecision *decision = p;

  g_free (decision->key);
  g_free (decision->value);
  g_free (decision->why);
  g_free (decision);
}

V2vTarget *
v2v_target_new (const char *name)
{
  V2vTarget *target = g_new0 (V2vTarget, 1);

  target->name = g_strdup (name);
  target->disks = g_ptr_array_new_with_free_func (disk_free);
  target->nics = g_ptr_array_new_with_free_func (nic_free);
  target->decisions = g_ptr_array_new_with_free_func (decision_free);
  target->warnings = g_ptr_array_new_with_free_func (g_free);
  return target;
}

void
v2v_target_free (V2vTarget *target)
{
  if (target == NULL)
    return;
  g_free (target->name);
  g_free (target->uuid);
  g_free (target->osinfo_id);
  g_free (target->osinfo_uri);
  g_free (target->arch);
  g_free (target->machine);
  g_free (target->timezone);
  g_free (target->run_strategy);
  g_ptr_array_unref (target->disks);
  g_ptr_array_unref (target->nics);
  g_ptr_array_unref (target->decisions);
  g_ptr_array_unref (target->warnings);
  g_free (target);
}

V2vTargetDisk *
v2v_target_add_disk (V2vTarget *target)
{
  V2vTargetDisk *disk = g_new0 (V2vTargetDisk, 1);

  g_ptr_array_add (target->disks, disk);
  return disk;
}

V2vTargetNic *
v2v_target_add_nic (V2vTarget *target)
{
  V2vTargetNic *nic = g_new0 (V2vTargetNic, 1);

  g_ptr_array_add (target->nics, nic);
  return nic;
}

void
v2v_target_decide (V2vTarget *target, const char *key, const char *value,
                   const char *why_format, ...)
{
  V2vDecision *decision = g_new0 (V2vDecision, 1);
  va_list args;

  va_start (args, why_format);
  decision->key = g_strdup (key);
  decision->value = g_strdup (value);
  decision->why = g_strdup_vprintf (why_format, args);
  va_end (args);
  g_ptr_array_add (target->decisions, decision);
}

void
v2v_target_warn (V2vTarget *target, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (target->warnings, g_strdup_vprintf (format, args));
  va_end (args);
}

const char *
v2v_bus_name (V2vBus bus)
{
  switch (bus) {
  case V2V_BUS_VIRTIO:
    return "virtio";
  case V2V_BUS_SCSI:
    return "scsi";
  case V2V_BUS_SATA:
    return "sata";
  }
  g_return_val_if_reached ("virtio");
}

const char *
v2v_nic_model_name (V2vNicModel model)
{
  switch (model) {
  case V2V_NIC_VIRTIO:
    return "virtio";
  case V2V_NIC_E1000E:
    return "e1000e";
  }
  g_return_val_if_reached ("virtio");
}

const char *
v2v_firmware_name (V2vFirmware firmware)
{
  switch (firmware) {
  case V2V_FIRMWARE_UNKNOWN:
    return "unknown";
  case V2V_FIRMWARE_BIOS:
    return "bios";
  case V2V_FIRMWARE_UEFI:
    return "uefi";
  }
  g_return_val_if_reached ("unknown");
}
