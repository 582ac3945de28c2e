/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "v2v-esp.h"
#include "v2v-inspect-private.h"
#include "v2v-root.h"

enum {
  GPT = 1,
  ESP = 2,        /* on the boot disk */
  BIOS_BOOT = 4,
  MBR_GRUB = 8,
  LOADER = 16,
  FALLBACK = 32,
  ARM = 64,
  OTHER_ESP = 128, /* on the second disk */
  UNREAD = 256,    /* the ESP could not be read */
  LVM = 512,       /* root on LVM, no /boot */
  TWO_DISKS = 1024,
};

static void
add_part (V2vGuest *guest, guint disk, guint number, const char *guid, int mbr)
{
  V2vPartition *part = v2v_guest_add_partition (guest);

  part->disk = disk;
  part->number = number;
  part->device = g_strdup_printf ("/dev/sd%c%u", 'a' + disk, number);
  part->type_guid = g_strdup (guid);
  part->mbr_type = mbr;
}

static void
add_disk (V2vGuest *guest, gboolean gpt)
{
  V2vDiskFact *disk = v2v_guest_add_disk (guest);

  disk->device = g_strdup_printf ("/dev/sd%c", 'a' + disk->index);
  disk->table = g_strdup (gpt ? "gpt" : "msdos");
}

static V2vGuest *
make_guest (guint flags)
{
  V2vGuest *guest = v2v_guest_new ();
  const char *esp = flags & GPT ? V2V_ESP_TYPE : NULL;

  add_disk (guest, flags & GPT);
  ((V2vDiskFact *) guest->disks->pdata[0])->grub_in_mbr = (flags & MBR_GRUB) != 0;
  add_part (guest, 0, 1, NULL, 0x83);
  if (flags & ESP)
    add_part (guest, 0, 15, esp, esp == NULL ? 0xef : -1);
  if (flags & BIOS_BOOT)
    add_part (guest, 0, 14, V2V_BIOS_BOOT_TYPE, -1);
  if (flags & (OTHER_ESP | TWO_DISKS))
    add_disk (guest, TRUE);
  if (flags & OTHER_ESP)
    add_part (guest, 1, 1, V2V_ESP_TYPE, -1);
  guest->root = g_strdup (flags & LVM ? "/dev/vg/root" : "/dev/sda1");
  guest->arch = g_strdup (flags & ARM ? "aarch64" : "x86_64");
  if (flags & UNREAD)
    v2v_guest_add_unknown (guest, "esp", "x");
  if (flags & (LOADER | FALLBACK)) {
    v2v_guest_set_bootloader (guest, "grub2");
    guest->bootloader->esp_loader = (flags & LOADER) != 0;
    guest->bootloader->esp_fallback = (flags & FALLBACK) != 0;
  }
  return guest;
}

