/* SPDX-License-Identifier: GPL-2.0-or-later
 * Trees with other boot loaders and init systems, and hostile ones.
 */
#include <config.h>

#include <fcntl.h>

#include "test-linux-tree.h"
#include "test-newc.h"
#include "test-uki.h"

static const File photon[] = {
  { "/etc/os-release", "NAME=\"VMware Photon OS\"\nID=photon\nVERSION_ID=5.0\n" },
  { "/usr/bin/true", "#elf" },
  { "/usr/bin/tdnf", "x" },
  { "/usr/lib/sysimage/rpm/rpmdb.sqlite", "x" },
  { "/etc/fstab", "PARTUUID=part-1 / ext4 defaults 1 1\n" },
  { "/boot/grub2/grub.cfg", "load_env -f /boot/photon.cfg\nset rootpartition=PARTUUID=part-1\nmenuentry \"Photon\" {\n"
                            "linux /boot/$photon_linux root=$rootpartition $photon_cmdline\n"
                            "if [ -f /boot/$photon_initrd ]; then\ninitrd /boot/$photon_initrd\nfi\n}\n" },
  { "/boot/photon.cfg", "@linux-6.1.10.cfg" },
  { "/boot/linux-6.1.10.cfg", "photon_cmdline=ro loglevel=3\nphoton_linux=vmlinuz-6.1.10\nphoton_initrd=initrd.img-6.1.10\n" },
  { "/boot/vmlinuz-6.1.10", "k" },
  { "/boot/initrd.img-6.1.10", "#newc init" },
  { NULL, NULL },
};

static void
test_photon (void)
{
  g_autoptr (Tree) tree = tree_on_disk (photon, "ext4", TRUE, TRUE);
  const V2vGuest *guest = inspect (tree);

  g_assert_cmpstr (guest->distro, ==, "photon");
  g_assert_cmpstr (guest->package_manager, ==, "tdnf");
  g_assert_cmpstr (default_entry (guest)->cmdline, ==, "root=PARTUUID=part-1 ro loglevel=3");
  g_assert_cmpstr (v2v_guest_default_kernel (guest)->version, ==, "6.1.10");
  g_assert_true (v2v_guest_default_kernel (guest)->is_default);
}

/* Amazon Linux 1 on HVM: GRUB 0.97, upstart, SysV links. */
static const File amzn1[] = {
  { "/etc/system-release", "Amazon Linux AMI release 2018.03\n" },
  { "/bin/ls", "#elf" },
  { "/usr/bin/yum", "x" },
  { "/var/lib/rpm/Packages", "x" },
  { "/etc/fstab", "LABEL=/     /           ext4    defaults,noatime  1   1\n" },
  { "/etc/rc.d/rc3.d/S55sshd", "@../init.d/sshd" },
  { "/etc/rc.d/rc3.d/K10x", "@../init.d/x" },
  { "/boot/grub/grub.conf", "default=0\ntimeout=0\ntitle Amazon Linux\nroot (hd0,0)\nkernel (hd0,0)/boot/vmlinuz-4.14.200 root=LABEL=/\n"
                            "initrd /boot/initramfs-4.14.200.img\n" },
  { "/boot/grub/menu.lst", "@./grub.conf" },
  { "/boot/vmlinuz-4.14.200", "k" },
  { "/boot/initramfs-4.14.200.img", "#newc init" },
  { NULL, NULL },
};

static void
test_amzn1 (void)
{
  g_autoptr (Tree) tree = tree_on_disk (amzn1, "ext4", TRUE, FALSE);
  const V2vGuest *guest = inspect (tree);
  g_autofree char *units = unit_list (guest);

  g_assert_cmpstr (guest->distro, ==, "amzn");
  g_assert_cmpstr (guest->package_manager, ==, "yum");
  g_assert_cmpstr (guest->bootloader->kind, ==, "grub-legacy");
  g_assert_cmpstr (default_entry (guest)->kernel, ==, "/boot/vmlinuz-4.14.200");
  g_assert_cmpstr (units, ==, "sshd");
  g_assert_cmpstr (v2v_guest_find_mount (guest, "/")->device, ==, "/dev/sda1");
}

static const File alpine[] = {
  { "/etc/os-release", "ID=alpine\nVERSION_ID=3.19.1\n" },
  { "/etc/alpine-release", "3.19.1\n" },
  { "/bin/busybox", "#elf" },
  { "/sbin/apk", "x" },
  { "/lib/apk/db/installed", "P:musl\n" },
  { "/etc/runlevels/default/sshd", "@/etc/init.d/sshd" },
  { "/etc/runlevels/boot/networking", "@/etc/init.d/networking" },
  { "/boot/extlinux.conf", "DEFAULT virt\nLABEL virt\n  MENU LABEL Linux virt\n  LINUX vmlinuz-virt\n  INITRD initramfs-virt\n  APPEND root=UUID=root-uuid\n" },
  { "/boot/vmlinuz-virt", "k" },
  { "/boot/initramfs-virt", "#newc lib/modules/6.6.16-0-virt/kernel/drivers/block/virtio_blk.ko.gz" },
  { "/lib/modules/6.6.16-0-virt", "/" },
  { NULL, NULL },
};

