/* SPDX-License-Identifier: GPL-2.0-or-later
 * Default rules about drivers, disks and boot loaders on small trees: where they apply, where
 * they do not, and what they refuse.  Whole guests are in tests/trees.
 */
#include <config.h>

#include "test-default-rules.h"
#include "test-tree.h"
#include "v2v-ruleset.h"

#define K "6.1.0-9-custom"

typedef struct {
  const char *path, *text;
} Content;

typedef struct {
  const char *name;
  const char *rule;
  const char *expected; /* outcome, or "!" and a part of the refusal */
  Content files[5];
} Row;

static const Row rows[] = {
  /* The next initramfs. */
  { "dracut in sbin", "persist-dracut", "changes", { { "/usr/sbin/dracut", "x" } } },
  { "no generator", "persist-dracut", "no-match", { { "/etc/dracut.conf", "x" } } },
  { "list absent", "persist-initramfs-tools", "changes", { { "/usr/sbin/mkinitramfs", "x" } } },
  { "autodetect", "persist-mkinitcpio", "warned",
    { { "/usr/bin/mkinitcpio", "x" },
      { "/etc/mkinitcpio.conf", "MODULES=()\nHOOKS=(base udev autodetect block filesystems)\n" } } },
  { "modules named", "persist-mkinitcpio", "no-match",
    { { "/usr/bin/mkinitcpio", "x" },
      { "/etc/mkinitcpio.conf", "MODULES=(virtio_pci virtio_blk)\nHOOKS=(base autodetect)\n" } } },
  { "everything packed", "persist-mkinitcpio", "no-match",
    { { "/usr/bin/mkinitcpio", "x" }, { "/etc/mkinitcpio.conf", "#HOOKS=(autodetect)\nHOOKS=(base)\n" } } },

  /* LVM's list. */
  { "serial", "storage-lvm-devices", "changes",
    { { "/etc/lvm/devices/system.devices", "IDTYPE=sys_serial IDNAME=vol0a1b DEVNAME=/dev/sda2 PVID=x\n" } } },
  { "wwid", "storage-lvm-devices", "changes",
    { { "/etc/lvm/devices/system.devices", "IDTYPE=wwid_eui IDNAME=eui.01 DEVNAME=. PVID=x\n" } } },
  { "xvd", "storage-lvm-devices", "changes",
    { { "/etc/lvm/devices/system.devices", "IDTYPE=devname IDNAME=/dev/xvda2 DEVNAME=/dev/xvda2 PVID=x\n" } } },
  { "other layers", "storage-lvm-devices", "no-match",
    { { "/etc/lvm/devices/system.devices",
        "#IDTYPE=sys_wwid\nIDTYPE=md_uuid IDNAME=a DEVNAME=/dev/md0 PVID=x\n"
        "IDTYPE=crypt_uuid IDNAME=b DEVNAME=/dev/dm-0 PVID=y\n" } } },

  /* mdadm's. */
  { "nvme members", "storage-mdadm-devices", "changes",
    { { "/etc/mdadm/mdadm.conf", "DEVICE /dev/nvme*\nARRAY /dev/md0 UUID=a:b:c:d\n" } } },
  { "short keyword", "storage-mdadm-devices", "changes",
    { { "/etc/mdadm.conf", "dev\t/dev/vdb /dev/disk/by-id/nvme-Amazon_x\n" } } },
  { "members of an array", "storage-mdadm-devices", "changes",
    { { "/etc/mdadm.conf", "ARRAY /dev/md0 devices=/dev/xvdf,/dev/xvdg name=host:0\n" } } },
  { "a directory", "storage-mdadm-devices", "changes",
    { { "/etc/mdadm.conf.d/data.conf", "DEVICE /dev/nvme*\n" } } },
  { "Debian's directory", "storage-mdadm-devices", "changes",
    { { "/etc/mdadm/mdadm.conf.d/data.conf", "DEVICE /dev/xvdf\n" } } },
  { "what mdadm does not read", "storage-mdadm-devices", "no-match",
    { { "/etc/mdadm.conf.d/data.conf.bak", "DEVICE /dev/nvme*\n" } } },
  { "the only mark", "storage-mdadm-devices", "nothing",
    { { "/etc/mdadm.conf", "ARRAY /dev/md0 devices=/dev/xvdf,/dev/xvdg # uuid= name=\n" } } },
  { "all disks", "storage-mdadm-devices", "nothing",
    { { "/etc/mdadm.conf", "DEVICE partitions /dev/nvme0n1\nDEVICE /dev/sdz /dev/*\n#DEVICE /dev/xvdf\n"
                           "DEVICE /dev/disk/by-id/dm-name-mpatha # /dev/sda\n"
                           "MAILADDR root\n  /dev/nvme0n1\nDEVICES /dev/sda\n" } } },

  /* The kernel's configuration. */
  { "no virtio", "storage-virtio-kernel", "!without drivers for virtio disks",
    { { "/boot/config-" K, "CONFIG_VIRTIO_PCI=y\n# CONFIG_VIRTIO_BLK is not set\n" } } },
  { "no bus", "storage-virtio-kernel", "!without drivers for virtio disks",
    { { "/lib/modules/" K "/config", "CONFIG_VIRTIO_BLK=m\n# CONFIG_VIRTIO_PCI is not set\n" } } },
  { "one is enough", "storage-virtio-kernel", "no-match",
    { { "/boot/config-" K, "CONFIG_VIRTIO_PCI=m\nCONFIG_SCSI_VIRTIO=m\n" } } },
  { "another kernel's", "storage-virtio-kernel", "unknown",
    { { "/boot/config-5.0", "# CONFIG_VIRTIO_PCI is not set\n" } } },
  { "no configuration", "storage-virtio-kernel", "no-match", { { "/etc/x", "x" } } },

  /* RESUME of initramfs-tools */
  { "an old name", "persist-resume", "changes",
    { { "/etc/initramfs-tools/initramfs.conf", "COMPRESS=gzip\nRESUME=\"/dev/xvda6\"\n" } } },
  { "a link of udev's", "persist-resume", "changes",
    { { "/etc/initramfs-tools/conf.d/resume", "RESUME=/dev/disk/by-id/nvme-Amazon_x-part2\n" } } },
  { "a name that stays", "persist-resume", "no-match",
    { { "/etc/initramfs-tools/conf.d/resume", "RESUME=UUID=1-2\n#RESUME=/dev/sda5\n" },
      { "/etc/initramfs-tools/initramfs.conf", "RESUME=/dev/mapper/vg-swap\nNO_RESUME=/dev/sda1\n" },
      { "/etc/initramfs-tools/conf.d/none", "RESUME=none\n" } } },

  /* device.map */
  { "nvme", "boot-device-map", "changes", { { "/boot/grub/device.map", "(hd0)\t/dev/nvme0n1\n" } } },
  { "by a stable name", "boot-device-map", "no-match",
    { { "/boot/grub/device.map", "#(hd0) /dev/xvda\n(hd0)\t/dev/disk/by-id/scsi-1\n" } } },

  /* Ubuntu without an initrd. */
  { "set by the owner", "boot-initrdless", "changes",
    { { "/etc/default/grub", "export GRUB_FORCE_PARTUUID=1-2\n" } } },
  { "the menu alone", "boot-initrdless", "changes",
    { { "/boot/grub/grub.cfg", "menuentry a {\n\tif [ \"${initrdfail}\" = 1 ]; then\n\tfi\n}\n" } } },
  { "the older kernel", "boot-initrdless", "no-match",
    { { "/boot/grub/grub.cfg", "if [ \"${initrdfail}\" = 1 ]; then\n set next_entry=x\nfi\n" },
      { "/etc/default/grub", "#GRUB_FORCE_PARTUUID=1-2\n" } } },

  /* PV-GRUB */
  { "paravirtual", "boot-no-loader", "!started by PV-GRUB",
    { { "/boot/grub/menu.lst", "title x\n" } } },
  { "GRUB 0.97", "boot-no-loader", "no-match",
    { { "/boot/grub/menu.lst", "title x\n" }, { "/boot/grub/stage2", "x" } } },
  { "both menus", "boot-no-loader", "no-match",
    { { "/boot/grub/menu.lst", "title x\n" }, { "/boot/grub/i386-pc/core.img", "x" } } },
  { "UEFI", "boot-no-loader", "no-match",
    { { "/boot/grub/grub.conf", "title x\n" }, { "/boot/efi/EFI/BOOT/BOOTX64.EFI", "x" } } },

  /* networkd */
  { "one driver only", "net-ec2-networkd", "changes",
    { { "/usr/lib/systemd/network/80-ec2.network", "[Match]\nDriver=ena ixgbevf vif\n" } } },
  { "any card", "net-ec2-networkd", "no-match",
    { { "/usr/lib/systemd/network/80-ec2.network", "[Match]\nDriver=ena ixgbevf vif\n" },
      { "/etc/systemd/network/90-own.network", "[Match]\nName=lo en* eth*\n" } } },
  { "virtio too", "net-ec2-networkd", "no-match",
    { { "/usr/lib/systemd/network/80-ec2.network", "[Match]\nDriver=ena virtio_net\n" } } },
  { "another card", "net-ec2-networkd", "changes",
    { { "/usr/lib/systemd/network/80-ec2.network", "[Match]\nDriver=ena ixgbevf vif\n" },
      { "/etc/systemd/network/90-own.network", "[Match]\n#Driver=virtio_net\nName=wg0\n" } } },
};

