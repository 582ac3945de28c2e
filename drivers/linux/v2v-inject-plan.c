/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-inject-plan.c - which modules an image lacks
 */
#include <config.h>

#include "v2v-inject-private.h"

#include <string.h>
#include <sys/stat.h>

#include "v2v-initramfs.h"
#include "v2v-str.h"

/* Without these no root is found.  sd_mod: the disks of virtio_scsi need it, and no
 * dependency list says so; the aliases of the disks do. */
static const char *const critical[]
  = { "virtio_pci", "virtio_blk", "virtio_scsi", "sd_mod", NULL };
/* Of use in an image that is written anyway; the guest loads them from its root too. */
static const char *const useful[]
  = { "virtio_net", "virtio_rng", "virtio_balloon", "virtio_console", "ahci", NULL };

V2vModuleKind
v2v_inject_driver (const V2vInjectFacts *facts, const char *name)
{
  V2vModuleKind kind = V2V_MODULE_ABSENT;

  if (facts->modules != NULL)
    kind = v2v_modules_kind (facts->modules, name);
  /* Kernels before 2.6.33 have no modules.builtin; their config was read. */
  if (kind == V2V_MODULE_ABSENT
      && v2v_kernel_driver (facts->kernel, name) == V2V_DRIVER_BUILTIN)
    kind = V2V_MODULE_BUILTIN;
  return kind;
}

static gboolean
is_there (const V2vInjectFacts *facts, const char *name)
{
  return v2v_inject_driver (facts, name) != V2V_MODULE_ABSENT;
}

static gboolean
is_builtin (const V2vInjectFacts *facts, const char *name)
{
  return v2v_inject_driver (facts, name) == V2V_MODULE_BUILTIN;
}

static gboolean
has_scsi (const V2vInjectFacts *facts)
{
  return is_there (facts, "virtio_scsi") && is_there (facts, "sd_mod");
}

static gboolean
refuse_kernel (const V2vInjectFacts *facts, const char *what, GError **error)
{
  g_autofree char *version = v2v_str_printable (facts->version, V2V_INJECT_SHOW_MAX);
  const char *advice
    = facts->modules == NULL
        ? "its modules are not in the guest: install the kernel's package again"
        : "install a kernel with virtio drivers in the guest, or the package with the rest of "
          "this kernel's modules";

  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
               "kernel '%s' has no %s and would find no disk: %s", version, what, advice);
  return FALSE;
}

gboolean
v2v_inject_check_kernel (const V2vInjectFacts *facts, GPtrArray *warnings,
                         gboolean *out_builtin, GError **error)
{
  g_autofree char *version = NULL;

  if (!is_there (facts, "virtio_pci"))
    return refuse_kernel (facts, "virtio_pci driver", error);
  if (!is_there (facts, "virtio_blk") && !has_scsi (facts))
    return refuse_kernel (facts, "virtio_blk and no virtio_scsi driver", error);

  version = v2v_str_printable (facts->version, V2V_INJECT_SHOW_MAX);
  if (!is_there (facts, "virtio_blk"))
    v2v_inject_say (warnings, "kernel '%s' has no virtio_blk driver: attach its disks by "
                    "virtio-scsi", version);
  else if (!has_scsi (facts))
    v2v_inject_say (warnings, "kernel '%s' has no virtio_scsi driver: attach its disks by "
                    "virtio-blk", version);
  if (!is_there (facts, "virtio_net"))
    v2v_inject_say (warnings, "kernel '%s' has no virtio_net driver: it will have no network "
                    "by a virtio card", version);
  *out_builtin = is_builtin (facts, "virtio_pci")
                 && (!is_there (facts, "virtio_blk") || is_builtin (facts, "virtio_blk"))
                 && (!has_scsi (facts) || (is_builtin (facts, "virtio_scsi")
                                           && is_builtin (facts, "sd_mod")));
  return TRUE;
}

void
v2v_inject_plan_free (V2vInjectPlan *plan)
{
  if (plan == NULL)
    return;
  g_free (plan->directory);
  g_ptr_array_unref (plan->add);
  g_ptr_array_unref (plan->remove);
  g_ptr_array_unref (plan->names);
  g_ptr_array_unref (plan->load);
  g_free (plan);
}

static gboolean
is_link (const V2vImage *image, const char *path)
{
  const V2vImageEntry *entry = v2v_image_find (image, path);

  return entry != NULL && S_ISLNK (entry->mode);
}

static gboolean
has_modules_below (const V2vImage *image, const char *directory)
{
  g_autofree char *prefix = g_strconcat (directory, "/", NULL);

  for (guint i = 0; i < image->entries->len; i++) {
    const V2vImageEntry *entry = g_ptr_array_index (image->entries, i);

    if (g_str_has_prefix (entry->path, prefix) && !S_ISDIR (entry->mode))
      return TRUE;
  }
  return FALSE;
}

