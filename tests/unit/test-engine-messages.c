/* SPDX-License-Identifier: GPL-2.0-or-later
 * The messages are as virt-v2v and libguestfs print them (2.2.0, 1.48).
 */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "v2v-engine-messages.h"

static const struct {
  const char *text;
  V2vErrorCode code;
  const char *words;
} failures[] = {
  { "Inspection field ‘i_distro’ was ‘unknown’.\n\nAssuming that you are running",
    V2V_ERROR_UNSUPPORTED, "distro unknown" },
  { "Inspection field 'i_arch' was 'unknown'", V2V_ERROR_UNSUPPORTED, "arch unknown" },
  { "virt-v2v is unable to convert this guest type (linux/alpine)", V2V_ERROR_UNSUPPORTED,
    "(linux/alpine)" },
  { "No root device found in this operating system image.\n\nThis can have many causes",
    V2V_ERROR_UNSUPPORTED, "no installed operating system" },
  { "root device /dev/sdb1 not found.  Roots found were: /dev/sda1", V2V_ERROR_UNSUPPORTED,
    "/dev/sdb1 for a root file system; it found /dev/sda1" },
  { "multi-boot operating systems are not supported by virt-v2v. Use the --root option",
    V2V_ERROR_UNSUPPORTED, "more than one" },
  { "libguestfs error: internal_list_rpm_applications: rpmtsInitIterator",
    V2V_ERROR_UNSUPPORTED, "package database" },
  { "no bootloader detected", V2V_ERROR_UNSUPPORTED, "no GRUB" },
  { "could not find bootloader mount point (/boot/efi/EFI): filesystem_walk",
    V2V_ERROR_UNSUPPORTED, "in /boot/efi/EFI:" },
  { "no installed kernel packages were found.\n\nThis probably indicates that virt-v2v-in-"
    "place was unable to inspect this guest properly.", V2V_ERROR_UNSUPPORTED,
    "kernel-modules-core" },
  { "no kernels were found in the bootloader configuration.", V2V_ERROR_UNSUPPORTED,
    "boot loader offers" },
  { "only Xen kernels are installed in this guest.\n\nRead the virt-v2v(1) manual",
    V2V_ERROR_UNSUPPORTED, "Xen PV" },
  { "unable to rebuild initrd (/boot/initrd.img-6.1) because update-initramfs was not found "
    "in the guest", V2V_ERROR_UNSUPPORTED, "has no update-initramfs" },
  { "not enough free space for conversion on filesystem ‘/boot’.  3.1 MB free < 50 MB needed",
    V2V_ERROR_REFUSED, "/boot is too full (3.1 MB free < 50 MB needed)" },
  { "not enough available inodes for conversion on filesystem ‘/’.  3 inodes available",
    V2V_ERROR_REFUSED, "/ has too few free inodes" },
  { "libguestfs error: aug_save: No error", V2V_ERROR_REFUSED, "initramfs-tools/modules" },
  { "insufficient free space in the conversion server temporary directory /var/tmp "
    "(900.1M).\n\nEither free up", V2V_ERROR_STORAGE, "1 GiB free in '/var/tmp' and there is "
                                                      "900.1M" },
  { "unable to mount the disk image for writing. This has probably happened because Windows "
    "Hibernation or Fast Restart is being used in this guest.", V2V_ERROR_REFUSED,
    "shutdown /s /f" },
  { "filesystem was mounted read-only, even though we asked for it to be mounted "
    "read-write.", V2V_ERROR_REFUSED, "read-only" },
  { "could not find key to open LUKS encrypted /dev/sda3.\n\nTry using --key",
    V2V_ERROR_REFUSED, "encrypted" },
  { "One of rhsrvany.exe or pvvxsvc.exe is missing in /usr/share/virt-tools.  One of them",
    V2V_ERROR_UNSUPPORTED, "'/usr/share/virt-tools' has neither" },
  { "libguestfs error: /usr/bin/supermin exited with error status 1.", V2V_ERROR_INTERNAL,
    "libguestfs-test-tool" },
  { "libguestfs error: could not create appliance through libvirt", V2V_ERROR_INTERNAL,
    "libguestfs-test-tool" },
  { "libguestfs error: appliance closed the connection unexpectedly.", V2V_ERROR_INTERNAL,
    "appliance died" },
  { "qemu-nbd did not start up.  There may be errors printed by qemu-nbd above.",
    V2V_ERROR_STORAGE, "qemu-nbd" },
  { "libguestfs error: write: /etc/x: No space left on device", V2V_ERROR_STORAGE,
    "ran full" },
  { "libguestfs error: pwrite: Input/output error", V2V_ERROR_STORAGE, "input/output" },
  { "detected errors on the XFS filesystem on /dev/sda1", V2V_ERROR_REFUSED, "(/dev/sda1)" },
  { "libguestfs error: command: update-initramfs: exited with status 1",
    V2V_ERROR_UNSUPPORTED, "'update-initramfs' failed" },
  { "the virtual size of the input disk 0 is not an exact multiple of 512 bytes.",
    V2V_ERROR_UNSUPPORTED, "multiple of 512" },
};

static void
test_failures (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (failures); i++) {
    V2vErrorCode code = V2V_ERROR_USAGE;
    g_autofree char *sentence = v2v_message_explain_failure (failures[i].text, &code);

    g_test_message ("%s", failures[i].text);
    g_assert_nonnull (sentence);
    g_test_message ("-> %s", sentence);
    g_assert_cmpint (code, ==, failures[i].code);
    g_assert_nonnull (strstr (sentence, failures[i].words));
    g_assert_null (strchr (sentence, '\n'));
    g_assert_false (g_str_has_suffix (sentence, "."));
  }
}

static void
test_unknown_failure (void)
{
  g_autofree char *huge = g_strnfill (3 * 1024 * 1024, 'a');
  V2vErrorCode code;

  g_assert_null (v2v_message_explain_failure ("Not_found", &code));
  g_assert_null (v2v_message_explain_failure ("", &code));
  g_assert_null (v2v_message_explain_failure (huge, &code));
}

static const struct {
  const char *text, *told;
} warnings[] = {
  { "could not determine a way to update the configuration of Grub2", NULL },
  { "mount: mount_stub: /dev/xvdb: No such file or directory (ignored)", NULL },
  { "/files/etc/fstab/3/spec references unknown device \"xvdb\".  You may have to fix this "
    "entry manually after conversion.", NULL },
  { "fstrim on guest filesystem /dev/sda1 failed.  Usually you can ignore this message.",
    NULL },
  { "/files/boot/grub/device.map/hd0 references unknown device \"nvme0n1\".  You may have",
    "/boot/grub/device.map names the device 'nvme0n1' of the source, which no disk here is "
    "known by" },
  { "could not rebuild grub2 configuration file (/boot/grub/grub.cfg).  This may mean",
    "/boot/grub/grub.cfg could not be rebuilt; the old one stays in use" },
  { "no initrd was found in /boot matching initramfs 5.14.",
    "the initramfs was not rebuilt, none was found for initramfs 5.14.: the guest may not "
    "find its root disk on virtio" },
  { "something  new\n\nOriginal message: \033[31mred", "something new Original message: "
                                                       "\\x1b[31mred" },
};

static void
test_warnings (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (warnings); i++) {
    g_autofree char *told = v2v_message_translate_warning (warnings[i].text);

    g_assert_cmpstr (told, ==, warnings[i].told);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine-messages/failures", test_failures);
  g_test_add_func ("/engine-messages/unknown-failure", test_unknown_failure);
  g_test_add_func ("/engine-messages/warnings", test_warnings);
  return g_test_run ();
}
