/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "actions/v2v-action-fstab.h"

#define ROOT "11111111-1111-4111-8111-111111111111"
#define DATA "33333333-3333-4333-8333-333333333333"
#define TWIN "44444444-4444-4444-8444-444444444444"
#define BTRFS "55555555-5555-4555-8555-555555555555"
#define SWAP "22222222-2222-4222-8222-222222222222"
#define TAIL "nofail,x-systemd.device-timeout=10s"

static const struct {
  const char *device, *type, *uuid, *partuuid;
} disks[] = {
  { "/dev/sda1", "ext4", ROOT, "aaaaaaaa-0001-4000-8000-000000000001" },
  { "/dev/sda2", "swap", SWAP, NULL },
  { "/dev/sda15", "vfat", "1234-ABCD", NULL },
  { "/dev/sdb", "xfs", DATA, NULL },
  { "/dev/sdc1", "unknown", NULL, "cccccccc-0001-4000-8000-000000000001" },
  { "/dev/sdd1", "xfs", TWIN, "dddddddd-01" },
  { "/dev/sde1", "xfs", TWIN, "eeeeeeee-01" },
  { "/dev/sdf1", "btrfs", BTRFS, "ffffffff-01" },
  { "/dev/sdg1", "btrfs", BTRFS, "ffffffff-02" },
  { "/dev/sdh", "unknown", NULL, NULL },
  { "/dev/sdi1", "ext4", "bad uuid,x", NULL },
};

/* What inspection would say about a spec. */
static const struct {
  const char *spec;
  V2vMountVia via;
  const char *device;
} specs[] = {
  { "/dev/nvme0n1p1", V2V_VIA_NVME, "/dev/sda1" },
  { "/dev/nvme0n1p2", V2V_VIA_NVME, "/dev/sda2" },
  { "/dev/nvme0n1p15", V2V_VIA_NVME, "/dev/sda15" },
  { "/dev/nvme1n1", V2V_VIA_NVME, "/dev/sdb" },
  { "/dev/nvme2n1p1", V2V_VIA_NVME, "/dev/sdc1" },
  { "/dev/nvme3n1p1", V2V_VIA_NVME, "/dev/sdd1" },
  { "/dev/nvme5n1p1", V2V_VIA_NVME, "/dev/sdf1" },
  { "/dev/nvme7n1", V2V_VIA_NVME, "/dev/sdh" },
  { "/dev/nvme8n1p1", V2V_VIA_NVME, "/dev/sdi1" },
  { "/dev/nvme9n1", V2V_VIA_NVME, NULL },
  { "/dev/xvda1", V2V_VIA_XVD, "/dev/sda1" },
  { "/dev/xvdf", V2V_VIA_XVD, "/dev/sdb" },
  { "/dev/xvdz", V2V_VIA_XVD, NULL },
  { "/dev/sda1", V2V_VIA_XVD, "/dev/sda1" },
  { "/dev/vdb", V2V_VIA_XVD, "/dev/sdb" },
  { "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0a", V2V_VIA_BY_ID, "/dev/sdb" },
  { "/dev/disk/by-path/pci-0000:00:04.0-nvme-1-part1", V2V_VIA_BY_ID, "/dev/sda1" },
  { "/dev/disk/by-id/dm-uuid-LVM-abc", V2V_VIA_BY_ID, "/dev/vg/data" },
  { "/dev/disk/by-id/md-uuid-abc", V2V_VIA_BY_ID, "/dev/md0" },
  { "UUID=" ROOT, V2V_VIA_UUID, "/dev/sda1" },
  { "UUID=dead", V2V_VIA_UUID, NULL },
  { "LABEL=root", V2V_VIA_LABEL, "/dev/sda1" },
  { "LABEL=gone", V2V_VIA_LABEL, NULL },
  { "PARTUUID=cccc", V2V_VIA_PARTUUID, "/dev/sdc1" },
  { "PARTUUID=aaaa", V2V_VIA_PARTUUID, "/dev/sda1" },
  { "PARTLABEL=root", V2V_VIA_PARTLABEL, "/dev/sda1" },
  { "/dev/vg/data", V2V_VIA_MAPPER, "/dev/vg/data" },
  { "/dev/mapper/secret", V2V_VIA_MAPPER, NULL },
  { "tmpfs", V2V_VIA_PSEUDO, NULL },
  { "fs-1.efs.us-east-1.amazonaws.com:/", V2V_VIA_PSEUDO, NULL },
  { "odd", V2V_VIA_NONE, NULL },
};