/* Where modprobe, which looks at /lib/modules/VERSION, finds files of the image. */
static char *
find_directory (const V2vImage *image, const char *version)
{
  g_autofree char *plain = g_strconcat ("lib/modules/", version, NULL);
  g_autofree char *merged = g_strconcat ("usr/", plain, NULL);

  if (is_link (image, "lib"))
    return g_steal_pointer (&merged);
  if (has_modules_below (image, plain) || !has_modules_below (image, merged))
    return g_steal_pointer (&plain);
  return g_steal_pointer (&merged);
}

/* Modules of the image by name, each with its path below the directory. */
static GHashTable *
modules_of (const V2vImage *image, const char *directory)
{
  GHashTable *found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *prefix = g_strconcat (directory, "/", NULL);
  gsize n = strlen (prefix);

  for (guint i = 0; i < image->entries->len; i++) {
    const V2vImageEntry *entry = g_ptr_array_index (image->entries, i);
    char *name = NULL;

    if (g_str_has_prefix (entry->path, prefix) && !S_ISDIR (entry->mode))
      name = v2v_module_name (entry->path);
    if (name != NULL)
      g_hash_table_replace (found, name, entry->path + n);
  }
  return found;
}

/* Lower than any compression: a module is the same with or without. */
static gsize
stem_length (const char *path)
{
  const char *end = g_strrstr (path, ".ko");

  return end == NULL ? strlen (path) : (gsize) (end - path);
}

static gboolean
same_stem (const char *a, const char *b)
{
  gsize n = stem_length (a);

  return n == stem_length (b) && strncmp (a, b, n) == 0;
}

/* FALSE when the image's modules.dep was read and has no line about @path. */
static gboolean
index_knows (const char *index, const char *path)
{
  gsize n = strlen (path);

  for (const char *hit = index; hit != NULL && (hit = strstr (hit, path)) != NULL; hit++)
    if ((hit == index || hit[-1] == '\n') && hit[n] == ':')
      return TRUE;
  return index == NULL;
}

/* (nullable): the text of the image's index; NULL: too large to be kept */
static char *
dup_index (const V2vImage *image, const char *directory)
{
  g_autofree char *path = g_strconcat (directory, "/modules.dep", NULL);
  const V2vImageEntry *entry = v2v_image_find (image, path);
  gsize size;
  const char *data;

  if (entry == NULL)
    return g_strdup ("");
  if (entry->data == NULL || S_ISLNK (entry->mode))
    return NULL;
  data = g_bytes_get_data (entry->data, &size);
  return g_strndup (data == NULL ? "" : data, size);
}

/* TRUE when the image has all of @paths and its index knows them. */
static gboolean
has_all (const GPtrArray *paths, GHashTable *present, const char *index)
{
  for (guint i = 0; i < paths->len; i++) {
    const char *path = g_ptr_array_index (paths, i);
    g_autofree char *name = v2v_module_name (path);
    const char *here = g_hash_table_lookup (present, name);

    if (here == NULL || !same_stem (here, path) || !index_knows (index, here))
      return FALSE;
  }
  return TRUE;
}

/* (element-type utf8): those of @names that are modules, their dependencies included */
static GPtrArray *
closure_of (const V2vInjectFacts *facts, const char *const *names, GError **error)
{
  g_autoptr (GPtrArray) loadable = g_ptr_array_new ();

  for (; *names != NULL; names++)
    if (v2v_inject_driver (facts, *names) == V2V_MODULE_LOADABLE)
      g_ptr_array_add (loadable, (gpointer) *names);
  g_ptr_array_add (loadable, NULL);
  if (facts->modules == NULL)
    return g_ptr_array_new_with_free_func (g_free);
  return v2v_modules_closure (facts->modules, (const char *const *) loadable->pdata, error);
}

/* One of the guest's modules is to be in the image. */
static void
plan_file (V2vInjectPlan *plan, const char *path, GHashTable *present)
{
  g_autofree char *name = v2v_module_name (path);
  const char *here = g_hash_table_lookup (present, name);

  if (g_strcmp0 (here, path) == 0)
    return;
  g_ptr_array_add (plan->add, g_strdup (path));
  if (here == NULL)
    g_ptr_array_add (plan->names, g_steal_pointer (&name));
  else
    g_ptr_array_add (plan->remove, g_strconcat (plan->directory, "/", here, NULL));
  /* Asked for again as somebody's dependency it is there. */
  g_hash_table_replace (present, v2v_module_name (path), (gpointer) path);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The guest's index takes the place of the image's, so each module of the image must have
 * a name in it.  mkinitcpio unpacks modules: those come back as the guest has them. */
static gboolean
plan_known_modules (const V2vInjectFacts *facts, V2vInjectPlan *plan, GHashTable *present,
                    GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, present);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_ptr_array_add (names, key);
  g_ptr_array_sort (names, compare_names);
  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index (names, i);
    const char *path = v2v_modules_path (facts->modules, name);

    if (path == NULL) {
      g_autofree char *shown = v2v_str_printable (name, V2V_INJECT_SHOW_MAX);
      g_autofree char *version = v2v_str_printable (facts->version, V2V_INJECT_SHOW_MAX);

      g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                   "it holds the module '%s', which modules.dep of kernel '%s' does not "
                   "list: it was made from other files; make it anew in the guest "
                   "(update-initramfs -u, dracut -f)", shown, version);
      return FALSE;
    }
    plan_file (plan, path, present);
  }
  return TRUE;
}

