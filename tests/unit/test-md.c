/* SPDX-License-Identifier: GPL-2.0-or-later
 * RAID arrays: what the appliance tells of them, and what lies on what.
 */
#include <config.h>

#include <string.h>

#include "v2v-groups.h"
#include "v2v-inspect-private.h"
#include "v2v-md.h"
#include "v2v-mdadm.h"

#define PCI "/sys/devices/pci0000:00/0000:00:02.0/virtio0/host2/target2:0:"

/* The kernel has named the disks in the order in which they answered. */
static void
test_parse (void)
{
  g_autoptr (V2vGuest) guest = v2v_guest_new ();
  const V2vArray *array;

  v2v_md_parse ("array md127 raid1 2\n"
                "member in_sync " PCI "1/2:0:1:0/block/sda/sda1\n"
                "member in_sync,write_mostly " PCI "0/2:0:0:0/block/sdb/sdb1\n"
                "array md126 raid5 4\n"
                "member in_sync " PCI "27/2:0:27:0/block/sdc\n"
                "member faulty " PCI "3/2:0:3:0/block/sdd\n"
                "member spare " PCI "4/2:0:4:0/block/sde\n"
                "member in_sync " PCI "2/2:0:2:0/block/sdf\n"
                "member in_sync /sys/devices/virtual/block/dm-3\n",
                guest);
  g_assert_cmpuint (guest->arrays->len, ==, 2);
  array = g_ptr_array_index (guest->arrays, 0);
  g_assert_cmpstr (array->device, ==, "/dev/md127");
  g_assert_cmpstr (array->level, ==, "raid1");
  g_assert_cmpuint (array->wanted, ==, 2);
  g_assert_cmpuint (array->members->len, ==, 2);
  g_assert_cmpstr (array->members->pdata[0], ==, "/dev/sda1");
  g_assert_cmpstr (array->members->pdata[1], ==, "/dev/sdb1");
  array = g_ptr_array_index (guest->arrays, 1);
  g_assert_cmpuint (array->wanted, ==, 4);
  g_assert_cmpuint (array->members->len, ==, 3);
  g_assert_cmpstr (array->members->pdata[0], ==, "/dev/sdc");
  g_assert_cmpstr (array->members->pdata[1], ==, "/dev/dm-3");
  g_assert_cmpstr (array->members->pdata[2], ==, "/dev/sdab");
  g_assert_true (v2v_guest_find_array (guest, "/dev/sdab") == array);
  g_assert_null (v2v_guest_find_array (guest, "/dev/sdd"));
}

static void
test_odd (void)
{
  static const char *const texts[]
    = { "", "\n\n", "member in_sync /x/block/sda\n", "array\n", "array md0 raid1\n",
        "array sd0 raid1 2\n", "array md0 raid1 -1\n", "array md0 raid1 4097\n",
        "array md0 raid1 two\n", "array md0  2\nmember\n", "\xff\xfe" };
  g_autoptr (GString) many = g_string_new (NULL);
  g_autoptr (V2vGuest) guest = v2v_guest_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (V2vGuest) none = v2v_guest_new ();

    v2v_md_parse (texts[i], none);
    g_assert_cmpuint (none->arrays->len, ==, 0);
  }
  v2v_md_parse ("array md0 raid1 2\nmember in_sync\nmember in_sync /\nmember in_sync a/1:2:x:4/block/sda b\n",
                guest);
  g_assert_cmpuint (((V2vArray *) guest->arrays->pdata[0])->members->len, ==, 0);
  for (guint i = 0; i < 600; i++)
    g_string_append_printf (many, "array md%u raid0 2\n", i);
  v2v_md_parse (many->str, guest);
  g_assert_cmpuint (guest->arrays->len, ==, 512);
}

static void
add_fs (V2vGuest *guest, const char *device, const char *type, const char *container)
{
  V2vFilesystem *fs = v2v_guest_add_filesystem (guest);

  fs->device = g_strdup (device);
  fs->type = g_strdup (type);
  fs->container = g_strdup (container);
}

