/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-disks.c - disks, partitions and file systems of the appliance
 *
 * Low-level blkid answers nearly everything: the partition's place, type and PARTUUID as
 * udev in the guest will see them, and the file system.
 * guestfs_list_filesystems() opens the disks for writing, and then waits for udev
 * after each: 35 s and more where this takes one or two.
 */
#include <config.h>

#include <string.h>

#include "v2v-appliance-private.h"
#include "v2v-groups.h"
#include "v2v-luks.h"
#include "v2v-lvm.h"
#include "v2v-md.h"
#include "v2v-probe.h"

#define SECTOR 512
#define XFS_VERSION_OFFSET 100

/* More devices than any instance type can have attached, times its partitions. */
#define DEVICES_MAX 4096

typedef struct {
  V2vAppliance *appliance;
  V2vGuest *guest;
  const V2vProbe *probe; /* what is known of the devices at once; or NULL */
  gboolean has_lvm;      /* physical volumes were seen */
  gboolean has_md;
} Reader;

typedef struct {
  char **list; /* what libguestfs returned, owned */
} Strings;

static void
strings_clear (Strings *strings)
{
  g_strfreev (strings->list);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Strings, strings_clear)

static const char *
lookup (const Strings *pairs, const char *key)
{
  for (char **p = pairs->list; p != NULL && p[0] != NULL && p[1] != NULL; p += 2) {
    if (g_str_equal (p[0], key))
      return p[1];
  }
  return NULL;
}

static guint64
lookup_number (const Strings *pairs, const char *key)
{
  const char *text = lookup (pairs, key);

  return text == NULL ? 0 : g_ascii_strtoull (text, NULL, 10);
}

/* blkid's export format puts a backslash before what a shell would expand, and
 * writes bytes that are not printable as \xNN. */
char *
v2v_disks_unescape (const char *text)
{
  GString *out;

  if (text == NULL)
    return NULL;
  out = g_string_new (NULL);
  for (const char *p = text; *p != '\0'; p++) {
    if (p[0] == '\\' && p[1] == 'x' && g_ascii_isxdigit (p[2]) && g_ascii_isxdigit (p[3])) {
      g_string_append_c (out, (char) (g_ascii_xdigit_value (p[2]) * 16
                                      + g_ascii_xdigit_value (p[3])));
      p += 3;
    } else {
      if (p[0] == '\\' && p[1] != '\0')
        p++;
      g_string_append_c (out, *p);
    }
  }
  return g_string_free (out, FALSE);
}

gboolean
v2v_disks_parse_name (const char *device, guint *out_disk, guint *out_number)
{
  guint64 disk = 0;
  guint64 number = 0;
  const char *p;

  if (!g_str_has_prefix (device, "/dev/sd"))
    return FALSE;
  p = device + strlen ("/dev/sd");
  if (!g_ascii_islower (*p))
    return FALSE;
  for (; g_ascii_islower (*p) && disk < DEVICES_MAX; p++)
    disk = disk * 26 + (guint64) (*p - 'a') + 1;
  for (; g_ascii_isdigit (*p) && number < DEVICES_MAX; p++)
    number = number * 10 + (guint64) (*p - '0');
  if (*p != '\0')
    return FALSE;
  *out_disk = (guint) disk - 1;
  *out_number = (guint) number;
  return TRUE;
}

/* FALSE, with @error, only when the appliance is gone: a device that cannot be
 * probed is a fact that is not known. */
static gboolean
probe (Reader *reader, const char *device, Strings *out_pairs, GError **error)
{
  V2vAppliance *appliance = reader->appliance;
  g_autofree char *fact = NULL;
  g_autofree char *reason = NULL;

  if (reader->probe != NULL)
    out_pairs->list = g_strdupv (g_hash_table_lookup (reader->probe->pairs, device));
  if (out_pairs->list != NULL)
    return TRUE;
  out_pairs->list = guestfs_blkid (appliance->g, device);
  if (out_pairs->list != NULL)
    return TRUE;
  if (!v2v_appliance_is_alive (appliance) || !v2v_cancel_check (appliance->cancel, NULL))
    return v2v_appliance_set_error (appliance, error, V2V_ERROR_STORAGE, "reading '%s'",
                                    device);
  fact = g_strdup_printf ("filesystem:%s", device);
  reason = v2v_appliance_dup_reason (appliance);
  v2v_guest_add_unknown (reader->guest, fact, "%s", reason);
  return TRUE;
}

