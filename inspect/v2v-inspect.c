/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-inspect.c - read the facts of a guest: disks, root, mounts, then the tree
 */
#include <config.h>

#include "v2v-inspect.h"

#include <string.h>

#include "v2v-fstab.h"
#include "v2v-inspect-private.h"
#include "v2v-root.h"

/* What a reader of facts may look into; more mounts only cost time. */
#define MOUNTS_MAX 32

static gboolean
read_linux (V2vFs *fs, V2vGuest *guest, GError **error)
{
  return v2v_inspect_os_release (fs, guest, error)
         && (guest->mounts->len > 0 || v2v_inspect_mounts (fs, guest, error))
         && v2v_inspect_packages (fs, guest, error) && v2v_inspect_units (fs, guest, error)
         && v2v_inspect_bootloader (fs, guest, error)
         && v2v_inspect_kernels (fs, guest, error) && v2v_inspect_network (fs, guest, error)
         && v2v_inspect_cloud_init (fs, guest, error);
}

gboolean
v2v_inspect_tree (V2vFs *fs, V2vGuest *guest, const char *source_hint, GError **error)
{
  if (guest->os == V2V_OS_UNKNOWN && !v2v_root_detect (fs, "", &guest->os, error))
    return FALSE;
  if (guest->os == V2V_OS_UNKNOWN) {
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_NO_OS, "no operating system was found");
    return FALSE;
  }
  if (guest->os == V2V_OS_WINDOWS ? !v2v_inspect_windows (fs, guest, error)
                                  : !read_linux (fs, guest, error))
    return FALSE;
  if (!v2v_inspect_ec2 (fs, guest, source_hint, error))
    return FALSE;
  v2v_inspect_osinfo (guest);
  v2v_inspect_firmware (guest);
  return TRUE;
}

/* The directories that some reader or rule looks into. */
static gboolean
matters (const V2vMount *mount)
{
  static const char *const exact[] = { "/boot", "/boot/efi", "/efi", "/etc", "/opt", "/usr",
                                       "/var",  "/var/lib",  NULL };

  if (mount->device == NULL || mount->via == V2V_VIA_PSEUDO)
    return FALSE;
  return g_strv_contains (exact, mount->mountpoint)
         || g_str_has_prefix (mount->mountpoint, "/boot/grub2/")
         || g_str_has_prefix (mount->mountpoint, "/var/lib/cloud");
}

static int
compare_depth (gconstpointer a, gconstpointer b)
{
  const V2vMount *const *x = a;
  const V2vMount *const *y = b;

  return strcmp ((*x)->mountpoint, (*y)->mountpoint);
}

/* Of fstab's options only the subvolume goes to the appliance, and only when it is a
 * plain path: options are a comma-separated list that the guest must not extend. */
