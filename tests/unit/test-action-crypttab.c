/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "actions/v2v-action-crypttab.h"
#include "v2v-crypttab.h"

#define ROOT "11111111-1111-4111-8111-111111111111"
#define DATA "22222222-2222-4222-8222-222222222222"

static void
add_part (V2vGuest *guest, guint disk, guint number, const char *type, const char *uuid)
{
  V2vPartition *part = v2v_guest_add_partition (guest);
  V2vFilesystem *fs = v2v_guest_add_filesystem (guest);

  part->disk = disk;
  part->number = number;
  part->device = g_strdup_printf ("/dev/sd%c%u", 'a' + disk, number);
  part->partuuid = g_strdup_printf ("%08u-%02u", disk, number);
  fs->device = g_strdup (part->device);
  fs->type = g_strdup (type);
  fs->uuid = g_strdup (uuid);
}

/* sda: 1 /boot, 2 LUKS with the root, 3 what was swap; sdb1 LUKS, closed. */
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
  add_part (guest, 0, 1, "ext4", "33333333-3333-4333-8333-333333333333");
  add_part (guest, 0, 2, "crypto_LUKS", ROOT);
  add_part (guest, 0, 3, "swap", "44444444-4444-4444-8444-444444444444");
  add_part (guest, 1, 1, "crypto_LUKS", DATA);
  fs = g_ptr_array_index (guest->filesystems, 1);
  fs->opened = TRUE;
  fs = v2v_guest_add_filesystem (guest);
  fs->device = g_strdup ("/dev/mapper/luks-" ROOT);
  fs->type = g_strdup ("xfs");
  fs->container = g_strdup ("/dev/sda2");
  guest->root = g_strdup (fs->device);
  return guest;
}

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
    g_autofree char *got = v2v_action_crypttab_rewrite (text, guest, NULL, g_str_equal (rows[i].name, "by-id") ? FALSE : TRUE, report);

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

  v2v_crypttab_name (guest, "data UUID=" DATA "\ncr_root /dev/nvme0n1p2\nagain UUID=" ROOT "\n", NULL);
  fs = v2v_guest_find_mapped (guest, "cr_root");
  g_assert_nonnull (fs);
  g_assert_cmpstr (fs->device, ==, "/dev/mapper/luks-" ROOT);
  g_assert_true (fs == v2v_guest_find_mapped (guest, "luks-" ROOT));
  g_assert_null (v2v_guest_find_mapped (guest, "again"));
  g_assert_null (v2v_guest_find_mapped (guest, "data"));
  g_assert_cmpstr (v2v_guest_find_outside (guest, fs->device), ==, "/dev/sda2");
  g_assert_cmpstr (v2v_guest_find_outside (guest, "/dev/sda1"), ==, "/dev/sda1");
  g_assert_true (v2v_guest_has_closed (guest));
}

/* Lines beyond the cap are left alone. */
static void
test_cap (void)
{
  g_autoptr (V2vGuest) guest = new_guest ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) list = NULL;

  for (guint i = 0; i < V2V_CRYPTTAB_ENTRIES_MAX + 5; i++)
    g_string_append_printf (text, "n%u /dev/nvme0n1p2\n", i);
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
  return g_test_run ();
}
