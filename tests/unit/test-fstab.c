/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "v2v-device-name.h"
#include "v2v-fstab.h"

/* "disk", or "part TYPE LABEL UUID": sda1 is root, ext4, and so on. */
static void
add_disk (V2vGuest *guest, const char *table, const char *path)
{
  V2vDiskFact *disk = v2v_guest_add_disk (guest);

  disk->device = g_strdup_printf ("/dev/sd%c", 'a' + disk->index);
  disk->table = g_strdup (table);
  disk->path = g_strdup (path);
}

static void
add_fs (V2vGuest *guest, const char *device, const char *type, const char *uuid,
        const char *label)
{
  V2vFilesystem *fs = v2v_guest_add_filesystem (guest);

  fs->device = g_strdup (device);
  fs->type = g_strdup (type);
  fs->uuid = g_strdup (uuid);
  fs->label = g_strdup (label);
}

static void
add_part (V2vGuest *guest, guint disk, guint number, const char *type, const char *uuid,
          const char *label)
{
  V2vPartition *part = v2v_guest_add_partition (guest);

  part->disk = disk;
  part->number = number;
  part->device = g_strdup_printf ("/dev/sd%c%u", 'a' + disk, number);
  part->partuuid = g_strdup_printf ("%08u-%02u", disk, number);
  part->partlabel = g_strdup_printf ("part %u-%u", disk, number);
  if (type != NULL)
    add_fs (guest, part->device, type, uuid, label);
}

/* The root disk alone: p1 ext4 root, p15 ESP, p2 swap. */
static V2vGuest *
one_disk (void)
{
  V2vGuest *guest = v2v_guest_new ();

  add_disk (guest, "gpt", "disk-vol-0123456789abcdef0.raw");
  add_part (guest, 0, 1, "ext4", "aaaa-1", "root");
  add_part (guest, 0, 2, "swap", "aaaa-2", NULL);
  add_part (guest, 0, 14, NULL, NULL, NULL);
  add_part (guest, 0, 15, "vfat", "ABCD-EF01", "EFI label");
  guest->root = g_strdup ("/dev/sda1");
  return guest;
}

/* And a data disk: p1 xfs, p2 ext4. */
static V2vGuest *
two_disks (void)
{
  V2vGuest *guest = one_disk ();

  add_disk (guest, "msdos", "/dev/xvdf-vol0fedcba9876543210");
  add_part (guest, 1, 1, "xfs", "bbbb-1", "data");
  add_part (guest, 1, 2, "ext4", "bbbb-2", NULL);
  return guest;
}

/* And one more, a bare ext4. */
static V2vGuest *
three_disks (void)
{
  V2vGuest *guest = two_disks ();

  add_disk (guest, NULL, "third.raw");
  add_fs (guest, "/dev/sdc", "ext4", "cccc", "bare");
  return guest;
}

/* Two data disks of one shape. */
static V2vGuest *
twin_data (void)
{
  V2vGuest *guest = two_disks ();

  add_disk (guest, "msdos", "x");
  add_part (guest, 2, 1, "xfs", "dddd-1", NULL);
  return guest;
}

static V2vGuest *
lvm_guest (void)
{
  V2vGuest *guest = one_disk ();

  add_fs (guest, "/dev/vg-a/lv_data", "xfs", "dddd", "lv");
  return guest;
}

static V2vGuest *
luks_guest (void)
{
  V2vGuest *guest = one_disk ();

  add_part (guest, 0, 3, "crypto_LUKS", "eeee", NULL);
  return guest;
}

/* Opened, and the guest calls it cr_data; a second one it does not name. */
static V2vGuest *
opened_guest (void)
{
  V2vGuest *guest = luks_guest ();
  V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, guest->filesystems->len - 1);

  fs->opened = TRUE;
  add_fs (guest, "/dev/mapper/luks-eeee", "xfs", "ffff", "inside");
  fs = g_ptr_array_index (guest->filesystems, guest->filesystems->len - 1);
  fs->container = g_strdup ("/dev/sda3");
  fs->mapped = g_strdup ("cr-data");
  return guest;
}