static char *
dup_mount_options (const V2vMount *mount)
{
  static const char *const names[] = { "subvol", "subvolid" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *value = v2v_fstab_dup_option (mount->options, names[i]);

    if (value != NULL
        && strspn (value, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@_./-")
             == strlen (value))
      return g_strconcat (names[i], "=", value, NULL);
  }
  return NULL;
}

static gboolean
mount_one (V2vAppliance *appliance, V2vGuest *guest, const V2vMount *mount,
           gboolean read_only, GError **error)
{
  g_autofree char *options = dup_mount_options (mount);
  g_autofree char *fact = NULL;
  GError *local = NULL;

  if (v2v_disks_mount (appliance, mount->device, mount->mountpoint, options, read_only,
                       &local))
    return TRUE;
  /* A mountpoint that is not there is news too. */
  v2v_error_recode (local, V2V_ERROR_NOT_FOUND, V2V_ERROR_REFUSED);
  fact = g_strconcat ("mount:", mount->mountpoint, NULL);
  return v2v_inspect_note (guest, fact, local, error);
}

/* An ESP that fstab leaves to systemd's automounter, where a directory waits for it. */
static void
add_automatic_esp (V2vFs *fs, V2vGuest *guest)
{
  static const char *const places[] = { "/boot/efi", "/efi" };

  for (guint i = 0; i < guest->partitions->len; i++) {
    const V2vPartition *part = g_ptr_array_index (guest->partitions, i);
    gboolean listed = FALSE;

    for (guint j = 0; j < guest->mounts->len; j++)
      listed |= g_strcmp0 (((V2vMount *) g_ptr_array_index (guest->mounts, j))->device,
                           part->device)
                == 0;
    if (listed || !v2v_esp_is (part) || v2v_guest_find_filesystem (guest, part->device) == NULL)
      continue;
    for (gsize p = 0; p < G_N_ELEMENTS (places); p++) {
      if (v2v_guest_find_mount (guest, places[p]) == NULL && v2v_fs_is_dir (fs, places[p])) {
        V2vMount *mount = v2v_guest_add_mount (guest);

        mount->mountpoint = g_strdup (places[p]);
        mount->vfstype = g_strdup ("vfat");
        mount->device = g_strdup (part->device);
        return;
      }
    }
  }
}

/* What is to be mounted besides the root, outer directories first. */
static void
choose_mounts (const V2vGuest *guest, GPtrArray *chosen)
{
  for (guint i = 0; i < guest->mounts->len; i++) {
    V2vMount *mount = g_ptr_array_index (guest->mounts, i);

    if (matters (mount) && chosen->len < MOUNTS_MAX)
      g_ptr_array_add (chosen, mount);
  }
  g_ptr_array_sort (chosen, compare_depth);
}

static gboolean
has_failed (const V2vGuest *guest, const V2vMount *mount)
{
  g_autofree char *fact = g_strconcat ("mount:", mount->mountpoint, NULL);
  gboolean failed = FALSE;

  for (guint i = 0; i < guest->unknown->len; i++)
    failed |= g_str_equal (((V2vUnknown *) g_ptr_array_index (guest->unknown, i))->fact, fact);
  return failed;
}

/* What the boot disk's ESP can start, when the tree did not show it: Windows never
 * mounts its own, and a Linux guest may have no directory for it. */
static void
apply_esp (V2vGuest *guest, const V2vRootScan *scan)
{
  for (guint i = 0; i < scan->esps->len; i++) {
    const V2vDiskEsp *row = &g_array_index (scan->esps, V2vDiskEsp, i);

    if ((int) row->disk != guest->boot_disk || (!row->esp.fallback && !row->esp.loader))
      continue;
    if (guest->bootloader == NULL)
      v2v_guest_set_bootloader (guest, guest->os == V2V_OS_WINDOWS ? "windows" : "unknown");
    guest->bootloader->esp_fallback |= row->esp.fallback;
    guest->bootloader->esp_loader |= row->esp.loader;
  }
  v2v_inspect_firmware (guest);
}

/* What the parts of one reading share. */
typedef struct {
  V2vAppliance *appliance;
  V2vGuest *guest;
  V2vRootScan *scan;
  GPtrArray *others; /* V2vMount: what is mounted besides the root; borrowed */
  V2vInspectFlags flags;
  gboolean read_only;
} Inspection;

/* The scan may have left it mounted as it is wanted, or nearly. */
static gboolean
mount_root (const Inspection *self, GError **error)
{
  const char *root = self->guest->root;

  if (g_strcmp0 (self->scan->mounted, root) == 0
      && (self->read_only || v2v_disks_make_writable (self->appliance, root, "/")))
    return TRUE;
  g_clear_pointer (&self->scan->mounted, g_free);
  return v2v_disks_unmount_all (self->appliance, error)
         && v2v_disks_mount (self->appliance, root, "/", NULL, self->read_only, error);
}

/* Snapper's and many a guest set up by hand: fstab does not say which subvolume the root is,
 * the file system does. */
static gboolean
read_root_subvolume (const Inspection *self, GError **error)
{
  V2vGuest *guest = self->guest;
  const V2vFilesystem *fs = v2v_guest_find_filesystem (guest, guest->root);
  GError *local = NULL;

  if (fs == NULL || g_strcmp0 (fs->type, "btrfs") != 0)
    return TRUE;
  g_clear_pointer (&guest->root_subvolume, g_free);
  return v2v_disks_btrfs_default (self->appliance, "/", &guest->root_subvolume, &local)
         || v2v_inspect_note (guest, "btrfs", local, error);
}

static gboolean
mount_others (const Inspection *self, GError **error)
{
  for (guint i = 0; i < self->others->len; i++) {
    const V2vMount *mount = g_ptr_array_index (self->others, i);

    if (!has_failed (self->guest, mount)
        && !mount_one (self->appliance, self->guest, mount, self->read_only, error))
      return FALSE;
  }
  return TRUE;
}

/* Where the guest has the partition's files; NULL: nowhere. */
static const char *
find_place (const Inspection *self, const char *device)
{
  for (guint i = 0; i < self->others->len; i++) {
    const V2vMount *mount = g_ptr_array_index (self->others, i);

    if (g_str_equal (mount->device, device) && !has_failed (self->guest, mount))
      return mount->mountpoint;
  }
  return NULL;
}

static gboolean
is_esp (const V2vGuest *guest, const V2vPartition *part)
{
  const V2vFilesystem *fs = v2v_guest_find_filesystem (guest, part->device);

  return v2v_esp_is (part) && fs != NULL && g_strcmp0 (fs->type, "vfat") == 0;
}

/* Looks into the EFI system partitions that the guest does not mount, one by one. */
static gboolean
scan_other_esps (const Inspection *self, gboolean *out_any, GError **error)
{
  V2vGuest *guest = self->guest;

  *out_any = FALSE;
  for (guint i = 0; i < guest->partitions->len; i++) {
    const V2vPartition *part = g_ptr_array_index (guest->partitions, i);

    if (!is_esp (guest, part) || find_place (self, part->device) != NULL)
      continue;
    *out_any = TRUE;
    if (!v2v_root_scan_esp (self->appliance, guest, part, self->scan, error))
      return FALSE;
  }
  return TRUE;
}

/* Mounts the root and what its fstab says.  Only then it is known which EFI system
 * partitions are not among that; few guests have one, which takes a second round. */
static gboolean
mount_guest (Inspection *self, GError **error)
{
  gboolean is_linux = self->guest->os == V2V_OS_LINUX;
  gboolean any;

  if (is_linux) {
    g_autoptr (V2vFs) fs = v2v_fs_new_appliance (self->appliance);

    if (!mount_root (self, error) || !read_root_subvolume (self, error)
        || !v2v_inspect_mounts (fs, self->guest, error))
      return FALSE;
    add_automatic_esp (fs, self->guest);
    choose_mounts (self->guest, self->others);
    if (!mount_others (self, error))
      return FALSE;
  }
  if (!scan_other_esps (self, &any, error))
    return FALSE;
  return (is_linux && !any) || (mount_root (self, error) && mount_others (self, error));
}

/* What is in the EFI system partitions that the guest mounts. */
static gboolean
read_own_esps (const Inspection *self, V2vFs *fs, GError **error)
{
  V2vGuest *guest = self->guest;

  for (guint i = 0; i < guest->partitions->len; i++) {
    const V2vPartition *part = g_ptr_array_index (guest->partitions, i);
    const char *place = is_esp (guest, part) ? find_place (self, part->device) : NULL;
    V2vDiskEsp row = { .disk = part->disk };
    gboolean found;

    if (place == NULL)
      continue;
    if (!v2v_esp_read (fs, guest, place, &row.esp, &found, error))
      return FALSE;
    if (found)
      g_array_append_val (self->scan->esps, row);
  }
  return TRUE;
}

static gboolean
read_usage_of (const Inspection *self, const char *device, const char *mountpoint,
               GError **error)
{
  V2vGuest *guest = self->guest;

  for (guint i = 0; i < guest->filesystems->len; i++) {
    V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);

    if (!v2v_fstab_same_device (device, fs->device))
      continue;
    return ((self->flags & V2V_INSPECT_AGAIN) && g_strcmp0 (fs->type, "vfat") == 0)
           || v2v_disks_usage (self->appliance, mountpoint, &fs->size, &fs->free, error);
  }
  return TRUE;
}

