/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "v2v-domain-xml.h"

#define GIB (G_GUINT64_CONSTANT (1) << 30)

static const char disk[]
  = "<disk type='file' device='disk'><driver name='qemu' type='raw'/>"
    "<source file='/srv/a.img'/><target dev='vda' bus='virtio'/></disk>";

/* A domain with @head before the devices and @devices after the one disk. */
static char *
domain (const char *head, const char *devices)
{
  return g_strdup_printf ("<domain type='kvm'><name>web</name>%s<devices>%s%s</devices></domain>",
                          head, disk, devices);
}

static V2vSource *
parse (const char *xml, GPtrArray *warnings, GError **error)
{
  return v2v_source_parse_domain (xml, strlen (xml), "in.xml", warnings, error);
}

static V2vSource *
parse_good (const char *head, const char *devices, GPtrArray *warnings)
{
  g_autofree char *xml = domain (head, devices);
  g_autoptr (GError) error = NULL;
  V2vSource *source = parse (xml, warnings, &error);

  g_assert_no_error (error);
  return source;
}

static void
expect_usage (const char *xml, const char *part)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vSource) source = parse (xml, NULL, &error);

  g_assert_null (source);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
  if (strstr (error->message, part) == NULL)
    g_error ("no '%s' in: %s", part, error->message);
  g_assert_null (strchr (error->message, '\n'));
  g_assert_nonnull (strstr (error->message, "in.xml"));
}

static gboolean
has_warning (GPtrArray *warnings, const char *part)
{
  for (guint i = 0; i < warnings->len; i++) {
    if (strstr (g_ptr_array_index (warnings, i), part) != NULL)
      return TRUE;
  }
  return FALSE;
}

static void
test_whole (void)
{
  const char *xml
    = "<domain type='vmware'><name> Old / vm </name>"
      "<uuid>564D1C2B-AAAA-BBBB-CCCC-0123456789AB</uuid>"
      "<memory unit='GiB'>4</memory><currentMemory unit='MiB'>3072</currentMemory>"
      "<vcpu placement='static'>4</vcpu>"
      "<os firmware='efi'><type>hvm</type><firmware>"
      "<feature enabled='yes' name='enrolled-keys'/><feature enabled='yes' name='secure-boot'/>"
      "</firmware></os>"
      "<cpu><topology sockets='2' cores='2' threads='1'/></cpu>"
      "<devices>"
      "<disk type='file' device='cdrom'><target dev='hda' bus='ide'/></disk>"
      "<disk type='block'><driver type='raw'/><source dev='/dev/block0'/>"
      "<target dev='sda' bus='scsi'/><serial>vol0 1</serial><boot order='2'/></disk>"
      "<disk type='file' device='disk'><driver type='qcow2'/><source file='/srv/b.qcow2'/>"
      "<target dev='sdb' bus='sata'/><boot order='1'/></disk>"
      "<disk type='file' device='floppy'><target dev='fda'/></disk>"
      "<interface type='network'><mac address='52:54:00:AB:CD:EF'/><source network='n1'/>"
      "<model type='e1000'/></interface>"
      "<interface type='bridge'><source bridge='br0'/><link state='down'/></interface>"
      "<tpm model='tpm-crb'><backend type='emulator'/></tpm>"
      "</devices></domain>";
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vSource) s = parse (xml, warnings, &error);
  const V2vSourceDisk *d;
  const V2vSourceNic *n;

  g_assert_no_error (error);
  g_assert_cmpstr (s->name, ==, "Old / vm");
  g_assert_cmpstr (s->uuid, ==, "564d1c2b-aaaa-bbbb-cccc-0123456789ab");
  g_assert_cmpuint (s->memory, ==, 3 * GIB);
  g_assert_cmpuint (s->vcpus, ==, 4);
  g_assert_cmpuint (s->sockets, ==, 2);
  g_assert_cmpuint (s->cores, ==, 2);
  g_assert_cmpuint (s->threads, ==, 1);
  g_assert_cmpint (s->firmware, ==, V2V_FIRMWARE_UEFI);
  g_assert_true (s->secure_boot);
  g_assert_true (s->tpm);
  g_assert_cmpuint (s->disks->len, ==, 2);
  d = g_ptr_array_index (s->disks, 0);
  g_assert_cmpstr (d->path, ==, "/dev/block0");
  g_assert_cmpstr (d->format, ==, "raw");
  g_assert_cmpstr (d->bus, ==, "scsi");
  g_assert_cmpstr (d->serial, ==, "vol0 1");
  g_assert_cmpuint (d->boot_order, ==, 2);
  d = g_ptr_array_index (s->disks, 1);
  g_assert_cmpstr (d->path, ==, "/srv/b.qcow2");
  g_assert_cmpstr (d->format, ==, "qcow2");
  g_assert_cmpuint (d->boot_order, ==, 1);
  g_assert_cmpuint (s->nics->len, ==, 2);
  n = g_ptr_array_index (s->nics, 0);
  g_assert_cmpstr (n->mac, ==, "52:54:00:ab:cd:ef");
  g_assert_cmpstr (n->network, ==, "n1");
  g_assert_cmpstr (n->model, ==, "e1000");
  g_assert_false (n->bridge);
  n = g_ptr_array_index (s->nics, 1);
  g_assert_null (n->mac);
  g_assert_cmpstr (n->network, ==, "br0");
  g_assert_true (n->bridge);
  g_assert_true (n->link_down);
  g_assert_cmpuint (warnings->len, ==, 2);
  g_assert_true (has_warning (warnings, "disk 0 ('hda') is a cdrom drive"));
  g_assert_true (has_warning (warnings, "floppy drive"));
}

