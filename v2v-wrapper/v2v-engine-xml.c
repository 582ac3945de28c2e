/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-engine-xml.c - the machine as virt-v2v has to see it
 */
#include <config.h>

#include "v2v-engine-xml.h"

#include <string.h>

#include "v2v-xml.h"

/* The source's bus as virt-v2v 2.2 to 2.13 can read it; any other value means nothing
 * to it. */
static const char *
known_bus (const char *bus)
{
  static const char *const buses[] = { "ide", "sata", "scsi", "virtio", NULL };

  return bus != NULL && g_strv_contains (buses, bus) ? bus : NULL;
}

/* "sda" ... "sdz", "sdaa": the letters only have to be unique. */
static char *
target_name (guint index)
{
  g_autoptr (GString) letters = g_string_new (NULL);

  do {
    g_string_prepend_c (letters, (char) ('a' + index % 26));
    index = index / 26;
  } while (index-- > 0);
  return g_strdup_printf ("sd%s", letters->str);
}

static void
add_disk (xmlNode *devices, guint index, const V2vSourceDisk *disk, const char *overlay)
{
  xmlNode *node = v2v_xml_add (devices, "disk", NULL);
  g_autofree char *name = target_name (index);
  xmlNode *child;

  v2v_xml_set (node, "type", "file");
  v2v_xml_set (node, "device", "disk");
  child = v2v_xml_add (node, "driver", NULL);
  v2v_xml_set (child, "name", "qemu");
  v2v_xml_set (child, "type", "qcow2");
  v2v_xml_set (v2v_xml_add (node, "source", NULL), "file", "%s", overlay);
  child = v2v_xml_add (node, "target", NULL);
  v2v_xml_set (child, "dev", "%s", name);
  if (known_bus (disk->bus) != NULL)
    v2v_xml_set (child, "bus", "%s", disk->bus);
}

char *
v2v_engine_xml_new (const V2vSource *source, const char *const *overlays)
{
  g_autoptr (xmlDoc) doc = xmlNewDoc (BAD_CAST "1.0");
  xmlNode *domain = xmlNewNode (NULL, BAD_CAST "domain");
  xmlNode *node, *devices;

  xmlDocSetRootElement (doc, domain);
  v2v_xml_set (domain, "type", "kvm");
  v2v_xml_add (domain, "name", "guest");
  v2v_xml_set (v2v_xml_add (domain, "memory", "1048576"), "unit", "KiB");
  v2v_xml_add (domain, "vcpu", "1");
  node = v2v_xml_add (domain, "os", NULL);
  v2v_xml_add (node, "type", "hvm");
  devices = v2v_xml_add (domain, "devices", NULL);
  for (guint i = 0; i < source->disks->len; i++)
    add_disk (devices, i, g_ptr_array_index (source->disks, i), overlays[i]);
  return v2v_xml_to_string (doc);
}
