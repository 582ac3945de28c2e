/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-decide-disk.c - bus, boot order and serial of each disk
 */
#include <config.h>

#include "v2v-decide-private.h"

#include <string.h>

#define SERIAL_MAX 20 /* what a virtio-blk guest can read */

/* sd_mod is in no dependency list and without it neither SCSI nor SATA shows a
 * disk; virtio_pci carries every virtio device on q35 and virt. */
static const V2vDriverRow bus_rows[] = {
  { V2V_BUS_VIRTIO, "virtio", { "virtio_blk", "virtio_pci" } },
  { V2V_BUS_SCSI, "scsi", { "virtio_scsi", "virtio_pci", "sd_mod" } },
  { V2V_BUS_SATA, "sata", { "ahci", "sd_mod" } },
};
#define COMPAT_BUS (&bus_rows[2])

/* The disk that the source boots first, -1 = it does not say. */
static int
source_boot_disk (const V2vSource *source)
{
  int best = -1;
  guint order = G_MAXUINT;

  for (guint i = 0; i < source->disks->len; i++) {
    const V2vSourceDisk *disk = g_ptr_array_index (source->disks, i);

    if (disk->boot_order > 0 && disk->boot_order < order) {
      order = disk->boot_order;
      best = (int) i;
    }
  }
  return best;
}

static guint
decide_boot_disk (V2vTarget *target, const V2vDecideArgs *args)
{
  int n = (int) args->source->disks->len;
  int found = args->guest != NULL ? args->guest->boot_disk : -1;
  int stated = source_boot_disk (args->source);
  g_autofree char *text = NULL;
  const char *why = "the first disk, since nothing says otherwise";
  int index = 0;

  if (found >= 0 && found < n) {
    index = found;
    why = "the boot loader of the inspected system is there";
  } else if (stated >= 0) {
    index = stated;
    why = "first in the boot order of the source";
  }
  text = g_strdup_printf ("%d", index);
  v2v_target_decide (target, "boot_disk", text, "%s", why);
  return (guint) index;
}

static char *
clean_serial (const char *serial)
{
  GString *clean = g_string_new (NULL);

  for (; *serial != '\0' && clean->len < SERIAL_MAX; serial++) {
    if (g_ascii_isalnum (*serial) || strchr ("_.+-", *serial) != NULL)
      g_string_append_c (clean, *serial);
  }
  return g_string_free (clean, clean->len == 0);
}

static void
decide_serial (V2vTarget *target, const V2vSourceDisk *source, guint index, V2vTargetDisk *disk)
{
  g_autofree char *key = g_strdup_printf ("disk%u.serial", index);

  if (source->serial == NULL)
    return;
  disk->serial = clean_serial (source->serial);
  if (disk->serial == NULL)
    v2v_target_decide (target, key, "none", "the source's serial has no usable character");
  else if (g_str_equal (disk->serial, source->serial))
    v2v_target_decide (target, key, disk->serial, "as in the source");
  else
    v2v_target_decide (target, key, disk->serial,
                       "from the source, reduced to %d bytes of [A-Za-z0-9_.+-]", SERIAL_MAX);
}

static void
decide_bus (V2vTarget *target, const V2vDecideArgs *args, guint index, V2vTargetDisk *disk)
{
  gboolean boot = disk->boot_order == 1;
  g_auto (V2vDriverChoice) choice = { 0 };
  g_autofree char *key = g_strdup_printf ("disk%u.bus", index);
  g_autofree char *what
    = boot ? g_strdup ("boot disk") : g_strdup_printf ("data disk %u", index);

  v2v_decide_driver_row (args, bus_rows, G_N_ELEMENTS (bus_rows), COMPAT_BUS,
                         boot ? V2V_NEED_AT_BOOT : V2V_NEED_ANYWHERE, what, &choice);
  disk->bus = (V2vBus) choice.row->value;
  v2v_target_decide (target, key, choice.row->name, "%s", choice.why);
  if (choice.warning != NULL)
    v2v_target_warn (target, "%s", choice.warning);
}

/* libvirt wants an absolute path.  The name that the user gave is kept where it is
 * one: the canonical name of a logical volume, /dev/dm-3, changes between boots. */
static char *
absolute_path (const V2vSourceDisk *source)
{
  if (g_path_is_absolute (source->path) || source->real_path == NULL)
    return g_canonicalize_filename (source->path, NULL);
  return g_strdup (source->real_path);
}

void
v2v_decide_disks (V2vTarget *target, const V2vDecideArgs *args)
{
  guint boot = decide_boot_disk (target, args);

  for (guint i = 0; i < args->source->disks->len; i++) {
    const V2vSourceDisk *source = g_ptr_array_index (args->source->disks, i);
    V2vTargetDisk *disk = v2v_target_add_disk (target);

    disk->path = absolute_path (source);
    disk->format = g_strdup (source->format != NULL ? source->format : "raw");
    disk->size = source->size;
    disk->boot_order = i == boot ? 1 : 0;
    decide_bus (target, args, i, disk);
    decide_serial (target, source, i, disk);
  }
}
