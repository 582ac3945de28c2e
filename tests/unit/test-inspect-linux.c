/* SPDX-License-Identifier: GPL-2.0-or-later
 * Whole trees, as distributions lay them out on EC2: small, but every file that a
 * reader asks for is in the form that the distribution gives it.
 */
#include <config.h>

#include "test-linux-tree.h"

#define DEB_K "6.1.0-18-cloud-amd64"
#define DEB_K_OLD "6.1.0-9-cloud-amd64"
#define DEB_M "/lib/modules/" DEB_K

static const File debian12[] = {
  { "/etc/os-release", "@../usr/lib/os-release" },
  { "/usr/lib/os-release", "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nID=debian\n" },
  { "/etc/debian_version", "12.5\n" },
  { "/bin", "@usr/bin" },
  { "/usr/bin/true", "#elf" },
  { "/usr/bin/apt-get", "#elf" },
  { "/etc/hostname", "ip-10-0-0-1\n" },
  { "/etc/fstab", "# x\nPARTUUID=part-1 / ext4 rw,discard,errors=remount-ro,x-systemd.growfs 0 1\n"
                  "PARTUUID=part-15 /boot/efi vfat defaults 0 0\n/dev/nvme1n1 /data xfs nofail 0 0\n" },
  { "/var/lib/dpkg/status",
    "Package: cloud-init\nStatus: install ok installed\nArchitecture: all\nVersion: 22.4.2-1\n\n"
    "Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n\n"
    "Package: linux-image-" DEB_K "\nStatus: hold ok installed\nArchitecture: amd64\nVersion: 6.1.76-1\n" },
  { "/etc/systemd/system/multi-user.target.wants/ssh.service", "@/lib/systemd/system/ssh.service" },
  { "/etc/systemd/system/multi-user.target.wants/hidden.service", "@/lib/systemd/system/hidden.service" },
  { "/etc/systemd/system/sysinit.target.wants/chrony.service", "@/lib/systemd/system/chrony.service" },
  { "/etc/systemd/system/hidden.service", "@/dev/null" },
  { "/etc/systemd/system/dbus-org.x.service", "@/lib/systemd/system/x.service" },
  { "/usr/lib/systemd/system/multi-user.target.wants/getty.target", "@../getty.target" },
  { "/boot/vmlinuz-" DEB_K, "kernel" },
  { "/boot/vmlinuz-" DEB_K_OLD, "kernel" },
  { "/boot/initrd.img-" DEB_K, "#newc init usr/lib/modules/" DEB_K "/kernel/drivers/net/virtio_net.ko "
                               "usr/lib/modules/6.1.0-9-x/kernel/drivers/block/virtio_blk.ko" },
  { "/boot/initrd.img-" DEB_K_OLD, "garbage that is no image" },
  { "/boot/grub/grub.cfg", "set default=\"0\"\nmenuentry 'Debian GNU/Linux' $menuentry_id_option 'x' {\n"
                           "linux /boot/vmlinuz-" DEB_K " root=UUID=root-uuid ro console=ttyS0\n"
                           "initrd /boot/initrd.img-" DEB_K "\n}\n"
                           "submenu 'Advanced' { menuentry 'again' { linux /boot/vmlinuz-" DEB_K " single }\n}\n" },
  { "/boot/grub/menu.lst", "title stale\nkernel /boot/vmlinuz-" DEB_K_OLD "\n" },
  { "/boot/efi/EFI/debian/grubx64.efi", "x" },
  { "/boot/efi/EFI/debian/grub.cfg", "search.fs_uuid x root\nconfigfile $prefix/grub.cfg\n" },
  { "/boot/efi/EFI/BOOT/BOOTX64.EFI", "x" },
  { DEB_M "/modules.builtin", "kernel/drivers/nvme/host/nvme.ko\n" },
  { DEB_M "/modules.dep", "kernel/drivers/block/virtio_blk.ko: kernel/drivers/virtio/virtio.ko\n"
                          "kernel/drivers/net/virtio_net.ko:\nkernel/drivers/scsi/sd_mod.ko:\n" },
  { DEB_M "/kernel/drivers/block/virtio_blk.ko", "x" },
  { DEB_M "/kernel/drivers/net/virtio_net.ko", "x" },
  { "/lib/modules/" DEB_K_OLD, "/" },
  { NULL, NULL },
};

