/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-guest.h - shared by the files of test-guest
 */
#pragma once

#include "v2v-appliance.h"

#define ROOT "/dev/sda2"

/* One appliance serves all tests that do not kill it. */
typedef struct {
  V2vAppliance *appliance;
  V2vGuest *guest;
  V2vFs *fs;
  char *lvm; /* devices; NULL when the disk could not be made */
  char *btrfs;
} Shared;

static inline void
assert_ok (gboolean ok, const GError *error)
{
  g_assert_no_error (error);
  g_assert_true (ok);
}

static inline void
mount_at (const Shared *s, const char *device, const char *where)
{
  g_autoptr (GError) error = NULL;

  assert_ok (v2v_disks_mount (s->appliance, device, where, NULL, FALSE, &error), error);
}

static inline void
unmount (const Shared *s)
{
  g_autoptr (GError) error = NULL;

  assert_ok (v2v_disks_unmount_all (s->appliance, &error), error);
}

/* Creating, moving, labelling; reading through what is kept; subvolumes. */
void test_guest_add_edit (Shared *s);

static inline char *
describe_disks (const V2vGuest *guest)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < guest->disks->len; i++) {
    const V2vDiskFact *disk = g_ptr_array_index (guest->disks, i);

    g_string_append_printf (text, "%s %" G_GUINT64_FORMAT " %s %d\n", disk->device, disk->size,
                            disk->table, disk->grub_in_mbr);
  }
  for (guint i = 0; i < guest->partitions->len; i++) {
    const V2vPartition *part = g_ptr_array_index (guest->partitions, i);

    g_string_append_printf (text, "%s %u %u %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT
                                  " %s %s %s %d\n",
                            part->device, part->disk, part->number, part->start, part->size,
                            part->partlabel, part->partuuid, part->type_guid, part->mbr_type);
  }
  for (guint i = 0; i < guest->filesystems->len; i++) {
    const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);

    g_string_append_printf (text, "%s %s %s %s %s\n", fs->device, fs->type, fs->label, fs->uuid,
                            fs->version);
  }
  for (guint i = 0; i < guest->unknown->len; i++)
    g_string_append_printf (text, "? %s\n",
                            ((V2vUnknown *) g_ptr_array_index (guest->unknown, i))->fact);
  return g_string_free (text, FALSE);
}
