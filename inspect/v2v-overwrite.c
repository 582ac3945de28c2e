/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-overwrite.c - may a device be written over at each boot?
 */
#include <config.h>

#include "v2v-overwrite.h"

#include "v2v-esp.h"

/* Types of partitions (util-linux, include/pt-gpt-partnames.h and pt-mbr-partnames.h). */
#define GPT_LINUX "0FC63DAF-8483-4772-8E79-3D69D8477DE4"
#define GPT_SWAP "0657FD6D-A4AB-43C4-84E5-0933C84B4F4F"
#define GPT_DM_CRYPT "7FFEC5C9-2D00-49B7-8941-3EA10A5586B7"
#define GPT_PREP "9E1A2D38-C612-4316-AA26-8B49521E5A8B"
enum {
  MBR_EXTENDED = 0x05,
  MBR_EXTENDED_LBA = 0x0f,
  MBR_PREP = 0x41,
  MBR_SWAP = 0x82,
  MBR_LINUX = 0x83,
  MBR_EXTENDED_LINUX = 0x85,
};

static const V2vPartition *
find_partition (const V2vGuest *guest, const char *device)
{
  for (guint i = 0; i < guest->partitions->len; i++) {
    const V2vPartition *part = g_ptr_array_index (guest->partitions, i);

    if (g_strcmp0 (part->device, device) == 0)
      return part;
  }
  return NULL;
}

static gboolean
has_table (const V2vGuest *guest, const char *device)
{
  for (guint i = 0; i < guest->disks->len; i++) {
    const V2vDiskFact *disk = g_ptr_array_index (guest->disks, i);

    if (g_strcmp0 (disk->device, device) == 0)
      return disk->table != NULL;
  }
  return FALSE;
}

/* blkid gave up, on two signatures for one: something is there. */
static gboolean
is_unreadable (const V2vGuest *guest, const char *device)
{
  g_autofree char *fact = g_strconcat ("filesystem:", device, NULL);

  for (guint i = 0; i < guest->unknown->len; i++)
    if (g_strcmp0 (((V2vUnknown *) g_ptr_array_index (guest->unknown, i))->fact, fact) == 0)
      return TRUE;
  return FALSE;
}

/* GRUB's core image and its like have no signature either. */
static gboolean
is_for_data (const V2vPartition *part)
{
  static const char *const types[] = { GPT_LINUX, GPT_SWAP, GPT_DM_CRYPT, NULL };

  return part->type_guid != NULL ? g_strv_contains (types, part->type_guid)
                                 : part->mbr_type == MBR_SWAP || part->mbr_type == MBR_LINUX;
}

/* Without it the guest, or its other partitions, cannot be found. */
static gboolean
is_for_boot (const V2vPartition *part)
{
  static const char *const types[] = { V2V_BIOS_BOOT_TYPE, GPT_PREP, NULL };
  static const int ids[] = { MBR_PREP, MBR_EXTENDED, MBR_EXTENDED_LBA, MBR_EXTENDED_LINUX };

  if (v2v_esp_is (part))
    return TRUE;
  if (part->type_guid != NULL)
    return g_strv_contains (types, part->type_guid);
  for (gsize i = 0; i < G_N_ELEMENTS (ids); i++)
    if (part->mbr_type == ids[i])
      return TRUE;
  return FALSE;
}

char *
v2v_overwrite_dup_loss (const V2vGuest *guest, const char *device)
{
  const V2vFilesystem *fs = v2v_guest_find_filesystem (guest, device);
  const V2vPartition *part = find_partition (guest, device);

  if (fs != NULL && g_strcmp0 (fs->type, "swap") != 0)
    return g_strdup_printf ("'%s' holds %s", device, fs->type);
  if (is_unreadable (guest, device))
    return g_strdup_printf ("'%s' holds something that cannot be told", device);
  if (has_table (guest, device))
    return g_strdup_printf ("'%s' has partitions", device);
  if (fs == NULL && part != NULL && !is_for_data (part))
    return g_strdup_printf ("'%s' is no partition for data", device);
  return NULL;
}

gboolean
v2v_overwrite_is_type_only (const V2vGuest *guest, const char *device)
{
  const V2vPartition *part = find_partition (guest, device);

  return part != NULL && v2v_guest_find_filesystem (guest, device) == NULL
         && !is_unreadable (guest, device) && !has_table (guest, device) && !is_for_data (part)
         && !is_for_boot (part);
}

gboolean
v2v_overwrite_is_marked (const V2vGuest *guest, const char *device)
{
  const V2vPartition *part = find_partition (guest, device);

  return v2v_guest_find_filesystem (guest, device) != NULL
         || (part != NULL
             && (g_strcmp0 (part->type_guid, GPT_SWAP) == 0
                 || (part->type_guid == NULL && part->mbr_type == MBR_SWAP)));
}