static void
test_debian12 (void)
{
  g_autoptr (Tree) tree = tree_on_disk (debian12, "ext4", TRUE, TRUE);
  const V2vGuest *guest = inspect (tree);
  const V2vKernel *kernel = v2v_guest_default_kernel (guest);
  g_autofree char *units = unit_list (guest);
  const V2vKernel *old;

  g_assert_cmpint (guest->os, ==, V2V_OS_LINUX);
  g_assert_cmpstr (guest->distro, ==, "debian");
  g_assert_cmpint (guest->minor, ==, 5);
  g_assert_cmpstr (guest->arch, ==, "x86_64");
  g_assert_cmpstr (guest->hostname, ==, "ip-10-0-0-1");
  g_assert_cmpstr (guest->package_format, ==, "deb");
  g_assert_cmpstr (guest->package_manager, ==, "apt");
  g_assert_cmpuint (guest->packages->len, ==, 2);
  g_assert_cmpstr (units, ==, "chrony.service ssh.service");

  g_assert_cmpstr (v2v_guest_find_mount (guest, "/")->device, ==, "/dev/sda1");
  g_assert_cmpstr (v2v_guest_find_mount (guest, "/boot/efi")->device, ==, "/dev/sda15");
  g_assert_null (v2v_guest_find_mount (guest, "/data")->device);

  g_assert_cmpstr (guest->bootloader->kind, ==, "grub2");
  g_assert_cmpstr (guest->bootloader->config, ==, "/boot/grub/grub.cfg");
  g_assert_true (guest->bootloader->esp_fallback && guest->bootloader->esp_loader);
  g_assert_cmpstr (default_entry (guest)->cmdline, ==, "root=UUID=root-uuid ro console=ttyS0");
  g_assert_cmpint (guest->firmware, ==, V2V_FIRMWARE_BIOS);
  g_assert_cmpint (guest->boot_disk, ==, 0);

  g_assert_cmpuint (guest->kernels->len, ==, 2);
  g_assert_cmpstr (kernel->version, ==, DEB_K);
  g_assert_true (kernel->is_default);
  g_assert_true (guest->kernels->pdata[0] == kernel);
  g_assert_cmpint (v2v_kernel_driver (kernel, "nvme"), ==, V2V_DRIVER_BUILTIN);
  g_assert_cmpint (v2v_kernel_driver (kernel, "virtio_blk"), ==, V2V_DRIVER_ON_DISK);
  g_assert_cmpint (v2v_kernel_driver (kernel, "virtio_net"), ==, V2V_DRIVER_IN_INITRAMFS);
  /* In modules.dep, but its file is not there. */
  g_assert_cmpint (v2v_kernel_driver (kernel, "sd_mod"), ==, V2V_DRIVER_ABSENT);
  g_assert_cmpint (v2v_kernel_driver (kernel, "ahci"), ==, V2V_DRIVER_ABSENT);

  old = guest->kernels->pdata[1];
  g_assert_cmpint (v2v_kernel_driver (old, "virtio_blk"), ==, V2V_DRIVER_UNKNOWN);
  g_assert_nonnull (tree_unknown (tree, "initramfs:/boot/initrd.img-" DEB_K_OLD));
}

#define AL_K "6.1.79-99.164.amzn2023.x86_64"

