/* SPDX-License-Identifier: GPL-2.0-or-later
 * emit-fixtures.c - sources and guests that several emit tests start from
 */
#include <config.h>

#include "emit-fixtures.h"

#include <string.h>

#define MIB (G_GUINT64_CONSTANT (1024) * 1024)
#define GIB (1024 * MIB)

void
fixture_set (char **where, const char *value)
{
  g_free (*where);
  *where = g_strdup (value);
}

static V2vSourceDisk *
add_disk (Fixture *f, const char *path, const char *format)
{
  V2vSourceDisk *disk = v2v_source_add_disk (f->source);

  disk->path = g_strdup (path);
  disk->format = g_strdup (format);
  disk->size = 10 * GIB;
  return disk;
}

static V2vSourceDisk *
first_disk (Fixture *f)
{
  return g_ptr_array_index (f->source->disks, 0);
}

V2vSourceNic *
fixture_add_nic (Fixture *f, const char *mac, const char *network)
{
  V2vSourceNic *nic = v2v_source_add_nic (f->source);

  nic->mac = g_strdup (mac);
  nic->network = g_strdup (network);
  return nic;
}

Fixture *
fixture_new_plain (const char *name, const char *path)
{
  Fixture *f = g_new0 (Fixture, 1);

  f->source = v2v_source_new (name);
  f->request = v2v_request_new ();
  add_disk (f, path, "raw");
  return f;
}

void
fixture_set_driver (Fixture *f, const char *name, V2vDriverWhere where)
{
  V2vKernel *kernel = g_ptr_array_index (f->guest->kernels, 0);

  for (guint i = 0; i < kernel->drivers->len; i++) {
    V2vDriver *driver = g_ptr_array_index (kernel->drivers, i);

    if (g_str_equal (driver->name, name)) {
      driver->where = where;
      return;
    }
  }
  g_error ("no driver '%s'", name);
}

void
fixture_add_linux (Fixture *f)
{
  static const char *const on_disk[]
    = { "virtio_net", "virtio_rng", "virtio_balloon", "virtio_console", "e1000e", NULL };
  static const char *const in_initramfs[]
    = { "virtio_pci", "virtio_blk", "virtio_scsi", "sd_mod", "ahci", "nvme", NULL };
  V2vKernel *kernel;
  V2vBootloader *bootloader;

  f->guest = v2v_guest_new ();
  f->guest->os = V2V_OS_LINUX;
  f->guest->root = g_strdup ("/dev/sda1");
  f->guest->distro = g_strdup ("debian");
  f->guest->version_id = g_strdup ("12");
  f->guest->major = 12;
  f->guest->arch = g_strdup ("x86_64");
  f->guest->firmware = V2V_FIRMWARE_BIOS;
  f->guest->firmware_why = g_strdup ("a BIOS boot partition");
  f->guest->boot_disk = 0;
  bootloader = v2v_guest_set_bootloader (f->guest, "grub2");
  bootloader->esp_fallback = TRUE;
  kernel = v2v_guest_add_kernel (f->guest);
  kernel->version = g_strdup ("6.1.0-18-cloud-amd64");
  kernel->vmlinuz = g_strdup ("/boot/vmlinuz-6.1.0-18-cloud-amd64");
  kernel->initrd = g_strdup ("/boot/initrd.img-6.1.0-18-cloud-amd64");
  kernel->is_default = TRUE;
  for (guint i = 0; on_disk[i] != NULL; i++)
    fixture_set_driver (f, on_disk[i], V2V_DRIVER_ON_DISK);
  for (guint i = 0; in_initramfs[i] != NULL; i++)
    fixture_set_driver (f, in_initramfs[i], V2V_DRIVER_IN_INITRAMFS);
}