/* The root is a subvolume in an encrypted partition of the second disk. */
static V2vGuest *
encrypted_btrfs (void)
{
  V2vGuest *guest = two_disks ();
  V2vFilesystem *fs;

  add_part (guest, 1, 3, "crypto_LUKS", "eeee", NULL);
  add_fs (guest, "/dev/mapper/luks-eeee", "btrfs", "ffff", NULL);
  fs = g_ptr_array_index (guest->filesystems, guest->filesystems->len - 1);
  fs->container = g_strdup ("/dev/sdb3");
  g_free (guest->root);
  guest->root = g_strdup ("btrfsvol:/dev/mapper/luks-eeee/@");
  return guest;
}

/* Two copies of one volume: every id is there twice. */
static V2vGuest *
twin_guest (void)
{
  V2vGuest *guest = one_disk ();

  add_disk (guest, "gpt", "twin.raw");
  add_part (guest, 1, 1, "ext4", "aaaa-1", "root");
  add_part (guest, 1, 2, "ext4", "aaaa-5", "twin");
  add_part (guest, 1, 3, "ext4", "aaaa-6", "twin");
  return guest;
}

typedef struct {
  const char *name;
  V2vGuest *(*guest) (void);
  const char *line; /* the last line is looked at */
  V2vMountVia via;
  const char *device; /* NULL: unresolved, then @why is part of the reason */
  const char *why;
} Row;

#define ROOT_X "/dev/xvda1 / ext4 defaults 1 1\n"
#define ROOT_U "UUID=aaaa-1 / ext4 defaults 1 1\n"
#define EBS "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_"

