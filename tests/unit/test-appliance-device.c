/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the init of our appliance reads from disks, and the names that it makes.
 * Offsets are those of the formats: lvm2 (label in sectors 0 to 3), md(4), LDM's PRIVHEAD,
 * btrfs (superblock at 64 KiB, num_devices at 0x88 in it).
 */
#include <config.h>

#include <glib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "device.h"

#define MIB 1048576
#define SIZE (2 * MIB + 3 * 512)

static unsigned
signatures_of (const char *bytes, gsize length, goffset at, goffset size)
{
  int fd = memfd_create ("disk", MFD_CLOEXEC);
  unsigned flags;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (ftruncate (fd, size), ==, 0);
  if (length > 0)
    g_assert_cmpint (pwrite (fd, bytes, length, at), ==, (gssize) length);
  flags = device_signatures (fd);
  close (fd);
  return flags;
}

static void
test_signatures (void)
{
  static const struct {
    const char *bytes;
    gsize length;
    goffset at;
    unsigned flags;
  } rows[] = {
    { "LABELONE", 8, 0, DEVICE_LVM },
    { "LABELONE", 8, 512, DEVICE_LVM },
    { "LABELONE", 8, 1536, DEVICE_LVM },
    { "LABELONE", 8, 2048, 0 },
    { "LABELONE", 8, 513, 0 },
    { "\xfc\x4e\x2b\xa9", 4, 0, DEVICE_MD },
    { "\xfc\x4e\x2b\xa9", 4, 4096, DEVICE_MD },
    /* 4099 sectors less 16 is 4083, on a boundary of eight 4080. */
    { "\xfc\x4e\x2b\xa9", 4, 4080 * 512, DEVICE_MD },
    { "\xfc\x4e\x2b\xa9", 4, 4083 * 512, 0 },
    { "\xfc\x4e\x2b\xa9", 4, 2 * MIB - 65536, DEVICE_MD },
    { "\xa9\x2b\x4e\xfc", 4, 4096, 0 },
    { "Intel Raid ISM Cfg Sig. 1.3.00", 30, SIZE - 1024, DEVICE_MD },
    { "\xde\x11\xde\x11", 4, SIZE - 512, DEVICE_MD },
    { "PRIVHEAD", 8, 3072, DEVICE_LDM },
    { "PRIVHEAD", 8, SIZE - 512, DEVICE_LDM },
    /* FAT16 of mkfs.vfat, and what a boot sector of FAT32 has instead. */
    { "FAT16   ", 8, 54, DEVICE_FAT },
    { "FAT32   ", 8, 82, DEVICE_FAT },
    { "NTFS    ", 8, 3, 0 },
    { "", 0, 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpuint (signatures_of (rows[i].bytes, rows[i].length, rows[i].at, SIZE), ==,
                      rows[i].flags);
}

static void
test_btrfs (void)
{
  char block[0x100] = { 0 };

  memcpy (block + 0x40, "_BHRfS_M", 8);
  block[0x88] = 1;
  g_assert_cmpuint (signatures_of (block, sizeof block, 65536, SIZE), ==, 0);
  block[0x88] = 2;
  g_assert_cmpuint (signatures_of (block, sizeof block, 65536, SIZE), ==, DEVICE_BTRFS_SET);
  /* 256 devices: the low byte alone is not the number. */
  block[0x88] = 0;
  block[0x89] = 1;
  g_assert_cmpuint (signatures_of (block, sizeof block, 65536, SIZE), ==, DEVICE_BTRFS_SET);
  /* A device that ends inside of the superblock. */
  g_assert_cmpuint (signatures_of (block, sizeof block, 65536, 65536 + 4000), ==, 0);
}

static void
test_short_devices (void)
{
  g_assert_cmpuint (signatures_of ("", 0, 0, 0), ==, DEVICE_EMPTY);
  g_assert_cmpuint (signatures_of ("L", 1, 0, 1), ==, 0);
  g_assert_cmpuint (signatures_of ("LABELON", 7, 0, 7), ==, 0);
  g_assert_cmpuint (signatures_of ("LABELONE", 8, 512, 520), ==, DEVICE_LVM);
}

static void
test_path_names (void)
{
  static const char adapter[] = "../../devices/pci0000:00/0000:00:03.0/virtio1/host2/";
  g_autofree char *disk = g_strconcat (adapter, "target2:0:11/2:0:11:0/block/sdl", NULL);
  g_autofree char *part = g_strconcat (adapter, "target2:0:0/2:0:0:1/block/sda/sda15", NULL);
  g_autofree char *endless = g_strnfill (400, 'x');
  g_autofree char *long_bus = g_strconcat ("/", endless, "/virtio1/1:0:0:0/block/sda", NULL);
  char name[DEVICE_PATH_MAX];

  g_assert_cmpint (device_path_name (disk, 0, name, sizeof name), ==, 0);
  g_assert_cmpstr (name, ==, "pci-0000:00:03.0-scsi-0:0:11:0");
  g_assert_cmpint (device_path_name (part, 15, name, sizeof name), ==, 0);
  g_assert_cmpstr (name, ==, "pci-0000:00:03.0-scsi-0:0:0:1-part15");
  g_assert_cmpint (device_path_name (disk, 0, name, 12), ==, -1);
  g_assert_cmpint (device_path_name (part, 15, name, 36), ==, -1);
  g_assert_cmpint (device_path_name (long_bus, 0, name, sizeof name), ==, -1);
  g_assert_cmpint (device_path_name ("../../devices/virtual/block/dm-0", 0, name, sizeof name), ==, -1);
  g_assert_cmpint (device_path_name ("/0000:00:04.0/virtio2/block/vda", 0, name, sizeof name), ==, -1);
  g_assert_cmpint (device_path_name ("/block/sda/virtio", 0, name, sizeof name), ==, -1);
}

static void
test_encode (void)
{
  static const char *const rows[][2] = {
    { "root", "root" },           { "my disk", "my\\x20disk" }, { "a/../b", "a\\x2f..\\x2fb" },
    { "..", "\\x2e." },           { ".", "\\x2e" },             { "\xc3\xa4", "\\xc3\\xa4" },
    { "a\nb", "a\\x0ab" },        { "A-Z_0.9#+:=@", "A-Z_0.9#+:=@" },
  };
  char out[64];

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_assert_cmpint (device_encode ((const unsigned char *) rows[i][0], strlen (rows[i][0]),
                                    out, sizeof out),
                     ==, 0);
    g_assert_cmpstr (out, ==, rows[i][1]);
  }
  g_assert_cmpint (device_encode ((const unsigned char *) "ab\0cd", 5, out, sizeof out), ==, 0);
  g_assert_cmpstr (out, ==, "ab");
  g_assert_cmpint (device_encode ((const unsigned char *) "", 0, out, sizeof out), ==, -1);
  g_assert_cmpint (device_encode ((const unsigned char *) "\0x", 2, out, sizeof out), ==, -1);
  g_assert_cmpint (device_encode ((const unsigned char *) "abcdef", 6, out, 8), ==, -1);
}

static void
test_candidates (void)
{
  g_assert_true (device_is_candidate ("sda"));
  g_assert_true (device_is_candidate ("sdab12"));
  g_assert_true (device_is_candidate ("md127p1"));
  g_assert_true (device_is_candidate ("dm-3"));
  g_assert_false (device_is_candidate ("loop0"));
  g_assert_false (device_is_candidate ("ram0"));
  g_assert_false (device_is_candidate ("."));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/appliance-device/signatures", test_signatures);
  g_test_add_func ("/appliance-device/btrfs", test_btrfs);
  g_test_add_func ("/appliance-device/short-devices", test_short_devices);
  g_test_add_func ("/appliance-device/path-names", test_path_names);
  g_test_add_func ("/appliance-device/encode", test_encode);
  g_test_add_func ("/appliance-device/candidates", test_candidates);
  return g_test_run ();
}