/* Two disks with one partition each, which are the members of md127. */
static V2vGuest *
new_mirror (const char *root)
{
  V2vGuest *guest = v2v_guest_new ();

  for (guint i = 0; i < 2; i++) {
    V2vDiskFact *disk = v2v_guest_add_disk (guest);
    V2vPartition *part = v2v_guest_add_partition (guest);

    disk->device = g_strdup_printf ("/dev/sd%c", 'a' + i);
    disk->index = i;
    disk->table = g_strdup ("gpt");
    disk->grub_in_mbr = TRUE;
    part->device = g_strdup_printf ("/dev/sd%c1", 'a' + i);
    part->disk = i;
    part->number = 1;
    add_fs (guest, part->device, "linux_raid_member", NULL);
  }
  v2v_md_parse ("array md127 raid1 2\nmember in_sync a/2:0:0:0/block/sda/sda1\n"
                "member in_sync a/2:0:1:0/block/sdb/sdb1\n", guest);
  guest->root = g_strdup (root);
  return guest;
}

/* Whatever lies between: the disk that starts, the array that is needed. */
static void
test_layers (void)
{
  static const struct {
    const char *root, *inside_array;
    const char *container;
  } rows[] = {
    { "/dev/md127", "ext4", NULL },
    { "/dev/mapper/luks-x", "crypto_LUKS", "/dev/md127" },
    { "/dev/vg0/root", "LVM2_member", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (V2vGuest) guest = new_mirror (rows[i].root);
    const V2vArray *array;
    V2vDiskFact *first = g_ptr_array_index (guest->disks, 0);

    add_fs (guest, "/dev/md127", rows[i].inside_array, NULL);
    if (!g_str_equal (rows[i].root, "/dev/md127"))
      add_fs (guest, rows[i].root, "ext4", rows[i].container);
    array = v2v_guest_root_array (guest);
    g_assert_nonnull (array);
    g_assert_cmpstr (v2v_array_module (array), ==, "raid1");
    v2v_inspect_firmware (guest);
    g_assert_cmpint (guest->boot_disk, ==, 0);
    g_assert_cmpint (guest->firmware, ==, V2V_FIRMWARE_BIOS);
    first->grub_in_mbr = FALSE;
    v2v_inspect_firmware (guest);
    g_assert_cmpint (guest->boot_disk, ==, 1);
  }
  {
    g_autoptr (V2vGuest) guest = new_mirror ("/dev/sda3");
    V2vPartition *part = v2v_guest_add_partition (guest);

    part->device = g_strdup ("/dev/sda3");
    add_fs (guest, "/dev/md127", "LVM2_member", NULL);
    g_assert_null (v2v_guest_root_array (guest));
  }
}

/* The root of each row beside arrays and encrypted volumes of other data, which it does not
 * need; all device names are the appliance's. */
static void
test_other_data (void)
{
  static const struct {
    const char *root;
    const char *fs[6][3]; /* device, type, container */
    gboolean array, encrypted;
  } rows[] = {
    { "/dev/vg0/root", { { "/dev/sdc2", "LVM2_member", NULL }, { "/dev/md127", "LVM2_member", NULL } },
      FALSE, FALSE },
    { "/dev/vg0/root",
      { { "/dev/sdc2", "LVM2_member", NULL }, { "/dev/sdd", "crypto_LUKS", NULL },
        { "/dev/mapper/luks-d", "LVM2_member", "/dev/sdd" } },
      FALSE, FALSE },
    { "/dev/sdc", { { "/dev/sdc", "ext4", NULL }, { "/dev/md127", "LVM2_member", NULL } },
      FALSE, FALSE },
    { "/dev/sdc", { { "/dev/sdc", "ext4", NULL }, { "/dev/mapper/luks-d", "LVM2_member", "/dev/sdd" } },
      FALSE, FALSE },
    { "/dev/md127",
      { { "/dev/md127", "ext4", NULL }, { "/dev/mapper/luks-d", "LVM2_member", "/dev/sdd" } },
      TRUE, FALSE },
    { "btrfsvol:/dev/sdc2/@",
      { { "/dev/sdc2", "btrfs", NULL }, { "/dev/mapper/luks-d", "LVM2_member", "/dev/md127" } },
      FALSE, FALSE },
    { "/dev/mapper/luks-c",
      { { "/dev/mapper/luks-c", "xfs", "/dev/sdc2" }, { "/dev/md127", "LVM2_member", NULL } },
      FALSE, TRUE },
    /* what it does need */
    { "btrfsvol:/dev/md127/@", { { "/dev/md127", "btrfs", NULL } }, TRUE, FALSE },
    { "btrfsvol:/dev/mapper/luks-c/@/root", { { "/dev/mapper/luks-c", "btrfs", "/dev/sdc2" } },
      FALSE, TRUE },
    { "btrfsvol:/dev/mapper/luks-c/@", { { "/dev/mapper/luks-c", "btrfs", "/dev/md127" } },
      TRUE, TRUE },
    { "/dev/vg0/root", { { "/dev/mapper/luks-c", "LVM2_member", "/dev/sdc2" } }, FALSE, TRUE },
    { "/dev/vg0/root", { { "/dev/mapper/luks-c", "LVM2_member", "/dev/md127" } }, TRUE, TRUE },
    { "btrfsvol:/dev/vg0/root/@",
      { { "/dev/md127", "LVM2_member", NULL }, { "/dev/vg0/root", "btrfs", NULL } }, TRUE, FALSE },
    { "/dev/mapper/luks-c",
      { { "/dev/md127", "LVM2_member", NULL }, { "/dev/vg0/crypt", "crypto_LUKS", NULL },
        { "/dev/mapper/luks-c", "ext4", "/dev/vg0/crypt" } }, TRUE, TRUE },
    { NULL, { { "/dev/md127", "LVM2_member", NULL } }, FALSE, FALSE },
    { "/dev/vg0/root", { { NULL, NULL, NULL } }, FALSE, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (V2vGuest) guest = new_mirror (rows[i].root);

    g_test_message ("row %" G_GSIZE_FORMAT, i);
    for (gsize j = 0; j < G_N_ELEMENTS (rows[i].fs) && rows[i].fs[j][0] != NULL; j++)
      add_fs (guest, rows[i].fs[j][0], rows[i].fs[j][1], rows[i].fs[j][2]);
    g_assert_cmpint (v2v_guest_root_array (guest) != NULL, ==, rows[i].array);
    g_assert_cmpint (v2v_guest_root_is_encrypted (guest), ==, rows[i].encrypted);
  }
}

/* A group that showed itself as an encrypted volume was opened, beside another one. */
static void
test_group_inside (void)
{
  g_autoptr (V2vGuest) guest = new_mirror ("/dev/vg0/root");
  V2vFilesystem *fs;

  add_fs (guest, "/dev/sdc2", "LVM2_member", NULL);
  add_fs (guest, "/dev/mapper/luks-d", "LVM2_member", "/dev/md127");
  add_fs (guest, "/dev/vg0/root", "ext4", NULL);
  g_assert_false (v2v_guest_root_is_encrypted (guest));
  g_assert_null (v2v_guest_root_array (guest));
  fs = g_ptr_array_index (guest->filesystems, guest->filesystems->len - 1);
  fs->group_container = g_strdup ("/dev/md127");
  g_assert_true (v2v_guest_root_is_encrypted (guest));
  g_assert_nonnull (v2v_guest_root_array (guest));
}

/* A subvolume lies where its file system does, on the array's first disk. */
/* Two volume groups, and which is the root's: what the other one lies on does not matter. */
static void
test_groups (void)
{
  static const struct {
    const char *root;
    const char *fs[4][4]; /* device, container, uuid, group that is known */
    gboolean array, encrypted;
    gboolean array_or_none, encrypted_or_not;
  } rows[] = {
    { "/dev/vg0/root", { { "/dev/md127", NULL, "a-1", "vg0" }, { "/dev/sdc", NULL, "c-1", "vgdata" } },
      TRUE, FALSE, FALSE, FALSE },
    { "/dev/vgdata/root",
      { { "/dev/md127", NULL, "a-1", "vg0" }, { "/dev/sdc", NULL, "c-1", "vgdata" } }, FALSE, FALSE },
    { "/dev/vg0/root",
      { { "/dev/sdd", NULL, "d-1", "vg0" }, { "/dev/md127", NULL, "a-1", "vg0" } }, FALSE, FALSE,
      TRUE, FALSE },
    { "/dev/vg0/root",
      { { "/dev/md127", NULL, "a-1", "vg0" }, { "/dev/mapper/luks-c", "/dev/sdc", "c-1", "vg0" } },
      FALSE, FALSE, TRUE, TRUE },
    { "/dev/vg0/root",
      { { "/dev/md127", NULL, "a-1", "vg0" }, { "/dev/mapper/luks-c", "/dev/md127", "c-1", "vg0" } },
      TRUE, FALSE, FALSE, TRUE },
    { "/dev/vg0/root",
      { { "/dev/mapper/luks-c", "/dev/sdc", "c-1", "vg0" }, { "/dev/md127", NULL, "a-1", "vg1" } },
      FALSE, TRUE },
    { "btrfsvol:/dev/vg0/root/@",
      { { "/dev/sdc", NULL, "c-1", "vg1" }, { "/dev/md127", NULL, "a-1", "vg0" } }, TRUE, FALSE },
    /* all of a group are known together: no logical volume of the other one is a file system */
    { "/dev/vg0/root", { { "/dev/md127", NULL, "a-1", "vg0" }, { "/dev/sdc", NULL, "c-1", NULL } },
      TRUE, FALSE },
    { "/dev/vg0/root", { { "/dev/sdc", NULL, "c-1", "vg0" }, { "/dev/md127", NULL, "a-1", NULL } },
      FALSE, FALSE },
    /* the appliance did not tell: what all of the rest need */
    { "/dev/vg0/root", { { "/dev/md127", NULL, "a-1", NULL }, { "/dev/sdc", NULL, "c-1", "vg1" } },
      TRUE, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (V2vGuest) guest = new_mirror (rows[i].root);

    g_test_message ("row %" G_GSIZE_FORMAT, i);
    add_fs (guest, "/dev/vg0/root", "btrfs", NULL);
    for (gsize j = 0; j < G_N_ELEMENTS (rows[i].fs) && rows[i].fs[j][0] != NULL; j++) {
      const char *const uuids[] = { "x", rows[i].fs[j][2], NULL };

      add_fs (guest, rows[i].fs[j][0], "LVM2_member", rows[i].fs[j][1]);
      ((V2vFilesystem *) guest->filesystems->pdata[guest->filesystems->len - 1])->uuid
        = g_strdup (rows[i].fs[j][2]);
      if (rows[i].fs[j][3] != NULL)
        v2v_groups_note (guest, rows[i].fs[j][3], uuids);
    }
    g_assert_true (v2v_groups_matter (guest));
    g_assert_cmpint (v2v_guest_root_array (guest) != NULL, ==, rows[i].array);
    g_assert_cmpint (v2v_guest_root_is_encrypted (guest), ==, rows[i].encrypted);
    g_assert_cmpint (v2v_guest_root_array_or_none (guest) != NULL, ==, rows[i].array_or_none);
    g_assert_cmpint (v2v_guest_root_is_encrypted_or_not (guest), ==, rows[i].encrypted_or_not);
  }
}

/* To ask costs time: not for one physical volume, not where all of them are plain. */
static void
test_groups_matter (void)
{
  g_autoptr (V2vGuest) guest = v2v_guest_new ();
  V2vFilesystem *luks;

  add_fs (guest, "/dev/sda", "LVM2_member", NULL);
  add_fs (guest, "/dev/sdb", "LVM2_member", NULL);
  add_fs (guest, "/dev/sdc", "crypto_LUKS", NULL);
  g_assert_false (v2v_groups_matter (guest));
  luks = guest->filesystems->pdata[2];
  luks->opened = TRUE;
  g_assert_true (v2v_groups_matter (guest));
  g_ptr_array_remove_index (guest->filesystems, 0);
  g_assert_false (v2v_groups_matter (guest));
}

static void
test_group_names (void)
{
  static const char *const rows[][2]
    = { { "/dev/vg-x/root", "vg-x" }, { "/dev/vg/a/b", "vg" }, { "/dev/sda1", NULL },
        { "/dev/mapper/vg0-root", NULL }, { "btrfsvol:/dev/sda1/@", NULL }, { "", NULL } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *group = v2v_guest_dup_group (rows[i][0]);

    g_assert_cmpstr (group, ==, rows[i][1]);
  }
}

static void
test_outside (void)
{
  g_autoptr (V2vGuest) guest = new_mirror ("btrfsvol:/dev/md127/@");

  add_fs (guest, "/dev/md12", "ext4", NULL);
  add_fs (guest, "/dev/md127", "btrfs", NULL);
  g_assert_cmpstr (v2v_guest_find_outside (guest, guest->root), ==, "/dev/sda1");
  g_assert_cmpstr (v2v_guest_find_outside (guest, "btrfsvol:/dev/md12/@"), ==, "/dev/md12");
  g_assert_cmpstr (v2v_guest_find_outside (guest, "btrfsvol:/dev/sdx/@"), ==, "btrfsvol:/dev/sdx/@");
  v2v_inspect_firmware (guest);
  g_assert_cmpint (guest->boot_disk, ==, 0);
}

/* Two disks that start and have nothing in common are still a question. */
static void
test_no_mirror (void)
{
  g_autoptr (V2vGuest) guest = new_mirror ("/dev/vg0/root");

  g_ptr_array_set_size (guest->arrays, 0);
  v2v_inspect_firmware (guest);
  g_assert_cmpint (guest->boot_disk, ==, -1);
}

static void
test_levels (void)
{
  static const char *const rows[][2]
    = { { "raid0", "raid0" }, { "raid4", "raid456" }, { "raid6", "raid456" },
        { "raid10", "raid10" }, { "linear", "linear" }, { "container", NULL }, { NULL, NULL } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    V2vArray array = { .level = (char *) rows[i][0] };

    g_assert_cmpstr (v2v_array_module (&array), ==, rows[i][1]);
  }
}

/* Freed once it is free, and all else stays. */
static void
test_mdadm (void)
{
  static const char *const rows[][2] = {
    { "", NULL },
    { "DEVICE partitions\nARRAY /dev/md0 UUID=a\n", NULL },
    { "DEVICE /dev/nvme0n1p1", "DEVICE partitions /dev/nvme0n1p1" },
    { "HOMEHOST <system>\nDev /dev/[sh]d* \\\n\t/dev/xvdf\n\n",
      "HOMEHOST <system>\nDev partitions /dev/[sh]d* \\\n\t/dev/xvdf\n\n" },
    /* what begins with a blank continues the line before, whatever is empty or a comment between */
    { "DEVICE\n  /dev/sda\n", "DEVICE partitions\n  /dev/sda\n" },
    { "DEVICE\n\t/dev/sda\n# x\n\n  partitions\nMAILADDR root\n", NULL },
    { "DEVICE # /dev/sda\n /dev/sdb", "DEVICE partitions # /dev/sda\n /dev/sdb" },
    { "#DEVICE\n /dev/sda\nMAILADDR x\n /dev/sda\n", NULL },
    { "ARRAY /dev/md0 UUID=a:b\n   devices=/dev/sda1,/dev/sdb1\n",
      "ARRAY /dev/md0 UUID=a:b\n\n" },
    { "ARRAY /dev/md0 # UUID=\n devices=/dev/sda1 spares=1\n uuid=a\nDEV partitions",
      "ARRAY /dev/md0 # UUID=\n spares=1\n uuid=a\nDEV partitions" },
    { "ARRAY /dev/md0 # devices=/dev/sda1\n devices=/dev/sda1\n name=h:0\n",
      "ARRAY /dev/md0 # devices=/dev/sda1\n\n name=h:0\n" },
    { "ARRAY /dev/md0 # UUID=a\n devices=/dev/sda1\n", NULL },
    { "ARRAY /dev/md0 devices=/dev/sda devices=/dev/sdb uuid=a", "ARRAY /dev/md0 uuid=a" },
    { " DEVICE /dev/sda", " DEVICE partitions /dev/sda" },
    { "ARRAY /dev/md0 UUID=a\n DEVICE /dev/sda", NULL },
    { "DE /dev/sda\nDEVICES /dev/sda\nDEVICE # /dev/sda\n", NULL },
    { "DEVICE /dev/disk/by-id/md-uuid-a /dev/disk/by-id/wwn-0x5\r\n",
      "DEVICE partitions /dev/disk/by-id/md-uuid-a /dev/disk/by-id/wwn-0x5\r\n" },
    { "ARRAY /dev/md0 devices=/dev/sda1,/dev/sdb1\n", NULL },
    { "ARRAY /dev/md0 DEVICES=/dev/sda1 name=h:0\nx", "ARRAY /dev/md0 name=h:0\nx" },
    { "ARRAY /dev/md0 devices=/dev/disk/by-id/dm-a uuid=x", NULL },
    /* quotation marks */
    { "DEVICE \"/dev/nvme1n1\" '/dev/nvme2n1'\n", "DEVICE partitions \"/dev/nvme1n1\" '/dev/nvme2n1'\n" },
    { "DEVICE \"partitions\" /dev/nvme1n1\n", NULL },
    { "ARRAY /dev/md0 name='a #1 \"' devices=\"/dev/sda1,/dev/sdb1\" spares=1\n",
      "ARRAY /dev/md0 name='a #1 \"' spares=1\n" },
    { "ARRAY /dev/md0 'name=a devices=/dev/sda1'\n", NULL },
    { "MAILADDR \"\nDEVICE /dev/sda\n", "MAILADDR \"\nDEVICE partitions /dev/sda\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *changed = v2v_mdadm_dup_free (rows[i][0]);

    g_assert_cmpstr (changed, ==, rows[i][1]);
    g_assert_cmpint (v2v_mdadm_excludes (rows[i][0]), ==, rows[i][1] != NULL);
    g_assert_false (changed != NULL && v2v_mdadm_excludes (changed));
  }
}

static void
test_mdadm_files (void)
{
  static const struct {
    const char *path;
    gboolean config;
  } rows[] = {
    { "/etc/mdadm.conf", TRUE },
    { "etc/mdadm/mdadm.conf", TRUE },
    { "etc/mdadm.conf.d/a.conf", TRUE },
    { "/etc/mdadm/mdadm.conf.d/10-data.conf", TRUE },
    { "/etc/mdadm/mdadm.conf.d/.a.conf", FALSE },
    { "/etc/mdadm/mdadm.conf.d/a.conf~", FALSE },
    { "/etc/mdadm/mdadm.conf.d/a/b.conf", FALSE },
    { "/etc/mdadm.conf.d", FALSE },
    { "/etc/mdadm/other.conf", FALSE },
    { "mdadm.conf", FALSE },
    { "", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (v2v_mdadm_is_config (rows[i].path), ==, rows[i].config);
}

/* An array that nothing but its old disks tell: to be said, since nothing can be done. */
static void
test_mdadm_known_by_disks (void)
{
  static const struct {
    const char *text;
    gboolean known;
  } rows[] = {
    { "", FALSE },
    { "DEVICE partitions /dev/nvme1n1\nARRAY /dev/md0 UUID=a\n", FALSE },
    { "ARRAY /dev/md0 devices=/dev/nvme1n1,/dev/nvme2n1\n", TRUE },
    { "ARRAY /dev/md0\n # x\n\tdevices=/dev/sda1\n", TRUE },
    { "ARRAY /dev/md0 devices=/dev/sda1\n uuid=a\n", FALSE },
    { "ARRAY /dev/md0 devices=/dev/mapper/mpath?\n", FALSE },
    { "#ARRAY /dev/md0 devices=/dev/sda1\n", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (v2v_mdadm_knows_by_disks (rows[i].text), ==, rows[i].known);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/md/parse", test_parse);
  g_test_add_func ("/md/odd", test_odd);
  g_test_add_func ("/md/layers", test_layers);
  g_test_add_func ("/md/other-data", test_other_data);
  g_test_add_func ("/md/group-inside", test_group_inside);
  g_test_add_func ("/md/groups", test_groups);
  g_test_add_func ("/md/groups-matter", test_groups_matter);
  g_test_add_func ("/md/group-names", test_group_names);
  g_test_add_func ("/md/outside", test_outside);
  g_test_add_func ("/md/no-mirror", test_no_mirror);
  g_test_add_func ("/md/levels", test_levels);
  g_test_add_func ("/md/mdadm", test_mdadm);
  g_test_add_func ("/md/mdadm-files", test_mdadm_files);
  g_test_add_func ("/md/mdadm-known-by-disks", test_mdadm_known_by_disks);
  return g_test_run ();
}