static const struct {
  const char *name, *before, *after;
  guint changes, warnings;
} rows[] = {
  { "empty", "", "", 0, 0 },
  { "comment", "# /dev/nvme0n1p1 / ext4\n", "# /dev/nvme0n1p1 / ext4\n", 0, 0 },
  { "indented-comment", " \t#/dev/xvda1 / ext4\n", " \t#/dev/xvda1 / ext4\n", 0, 0 },
  { "nvme-root", "/dev/nvme0n1p1 / ext4 defaults 0 1\n",
    "UUID=" ROOT " / ext4 defaults 0 1\n", 1, 0 },
  { "nvme-tabs", "\t/dev/nvme0n1p1\t/\text4\tdefaults\t0\t1\n",
    "\tUUID=" ROOT "\t/\text4\tdefaults\t0\t1\n", 1, 0 },
  { "nvme-whole-disk", "/dev/nvme1n1 /srv xfs defaults 0 0\n",
    "UUID=" DATA " /srv xfs defaults 0 0\n", 1, 0 },
  { "xvd", "/dev/xvda1 / ext4 defaults 0 1\n", "UUID=" ROOT " / ext4 defaults 0 1\n", 1,
    0 },
  { "xvd-gap", "/dev/xvdf /srv xfs nofail 0 0\n", "UUID=" DATA " /srv xfs nofail 0 0\n", 1,
    0 },
  { "sda", "/dev/sda1 / ext4 defaults 0 1\n", "UUID=" ROOT " / ext4 defaults 0 1\n", 1, 0 },
  { "vdb", "/dev/vdb /srv xfs defaults 0 0\n", "UUID=" DATA " /srv xfs defaults 0 0\n", 1,
    0 },
  { "swap", "/dev/nvme0n1p2 none swap sw 0 0\n", "UUID=" SWAP " none swap sw 0 0\n", 1, 0 },
  { "vfat", "/dev/nvme0n1p15 /boot/efi vfat umask=0077 0 1\n",
    "UUID=1234-ABCD /boot/efi vfat umask=0077 0 1\n", 1, 0 },
  { "partuuid", "/dev/nvme2n1p1 /x auto defaults 0 0\n",
    "PARTUUID=cccccccc-0001-4000-8000-000000000001 /x auto defaults 0 0\n", 1, 0 },
  { "twin-uuid", "/dev/nvme3n1p1 /x xfs defaults 0 0\n",
    "PARTUUID=dddddddd-01 /x xfs defaults 0 0\n", 1, 0 },
  { "btrfs-uuid-is-shared", "/dev/nvme5n1p1 /x btrfs subvol=@x 0 0\n",
    "UUID=" BTRFS " /x btrfs subvol=@x 0 0\n", 1, 0 },
  { "nameless", "/dev/nvme7n1 /x auto defaults 0 0\n",
    "/dev/nvme7n1 /x auto defaults 0 0\n", 0, 1 },
  { "hostile-uuid", "/dev/nvme8n1p1 /x ext4 defaults 0 0\n",
    "/dev/nvme8n1p1 /x ext4 defaults 0 0\n", 0, 1 },
  { "by-id", "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0a /x xfs defaults 0 0\n",
    "UUID=" DATA " /x xfs defaults 0 0\n", 1, 0 },
  { "by-path", "/dev/disk/by-path/pci-0000:00:04.0-nvme-1-part1 / ext4 defaults 0 1\n",
    "UUID=" ROOT " / ext4 defaults 0 1\n", 1, 0 },
  { "by-id-lvm", "/dev/disk/by-id/dm-uuid-LVM-abc /x xfs defaults 0 0\n",
    "/dev/disk/by-id/dm-uuid-LVM-abc /x xfs defaults 0 0\n", 0, 0 },
  { "by-id-md", "/dev/disk/by-id/md-uuid-abc /x xfs defaults 0 0\n",
    "/dev/disk/by-id/md-uuid-abc /x xfs defaults 0 0\n", 0, 0 },
  { "uuid-stays", "UUID=" ROOT " / ext4 defaults 0 1\n",
    "UUID=" ROOT " / ext4 defaults 0 1\n", 0, 0 },
  { "label-stays", "LABEL=root / ext4 defaults 0 1\n", "LABEL=root / ext4 defaults 0 1\n", 0,
    0 },
  { "partuuid-of-root", "PARTUUID=aaaa / ext4 rw 0 1\n", "UUID=" ROOT " / ext4 rw 0 1\n", 1, 0 },
  { "partlabel-of-root", "PARTLABEL=root\t/ ext4\n", "UUID=" ROOT "\t/ ext4\n", 1, 0 },
  { "partuuid-stays", "PARTUUID=cccc /x ext4 defaults 0 1\n",
    "PARTUUID=cccc /x ext4 defaults 0 1\n", 0, 0 },
  { "lvm-stays", "/dev/vg/data /x xfs defaults 0 0\n", "/dev/vg/data /x xfs defaults 0 0\n",
    0, 0 },
  { "mapper-unresolved-stays", "/dev/mapper/secret /x xfs defaults 0 0\n",
    "/dev/mapper/secret /x xfs defaults 0 0\n", 0, 0 },
  { "tmpfs", "tmpfs /tmp tmpfs size=1g 0 0\n", "tmpfs /tmp tmpfs size=1g 0 0\n", 0, 0 },
  { "nfs", "fs-1.efs.us-east-1.amazonaws.com:/ /efs nfs4 _netdev 0 0\n",
    "fs-1.efs.us-east-1.amazonaws.com:/ /efs nfs4 _netdev 0 0\n", 0, 0 },
  { "unresolved", "/dev/xvdz /mnt auto defaults 0 2\n",
    "/dev/xvdz /mnt auto defaults," TAIL " 0 2\n", 1, 1 },
  { "unresolved-nvme", "/dev/nvme9n1\t/mnt\text4\trw,noatime\t0\t2\n",
    "/dev/nvme9n1\t/mnt\text4\trw,noatime," TAIL "\t0\t2\n", 1, 1 },
  { "unresolved-uuid", "UUID=dead /mnt ext4 defaults 0 2\n",
    "UUID=dead /mnt ext4 defaults," TAIL " 0 2\n", 1, 1 },
  { "unresolved-label", "LABEL=gone /mnt ext4 defaults 0 2\n",
    "LABEL=gone /mnt ext4 defaults," TAIL " 0 2\n", 1, 1 },
  { "unresolved-none", "odd /mnt ext4 defaults 0 2\n",
    "odd /mnt ext4 defaults," TAIL " 0 2\n", 1, 1 },
  { "unresolved-swap", "/dev/xvdz none swap sw 0 0\n",
    "/dev/xvdz none swap sw," TAIL " 0 0\n", 1, 1 },
  { "unresolved-nofail", "/dev/xvdz /mnt auto defaults,nofail,comment=cloudconfig 0 2\n",
    "/dev/xvdz /mnt auto defaults,nofail,comment=cloudconfig 0 2\n", 0, 1 },
  { "unresolved-noauto", "/dev/xvdz /mnt auto noauto 0 2\n",
    "/dev/xvdz /mnt auto noauto 0 2\n", 0, 1 },
  { "nofail-as-a-part", "/dev/xvdz /mnt auto xnofail,nofailx 0 2\n",
    "/dev/xvdz /mnt auto xnofail,nofailx," TAIL " 0 2\n", 1, 1 },
  { "unresolved-own-timeout", "/dev/xvdz /mnt auto x-systemd.device-timeout=1s 0 2\n",
    "/dev/xvdz /mnt auto x-systemd.device-timeout=1s,nofail 0 2\n", 1, 1 },
  { "unresolved-three-fields", "/dev/xvdz /mnt auto\n",
    "/dev/xvdz /mnt auto defaults," TAIL "\n", 1, 1 },
  { "unresolved-two-fields", "/dev/xvdz /mnt\n", "/dev/xvdz /mnt\n", 0, 1 },
  { "unresolved-usr", "/dev/xvdz /usr ext4 defaults 0 2\n",
    "/dev/xvdz /usr ext4 defaults 0 2\n", 0, 1 },
  { "unresolved-root-is-known", "/dev/xvdz / ext4 defaults 0 1\n",
    "UUID=" ROOT " / ext4 defaults 0 1\n", 1, 0 },
  { "crlf", "/dev/xvda1 / ext4 defaults 0 1\r\n/dev/xvdz /m ext4 defaults\r\n",
    "UUID=" ROOT " / ext4 defaults 0 1\r\n/dev/xvdz /m ext4 defaults," TAIL "\r\n", 2, 1 },
  { "no-newline", "# x\n\n/dev/xvda1 / ext4 defaults",
    "# x\n\nUUID=" ROOT " / ext4 defaults", 1, 0 },
  { "escapes", "/dev/xvdf /my\\040disk xfs defaults 0 0 # why\n",
    "UUID=" DATA " /my\\040disk xfs defaults 0 0 # why\n", 1, 0 },
  { "one-field", "/dev/xvda1\n", "/dev/xvda1\n", 0, 0 },
  { "latin1", "/dev/xvdf /caf\xe9 xfs defaults 0 0\n",
    "UUID=" DATA " /caf\xe9 xfs defaults 0 0\n", 1, 0 },
};