/* The first @length bytes of a device; %NULL with @error. */
static GBytes *
read_start (V2vAppliance *appliance, const char *device, int length, GError **error)
{
  size_t size;
  char *data = guestfs_pread_device (appliance->g, device, length, 0, &size);

  if (data == NULL) {
    v2v_appliance_set_error (appliance, error, V2V_ERROR_STORAGE, "reading '%s'", device);
    return NULL;
  }
  return g_bytes_new_take (data, size);
}

/* Version 4 cannot be mounted by kernels to come and has no free inode tree. */
static gboolean
read_xfs_version (Reader *reader, V2vFilesystem *fs, GError **error)
{
  g_autoptr (GBytes) start = read_start (reader->appliance, fs->device, SECTOR, error);
  const guint8 *data;
  gsize size;

  if (start == NULL)
    return FALSE;
  data = g_bytes_get_data (start, &size);
  if (size > XFS_VERSION_OFFSET + 1)
    fs->version = g_strdup_printf ("%d", data[XFS_VERSION_OFFSET + 1] & 0xf);
  return TRUE;
}

static gboolean
add_filesystem (Reader *reader, const char *device, const Strings *pairs, GError **error)
{
  const char *type = lookup (pairs, "TYPE");
  V2vFilesystem *fs;

  if (type == NULL)
    return TRUE;
  reader->has_lvm = reader->has_lvm || g_str_equal (type, "LVM2_member");
  reader->has_md = reader->has_md || g_str_equal (type, "linux_raid_member");
  fs = v2v_guest_add_filesystem (reader->guest);
  fs->device = g_strdup (device);
  fs->type = g_strdup (type);
  fs->label = v2v_disks_unescape (lookup (pairs, "LABEL"));
  fs->uuid = v2v_disks_unescape (lookup (pairs, "UUID"));
  return !g_str_equal (type, "xfs") || read_xfs_version (reader, fs, error);
}

/* -1: it cannot be had. */
static gint64
read_size (Reader *reader, const char *device)
{
  const guint64 *size
    = reader->probe == NULL ? NULL : g_hash_table_lookup (reader->probe->sizes, device);

  return size != NULL ? (gint64) *size
                      : guestfs_blockdev_getsize64 (reader->appliance->g, device);
}

static gboolean
read_disk (Reader *reader, const char *device, GError **error)
{
  V2vDiskFact *disk = v2v_guest_add_disk (reader->guest);
  gint64 size = read_size (reader, device);
  g_auto (Strings) pairs = { NULL };
  g_autoptr (GBytes) sector = NULL;
  const char *table;

  disk->device = g_strdup (device);
  if (size < 0)
    return v2v_appliance_set_error (reader->appliance, error, V2V_ERROR_STORAGE,
                                    "reading '%s'", device);
  disk->size = (guint64) size;
  if (size < SECTOR)
    return TRUE;
  sector = read_start (reader->appliance, device, SECTOR, error);
  if (sector == NULL || !probe (reader, device, &pairs, error))
    return FALSE;
  disk->grub_in_mbr = memmem (g_bytes_get_data (sector, NULL), g_bytes_get_size (sector),
                              "GRUB", strlen ("GRUB"))
                      != NULL;
  table = lookup (&pairs, "PTTYPE");
  if (table != NULL)
    disk->table = g_strdup (g_str_equal (table, "dos") ? "msdos" : table);
  return add_filesystem (reader, device, &pairs, error);
}

static V2vPartition *
add_partition (Reader *reader, const char *device, guint disk, guint number,
               const Strings *pairs)
{
  V2vPartition *part = v2v_guest_add_partition (reader->guest);
  const char *type = lookup (pairs, "PART_ENTRY_TYPE");
  const char *uuid = lookup (pairs, "PART_ENTRY_UUID");

  part->device = g_strdup (device);
  part->disk = disk;
  part->number = number;
  part->start = lookup_number (pairs, "PART_ENTRY_OFFSET") * SECTOR;
  part->size = lookup_number (pairs, "PART_ENTRY_SIZE") * SECTOR;
  part->partlabel = v2v_disks_unescape (lookup (pairs, "PART_ENTRY_NAME"));
  if (uuid != NULL)
    part->partuuid = g_ascii_strdown (uuid, -1);
  if (g_strcmp0 (lookup (pairs, "PART_ENTRY_SCHEME"), "gpt") == 0 && type != NULL)
    part->type_guid = g_ascii_strup (type, -1);
  else if (type != NULL)
    part->mbr_type = (int) g_ascii_strtoll (type, NULL, 16);
  return part;
}

