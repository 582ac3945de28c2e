/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "v2v-engine-gate.h"
#include "v2v-error.h"

static V2vHandshake *
handshake (const char *version)
{
  g_autofree char *text = g_strdup_printf ("virt-v2v-in-place %s", version);
  V2vHandshake *result
    = v2v_handshake_parse ("/usr/bin/x", text, "input:libvirtxml\n", "", NULL);

  g_assert_nonnull (result);
  return result;
}

static V2vGuest *
linux_guest (const char *distro, int major, int minor)
{
  V2vGuest *guest = v2v_guest_new ();

  guest->root = g_strdup ("/dev/sda1");
  g_ptr_array_add (guest->roots, g_strdup ("/dev/sda1"));
  guest->os = V2V_OS_LINUX;
  guest->distro = g_strdup (distro);
  guest->major = major;
  guest->minor = minor;
  v2v_guest_set_bootloader (guest, "grub2");
  v2v_guest_add_kernel (guest);
  return guest;
}

static void
expect (const V2vGuest *guest, const char *version, V2vErrorCode code, const char *words)
{
  g_autoptr (V2vHandshake) shake = handshake (version);
  g_autoptr (GError) error = NULL;

  g_assert_false (v2v_gate_check (guest, shake, &error));
  g_assert_error (error, V2V_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, words));
}

static void
accept (const V2vGuest *guest, const char *version)
{
  g_autoptr (V2vHandshake) shake = handshake (version);
  g_autoptr (GError) error = NULL;

  g_assert_true (v2v_gate_check (guest, shake, &error));
  g_assert_no_error (error);
}

static const struct {
  const char *id, *like, *libguestfs;
} distros[] = {
  { "debian", NULL, "debian" },
  { "ubuntu", "debian", "ubuntu" },
  { "kali", "debian", "kalilinux" },
  { "rhel", "fedora", "rhel" },
  { "centos", "rhel fedora", "centos" },
  { "rocky", "rhel centos fedora", "rocky" },
  { "almalinux", "rhel centos fedora", "redhat-based" },
  { "ol", "fedora", "oraclelinux" },
  { "sles", "suse", "sles" },
  { "opensuse-leap", "suse opensuse", "opensuse" },
  { "newclone", "\"rhel centos fedora\"", "redhat-based" },
  { "amzn", "fedora", NULL },
  { "amzn", "centos rhel fedora", NULL },
  { "photon", NULL, NULL },
  { "alpine", NULL, NULL },
  { "arch", NULL, NULL },
  { "pop", "ubuntu debian", NULL },
  { "flatcar", "coreos", NULL },
  { "openEuler", NULL, NULL },
  { "unknown", NULL, NULL },
  { "", "", NULL },
  { "newthing", "rhelish", NULL },
};

static void
test_distros (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (distros); i++) {
    g_assert_cmpstr (v2v_gate_distro (distros[i].id, distros[i].like), ==,
                     distros[i].libguestfs);
  }
}

static void
test_debian (void)
{
  g_autoptr (V2vGuest) guest = linux_guest ("debian", 12, 0);

  accept (guest, "2.2.0");
}

static void
test_amazon (void)
{
  g_autoptr (V2vGuest) guest = linux_guest ("amzn", 2023, 0);

  guest->product = g_strdup ("Amazon Linux 2023");
  expect (guest, "2.12.0", V2V_ERROR_UNSUPPORTED,
          "virt-v2v cannot convert Amazon Linux 2023");
}

