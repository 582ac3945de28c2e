/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-root.c - which file system holds the operating system
 */
#include <config.h>

#include "v2v-root.h"

#include <string.h>

#include "v2v-device-name.h"
#include "v2v-inspect-private.h"

/* More subvolumes than this are looked into by name only. */
#define SUBVOLUMES_MAX 64

V2vRootScan *
v2v_root_scan_new (void)
{
  V2vRootScan *scan = g_new0 (V2vRootScan, 1);

  scan->problems = g_ptr_array_new_with_free_func (g_free);
  scan->esps = g_array_new (FALSE, FALSE, sizeof (V2vDiskEsp));
  scan->systems = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return scan;
}

void
v2v_root_scan_free (V2vRootScan *scan)
{
  if (scan == NULL)
    return;
  g_ptr_array_unref (scan->problems);
  g_array_unref (scan->esps);
  g_hash_table_unref (scan->systems);
  g_free (scan->mounted);
  g_free (scan);
}

gboolean
v2v_root_is_snapshot (const char *subvolume)
{
  return strstr (subvolume, "snapshot") != NULL || strstr (subvolume, "timeshift") != NULL;
}

/* A Linux root has /etc, says what it is, and has programs. */
static gboolean
detect_linux (V2vFs *fs, const char *prefix, gboolean *out_found, GError **error)
{
  static const struct {
    const char *path;
    guint group;
  } wanted[] = {
    { "/etc", 0 },
    { "/etc/os-release", 1 },     { "/usr/lib/os-release", 1 },  { "/etc/redhat-release", 1 },
    { "/etc/system-release", 1 }, { "/etc/debian_version", 1 },  { "/etc/SuSE-release", 1 },
    { "/etc/lsb-release", 1 },    { "/etc/alpine-release", 1 },  { "/etc/arch-release", 1 },
    { "/bin", 2 },                { "/usr/bin", 2 },             { "/sbin/init", 2 },
  };
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) rows = NULL;
  guint groups = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++)
    g_ptr_array_add (paths, g_strconcat (prefix, wanted[i].path, NULL));
  g_ptr_array_add (paths, NULL);
  rows = v2v_fs_stat_many (fs, (const char *const *) paths->pdata, error);
  if (rows == NULL)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++) {
    const V2vFileInfo *info = g_ptr_array_index (rows, i);

    if (info->kind != V2V_FILE_ABSENT)
      groups |= 1U << wanted[i].group;
  }
  *out_found = groups == 7;
  return TRUE;
}

/* The entry of @directory named @name in any case; *out_path is NULL without one. */
static gboolean
find_nocase (V2vFs *fs, const char *directory, const char *name, char **out_path,
             GError **error)
{
  g_autoptr (GPtrArray) list = NULL;
  GError *local = NULL;

  *out_path = NULL;
  list = v2v_fs_list (fs, directory, &local);
  if (list == NULL && local->code != V2V_ERROR_NOT_FOUND && local->code != V2V_ERROR_REFUSED) {
    g_propagate_error (error, local);
    return FALSE;
  }
  g_clear_error (&local);
  for (guint i = 0; list != NULL && i < list->len; i++) {
    const V2vFileInfo *info = g_ptr_array_index (list, i);

    if (g_ascii_strcasecmp (info->name, name) == 0) {
      *out_path = g_build_path ("/", directory, info->name, NULL);
      return TRUE;
    }
  }
  return TRUE;
}

static gboolean
detect_windows (V2vFs *fs, gboolean *out_found, GError **error)
{
  static const char *const parts[] = { "Windows", "System32", "config", "SYSTEM" };
  g_autofree char *path = g_strdup ("/");

  *out_found = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (parts); i++) {
    char *next;

    if (!find_nocase (fs, path, parts[i], &next, error))
      return FALSE;
    g_free (path);
    path = next;
    if (path == NULL)
      return TRUE;
  }
  *out_found = TRUE;
  return TRUE;
}

gboolean
v2v_root_detect (V2vFs *fs, const char *prefix, V2vOsType *out_os, GError **error)
{
  gboolean found;

  *out_os = V2V_OS_UNKNOWN;
  if (!detect_linux (fs, prefix, &found, error))
    return FALSE;
  if (found)
    *out_os = V2V_OS_LINUX;
  else if (*prefix == '\0' && !detect_windows (fs, &found, error))
    return FALSE;
  else if (*prefix == '\0' && found)
    *out_os = V2V_OS_WINDOWS;
  return TRUE;
}

