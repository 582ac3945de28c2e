/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "linux/v2v-inject-names.h"
#include "test-inject.h"

typedef struct {
  const char *name;
  const char *path, *before;
  const char *after; /* NULL: removed; the same pointer's text: untouched */
  guint notes, warnings;
} LeftoverRow;

#define HOOKS "usr/lib/dracut/hooks/"
#define UNITS "etc/systemd/system/initrd.target.wants/"
#define SAME "(same)"

static const LeftoverRow leftover_rows[] = {
  { "hook-nvme", HOOKS "initqueue/finished/devexists-\\x2fdev\\x2fnvme0n1p1.sh", "x", NULL, 1, 0 },
  { "hook-xvd", "lib/dracut/hooks/initqueue/finished/devexists-\\x2fdev\\x2fxvda1.sh", "x", NULL,
    1, 0 },
  { "hook-var", "var/lib/dracut/hooks/initqueue/finished/devexists-\\x2fdev\\x2fxvda1.sh", "x",
    NULL, 1, 0 },
  { "hook-id",
    HOOKS "initqueue/finished/devexists-\\x2fdev\\x2fdisk\\x2fby-id\\x2f"
          "nvme-Amazon_Elastic_Block_Store_vol01-part1.sh", "x", NULL, 1, 0 },
  { "hook-path",
    HOOKS "emergency/80-\\x2fdev\\x2fdisk\\x2fby-path\\x2fpci-0000:00:04.0-nvme-1.sh", "x", NULL,
    1, 0 },
  { "hook-emergency", HOOKS "emergency/80-\\x2fdev\\x2fnvme0n1p1.sh", "x", NULL, 1, 0 },
  { "hook-uuid",
    HOOKS "initqueue/finished/devexists-\\x2fdev\\x2fdisk\\x2fby-uuid\\x2froot-uuid.sh", "x",
    SAME, 0, 0 },
  { "hook-partuuid",
    HOOKS "initqueue/finished/devexists-\\x2fdev\\x2fdisk\\x2fby-partuuid\\x2fpart-1.sh", "x",
    SAME, 0, 0 },
  { "hook-uuid-gone",
    HOOKS "initqueue/finished/devexists-\\x2fdev\\x2fdisk\\x2fby-uuid\\x2fscratch.sh", "x", NULL,
    1, 0 },
  { "hook-mapper", HOOKS "initqueue/finished/devexists-\\x2fdev\\x2fmapper\\x2fvg-root.sh", "x",
    SAME, 0, 0 },
  { "hook-dm",
    HOOKS "initqueue/finished/devexists-\\x2fdev\\x2fdisk\\x2fby-id\\x2fdm-uuid-LVM-x.sh", "x",
    SAME, 0, 0 },
  { "hook-lvm-pv",
    HOOKS "initqueue/finished/devexists-\\x2fdev\\x2fdisk\\x2fby-id\\x2flvm-pv-uuid-x.sh", "x",
    SAME, 0, 0 },
  { "hook-other", HOOKS "initqueue/finished/rootfallback.sh", "x", SAME, 0, 0 },
  { "hook-nowhere", "etc/devexists-\\x2fdev\\x2fnvme0n1p1.sh", "x", SAME, 0, 0 },
  { "unit-nvme", UNITS "dev-nvme0n1p1.device", "@../dev-nvme0n1p1.device", NULL, 1, 0 },
  { "unit-uuid", UNITS "dev-disk-by\\x2duuid-root\\x2duuid.device", "@../x", SAME, 0, 0 },
  { "unit-id", UNITS "dev-disk-by\\x2did-nvme\\x2dAmazon_x.device", "@../x", NULL, 1, 0 },
  { "unit-timeout", "etc/systemd/system/dev-nvme0n1p1.device.d/timeout.conf", "x", NULL, 1, 0 },
  { "unit-other", UNITS "dracut-pre-udev.service", "@../x", SAME, 0, 0 },
  { "cmdline-nvme", "etc/cmdline.d/95root-dev.conf", " root=/dev/nvme0n1p1  rootfstype=ext4\n",
    " root=UUID=root-uuid  rootfstype=ext4\n", 1, 0 },
  { "cmdline-quoted", "etc/cmdline.d/95root-dev.conf", "root=\"/dev/nvme0n1p1\" x",
    "root=UUID=root-uuid x", 1, 0 },
  { "cmdline-resume", "etc/cmdline.d/95resume.conf", " resume=/dev/nvme0n1p3 ",
    " resume=UUID=swap-uuid ", 1, 0 },
  { "cmdline-resume-gone", "etc/cmdline.d/95resume.conf", "resume=/dev/nvme3n1 rd.lvm.lv=vg/root\n",
    " rd.lvm.lv=vg/root\n", 1, 0 },
  { "cmdline-uuid", "etc/cmdline.d/95root-dev.conf", " root=UUID=root-uuid\trd.md=0", SAME, 0, 0 },
  { "cmdline-root-gone", "etc/cmdline.d/95root-dev.conf", "root=/dev/nvme7n1p9", SAME, 0, 1 },
  { "resume-nvme", "conf/conf.d/resume", "RESUME=/dev/nvme0n1p3\n", "RESUME=UUID=swap-uuid\n", 1,
    0 },
  { "resume-xvd", "conf/conf.d/resume", "# swap\nexport RESUME='/dev/xvda3' # was\nX=1",
    "# swap\nexport RESUME=UUID=swap-uuid # was\nX=1", 1, 0 },
  { "resume-gone", "conf/conf.d/resume", "RESUME=/dev/nvme4n1\n", "RESUME=none\n", 1, 0 },
  { "resume-uuid", "conf/conf.d/zz-resume-auto", "RESUME=UUID=swap-uuid\n", SAME, 0, 0 },
  { "resume-uuid-gone", "conf/conf.d/zz-resume-auto", "RESUME=UUID=instance-store\n",
    "RESUME=none\n", 1, 0 },
  { "resume-auto", "conf/initramfs.conf", "MODULES=dep\nRESUME=auto\nROOT=\nRESUME=\n", SAME, 0,
    0 },
  { "root-conf", "conf/conf.d/root", "ROOT=/dev/nvme0n1p1\r\n", "ROOT=UUID=root-uuid\r\n", 1, 0 },
  { "conf-other", "conf/arch.conf", "RESUME=/dev/nvme0n1p3\n", SAME, 0, 0 },
  { "lvm-wwid", "etc/lvm/devices/system.devices",
    "# LVM\nVERSION=1.1.2\nIDTYPE=sys_wwid IDNAME=nvme.1d0f-x DEVNAME=/dev/nvme0n1p3 PVID=x\n",
    NULL, 1, 0 },
  { "lvm-devname", "etc/lvm/devices/system.devices",
    "IDTYPE=devname IDNAME=/dev/xvdf DEVNAME=/dev/xvdf PVID=x PART=1", NULL, 1, 0 },
  { "lvm-vpd", "etc/lvm/devices/system.devices",
    "IDTYPE=wwid_naa IDNAME=naa.6000c29 DEVNAME=/dev/sda2 PVID=x PART=2\n", NULL, 1, 0 },
  { "lvm-crypt", "etc/lvm/devices/system.devices",
    "#IDTYPE=sys_wwid\nIDTYPE=crypt_uuid IDNAME=CRYPT-x DEVNAME=/dev/dm-0 PVID=x\n", SAME, 0, 0 },
  { "card-names", "usr/lib/udev/rules.d/70-persistent-net.rules",
    "SUBSYSTEM==\"net\", ATTR{address}==\"0a:ff:c0:11:22:33\", NAME=\"ens5\"\n", NULL, 1, 0 },
  { "card-names-other", "usr/lib/udev/rules.d/75-net-description.rules",
    "SUBSYSTEM==\"net\", IMPORT{builtin}=\"net_id\"\n", SAME, 0, 0 },
  { "lvm-conf", "etc/lvm/lvm.conf", "# filter /dev/nvme\nfilter = [ \"a|/dev/nvme.*|\" ]\n", SAME,
    0, 1 },
  { "crypttab", "cryptroot/crypttab", "root /dev/nvme0n1p2 none luks\n", SAME, 0, 1 },
  { "crypttab-uuid", "etc/crypttab", "#/dev/nvme0n1\nroot UUID=x none luks\n", SAME, 0, 0 },
  { "mdadm", "etc/mdadm/mdadm.conf", "DEVICE partitions\nARRAY /dev/md0 devices=/dev/xvdf\n",
    SAME, 0, 1 },
  { "mdadm-continued", "etc/mdadm.conf", "DEVICE\n  /dev/nvme1n1\n", "DEVICE partitions\n  /dev/nvme1n1\n", 1, 0 },
  { "mdadm-devices", "etc/mdadm/mdadm.conf", "# x\nDEVICE\t/dev/nvme0n1p1 # both\r\nARRAY /dev/md0 UUID=a:b\n",
    "# x\nDEVICE partitions\t/dev/nvme0n1p1 # both\r\nARRAY /dev/md0 UUID=a:b\n", 1, 0 },
  { "mdadm-array", "etc/mdadm.conf", "array /dev/md0 UUID=a:b  devices=/dev/sda1,/dev/sdb1 spares=1",
    "array /dev/md0 UUID=a:b spares=1", 1, 0 },
  { "mdadm-directory", "etc/mdadm/mdadm.conf.d/a.conf", "DEVICE /dev/nvme1n1\n",
    "DEVICE partitions /dev/nvme1n1\n", 1, 0 },
  { "mdadm-directory-other", "etc/mdadm.conf.d/a.conf.bak", "DEVICE /dev/nvme1n1\n", SAME, 0, 0 },
  { "mdadm-all", "etc/mdadm.conf", "DEVICE partitions containers\nARRAY /dev/md0 UUID=a:b\n", SAME, 0, 0 },
};