static void
plan_load (const V2vInjectFacts *facts, V2vInjectPlan *plan)
{
  for (const char *const *name = critical; *name != NULL; name++)
    if (v2v_inject_driver (facts, *name) == V2V_MODULE_LOADABLE)
      g_ptr_array_add (plan->load, g_strdup (*name));
}

/* What no root is found without: the drivers of virtio, and of the array that it lies on. */
static GPtrArray *
closure_of_root (const V2vInjectFacts *facts, GError **error)
{
  const V2vArray *array = v2v_guest_root_array (facts->guest);
  const char *level = array == NULL ? NULL : v2v_array_module (array);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (const char *const *name = critical; *name != NULL; name++)
    g_ptr_array_add (names, (gpointer) *name);
  if (level != NULL)
    g_ptr_array_add (names, (gpointer) level);
  g_ptr_array_add (names, NULL);
  return closure_of (facts, (const char *const *) names->pdata, error);
}

/* @complete: the image has all of @needed */
static gboolean
plan_all (const V2vInjectFacts *facts, V2vInjectPlan *plan, GHashTable *present,
          const GPtrArray *needed, gboolean complete, const char *index, GError **error)
{
  g_autoptr (GPtrArray) also = closure_of (facts, useful, error);

  if (also == NULL)
    return FALSE;
  if (complete && has_all (also, present, index))
    return TRUE;
  if (!plan_known_modules (facts, plan, present, error))
    return FALSE;
  for (guint i = 0; i < needed->len; i++)
    plan_file (plan, g_ptr_array_index (needed, i), present);
  for (guint i = 0; i < also->len; i++)
    plan_file (plan, g_ptr_array_index (also, i), present);
  plan_load (facts, plan);
  plan->index = TRUE;
  return TRUE;
}

V2vInjectPlan *
v2v_inject_plan_modules (const V2vInjectFacts *facts, const V2vImage *image, GError **error)
{
  g_autoptr (V2vInjectPlan) plan = g_new0 (V2vInjectPlan, 1);
  g_autoptr (GPtrArray) needed = closure_of_root (facts, error);
  g_autoptr (GHashTable) present = NULL;
  gboolean complete;
  g_autofree char *index = NULL;

  plan->add = g_ptr_array_new_with_free_func (g_free);
  plan->remove = g_ptr_array_new_with_free_func (g_free);
  plan->names = g_ptr_array_new_with_free_func (g_free);
  plan->load = g_ptr_array_new_with_free_func (g_free);
  if (needed == NULL)
    return NULL;
  plan->directory = find_directory (image, facts->version);
  present = modules_of (image, plan->directory);
  index = dup_index (image, plan->directory);
  complete = has_all (needed, present, index);
  if ((!complete || facts->wish == V2V_INJECT_ALL)
      && !plan_all (facts, plan, present, needed, complete, index, error))
    return NULL;
  return g_steal_pointer (&plan);
}

/* TRUE when a line of @text loads the module: its first word, - and _ being equal. */
static gboolean
lists_name (const char *text, const char *name)
{
  for (; *text != '\0'; text += *text == '\n') {
    gsize n;

    text += strspn (text, " \t");
    n = strcspn (text, " \t\r\n#");
    if (n == strlen (name)) {
      g_autofree char *word = g_strdelimit (g_strndup (text, n), "-", '_');

      if (g_str_equal (word, name))
        return TRUE;
    }
    text += strcspn (text, "\n");
  }
  return FALSE;
}

char *
v2v_inject_add_names (const char *text, const GPtrArray *names)
{
  g_autoptr (GString) out = g_string_new (text);
  gsize before = out->len;

  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index (names, i);

    if (lists_name (text, name))
      continue;
    if (out->len > 0 && out->str[out->len - 1] != '\n')
      g_string_append_c (out, '\n');
    g_string_append_printf (out, "%s\n", name);
  }
  return out->len == before ? NULL : g_string_free (g_steal_pointer (&out), FALSE);
}

void
v2v_inject_say (GPtrArray *messages, const char *format, ...)
{
  va_list args;

  if (messages->len >= V2V_INJECT_SAY_MAX) {
    if (messages->len == V2V_INJECT_SAY_MAX)
      g_ptr_array_add (messages, g_strdup ("more of it is not told"));
    return;
  }
  va_start (args, format);
  g_ptr_array_add (messages, g_strdup_vprintf (format, args));
  va_end (args);
}