static V2vGuest *
make_guest (void)
{
  V2vGuest *guest = v2v_guest_new ();

  guest->root = g_strdup ("/dev/sda1");
  for (gsize i = 0; i < G_N_ELEMENTS (disks); i++) {
    V2vFilesystem *fs = v2v_guest_add_filesystem (guest);

    fs->device = g_strdup (disks[i].device);
    fs->type = g_strdup (disks[i].type);
    fs->uuid = g_strdup (disks[i].uuid);
    if (disks[i].partuuid != NULL) {
      V2vPartition *part = v2v_guest_add_partition (guest);

      part->device = g_strdup (disks[i].device);
      part->partuuid = g_strdup (disks[i].partuuid);
    }
  }
  return guest;
}

/* Stands for the inspection of /etc/fstab. */
static V2vGuest *
inspect (const char *text)
{
  V2vGuest *guest = make_guest ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++) {
    g_auto (GStrv) fields = g_strsplit_set (g_strstrip (lines[i]), " \t", -1);

    for (gsize s = 0; fields[0] != NULL && s < G_N_ELEMENTS (specs); s++) {
      V2vMount *mount;

      if (strcmp (fields[0], specs[s].spec) != 0)
        continue;
      mount = v2v_guest_add_mount (guest);
      mount->line = i + 1;
      mount->spec = g_strdup (specs[s].spec);
      mount->mountpoint = g_strdup (fields[1]);
      mount->via = specs[s].via;
      mount->device = g_strdup (specs[s].device);
    }
  }
  return guest;
}