static const File amzn2023[] = {
  { "/etc/os-release", "NAME=\"Amazon Linux\"\nID=\"amzn\"\nID_LIKE=\"fedora\"\nVERSION_ID=\"2023\"\n"
                       "PRETTY_NAME=\"Amazon Linux 2023\"\n" },
  { "/usr/bin/true", "#elf" },
  { "/usr/bin/dnf", "#elf" },
  { "/usr/bin/yum", "@dnf-3" },
  { "/usr/lib/sysimage/rpm/rpmdb.sqlite", "SQLite format 3" },
  { "/var/lib/rpm", "@../../usr/lib/sysimage/rpm" },
  { "/etc/fstab", "UUID=root-uuid / xfs defaults,noatime 1 1\nUUID=ABCD-0001 /boot/efi vfat defaults 0 2\n" },
  { "/boot/grub2/grub.cfg",
    "set default=\"${saved_entry}\"\nif [ -z \"$kernelopts\" ]; then\nset kernelopts=\"root=wrong\"\nfi\n"
    "insmod blscfg\nblscfg\nmenuentry 'UEFI Firmware Settings' { fwsetup }\n" },
  { "/boot/grub2/grubenv", "# GRUB Environment Block\nsaved_entry=abc-6.1.75-1\nkernelopts=root=UUID=root-uuid ro\n" },
  { "/boot/loader/entries/abc-" AL_K ".conf",
    "title Amazon Linux (" AL_K ") 2023\nversion " AL_K "\nlinux /boot/vmlinuz-" AL_K "\n"
    "initrd /boot/initramfs-" AL_K ".img\noptions $kernelopts console=ttyS0\n" },
  { "/boot/loader/entries/abc-6.1.75-1.conf",
    "title old\nversion 6.1.75-1\nlinux /boot/vmlinuz-6.1.75-1\ninitrd /boot/initramfs-6.1.75-1.img\noptions $kernelopts\n" },
  { "/boot/loader/entries/abc-0-rescue.conf", "title rescue\nlinux /boot/vmlinuz-0-rescue-abc\n" },
  { "/boot/loader/entries/README", "linux /nothing\n" },
  { "/boot/vmlinuz-" AL_K, "k" },
  { "/boot/vmlinuz-6.1.75-1", "k" },
  { "/boot/vmlinuz-0-rescue-abc", "k" },
  { "/boot/initramfs-" AL_K ".img",
    "#newc init usr/lib/modules/" AL_K "/kernel/drivers/nvme/host/nvme.ko.xz usr/lib/modules/" AL_K
    "/kernel/drivers/char/hw_random/virtio-rng.ko.xz" },
  { "/boot/initramfs-" AL_K "kdump.img", "k" },
  { "/boot/initramfs-6.1.75-1.img", "#newc squashfs-root.img init" },
  { "/boot/efi/EFI/amzn/grubx64.efi", "x" },
  { "/lib", "@usr/lib" },
  { "/usr/lib/modules/" AL_K "/vmlinuz", "k" },
  { "/usr/lib/modules/" AL_K "/kernel/drivers/block/virtio_blk.ko.xz", "x" },
  { "/usr/lib/modules/6.1.75-1/modules.builtin", "kernel/drivers/block/virtio_blk.ko\n" },
  { "/usr/lib/modules/6.1.70-1/vmlinuz", "k" },
  { NULL, NULL },
};

static void
test_amzn2023 (void)
{
  g_autoptr (Tree) tree = tree_on_disk (amzn2023, "xfs", FALSE, TRUE);
  const V2vGuest *guest = inspect (tree);
  const V2vKernel *kernel = guest->kernels->pdata[0];
  const V2vBootEntry *entry = default_entry (guest);

  g_assert_cmpstr (guest->distro, ==, "amzn");
  g_assert_cmpstr (guest->package_format, ==, "rpm");
  g_assert_cmpstr (guest->package_manager, ==, "dnf");
  g_assert_true (guest->bootloader->bls);
  g_assert_cmpuint (guest->bootloader->entries->len, ==, 3);
  g_assert_cmpstr (entry->title, ==, "old");
  g_assert_cmpstr (entry->file, ==, "/boot/loader/entries/abc-6.1.75-1.conf");
  g_assert_cmpstr (entry->cmdline, ==, "root=UUID=root-uuid ro");
  g_assert_cmpint (guest->firmware, ==, V2V_FIRMWARE_UEFI);
  g_assert_true (guest->bootloader->esp_loader);
  g_assert_false (guest->bootloader->esp_fallback);

  g_assert_cmpuint (guest->kernels->len, ==, 3);
  g_assert_cmpstr (kernel->version, ==, AL_K);
  g_assert_cmpstr (kernel->initrd, ==, "/boot/initramfs-" AL_K ".img");
  g_assert_cmpint (v2v_kernel_driver (kernel, "nvme"), ==, V2V_DRIVER_IN_INITRAMFS);
  g_assert_cmpint (v2v_kernel_driver (kernel, "virtio_rng"), ==, V2V_DRIVER_IN_INITRAMFS);
  /* No modules.dep: found by a search. */
  g_assert_cmpint (v2v_kernel_driver (kernel, "virtio_blk"), ==, V2V_DRIVER_ON_DISK);

  kernel = guest->kernels->pdata[1];
  g_assert_true (kernel->is_default);
  g_assert_cmpint (v2v_kernel_driver (kernel, "virtio_blk"), ==, V2V_DRIVER_BUILTIN);
  g_assert_cmpint (v2v_kernel_driver (kernel, "virtio_net"), ==, V2V_DRIVER_UNKNOWN);
  kernel = guest->kernels->pdata[2];
  g_assert_cmpstr (kernel->vmlinuz, ==, "/lib/modules/6.1.70-1/vmlinuz");
  g_assert_null (kernel->initrd);
}