static void
assert_edit (const V2vImageEdit *edit, const LeftoverRow *row)
{
  if (row->after == NULL) {
    g_assert_cmpuint (edit->put->len, ==, 0);
    g_assert_cmpuint (edit->remove->len, ==, 1);
    g_assert_cmpstr (g_ptr_array_index (edit->remove, 0), ==, row->path);
    return;
  }
  g_assert_cmpuint (edit->remove->len, ==, 0);
  g_assert_cmpuint (edit->put->len, ==, g_str_equal (row->after, SAME) ? 0 : 1);
  if (edit->put->len == 1) {
    const V2vImageFile *file = g_ptr_array_index (edit->put, 0);
    gsize size;
    const char *data = g_bytes_get_data (file->data, &size);

    g_assert_cmpstr (file->path, ==, row->path);
    g_assert_cmpuint (file->mode, ==, 0644);
    g_assert_cmpmem (data, size, row->after, strlen (row->after));
  }
}

static void
run_leftovers (Fixture *f, const char *path, const char *text, V2vImageEdit *edit,
               guint notes, guint warnings)
{
  const Entry entries[] = { { path, text }, { NULL, NULL } };
  g_autoptr (V2vImage) image = new_image (entries);
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) warned = g_ptr_array_new_with_free_func (g_free);

  v2v_inject_plan_leftovers (&f->facts, image, edit, said, warned);
  for (guint i = 0; i < said->len; i++)
    g_test_message ("%s", (char *) g_ptr_array_index (said, i));
  for (guint i = 0; i < warned->len; i++)
    g_test_message ("warning: %s", (char *) g_ptr_array_index (warned, i));
  g_assert_cmpuint (said->len, ==, notes);
  g_assert_cmpuint (warned->len, ==, warnings);
}

