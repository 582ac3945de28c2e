/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-kernels.c - installed kernels, their images, and which is the default
 *
 * A kernel is an image in /boot (or in /usr/lib/modules/VERSION, or where a boot entry
 * says) or a modules directory; both under one version when they belong together.
 */
#include <config.h>

#include "v2v-kernels.h"

#include <string.h>

#include "v2v-kernel-drivers.h"
#include "v2v-inspect-private.h"
#include "v2v-str.h"
#include "v2v-uki.h"

/* A guest has a handful; each one costs a few round trips. */
#define KERNELS_MAX 64

static V2vKernel *
find_kernel (const V2vGuest *guest, const char *version)
{
  for (guint i = 0; i < guest->kernels->len; i++) {
    V2vKernel *kernel = g_ptr_array_index (guest->kernels, i);

    if (g_str_equal (kernel->version, version))
      return kernel;
  }
  return NULL;
}

static V2vKernel *
add_kernel (V2vGuest *guest, const char *version)
{
  V2vKernel *kernel = find_kernel (guest, version);

  if (kernel == NULL) {
    kernel = v2v_guest_add_kernel (guest);
    kernel->version = g_strdup (version);
  }
  return kernel;
}

/* Directories below /lib/modules that hold a kernel's modules. */
static gboolean
read_module_dirs (V2vFs *fs, V2vGuest *guest, GError **error)
{
  static const char *const places[] = { "/lib/modules", "/usr/lib/modules" };

  for (gsize p = 0; p < G_N_ELEMENTS (places); p++) {
    g_autoptr (GPtrArray) list = NULL;

    if (!v2v_inspect_list (fs, guest, places[p], &list, error))
      return FALSE;
    for (guint i = 0; i < list->len && guest->kernels->len < KERNELS_MAX; i++) {
      const V2vFileInfo *info = g_ptr_array_index (list, i);
      V2vKernel *kernel;

      /* "extra" and its like belong to no kernel. */
      if (info->kind != V2V_FILE_DIRECTORY || strpbrk (info->name, "0123456789") == NULL)
        continue;
      kernel = add_kernel (guest, info->name);
      if (kernel->modules_dir == NULL)
        kernel->modules_dir = g_build_path ("/", places[p], info->name, NULL);
    }
  }
  return TRUE;
}

/* Arch's vmlinuz-linux-lts and Alpine's vmlinuz-virt: the modules' version ends with
 * the flavour, or there is just one. */
static V2vKernel *
find_by_flavour (const V2vGuest *guest, const char *flavour)
{
  g_autofree char *suffix = g_strconcat ("-", flavour, NULL);
  V2vKernel *only = NULL;

  for (guint i = 0; i < guest->kernels->len; i++) {
    V2vKernel *kernel = g_ptr_array_index (guest->kernels, i);

    if (g_str_has_suffix (kernel->version, suffix))
      return kernel;
    only = guest->kernels->len == 1 && kernel->vmlinuz == NULL ? kernel : NULL;
  }
  return only;
}

/* Gives the image to its kernel, with the initrd that its name calls for. */
static void
add_image (V2vGuest *guest, const char *name, const char *version, const GHashTable *names)
{
  V2vKernel *kernel = NULL;
  const char *initrd;

  if (strpbrk (version, "0123456789") == NULL)
    kernel = find_by_flavour (guest, version);
  if (kernel == NULL && guest->kernels->len >= KERNELS_MAX)
    return;
  if (kernel == NULL)
    kernel = add_kernel (guest, version);
  if (kernel->vmlinuz != NULL)
    return;
  kernel->vmlinuz = g_strconcat ("/boot/", name, NULL);
  initrd = v2v_kernel_find_initrd (names, version);
  if (initrd != NULL)
    kernel->initrd = g_strconcat ("/boot/", initrd, NULL);
}

/* Debian's links in the root directory, which old menus name. */
static gboolean
read_root_links (V2vFs *fs, GHashTable *links, GError **error)
{
  static const char *const paths[] = { "/vmlinuz", "/initrd.img", NULL };
  g_autoptr (GPtrArray) rows = v2v_fs_stat_many (fs, paths, error);

  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    const V2vFileInfo *info = g_ptr_array_index (rows, i);

    if (info->link != NULL)
      g_hash_table_replace (links, g_strdup (paths[i]), g_canonicalize_filename (info->link, "/"));
  }
  return rows != NULL;
}

