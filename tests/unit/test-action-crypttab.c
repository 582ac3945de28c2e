/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "actions/v2v-action-crypttab.h"
#include "test-tree.h"
#include "v2v-crypttab.h"
#include "v2v-inspect-private.h"

#define ROOT "11111111-1111-4111-8111-111111111111"
#define SWAP "66666666-6666-4666-8666-666666666666"
#define DATA "22222222-2222-4222-8222-222222222222"

#define SWAP_TYPE "0657FD6D-A4AB-43C4-84E5-0933C84B4F4F"
#define LINUX_TYPE "0FC63DAF-8483-4772-8E79-3D69D8477DE4"
#define BIOS_BOOT_TYPE "21686148-6449-6E6F-744E-656564454649"

/* sda: 1 /boot, 2 LUKS with the root, 3 swap with a new key at each boot, 4 without a known
 * content, 5 the boot loader's, 6 what was plain swap; sdb: 1 LUKS, closed, 2 ext4, 3 LVM,
 * 4 without a known content, 5 as sda3, 6 cannot be read, 7 swap that fstab has by UUID. */
static const struct {
  guint disk, number;
  const char *partition;
  const char *type; /* NULL: nothing that blkid knows */
  const char *uuid;
} parts[] = {
  { 0, 1, LINUX_TYPE, "ext4", "33333333-3333-4333-8333-333333333333" },
  { 0, 2, LINUX_TYPE, "crypto_LUKS", ROOT },
  { 0, 3, SWAP_TYPE, NULL, NULL },
  { 0, 4, LINUX_TYPE, NULL, NULL },
  { 0, 5, BIOS_BOOT_TYPE, NULL, NULL },
  { 0, 6, LINUX_TYPE, "swap", "44444444-4444-4444-8444-444444444444" },
  { 1, 1, LINUX_TYPE, "crypto_LUKS", DATA },
  { 1, 2, LINUX_TYPE, "ext4", "55555555-5555-4555-8555-555555555555" },
  { 1, 3, SWAP_TYPE, "LVM2_member", "gq5tUH-JzXS-6Qvr-4GTZ-1bZw-0001-aBcDeF" },
  { 1, 4, LINUX_TYPE, NULL, NULL },
  { 1, 5, SWAP_TYPE, NULL, NULL },
  { 1, 6, SWAP_TYPE, NULL, NULL },
  { 1, 7, SWAP_TYPE, "swap", SWAP },
};

static void
add_part (V2vGuest *guest, gsize i)
{
  V2vPartition *part = v2v_guest_add_partition (guest);
  V2vFilesystem *fs;

  part->disk = parts[i].disk;
  part->number = parts[i].number;
  part->device = g_strdup_printf ("/dev/sd%c%u", 'a' + part->disk, part->number);
  part->partuuid = g_strdup_printf ("%08u-%02u", part->disk, part->number);
  part->type_guid = g_strdup (parts[i].partition);
  if (parts[i].type == NULL)
    return;
  fs = v2v_guest_add_filesystem (guest);
  fs->device = g_strdup (part->device);
  fs->type = g_strdup (parts[i].type);
  fs->uuid = g_strdup (parts[i].uuid);
}

static V2vGuest *
new_guest (void)
{
  V2vGuest *guest = v2v_guest_new ();
  V2vFilesystem *fs;

  for (guint i = 0; i < 2; i++) {
    V2vDiskFact *disk = v2v_guest_add_disk (guest);

    disk->index = i;
    disk->device = g_strdup_printf ("/dev/sd%c", 'a' + i);
    disk->table = g_strdup ("gpt");
  }
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++)
    add_part (guest, i);
  v2v_guest_add_unknown (guest, "filesystem:/dev/sdb6", "two signatures");
  fs = g_ptr_array_index (guest->filesystems, 1);
  fs->opened = TRUE;
  fs = v2v_guest_add_filesystem (guest);
  fs->device = g_strdup ("/dev/mapper/luks-" ROOT);
  fs->type = g_strdup ("xfs");
  fs->container = g_strdup ("/dev/sda2");
  guest->root = g_strdup (fs->device);
  return guest;
}

#define FSTAB "UUID=" SWAP " none swap sw 0 0\n"