typedef struct {
  V2vAppliance *appliance;
  V2vGuest *guest;
  V2vRootScan *scan;
  GPtrArray *found; /* char*: the roots of one file system */
} Scanner;

/* *out_fs is NULL when it cannot be mounted, which is noted as a problem. */
static gboolean
mount_one (Scanner *self, const char *device, const char *options, V2vFs **out_fs,
           GError **error)
{
  GError *local = NULL;

  *out_fs = NULL;
  g_clear_pointer (&self->scan->mounted, g_free);
  if (!v2v_disks_unmount_all (self->appliance, error))
    return FALSE;
  if (v2v_disks_mount (self->appliance, device, "/", options, TRUE, &local)) {
    if (options == NULL)
      self->scan->mounted = g_strdup (device);
    *out_fs = v2v_fs_new_appliance (self->appliance);
    return TRUE;
  }
  if (local->code != V2V_ERROR_REFUSED && local->code != V2V_ERROR_NOT_FOUND) {
    g_propagate_error (error, local);
    return FALSE;
  }
  g_ptr_array_add (self->scan->problems, g_strdup (local->message));
  g_error_free (local);
  return TRUE;
}

/* @device: (transfer full) */
static void
add_root (Scanner *self, char *device, V2vOsType os)
{
  g_ptr_array_add (self->found, device);
  g_hash_table_insert (self->scan->systems, g_strdup (device), GINT_TO_POINTER (os));
}

static gboolean
add_subvolume_if_root (Scanner *self, V2vFs *fs, const char *device, const char *subvolume,
                       GError **error)
{
  g_autofree char *prefix = g_strconcat ("/", subvolume, NULL);
  V2vOsType os;

  if (!v2v_root_detect (fs, prefix, &os, error))
    return FALSE;
  if (os != V2V_OS_UNKNOWN)
    add_root (self, g_strdup_printf ("btrfsvol:%s/%s", device, subvolume), os);
  return TRUE;
}

/* The default subvolume holds no system: all of them, seen from the top at once. */
static gboolean
scan_subvolumes (Scanner *self, const char *device, GError **error)
{
  g_autoptr (GPtrArray) subvolumes = NULL;
  g_autoptr (V2vFs) fs = NULL;
  guint first = self->found->len, seen = 0;
  GError *local = NULL;

  if (!mount_one (self, device, "subvolid=5", &fs, error) || fs == NULL)
    return fs != NULL;
  subvolumes = v2v_disks_btrfs_subvolumes (self->appliance, device, &local);
  if (subvolumes == NULL)
    return v2v_inspect_note (self->guest, "btrfs", local, error);
  for (guint i = 0; i < subvolumes->len && seen < SUBVOLUMES_MAX; i++) {
    const char *subvolume = g_ptr_array_index (subvolumes, i);

    if (v2v_root_is_snapshot (subvolume))
      continue;
    seen++;
    if (!add_subvolume_if_root (self, fs, device, subvolume, error))
      return FALSE;
  }
  return v2v_root_drop_read_only (self->appliance, self->guest, self->found, device, first, error);
}

static gboolean
scan_filesystem (Scanner *self, const V2vFilesystem *filesystem, GError **error)
{
  g_autoptr (V2vFs) fs = NULL;
  V2vOsType os;

  if (!mount_one (self, filesystem->device, NULL, &fs, error))
    return FALSE;
  if (fs == NULL)
    return TRUE;
  if (!v2v_root_detect (fs, "", &os, error))
    return FALSE;
  if (os != V2V_OS_UNKNOWN)
    add_root (self, g_strdup (filesystem->device), os);
  else if (g_str_equal (filesystem->type, "btrfs"))
    return scan_subvolumes (self, filesystem->device, error);
  return TRUE;
}

gboolean
v2v_root_scan_esp (V2vAppliance *appliance, V2vGuest *guest, const V2vPartition *partition,
                   V2vRootScan *scan, GError **error)
{
  Scanner self = { .appliance = appliance, .guest = guest, .scan = scan };
  V2vDiskEsp esp = { .disk = partition->disk };
  g_autoptr (V2vFs) fs = NULL;
  gboolean found;

  if (!mount_one (&self, partition->device, NULL, &fs, error))
    return FALSE;
  if (fs == NULL) {
    v2v_guest_add_unknown (guest, "esp", "'%s' cannot be mounted", partition->device);
    return TRUE;
  }
  if (!v2v_esp_read (fs, guest, "/", &esp.esp, &found, error))
    return FALSE;
  if (found)
    g_array_append_val (scan->esps, esp);
  return TRUE;
}

