/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-emit-decide-devices.c - disks and networks by the drivers that the guest has
 */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "emit-fixtures.h"

static V2vTargetDisk *
disk (const V2vTarget *target, guint index)
{
  return g_ptr_array_index (target->disks, index);
}

/* One row: where the four disk drivers are, what is asked, what comes out. */
static const struct {
  const char *name;
  V2vCompat compat;
  V2vDriverWhere blk, scsi, ahci, sd;
  V2vBus bus;
  const char *why;
  const char *warning; /* NULL = none */
} bus_rows[] = {
  { "virtio", V2V_COMPAT_AUTO, V2V_DRIVER_IN_INITRAMFS, V2V_DRIVER_ABSENT, V2V_DRIVER_ABSENT,
    V2V_DRIVER_ABSENT, V2V_BUS_VIRTIO,
    "default kernel '6.1.0-18-cloud-amd64' virtio_blk is in its initramfs", NULL },
  { "builtin", V2V_COMPAT_AUTO, V2V_DRIVER_BUILTIN, V2V_DRIVER_ABSENT, V2V_DRIVER_ABSENT,
    V2V_DRIVER_ABSENT, V2V_BUS_VIRTIO, "virtio_blk is built in", NULL },
  { "on-disk-is-not-enough", V2V_COMPAT_AUTO, V2V_DRIVER_ON_DISK, V2V_DRIVER_IN_INITRAMFS,
    V2V_DRIVER_ABSENT, V2V_DRIVER_IN_INITRAMFS, V2V_BUS_SCSI,
    "not virtio: virtio_blk is a module on disk but not in its initramfs", NULL },
  { "scsi-needs-sd", V2V_COMPAT_AUTO, V2V_DRIVER_ON_DISK, V2V_DRIVER_IN_INITRAMFS,
    V2V_DRIVER_IN_INITRAMFS, V2V_DRIVER_ABSENT, V2V_BUS_VIRTIO, "no device fits",
    "sd_mod is missing" },
  { "sata", V2V_COMPAT_AUTO, V2V_DRIVER_ON_DISK, V2V_DRIVER_ABSENT, V2V_DRIVER_BUILTIN,
    V2V_DRIVER_BUILTIN, V2V_BUS_SATA, "ahci is built in", NULL },
  { "nothing", V2V_COMPAT_AUTO, V2V_DRIVER_ABSENT, V2V_DRIVER_ABSENT, V2V_DRIVER_ABSENT,
    V2V_DRIVER_ABSENT, V2V_BUS_VIRTIO, "no device fits", "will NOT reach its boot disk" },
  { "unknown", V2V_COMPAT_AUTO, V2V_DRIVER_UNKNOWN, V2V_DRIVER_UNKNOWN, V2V_DRIVER_UNKNOWN,
    V2V_DRIVER_UNKNOWN, V2V_BUS_VIRTIO, "virtio_blk is not known", "virtio_blk is not known" },
  { "known-beats-unknown", V2V_COMPAT_AUTO, V2V_DRIVER_UNKNOWN, V2V_DRIVER_ABSENT,
    V2V_DRIVER_BUILTIN, V2V_DRIVER_BUILTIN, V2V_BUS_SATA, "ahci is built in", NULL },
  { "on", V2V_COMPAT_ON, V2V_DRIVER_IN_INITRAMFS, V2V_DRIVER_ABSENT, V2V_DRIVER_IN_INITRAMFS,
    V2V_DRIVER_IN_INITRAMFS, V2V_BUS_SATA, "compatibility mode is on", NULL },
  { "on-without-ahci", V2V_COMPAT_ON, V2V_DRIVER_IN_INITRAMFS, V2V_DRIVER_ABSENT,
    V2V_DRIVER_ON_DISK, V2V_DRIVER_IN_INITRAMFS, V2V_BUS_SATA, "compatibility mode is on",
    "ahci is a module on disk but not in its initramfs" },
  { "off", V2V_COMPAT_OFF, V2V_DRIVER_IN_INITRAMFS, V2V_DRIVER_ABSENT, V2V_DRIVER_ABSENT,
    V2V_DRIVER_ABSENT, V2V_BUS_VIRTIO, "compatibility mode is off", NULL },
  { "off-without-virtio", V2V_COMPAT_OFF, V2V_DRIVER_ABSENT, V2V_DRIVER_ABSENT,
    V2V_DRIVER_IN_INITRAMFS, V2V_DRIVER_IN_INITRAMFS, V2V_BUS_VIRTIO,
    "compatibility mode is off", "virtio_blk is missing" },
};

