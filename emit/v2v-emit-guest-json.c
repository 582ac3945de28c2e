/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-emit-guest-json.c - every fact, for machines
 */
#include <config.h>

#include "v2v-emit-guest-json.h"

#include "v2v-emit.h"
#include "v2v-fields.h"

#define FIELD(member, kind) V2V_FIELD (THIS, member, kind)

#define THIS V2vDiskFact
static const V2vField disk_fields[]
  = { FIELD (index, UINT),   FIELD (device, STRING), FIELD (path, STRING),
      FIELD (format, STRING), FIELD (size, UINT64),   FIELD (allocated, UINT64),
      FIELD (table, STRING), FIELD (grub_in_mbr, BOOL) };
#undef THIS
#define THIS V2vPartition
static const V2vField partition_fields[]
  = { FIELD (device, STRING),    FIELD (disk, UINT),    FIELD (number, UINT),
      FIELD (start, UINT64),     FIELD (size, UINT64),  FIELD (type_guid, STRING),
      FIELD (mbr_type, INT),     FIELD (partuuid, STRING), FIELD (partlabel, STRING) };
#undef THIS
#define THIS V2vFilesystem
static const V2vField filesystem_fields[]
  = { FIELD (device, STRING), FIELD (type, STRING), FIELD (version, STRING),
      FIELD (label, STRING),  FIELD (uuid, STRING), FIELD (size, UINT64),
      FIELD (free, UINT64),   FIELD (container, STRING), FIELD (mapped, STRING),
      FIELD (origin, STRING) };
#undef THIS
#define THIS V2vArray
static const V2vField array_fields[]
  = { FIELD (device, STRING), FIELD (level, STRING), FIELD (wanted, UINT),
      FIELD (members, STRINGS) };
#undef THIS
#define THIS V2vMount
static const V2vField mount_fields[]
  = { FIELD (line, UINT),      FIELD (spec, STRING),    FIELD (mountpoint, STRING),
      FIELD (vfstype, STRING), FIELD (options, STRING), FIELD (via, VIA),
      FIELD (device, STRING),  FIELD (why, STRING),     FIELD (nofail, BOOL) };
#undef THIS
#define THIS V2vBootEntry
static const V2vField entry_fields[]
  = { FIELD (file, STRING),   FIELD (title, STRING),   FIELD (kernel, STRING),
      FIELD (initrd, STRING), FIELD (cmdline, STRING), FIELD (is_default, BOOL) };
#undef THIS
#define THIS V2vBootloader
static const V2vField bootloader_fields[]
  = { FIELD (kind, STRING), FIELD (config, STRING), FIELD (bls, BOOL),
      FIELD (esp_fallback, BOOL), FIELD (esp_loader, BOOL) };
#undef THIS
#define THIS V2vKernel
static const V2vField kernel_fields[]
  = { FIELD (version, STRING), FIELD (vmlinuz, STRING), FIELD (initrd, STRING),
      FIELD (modules_dir, STRING), FIELD (is_default, BOOL) };
#undef THIS
#define THIS V2vPackage
static const V2vField package_fields[]
  = { FIELD (name, STRING), FIELD (version, STRING), FIELD (arch, STRING) };
#undef THIS
#define THIS V2vNetConfig
static const V2vField network_fields[]
  = { FIELD (kind, STRING), FIELD (file, STRING), FIELD (interface, STRING),
      FIELD (mac, STRING), FIELD (driver, STRING), FIELD (place, STRING),
      FIELD (method, STRING) };
#undef THIS
#define THIS V2vCloudInit
static const V2vField cloud_init_fields[]
  = { FIELD (installed, BOOL),     FIELD (version, STRING),
      FIELD (datasources, STRING), FIELD (datasources_file, STRING),
      FIELD (cached, STRING),      FIELD (instance_id, STRING) };
#undef THIS
#define THIS V2vEvidence
static const V2vField evidence_fields[]
  = { FIELD (signal, STRING), FIELD (score, INT), FIELD (detail, STRING) };
#undef THIS
#define THIS V2vEc2
static const V2vField ec2_fields[]
  = { FIELD (score, INT), FIELD (is_ec2, BOOL), FIELD (generation, STRING) };