/* Only dracut's name of an encrypted root is one that libguestfs finds. */
static void
test_encrypted (void)
{
  static const struct {
    const char *spec;
    gboolean good;
  } rows[] = { { "/dev/mapper/cr_root", FALSE },
               { "/dev/mapper/luks-0f0c6a49-801e-4e01-9166-5baf8e5e8c98", TRUE },
               { "UUID=0f0c6a49-801e-4e01-9166-5baf8e5e8c98", TRUE } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (V2vGuest) guest = linux_guest ("debian", 12, 0);
    V2vFilesystem *fs = v2v_guest_add_filesystem (guest);
    V2vMount *mount = v2v_guest_add_mount (guest);

    fs->device = g_strdup ("/dev/mapper/luks-x");
    mount->device = g_strdup (fs->device);
    mount->mountpoint = g_strdup ("/");
    mount->spec = g_strdup (rows[i].spec);
    accept (guest, "2.2.0");
    fs->container = g_strdup ("/dev/sda2");
    if (rows[i].good)
      accept (guest, "2.2.0");
    else
      expect (guest, "2.6.0", V2V_ERROR_UNSUPPORTED, "'/dev/mapper/cr_root': use --engine native");
  }
}

static void
test_no_os (void)
{
  g_autoptr (V2vGuest) guest = v2v_guest_new ();

  expect (guest, "2.2.0", V2V_ERROR_NO_OS, "no operating system");
}

static void
test_other_os (void)
{
  g_autoptr (V2vGuest) guest = linux_guest ("freebsd", 14, 0);

  guest->os = V2V_OS_OTHER;
  expect (guest, "2.2.0", V2V_ERROR_UNSUPPORTED, "only converts Linux and Windows");
}

static void
test_bootloader (void)
{
  g_autoptr (V2vGuest) guest = linux_guest ("debian", 12, 0);

  g_free (guest->bootloader->kind);
  guest->bootloader->kind = g_strdup ("systemd-boot");
  expect (guest, "2.2.0", V2V_ERROR_UNSUPPORTED, "boots by systemd-boot");
  g_free (guest->bootloader->kind);
  guest->bootloader->kind = g_strdup ("extlinux");
  g_free (guest->bootloader->config);
  guest->bootloader->config = g_strdup ("/boot/extlinux.conf");
  expect (guest, "2.2.0", V2V_ERROR_UNSUPPORTED, "boots by extlinux ('/boot/extlinux.conf'): install");
  g_clear_pointer (&guest->bootloader->kind, g_free);
  expect (guest, "2.2.0", V2V_ERROR_UNSUPPORTED, "no boot loader");
}

static void
test_no_kernel (void)
{
  g_autoptr (V2vGuest) guest = linux_guest ("debian", 12, 0);

  g_ptr_array_set_size (guest->kernels, 0);
  expect (guest, "2.2.0", V2V_ERROR_UNSUPPORTED, "no kernel");
}

static void
test_arch (void)
{
  g_autoptr (V2vGuest) guest = linux_guest ("debian", 12, 0);

  guest->arch = g_strdup ("s390x");
  expect (guest, "2.2.0", V2V_ERROR_UNSUPPORTED, "s390x");
}

static void
test_subvolume_root (void)
{
  g_autoptr (V2vGuest) guest = linux_guest ("opensuse-leap", 15, 5);

  g_free (guest->root);
  guest->root = g_strdup ("btrfsvol:/dev/sda2/@");
  accept (guest, "2.2.0");
  g_ptr_array_add (guest->roots, g_strdup ("/dev/sdb1"));
  expect (guest, "2.2.0", V2V_ERROR_UNSUPPORTED, "2 operating systems");
}