static void
test_bus (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bus_rows); i++) {
    g_autoptr (Fixture) f = fixture_new_linux ();
    g_autoptr (V2vTarget) target = NULL;

    g_test_message ("%s", bus_rows[i].name);
    f->request->compat = bus_rows[i].compat;
    fixture_set_driver (f, "virtio_blk", bus_rows[i].blk);
    fixture_set_driver (f, "virtio_scsi", bus_rows[i].scsi);
    fixture_set_driver (f, "ahci", bus_rows[i].ahci);
    fixture_set_driver (f, "sd_mod", bus_rows[i].sd);
    target = fixture_decide (f);
    g_assert_cmpint (disk (target, 0)->bus, ==, bus_rows[i].bus);
    fixture_assert_decided (target, "disk0.bus", v2v_bus_name (bus_rows[i].bus), bus_rows[i].why);
    if (bus_rows[i].warning == NULL)
      g_assert_cmpuint (target->warnings->len, ==, 0);
    else
      g_assert_true (fixture_has_warning (target, bus_rows[i].warning));
  }
}

static void
test_virtio_needs_pci (void)
{
  g_autoptr (Fixture) f = fixture_new_linux ();
  g_autoptr (V2vTarget) target = NULL;

  fixture_set_driver (f, "virtio_pci", V2V_DRIVER_ABSENT);
  target = fixture_decide (f);
  fixture_assert_decided (target, "disk0.bus", "sata", "not virtio: virtio_pci is missing");
  fixture_assert_decided (target, "nic0.model", "e1000e", "virtio_pci is missing");
}

/* The initramfs matters to the boot disk only. */
static void
test_data_disk (void)
{
  g_autoptr (Fixture) f = fixture_new ("two-disks");
  g_autoptr (V2vTarget) target = fixture_decide (f);

  fixture_assert_decided (target, "boot_disk", "1", "boot loader of the inspected system");
  fixture_assert_decided (target, "disk0.bus", "virtio", "virtio_blk is a module on disk");
  fixture_assert_decided (target, "disk1.bus", "sata", "ahci is in its initramfs");
  g_assert_cmpuint (disk (target, 0)->boot_order, ==, 0);
  g_assert_cmpuint (disk (target, 1)->boot_order, ==, 1);
  g_assert_true (fixture_has_warning (target, "network interface 1 (52:54:00:12:34:57, "
                                              "source network 'br1') is left out"));
}

static void
test_boot_disk (void)
{
  static const struct {
    int found;
    guint stated; /* boot order of disk 1 */
    const char *value, *why;
  } rows[] = { { -1, 0, "0", "nothing says otherwise" },
               { -1, 1, "1", "boot order of the source" },
               { 0, 1, "0", "boot loader" },
               { 7, 0, "0", "nothing says otherwise" } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Fixture) f = fixture_new ("two-disks");
    g_autoptr (V2vTarget) target = NULL;
    V2vSourceDisk *second = g_ptr_array_index (f->source->disks, 1);

    f->guest->boot_disk = rows[i].found;
    second->boot_order = rows[i].stated;
    target = fixture_decide (f);
    fixture_assert_decided (target, "boot_disk", rows[i].value, rows[i].why);
  }
}

static void
test_serial (void)
{
  static const struct {
    const char *source, *serial;
  } rows[] = { { NULL, NULL },
               { "vol0123456789abcdef0", "vol0123456789abcdef0" },
               { "a b/c_d.e+f-g", "abc_d.e+f-g" },
               { "0123456789012345678901234", "01234567890123456789" },
               { "/ \xc3\xa9\x01", NULL },
               { "", NULL } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Fixture) f = fixture_new_linux ();
    g_autoptr (V2vTarget) target = NULL;

    fixture_set (&((V2vSourceDisk *) f->source->disks->pdata[0])->serial, rows[i].source);
    target = fixture_decide (f);
    g_assert_cmpstr (disk (target, 0)->serial, ==, rows[i].serial);
  }
}

static void
test_disk_path (void)
{
  g_autoptr (Fixture) f = fixture_new_plain ("x", "images/web.img");
  g_autoptr (V2vTarget) relative = fixture_decide (f);
  g_autoptr (V2vTarget) known = NULL;

  g_assert_true (g_path_is_absolute (disk (relative, 0)->path));
  fixture_set (&((V2vSourceDisk *) f->source->disks->pdata[0])->real_path, "/data/images/web.img");
  known = fixture_decide (f);
  g_assert_cmpstr (disk (known, 0)->path, ==, "/data/images/web.img");
}

static void
test_unwritable_path (void)
{
  static const char *const paths[] = { "/srv/a\x01.img", "/srv/a\nb.img", "/srv/\xff.img" };

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++) {
    g_autoptr (Fixture) f = fixture_new_plain ("x", paths[i]);
    g_autoptr (V2vTarget) target = fixture_decide (f);
    g_autoptr (GError) error = NULL;
    g_autofree char *xml = v2v_emit_libvirt_xml (target, &error);

    g_assert_null (xml);
    g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
    g_assert_null (strpbrk (error->message, "\x01\n\xff"));
  }
}

