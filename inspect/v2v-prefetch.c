/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-prefetch.c - what the readers of a Linux guest look at, fetched in few calls
 *
 * A call costs a few milliseconds in an appliance without KVM, and most of what is
 * looked for is not there.  Nothing here decides anything: what is missing in
 * this list is asked for when it is read.
 */
#include <config.h>

#include "v2v-inspect-private.h"

/* The rows of one directory come together. */
static const char *const rows[] = {
  "/bin/true",
  "/boot/EFI",
  "/boot/Efi",
  "/boot/boot",
  "/boot/efi/EFI",
  "/boot/efi/loader",
  "/boot/extlinux",
  "/boot/grub/custom.cfg",
  "/boot/grub/device.map",
  "/boot/grub/grub.cfg",
  "/boot/grub/grub.conf",
  "/boot/grub/grubenv",
  "/boot/grub/i386-pc",
  "/boot/grub/menu.lst",
  "/boot/grub/stage2",
  "/boot/grub2/grub.cfg",
  "/boot/grub2/grubenv",
  "/boot/loader/entries",
  "/boot/syslinux",
  "/efi",
  "/initrd.img",
  "/lib/apk/db/installed",
  "/lib/modules",
  "/lib/netplan",
  "/lib/systemd/network",
  "/lib/systemd/systemd",
  "/opt/aws",
  "/run/systemd",
  "/sbin/apk",
  "/sbin/init",
  "/usr/bin/apt-get",
  "/usr/bin/bash",
  "/usr/bin/cloud-init",
  "/usr/bin/dnf",
  "/usr/bin/dnf5",
  "/usr/bin/dracut",
  "/usr/bin/microdnf",
  "/usr/bin/mkinitcpio",
  "/usr/bin/pacman",
  "/usr/bin/tdnf",
  "/usr/bin/true",
  "/usr/bin/yum",
  "/usr/bin/zypper",
  "/usr/lib/NetworkManager/system-connections",
  "/usr/lib/modules",
  "/usr/lib/netplan",
  "/usr/lib/os-release",
  "/usr/lib/sysimage/rpm/Packages",
  "/usr/lib/sysimage/rpm/Packages.db",
  "/usr/lib/sysimage/rpm/rpmdb.sqlite",
  "/usr/lib/systemd/network",
  "/usr/lib/systemd/system-generators/cloud-init-generator",
  "/usr/lib/systemd/system/nm-cloud-setup.service.d",
  "/usr/lib/systemd/system/ssh.service.d",
  "/usr/lib/systemd/system/sshd.service.d",
  "/usr/lib/systemd/systemd",
  "/usr/local/lib/systemd/network",
  "/usr/sbin/dracut",
  "/usr/sbin/mkinitcpio",
  "/usr/sbin/mkinitramfs",
  "/var/lib/NetworkManager",
  "/var/lib/cloud/data/instance-id",
  "/var/lib/cloud/data/previous-datasource",
  "/var/lib/cloud/data/previous-instance-id",
  "/var/lib/cloud/instance/datasource",
  "/var/lib/cloud/instances",
  "/var/lib/dhclient",
  "/var/lib/dhcp",
  "/var/lib/dpkg/status",
  "/var/lib/dpkg/status.d",
  "/var/lib/pacman/local",
  "/var/lib/rpm/Packages",
  "/var/lib/rpm/Packages.db",
  "/var/lib/rpm/rpmdb.sqlite",
  "/var/lib/v2v-wrapper",
  "/var/log/amazon",
  "/var/log/dmesg",
  "/var/log/dmesg.0",
  "/var/log/kern.log",
  "/var/log/messages",
  "/var/log/syslog",
  "/vmlinuz",
  NULL,
};

