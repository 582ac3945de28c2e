/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-firmware.c - BIOS or UEFI, by the boot disk
 *
 * A disk that can do both is BIOS, as libguestfs has it: BIOS needs nothing that a
 * conversion can lose, while a UEFI boot variable stays behind with the source.
 */
#include <config.h>

#include "v2v-esp.h"
#include "v2v-fstab.h"
#include "v2v-inspect-private.h"

typedef struct {
  gboolean gpt;
  gboolean esp;
  gboolean bios_boot;
  gboolean grub_in_mbr;
} Evidence;

static int
disk_of_device (const V2vGuest *guest, const char *device)
{
  device = v2v_guest_find_outside (guest, device);
  for (guint i = 0; device != NULL && i < guest->partitions->len; i++) {
    const V2vPartition *part = g_ptr_array_index (guest->partitions, i);

    if (v2v_fstab_same_device (device, part->device))
      return (int) part->disk;
  }
  for (guint i = 0; device != NULL && i < guest->disks->len; i++) {
    const V2vDiskFact *disk = g_ptr_array_index (guest->disks, i);

    if (v2v_fstab_same_device (device, disk->device))
      return (int) disk->index;
  }
  return -1;
}

static Evidence
read_evidence (const V2vGuest *guest, guint index)
{
  const V2vDiskFact *disk = g_ptr_array_index (guest->disks, index);
  Evidence evidence = { .gpt = g_strcmp0 (disk->table, "gpt") == 0,
                        .grub_in_mbr = disk->grub_in_mbr };

  for (guint i = 0; i < guest->partitions->len; i++) {
    const V2vPartition *part = g_ptr_array_index (guest->partitions, i);

    if (part->disk != index)
      continue;
    evidence.esp |= v2v_esp_is (part);
    evidence.bios_boot |= g_strcmp0 (part->type_guid, V2V_BIOS_BOOT_TYPE) == 0;
  }
  return evidence;
}

static gboolean
is_bootable (const V2vGuest *guest, guint index)
{
  Evidence evidence = read_evidence (guest, index);

  return evidence.esp || evidence.bios_boot || evidence.grub_in_mbr;
}

/* TRUE when both disks have members of one array. */
static gboolean
share_array (const V2vGuest *guest, int a, int b)
{
  for (guint i = 0; i < guest->arrays->len; i++) {
    const V2vArray *array = g_ptr_array_index (guest->arrays, i);
    gboolean has_a = FALSE;
    gboolean has_b = FALSE;

    for (guint m = 0; m < array->members->len; m++) {
      int disk = disk_of_device (guest, g_ptr_array_index (array->members, m));

      has_a |= disk == a;
      has_b |= disk == b;
    }
    if (has_a && has_b)
      return TRUE;
  }
  return FALSE;
}

/* @disk, or one that it is mirrored with, when only that one has a loader. */
static int
prefer_loader (const V2vGuest *guest, int disk)
{
  for (guint i = 0; i < guest->disks->len && !is_bootable (guest, (guint) disk); i++)
    if (is_bootable (guest, i) && share_array (guest, disk, (int) i))
      return (int) i;
  return disk;
}

/* The disk that firmware starts from: /boot's, the ESP's or the root's; with LVM the
 * only one that firmware can start from at all.  Of a mirror it is the first. */
static int
find_boot_disk (const V2vGuest *guest)
{
  static const char *const mountpoints[] = { "/boot", "/boot/efi", "/efi" };
  int found = -1;

  for (gsize i = 0; i < G_N_ELEMENTS (mountpoints); i++) {
    const V2vMount *mount = v2v_guest_find_mount (guest, mountpoints[i]);
    int disk = mount == NULL ? -1 : disk_of_device (guest, mount->device);

    if (disk >= 0)
      return prefer_loader (guest, disk);
  }
  found = disk_of_device (guest, guest->root);
  if (found >= 0)
    return prefer_loader (guest, found);
  if (guest->disks->len == 1)
    return 0;
  for (guint i = 0; i < guest->disks->len; i++) {
    if (!is_bootable (guest, i) || (found >= 0 && share_array (guest, found, (int) i)))
      continue;
    if (found >= 0)
      return -1;
    found = (int) i;
  }
  return found;
}

static gboolean
is_unknown (const V2vGuest *guest, const char *fact)
{
  for (guint i = 0; i < guest->unknown->len; i++)
    if (g_strcmp0 (((V2vUnknown *) g_ptr_array_index (guest->unknown, i))->fact, fact) == 0)
      return TRUE;
  return FALSE;
}

static void
set (V2vGuest *guest, V2vFirmware firmware, const char *why)
{
  g_free (guest->firmware_why);
  guest->firmware = firmware;
  guest->firmware_why = g_strdup (why);
}

static void
decide (V2vGuest *guest, const Evidence *disk, gboolean loader)
{
  if (!disk->esp)
    set (guest, V2V_FIRMWARE_BIOS,
         disk->bios_boot ? "the boot disk has a BIOS boot partition and no EFI system partition"
                         : "the boot disk has no EFI system partition");
  else if (!loader)
    set (guest, V2V_FIRMWARE_BIOS, "the EFI system partition of the boot disk holds no loader");
  else if (disk->bios_boot)
    set (guest, V2V_FIRMWARE_BIOS,
         "the boot disk can do both (BIOS boot partition and an EFI loader); BIOS is chosen");
  else if (!disk->gpt && disk->grub_in_mbr)
    set (guest, V2V_FIRMWARE_BIOS,
         "the boot disk can do both (GRUB in the MBR and an EFI loader); BIOS is chosen");
  else
    set (guest, V2V_FIRMWARE_UEFI,
         disk->gpt ? "the boot disk has an EFI system partition and no BIOS boot partition"
                   : "the boot disk has an EFI system partition with a loader (MBR)");
}

void
v2v_inspect_firmware (V2vGuest *guest)
{
  const V2vBootloader *bootloader = guest->bootloader;
  Evidence evidence;

  guest->boot_disk = find_boot_disk (guest);
  if (g_strcmp0 (guest->arch, "aarch64") == 0) {
    set (guest, V2V_FIRMWARE_UEFI, "an aarch64 machine always starts by UEFI");
    return;
  }
  if (guest->boot_disk < 0 || (guint) guest->boot_disk >= guest->disks->len) {
    set (guest, V2V_FIRMWARE_UNKNOWN, "the disk that the guest starts from is not known");
    return;
  }
  evidence = read_evidence (guest, (guint) guest->boot_disk);
  /* When the ESP could not be read its partition entry has to do. */
  decide (guest, &evidence,
          is_unknown (guest, "esp")
            || (bootloader != NULL && (bootloader->esp_fallback || bootloader->esp_loader)));
}