static char *
rewrite (const char *text, guint *out_changes, guint *out_warnings)
{
  g_autoptr (V2vGuest) guest = inspect (text);
  g_autoptr (V2vReport) report = v2v_report_new ();
  char *result = v2v_action_fstab_rewrite (text, guest, report);

  *out_changes = report->changes->len;
  *out_warnings = report->warnings->len;
  return result;
}

static void
test_row (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  guint changes, warnings, more_changes;
  g_autofree char *once = rewrite (rows[i].before, &changes, &warnings);
  g_autofree char *twice = rewrite (once, &more_changes, &warnings);
  g_autofree char *dry = rewrite (rows[i].before, &changes, &warnings);

  g_assert_cmpstr (once, ==, rows[i].after);
  g_assert_cmpstr (dry, ==, once);
  g_assert_cmpuint (changes, ==, rows[i].changes);
  g_assert_cmpuint (warnings, ==, rows[i].warnings);
  g_assert_true ((changes == 0) == (strcmp (once, rows[i].before) == 0));
  g_assert_cmpstr (twice, ==, once);
  g_assert_cmpuint (more_changes, ==, 0);
}

static void
test_change_is_told (void)
{
  const char *text = "#\n/dev/xvda1 / ext4 defaults 0 1\r\n";
  g_autoptr (V2vGuest) guest = inspect (text);
  g_autoptr (V2vReport) report = v2v_report_new ();
  g_autofree char *result = v2v_action_fstab_rewrite (text, guest, report);
  const V2vChange *change = g_ptr_array_index (report->changes, 0);

  g_assert_nonnull (result);
  g_assert_cmpstr (change->action, ==, "fstab");
  g_assert_cmpstr (change->path, ==, "/etc/fstab");
  g_assert_cmpstr (change->before, ==, "/dev/xvda1 / ext4 defaults 0 1");
  g_assert_cmpstr (change->after, ==, "UUID=" ROOT " / ext4 defaults 0 1");
}

static void
test_warning_is_printable (void)
{
  g_autoptr (V2vGuest) guest = make_guest ();
  g_autoptr (V2vReport) report = v2v_report_new ();
  const char *text = "/dev/\033[2Jx /m ext4 defaults 0 0\n";
  V2vMount *mount = v2v_guest_add_mount (guest);
  g_autofree char *result = NULL;

  mount->line = 1;
  mount->spec = g_strdup ("/dev/\033[2Jx");
  mount->mountpoint = g_strdup ("/m");
  mount->via = V2V_VIA_NONE;
  result = v2v_action_fstab_rewrite (text, guest, report);
  g_assert_nonnull (strstr (g_ptr_array_index (report->warnings, 0), "'/dev/\\x1b[2Jx'"));
}