/* A btrfs over several devices shows up once for each. */
static gboolean
was_seen (const V2vGuest *guest, guint index)
{
  const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, index);

  for (guint i = 0; i < index && g_str_equal (fs->type, "btrfs"); i++) {
    const V2vFilesystem *other = g_ptr_array_index (guest->filesystems, i);

    if (g_str_equal (other->type, "btrfs") && g_strcmp0 (other->uuid, fs->uuid) == 0)
      return TRUE;
  }
  return FALSE;
}

/* "sda1" and "/dev/mapper/vg-lv" as the appliance spells them. */
static char *
spell_name (const char *name)
{
  char *volume = NULL;

  if (g_str_has_prefix (name, "/dev/mapper/"))
    volume = v2v_device_name_from_mapper (name + strlen ("/dev/mapper/"));
  if (volume != NULL)
    return volume;
  if (*name == '/' || g_str_has_prefix (name, "btrfsvol:"))
    return g_strdup (name);
  return g_strconcat ("/dev/", name, NULL);
}

/* An opened volume stands for the file system in it. */
static char *
spell_device (const V2vGuest *guest, const char *name)
{
  g_autofree char *device
    = v2v_guest_find_filesystem (guest, name) != NULL ? g_strdup (name) : spell_name (name);

  for (guint i = 0; i < guest->filesystems->len; i++) {
    const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);

    if (g_strcmp0 (fs->container, device) == 0)
      return g_strdup (fs->device);
  }
  return g_steal_pointer (&device);
}

/* TRUE when @policy names the file system, or a subvolume of it. */
static gboolean
is_asked_for (const V2vGuest *guest, const V2vFilesystem *fs, const char *policy)
{
  g_autofree char *device = policy == NULL ? NULL : spell_device (guest, policy);
  g_autofree char *prefix = g_strdup_printf ("btrfsvol:%s/", fs->device);

  return device != NULL
         && (g_str_equal (device, fs->device) || g_str_has_prefix (device, prefix));
}

/* (element-type guint): places in guest->filesystems, what will be chosen last.  That is
 * what was asked for, or the first.  A snapshot is no system of its own. */
static GArray *
plan_order (const V2vGuest *guest, const char *policy, gboolean only)
{
  static const char *const types[]
    = { "ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "jfs", "reiserfs", "ntfs", NULL };
  GArray *order = g_array_new (FALSE, FALSE, sizeof (guint));
  int asked = -1;

  for (guint i = guest->filesystems->len; i > 0; i--) {
    const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i - 1);
    guint index = i - 1;

    if (fs->type == NULL || !g_strv_contains (types, fs->type) || was_seen (guest, index))
      continue;
    if (is_asked_for (guest, fs, policy))
      asked = (int) index;
    else if (fs->origin == NULL)
      g_array_append_val (order, index);
  }
  if (asked < 0)
    return order;
  g_array_set_size (order, only ? 0 : order->len);
  return g_array_append_val (order, asked);
}

gboolean
v2v_root_scan (V2vAppliance *appliance, V2vGuest *guest, const char *policy, gboolean only,
               V2vRootScan *scan, GError **error)
{
  g_autoptr (GArray) order = plan_order (guest, policy, only);
  g_autoptr (GPtrArray) found
    = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  Scanner self = { .appliance = appliance, .guest = guest, .scan = scan };

  for (guint i = 0; i < guest->filesystems->len; i++)
    g_ptr_array_add (found, g_ptr_array_new ());
  for (guint i = 0; i < order->len; i++) {
    guint index = g_array_index (order, guint, i);

    self.found = g_ptr_array_index (found, index);
    if (!scan_filesystem (&self, g_ptr_array_index (guest->filesystems, index), error))
      return FALSE;
  }
  for (guint i = 0; i < found->len; i++)
    g_ptr_array_extend_and_steal (guest->roots, g_ptr_array_ref (found->pdata[i]));
  return TRUE;
}