static void
test_alpine (void)
{
  g_autoptr (Tree) tree = tree_on_disk (alpine, "ext4", FALSE, FALSE);
  const V2vGuest *guest = inspect (tree);
  const V2vKernel *kernel = guest->kernels->pdata[0];
  g_autofree char *units = unit_list (guest);

  g_assert_cmpstr (guest->package_manager, ==, "apk");
  g_assert_cmpstr (guest->bootloader->kind, ==, "extlinux");
  g_assert_cmpstr (units, ==, "networking sshd");
  g_assert_cmpuint (guest->kernels->len, ==, 1);
  g_assert_cmpstr (kernel->version, ==, "6.6.16-0-virt");
  g_assert_true (kernel->is_default);
  g_assert_cmpint (v2v_kernel_driver (kernel, "virtio_blk"), ==, V2V_DRIVER_IN_INITRAMFS);
}

static const File systemd_boot[] = {
  { "/etc/os-release", "ID=pop\nID_LIKE=\"ubuntu debian\"\n" },
  { "/usr/bin/true", "#elf" },
  { "/efi/EFI/systemd/systemd-bootx64.efi", "x" },
  { "/efi/EFI/Linux/abc-6.9.efi", "x" },
  { "/efi/loader/loader.conf", "default abc-6.8*\n" },
  { "/efi/loader/entries/abc-6.8.conf", "title Six Eight\nlinux /abc/6.8/linux\ninitrd /abc/6.8/initrd\noptions root=UUID=root-uuid\n" },
  { "/efi/abc/6.8/linux", "k" },
  { "/efi/abc/6.8/initrd", "#newc init lib/modules/6.8/kernel/virtio_blk.ko" },
  { "/lib/modules/6.8", "/" },
  { NULL, NULL },
};

static void
test_systemd_boot (void)
{
  g_autoptr (Tree) tree = tree_on_disk (systemd_boot, "ext4", FALSE, TRUE);
  const V2vGuest *guest = inspect (tree);
  const V2vKernel *kernel = guest->kernels->pdata[1];
  const V2vKernel *unified = guest->kernels->pdata[0];

  g_assert_cmpstr (guest->bootloader->kind, ==, "systemd-boot");
  g_assert_cmpuint (guest->bootloader->entries->len, ==, 2);
  g_assert_cmpuint (guest->kernels->len, ==, 2);
  g_assert_cmpstr (unified->version, ==, "abc-6.9");
  g_assert_cmpstr (unified->initrd, ==, "/efi/EFI/Linux/abc-6.9.efi");
  g_assert_false (unified->is_default);
  g_assert_nonnull (tree_unknown (tree, "initramfs:/efi/EFI/Linux/abc-6.9.efi"));
  g_assert_cmpstr (default_entry (guest)->title, ==, "Six Eight");
  g_assert_cmpstr (kernel->vmlinuz, ==, "/efi/abc/6.8/linux");
  g_assert_true (kernel->is_default);
  g_assert_cmpint (v2v_kernel_driver (kernel, "virtio_blk"), ==, V2V_DRIVER_IN_INITRAMFS);
  g_assert_cmpint (guest->firmware, ==, V2V_FIRMWARE_UEFI);
}

static const File unified_only[] = {
  { "/etc/os-release", "ID=fedora\n" },
  { "/usr/bin/true", "#elf" },
  { "/efi/EFI/systemd/systemd-bootx64.efi", "x" },
  { "/boot/vmlinuz-6.8", "k" },
  { "/boot/initrd.img-6.8", "#newc init" },
  { "/lib/modules/6.8", "/" },
  { "/lib/modules/6.9", "/" },
  { "/lib/modules/6.9-rt/vmlinuz", "k" },
  { NULL, NULL },
};

static void
write_unified (const Tree *tree, const char *path, const char *module)
{
  const Newc entries[] = { { .name = "init" }, { .name = module }, { .name = NULL } };
  g_autoptr (GByteArray) initrd = newc_archive (entries);
  const UkiSection sections[]
    = { { ".linux", "k", 1 }, { ".initrd", initrd->data, initrd->len }, { NULL, NULL, 0 } };
  g_autoptr (GByteArray) image = uki_new (sections);

  tree_write_bytes (tree, path, image->data, image->len);
}