static const File ubuntu2204[] = {
  { "/usr/lib/os-release", "PRETTY_NAME=\"Ubuntu 22.04.4 LTS\"\nVERSION_ID=\"22.04\"\nID=ubuntu\nID_LIKE=debian\n" },
  { "/etc/os-release", "@../usr/lib/os-release" },
  { "/bin", "@usr/bin" },
  { "/usr/bin/true", "#elf" },
  { "/usr/bin/apt-get", "x" },
  { "/var/lib/dpkg/status", "Package: grub-pc\nStatus: install ok installed\nVersion: 2.06\n" },
  { "/etc/fstab", "LABEL=cloudimg-rootfs\t/\t ext4\tdiscard,commit=30,errors=remount-ro\t0 1\n" },
  { "/boot/grub/grub.cfg",
    "if [ \"${next_entry}\" ] ; then\n set default=\"${next_entry}\"\nelse\n set default=\"0\"\nfi\n"
    "menuentry 'Ubuntu' --class ubuntu $menuentry_id_option 'gnulinux-simple' {\n"
    "if [ \"${initrdfail}\" = 1 ]; then\n"
    " linux /boot/vmlinuz-6.5.0-1014-aws root=PARTUUID=part-1 ro console=tty1 console=ttyS0\n"
    " initrd /boot/initrd.img-6.5.0-1014-aws\nelse\n"
    " linux /boot/vmlinuz-6.5.0-1014-aws root=PARTUUID=part-1 ro console=ttyS0 panic=-1\nfi\ninitrdfail\n}\n" },
  { "/boot/vmlinuz-6.5.0-1014-aws", "k" },
  { "/boot/vmlinuz", "@vmlinuz-6.5.0-1014-aws" },
  { "/boot/config-6.5.0-1014-aws", "CONFIG_X=y\nCONFIG_VIRTIO_BLK=y\n# CONFIG_E1000E is not set\nCONFIG_SCSI_VIRTIO=m\n" },
  { "/boot/initrd.img-6.5.0-1014-aws", "#newc init" },
  { NULL, NULL },
};

static void
test_ubuntu2204 (void)
{
  g_autoptr (Tree) tree = tree_on_disk (ubuntu2204, "ext4", TRUE, FALSE);
  const V2vGuest *guest = inspect (tree);
  const V2vKernel *kernel = v2v_guest_default_kernel (guest);

  g_assert_cmpstr (guest->distro, ==, "ubuntu");
  g_assert_cmpint (guest->minor, ==, 4);
  g_assert_cmpuint (guest->kernels->len, ==, 1);
  g_assert_true (kernel->is_default);
  g_assert_cmpstr (kernel->initrd, ==, "/boot/initrd.img-6.5.0-1014-aws");
  g_assert_null (kernel->modules_dir);
  /* Without modules.builtin the kernel's configuration says it. */
  g_assert_cmpint (v2v_kernel_driver (kernel, "virtio_blk"), ==, V2V_DRIVER_BUILTIN);
  g_assert_cmpint (v2v_kernel_driver (kernel, "virtio_scsi"), ==, V2V_DRIVER_ABSENT);
  g_assert_nonnull (strstr (v2v_guest_find_mount (guest, "/")->why, "no given disk"));
  g_assert_null (default_entry (guest) == NULL ? NULL : strstr (default_entry (guest)->cmdline, "panic"));
}