/* The partition table's own words, for a partition whose content confuses blkid
 * (two signatures): several round trips, and no reason to fail when one does. */
static void
complete_partition (Reader *reader, V2vPartition *part)
{
  guestfs_h *g = reader->appliance->g;
  const V2vDiskFact *disk = g_ptr_array_index (reader->guest->disks, part->disk);
  struct guestfs_partition_list *list = guestfs_part_list (g, disk->device);
  int number = (int) part->number;

  for (guint i = 0; list != NULL && i < list->len; i++) {
    if (list->val[i].part_num == number) {
      part->start = list->val[i].part_start;
      part->size = list->val[i].part_size;
    }
  }
  if (list != NULL)
    guestfs_free_partition_list (list);
  if (g_strcmp0 (disk->table, "gpt") != 0) {
    part->mbr_type = guestfs_part_get_mbr_id (g, disk->device, number);
  } else {
    g_autofree char *guid = guestfs_part_get_gpt_guid (g, disk->device, number);

    part->type_guid = guestfs_part_get_gpt_type (g, disk->device, number);
    part->partlabel = guestfs_part_get_name (g, disk->device, number);
    part->partuuid = guid == NULL ? NULL : g_ascii_strdown (guid, -1);
  }
}

static gboolean
read_partition (Reader *reader, const char *device, GError **error)
{
  g_auto (Strings) pairs = { NULL };
  guint disk;
  guint number;

  if (!probe (reader, device, &pairs, error))
    return FALSE;
  if (v2v_disks_parse_name (device, &disk, &number) && disk < reader->guest->disks->len) {
    V2vPartition *part = add_partition (reader, device, disk, number, &pairs);

    if (pairs.list == NULL)
      complete_partition (reader, part);
  }
  return add_filesystem (reader, device, &pairs, error);
}

static gboolean
read_volume (Reader *reader, const char *device, GError **error)
{
  g_auto (Strings) pairs = { NULL };

  return probe (reader, device, &pairs, error)
         && add_filesystem (reader, device, &pairs, error);
}

typedef gboolean (*ReadFunc) (Reader *reader, const char *device, GError **error);

/* Calls @func for each device of @devices, which it frees; @what names the list. */
static gboolean
read_each (Reader *reader, char **devices, const char *what, ReadFunc func, GError **error)
{
  g_auto (Strings) list = { devices };

  if (devices == NULL)
    return v2v_appliance_set_error (reader->appliance, error, V2V_ERROR_STORAGE,
                                    "listing the %s", what);
  if (g_strv_length (devices) > DEVICES_MAX) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED, "the guest has more than %d %s",
                 DEVICES_MAX, what);
    return FALSE;
  }
  for (guint i = 0; devices[i] != NULL; i++) {
    if (!func (reader, devices[i], error))
      return FALSE;
  }
  return TRUE;
}

/* The appliance has activated all volumes at its start.  When none is there though
 * physical volumes are, they are looked for once more; what still is not there
 * (a missing disk of the group) is left out, as it is in the guest. */
static char **
list_volumes (Reader *reader)
{
  guestfs_h *g = reader->appliance->g;
  char **volumes = guestfs_lvs (g);

  if (volumes == NULL || volumes[0] != NULL)
    return volumes;
  g_strfreev (volumes);
  if (guestfs_lvm_scan (g, 1) < 0) {
    g_autofree char *reason = v2v_appliance_dup_reason (reader->appliance);

    v2v_guest_add_unknown (reader->guest, "lvm", "%s", reason);
  }
  return guestfs_lvs (g);
}

/* The new logical volumes, after a volume that LVM lies on was opened. */
static gboolean
read_volumes_inside (Reader *reader, const V2vFilesystem *volume, GError **error)
{
  g_auto (Strings) list = { NULL };

  if (guestfs_lvm_scan (reader->appliance->g, 1) < 0) {
    g_autofree char *reason = v2v_appliance_dup_reason (reader->appliance);

    v2v_guest_add_unknown (reader->guest, "lvm", "%s", reason);
  }
  list.list = guestfs_lvs (reader->appliance->g);
  for (guint i = 0; list.list != NULL && list.list[i] != NULL && i < DEVICES_MAX; i++) {
    if (v2v_guest_find_filesystem (reader->guest, list.list[i]) != NULL)
      continue;
    v2v_luks_note_inside (reader->appliance, volume, list.list[i]);
    if (!read_volume (reader, list.list[i], error))
      return FALSE;
  }
  return list.list != NULL
         || v2v_appliance_set_error (reader->appliance, error, V2V_ERROR_STORAGE,
                                     "listing the logical volumes");
}