void
fixture_add_windows (Fixture *f)
{
  V2vWindows *windows;

  f->guest = v2v_guest_new ();
  f->guest->os = V2V_OS_WINDOWS;
  f->guest->root = g_strdup ("/dev/sda3");
  f->guest->distro = g_strdup ("windows");
  f->guest->major = 10;
  f->guest->product = g_strdup ("Windows Server 2022 Datacenter");
  f->guest->variant = g_strdup ("Server");
  f->guest->arch = g_strdup ("x86_64");
  f->guest->osinfo_id = g_strdup ("win2k22");
  f->guest->osinfo_uri = g_strdup ("http://microsoft.com/win/2k22");
  f->guest->firmware = V2V_FIRMWARE_UEFI;
  f->guest->boot_disk = 0;
  windows = v2v_guest_set_windows (f->guest);
  windows->timezone = g_strdup ("W. Europe Standard Time");
}

Fixture *
fixture_new_linux (void)
{
  Fixture *f = fixture_new_plain ("web", "/srv/web.img");

  fixture_add_linux (f);
  return f;
}

Fixture *
fixture_new_windows (void)
{
  Fixture *f = fixture_new_plain ("win", "/srv/win.img");

  fixture_add_windows (f);
  return f;
}

static void
fill_linux_bios (Fixture *f)
{
  fixture_set (&f->source->name, "web");
  fixture_set (&first_disk (f)->path, "/var/lib/images/web.img");
  fixture_add_linux (f);
  f->guest->osinfo_id = g_strdup ("debian12");
  f->guest->osinfo_uri = g_strdup ("http://debian.org/debian/12");
}

/* An EC2 instance described by a domain: its uuid must not come along. */
static void
fill_linux_uefi (Fixture *f)
{
  fixture_set (&f->source->name, "db.internal");
  fixture_set (&f->source->uuid, "ec2a1b2c-3d4e-5f60-7182-93a4b5c6d7e8");
  fixture_set (&f->source->hint, "ec2");
  fixture_set (&f->request->domain_xml, "/tmp/input.xml");
  f->source->memory = 4097 * MIB;
  f->source->vcpus = 4;
  f->source->firmware = V2V_FIRMWARE_UEFI;
  fixture_set (&first_disk (f)->path, "/dev/block0");
  fixture_set (&first_disk (f)->serial, "vol0123456789abcdef0");
  fixture_add_nic (f, "0A:1b:2c:3d:4e:5f", NULL);
  fixture_add_linux (f);
  f->guest->firmware = V2V_FIRMWARE_UEFI;
  fixture_set_driver (f, "virtio_blk", V2V_DRIVER_ON_DISK);
  fixture_set_driver (f, "virtio_input", V2V_DRIVER_ON_DISK);
}

static void
fill_linux_compat (Fixture *f)
{
  fixture_set (&f->source->name, ".Old App/1 (prod)");
  f->source->memory = 1024 * MIB;
  f->source->vcpus = 2;
  fixture_set (&first_disk (f)->path, "/var/lib/images/old app.qcow2");
  fixture_set (&first_disk (f)->format, "qcow2");
  f->request->compat = V2V_COMPAT_ON;
  fixture_add_linux (f);
}

static void
fill_windows (Fixture *f)
{
  fixture_set (&f->source->name, "WIN-SQL01");
  fixture_set (&f->source->uuid, "564D1C2B-AAAA-BBBB-CCCC-0123456789AB");
  fixture_set (&f->request->domain_xml, "/tmp/input.xml");
  f->source->memory = 8192 * MIB;
  f->source->vcpus = 4;
  f->source->firmware = V2V_FIRMWARE_UEFI;
  f->source->secure_boot = TRUE;
  f->source->tpm = TRUE;
  fixture_set (&first_disk (f)->path, "/mnt/disks/disk0/disk.img");
  fixture_set (&first_disk (f)->serial, "6000c29e 1f2d3b4a/5968c7d6e5f40312");
  fixture_add_nic (f, "00:50:56:a1:b2:c3", "VM Network");
  fixture_add_windows (f);
}

/* The boot loader is on the second disk, whose kernel can only do SATA at boot;
 * the data disk may wait for a module on disk. */
