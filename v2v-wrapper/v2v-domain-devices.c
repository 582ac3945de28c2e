/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-domain-devices.c - disks and network interfaces of a libvirt domain XML
 */
#include <config.h>

#include <string.h>

#include "v2v-domain-private.h"

#define DISKS_MAX 255 /* what the appliance and KubeVirt take */
#define NICS_MAX 256
#define BOOT_ORDER_MAX 1000000
#define NAME_MAX_BYTES 255

/* How a disk of each type says where it is; NULL: it cannot be reached as a path. */
static const struct {
  const char *type;
  const char *source;
} disk_types[] = {
  { "file", "source/@file" },
  { "block", "source/@dev" },
  { "dir", NULL },
  { "network", NULL },
  { "nvme", NULL },
  { "vhostuser", NULL },
  { "vhostvdpa", NULL },
  { "volume", NULL },
};

/* "disk 2 ('sdb')" for messages. */
static char *
describe_disk (xmlNode *node, guint index)
{
  g_autofree char *target = v2v_domain_dup (node, "target/@dev");

  if (target == NULL)
    return g_strdup_printf ("disk %u", index);
  return g_strdup_printf ("disk %u ('%s')", index, target);
}

static char *
read_disk_path (xmlNode *node, const char *what, GError **error)
{
  g_autofree char *type = v2v_domain_dup (node, "@type");
  char *path;

  for (gsize i = 0; i < G_N_ELEMENTS (disk_types); i++) {
    if (g_strcmp0 (type, disk_types[i].type) != 0)
      continue;
    if (disk_types[i].source == NULL)
      break;
    path = v2v_domain_dup (node, disk_types[i].source);
    if (path == NULL)
      v2v_domain_fail (error, "%s has no <source>", what);
    return path;
  }
  v2v_domain_fail (error, "%s is of type '%s': only 'file' and 'block' can be converted, so "
                          "make it one with a <source> path", what, type != NULL ? type : "");
  return NULL;
}

static char *
read_disk_format (xmlNode *node, const char *what, GError **error)
{
  char *format = v2v_domain_dup (node, "driver/@type");

  if (format == NULL) {
    v2v_domain_fail (error, "%s does not state its format, which is never guessed: add "
                            "<driver name='qemu' type='raw'/> or the format that it has", what);
    return NULL;
  }
  /* What xen and old libvirt called raw. */
  if (g_str_equal (format, "aio")) {
    g_free (format);
    return g_strdup ("raw");
  }
  return format;
}

static gboolean
read_disk (V2vDomainReader *reader, xmlNode *node, GError **error)
{
  g_autofree char *what = describe_disk (node, reader->source->disks->len);
  g_autofree char *path = NULL;
  g_autofree char *format = NULL;
  V2vSourceDisk *disk;
  guint64 order = 0;

  path = read_disk_path (node, what, error);
  if (path == NULL)
    return FALSE;
  for (guint i = 0; i < reader->source->disks->len; i++) {
    disk = g_ptr_array_index (reader->source->disks, i);
    if (g_str_equal (disk->path, path))
      return v2v_domain_fail (error, "%s is '%s', which disk %u is already", what, path, i);
  }
  format = read_disk_format (node, what, error);
  if (format == NULL
      || !v2v_domain_number (node, "boot/@order", BOOT_ORDER_MAX, &order, error))
    return FALSE;
  disk = v2v_source_add_disk (reader->source);
  disk->path = g_steal_pointer (&path);
  disk->format = g_steal_pointer (&format);
  disk->bus = v2v_domain_dup (node, "target/@bus");
  disk->serial = v2v_domain_dup (node, "serial");
  disk->boot_order = (guint) order;
  return TRUE;
}