static gboolean
read_inside (Reader *reader, V2vFilesystem *volume, GError **error)
{
  guint before = reader->guest->filesystems->len;
  const char *inside;

  if (!v2v_luks_open (reader->appliance, volume, &inside, error))
    return FALSE;
  if (inside == NULL) {
    g_autofree char *fact = g_strconcat ("filesystem:", volume->device, NULL);

    if (volume->why_closed != NULL)
      v2v_guest_add_unknown (reader->guest, fact, "%s", volume->why_closed);
    return TRUE;
  }
  reader->has_lvm = FALSE;
  if (!read_volume (reader, inside, error))
    return FALSE;
  if (reader->guest->filesystems->len > before) {
    V2vFilesystem *fs = g_ptr_array_index (reader->guest->filesystems, before);

    fs->container = g_strdup (volume->device);
  }
  return !reader->has_lvm || read_volumes_inside (reader, volume, error);
}

/* LVM may lie on LUKS and LUKS on LVM: what turns up at the end of the list has its turn
 * too, up to a depth that nobody has. */
static gboolean
read_encrypted (Reader *reader, GError **error)
{
  GPtrArray *all = reader->guest->filesystems;

  if (reader->appliance->keys->len == 0)
    return TRUE;
  for (guint i = 0; i < all->len; i++) {
    V2vFilesystem *fs = g_ptr_array_index (all, i);

    if (v2v_luks_has_key (reader->appliance->keys, fs)
        && (!v2v_luks_check_count (reader->appliance->keys, reader->guest, error)
            || !read_inside (reader, fs, error)))
      return FALSE;
  }
  v2v_luks_name_groups (reader->appliance, reader->guest);
  return v2v_luks_check_keys (reader->appliance, reader->guest, error);
}

static char **
dup_list (const GPtrArray *devices)
{
  char **list = g_new0 (char *, devices->len + 1);

  for (guint i = 0; i < devices->len; i++)
    list[i] = g_strdup (g_ptr_array_index (devices, i));
  return list;
}

/* LVM may lie on MD, so MD comes first. */
static gboolean
read_all (Reader *reader, GError **error)
{
  guestfs_h *g = reader->appliance->g;
  const V2vProbe *probe = reader->probe;
  char **disks = probe != NULL ? dup_list (probe->disks) : guestfs_list_devices (g);

  if (!read_each (reader, disks, "disks", read_disk, error)
      || !read_each (reader,
                     probe != NULL ? dup_list (probe->partitions) : guestfs_list_partitions (g),
                     "partitions", read_partition, error))
    return FALSE;
  if (reader->has_md) {
    v2v_md_read (reader->appliance, reader->guest);
    if (!read_each (reader, guestfs_list_md_devices (g), "RAID devices", read_volume, error))
      return FALSE;
  }
  if (reader->has_lvm
      && !read_each (reader, list_volumes (reader), "logical volumes", read_volume, error))
    return FALSE;
  if (!read_encrypted (reader, error))
    return FALSE;
  v2v_groups_read (reader->appliance, reader->guest);
  return TRUE;
}

/* (transfer full) (nullable): NULL: it is asked call by call. */
static V2vProbe *
probe_all (V2vAppliance *appliance)
{
  char *const command[] = { (char *) V2V_PROBE_COMMAND, NULL };
  V2vProbe *probe;

  /* Nothing here writes outside of file systems, so the first answer stays true. */
  if (appliance->probe_text == NULL)
    appliance->probe_text = guestfs_debug (appliance->g, "sh", command);
  probe = appliance->probe_text == NULL
            ? NULL
            : v2v_probe_parse (appliance->probe_text, appliance->n_drives);
  if (probe == NULL)
    g_debug ("the appliance does not tell of its disks at once");
  return probe;
}

gboolean
v2v_disks_read (V2vAppliance *appliance, V2vGuest *guest, GError **error)
{
  g_auto (V2vWatch) watch = v2v_appliance_watch (appliance);
  g_autoptr (V2vProbe) probe = probe_all (appliance);
  Reader reader = { .appliance = appliance, .guest = guest, .probe = probe };

  if (!read_all (&reader, error))
    return FALSE;
  v2v_lvm_read_origins (appliance, guest);
  v2v_disks_note (appliance, guest);
  return TRUE;
}