static gboolean
read_boot (V2vFs *fs, V2vGuest *guest, GHashTable *links, GError **error)
{
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  if (!v2v_inspect_list (fs, guest, "/boot", &list, error))
    return FALSE;
  for (guint i = 0; i < list->len; i++) {
    const V2vFileInfo *info = g_ptr_array_index (list, i);

    if (info->kind == V2V_FILE_REGULAR || info->kind == V2V_FILE_SYMLINK)
      g_hash_table_add (names, info->name);
    if (info->link != NULL)
      g_hash_table_replace (links, g_strconcat ("/boot/", info->name, NULL),
                            g_canonicalize_filename (info->link, "/boot"));
  }
  for (guint i = 0; i < list->len; i++) {
    const char *name = ((V2vFileInfo *) g_ptr_array_index (list, i))->name;
    const char *version = v2v_kernel_version_of (name);

    if (version != NULL && g_hash_table_contains (names, name))
      add_image (guest, name, version, names);
  }
  return TRUE;
}

/* Fedora and SUSE keep the image beside the modules; it counts when /boot has none. */
static gboolean
read_images_beside_modules (V2vFs *fs, V2vGuest *guest, GError **error)
{
  static const char *const names[] = { "vmlinuz", "Image" };
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) kernels = g_ptr_array_new ();
  g_autoptr (GPtrArray) rows = NULL;

  for (guint i = 0; i < guest->kernels->len; i++) {
    V2vKernel *kernel = g_ptr_array_index (guest->kernels, i);

    for (gsize n = 0; kernel->vmlinuz == NULL && n < G_N_ELEMENTS (names); n++) {
      g_ptr_array_add (paths, g_build_path ("/", kernel->modules_dir, names[n], NULL));
      g_ptr_array_add (kernels, kernel);
    }
  }
  if (paths->len == 0)
    return TRUE;
  g_ptr_array_add (paths, NULL);
  rows = v2v_fs_stat_many (fs, (const char *const *) paths->pdata, error);
  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++) {
    V2vKernel *kernel = g_ptr_array_index (kernels, i);

    if (((V2vFileInfo *) g_ptr_array_index (rows, i))->kind == V2V_FILE_REGULAR
        && kernel->vmlinuz == NULL)
      kernel->vmlinuz = g_strdup (g_ptr_array_index (paths, i));
  }
  return TRUE;
}

/* One step of a link is enough: /boot/vmlinuz -> vmlinuz-6.1. */
static const char *
follow (GHashTable *links, const char *path)
{
  const char *target = path == NULL ? NULL : g_hash_table_lookup (links, path);

  return target == NULL ? path : target;
}

/* The kernel that an entry boots: by its path, or by a version in it, as in
 * systemd-boot's /efi/MACHINE-ID/VERSION/linux. */
static V2vKernel *
kernel_of_entry (const V2vGuest *guest, const V2vBootEntry *entry, GHashTable *links)
{
  const char *path = follow (links, entry->kernel);

  for (guint i = 0; path != NULL && i < guest->kernels->len; i++) {
    V2vKernel *kernel = g_ptr_array_index (guest->kernels, i);

    if (g_strcmp0 (kernel->vmlinuz, path) == 0
        || g_strcmp0 (follow (links, kernel->vmlinuz), path) == 0)
      return kernel;
  }
  for (guint i = 0; path != NULL && i < guest->kernels->len; i++) {
    V2vKernel *kernel = g_ptr_array_index (guest->kernels, i);
    g_autofree char *part = g_strdup_printf ("/%s/", kernel->version);

    if (strstr (path, part) != NULL)
      return kernel;
  }
  return NULL;
}

/* "TOKEN-VERSION.efi", with "+3-1" in it where systemd-boot counts boots. */
static gboolean
is_version_in (const char *name, const char *version)
{
  const char *hit = strstr (name, version);
  const char *end = hit == NULL ? "x" : hit + strlen (version);

  return hit != NULL && (hit == name || hit[-1] == '-') && strchr (".+-", *end) != NULL;
}