static const Row rows[] = {
  { "uuid", one_disk, "UUID=aaaa-1 / ext4", V2V_VIA_UUID, "/dev/sda1", NULL },
  { "uuid-quoted", one_disk, "UUID=\"aaaa-1\" / ext4", V2V_VIA_UUID, "/dev/sda1", NULL },
  { "uuid-case", one_disk, "UUID=abcd-ef01 /boot/efi vfat", V2V_VIA_UUID, "/dev/sda15", NULL },
  { "uuid-absent", one_disk, "UUID=ffff /data ext4", V2V_VIA_UUID, NULL, "no given disk" },
  { "uuid-link", one_disk, "/dev/disk/by-uuid/aaaa-2 none swap", V2V_VIA_UUID, "/dev/sda2", NULL },
  { "uuid-twin-root", twin_guest, "UUID=aaaa-1 / ext4", V2V_VIA_UUID, "/dev/sda1", NULL },
  { "label", one_disk, "LABEL=root / ext4", V2V_VIA_LABEL, "/dev/sda1", NULL },
  { "label-escaped", one_disk, "LABEL=EFI\\040label /boot/efi vfat", V2V_VIA_LABEL, "/dev/sda15", NULL },
  { "label-link", one_disk, "/dev/disk/by-label/EFI\\x20label /e vfat", V2V_VIA_LABEL, "/dev/sda15", NULL },
  { "label-twice", twin_guest, "LABEL=twin /x ext4", V2V_VIA_LABEL, NULL, "2 file systems" },
  { "partuuid", one_disk, "PARTUUID=00000000-15 /boot/efi vfat", V2V_VIA_PARTUUID, "/dev/sda15", NULL },
  { "partuuid-link", two_disks, "/dev/disk/by-partuuid/00000001-01 /d xfs", V2V_VIA_PARTUUID, "/dev/sdb1", NULL },
  { "partlabel", one_disk, "PARTLABEL=\"part\\0400-1\" / ext4", V2V_VIA_PARTLABEL, "/dev/sda1", NULL },
  { "partlabel-link", one_disk, "/dev/disk/by-partlabel/part\\x200-1 / ext4", V2V_VIA_PARTLABEL, "/dev/sda1", NULL },

  { "nvme-root", one_disk, "/dev/nvme0n1p1 / ext4", V2V_VIA_NVME, "/dev/sda1", NULL },
  { "nvme-data", two_disks, "/dev/nvme1n1p2 /d ext4", V2V_VIA_NVME, "/dev/sdb2", NULL },
  { "nvme-whole", three_disks, "/dev/nvme2n1 /d auto", V2V_VIA_NVME, "/dev/sdc", NULL },
  { "nvme-absent", one_disk, "/dev/nvme1n1p1 /d ext4", V2V_VIA_NVME, NULL, "only 1 disks" },
  { "nvme-no-part", one_disk, "/dev/nvme0n1p9 /d ext4", V2V_VIA_NVME, NULL, "no partition 9" },
  { "nvme-type", two_disks, "/dev/nvme1n1p1 /d ext4", V2V_VIA_NVME, NULL, "holds xfs, not ext4" },
  { "nvme-swapped", two_disks, "/dev/nvme1n1p1 / ext4\n/dev/nvme0n1p2 /d ext4", V2V_VIA_NVME, "/dev/sdb2", NULL },
  { "nvme-bad", one_disk, "/dev/nvme0n1px / ext4", V2V_VIA_NONE, NULL, "no name of a disk" },

  { "xvda", one_disk, "/dev/xvda1 / ext4", V2V_VIA_XVD, "/dev/sda1", NULL },
  { "sda", one_disk, "/dev/sda1 / ext4", V2V_VIA_XVD, "/dev/sda1", NULL },
  { "xvde-root", one_disk, "/dev/xvde1 / ext4", V2V_VIA_XVD, "/dev/sda1", NULL },
  { "xvdf-gap", two_disks, ROOT_X "/dev/xvdf2 /d ext4", V2V_VIA_XVD, "/dev/sdb2", NULL },
  { "xvdf-gap-uuid-root", two_disks, ROOT_U "/dev/xvdf1 /d xfs", V2V_VIA_XVD, "/dev/sdb1", NULL },
  { "sdf-is-xvdf", three_disks, ROOT_X "/dev/sdf1 /d xfs\n/dev/xvdh /e ext4", V2V_VIA_XVD, "/dev/sdc", NULL },
  { "claimed-by-nvme", two_disks, ROOT_U "/dev/xvdb1 /x auto\n/dev/nvme1n1p1 /d xfs\n/dev/xvdb1 /x auto", V2V_VIA_XVD, NULL, "mounted on '/d'" },
  { "claimed-by-uuid", two_disks, ROOT_U "UUID=bbbb-1 /d xfs\n/dev/xvdf1 /x xfs", V2V_VIA_XVD, NULL, "mounted on '/d'" },
  { "claimed-other-partition", two_disks, ROOT_U "UUID=bbbb-1 /d xfs\n/dev/xvdf2 /x ext4", V2V_VIA_XVD, "/dev/sdb2", NULL },
  { "claimed-nvme-by-uuid", two_disks, ROOT_U "/dev/nvme1n1p1 /x xfs\nUUID=bbbb-1 /d xfs\n/dev/nvme1n1p1 /x xfs", V2V_VIA_NVME, NULL, "mounted on '/d'" },
  { "scratch-lonely", two_disks, ROOT_U "/dev/xvdb /mnt auto defaults,nofail,comment=cloudconfig", V2V_VIA_XVD, NULL, "scratch" },
  { "cloudconfig-typed", two_disks, ROOT_U "/dev/xvdf1 /d xfs nofail,comment=cloudconfig", V2V_VIA_XVD, "/dev/sdb1", NULL },
  { "xvdb-absent", one_disk, ROOT_U "/dev/xvdb /mnt auto", V2V_VIA_XVD, NULL, "names 2 disks and 1" },
  { "scratch", two_disks, ROOT_U "/dev/xvdf1 /d xfs\n/dev/xvdb /mnt auto nofail,comment=cloudconfig", V2V_VIA_XVD, NULL, "scratch" },
  { "beside-scratch", two_disks, ROOT_U "/dev/xvdb /mnt auto nofail,comment=cloudconfig\n/dev/xvdf1 /d xfs", V2V_VIA_XVD, "/dev/sdb1", NULL },
  { "content", three_disks, ROOT_U "/dev/xvdf1 /d xfs", V2V_VIA_XVD, "/dev/sdb1", NULL },
  { "content-whole", three_disks, ROOT_U "/dev/xvdh /d auto", V2V_VIA_XVD, "/dev/sdc", NULL },
  { "content-ambiguous", twin_data, ROOT_U "/dev/xvdf1 /d xfs", V2V_VIA_XVD, NULL, "any of 2" },
  { "content-none", three_disks, ROOT_U "/dev/xvdf7 /d xfs", V2V_VIA_XVD, NULL, "no other disk" },
  { "vdb", two_disks, "/dev/vda1 / ext4\n/dev/vdb1 /d xfs", V2V_VIA_XVD, "/dev/sdb1", NULL },
  { "letters-two", one_disk, "/dev/xvdaa1 /x ext4", V2V_VIA_XVD, NULL, "names 2" },
  { "letters-overflow", one_disk, "/dev/sdzzzzzzzzzzzz1 /x ext4", V2V_VIA_NONE, NULL, "no name" },
  { "number-overflow", one_disk, "/dev/sda99999999999 /x ext4", V2V_VIA_NONE, NULL, "no name" },

  { "by-id-root", one_disk, EBS "vol0123456789abcdef0-part1 / ext4", V2V_VIA_BY_ID, "/dev/sda1", NULL },
  { "by-id-namespace", one_disk, EBS "vol0123456789abcdef0_1-part1 / ext4", V2V_VIA_BY_ID, "/dev/sda1", NULL },
  { "by-id-path", three_disks, ROOT_U EBS "vol0fedcba9876543210-part2 /d ext4", V2V_VIA_BY_ID, "/dev/sdb2", NULL },
  { "by-id-hex", two_disks, ROOT_U "/dev/disk/by-id/nvme.1d0f-766f6c3066656463626139383736353433323130-416d-00000001-part1 /d xfs", V2V_VIA_BY_ID, "/dev/sdb1", NULL },
  { "by-id-content", two_disks, ROOT_U EBS "vol0aaaaaaaaaaaaaaaa-part1 /d xfs", V2V_VIA_BY_ID, "/dev/sdb1", NULL },
  { "by-id-none", two_disks, ROOT_U EBS "vol0aaaaaaaaaaaaaaaa-part1 /d btrfs", V2V_VIA_BY_ID, NULL, "no other disk" },
  { "instance-store", two_disks, "/dev/disk/by-id/nvme-Amazon_EC2_NVMe_Instance_Storage_AWS123 /d ext4", V2V_VIA_BY_ID, NULL, "instance store" },
  { "instance-store-hex", two_disks, "/dev/disk/by-id/nvme.1d0f-41575331-416d-00000001 /d ext4", V2V_VIA_BY_ID, NULL, "instance store" },
  { "by-path-nvme", one_disk, "/dev/disk/by-path/pci-0000:00:04.0-nvme-1-part1 / ext4", V2V_VIA_BY_ID, "/dev/sda1", NULL },
  { "by-path-xen", two_disks, ROOT_U "/dev/disk/by-path/xen-vbd-51792-part1 /d xfs", V2V_VIA_XVD, "/dev/sdb1", NULL },

  { "lv", lvm_guest, "/dev/vg-a/lv_data /d xfs", V2V_VIA_MAPPER, "/dev/vg-a/lv_data", NULL },
  { "mapper", lvm_guest, "/dev/mapper/vg--a-lv_data /d xfs", V2V_VIA_MAPPER, "/dev/vg-a/lv_data", NULL },
  { "dm-name", lvm_guest, "/dev/disk/by-id/dm-name-vg--a-lv_data /d xfs", V2V_VIA_MAPPER, "/dev/vg-a/lv_data", NULL },
  { "dm-uuid", lvm_guest, "/dev/disk/by-id/dm-uuid-LVM-abcdef /d xfs", V2V_VIA_MAPPER, "/dev/vg-a/lv_data", NULL },
  { "mapper-absent", lvm_guest, "/dev/mapper/vg-lv /d xfs", V2V_VIA_MAPPER, NULL, "no volume" },
  { "mapper-luks", luks_guest, "/dev/mapper/crypt /d xfs", V2V_VIA_MAPPER, NULL, "encrypted" },
  { "mapper-opened", opened_guest, "/dev/mapper/cr-data /d xfs", V2V_VIA_MAPPER, "/dev/mapper/luks-eeee", NULL },
  { "mapper-opened-as-ours", opened_guest, "/dev/mapper/luks-eeee /d xfs", V2V_VIA_MAPPER, "/dev/mapper/luks-eeee", NULL },
  { "dm-name-opened", opened_guest, "/dev/disk/by-id/dm-name-cr-data /d xfs", V2V_VIA_MAPPER, "/dev/mapper/luks-eeee", NULL },
  { "uuid-inside", opened_guest, "UUID=ffff /d xfs", V2V_VIA_UUID, "/dev/mapper/luks-eeee", NULL },
  { "nvme-encrypted-btrfs", encrypted_btrfs, "UUID=ffff / btrfs\n/dev/nvme0n1p1 /d xfs", V2V_VIA_NVME, "/dev/sdb1", NULL },
  { "mapper-other", opened_guest, "/dev/mapper/other /d xfs", V2V_VIA_MAPPER, NULL, "no volume" },
  { "opened-is-no-lvm", opened_guest, "/dev/disk/by-id/dm-uuid-LVM-abc /d xfs", V2V_VIA_MAPPER, NULL, "no volume" },

  { "tmpfs", one_disk, "tmpfs /tmp tmpfs", V2V_VIA_PSEUDO, NULL, NULL },
  { "nfs", one_disk, "server:/x /x nfs4", V2V_VIA_PSEUDO, NULL, NULL },
  { "efs", one_disk, "fs-0ab:/ /x efs _netdev,tls", V2V_VIA_PSEUDO, NULL, NULL },
  { "cifs", one_disk, "//server/share /x cifs", V2V_VIA_PSEUDO, NULL, NULL },
  { "bind", one_disk, "/dev/shm/x /x none bind", V2V_VIA_PSEUDO, NULL, NULL },
  { "swapfile", one_disk, "/swapfile none swap", V2V_VIA_PSEUDO, NULL, NULL },
  { "cdrom", one_disk, "/dev/sr0 /media iso9660", V2V_VIA_NONE, NULL, "removable" },
  { "unknown", one_disk, "/dev/root / ext4", V2V_VIA_NONE, NULL, "no name" },
};