static void
test_firmware (void)
{
  static const struct {
    guint flags;
    V2vFirmware want;
    int boot_disk;
    const char *why;
  } rows[] = {
    { GPT | ESP | LOADER, V2V_FIRMWARE_UEFI, 0, "no BIOS boot partition" },
    { GPT | ESP | FALLBACK, V2V_FIRMWARE_UEFI, 0, "no BIOS boot partition" },
    { GPT | ESP, V2V_FIRMWARE_BIOS, 0, "holds no loader" },
    { GPT | ESP | UNREAD, V2V_FIRMWARE_UEFI, 0, "no BIOS boot partition" },
    { GPT | ESP | BIOS_BOOT | LOADER, V2V_FIRMWARE_BIOS, 0, "can do both" },
    { GPT | BIOS_BOOT, V2V_FIRMWARE_BIOS, 0, "BIOS boot partition and no EFI" },
    { GPT, V2V_FIRMWARE_BIOS, 0, "no EFI system partition" },
    { 0, V2V_FIRMWARE_BIOS, 0, "no EFI system partition" },
    { ESP | LOADER, V2V_FIRMWARE_UEFI, 0, "(MBR)" },
    { ESP | LOADER | MBR_GRUB, V2V_FIRMWARE_BIOS, 0, "GRUB in the MBR" },
    { ESP | MBR_GRUB, V2V_FIRMWARE_BIOS, 0, "no loader" },
    { GPT | OTHER_ESP, V2V_FIRMWARE_BIOS, 0, "no EFI system partition" },
    { ARM | GPT, V2V_FIRMWARE_UEFI, 0, "aarch64" },
    { LVM | GPT | ESP | LOADER, V2V_FIRMWARE_UEFI, 0, "no BIOS boot partition" },
    { LVM | GPT | BIOS_BOOT | TWO_DISKS, V2V_FIRMWARE_BIOS, 0, "BIOS boot partition" },
    { LVM | GPT | BIOS_BOOT | OTHER_ESP, V2V_FIRMWARE_UNKNOWN, -1, "not known" },
    { LVM | TWO_DISKS, V2V_FIRMWARE_UNKNOWN, -1, "not known" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (V2vGuest) guest = make_guest (rows[i].flags);

    v2v_inspect_firmware (guest);
    g_assert_cmpint (guest->firmware, ==, rows[i].want);
    g_assert_cmpint (guest->boot_disk, ==, rows[i].boot_disk);
    g_assert_nonnull (strstr (guest->firmware_why, rows[i].why));
  }
}

/* /boot on a disk of its own is where firmware starts. */
static void
test_boot_disk (void)
{
  g_autoptr (V2vGuest) guest = make_guest (GPT | OTHER_ESP | LOADER);
  V2vMount *mount = v2v_guest_add_mount (guest);

  mount->mountpoint = g_strdup ("/boot");
  mount->device = g_strdup ("/dev/sdb1");
  v2v_inspect_firmware (guest);
  g_assert_cmpint (guest->boot_disk, ==, 1);
  g_assert_cmpint (guest->firmware, ==, V2V_FIRMWARE_UEFI);
}

/* The root is a subvolume in an encrypted partition of the second disk. */
static void
test_encrypted_btrfs (void)
{
  g_autoptr (V2vGuest) guest = make_guest (GPT | ESP | OTHER_ESP | LOADER);
  V2vFilesystem *fs = v2v_guest_add_filesystem (guest);

  add_part (guest, 1, 2, NULL, -1);
  fs->device = g_strdup ("/dev/mapper/luks-x");
  fs->type = g_strdup ("btrfs");
  fs->container = g_strdup ("/dev/sdb2");
  g_free (guest->root);
  guest->root = g_strdup ("btrfsvol:/dev/mapper/luks-x/@");
  v2v_inspect_firmware (guest);
  g_assert_cmpint (guest->boot_disk, ==, 1);
}

static void
test_no_disks (void)
{
  g_autoptr (V2vGuest) guest = v2v_guest_new ();

  v2v_inspect_firmware (guest);
  g_assert_cmpint (guest->boot_disk, ==, -1);
  g_assert_cmpint (guest->firmware, ==, V2V_FIRMWARE_UNKNOWN);
}

static void
test_esp (void)
{
  static const struct {
    const char *names;
    const char *arch;
    gboolean fallback, loader;
  } rows[] = {
    { "BOOT;BOOT/BOOTX64.EFI;debian;debian/grubx64.efi", "x86_64", TRUE, TRUE },
    { "boot/bootx64.efi", "x86_64", TRUE, FALSE },
    { "BOOT/BOOTAA64.EFI", "x86_64", FALSE, FALSE },
    { "BOOT/BOOTAA64.EFI", "aarch64", TRUE, FALSE },
    { "BOOT/BOOTAA64.EFI", NULL, TRUE, FALSE },
    { "Microsoft/Boot/bootmgfw.efi", "x86_64", FALSE, TRUE },
    { "fwupd/fwupdx64.efi", "x86_64", FALSE, FALSE },
    { "debian/grub.cfg;BOOT", "x86_64", FALSE, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_auto (GStrv) names = g_strsplit (rows[i].names, ";", -1);
    g_autoptr (GPtrArray) array = g_ptr_array_new ();
    V2vEsp esp;

    for (guint n = 0; names[n] != NULL; n++)
      g_ptr_array_add (array, names[n]);
    v2v_esp_classify (array, rows[i].arch, &esp);
    g_assert_cmpint (esp.fallback, ==, rows[i].fallback);
    g_assert_cmpint (esp.loader, ==, rows[i].loader);
  }
}

typedef struct {
  const char *roots; /* separated by ; */
  const char *type;  /* of the only file system */
  const char *problem;
  const char *policy;
  const char *root; /* NULL: an error with this code and part of the message */
  V2vErrorCode code;
  const char *why;
} Choice;

static const Choice choices[] = {
  { "/dev/sda1", "ext4", NULL, "single", "/dev/sda1", 0, NULL },
  { "/dev/sda1", "ext4", NULL, NULL, "/dev/sda1", 0, NULL },
  { "/dev/sda1;/dev/sdb1", "ext4", NULL, "first", "/dev/sda1", 0, NULL },
  { "/dev/sda1;/dev/sdb1", "ext4", NULL, "sdb1", "/dev/sdb1", 0, NULL },
  { "/dev/sda1;/dev/sdb1", "ext4", NULL, "/dev/sdb1", "/dev/sdb1", 0, NULL },
  { "/dev/vg-a/lv", "xfs", NULL, "/dev/mapper/vg--a-lv", "/dev/vg-a/lv", 0, NULL },
  { "btrfsvol:/dev/sda2/@", "btrfs", NULL, "sda2", "btrfsvol:/dev/sda2/@", 0, NULL },
  { "btrfsvol:/dev/sda2/@", "btrfs", NULL, "btrfsvol:/dev/sda2/@", "btrfsvol:/dev/sda2/@", 0, NULL },
  { "/dev/sda1;/dev/sdb1", "ext4", NULL, "single", NULL, V2V_ERROR_USAGE, "--root" },
  { "/dev/sda1;/dev/sdb1", "ext4", NULL, "single", NULL, V2V_ERROR_USAGE, "'/dev/sda1', '/dev/sdb1'" },
  { "/dev/sda1", "ext4", NULL, "sdc1", NULL, V2V_ERROR_USAGE, "'sdc1' holds no operating" },
  { "", "ext4", NULL, "single", NULL, V2V_ERROR_NO_OS, "no operating system" },
  { "", "ext4", NULL, "sda1", NULL, V2V_ERROR_NO_OS, "no operating system" },
  { "", "crypto_LUKS", NULL, "single", NULL, V2V_ERROR_REFUSED, "encrypted" },
  { "", "crypto_LUKS", NULL, "single", NULL, V2V_ERROR_REFUSED, "--key all:file:FILE" },
  { "", "linux_raid_member", NULL, "single", NULL, V2V_ERROR_REFUSED,
    "'/dev/sda1' is part of a RAID array that does not start: give all disks" },
  { "", "BitLocker", NULL, "first", NULL, V2V_ERROR_REFUSED, "encrypted" },
  { "", "BitLocker", NULL, "first", NULL, V2V_ERROR_REFUSED, "in the source" },
  { "/dev/sdb1", "crypto_LUKS", NULL, "/dev/sda1", NULL, V2V_ERROR_REFUSED, "encrypted" },
  { "", "ext4", "mounting 'x': bad superblock", "single", NULL, V2V_ERROR_REFUSED, "bad superblock" },
};

static void
test_choose (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (choices); i++) {
    const Choice *row = &choices[i];
    g_autoptr (V2vGuest) guest = v2v_guest_new ();
    g_autoptr (V2vRootScan) scan = v2v_root_scan_new ();
    g_auto (GStrv) roots = g_strsplit (row->roots, ";", -1);
    V2vFilesystem *fs = v2v_guest_add_filesystem (guest);
    g_autoptr (GError) error = NULL;

    fs->device = g_strdup ("/dev/sda1");
    fs->type = g_strdup (row->type);
    for (guint r = 0; roots[r] != NULL; r++)
      g_ptr_array_add (guest->roots, g_strdup (roots[r]));
    if (row->problem != NULL)
      g_ptr_array_add (scan->problems, g_strdup (row->problem));
    g_assert_cmpint (v2v_root_choose (guest, row->policy, scan, &error), ==, row->root != NULL);
    g_assert_cmpstr (guest->root, ==, row->root);
    if (row->root == NULL) {
      g_assert_error (error, V2V_ERROR, (int) row->code);
      g_assert_nonnull (strstr (error->message, row->why));
    }
  }
}

static V2vGuest *
new_luks (const char *root)
{
  V2vGuest *guest = v2v_guest_new ();
  V2vFilesystem *fs = v2v_guest_add_filesystem (guest);

  fs->device = g_strdup ("/dev/sda2");
  fs->type = g_strdup ("crypto_LUKS");
  if (root != NULL) {
    fs->opened = TRUE;
    fs = v2v_guest_add_filesystem (guest);
    fs->device = g_strdup (root);
    fs->type = g_strdup ("ext4");
    fs->container = g_strdup ("/dev/sda2");
    g_ptr_array_add (guest->roots, g_strdup (root));
  }
  return guest;
}

/* An opened volume stands for what is in it; one that no key opens says so. */
static void
test_luks (void)
{
  static const char *const names[] = { "sda2", "/dev/sda2", "/dev/mapper/luks-x", "single" };
  g_autoptr (V2vRootScan) scan = v2v_root_scan_new ();
  g_autoptr (V2vGuest) closed = new_luks (NULL);
  g_autoptr (V2vGuest) empty = new_luks (NULL);
  g_autoptr (GError) error = NULL;
  V2vFilesystem *volume = g_ptr_array_index (closed->filesystems, 0);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autoptr (V2vGuest) guest = new_luks ("/dev/mapper/luks-x");

    g_assert_true (v2v_root_choose (guest, names[i], scan, &error));
    g_assert_no_error (error);
    g_assert_cmpstr (guest->root, ==, "/dev/mapper/luks-x");
  }
  volume->why_closed = g_strdup ("none of the keys that were given opens it");
  g_assert_false (v2v_root_choose (closed, "single", scan, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, "'/dev/sda2' is a LUKS volume: none of the keys"));
  g_clear_error (&error);
  volume = g_ptr_array_index (empty->filesystems, 0);
  volume->opened = TRUE;
  g_assert_false (v2v_root_choose (empty, "single", scan, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_NO_OS);
}

static void
test_snapshot (void)
{
  g_assert_true (v2v_root_is_snapshot ("@/.snapshots/1/snapshot"));
  g_assert_true (v2v_root_is_snapshot ("timeshift-btrfs/snapshots/x/@"));
  g_assert_false (v2v_root_is_snapshot ("@rootfs"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/firmware/table", test_firmware);
  g_test_add_func ("/firmware/boot-disk", test_boot_disk);
  g_test_add_func ("/firmware/encrypted-btrfs", test_encrypted_btrfs);
  g_test_add_func ("/firmware/no-disks", test_no_disks);
  g_test_add_func ("/firmware/esp", test_esp);
  g_test_add_func ("/root/choose", test_choose);
  g_test_add_func ("/root/luks", test_luks);
  g_test_add_func ("/root/snapshot", test_snapshot);
  return g_test_run ();
}