/* The longest version: of 6.1 and 6.1-rt, "6.1-rt.efi" means the latter. */
static V2vKernel *
find_by_image (const V2vGuest *guest, const char *name)
{
  V2vKernel *best = NULL;

  for (guint i = 0; i < guest->kernels->len; i++) {
    V2vKernel *kernel = g_ptr_array_index (guest->kernels, i);

    if (is_version_in (name, kernel->version)
        && (best == NULL || strlen (kernel->version) > strlen (best->version)))
      best = kernel;
  }
  return best;
}

/* An image of distributions that boot it alone stands in no file of /boot as well; the one
 * beside the modules is what the unified one was made of. */
static gboolean
is_free (const V2vKernel *kernel)
{
  return kernel->initrd == NULL
         && (kernel->vmlinuz == NULL
             || (kernel->modules_dir != NULL
                 && g_str_has_prefix (kernel->vmlinuz, kernel->modules_dir)));
}

/* A kernel that an entry boots from a unified image: the same modules as its twin in /boot,
 * where there is one, and an initramfs inside. */
static void
add_unified (V2vGuest *guest, const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  V2vKernel *twin = find_by_image (guest, name);
  V2vKernel *kernel = twin;

  for (guint i = 0; i < guest->kernels->len; i++)
    if (g_strcmp0 (((V2vKernel *) g_ptr_array_index (guest->kernels, i))->vmlinuz, path) == 0)
      return;
  if (twin == NULL || !is_free (twin)) {
    if (guest->kernels->len >= KERNELS_MAX)
      return;
    kernel = v2v_guest_add_kernel (guest);
    kernel->version = twin != NULL ? g_strdup (twin->version)
                                   : g_strndup (name, strlen (name) - strlen (".efi"));
    kernel->modules_dir = twin != NULL ? g_strdup (twin->modules_dir) : NULL;
  }
  g_free (kernel->vmlinuz);
  kernel->vmlinuz = g_strdup (path);
  kernel->initrd = g_strdup (path);
}

static void
add_unified_of_entries (V2vGuest *guest)
{
  for (guint i = 0; guest->bootloader != NULL && i < guest->bootloader->entries->len; i++) {
    const V2vBootEntry *entry = g_ptr_array_index (guest->bootloader->entries, i);

    if (entry->kernel != NULL && entry->initrd == NULL && v2v_uki_is_path (entry->kernel))
      add_unified (guest, entry->kernel);
  }
}

static void
apply_entries (V2vGuest *guest, GHashTable *links)
{
  gboolean have_default = FALSE;

  for (guint i = 0; guest->bootloader != NULL && i < guest->bootloader->entries->len; i++) {
    const V2vBootEntry *entry = g_ptr_array_index (guest->bootloader->entries, i);
    V2vKernel *kernel = kernel_of_entry (guest, entry, links);

    if (kernel == NULL)
      continue;
    if (kernel->vmlinuz == NULL)
      kernel->vmlinuz = g_strdup (entry->kernel);
    if (entry->initrd != NULL && (entry->is_default || kernel->initrd == NULL)) {
      g_free (kernel->initrd);
      kernel->initrd = g_strdup (follow (links, entry->initrd));
    }
    if (entry->is_default && !have_default)
      kernel->is_default = have_default = TRUE;
  }
}

static int
compare_versions (gconstpointer a, gconstpointer b)
{
  const V2vKernel *const *x = a;
  const V2vKernel *const *y = b;

  return -v2v_str_compare_natural ((*x)->version, (*y)->version);
}

gboolean
v2v_inspect_kernels (V2vFs *fs, V2vGuest *guest, GError **error)
{
  g_autoptr (GHashTable) links = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  if (!read_module_dirs (fs, guest, error) || !read_boot (fs, guest, links, error)
      || !read_root_links (fs, links, error) || !read_images_beside_modules (fs, guest, error))
    return FALSE;
  add_unified_of_entries (guest);
  apply_entries (guest, links);
  g_ptr_array_sort (guest->kernels, compare_versions);
  if (guest->kernels->len >= KERNELS_MAX)
    v2v_guest_add_unknown (guest, "kernels", "only the first %d were read", KERNELS_MAX);
  return v2v_inspect_prefetch_modules (fs, guest, error)
         && v2v_inspect_drivers (fs, guest, error);
}