/* Each with the modules of its version; one that /boot has too is there twice. */
static void
test_unified (void)
{
  static const char *const paths[]
    = { "/efi/EFI/Linux/token-6.9-rt+2-1.efi", "/efi/EFI/Linux/token-6.9.efi",
        "/boot/vmlinuz-6.8", "/efi/EFI/Linux/token-6.8.efi" };
  static const char *const versions[] = { "6.9-rt", "6.9", "6.8", "6.8" };
  g_autoptr (Tree) tree = tree_on_disk (unified_only, "ext4", FALSE, TRUE);
  const V2vGuest *guest;

  write_unified (tree, paths[0], "lib/modules/6.9-rt/k/virtio_blk.ko");
  write_unified (tree, paths[1], "lib/modules/6.9/k/nvme.ko");
  write_unified (tree, paths[3], "lib/modules/6.8/k/virtio_blk.ko");
  guest = inspect (tree);
  g_assert_cmpuint (guest->kernels->len, ==, 4);
  for (guint p = 0; p < G_N_ELEMENTS (paths); p++) {
    const V2vKernel *found = NULL;

    for (guint i = 0; i < guest->kernels->len; i++)
      if (g_strcmp0 (((V2vKernel *) guest->kernels->pdata[i])->vmlinuz, paths[p]) == 0)
        found = guest->kernels->pdata[i];
    g_test_message ("%s", paths[p]);
    g_assert_nonnull (found);
    g_assert_cmpstr (found->version, ==, versions[p]);
    g_assert_nonnull (found->modules_dir);
    g_assert_cmpint (v2v_kernel_driver (found, "virtio_blk"), ==,
                     p % 3 == 0 ? V2V_DRIVER_IN_INITRAMFS : V2V_DRIVER_ABSENT);
  }
  g_assert_true (g_str_has_prefix (v2v_guest_default_kernel (guest)->vmlinuz, "/efi/EFI/Linux/"));
}

static void
test_no_os (void)
{
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (GError) error = NULL;

  tree->guest->os = V2V_OS_UNKNOWN;
  tree_write (tree, "/lost+found/x", "data disk");
  g_assert_false (v2v_inspect_tree (tree->fs, tree->guest, NULL, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_NO_OS);
}

static void
make_sparse (const Tree *tree, const char *path)
{
  g_autofree char *host = tree_host_path (tree, path);

  tree_write (tree, path, "x");
  g_assert_cmpint (truncate (host, 1024 * 1024 * 1024), ==, 0);
}

/* Nothing here may hang, crash or stop the inspection. */
static void
test_hostile (void)
{
  static const File files[] = {
    { "/etc/os-release", "@os-release" },
    { "/usr/lib/os-release", "/" },
    { "/usr/bin/true", "no elf" },
    { "/var/lib/dpkg/status", "/" },
    { "/usr/bin/apt-get", "x" },
    { "/etc/systemd/system", "a file\n" },
    { "/boot/grub2/grub.cfg", "\001\002menuentry { { { '\"${${ linux \377\376\n\000submenu" },
    { "/boot/grub2/grubenv", "@/dev/zero" },
    { "/boot/grub/grub.cfg", "@grub.cfg" },
    { "/boot/loader/entries", "@/" },
    { "/boot/vmlinuz-1.0", "@../../../../../../etc/passwd" },
    { "/boot/initrd.img-1.0", "@/dev/zero" },
    { "/lib/modules/1.0/modules.dep", ": : :\n//////\nvirtio_blk.ko\nx/../../../../../../etc/virtio_net.ko:\n" },
    { "/lib/modules/1.0/modules.builtin", "/" },
    { "/boot/efi/EFI/BOOT", "@../.." },
    { NULL, NULL },
  };
  g_autoptr (Tree) tree = tree_on_disk (files, "ext4", TRUE, TRUE);
  g_autofree char *fifo = tree_host_path (tree, "/etc/hostname");
  const V2vGuest *guest;

  make_sparse (tree, "/etc/fstab");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  guest = inspect (tree);
  g_assert_cmpstr (guest->distro, ==, "unknown");
  g_assert_null (guest->hostname);
  g_assert_nonnull (tree_unknown (tree, "fstab"));
  g_assert_nonnull (tree_unknown (tree, "packages"));
  g_assert_nonnull (tree_unknown (tree, "/etc/hostname"));
  g_assert_null (guest->bootloader);
  g_assert_cmpuint (guest->kernels->len, ==, 1);
}

static void
test_many_files (void)
{
  static const File files[] = {
    { "/etc/os-release", "ID=debian\n" },
    { "/usr/bin/true", "#elf" },
    { NULL, NULL },
  };
  g_autoptr (Tree) tree = tree_on_disk (files, "ext4", TRUE, FALSE);
  g_autofree char *boot = tree_host_path (tree, "/boot/x");
  const V2vGuest *guest;

  for (guint i = 0; i < 5000; i++) {
    g_autofree char *path = g_strdup_printf ("%s/boot/vmlinuz-%u", tree->root, i);
    int fd = open (path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

    if (fd < 0)
      g_error ("'%s': %s", path, g_strerror (errno));
    close (fd);
  }
  guest = inspect (tree);
  g_assert_cmpuint (guest->kernels->len, ==, 64);
  g_assert_nonnull (tree_unknown (tree, "kernels"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/inspect/photon", test_photon);
  g_test_add_func ("/inspect/amzn1", test_amzn1);
  g_test_add_func ("/inspect/alpine", test_alpine);
  g_test_add_func ("/inspect/systemd-boot", test_systemd_boot);
  g_test_add_func ("/inspect/unified", test_unified);
  g_test_add_func ("/inspect/no-os", test_no_os);
  g_test_add_func ("/inspect/hostile", test_hostile);
  g_test_add_func ("/inspect/many-files", test_many_files);
  return g_test_run ();
}
