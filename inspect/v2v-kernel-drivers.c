/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-kernel-drivers.c - where each kernel has the drivers that we look for
 */
#include <config.h>

#include "v2v-kernel-drivers.h"

#include <string.h>

#include "v2v-initramfs.h"
#include "v2v-inspect-private.h"
#include "v2v-kernels.h"

/* modules.dep of a distribution's kernel has 0.5 to 1.5 MB. */
#define MODULE_INDEX_MAX (16 * 1024 * 1024)
#define MODULE_FILES_MAX 50000

typedef struct {
  V2vFs *fs;
  V2vGuest *guest;
  V2vKernel *kernel;
  char *fact; /* for unknown rows: "drivers:6.1" */
} Reader;

static void
set_where (V2vKernel *kernel, guint i, V2vDriverWhere where)
{
  ((V2vDriver *) g_ptr_array_index (kernel->drivers, i))->where = where;
}

static const V2vDriver *
driver_at (const V2vKernel *kernel, guint i)
{
  return g_ptr_array_index (kernel->drivers, i);
}

/* @out_text is NULL when the file is absent or refused. */
static gboolean
read_index (Reader *self, const char *directory, const char *name, char **out_text,
            GError **error)
{
  g_autofree char *path = g_build_path ("/", directory, name, NULL);
  g_autoptr (GBytes) bytes = NULL;
  GError *local = NULL;

  *out_text = NULL;
  bytes = v2v_fs_read (self->fs, path, MODULE_INDEX_MAX, &local);
  if (bytes == NULL)
    return v2v_inspect_note (self->guest, self->fact, local, error);
  *out_text = g_strdup (g_bytes_get_data (bytes, NULL));
  return TRUE;
}

static gboolean
read_builtin (Reader *self, GError **error)
{
  V2vKernel *kernel = self->kernel;
  g_autofree char *list = NULL;
  g_autofree char *config = NULL;
  g_autofree char *name = g_strconcat ("config-", kernel->version, NULL);

  if (kernel->modules_dir != NULL
      && !read_index (self, kernel->modules_dir, "modules.builtin", &list, error))
    return FALSE;
  if (list == NULL && !read_index (self, "/boot", name, &config, error))
    return FALSE;
  for (guint i = 0; i < kernel->drivers->len; i++) {
    const char *driver = driver_at (kernel, i)->name;

    if ((list != NULL && v2v_kernel_list_has_module (list, driver, NULL))
        || (config != NULL && v2v_kernel_config_has_builtin (config, driver)))
      set_where (kernel, i, V2V_DRIVER_BUILTIN);
  }
  return TRUE;
}

/* A kernel without modules.dep: the tree itself, in the form of modules.dep. */
static gboolean
search_modules (Reader *self, char **out_list, GError **error)
{
  g_autoptr (GPtrArray) names = NULL;
  GError *local = NULL;

  names = v2v_fs_find (self->fs, self->kernel->modules_dir, MODULE_FILES_MAX, &local);
  if (names == NULL)
    return v2v_inspect_note (self->guest, self->fact, local, error);
  g_ptr_array_add (names, NULL);
  *out_list = g_strjoinv ("\n", (char **) names->pdata);
  return TRUE;
}

/* Paths of the wanted modules by a list; a driver without one has NULL. */
static GPtrArray *
module_paths (const V2vKernel *kernel, const char *list)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < kernel->drivers->len; i++) {
    g_autofree char *path = NULL;

    if (v2v_kernel_list_has_module (list, driver_at (kernel, i)->name, &path))
      /* depmod before 2006 wrote absolute paths. */
      g_ptr_array_add (paths, *path == '/' ? g_strdup (path)
                                           : g_build_path ("/", kernel->modules_dir, path, NULL));
    else
      g_ptr_array_add (paths, g_build_path ("/", kernel->modules_dir, "absent", NULL));
  }
  g_ptr_array_add (paths, NULL);
  return paths;
}