static const struct {
  const char *name;
  const char *line;
  const char *want; /* NULL: as it is */
  const char *warning; /* part of it; NULL: none */
} rows[] = {
  { "nvme", "cr /dev/nvme0n1p2 none luks", "cr UUID=" ROOT " none luks", NULL },
  { "blanks-stay", "\tcr\t /dev/nvme0n1p2\tnone  luks \r", "\tcr\t UUID=" ROOT "\tnone  luks \r", NULL },
  { "two-fields", "cr /dev/xvda2", "cr UUID=" ROOT, NULL },
  { "other-disk", "data /dev/nvme1n1p1 /etc/key luks,nofail", "data UUID=" DATA " /etc/key luks,nofail", NULL },
  { "by-id", "data /dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123456789abcdef0-part2 none",
    NULL, "none of the disks" },
  { "uuid", "cr UUID=" ROOT " none luks", NULL, NULL },
  { "uuid-absent", "cr UUID=5 none luks", NULL, NULL },
  { "lvm", "cr /dev/vg/cr none luks", NULL, NULL },
  { "file", "cr /srv/container none luks", NULL, NULL },
  { "comment", "# cr /dev/nvme0n1p2 none luks", NULL, NULL },
  { "short", "/dev/nvme0n1p2", NULL, NULL },
  { "swap", "swap /dev/nvme0n1p3 /dev/urandom swap,cipher=aes-xts-plain64",
    "swap PARTUUID=00000000-03 /dev/urandom swap,cipher=aes-xts-plain64", NULL },
  { "not-luks", "x /dev/nvme0n1p1 none luks", "x /dev/nvme0n1p1 none luks,nofail", "holds ext4" },
  /* A new key at each boot: what was there before is lost. */
  { "swap-was-plain", "s /dev/nvme0n1p6 /dev/urandom swap", "s PARTUUID=00000000-06 /dev/urandom swap", NULL },
  { "swap-nothing-known", "s /dev/xvda4 /dev/urandom swap", "s PARTUUID=00000000-04 /dev/urandom swap", NULL },
  { "swap-other-disk", "s /dev/nvme1n1p5 /dev/random swap", "s PARTUUID=00000001-05 /dev/random swap", NULL },
  { "tmp", "t /dev/nvme0n1p3 /dev/urandom tmp=ext4", "t PARTUUID=00000000-03 /dev/urandom tmp=ext4", NULL },
  { "swap-on-other-data", "s /dev/nvme1n1p4 /dev/urandom swap", NULL, "does not say that it is for swap" },
  { "swap-on-ext4", "s /dev/nvme1n1p2 /dev/urandom swap", NULL, "'/dev/sdb2' holds ext4" },
  { "swap-on-lvm", "s /dev/nvme1n1p3 /dev/urandom swap", NULL, "'/dev/sdb3' holds LVM2_member" },
  { "swap-on-luks", "s /dev/nvme1n1p1 /dev/urandom swap", NULL, "'/dev/sdb1' holds crypto_LUKS" },
  { "swap-on-unknown", "s /dev/nvme1n1p6 /dev/urandom swap", NULL, "'/dev/sdb6' holds something" },
  { "swap-on-used-swap", "s /dev/nvme1n1p7 /dev/urandom swap", NULL, "used for 'none'" },
  { "swap-on-loader", "s /dev/nvme0n1p5 /dev/urandom swap", NULL, "is no partition for data" },
  { "swap-on-table", "s /dev/nvme1n1 /dev/urandom swap", NULL, "'/dev/sdb' has partitions" },
  { "tmp-on-ext4", "t /dev/xvdb2 /dev/urandom tmp=ext4", NULL, "'/dev/sdb2' holds ext4" },
  { "plain-on-ext4", "p /dev/nvme1n1p2 /etc/key plain", NULL, "'/dev/sdb2' holds ext4" },
  { "random-on-ext4", "p /dev/nvme1n1p2 /dev/hwrng", NULL, "'/dev/sdb2' holds ext4" },
  { "swap-in-luks", "s /dev/nvme1n1p1 /etc/key luks,swap", "s UUID=" DATA " /etc/key luks,swap", NULL },
  { "swap-absent", "s /dev/nvme4n1p1 /dev/urandom swap", "s /dev/nvme4n1p1 /dev/urandom swap,nofail", "made optional" },
  { "header", "d /dev/nvme1n1p4 /key luks,header=/boot/d.hdr", NULL, "name it by PARTUUID" },
  { "bitlocker", "d /dev/nvme1n1p2 /key bitlk", NULL, "name it by PARTUUID" },
  { "truecrypt", "d /dev/nvme0n1p2 /key tcrypt-veracrypt,tcrypt", NULL, "name it by PARTUUID" },
  /* One volume, one name. */
  { "taken", "data UUID=" DATA " none luks\nold /dev/nvme1n1p1 none luks",
    "data UUID=" DATA " none luks\nold /dev/nvme1n1p1 none luks,nofail", "'/dev/sdb1' is used for '/dev/mapper/data'" },
  { "absent", "x /dev/nvme4n1 none luks,discard # later", "x /dev/nvme4n1 none luks,discard,nofail # later", "made optional" },
  { "absent-short", "x /dev/nvme4n1 \r", "x /dev/nvme4n1 none nofail \r", "made optional" },
  { "absent-key", "x /dev/nvme4n1 /key", "x /dev/nvme4n1 /key nofail", "made optional" },
  { "absent-optional", "x /dev/nvme4n1 none noauto", NULL, "goes on without" },
};

