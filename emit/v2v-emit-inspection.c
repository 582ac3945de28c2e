/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-emit-inspection.c - v2v-inspection XML: what virt-v2v-inspector's readers expect
 *
 * Element names and their order are virt-v2v's (Forklift reads
 * operatingsystem/osinfo); what we know beyond them is in the JSON.
 */
#include <config.h>

#include "v2v-emit.h"

#include "v2v-xml.h"

/* Adds an element unless there is nothing to say. */
static void
add_known (xmlNode *parent, const char *name, const char *value)
{
  if (value != NULL && *value != '\0')
    v2v_xml_add (parent, name, value);
}

/* Readers take these for granted, as libguestfs says "unknown" itself. */
static void
add_always (xmlNode *parent, const char *name, const char *value)
{
  v2v_xml_add (parent, name, value != NULL && *value != '\0' ? value : "unknown");
}

static void
add_number (xmlNode *parent, const char *name, guint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, value);

  v2v_xml_add (parent, name, text);
}

/* 1 for the boot disk and index + 2 for the others, holes and all; counting from 1
 * when no boot disk is known. */
static guint
boot_order (const V2vGuest *guest, guint index)
{
  if (guest->boot_disk < 0)
    return index + 1;
  return (guint) guest->boot_disk == index ? 1 : index + 2;
}

static void
add_disks (xmlNode *root, const V2vGuest *guest)
{
  xmlNode *disks = v2v_xml_add (root, "disks", NULL);

  for (guint i = 0; i < guest->disks->len; i++) {
    const V2vDiskFact *disk = g_ptr_array_index (guest->disks, i);
    xmlNode *node = v2v_xml_add (disks, "disk", NULL);
    g_autofree char *allocated = g_strdup_printf ("%" G_GUINT64_FORMAT, disk->allocated);

    v2v_xml_set (node, "index", "%u", i);
    add_number (node, "virtual-size", disk->size);
    if (disk->allocated > 0)
      v2v_xml_set (v2v_xml_add (node, "allocated", allocated), "estimated", "true");
    add_number (node, "boot-order", boot_order (guest, i));
  }
}

/* The firmware of the target, as in virt-v2v; what the disk says without one. */
static void
add_firmware (xmlNode *root, const V2vGuest *guest, const V2vTarget *target)
{
  V2vFirmware firmware = target != NULL ? target->firmware : guest->firmware;

  if (firmware != V2V_FIRMWARE_UNKNOWN)
    v2v_xml_set (v2v_xml_add (root, "firmware", NULL), "type", "%s",
                 v2v_firmware_name (firmware));
}

static const char *
os_name (V2vOsType os)
{
  switch (os) {
  case V2V_OS_LINUX:
    return "linux";
  case V2V_OS_WINDOWS:
    return "windows";
  case V2V_OS_UNKNOWN:
  case V2V_OS_OTHER:
    return "unknown";
  }
  g_return_val_if_reached ("unknown");
}

static void
add_windows (xmlNode *os, const V2vWindows *windows)
{
  add_known (os, "windows_systemroot", windows->systemroot);
  add_known (os, "windows_software_hive", windows->software_hive);
  add_known (os, "windows_system_hive", windows->system_hive);
  add_known (os, "windows_current_control_set", windows->current_control_set);
}

static void
add_mountpoint (xmlNode *parent, const char *device, const char *path)
{
  v2v_xml_set (v2v_xml_add (parent, "mountpoint", path), "dev", "%s", device);
}

static void
add_mountpoints (xmlNode *os, const V2vGuest *guest)
{
  xmlNode *parent = v2v_xml_add (os, "mountpoints", NULL);
  const V2vMount *root = v2v_guest_find_mount (guest, "/");

  if (guest->root != NULL && (root == NULL || root->device == NULL))
    add_mountpoint (parent, guest->root, "/");
  for (guint i = 0; i < guest->mounts->len; i++) {
    const V2vMount *mount = g_ptr_array_index (guest->mounts, i);

    if (mount->device != NULL && mount->mountpoint != NULL && mount->mountpoint[0] == '/')
      add_mountpoint (parent, mount->device, mount->mountpoint);
  }
}

static void
add_filesystems (xmlNode *os, const V2vGuest *guest)
{
  xmlNode *parent = v2v_xml_add (os, "filesystems", NULL);

  for (guint i = 0; i < guest->filesystems->len; i++) {
    const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);
    xmlNode *node = v2v_xml_add (parent, "filesystem", NULL);
    xmlNode *type;

    v2v_xml_set (node, "dev", "%s", fs->device != NULL ? fs->device : "");
    type = v2v_xml_add (node, "type", fs->type != NULL ? fs->type : "unknown");
    if (fs->version != NULL)
      v2v_xml_set (type, "version", "%s", fs->version);
    add_known (node, "label", fs->label);
    add_known (node, "uuid", fs->uuid);
  }
}

static void
add_operating_system (xmlNode *root, const V2vGuest *guest)
{
  xmlNode *os = v2v_xml_add (root, "operatingsystem", NULL);

  v2v_xml_add (os, "name", os_name (guest->os));
  add_always (os, "distro", guest->distro);
  add_always (os, "osinfo", guest->osinfo_id);
  add_always (os, "arch", guest->arch);
  add_number (os, "major_version", (guint64) MAX (guest->major, 0));
  add_number (os, "minor_version", (guint64) MAX (guest->minor, 0));
  add_known (os, "package_format", guest->package_format);
  add_known (os, "package_management", guest->package_manager);
  add_known (os, "product_name", guest->product);
  add_known (os, "product_variant", guest->variant);
  if (guest->windows != NULL)
    add_windows (os, guest->windows);
  add_known (os, "root", guest->root);
  add_mountpoints (os, guest);
  add_filesystems (os, guest);
}

char *
v2v_emit_inspection_xml (const V2vGuest *guest, const V2vTarget *target)
{
  g_autoptr (xmlDoc) doc = xmlNewDoc ((const xmlChar *) "1.0");
  xmlNode *root = xmlNewNode (NULL, (const xmlChar *) "v2v-inspection");

  xmlDocSetRootElement (doc, root);
  xmlAddChild (root, xmlNewComment ((const xmlChar *) " generated by " PACKAGE_STRING " "));
  v2v_xml_add (root, "program", PACKAGE_NAME);
  v2v_xml_add (root, "package", PACKAGE_NAME);
  v2v_xml_add (root, "version", PACKAGE_VERSION);
  add_disks (root, guest);
  add_firmware (root, guest, target);
  add_operating_system (root, guest);
  return v2v_xml_to_string (doc);
}
