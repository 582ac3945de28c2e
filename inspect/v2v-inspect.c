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

static gboolean
mount_others (V2vAppliance *appliance, V2vFs *fs, V2vGuest *guest, gboolean read_only,
              GError **error)
{
  g_autoptr (GPtrArray) chosen = g_ptr_array_new ();

  if (!v2v_inspect_mounts (fs, guest, error))
    return FALSE;
  add_automatic_esp (fs, guest);
  for (guint i = 0; i < guest->mounts->len; i++) {
    V2vMount *mount = g_ptr_array_index (guest->mounts, i);

    if (matters (mount) && chosen->len < MOUNTS_MAX)
      g_ptr_array_add (chosen, mount);
  }
  g_ptr_array_sort (chosen, compare_depth);
  for (guint i = 0; i < chosen->len; i++)
    if (!mount_one (appliance, guest, g_ptr_array_index (chosen, i), read_only, error))
      return FALSE;
  return TRUE;
}

static gboolean
read_usage_of (V2vAppliance *appliance, V2vGuest *guest, const char *device,
               const char *mountpoint, GError **error)
{
  for (guint i = 0; i < guest->filesystems->len; i++) {
    V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);

    if (v2v_fstab_same_device (device, fs->device))
      return v2v_disks_usage (appliance, mountpoint, &fs->size, &fs->free, error);
  }
  return TRUE;
}

/* Free space of what is mounted; the root under its own name. */
static gboolean
read_usage (V2vAppliance *appliance, V2vGuest *guest, GError **error)
{
  if (!read_usage_of (appliance, guest, guest->root, "/", error))
    return FALSE;
  for (guint i = 0; guest->os == V2V_OS_LINUX && i < guest->mounts->len; i++) {
    const V2vMount *mount = g_ptr_array_index (guest->mounts, i);
    g_autofree char *fact = g_strconcat ("mount:", mount->mountpoint, NULL);
    gboolean failed = FALSE;

    for (guint j = 0; j < guest->unknown->len; j++)
      failed |= g_str_equal (((V2vUnknown *) g_ptr_array_index (guest->unknown, j))->fact, fact);
    if (matters (mount) && !failed
        && !read_usage_of (appliance, guest, mount->device, mount->mountpoint, error))
      return FALSE;
  }
  return TRUE;
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

/* Mounts the guest; (transfer full): its files. */
static V2vFs *
mount_guest (V2vAppliance *appliance, V2vGuest *guest, const V2vRootScan *scan,
             gboolean read_only, GError **error)
{
  g_autoptr (V2vFs) fs = NULL;

  if (!v2v_disks_mount (appliance, guest->root, "/", NULL, read_only, error))
    return NULL;
  fs = v2v_fs_new_appliance (appliance);
  guest->os = (V2vOsType) GPOINTER_TO_INT (g_hash_table_lookup (scan->systems, guest->root));
  if (guest->os == V2V_OS_LINUX && !mount_others (appliance, fs, guest, read_only, error))
    return NULL;
  /* Not before: a mount changes what a path means. */
  return v2v_fs_new_cached_take (g_steal_pointer (&fs));
}

static gboolean
read_guest (V2vAppliance *appliance, V2vFs *fs, V2vGuest *guest, const V2vRootScan *scan,
            const char *source_hint, GError **error)
{
  if ((guest->os == V2V_OS_LINUX && !v2v_inspect_prefetch (fs, error))
      || !v2v_inspect_tree (fs, guest, source_hint, error)
      || !read_usage (appliance, guest, error))
    return FALSE;
  apply_esp (guest, scan);
  return TRUE;
}

V2vGuest *
v2v_inspect (V2vAppliance *appliance, const char *root, gboolean read_only,
             const char *source_hint, V2vFs **out_fs, GError **error)
{
  g_autoptr (V2vFs) fs = NULL;
  g_autoptr (V2vGuest) guest = v2v_guest_new ();
  g_autoptr (V2vRootScan) scan = v2v_root_scan_new ();

  if (!v2v_disks_read (appliance, guest, error) || !v2v_root_scan (appliance, guest, scan, error)
      || !v2v_root_choose (guest, root, scan, error))
    return NULL;
  fs = mount_guest (appliance, guest, scan, read_only, error);
  if (fs == NULL || !read_guest (appliance, fs, guest, scan, source_hint, error))
    return NULL;
  if (out_fs != NULL)
    *out_fs = g_steal_pointer (&fs);
  return g_steal_pointer (&guest);
}