static gboolean
read_on_disk (Reader *self, GError **error)
{
  V2vKernel *kernel = self->kernel;
  g_autofree char *list = NULL;
  g_autoptr (GPtrArray) paths = NULL;
  g_autoptr (GPtrArray) rows = NULL;

  if (kernel->modules_dir == NULL)
    return TRUE;
  if (!read_index (self, kernel->modules_dir, "modules.dep", &list, error)
      || (list == NULL && !search_modules (self, &list, error)))
    return FALSE;
  if (list == NULL)
    return TRUE;
  paths = module_paths (kernel, list);
  rows = v2v_fs_stat_many (self->fs, (const char *const *) paths->pdata, error);
  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < kernel->drivers->len; i++) {
    const V2vFileInfo *info = g_ptr_array_index (rows, i);

    if (info->kind != V2V_FILE_ABSENT && driver_at (kernel, i)->where == V2V_DRIVER_ABSENT)
      set_where (kernel, i, V2V_DRIVER_ON_DISK);
  }
  return TRUE;
}

/* The names of modules for one kernel version in an initramfs. */
static GHashTable *
modules_in (const GPtrArray *names, const char *version)
{
  GHashTable *modules = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *prefix = g_strdup_printf ("lib/modules/%s/", version);

  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index (names, i);
    char *module;

    if (g_str_has_prefix (name, "usr/"))
      name += strlen ("usr/");
    module = g_str_has_prefix (name, prefix) ? v2v_module_name (name) : NULL;
    if (module != NULL)
      g_hash_table_add (modules, module);
  }
  return modules;
}

/* What the initramfs could have held is not known any more. */
static void
forget_modules (V2vKernel *kernel)
{
  for (guint i = 0; i < kernel->drivers->len; i++)
    if (driver_at (kernel, i)->where == V2V_DRIVER_ON_DISK
        || driver_at (kernel, i)->where == V2V_DRIVER_ABSENT)
      set_where (kernel, i, V2V_DRIVER_UNKNOWN);
}

static gboolean
read_initramfs (Reader *self, GError **error)
{
  V2vKernel *kernel = self->kernel;
  g_autofree char *fact = g_strconcat ("initramfs:", kernel->initrd, NULL);
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GHashTable) modules = NULL;
  GError *local = NULL;

  names = v2v_initramfs_read (self->fs, kernel->initrd, &local);
  if (names != NULL && v2v_initramfs_is_squashed (names))
    g_set_error (&local, V2V_ERROR, V2V_ERROR_REFUSED,
                 "'%s' holds its files in a compressed image, which is not read", kernel->initrd);
  if (local != NULL) {
    forget_modules (kernel);
    if (local->code == V2V_ERROR_NOT_FOUND)
      local->code = V2V_ERROR_REFUSED; /* a boot entry names it: absence is news */
    return v2v_inspect_note (self->guest, fact, local, error);
  }
  modules = modules_in (names, kernel->version);
  for (guint i = 0; i < kernel->drivers->len; i++)
    if (g_hash_table_contains (modules, driver_at (kernel, i)->name)
        && driver_at (kernel, i)->where != V2V_DRIVER_BUILTIN)
      set_where (kernel, i, V2V_DRIVER_IN_INITRAMFS);
  return TRUE;
}

static gboolean
read_kernel (Reader *self, guint *budget, GError **error)
{
  const V2vKernel *kernel = self->kernel;

  if (!read_builtin (self, error) || !read_on_disk (self, error))
    return FALSE;
  if (kernel->vmlinuz == NULL || kernel->initrd == NULL)
    return TRUE;
  if (*budget == 0 && !kernel->is_default) {
    g_autofree char *fact = g_strconcat ("initramfs:", kernel->initrd, NULL);

    forget_modules (self->kernel);
    v2v_guest_add_unknown (self->guest, fact, "only %d images are read", V2V_INITRAMFS_READ_MAX);
    return TRUE;
  }
  *budget -= *budget > 0;
  return read_initramfs (self, error);
}

gboolean
v2v_inspect_drivers (V2vFs *fs, V2vGuest *guest, GError **error)
{
  guint budget = V2V_INITRAMFS_READ_MAX;
  gboolean ok = TRUE;

  for (guint i = 0; ok && i < guest->kernels->len; i++) {
    Reader self = { .fs = fs, .guest = guest, .kernel = g_ptr_array_index (guest->kernels, i) };

    self.fact = g_strconcat ("drivers:", self.kernel->version, NULL);
    ok = read_kernel (&self, &budget, error);
    g_free (self.fact);
  }
  return ok;
}