/* Free space of what is mounted; the root under its own name. */
static gboolean
read_usage (const Inspection *self, GError **error)
{
  V2vGuest *guest = self->guest;

  if (!read_usage_of (self, guest->root, "/", error))
    return FALSE;
  for (guint i = 0; guest->os == V2V_OS_LINUX && i < guest->mounts->len; i++) {
    const V2vMount *mount = g_ptr_array_index (guest->mounts, i);

    if (matters (mount) && !has_failed (guest, mount)
        && !read_usage_of (self, mount->device, mount->mountpoint, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_guest (const Inspection *self, V2vFs *fs, const char *source_hint, GError **error)
{
  V2vGuest *guest = self->guest;
  gboolean again = (self->flags & V2V_INSPECT_AGAIN) != 0;

  /* All of /etc takes longer than the few files of it that no rule will ask for. */
  if (guest->os == V2V_OS_LINUX
      && (!(again ? v2v_inspect_prefetch_again : v2v_inspect_prefetch) (fs, error)
          || !read_own_esps (self, fs, error)))
    return FALSE;
  if (!v2v_inspect_tree (fs, guest, source_hint, error) || !read_usage (self, error))
    return FALSE;
  apply_esp (guest, self->scan);
  return TRUE;
}

V2vGuest *
v2v_inspect (V2vAppliance *appliance, const char *root, V2vInspectFlags flags,
             const char *source_hint, V2vFs **out_fs, GError **error)
{
  g_autoptr (V2vFs) fs = NULL;
  g_autoptr (V2vGuest) guest = v2v_guest_new ();
  g_autoptr (V2vRootScan) scan = v2v_root_scan_new ();
  g_autoptr (GPtrArray) others = g_ptr_array_new ();
  const gboolean read_only = (flags & V2V_INSPECT_READ_ONLY) != 0;
  Inspection self = { appliance, guest, scan, others, flags, read_only };

  if (!v2v_disks_read (appliance, guest, error)
      || !v2v_root_scan (appliance, guest, root, (flags & V2V_INSPECT_AGAIN) != 0, scan, error)
      || !v2v_root_choose (guest, root, scan, error))
    return NULL;
  guest->os = (V2vOsType) GPOINTER_TO_INT (g_hash_table_lookup (scan->systems, guest->root));
  if (!mount_guest (&self, error))
    return NULL;
  /* Not before: a mount changes what a path means. */
  fs = v2v_fs_new_cached_take (v2v_fs_new_appliance (appliance));
  if (!read_guest (&self, fs, source_hint, error))
    return NULL;
  if (out_fs != NULL)
    *out_fs = g_steal_pointer (&fs);
  return g_steal_pointer (&guest);
}
