/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-verify-kernel.c - can each kernel find its root disk on the target's bus?
 */
#include <config.h>

#include <string.h>

#include "v2v-kernels.h"
#include "v2v-module-index.h"
#include "v2v-verify-private.h"

#define INDEX_MAX (16 * 1024 * 1024)
#define CONFIG_MAX (1024 * 1024)

/* One kernel, while it is looked at. */
typedef struct {
  V2vVerify *verify;
  const V2vKernel *kernel;
  const V2vInitramfs *image; /* NULL: there is none */
  GHashTable *modules;       /* names, in the image */
  GHashTable *paths;         /* of them, below the modules directory; borrowed */
  char *builtin;             /* the guest's modules.builtin */
  char *config;              /* or its kernel's configuration */
  char *dep;                 /* the guest's modules.dep */
  GBytes *image_dep, *image_dep_text, *image_alias;
  gboolean has_kmod;         /* the image's modprobe is libkmod's */
  GString *listed;           /* modules that the image loads whatever it finds */
  GString *seen;             /* what is well */
  GString *wrong;
} Look;

static void
look_clear (Look *look)
{
  g_hash_table_unref (look->modules);
  g_hash_table_unref (look->paths);
  g_free (look->builtin);
  g_free (look->config);
  g_free (look->dep);
  g_string_free (look->listed, TRUE);
  g_string_free (look->seen, TRUE);
  g_string_free (look->wrong, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Look, look_clear)

static void append (GString *out, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
append (GString *out, const char *format, ...)
{
  va_list ap;

  if (out->len > 0)
    g_string_append (out, "; ");
  va_start (ap, format);
  g_string_append_vprintf (out, format, ap);
  va_end (ap);
}

/* virtio_blk finds a disk without sd_mod, and nothing says that the others do not. */
static const char *const *
drivers_for (const char *bus)
{
  static const char *const virtio[] = { "virtio_pci", "virtio_blk", NULL };
  static const char *const scsi[] = { "virtio_pci", "virtio_scsi", "sd_mod", NULL };
  static const char *const sata[] = { "ahci", "sd_mod", NULL };

  if (g_strcmp0 (bus, "scsi") == 0)
    return scsi;
  return g_strcmp0 (bus, "sata") == 0 ? sata : virtio;
}

static gboolean
is_builtin (const Look *look, const char *name)
{
  return (look->builtin != NULL && v2v_kernel_list_has_module (look->builtin, name, NULL))
         || (look->config != NULL && v2v_kernel_config_has_builtin (look->config, name));
}

/* Takes the files of the image that tell what it loads. */
static void
read_names (Look *look)
{
  g_autofree char *directory = g_strdup_printf ("lib/modules/%s/", look->kernel->version);
  static const char *const lists[]
    = { "conf/modules", "etc/modules-load.d/", "lib/modules-load.d/" };

  for (guint i = 0; i < look->image->names->len; i++) {
    const char *whole = g_ptr_array_index (look->image->names, i);
    const char *name = whole + (g_str_has_prefix (whole, "usr/") ? strlen ("usr/") : 0);
    const char *below = name + strlen (directory);
    GBytes *bytes = v2v_initramfs_find (look->image, whole);

    look->has_kmod |= g_str_has_suffix (name, "bin/kmod");
    for (gsize l = 0; bytes != NULL && l < G_N_ELEMENTS (lists); l++)
      if (g_str_has_prefix (name, lists[l]))
        g_string_append_printf (look->listed, "%s\n", (char *) g_bytes_get_data (bytes, NULL));
    if (!g_str_has_prefix (name, directory))
      continue;
    if (bytes != NULL && g_str_equal (below, "modules.dep.bin"))
      look->image_dep = bytes;
    else if (bytes != NULL && g_str_equal (below, "modules.dep"))
      look->image_dep_text = bytes;
    else if (bytes != NULL && g_str_equal (below, "modules.alias.bin"))
      look->image_alias = bytes;
    else {
      char *module = v2v_module_name (below);

      if (module != NULL) {
        g_hash_table_add (look->modules, module);
        g_hash_table_add (look->paths, (gpointer) below);
      }
    }
  }
}

static gboolean
read_guest_indexes (Look *look, GError **error)
{
  V2vVerify *self = look->verify;
  const char *directory = look->kernel->modules_dir;
  g_autofree char *builtin = g_build_path ("/", directory ? directory : "/", "modules.builtin",
                                           NULL);
  g_autofree char *dep = g_build_path ("/", directory ? directory : "/", "modules.dep", NULL);
  g_autofree char *config = g_strconcat ("/boot/config-", look->kernel->version, NULL);

  if (directory != NULL
      && (!v2v_verify_read (self, builtin, INDEX_MAX, &look->builtin, NULL, error)
          || !v2v_verify_read (self, dep, INDEX_MAX, &look->dep, NULL, error)))
    return FALSE;
  return look->builtin != NULL
         || v2v_verify_read (self, config, CONFIG_MAX, &look->config, NULL, error);
}

/* The part of an index's path that is below the modules directory. */
static const char *
below_modules (const char *path, const char *version)
{
  g_autofree char *part = g_strdup_printf ("/%s/", version);
  const char *hit = *path == '/' ? strstr (path, part) : NULL;

  return hit == NULL ? path : hit + strlen (part);
}

/* What @name needs must be there, by the guest's own index, which is complete. */
static gboolean
has_dependencies (Look *look, const char *name)
{
  g_autoptr (GPtrArray) paths
    = look->dep == NULL ? NULL : v2v_module_index_find_text (look->dep, name);
  gboolean ok = TRUE;

  for (guint i = 1; paths != NULL && i < paths->len; i++) {
    g_autofree char *module = v2v_module_name (g_ptr_array_index (paths, i));

    if (module == NULL || g_hash_table_contains (look->modules, module)
        || is_builtin (look, module))
      continue;
    append (look->wrong, "%s needs %s, which is neither in %s nor built in", name, module,
            look->kernel->initrd);
    ok = FALSE;
  }
  return ok;
}

/* The image's own index is what its modprobe believes. */
static gboolean
is_in_index (Look *look, const char *name)
{
  const char *image = look->kernel->initrd;
  g_autoptr (GPtrArray) paths = NULL;

  if (look->image_dep == NULL && (look->image_dep_text == NULL || look->has_kmod)) {
    append (look->wrong, "%s has no module index (%s)", image,
            look->has_kmod ? "modules.dep.bin" : "modules.dep");
    return FALSE;
  }
  paths = look->image_dep != NULL
            ? v2v_module_index_find (look->image_dep, name)
            : v2v_module_index_find_text (g_bytes_get_data (look->image_dep_text, NULL), name);
  if (paths == NULL || paths->len == 0) {
    append (look->wrong, "the module index in %s is stale: it does not know %s", image, name);
    return FALSE;
  }
  for (guint i = 0; i < paths->len; i++) {
    const char *path = g_ptr_array_index (paths, i);

    if (g_hash_table_contains (look->paths, below_modules (path, look->kernel->version)))
      continue;
    append (look->wrong, "the module index in %s is stale: it takes %s from '%s', which is not "
            "there", image, name, path);
    return FALSE;
  }
  return TRUE;
}

static gboolean
is_listed (const Look *look, const char *name)
{
  g_auto (GStrv) words = g_strsplit_set (look->listed->str, " \t\r\n", -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (g_str_equal (g_strdelimit (words[i], "-", '_'), name))
      return TRUE;
  return FALSE;
}

/* udev loads what modules.alias.bin says of a device that it sees.  Only where there is a
 * binary index at all: busybox does it by text. */
static gboolean
would_load (Look *look, const char *name)
{
  if (look->image_dep == NULL || is_listed (look, name)
      || (look->image_alias != NULL && v2v_module_index_has_value (look->image_alias, name)))
    return TRUE;
  append (look->wrong, "nothing in %s would load %s: %s", look->kernel->initrd, name,
          look->image_alias == NULL ? "modules.alias.bin is missing"
                                    : "modules.alias.bin does not lead to it");
  return FALSE;
}

static void
check_driver (Look *look, const char *name)
{
  if (is_builtin (look, name)) {
    append (look->seen, "%s is built in", name);
  } else if (look->image == NULL) {
    append (look->wrong, "%s is not built in, and there is no initramfs", name);
  } else if (!g_hash_table_contains (look->modules, name)) {
    append (look->wrong, "%s is neither in %s nor built in", name, look->kernel->initrd);
  } else if (has_dependencies (look, name) && is_in_index (look, name)
             && would_load (look, name)) {
    append (look->seen, "%s is in %s", name, look->kernel->initrd);
  }
}

/* A module of an array is found by its alias as soon as a member is seen; whoever looks for
 * members is mdadm, by udev, or the kernel itself for those of old metadata. */
static void
check_array (Look *look, const V2vArray *array)
{
  const char *module = v2v_array_module (array);
  gboolean has_mdadm = FALSE;

  if (module == NULL)
    return;
  if (look->image == NULL || is_builtin (look, module))
    append (is_builtin (look, module) ? look->seen : look->wrong,
            is_builtin (look, module) ? "%s is built in"
                                      : "%s is not built in, and there is no initramfs", module);
  else if (!g_hash_table_contains (look->modules, module))
    append (look->wrong, "%s, which the array of the root wants, is neither in %s nor built in",
            module, look->kernel->initrd);
  else if (has_dependencies (look, module) && is_in_index (look, module))
    append (look->seen, "%s is in %s", module, look->kernel->initrd);
  for (guint i = 0; look->image != NULL && i < look->image->names->len; i++)
    has_mdadm |= g_str_has_suffix (g_ptr_array_index (look->image->names, i), "bin/mdadm");
  if (look->image != NULL && !has_mdadm)
    append (look->wrong, "%s has no mdadm, and nothing starts the array of the root",
            look->kernel->initrd);
}

/* A root that was encrypted and whose image does not open it: cryptsetup's hook for
 * initramfs-tools leaves the volume out when it is open under another name, as in an
 * appliance.  dracut needs no list. */
static void
check_encryption (Look *look)
{
  const char *image = look->kernel->initrd;
  GBytes *table;

  if (look->image == NULL)
    return;
  if (is_builtin (look, "dm_crypt"))
    append (look->seen, "dm_crypt is built in");
  else if (!g_hash_table_contains (look->modules, "dm_crypt"))
    append (look->wrong, "dm_crypt, which the encrypted root wants, is neither in %s nor built in",
            image);
  else if (has_dependencies (look, "dm_crypt") && is_in_index (look, "dm_crypt"))
    append (look->seen, "dm_crypt is in %s", image);
  table = v2v_initramfs_find (look->image, "cryptroot/crypttab");
  if (v2v_initramfs_find (look->image, "conf/modules") != NULL
      && (table == NULL || strchr (g_bytes_get_data (table, NULL), ' ') == NULL))
    append (look->wrong, "%s has no line for the encrypted root in cryptroot/crypttab", image);
}

/* What the root lies on, or may lie on: LVM does not say which physical volumes of its group it
 * is on, and the image had what was needed on the source, so that this is no more than a doubt. */
static void
check_layers (Look *look, const char *id)
{
  V2vVerify *self = look->verify;
  const V2vArray *array = v2v_guest_root_array (self->guest);
  const V2vArray *doubt = v2v_guest_root_array_or_none (self->guest);
  g_autoptr (GString) doubts = g_string_new (NULL);
  GString *wrong = look->wrong;

  if (array != NULL)
    check_array (look, array);
  if (v2v_guest_root_is_encrypted (self->guest))
    check_encryption (look);
  look->wrong = doubts;
  if (doubt != NULL)
    check_array (look, doubt);
  if (v2v_guest_root_is_encrypted_or_not (self->guest))
    check_encryption (look);
  look->wrong = wrong;
  if (doubts->len > 0)
    v2v_verdict_add (self->verdict, id, look->kernel->version, V2V_CHECK_WARNING,
                     "a part of the root's volume group is on %s ('lvs -o +devices' in the guest "
                     "tells whether the root is): %s",
                     doubt != NULL ? "an array" : "an encrypted volume", doubts->str);
}

static gboolean
is_there (const Look *look, const char *name)
{
  return is_builtin (look, name) || g_hash_table_contains (look->modules, name);
}

/* The other bus that people choose: with the adapter's driver alone it looks as if it would do. */
static void
check_scsi (Look *look, const char *id)
{
  g_autofree char *subject = g_strdup_printf ("%s virtio-scsi", look->kernel->version);
  const char *const *names = drivers_for (look->verify->target->bus);

  if (g_strv_contains (names, "virtio_scsi") || !is_there (look, "virtio_scsi")
      || is_there (look, "sd_mod"))
    return;
  if (look->wrong->len > 0)
    append (look->wrong, "nor would virtio-scsi do: virtio_scsi finds no disk without sd_mod, "
            "which is not there");
  else
    v2v_verdict_add (look->verify->verdict, id, subject, V2V_CHECK_WARNING,
                     "virtio_scsi is there, and sd_mod, without which it finds no disk, is not: "
                     "this kernel would not start from virtio-scsi");
}

static void
check_disk (Look *look, const char *id)
{
  V2vVerify *self = look->verify;
  const char *const *names = drivers_for (self->target->bus);

  for (; *names != NULL; names++)
    check_driver (look, *names);
  check_layers (look, id);
  check_scsi (look, id);
  if (look->wrong->len > 0)
    v2v_verdict_add (self->verdict, id, look->kernel->version,
                     v2v_verify_weight (self, look->kernel), "%s", look->wrong->str);
  else
    v2v_verdict_add (self->verdict, id, look->kernel->version, V2V_CHECK_PASSED, "%s",
                     look->seen->str);
}

/* The network card has time until the root is there: a module on it will do. */
static gboolean
has_network_driver (const Look *look, const char *name)
{
  g_autoptr (GPtrArray) paths
    = look->dep == NULL ? NULL : v2v_module_index_find_text (look->dep, name);
  g_autofree char *path = NULL;

  if (is_builtin (look, name) || g_hash_table_contains (look->modules, name)
      || v2v_kernel_driver (look->kernel, name) == V2V_DRIVER_ON_DISK)
    return TRUE;
  if (paths == NULL || paths->len == 0)
    return FALSE;
  path = *(char *) paths->pdata[0] == '/'
           ? g_strdup (paths->pdata[0])
           : g_build_path ("/", look->kernel->modules_dir, paths->pdata[0], NULL);
  return v2v_fs_is_file (look->verify->fs, path);
}

static void
check_network (const Look *look, const char *id)
{
  V2vVerify *self = look->verify;
  gboolean sata = g_strcmp0 (self->target->bus, "sata") == 0;
  const char *name = sata ? "e1000e" : "virtio_net";
  g_autofree char *subject = g_strdup_printf ("%s network", look->kernel->version);

  if (has_network_driver (look, name))
    v2v_verdict_add (self->verdict, id, subject, V2V_CHECK_PASSED, "%s is there", name);
  else
    /* With SATA it is not known which card the target gets. */
    v2v_verdict_add (self->verdict, id, subject,
                     sata ? V2V_CHECK_WARNING : v2v_verify_weight (self, look->kernel),
                     "%s is neither below /lib/modules nor built in", name);
}

static gboolean
check_kernel (V2vVerify *self, const V2vKernel *kernel, const char *id, GError **error)
{
  g_auto (Look) look = { .verify = self, .kernel = kernel };
  const V2vVerifyImage *image = NULL;

  look.modules = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  look.paths = g_hash_table_new (g_str_hash, g_str_equal);
  look.listed = g_string_new (NULL);
  look.seen = g_string_new (NULL);
  look.wrong = g_string_new (NULL);
  if (!read_guest_indexes (&look, error)
      || (kernel->initrd != NULL && !v2v_verify_image (self, kernel, &image, error)))
    return FALSE;
  if (image != NULL && image->content == NULL) {
    v2v_verdict_add (self->verdict, id, kernel->version, V2V_CHECK_SKIPPED,
                     "the initramfs cannot be read: %s", image->why);
  } else if (image != NULL && image->squashed) {
    v2v_verdict_add (self->verdict, id, kernel->version, v2v_verify_weight (self, kernel),
                     "%s holds its files in a compressed image, which is not read",
                     kernel->initrd);
  } else {
    look.image = image == NULL ? NULL : image->content;
    if (look.image != NULL)
      read_names (&look);
    check_disk (&look, id);
  }
  check_network (&look, id);
  return TRUE;
}

gboolean
v2v_verify_kernel_drivers (V2vVerify *self, const char *id, GError **error)
{
  guint n = 0;

  for (guint i = 0; i < self->guest->kernels->len; i++) {
    const V2vKernel *kernel = g_ptr_array_index (self->guest->kernels, i);

    if (kernel->vmlinuz == NULL)
      continue;
    n++;
    if (!v2v_cancel_check (self->cancel, error) || !check_kernel (self, kernel, id, error))
      return FALSE;
  }
  if (n == 0)
    v2v_verdict_add (self->verdict, id, NULL, V2V_CHECK_FAILED,
                     "no kernel that could be booted was found");
  return TRUE;
}