static void
test_rewrite (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (V2vGuest) guest = new_guest ();
    g_autoptr (V2vReport) report = v2v_report_new ();
    g_autofree char *text = g_strconcat ("# volumes\n", rows[i].line, "\n", NULL);
    g_autofree char *want = g_strconcat ("# volumes\n", rows[i].want != NULL ? rows[i].want : rows[i].line, "\n", NULL);
    g_autofree char *got = v2v_action_crypttab_rewrite (text, guest, FSTAB, g_str_equal (rows[i].name, "by-id") ? FALSE : TRUE, report);

    g_test_message ("%s", rows[i].name);
    g_assert_cmpstr (got, ==, want);
    g_assert_cmpuint (report->changes->len, ==, rows[i].want != NULL ? 1 : 0);
    g_assert_cmpuint (report->warnings->len, ==, rows[i].warning != NULL ? 1 : 0);
    if (rows[i].warning != NULL)
      g_assert_nonnull (strstr (g_ptr_array_index (report->warnings, 0), rows[i].warning));
  }
}

static void
test_no_newline (void)
{
  g_autoptr (V2vGuest) guest = new_guest ();
  g_autoptr (V2vReport) report = v2v_report_new ();
  g_autofree char *got = v2v_action_crypttab_rewrite ("a /dev/xvda2\n\nb /dev/nvme1n1p1", guest, NULL, TRUE, report);

  g_assert_cmpstr (got, ==, "a UUID=" ROOT "\n\nb UUID=" DATA);
}

/* The name that the guest has for what is opened. */
static void
test_name (void)
{
  g_autoptr (V2vGuest) guest = new_guest ();
  const V2vFilesystem *fs;

  v2v_crypttab_name (guest, "data UUID=" DATA "\ncr_root /dev/nvme0n1p2\nagain /dev/xvda2\n", NULL);
  fs = v2v_guest_find_mapped (guest, "cr_root");
  g_assert_nonnull (fs);
  g_assert_cmpstr (fs->device, ==, "/dev/mapper/luks-" ROOT);
  g_assert_true (fs == v2v_guest_find_mapped (guest, "luks-" ROOT));
  g_assert_null (v2v_guest_find_mapped (guest, "again"));
  g_assert_null (v2v_guest_find_mapped (guest, "data"));
  g_assert_cmpstr (v2v_guest_find_outside (guest, fs->device), ==, "/dev/sda2");
  g_assert_cmpstr (v2v_guest_find_outside (guest, "/dev/sda1"), ==, "/dev/sda1");
  g_assert_cmpstr (v2v_guest_find_outside (guest, "btrfsvol:/dev/mapper/luks-" ROOT "/@/root"), ==, "/dev/sda2");
  g_assert_cmpstr (v2v_guest_find_outside (guest, "btrfsvol:/dev/sda1/@"), ==, "/dev/sda1");
  g_assert_cmpstr (v2v_guest_find_outside (guest, "/dev/mapper/luks-" ROOT "/x"), ==, "/dev/mapper/luks-" ROOT "/x");
  g_assert_true (v2v_guest_has_closed (guest));
}

/* Where systemd finds the root by itself, there is no fstab. */
static void
test_name_without_fstab (void)
{
  g_autoptr (V2vGuest) guest = new_guest ();
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (GError) error = NULL;

  tree_write (tree, "/etc/crypttab", "cr_root UUID=" ROOT " none luks\n");
  g_assert_true (v2v_inspect_mounts (tree->fs, guest, &error));
  g_assert_no_error (error);
  g_assert_nonnull (v2v_guest_find_mapped (guest, "cr_root"));
}

/* Lines beyond the cap are left alone. */
static void
test_cap (void)
{
  g_autoptr (V2vGuest) guest = new_guest ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (V2vReport) report = v2v_report_new ();
  g_autofree char *out = NULL;
  g_autoptr (GPtrArray) list = NULL;

  for (guint i = 0; i < V2V_CRYPTTAB_ENTRIES_MAX + 5; i++)
    g_string_append_printf (text, "n%u /dev/nvme0n1p2\n", i);
  out = v2v_action_crypttab_rewrite (text->str, guest, NULL, TRUE, report);
  g_assert_cmpuint (report->changes->len, ==, V2V_CRYPTTAB_ENTRIES_MAX);
  g_assert_cmpuint (report->warnings->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (report->warnings, 0), ==,
                   "/etc/crypttab has 256 entries up to line 256: what follows is left as it is");
  list = v2v_crypttab_parse (text->str, guest, NULL);
  g_assert_cmpuint (list->len, ==, V2V_CRYPTTAB_ENTRIES_MAX);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/action-crypttab/rewrite", test_rewrite);
  g_test_add_func ("/action-crypttab/no-newline", test_no_newline);
  g_test_add_func ("/action-crypttab/cap", test_cap);
  g_test_add_func ("/crypttab/name", test_name);
  g_test_add_func ("/crypttab/name-without-fstab", test_name_without_fstab);
  return g_test_run ();
}