/* An EC2 guest whose default kernel is K. */
static Tree *
row_tree (const Row *row)
{
  Tree *tree = tree_new ();
  V2vKernel *kernel = v2v_guest_add_kernel (tree->guest);

  kernel->version = g_strdup (K);
  kernel->vmlinuz = g_strdup ("/boot/vmlinuz-" K);
  kernel->is_default = TRUE;
  tree->guest->ec2->score = 100;
  tree->guest->ec2->is_ec2 = TRUE;
  for (const Content *file = row->files; file->path != NULL; file++)
    tree_write (tree, file->path, file->text);
  return tree;
}

static char *
outcome_of (const V2vPlan *plan, const char *id)
{
  for (guint i = 0; i < plan->rules->len; i++) {
    const V2vPlanRule *rule = g_ptr_array_index (plan->rules, i);

    if (g_str_equal (rule->id, id))
      return g_strdup (v2v_outcome_name (rule->outcome));
  }
  return g_strdup ("did not run");
}

static void
check_row (const V2vRuleset *rules, const Row *row)
{
  g_autoptr (Tree) tree = row_tree (row);
  g_autoptr (V2vDraft) draft = v2v_draft_new (tree->fs);
  g_autoptr (GHashTable) options = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  V2vRuleContext context = { .guest = tree->guest, .draft = draft, .options = options,
                             .warnings = warnings };
  g_autoptr (V2vPlan) plan = v2v_plan_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *got = NULL;

  g_hash_table_insert (options, (gpointer) "mac", (gpointer) "kept");
  g_hash_table_insert (options, (gpointer) "engine", (gpointer) "virt-v2v");
  if (v2v_ruleset_run (rules, &context, (1U << V2V_N_PHASES) - 1, FALSE, plan, &error)) {
    g_assert_no_error (error);
    got = outcome_of (plan, row->rule);
  } else {
    g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
    got = g_strconcat ("!", error->message, NULL);
  }
  if (*row->expected == '!' && *got == '!' && strstr (got, row->expected + 1) != NULL
      && strstr (got, row->rule) != NULL)
    return;
  if (!g_str_equal (got, row->expected)) {
    g_test_message ("%s, %s: '%s', not '%s'", row->rule, row->name, got, row->expected);
    g_test_fail ();
  }
}

static void
test_rows (void)
{
  g_autoptr (V2vRuleset) rules = default_rules_load (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    check_row (rules, &rows[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/boot-rules/rows", test_rows);
  return g_test_run ();
}