static void
fill_two_disks (Fixture *f)
{
  V2vSourceNic *second;

  fixture_set (&f->source->name, "files");
  fixture_set (&f->request->domain_xml, "/tmp/input.xml");
  fixture_set (&first_disk (f)->path, "/mnt/disks/disk0/disk.img");
  add_disk (f, "/mnt/disks/disk1/disk.img", "raw");
  fixture_add_nic (f, "52:54:00:12:34:56", "VM Network");
  second = fixture_add_nic (f, "52:54:00:12:34:57", "br1");
  second->bridge = TRUE;
  second->link_down = TRUE;
  fixture_add_linux (f);
  f->guest->boot_disk = 1;
  fixture_set_driver (f, "virtio_blk", V2V_DRIVER_ON_DISK);
  fixture_set_driver (f, "virtio_scsi", V2V_DRIVER_ON_DISK);
}

static void
fill_no_inspect (Fixture *f)
{
  fixture_set (&f->source->name, "guest 7");
  fixture_set (&first_disk (f)->path, "/srv/guest7.raw");
  f->request->no_inspect = TRUE;
  f->request->skip_conversion = TRUE;
}

const FixtureCase fixture_cases[] = {
  { "linux-bios", fill_linux_bios },
  { "linux-compat", fill_linux_compat },
  { "linux-uefi", fill_linux_uefi },
  { "no-inspect", fill_no_inspect },
  { "two-disks", fill_two_disks },
  { "windows-2022", fill_windows },
  { NULL, NULL },
};

Fixture *
fixture_new (const char *name)
{
  Fixture *f = fixture_new_plain ("guest", "/srv/guest.img");

  for (const FixtureCase *c = fixture_cases; c->name != NULL; c++) {
    if (g_str_equal (c->name, name)) {
      c->fill (f);
      return f;
    }
  }
  g_error ("no fixture '%s'", name);
}

V2vTarget *
fixture_decide (const Fixture *f)
{
  return v2v_target_decide_all (f->source, f->guest, f->request);
}

const V2vDecision *
fixture_decision (const V2vTarget *target, const char *key)
{
  const V2vDecision *found = NULL;

  for (guint i = 0; i < target->decisions->len; i++) {
    const V2vDecision *decision = g_ptr_array_index (target->decisions, i);

    if (!g_str_equal (decision->key, key))
      continue;
    if (found != NULL)
      g_error ("'%s' is decided twice", key);
    found = decision;
  }
  if (found == NULL)
    g_error ("'%s' is not decided", key);
  return found;
}

void
fixture_assert_decided (const V2vTarget *target, const char *key, const char *value,
                        const char *why)
{
  const V2vDecision *decision = fixture_decision (target, key);

  g_assert_cmpstr (decision->value, ==, value);
  if (strstr (decision->why, why) == NULL)
    g_error ("%s: no '%s' in '%s'", key, why, decision->why);
}

gboolean
fixture_has_warning (const V2vTarget *target, const char *part)
{
  for (guint i = 0; i < target->warnings->len; i++) {
    if (strstr (g_ptr_array_index (target->warnings, i), part) != NULL)
      return TRUE;
  }
  return FALSE;
}

static char *
golden_path (const char *name, const char *suffix)
{
  const char *srcdir = g_getenv ("V2V_SRCDIR");

  return g_strdup_printf ("%s/tests/golden/emit/%s.%s", srcdir != NULL ? srcdir : ".", name,
                          suffix);
}

static char *
replace (const char *text, const char *from, const char *to)
{
  g_auto (GStrv) parts = g_strsplit (text, from, -1);

  return g_strjoinv (to, parts);
}

void
fixture_compare_golden (const char *name, const char *suffix, const char *text)
{
  g_autofree char *path = golden_path (name, suffix);
  g_autofree char *raw = NULL;
  g_autofree char *want = NULL;
  g_autoptr (GError) error = NULL;

  if (g_getenv ("UPDATE_GOLDEN") != NULL) {
    g_autofree char *plain = replace (text, PACKAGE_VERSION, "@VERSION@");

    g_file_set_contents (path, plain, -1, &error);
    g_assert_no_error (error);
    return;
  }
  g_file_get_contents (path, &raw, NULL, &error);
  g_assert_no_error (error);
  want = replace (raw, "@VERSION@", PACKAGE_VERSION);
  g_assert_cmpstr (text, ==, want);
}

void
fixture_free (Fixture *f)
{
  v2v_source_free (f->source);
  v2v_guest_free (f->guest);
  v2v_request_free (f->request);
  g_free (f);
}