/* The enterprise kin: one layout, different names; /boot is separate. */
static void
test_enterprise (void)
{
  static const struct {
    const char *id, *version, *kernel;
  } rows[] = {
    { "rhel", "9.3", "5.14.0-362.8.1.el9_3.x86_64" },
    { "almalinux", "9.3", "5.14.0-362.8.1.el9_3.x86_64" },
    { "rocky", "8.9", "4.18.0-513.5.1.el8_9.x86_64" },
    { "ol", "8.9", "5.15.0-200.131.27.el8uek.x86_64" },
    { "scientific-and-unheard-of", "1.0", "3.10.0-1160.el7.x86_64" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *os = g_strdup_printf ("ID=\"%s\"\nVERSION_ID=\"%s\"\n", rows[i].id, rows[i].version);
    g_autofree char *image = g_strdup_printf ("/boot/vmlinuz-%s", rows[i].kernel);
    g_autofree char *initrd = g_strdup_printf ("/boot/initramfs-%s.img", rows[i].kernel);
    g_autofree char *entry = g_strdup_printf (
      "title x\nlinux /vmlinuz-%s\ninitrd /initramfs-%s.img\noptions root=/dev/mapper/x\n",
      rows[i].kernel, rows[i].kernel);
    const File files[] = {
      { "/etc/os-release", os },
      { "/usr/bin/true", "#elf" },
      { "/usr/bin/dnf", "x" },
      { "/var/lib/rpm/Packages", "x" },
      { "/etc/fstab", "UUID=root-uuid / xfs defaults 0 0\nLABEL=UEFI /boot vfat defaults 0 0\n" },
      { "/boot/grub2/grub.cfg", "set default=\"${saved_entry}\"\nblscfg\n" },
      { "/boot/loader/entries/abc.conf", entry },
      { image, "k" },
      { initrd, "#newc init" },
      { NULL, NULL },
    };
    g_autoptr (Tree) tree = tree_on_disk (files, "xfs", TRUE, TRUE);
    const V2vGuest *guest = inspect (tree);

    g_assert_cmpstr (guest->distro, ==, rows[i].id);
    g_assert_cmpstr (guest->version_id, ==, rows[i].version);
    g_assert_cmpstr (guest->package_manager, ==, "dnf");
    g_assert_nonnull (strstr (tree_unknown (tree, "packages"), "rpm"));
    g_assert_cmpstr (default_entry (guest)->kernel, ==, image);
    g_assert_cmpstr (default_entry (guest)->initrd, ==, initrd);
    g_assert_true (((V2vKernel *) guest->kernels->pdata[0])->is_default);
  }
}

static const File sles15[] = {
  { "/etc/os-release", "NAME=\"SLES\"\nVERSION_ID=\"15.5\"\nPRETTY_NAME=\"SUSE Linux Enterprise Server 15 SP5\"\nID=\"sles\"\nID_LIKE=\"suse\"\n" },
  { "/usr/bin/true", "#elf" },
  { "/usr/bin/zypper", "x" },
  { "/usr/lib/sysimage/rpm/Packages.db", "x" },
  { "/etc/fstab", "UUID=root-uuid / btrfs defaults 0 0\nUUID=root-uuid /var btrfs subvol=/@/var 0 0\n"
                  "UUID=root-uuid /boot/grub2/x86_64-efi btrfs subvol=/@/boot/grub2/x86_64-efi 0 0\n" },
  { "/boot/grub2/grub.cfg", "set default=\"${saved_entry}\"\nmenuentry 'SLES 15-SP5' --class sles $menuentry_id_option 'gnulinux-simple' {\n"
                            "linux /boot/vmlinuz-5.14.21-default root=UUID=root-uuid ${extra_cmdline} net.ifnames=0\n"
                            "initrd /boot/initrd-5.14.21-default\n}\n" },
  { "/boot/vmlinuz-5.14.21-default", "@../usr/lib/modules/5.14.21-default/vmlinuz" },
  { "/boot/vmlinuz", "@vmlinuz-5.14.21-default" },
  { "/boot/initrd-5.14.21-default", "#newc init lib/modules/5.14.21-default/kernel/drivers/block/virtio_blk.ko.zst" },
  { "/boot/initrd-5.14.21-default-kdump", "#newc init" },
  { "/lib/modules/5.14.21-default/modules.builtin", "kernel/drivers/scsi/sd_mod.ko\n" },
  { "/usr/lib/modules/5.14.21-default/vmlinuz", "k" },
  { NULL, NULL },
};

static void
test_sles15 (void)
{
  g_autoptr (Tree) tree = tree_on_disk (sles15, "btrfs", TRUE, TRUE);
  const V2vGuest *guest = inspect (tree);
  const V2vKernel *kernel = guest->kernels->pdata[0];

  g_assert_cmpstr (guest->distro, ==, "sles");
  g_assert_cmpstr (guest->package_manager, ==, "zypper");
  g_assert_nonnull (strstr (tree_unknown (tree, "packages"), "ndb"));
  g_assert_cmpstr (v2v_guest_find_mount (guest, "/var")->device, ==, "/dev/sda1");
  g_assert_cmpuint (guest->kernels->len, ==, 1);
  g_assert_true (kernel->is_default);
  g_assert_cmpstr (kernel->vmlinuz, ==, "/boot/vmlinuz-5.14.21-default");
  g_assert_cmpstr (kernel->initrd, ==, "/boot/initrd-5.14.21-default");
  g_assert_cmpint (v2v_kernel_driver (kernel, "virtio_blk"), ==, V2V_DRIVER_IN_INITRAMFS);
  g_assert_cmpint (v2v_kernel_driver (kernel, "sd_mod"), ==, V2V_DRIVER_BUILTIN);
}

/* Debian on btrfs: GRUB sees the subvolume in its paths, whoever says which one it is. */
static void
test_btrfs_paths (void)
{
  static const struct {
    const char *fstab;
    const char *in_grub;
    const char *by_default; /* the file system's own */
  } rows[] = {
    { "UUID=root-uuid / btrfs defaults,subvol=@rootfs 0 0\n", "/@rootfs/boot/", NULL },
    { "UUID=root-uuid / btrfs defaults 0 0\n", "/@/boot/", "@" },
    { "UUID=root-uuid / btrfs subvolid=256 0 0\n", "/a/b/boot/", "a/b" },
    /* GRUB with btrfs_relative_path, as SUSE has it. */
    { "UUID=root-uuid / btrfs defaults 0 0\n", "/boot/", "@/.snapshots/1/snapshot" },
    { "UUID=root-uuid / btrfs subvol=@ 0 0\nUUID=root-uuid /boot btrfs subvol=@boot 0 0\n", "/@boot/", NULL },
    { "UUID=root-uuid / btrfs subvol=@ 0 0\nUUID=root-uuid /boot btrfs subvol=/@/boot 0 0\n", "/@/boot/", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *grub
      = g_strdup_printf ("menuentry x { linux %svmlinuz-6.1 ro\ninitrd %sinitrd.img-6.1\n}\n",
                         rows[i].in_grub, rows[i].in_grub);
    const File files[] = {
      { "/etc/os-release", "ID=debian\n" },
      { "/usr/bin/true", "#elf" },
      { "/etc/fstab", rows[i].fstab },
      { "/boot/grub/grub.cfg", grub },
      { "/boot/vmlinuz-6.1", "k" },
      { "/boot/initrd.img-6.1", "#newc init" },
      { NULL, NULL },
    };
    g_autoptr (Tree) tree = tree_on_disk (files, "btrfs", TRUE, FALSE);
    const V2vGuest *guest;

    tree->guest->root_subvolume = g_strdup (rows[i].by_default);
    guest = inspect (tree);
    g_assert_cmpstr (default_entry (guest)->kernel, ==, "/boot/vmlinuz-6.1");
    g_assert_cmpstr (default_entry (guest)->initrd, ==, "/boot/initrd.img-6.1");
    g_assert_true (((V2vKernel *) guest->kernels->pdata[0])->is_default);
  }
}

/* The kernel of another subvolume is not taken for the root's. */
static void
test_btrfs_other (void)
{
  static const File files[] = {
    { "/etc/os-release", "ID=debian\n" },
    { "/usr/bin/true", "#elf" },
    { "/etc/fstab", "UUID=root-uuid / btrfs defaults 0 0\n" },
    { "/boot/grub/grub.cfg", "menuentry x { linux /@old/boot/vmlinuz-6.1 ro\ninitrd /@old/boot/initrd.img-6.1\n}\n" },
    { "/boot/vmlinuz-6.1", "k" },
    { "/boot/initrd.img-6.1", "#newc init" },
    { NULL, NULL },
  };
  g_autoptr (Tree) tree = tree_on_disk (files, "btrfs", TRUE, FALSE);

  tree->guest->root_subvolume = g_strdup ("@");
  g_assert_cmpstr (default_entry (inspect (tree))->kernel, ==, "/@old/boot/vmlinuz-6.1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/inspect/debian12", test_debian12);
  g_test_add_func ("/inspect/amzn2023", test_amzn2023);
  g_test_add_func ("/inspect/ubuntu2204", test_ubuntu2204);
  g_test_add_func ("/inspect/enterprise", test_enterprise);
  g_test_add_func ("/inspect/sles15", test_sles15);
  g_test_add_func ("/inspect/btrfs-paths", test_btrfs_paths);
  g_test_add_func ("/inspect/btrfs-other", test_btrfs_other);
  return g_test_run ();
}