static void
test_resolve (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (V2vGuest) guest = row->guest ();
  const V2vMount *mount;

  g_assert_true (v2v_fstab_parse (guest, row->line));
  v2v_fstab_resolve (guest);
  mount = g_ptr_array_index (guest->mounts, guest->mounts->len - 1);
  g_assert_cmpstr (mount->device, ==, row->device);
  g_assert_cmpint (mount->via, ==, row->via);
  if (row->why != NULL) {
    g_assert_nonnull (mount->why);
    g_assert_nonnull (strstr (mount->why, row->why));
  } else {
    g_assert_null (mount->why);
  }
}

static void
test_parse (void)
{
  static const char text[] = "# comment\n"
                             "\n"
                             "  \t UUID=1\t/a\\040b//c/   ext4 rw,nofail 0 0\r\n"
                             "lonely\n"
                             "   # also a comment\n"
                             "tmpfs /tmp\n"
                             "LABEL=x\\134 / xfs";
  g_autoptr (V2vGuest) guest = v2v_guest_new ();
  const V2vMount *mount;

  g_assert_true (v2v_fstab_parse (guest, text));
  g_assert_cmpuint (guest->mounts->len, ==, 3);
  mount = g_ptr_array_index (guest->mounts, 0);
  g_assert_cmpuint (mount->line, ==, 3);
  g_assert_cmpstr (mount->spec, ==, "UUID=1");
  g_assert_cmpstr (mount->mountpoint, ==, "/a b/c");
  g_assert_cmpstr (mount->vfstype, ==, "ext4");
  g_assert_true (mount->nofail);
  mount = g_ptr_array_index (guest->mounts, 1);
  g_assert_cmpuint (mount->line, ==, 6);
  g_assert_cmpstr (mount->vfstype, ==, "auto");
  g_assert_cmpstr (mount->options, ==, "defaults");
  g_assert_false (mount->nofail);
  mount = g_ptr_array_index (guest->mounts, 2);
  g_assert_cmpstr (mount->spec, ==, "LABEL=x\\134");
  g_assert_cmpstr (mount->mountpoint, ==, "/");
}

