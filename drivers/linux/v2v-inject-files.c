/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-inject-files.c - reads what goes into an image from the guest
 */
#include <config.h>

#include "v2v-inject-private.h"

#include <string.h>

#include "v2v-str.h"

/* With debugging symbols a module can have 100 MB; none that a disk needs has. */
#define MODULE_MAX (32 * 1024 * 1024)
#define INDEX_MAX (32 * 1024 * 1024)
#define TOTAL_MAX (256 * 1024 * 1024)
#define MEMORY_MAX (1024 * 1024)

const V2vInjectIndex v2v_inject_index_files[] = {
  { "modules.dep", TRUE, TRUE },          { "modules.dep.bin", TRUE, TRUE },
  { "modules.alias", TRUE, TRUE },        { "modules.alias.bin", TRUE, TRUE },
  { "modules.symbols", TRUE, FALSE },     { "modules.symbols.bin", TRUE, FALSE },
  { "modules.softdep", TRUE, FALSE },     { "modules.weakdep", FALSE, FALSE },
  { "modules.builtin", FALSE, FALSE },    { "modules.builtin.bin", FALSE, FALSE },
  { "modules.order", FALSE, FALSE },      { "modules.builtin.alias.bin", FALSE, FALSE },
  { "modules.builtin.modinfo", FALSE, FALSE },
  { NULL, FALSE, FALSE },
};

GBytes *
v2v_inject_load (V2vFs *fs, const char *path, gsize max, GError **error)
{
  const char *const paths[] = { path, NULL };
  g_autoptr (GPtrArray) rows = v2v_fs_stat_many (fs, paths, error);
  const V2vFileInfo *row;

  if (rows == NULL)
    return NULL;
  row = g_ptr_array_index (rows, 0);
  if (row->kind == V2V_FILE_REGULAR && row->size <= MEMORY_MAX)
    return v2v_fs_read (fs, path, MIN (max, MEMORY_MAX), error);
  return v2v_fs_map (fs, path, max, error);
}

static void
add_path (GPtrArray *paths, const char *directory, const char *name)
{
  g_ptr_array_add (paths, g_build_path ("/", directory, name, NULL));
}

/* Rows of the modules to add, then of the index files. */
static GPtrArray *
stat_all (V2vFs *fs, const char *modules_dir, const V2vInjectPlan *plan, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < plan->add->len; i++)
    add_path (paths, modules_dir, g_ptr_array_index (plan->add, i));
  for (const V2vInjectIndex *index = v2v_inject_index_files; index->name != NULL; index++)
    add_path (paths, modules_dir, index->name);
  g_ptr_array_add (paths, NULL);
  return v2v_fs_stat_many (fs, (const char *const *) paths->pdata, error);
}

/* kmod reads the binary index and libkmod's trees keep a line of modules.dep as one value. */
static gboolean
check_binary (GBytes *bytes, const V2vInjectPlan *plan, GError **error)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  for (guint i = 0; i < plan->add->len; i++) {
    g_autofree char *line = g_strconcat (g_ptr_array_index (plan->add, i), ":", NULL);

    if (data == NULL || memmem (data, size, line, strlen (line)) == NULL) {
      g_autofree char *shown = v2v_str_printable (line, V2V_INJECT_SHOW_MAX);

      g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                   "'modules.dep.bin' does not know '%s': run 'depmod' for this kernel in the "
                   "guest", shown);
      return FALSE;
    }
  }
  return TRUE;
}

typedef struct {
  V2vFs *fs;
  const char *modules_dir;
  const V2vInjectPlan *plan;
  V2vImageEdit *edit;
  gsize left;
} Gatherer;

static gboolean
gather (Gatherer *self, const char *name, gsize max, GError **error)
{
  g_autofree char *from = g_build_path ("/", self->modules_dir, name, NULL);
  g_autofree char *to = g_build_path ("/", self->plan->directory, name, NULL);
  g_autoptr (GBytes) bytes
    = v2v_inject_load (self->fs, from, MIN (max, self->left), error);

  if (bytes == NULL) {
    if (error != NULL)
      v2v_error_recode (*error, V2V_ERROR_NOT_FOUND, V2V_ERROR_REFUSED);
    return FALSE;
  }
  if (g_str_equal (name, "modules.dep.bin") && !check_binary (bytes, self->plan, error))
    return FALSE;
  self->left -= g_bytes_get_size (bytes);
  v2v_image_edit_put (self->edit, to, 0644, bytes);
  return TRUE;
}

static gboolean
gather_module (Gatherer *self, const char *path, const V2vFileInfo *row, GError **error)
{
  g_autofree char *shown = NULL;

  if (row->kind == V2V_FILE_SYMLINK || (row->kind == V2V_FILE_REGULAR && row->size > 0))
    return gather (self, path, MODULE_MAX, error);
  shown = v2v_str_printable (path, V2V_INJECT_SHOW_MAX);
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
               "modules.dep lists '%s', which is %s: install the kernel's package again in "
               "the guest", shown, row->kind == V2V_FILE_REGULAR ? "empty" : "not there");
  return FALSE;
}

static gboolean
gather_index (Gatherer *self, const V2vInjectIndex *index, const V2vFileInfo *row,
              const V2vImage *image, GError **error)
{
  g_autofree char *path = g_build_path ("/", self->plan->directory, index->name, NULL);
  gboolean in_image = v2v_image_find (image, path) != NULL;

  if (row->kind != V2V_FILE_ABSENT)
    return (!index->always && !in_image) || gather (self, index->name, INDEX_MAX, error);
  if (!in_image || !index->required)
    return TRUE;
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
               "'%s' is not there: run 'depmod' for this kernel in the guest", index->name);
  return FALSE;
}

gboolean
v2v_inject_add_files (V2vFs *fs, const char *modules_dir, const V2vImage *image,
                      const V2vInjectPlan *plan, V2vImageEdit *edit, GError **error)
{
  Gatherer self = { .fs = fs, .modules_dir = modules_dir, .plan = plan, .edit = edit,
                    .left = TOTAL_MAX };
  g_autoptr (GPtrArray) rows = stat_all (fs, modules_dir, plan, error);
  guint n = 0;

  if (rows == NULL)
    return FALSE;
  for (; n < plan->add->len; n++)
    if (!gather_module (&self, g_ptr_array_index (plan->add, n), g_ptr_array_index (rows, n),
                        error))
      return FALSE;
  for (const V2vInjectIndex *index = v2v_inject_index_files; index->name != NULL; index++)
    if (!gather_index (&self, index, g_ptr_array_index (rows, n++), image, error))
      return FALSE;
  for (guint i = 0; i < plan->remove->len; i++)
    v2v_image_edit_remove (edit, g_ptr_array_index (plan->remove, i));
  return TRUE;
}