static void
test_not_inspected (void)
{
  g_autoptr (Fixture) f = fixture_new ("no-inspect");
  g_autoptr (V2vTarget) target = fixture_decide (f);
  g_autoptr (V2vTarget) compat = NULL;

  fixture_assert_decided (target, "disk0.bus", "virtio", "not inspected");
  fixture_assert_decided (target, "nic0.model", "virtio", "not inspected");
  fixture_assert_decided (target, "firmware", "bios", "not inspected");
  fixture_assert_decided (target, "osinfo", "none", "not inspected");
  fixture_assert_decided (target, "rng", "yes", "not inspected");
  g_assert_cmpuint (target->warnings->len, ==, 0);

  f->request->compat = V2V_COMPAT_ON;
  compat = fixture_decide (f);
  fixture_assert_decided (compat, "disk0.bus", "sata", "compatibility mode is on");
  fixture_assert_decided (compat, "nic0.model", "e1000e", "compatibility mode is on");
  fixture_assert_decided (compat, "rng", "no", "compatibility mode is on");
  fixture_assert_decided (compat, "tablet", "usb", "compatibility mode is on");
}

/* A Linux guest without a kernel, and systems that are neither Linux nor Windows. */
static void
test_no_kernel (void)
{
  g_autoptr (Fixture) f = fixture_new_linux ();
  g_autoptr (V2vTarget) target = NULL;

  g_ptr_array_set_size (f->guest->kernels, 0);
  target = fixture_decide (f);
  fixture_assert_decided (target, "disk0.bus", "virtio", "not known");
  g_assert_true (fixture_has_warning (target, "no kernel with known drivers was found"));
}

/* A kernel version is guest text and ends in log lines. */
static void
test_hostile_version (void)
{
  g_autoptr (Fixture) f = fixture_new_linux ();
  g_autoptr (V2vTarget) target = NULL;

  fixture_set (&((V2vKernel *) f->guest->kernels->pdata[0])->version, "6.1\n\x1b[31mfine");
  target = fixture_decide (f);
  fixture_assert_decided (target, "disk0.bus", "virtio", "'6.1\\x0a\\x1b[31mfine'");
}

static void
test_nic_drivers (void)
{
  g_autoptr (Fixture) f = fixture_new_linux ();
  g_autoptr (V2vTarget) e1000e = NULL;
  g_autoptr (V2vTarget) none = NULL;

  fixture_set_driver (f, "virtio_net", V2V_DRIVER_ABSENT);
  e1000e = fixture_decide (f);
  fixture_assert_decided (e1000e, "nic0.model", "e1000e", "not virtio: virtio_net is missing");
  fixture_set_driver (f, "e1000e", V2V_DRIVER_ABSENT);
  none = fixture_decide (f);
  fixture_assert_decided (none, "nic0.model", "virtio", "no device fits");
  g_assert_true (fixture_has_warning (none, "will NOT reach its network interface 0"));
}

static void
test_nic_macs (void)
{
  g_autoptr (Fixture) f = fixture_new_linux ();
  g_autoptr (V2vTarget) target = NULL;
  const V2vTargetNic *nic;

  fixture_add_nic (f, "02:00:00:00:00:00", NULL);
  fixture_add_nic (f, "52:54:00:AA:bb:cc", NULL);
  fixture_add_nic (f, "52:54:00:aa:bb:cc", NULL);
  target = fixture_decide (f);
  fixture_assert_decided (target, "nic0.mac", "none", "KubeVirt reserves it");
  fixture_assert_decided (target, "nic1.mac", "52:54:00:aa:bb:cc", "as in the source");
  fixture_assert_decided (target, "nic2.mac", "none", "an earlier interface has it");
  nic = g_ptr_array_index (target->nics, 2);
  g_assert_null (nic->mac);
  g_assert_true (fixture_has_warning (target, "network interface 2 gets a new address"));
}

/* A plain disk gets an interface; a domain that has none means it. */
static void
test_nic_count (void)
{
  g_autoptr (Fixture) f = fixture_new_linux ();
  g_autoptr (V2vTarget) plain = fixture_decide (f);
  g_autoptr (V2vTarget) domain = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *yaml = NULL;

  g_assert_cmpuint (plain->nics->len, ==, 1);
  fixture_set (&f->request->domain_xml, "x.xml");
  domain = fixture_decide (f);
  g_assert_cmpuint (domain->nics->len, ==, 0);
  yaml = v2v_emit_kubevirt (domain, V2V_KUBEVIRT_VM, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (yaml, "autoattachPodInterface: false"));
  g_assert_null (strstr (yaml, "networks"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/decide/bus", test_bus);
  g_test_add_func ("/decide/virtio-needs-pci", test_virtio_needs_pci);
  g_test_add_func ("/decide/data-disk", test_data_disk);
  g_test_add_func ("/decide/boot-disk", test_boot_disk);
  g_test_add_func ("/decide/serial", test_serial);
  g_test_add_func ("/decide/disk-path", test_disk_path);
  g_test_add_func ("/decide/unwritable-path", test_unwritable_path);
  g_test_add_func ("/decide/not-inspected", test_not_inspected);
  g_test_add_func ("/decide/no-kernel", test_no_kernel);
  g_test_add_func ("/decide/hostile-version", test_hostile_version);
  g_test_add_func ("/decide/nic-drivers", test_nic_drivers);
  g_test_add_func ("/decide/nic-macs", test_nic_macs);
  g_test_add_func ("/decide/nic-count", test_nic_count);
  return g_test_run ();
}