#undef THIS
#define THIS V2vWindows
static const V2vField windows_fields[]
  = { FIELD (systemroot, STRING),   FIELD (software_hive, STRING),
      FIELD (system_hive, STRING),  FIELD (current_control_set, STRING),
      FIELD (control_sets, STRINGS), FIELD (edition, STRING),
      FIELD (build, STRING),        FIELD (rtc_utc, BOOL),
      FIELD (timezone, STRING),     FIELD (hibernated, BOOL),
      FIELD (hives_dirty, BOOL) };
#undef THIS
#define THIS V2vUnknown
static const V2vField unknown_fields[] = { FIELD (fact, STRING), FIELD (why, STRING) };
#undef THIS
#define THIS V2vGuest
static const V2vField system_fields[]
  = { FIELD (root, STRING),        FIELD (root_subvolume, STRING),
      FIELD (os, OS),
      FIELD (distro, STRING),      FIELD (distro_like, STRING),
      FIELD (version_id, STRING),  FIELD (major, INT),
      FIELD (minor, INT),          FIELD (product, STRING),
      FIELD (variant, STRING),     FIELD (arch, STRING),
      FIELD (hostname, STRING),    FIELD (osinfo_id, STRING),
      FIELD (osinfo_uri, STRING),  FIELD (package_format, STRING),
      FIELD (package_manager, STRING), FIELD (firmware, FIRMWARE),
      FIELD (firmware_why, STRING), FIELD (boot_disk, INT),
      FIELD (roots, STRINGS),      FIELD (units, STRINGS) };
#undef THIS

#define ADD_LIST(object, name, array, table)                                                 \
  v2v_fields_add_list (object, name, array, table, G_N_ELEMENTS (table))
#define ADD_CHILD(object, name, data, table)                                                 \
  v2v_fields_add_child (object, name, data, table, G_N_ELEMENTS (table))

static void
add_kernels (JsonObject *object, const V2vGuest *guest)
{
  JsonArray *array = v2v_json_child_array (object, "kernels");

  for (guint i = 0; i < guest->kernels->len; i++) {
    const V2vKernel *kernel = g_ptr_array_index (guest->kernels, i);
    JsonObject *item = v2v_json_append_object (array);
    JsonObject *drivers;

    v2v_fields_add (item, kernel, kernel_fields, G_N_ELEMENTS (kernel_fields));
    drivers = v2v_json_child (item, "drivers");
    for (guint j = 0; j < kernel->drivers->len; j++) {
      const V2vDriver *driver = g_ptr_array_index (kernel->drivers, j);

      v2v_json_set_string (drivers, driver->name, v2v_fields_where_name (driver->where));
    }
  }
}

void
v2v_guest_to_json (JsonObject *object, const V2vGuest *guest)
{
  v2v_fields_add (object, guest, system_fields, G_N_ELEMENTS (system_fields));
  ADD_LIST (object, "disks", guest->disks, disk_fields);
  ADD_LIST (object, "partitions", guest->partitions, partition_fields);
  ADD_LIST (object, "filesystems", guest->filesystems, filesystem_fields);
  ADD_LIST (object, "arrays", guest->arrays, array_fields);
  ADD_LIST (object, "mounts", guest->mounts, mount_fields);
  ADD_CHILD (object, "bootloader", guest->bootloader, bootloader_fields);
  if (guest->bootloader != NULL)
    ADD_LIST (v2v_json_child (object, "bootloader"), "entries", guest->bootloader->entries,
              entry_fields);
  add_kernels (object, guest);
  ADD_LIST (object, "packages", guest->packages, package_fields);
  ADD_LIST (object, "network", guest->network, network_fields);
  ADD_CHILD (object, "cloud_init", guest->cloud_init, cloud_init_fields);
  ADD_CHILD (object, "ec2", guest->ec2, ec2_fields);
  ADD_LIST (v2v_json_child (object, "ec2"), "evidence", guest->ec2->evidence, evidence_fields);
  ADD_CHILD (object, "windows", guest->windows, windows_fields);
  ADD_LIST (object, "unknown", guest->unknown, unknown_fields);
}

char *
v2v_emit_guest_json (const V2vGuest *guest)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *root = json_object_new ();

  json_node_take_object (node, root);
  json_object_set_int_member (root, "format", V2V_EMIT_JSON_FORMAT);
  v2v_guest_to_json (root, guest);
  return v2v_json_to_string (node);
}