static void
test_too_many (void)
{
  g_autoptr (V2vGuest) guest = v2v_guest_new ();
  GString *text = g_string_new (NULL);

  for (int i = 0; i <= V2V_FSTAB_ENTRIES_MAX; i++)
    g_string_append_printf (text, "/dev/xvdf%d /x ext4\n", i);
  g_assert_false (v2v_fstab_parse (guest, text->str));
  g_assert_cmpuint (guest->mounts->len, ==, V2V_FSTAB_ENTRIES_MAX);
  v2v_fstab_resolve (guest);
  g_string_free (text, TRUE);
}

/* Facts without any disk: every name stays open and nothing is read past an end. */
static void
test_no_disks (void)
{
  g_autoptr (V2vGuest) guest = v2v_guest_new ();
  const V2vMount *mount;

  g_assert_true (v2v_fstab_parse (guest, "/dev/xvda1 / ext4\n/dev/nvme0n1p1 /x ext4\n"
                                         "UUID=1 /y ext4\n"));
  v2v_fstab_resolve (guest);
  for (guint i = 0; i < guest->mounts->len; i++) {
    mount = g_ptr_array_index (guest->mounts, i);
    g_assert_null (mount->device);
    g_assert_nonnull (mount->why);
  }
}

/* As many disks, file systems and entries as can be, and nothing that fits. */
static void
test_worst_case (void)
{
  g_autoptr (V2vGuest) guest = one_disk ();
  GString *text = g_string_new (NULL);

  for (int d = 1; d < 26; d++) {
    add_disk (guest, "gpt", "x");
    for (int p = 1; p < 16; p++)
      add_part (guest, (guint) d, (guint) p, "xfs", NULL, NULL);
  }
  for (int i = 0; i < V2V_FSTAB_ENTRIES_MAX; i++)
    g_string_append_printf (text, "/dev/xvdz%d /x%d xfs\n", i % 15 + 1, i);
  g_assert_true (v2v_fstab_parse (guest, text->str));
  v2v_fstab_resolve (guest);
  g_assert_cmpuint (guest->mounts->len, ==, V2V_FSTAB_ENTRIES_MAX);
  g_string_free (text, TRUE);
}