static void
test_leftover (gconstpointer data)
{
  const LeftoverRow *row = data;
  g_auto (Fixture) f;
  g_autoptr (V2vImageEdit) edit = v2v_image_edit_new ();
  g_autoptr (V2vImageEdit) again = v2v_image_edit_new ();

  fixture_init (&f, NULL, NULL);
  run_leftovers (&f, row->path, row->before, edit, row->notes, row->warnings);
  assert_edit (edit, row);
  if (row->after == NULL || g_str_equal (row->after, SAME))
    return;
  run_leftovers (&f, row->path, row->after, again, 0, row->warnings);
  g_assert_cmpuint (again->put->len + again->remove->len, ==, 0);
}

/* What an encrypted container holds is not known: a UUID may well be in it. */
static void
test_encrypted (void)
{
  static const char hook[]
    = HOOKS "initqueue/finished/devexists-\\x2fdev\\x2fdisk\\x2fby-uuid\\x2finside.sh";
  g_auto (Fixture) f;
  g_autoptr (V2vImageEdit) edit = v2v_image_edit_new ();

  fixture_init (&f, NULL, NULL);
  add_partition (f.tree, 4, LINUX_GUID, "crypto_LUKS", "luks-uuid", NULL);
  run_leftovers (&f, hook, "x", edit, 0, 0);
  run_leftovers (&f, "conf/conf.d/resume", "RESUME=UUID=inside\n", edit, 0, 0);
  g_assert_cmpuint (edit->put->len + edit->remove->len, ==, 0);
}

/* An image of nothing but such names is no reason for a report without end. */
static void
test_many (void)
{
  g_auto (Fixture) f;
  g_autoptr (V2vImageEdit) edit = v2v_image_edit_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GPtrArray) said = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < 1000; i++)
    g_string_append (text, "root=/dev/nvme7n1p9 ");
  fixture_init (&f, NULL, NULL);
  run_leftovers (&f, "etc/cmdline.d/95root-dev.conf", text->str, edit, 0, V2V_INJECT_SAY_MAX + 1);
  for (guint i = 0; i < 2 * V2V_INJECT_SAY_MAX; i++)
    v2v_inject_say (said, "%u", i);
  g_assert_cmpstr (g_ptr_array_index (said, V2V_INJECT_SAY_MAX - 1), ==, "99");
  g_assert_cmpstr (g_ptr_array_index (said, V2V_INJECT_SAY_MAX), ==, "more of it is not told");
  g_assert_cmpuint (said->len, ==, V2V_INJECT_SAY_MAX + 1);
}

static void
test_unescape (void)
{
  static const struct {
    const char *name;
    gboolean unit;
    const char *path;
  } rows[] = {
    { "\\x2fdev\\x2fa-b", FALSE, "/dev/a-b" },
    { "dev-disk-by\\x2duuid-1", TRUE, "/dev/disk/by-uuid/1" },
    { "a\\x00b\\x4", FALSE, "a\\x00b\\x4" },
    { "", FALSE, "" },
    { "\\", FALSE, "\\" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = v2v_inject_unescape (rows[i].name, rows[i].unit);

    g_assert_cmpstr (path, ==, rows[i].path);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (leftover_rows); i++) {
    g_autofree char *path = g_strconcat ("/inject/leftovers/", leftover_rows[i].name, NULL);

    g_test_add_data_func (path, &leftover_rows[i], test_leftover);
  }
  g_test_add_func ("/inject/encrypted", test_encrypted);
  g_test_add_func ("/inject/many", test_many);
  g_test_add_func ("/inject/unescape", test_unescape);
  return g_test_run ();
}