/* Facts about another version of the file must not be applied. */
static void
test_stale_facts (void)
{
  g_autoptr (V2vGuest) guest = inspect ("/dev/xvda1 / ext4 defaults 0 1\n");
  g_autoptr (V2vReport) report = v2v_report_new ();
  const char *text = "/dev/xvdz / ext4 defaults 0 1\n/dev/xvda1 /x ext4 defaults 0 1\n";
  g_autofree char *result = v2v_action_fstab_rewrite (text, guest, report);

  g_assert_cmpstr (result, ==, text);
  g_assert_cmpuint (report->changes->len, ==, 0);
}

/* A passphrase takes longer than ten seconds. */
static void
test_luks_has_no_timeout (void)
{
  const char *text = "UUID=dead /x ext4 defaults 0 2\n";
  g_autoptr (V2vGuest) guest = inspect (text);
  g_autoptr (V2vReport) report = v2v_report_new ();
  V2vFilesystem *fs = v2v_guest_add_filesystem (guest);
  g_autofree char *result = NULL;

  fs->device = g_strdup ("/dev/sdj1");
  fs->type = g_strdup ("crypto_LUKS");
  result = v2v_action_fstab_rewrite (text, guest, report);
  g_assert_cmpstr (result, ==, "UUID=dead /x ext4 defaults,nofail 0 2\n");
}

static void
test_btrfs_root_volume (void)
{
  const char *text = "/dev/xvdz / btrfs subvol=@ 0 1\n";
  g_autoptr (V2vGuest) guest = inspect (text);
  g_autoptr (V2vReport) report = v2v_report_new ();
  g_autofree char *result = NULL;

  g_free (guest->root);
  guest->root = g_strdup ("btrfsvol:/dev/sdf1/@");
  result = v2v_action_fstab_rewrite (text, guest, report);
  g_assert_cmpstr (result, ==, "UUID=" BTRFS " / btrfs subvol=@ 0 1\n");
}

static void
test_unknown_root (void)
{
  const char *text = "/dev/xvdz / ext4 defaults 0 1\n";
  g_autoptr (V2vGuest) guest = inspect (text);
  g_autoptr (V2vReport) report = v2v_report_new ();
  g_autofree char *result = NULL;

  g_clear_pointer (&guest->root, g_free);
  result = v2v_action_fstab_rewrite (text, guest, report);
  g_assert_cmpstr (result, ==, text);
  g_assert_cmpuint (report->warnings->len, ==, 1);
}

/* Random files without anything to change come back byte for byte, and whatever
 * comes back does not change again. */
static void
test_properties (void)
{
  static const char *const pieces[]
    = { " ", "\t", "\n", "\r\n", "#", "/dev/xvda1", "/dev/xvdz", "UUID=" ROOT, "UUID=dead",
        "tmpfs", "/", "/x", "ext4", "swap", "defaults", "nofail", ",", "0 1", "\xff", "odd" };

  for (guint round = 0; round < 3000; round++) {
    g_autoptr (GString) text = g_string_new (NULL);
    guint n = (guint) g_test_rand_int_range (0, 40);
    guint changes, again, warnings;
    g_autofree char *once = NULL;
    g_autofree char *twice = NULL;

    for (guint i = 0; i < n; i++)
      g_string_append (text, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);
    once = rewrite (text->str, &changes, &warnings);
    g_assert_true ((changes == 0) == (strcmp (once, text->str) == 0));
    twice = rewrite (once, &again, &warnings);
    g_assert_cmpstr (twice, ==, once);
    g_assert_cmpuint (again, ==, 0);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strdup_printf ("/action-fstab/%s", rows[i].name);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_row);
  }
  g_test_add_func ("/action-fstab/change-is-told", test_change_is_told);
  g_test_add_func ("/action-fstab/warning-is-printable", test_warning_is_printable);
  g_test_add_func ("/action-fstab/stale-facts", test_stale_facts);
  g_test_add_func ("/action-fstab/luks-has-no-timeout", test_luks_has_no_timeout);
  g_test_add_func ("/action-fstab/btrfs-root-volume", test_btrfs_root_volume);
  g_test_add_func ("/action-fstab/unknown-root", test_unknown_root);
  g_test_add_func ("/action-fstab/properties", test_properties);
  return g_test_run ();
}
