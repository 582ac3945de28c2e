/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "v2v-fstab.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
add (V2vGuest *guest, guint disk, const char *device, const char *type)
{
  V2vPartition *part = v2v_guest_add_partition (guest);
  V2vFilesystem *fs = v2v_guest_add_filesystem (guest);

  part->disk = disk;
  part->number = 1;
  part->device = g_strdup (device);
  fs->device = g_strdup (device);
  fs->type = g_strdup (type);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (V2vGuest) guest = v2v_guest_new ();

  for (int i = 0; i < 3; i++) {
    V2vDiskFact *disk = v2v_guest_add_disk (guest);

    disk->device = g_strdup_printf ("/dev/sd%c", 'a' + i);
    disk->table = i == 2 ? NULL : g_strdup ("gpt");
  }
  add (guest, 0, "/dev/sda1", "ext4");
  add (guest, 1, "/dev/sdb1", "xfs");
  add (guest, 2, "/dev/vg/lv", "ext4");
  guest->root = g_strdup ("/dev/sda1");
  v2v_fstab_parse (guest, text);
  v2v_fstab_resolve (guest);
  for (guint i = 0; i < guest->mounts->len; i++) {
    const V2vMount *mount = g_ptr_array_index (guest->mounts, i);

    g_assert_true (mount->via == V2V_VIA_PSEUDO
                   || (mount->device == NULL) == (mount->why != NULL));
  }
  return 0;
}