gboolean
v2v_domain_read_disks (V2vDomainReader *reader, GError **error)
{
  g_autoptr (GPtrArray) nodes = v2v_xml_find_all (reader->domain, "devices/disk");

  for (guint i = 0; i < nodes->len; i++) {
    xmlNode *node = g_ptr_array_index (nodes, i);
    g_autofree char *device = v2v_domain_dup (node, "@device");

    /* "disk" is libvirt's default. */
    if (device != NULL && !g_str_equal (device, "disk")) {
      g_autofree char *what = describe_disk (node, i);

      v2v_domain_warn (reader, "%s is a %s drive, leaving it out", what, device);
      continue;
    }
    if (reader->source->disks->len == DISKS_MAX)
      return v2v_domain_fail (error, "there are more than %d disks", DISKS_MAX);
    if (!read_disk (reader, node, error))
      return FALSE;
  }
  if (reader->source->disks->len == 0)
    return v2v_domain_fail (error, "there is no <disk device='disk'> to convert");
  return TRUE;
}

/* What the name of each kind of interface is good for on another host. */
static const struct {
  const char *type;
  const char *source; /* NULL: nothing that the target could know */
  gboolean bridge;
} nic_types[] = {
  { "network", "source/@network", FALSE },
  { "bridge", "source/@bridge", TRUE },
  { "direct", NULL, FALSE },
  { "ethernet", NULL, FALSE },
  { "hostdev", NULL, FALSE },
  { "internal", "source/@name", FALSE },
  { "user", NULL, FALSE },
  { "vdpa", NULL, FALSE },
  { "vhostuser", NULL, FALSE },
};

static void
read_nic_network (V2vDomainReader *reader, xmlNode *node, V2vSourceNic *nic)
{
  g_autofree char *type = v2v_domain_dup (node, "@type");
  guint index = reader->source->nics->len - 1;

  for (gsize i = 0; i < G_N_ELEMENTS (nic_types); i++) {
    if (g_strcmp0 (type, nic_types[i].type) != 0 || nic_types[i].source == NULL)
      continue;
    nic->network = v2v_domain_dup (node, nic_types[i].source);
    nic->bridge = nic->network != NULL && nic_types[i].bridge;
    if (nic->network != NULL && strlen (nic->network) > NAME_MAX_BYTES)
      g_clear_pointer (&nic->network, g_free);
    return;
  }
  v2v_domain_warn (reader, "network interface %u is of type '%s', whose connection belongs to "
                           "the source host, keeping only its address", index,
                   type != NULL ? type : "");
}

/* All zeros is how some tools write "none"; a multicast address is refused by every
 * hypervisor. */
static void
read_nic_mac (V2vDomainReader *reader, xmlNode *node, V2vSourceNic *nic)
{
  g_autofree char *mac = v2v_domain_dup (node, "mac/@address");
  g_autofree char *lower = mac != NULL ? g_ascii_strdown (mac, -1) : NULL;
  guint index = reader->source->nics->len - 1;

  if (lower == NULL || g_str_equal (lower, "00:00:00:00:00:00"))
    return;
  if (!g_regex_match_simple ("^[0-9a-f]{2}(:[0-9a-f]{2}){5}$", lower, G_REGEX_DOLLAR_ENDONLY, 0)
      || g_ascii_xdigit_value (lower[1]) % 2 != 0) {
    v2v_domain_warn (reader, "network interface %u has the address '%s', which no interface "
                             "can have, leaving it out", index, mac);
    return;
  }
  nic->mac = g_steal_pointer (&lower);
}

gboolean
v2v_domain_read_nics (V2vDomainReader *reader, GError **error)
{
  g_autoptr (GPtrArray) nodes = v2v_xml_find_all (reader->domain, "devices/interface");

  if (nodes->len > NICS_MAX)
    return v2v_domain_fail (error, "there are more than %d network interfaces", NICS_MAX);
  for (guint i = 0; i < nodes->len; i++) {
    xmlNode *node = g_ptr_array_index (nodes, i);
    V2vSourceNic *nic = v2v_source_add_nic (reader->source);
    g_autofree char *link = v2v_domain_dup (node, "link/@state");

    read_nic_network (reader, node, nic);
    read_nic_mac (reader, node, nic);
    nic->model = v2v_domain_dup (node, "model/@type");
    nic->link_down = g_strcmp0 (link, "down") == 0;
  }
  return TRUE;
}