static void
test_memory (void)
{
  static const struct {
    const char *xml;
    guint64 bytes;
  } rows[] = { { "", 0 },
               { "<memory>2097152</memory>", 2 * GIB },
               { "<memory unit='KiB'>1048576</memory>", GIB },
               { "<memory unit='b'>1024</memory>", 1024 },
               { "<memory unit='bytes'>7</memory>", 7 },
               { "<memory unit='KB'>2</memory>", 2000 },
               { "<memory unit='MB'>2</memory>", 2000000 },
               { "<memory unit='m'>2</memory>", 2 << 20 },
               { "<memory unit='GB'>2</memory>", 2000000000 },
               { "<memory unit='T'>1</memory>", G_GUINT64_CONSTANT (1) << 40 },
               { "<memory unit='TiB'>64</memory>", G_GUINT64_CONSTANT (64) << 40 },
               { "<memory unit='GiB'>9</memory><currentMemory unit='GiB'>4</currentMemory>",
                 4 * GIB } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (V2vSource) s = parse_good (rows[i].xml, "", NULL);

    g_assert_cmpuint (s->memory, ==, rows[i].bytes);
  }
}

static void
test_cpus (void)
{
  static const struct {
    const char *xml;
    guint vcpus, sockets, cores, threads;
  } rows[] = {
    { "", 0, 0, 0, 0 },
    { "<vcpu>8</vcpu>", 8, 0, 0, 0 },
    { "<cpu><topology sockets='2' cores='3' threads='2'/></cpu>", 12, 2, 3, 2 },
    { "<cpu><topology sockets='2' dies='2' cores='3' threads='1'/></cpu>", 12, 2, 3, 1 },
    { "<vcpu>2</vcpu><cpu><topology sockets='2' threads='1'/></cpu>", 2, 0, 0, 0 },
    { "<vcpu>4096</vcpu>", 4096, 0, 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (V2vSource) s = parse_good (rows[i].xml, "", NULL);

    g_assert_cmpuint (s->vcpus, ==, rows[i].vcpus);
    g_assert_cmpuint (s->sockets, ==, rows[i].sockets);
    g_assert_cmpuint (s->cores, ==, rows[i].cores);
    g_assert_cmpuint (s->threads, ==, rows[i].threads);
  }
}

static void
test_firmware (void)
{
  static const struct {
    const char *xml;
    V2vFirmware firmware;
    gboolean secure_boot;
  } rows[] = {
    { "", V2V_FIRMWARE_UNKNOWN, FALSE },
    { "<os><type>hvm</type></os>", V2V_FIRMWARE_UNKNOWN, FALSE },
    { "<os firmware='bios'/>", V2V_FIRMWARE_BIOS, FALSE },
    { "<os firmware='efi'/>", V2V_FIRMWARE_UEFI, FALSE },
    { "<os firmware='EFI'/>", V2V_FIRMWARE_UEFI, FALSE },
    { "<os firmware='unheard-of'/>", V2V_FIRMWARE_UNKNOWN, FALSE },
    { "<os><loader type='pflash'>/usr/share/OVMF/OVMF_CODE.fd</loader></os>", V2V_FIRMWARE_UEFI,
      FALSE },
    { "<os><loader type='rom'>/usr/share/seabios/bios.bin</loader></os>", V2V_FIRMWARE_BIOS,
      FALSE },
    { "<os firmware='efi'><firmware><feature name='secure-boot' enabled='no'/></firmware></os>",
      V2V_FIRMWARE_UEFI, FALSE },
    { "<os firmware='efi'><firmware><feature name='secure-boot' enabled='yes'/></firmware></os>",
      V2V_FIRMWARE_UEFI, TRUE },
    { "<os firmware='bios'><firmware><feature name='secure-boot' enabled='yes'/></firmware></os>",
      V2V_FIRMWARE_BIOS, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (V2vSource) s = parse_good (rows[i].xml, "", NULL);

    g_assert_cmpint (s->firmware, ==, rows[i].firmware);
    g_assert_cmpint (s->secure_boot, ==, rows[i].secure_boot);
  }
}

static void
test_nics (void)
{
  static const struct {
    const char *xml;
    const char *mac, *network, *warning;
  } rows[] = {
    { "<interface type='network'><source network='VM Network'/></interface>", NULL,
      "VM Network", NULL },
    { "<interface type='network'><source network=''/><mac address='00:00:00:00:00:00'/>"
      "</interface>", NULL, NULL, NULL },
    { "<interface type='direct'><mac address='52:54:00:00:00:01'/><source dev='eth0'/>"
      "</interface>", "52:54:00:00:00:01", NULL, "type 'direct'" },
    { "<interface type='user'><mac address='52:54:00:00:00:01'/></interface>",
      "52:54:00:00:00:01", NULL, "type 'user'" },
    { "<interface/>", NULL, NULL, "type ''" },
    { "<interface type='bridge'><mac address='01:00:5e:00:00:01'/></interface>", NULL, NULL,
      "no interface can have" },
    { "<interface type='bridge'><mac address='52:54:00:00:00:01:02'/></interface>", NULL, NULL,
      "no interface can have" },
    { "<interface type='bridge'><mac address='52-54-00-00-00-01&#10;x'/></interface>", NULL,
      NULL, "no interface can have" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
    g_autoptr (V2vSource) s = parse_good ("", rows[i].xml, warnings);
    const V2vSourceNic *nic = g_ptr_array_index (s->nics, 0);

    g_assert_cmpstr (nic->mac, ==, rows[i].mac);
    g_assert_cmpstr (nic->network, ==, rows[i].network);
    g_assert_cmpuint (warnings->len, ==, rows[i].warning != NULL ? 1 : 0);
    if (rows[i].warning != NULL)
      g_assert_true (has_warning (warnings, rows[i].warning));
  }
}

static void
test_bad_head (void)
{
  static const struct {
    const char *head, *part;
  } rows[] = {
    { "<memory unit='parsec'>1</memory>", "'parsec'" },
    { "<memory>-1</memory>", "<memory> is '-1'" },
    { "<memory>lots</memory>", "<memory> is 'lots'" },
    { "<memory>1e9</memory>", "<memory> is '1e9'" },
    { "<memory unit='TiB'>65</memory>", "more than 64 TiB" },
    { "<memory>18446744073709551616</memory>", "not a number" },
    { "<vcpu>1000000000</vcpu>", "<vcpu> is '1000000000'" },
    { "<vcpu>-4</vcpu>", "<vcpu> is '-4'" },
    { "<vcpu></vcpu>", "<vcpu> is ''" },
    { "<cpu><topology sockets='4096' cores='4096' threads='4096'/></cpu>", "topology" },
    { "<cpu><topology sockets='64' dies='65' cores='64' threads='1'/></cpu>", "topology" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *xml = domain (rows[i].head, "");

    expect_usage (xml, rows[i].part);
  }
}

static void
test_bad_disks (void)
{
  static const struct {
    const char *disk, *part;
  } rows[] = {
    { "<disk type='file'><driver type='raw'/><source file='/srv/a.img'/></disk>",
      "which disk 0 is already" },
    { "<disk type='file'><source file='/srv/b.img'/><target dev='vdb'/></disk>",
      "disk 1 ('vdb') does not state its format" },
    { "<disk type='file'><driver type=''/><source file='/srv/b.img'/></disk>",
      "does not state its format" },
    { "<disk type='file'><driver type='raw'/></disk>", "no <source>" },
    { "<disk type='file'><driver type='raw'/><source dev='/dev/x'/></disk>", "no <source>" },
    { "<disk type='network'><driver type='raw'/><source protocol='rbd' name='x'/></disk>",
      "type 'network'" },
    { "<disk type='volume'><driver type='raw'/><source pool='p' volume='v'/></disk>",
      "type 'volume'" },
    { "<disk><driver type='raw'/></disk>", "type ''" },
    { "<disk type='block'><driver type='raw'/><source dev='/dev/x'/><boot order='-1'/></disk>",
      "<boot/@order> is '-1'" },
    { "<disk type='a&#10;&#x9b;b'/>", "a\\x0a\\xc2\\x9bb" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *xml = domain ("", rows[i].disk);

    expect_usage (xml, rows[i].part);
  }
}

static char *
repeated (const char *start, const char *each_format, guint n, const char *end)
{
  GString *text = g_string_new (start);

  for (guint i = 0; i < n; i++) {
    g_auto (GStrv) parts = g_strsplit (each_format, "@", 2);

    if (parts[1] != NULL)
      g_string_append_printf (text, "%s%u%s", parts[0], i, parts[1]);
    else
      g_string_append (text, each_format);
  }
  g_string_append (text, end);
  return g_string_free (text, FALSE);
}

static void
test_hostile (void)
{
  g_autofree char *deep = repeated ("<domain><name>x</name>", "<a>", 5000, "");
  g_autofree char *disks
    = repeated ("<domain><name>x</name><devices>",
                "<disk type='file'><driver type='raw'/><source file='/srv/@'/></disk>", 300,
                "</devices></domain>");
  g_autofree char *nics = repeated ("", "<interface type='user'/>", 300, "");
  g_autofree char *many_nics = domain ("", nics);
  g_autofree char *name = repeated ("<domain><name>", "x", 300, "</name></domain>");
  g_autofree char *large = repeated ("<domain>", "                ", 70000, "</domain>");

  expect_usage ("", "in.xml");
  expect_usage ("not xml", "in.xml");
  expect_usage ("<pool/>", "<pool>, not <domain>");
  expect_usage ("<domain/>", "no <name>");
  expect_usage ("<domain><name> </name></domain>", "no <name>");
  expect_usage ("<domain><name>x</name></domain>", "no <disk device='disk'>");
  expect_usage ("<domain><name>x</name><devices><disk device='cdrom'/></devices></domain>",
                "no <disk device='disk'>");
  expect_usage ("<!DOCTYPE d [<!ENTITY a 'b'>]><domain><name>&a;</name></domain>",
                "document type declaration");
  expect_usage ("<domain><name>&bomb;</name></domain>", "in.xml");
  expect_usage (deep, "in.xml");
  expect_usage (disks, "more than 255 disks");
  expect_usage (many_nics, "more than 256 network interfaces");
  expect_usage (name, "longer than 255 bytes");
  expect_usage (large, "too large");
}

static void
test_bad_uuid (void)
{
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (V2vSource) s = parse_good ("<uuid>not\x7f one</uuid>", "", warnings);

  g_assert_null (s->uuid);
  g_assert_true (has_warning (warnings, "'not\\x7f one' is not one"));
}

static void
test_aio (void)
{
  g_autoptr (V2vSource) s
    = parse_good ("", "<disk type='file'><driver name='tap' type='aio'/>"
                      "<source file='/srv/xen.img'/></disk>", NULL);
  const V2vSourceDisk *second = g_ptr_array_index (s->disks, 1);

  g_assert_cmpstr (second->format, ==, "raw");
}

static void
test_load (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vSource) good = NULL;
  g_autoptr (V2vSource) none = NULL;
  g_autofree char *xml = domain ("", "");
  g_autofree char *dir = g_dir_make_tmp ("v2v-domain.XXXXXX", &error);
  g_autofree char *path = g_build_filename (dir, "in.xml", NULL);

  g_file_set_contents (path, xml, -1, &error);
  g_assert_no_error (error);
  good = v2v_source_load_domain (path, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (good->name, ==, "web");
  g_assert_cmpint (g_remove (path), ==, 0);
  none = v2v_source_load_domain (path, NULL, &error);
  g_assert_null (none);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_NOT_FOUND);
  g_assert_cmpint (g_rmdir (dir), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/domain/whole", test_whole);
  g_test_add_func ("/domain/memory", test_memory);
  g_test_add_func ("/domain/cpus", test_cpus);
  g_test_add_func ("/domain/firmware", test_firmware);
  g_test_add_func ("/domain/nics", test_nics);
  g_test_add_func ("/domain/bad-head", test_bad_head);
  g_test_add_func ("/domain/bad-disks", test_bad_disks);
  g_test_add_func ("/domain/hostile", test_hostile);
  g_test_add_func ("/domain/bad-uuid", test_bad_uuid);
  g_test_add_func ("/domain/aio", test_aio);
  g_test_add_func ("/domain/load", test_load);
  return g_test_run ();
}