/* Of /etc, where it does not come as an archive. */
static const char *const etc_rows[] = {
  "/etc/NetworkManager/system-connections",
  "/etc/apt/sources.list",
  "/etc/apt/sources.list.d",
  "/etc/chrony.conf",
  "/etc/chrony.d",
  "/etc/chrony/chrony.conf",
  "/etc/chrony/conf.d",
  "/etc/chrony/sources.d",
  "/etc/cloud/cloud-init.disabled",
  "/etc/cloud/cloud.cfg",
  "/etc/cloud/cloud.cfg.d",
  "/etc/crypttab",
  "/etc/debian_version",
  "/etc/default/grub",
  "/etc/fstab",
  "/etc/hostname",
  "/etc/image-id",
  "/etc/kernel/cmdline",
  "/etc/lvm",
  "/etc/mdadm",
  "/etc/mdadm.conf",
  "/etc/mdadm.conf.d",
  "/etc/mdadm/mdadm.conf.d",
  "/etc/netplan",
  "/etc/network/interfaces",
  "/etc/ntp.conf",
  "/etc/os-release",
  "/etc/resolv.conf",
  "/etc/selinux/config",
  "/etc/ssh/sshd_config",
  "/etc/ssh/sshd_config.d",
  "/etc/sysconfig",
  "/etc/systemd/network",
  "/etc/systemd/system",
  "/etc/systemd/timesyncd.conf",
  "/etc/systemd/timesyncd.conf.d",
  "/etc/udev/rules.d",
  NULL,
};

/* What one part or another of a run reads of a kernel's modules. */
static const char *const of_modules[] = {
  "Image",
  "config",
  "kernel",
  "modules.alias",
  "modules.alias.bin",
  "modules.builtin",
  "modules.builtin.alias.bin",
  "modules.builtin.bin",
  "modules.builtin.modinfo",
  "modules.dep",
  "modules.dep.bin",
  "modules.order",
  "modules.softdep",
  "modules.symbols",
  "modules.symbols.bin",
  "modules.weakdep",
  "vmlinuz",
  NULL,
};

/* Hundreds of files, or megabytes, that are for others: an archive goes over in messages of
 * 8 KiB, so that hwdb.bin of RHEL is a second and moduli of OpenSSH 0.1 s without KVM. */
static const char *const without[] = {
  "X11/",          "alternatives/",           "apache2/",                "apparmor.d/",
  "apparmor/",     "apt/apt.conf.d/",         "apt/trusted.gpg.d/",      "bash_completion.d/",
  "ca-certificates/", "cloud/templates/",     "console-setup/",          "cups/",
  "dbus-1/",
  "dpkg/",         "fonts/",                  "httpd/",                  "init.d/",
  "iproute2/",
  "ld.so.cache",   "ld.so.conf.d/",           "logcheck/",               "logrotate.d/",
  "mime.types",    "nginx/",                  "pam.d/",                  "perl/",
  "php/",          "pki/ca-trust/extracted/", "polkit-1/",               "postfix/",
  "ppp/",          "python3/",                "rsyslog.d/",              "security/",
  "selinux/default/policy/", "selinux/minimum/policy/", "selinux/mls/policy/",
  "selinux/targeted/policy/", "services",     "skel/",                   "ssh/moduli",
  "ssl/certs/",    "sv/",                     "terminfo/",               "udev/hwdb.bin",
  "update-motd.d/", "vim/",                   "xdg/",                    "xml/",
  NULL,
};

/* Nearly all of /etc goes over in one archive: half of what rules and readers want is
 * there. */
gboolean
v2v_inspect_prefetch (V2vFs *fs, GError **error)
{
  return v2v_fs_prefetch_tree (fs, "/etc", without, error) && v2v_fs_prefetch_rows (fs, rows, error);
}

/* For a second look, which wants a dozen files of /etc and not the hundreds. */
gboolean
v2v_inspect_prefetch_again (V2vFs *fs, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();

  for (const char *const *row = rows; *row != NULL; row++)
    g_ptr_array_add (paths, (gpointer) *row);
  for (const char *const *row = etc_rows; *row != NULL; row++)
    g_ptr_array_add (paths, (gpointer) *row);
  g_ptr_array_add (paths, NULL);
  return v2v_fs_prefetch_rows (fs, (const char *const *) paths->pdata, error);
}

gboolean
v2v_inspect_prefetch_modules (V2vFs *fs, const V2vGuest *guest, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < guest->kernels->len; i++) {
    const V2vKernel *kernel = g_ptr_array_index (guest->kernels, i);

    for (const char *const *name = of_modules; kernel->modules_dir != NULL && *name != NULL;
         name++)
      g_ptr_array_add (paths, g_build_path ("/", kernel->modules_dir, *name, NULL));
  }
  g_ptr_array_add (paths, NULL);
  return v2v_fs_prefetch_rows (fs, (const char *const *) paths->pdata, error);
}