static void
test_same_device (void)
{
  g_assert_true (v2v_fstab_same_device ("/dev/sda1", "/dev/sda1"));
  g_assert_true (v2v_fstab_same_device ("btrfsvol:/dev/sda1/@/x", "/dev/sda1"));
  g_assert_false (v2v_fstab_same_device ("btrfsvol:/dev/sda11/@", "/dev/sda1"));
  g_assert_false (v2v_fstab_same_device (NULL, "/dev/sda1"));
}

static void
test_option (void)
{
  g_autofree char *subvol = v2v_fstab_dup_option ("rw,subvol=/@home,x", "subvol");
  g_autofree char *none = v2v_fstab_dup_option ("rw,subvolid=5", "subvol");

  g_assert_cmpstr (subvol, ==, "/@home");
  g_assert_null (none);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/fstab/resolve/", rows[i].name, NULL);

    g_test_add_data_func (path, &rows[i], test_resolve);
  }
  g_test_add_func ("/fstab/parse", test_parse);
  g_test_add_func ("/fstab/too-many", test_too_many);
  g_test_add_func ("/fstab/no-disks", test_no_disks);
  g_test_add_func ("/fstab/worst-case", test_worst_case);
  g_test_add_func ("/fstab/same-device", test_same_device);
  g_test_add_func ("/fstab/option", test_option);
  return g_test_run ();
}