/* What was seen of virt-v2v 2.2 and RHEL 9.2: issue 54 of virt-v2v. */
static void
test_kernel_core (void)
{
  static const struct {
    const char *distro;
    int major, minor;
    gboolean split;
  } rows[] = {
    { "rhel", 9, 1, FALSE },   { "rhel", 9, 2, TRUE },    { "rhel", 10, 0, TRUE },
    { "rhel", 8, 9, FALSE },   { "almalinux", 9, 4, TRUE }, { "rocky", 9, 2, TRUE },
    { "ol", 9, 3, TRUE },      { "centos", 9, 0, TRUE },  { "centos", 8, 0, FALSE },
    { "fedora", 37, 0, FALSE }, { "fedora", 38, 0, TRUE }, { "debian", 12, 0, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (V2vGuest) guest
      = linux_guest (rows[i].distro, rows[i].major, rows[i].minor);

    accept (guest, "2.3.4");
    if (rows[i].split)
      expect (guest, "2.2.0", V2V_ERROR_UNSUPPORTED, "install version 2.3.4");
    else
      accept (guest, "2.2.0");
  }
}

/* Packages, where known, decide: a 9.3 with one whole kernel-core can be converted. */
static void
test_kernel_core_by_package (void)
{
  g_autoptr (V2vGuest) guest = linux_guest ("rhel", 9, 3);

  v2v_guest_add_package (guest)->name = g_strdup ("kernel-core");
  accept (guest, "2.2.0");
  v2v_guest_add_package (guest)->name = g_strdup ("kernel-modules-core");
  expect (guest, "2.2.0", V2V_ERROR_UNSUPPORTED, "kernel-modules-core");
}

static void
test_windows (void)
{
  g_autoptr (V2vGuest) guest = v2v_guest_new ();
  g_autofree char *dir = g_dir_make_tmp ("v2v-gate-XXXXXX", NULL);
  g_autofree char *exe = g_build_filename (dir, "rhsrvany.exe", NULL);
  g_autofree char *drivers = g_build_filename (dir, "virtio-win.iso", NULL);

  guest->root = g_strdup ("/dev/sda2");
  guest->os = V2V_OS_WINDOWS;
  guest->distro = g_strdup ("windows");
  v2v_guest_set_windows (guest);
  g_setenv ("VIRT_TOOLS_DATA_DIR", dir, TRUE);
  g_setenv ("VIRTIO_WIN", drivers, TRUE);

  expect (guest, "2.2.0", V2V_ERROR_UNSUPPORTED, "rhsrvany.exe");
  g_assert_true (g_file_set_contents (exe, "MZ", -1, NULL));
  expect (guest, "2.2.0", V2V_ERROR_UNSUPPORTED, "virtio-win");
  g_assert_true (g_file_set_contents (drivers, "iso", -1, NULL));
  accept (guest, "2.2.0");
  guest->windows->hibernated = TRUE;
  expect (guest, "2.2.0", V2V_ERROR_REFUSED, "hibernated");

  g_unlink (exe);
  g_unlink (drivers);
  g_rmdir (dir);
}

/* It would ask for the passphrase at the terminal. */
static void
test_closed (void)
{
  g_autoptr (V2vGuest) guest = linux_guest ("debian", 12, 0);
  V2vFilesystem *fs = v2v_guest_add_filesystem (guest);

  fs->device = g_strdup ("/dev/sdb1");
  fs->type = g_strdup ("crypto_LUKS");
  expect (guest, "2.10.0", V2V_ERROR_UNSUPPORTED, "no key for '/dev/sdb1': give one (--key)");
  fs->opened = TRUE;
  accept (guest, "2.10.0");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine-gate/distros", test_distros);
  g_test_add_func ("/engine-gate/debian", test_debian);
  g_test_add_func ("/engine-gate/amazon", test_amazon);
  g_test_add_func ("/engine-gate/encrypted", test_encrypted);
  g_test_add_func ("/engine-gate/no-os", test_no_os);
  g_test_add_func ("/engine-gate/other-os", test_other_os);
  g_test_add_func ("/engine-gate/bootloader", test_bootloader);
  g_test_add_func ("/engine-gate/no-kernel", test_no_kernel);
  g_test_add_func ("/engine-gate/arch", test_arch);
  g_test_add_func ("/engine-gate/subvolume-root", test_subvolume_root);
  g_test_add_func ("/engine-gate/kernel-core", test_kernel_core);
  g_test_add_func ("/engine-gate/kernel-core-by-package", test_kernel_core_by_package);
  g_test_add_func ("/engine-gate/windows", test_windows);
  g_test_add_func ("/engine-gate/closed", test_closed);
  return g_test_run ();
}