static const V2vFilesystem *
find_closed (const V2vGuest *guest, const char *type)
{
  for (guint i = 0; i < guest->filesystems->len; i++) {
    const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);

    if (g_strcmp0 (fs->type, type) == 0 && !fs->opened)
      return fs;
  }
  return NULL;
}

static gboolean
set_locked (const V2vFilesystem *luks, GError **error)
{
  if (luks->why_closed != NULL)
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                 "the guest is encrypted: '%s' is a LUKS volume: %s", luks->device,
                 luks->why_closed);
  else
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                 "the guest is encrypted: '%s' is a LUKS volume; give a file with its passphrase: "
                 "--key all:file:FILE", luks->device);
  return FALSE;
}

/* (nullable): a member of an array that does not run. */
static const V2vFilesystem *
find_stray_member (const V2vGuest *guest)
{
  for (guint i = 0; i < guest->filesystems->len; i++) {
    const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);

    if (g_strcmp0 (fs->type, "linux_raid_member") == 0
        && v2v_guest_find_array (guest, fs->device) == NULL)
      return fs;
  }
  return NULL;
}

/* No root: the reason that helps most. */
static gboolean
set_no_root (const V2vGuest *guest, const V2vRootScan *scan, GError **error)
{
  const V2vFilesystem *luks = find_closed (guest, "crypto_LUKS");
  const V2vFilesystem *bitlocker = find_closed (guest, "BitLocker");
  const V2vFilesystem *stray = find_stray_member (guest);

  if (luks != NULL)
    return set_locked (luks, error);
  if (bitlocker != NULL) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                 "the guest is encrypted: '%s' is a BitLocker volume; decrypt it in the source "
                 "first", bitlocker->device);
    return FALSE;
  }
  if (stray != NULL)
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                 "no operating system was found, and '%s' is part of a RAID array that does not "
                 "start: give all disks of the array, as they were at one moment",
                 stray->device);
  else if (scan->problems->len > 0)
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                 "no operating system was found, and a file system cannot be read: %s",
                 (char *) g_ptr_array_index (scan->problems, 0));
  else
    g_set_error (error, V2V_ERROR, V2V_ERROR_NO_OS,
                 "no operating system was found on %u disks with %u file systems",
                 guest->disks->len, guest->filesystems->len);
  return FALSE;
}

static char *
list_roots (const V2vGuest *guest)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < guest->roots->len; i++)
    g_string_append_printf (list, "%s'%s'", i > 0 ? ", " : "",
                            (char *) g_ptr_array_index (guest->roots, i));
  return g_string_free (list, FALSE);
}

static gboolean
choose_device (V2vGuest *guest, const char *name, const V2vRootScan *scan, GError **error)
{
  g_autofree char *device = spell_device (guest, name);
  g_autofree char *prefix = g_strdup_printf ("btrfsvol:%s/", device);
  const V2vFilesystem *fs = v2v_guest_find_filesystem (guest, device);
  g_autofree char *list = NULL;

  for (guint i = 0; i < guest->roots->len; i++) {
    const char *root = g_ptr_array_index (guest->roots, i);

    if (g_str_equal (root, device) || g_str_has_prefix (root, prefix)) {
      guest->root = g_strdup (root);
      return TRUE;
    }
  }
  if (guest->roots->len == 0
      || (fs != NULL && g_strcmp0 (fs->type, "crypto_LUKS") == 0 && !fs->opened))
    return set_no_root (guest, scan, error);
  list = list_roots (guest);
  g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
               "'%s' holds no operating system; choose one of %s with --root", name, list);
  return FALSE;
}

gboolean
v2v_root_choose (V2vGuest *guest, const char *policy, const V2vRootScan *scan,
                 GError **error)
{
  gboolean single = g_strcmp0 (policy, "single") == 0;
  g_autofree char *list = NULL;

  if (policy != NULL && !single && !g_str_equal (policy, "first"))
    return choose_device (guest, policy, scan, error);
  if (guest->roots->len == 0)
    return set_no_root (guest, scan, error);
  if (single && guest->roots->len > 1) {
    list = list_roots (guest);
    g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
                 "%u operating systems were found: %s; choose one with --root",
                 guest->roots->len, list);
    return FALSE;
  }
  guest->root = g_strdup (g_ptr_array_index (guest->roots, 0));
  return TRUE;
}
