/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-inject.c - virtio into the initramfs of one kernel
 */
#include <config.h>

#include "v2v-inject.h"

#include <string.h>

#include "v2v-inject-private.h"
#include "v2v-segment.h"
#include "v2v-stable-name.h"
#include "v2v-str.h"
#include "v2v-uki.h"

/* modules.alias of a distribution's kernel has 1.5 MB. */
#define TEXT_MAX (16 * 1024 * 1024)

void
v2v_inject_free (V2vInject *inject)
{
  if (inject == NULL)
    return;
  g_clear_pointer (&inject->image, g_bytes_unref);
  g_clear_pointer (&inject->old, g_bytes_unref);
  g_ptr_array_unref (inject->modules);
  g_ptr_array_unref (inject->notes);
  g_ptr_array_unref (inject->warnings);
  g_free (inject);
}

static V2vInject *
inject_new (void)
{
  V2vInject *inject = g_new0 (V2vInject, 1);

  inject->outcome = V2V_INJECT_NOTHING;
  inject->modules = g_ptr_array_new_with_free_func (g_free);
  inject->notes = g_ptr_array_new_with_free_func (g_free);
  inject->warnings = g_ptr_array_new_with_free_func (g_free);
  return inject;
}

/* @out_text is NULL when the file is not there. */
static gboolean
read_text (V2vFs *fs, const char *path, char **out_text, GError **error)
{
  GError *local = NULL;
  g_autoptr (GBytes) bytes = v2v_inject_load (fs, path, TEXT_MAX, &local);
  const char *data;
  gsize size;

  *out_text = NULL;
  if (g_error_matches (local, V2V_ERROR, V2V_ERROR_NOT_FOUND)) {
    g_clear_error (&local);
    return TRUE;
  }
  if (bytes == NULL) {
    g_propagate_error (error, local);
    return FALSE;
  }
  data = g_bytes_get_data (bytes, &size);
  if (size > 0 && memchr (data, '\0', size) != NULL) {
    g_autofree char *shown = v2v_str_printable (path, V2V_INJECT_SHOW_MAX);

    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                 "'%s' is damaged: there are NUL bytes in it", shown);
    return FALSE;
  }
  *out_text = g_strndup (size == 0 ? "" : data, size);
  return TRUE;
}

/* @out_modules is NULL for a kernel without any. */
static gboolean
read_modules (V2vFs *fs, const V2vKernel *kernel, V2vModules **out_modules, GError **error)
{
  static const char *const names[]
    = { "modules.dep", "modules.softdep", "modules.alias", "modules.builtin" };
  g_autofree char *dep = NULL;
  g_autofree char *softdep = NULL;
  g_autofree char *alias = NULL;
  g_autofree char *builtin = NULL;
  char **texts[] = { &dep, &softdep, &alias, &builtin };

  *out_modules = NULL;
  if (kernel->modules_dir == NULL)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *path = g_build_path ("/", kernel->modules_dir, names[i], NULL);

    if (!read_text (fs, path, texts[i], error))
      return FALSE;
  }
  /* A kernel that is all of one piece may come with a list of its parts only. */
  if (dep == NULL && v2v_kernel_driver (kernel, "virtio_pci") == V2V_DRIVER_BUILTIN)
    dep = g_strdup ("");
  *out_modules = v2v_modules_new (dep, softdep, alias, builtin, error);
  if (*out_modules == NULL) {
    g_autofree char *shown = v2v_str_printable (kernel->modules_dir, V2V_INJECT_SHOW_MAX);

    g_prefix_error (error, "'%s': ", shown);
  }
  return *out_modules != NULL;
}

/* TRUE when a boot entry of the kernel names its root as the old hardware did. */
static gboolean
has_hardware_root (const V2vGuest *guest, const V2vKernel *kernel)
{
  const V2vBootloader *loader = guest->bootloader;

  for (guint i = 0; loader != NULL && i < loader->entries->len; i++) {
    const V2vBootEntry *entry = g_ptr_array_index (loader->entries, i);
    g_auto (GStrv) words = NULL;

    if (entry->cmdline == NULL || g_strcmp0 (entry->kernel, kernel->vmlinuz) != 0)
      continue;
    words = g_strsplit_set (entry->cmdline, " \t", -1);
    for (char **word = words; *word != NULL; word++)
      if (g_str_has_prefix (*word, "root=")
          && v2v_stable_name_is_hardware (*word + strlen ("root=")))
        return TRUE;
  }
  return FALSE;
}

/* An image that could not be read or written anew: whoever made it can make it again. */
static void
advise (GError **error)
{
  if (error == NULL || !g_error_matches (*error, V2V_ERROR, V2V_ERROR_REFUSED))
    return;
  {
    g_autofree char *text = g_steal_pointer (&(*error)->message);

    (*error)->message
      = g_strconcat (text, "; make it anew in the guest (update-initramfs -u, dracut -f)", NULL);
  }
}

/* Its signature, and what a TPM measured of it, would not fit any more. */
static gboolean
refuse_unified (const V2vKernel *kernel, const char *why, GError **error)
{
  g_autofree char *file = v2v_str_printable (kernel->vmlinuz, V2V_INJECT_SHOW_MAX);

  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
               "'%s' is a unified kernel image, which cannot be changed from outside, and %s: "
               "make it anew in the guest with virtio (dracut --force --no-hostonly, "
               "kernel-install add), or boot a kernel with an initramfs of its own", file, why);
  return FALSE;
}

static gboolean
check_without_image (const V2vInjectFacts *facts, gboolean builtin, GError **error)
{
  g_autofree char *file = v2v_str_printable (facts->kernel->vmlinuz != NULL
                                               ? facts->kernel->vmlinuz : facts->version,
                                             V2V_INJECT_SHOW_MAX);

  if (builtin)
    return TRUE;
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
               "kernel '%s' has its virtio drivers as modules, and no initramfs to load them "
               "from: make one in the guest (update-initramfs -c, dracut)", file);
  return FALSE;
}

/* dracut can pack its whole tree into one file inside. */
static gboolean
check_squash (const V2vImage *image, GError **error)
{
  static const char *const names[] = { "squash-root.img", "squashfs-root.img",
                                       "squash/root.img", "erofs-root.img" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    if (v2v_image_find (image, names[i]) == NULL)
      continue;
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                 "it holds its files in a compressed image, '%s': make it anew in the guest "
                 "(dracut -f --omit squash), or use --engine virt-v2v", names[i]);
    return FALSE;
  }
  return TRUE;
}

/* initramfs-tools loads what it lists before udev is asked. */
static void
add_load_list (const V2vImage *image, const V2vInjectPlan *plan, V2vImageEdit *edit)
{
  static const char path[] = "conf/modules";
  const V2vImageEntry *entry = v2v_image_find (image, path);
  g_autofree char *old = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GBytes) bytes = NULL;
  gsize size = 0;

  if (entry == NULL && v2v_image_find (image, "conf/initramfs.conf") == NULL)
    return;
  if (entry != NULL && entry->data != NULL) {
    const char *data = g_bytes_get_data (entry->data, &size);

    old = g_strndup (data == NULL ? "" : data, size);
  }
  text = v2v_inject_add_names (old == NULL ? "" : old, plan->load);
  if (text == NULL)
    return;
  bytes = g_bytes_new (text, strlen (text));
  v2v_image_edit_put (edit, path, entry == NULL ? 0644 : entry->mode & 07777, bytes);
}

static void
take_names (V2vInject *inject, const V2vInjectPlan *plan)
{
  g_autofree char *list = NULL;

  for (guint i = 0; i < plan->names->len; i++)
    g_ptr_array_add (inject->modules, g_strdup (g_ptr_array_index (plan->names, i)));
  if (inject->modules->len == 0)
    return;
  g_ptr_array_add (plan->names, NULL);
  list = g_strjoinv (", ", (char **) plan->names->pdata);
  g_ptr_array_add (inject->notes, g_strdup_printf ("added %s", list)); /* however much is said */
}

/* The image as it should be; @inject stays NOTHING when it is so already. */
static gboolean
edit_image (V2vFs *fs, const V2vInjectFacts *facts, const char *what, gboolean builtin,
            V2vCancel *cancel, V2vInject *inject, GError **error)
{
  g_autoptr (V2vImage) image
    = v2v_image_read (inject->old, v2v_inject_wanted_files, what, cancel, error);
  g_autoptr (V2vImageEdit) edit = v2v_image_edit_new ();
  g_autoptr (V2vInjectPlan) plan = NULL;

  if (image == NULL) {
    advise (error);
    return FALSE;
  }
  if (check_squash (image, error))
    plan = v2v_inject_plan_modules (facts, image, error);
  if (plan == NULL
      || (plan->index && !v2v_inject_add_files (fs, facts->kernel->modules_dir, image, plan,
                                                edit, error))) {
    g_prefix_error (error, "%s: ", what);
    return FALSE;
  }
  if (plan->index)
    add_load_list (image, plan, edit);
  v2v_inject_plan_leftovers (facts, image, edit, inject->notes, inject->warnings);
  if (edit->put->len == 0 && edit->remove->len == 0) {
    v2v_inject_say (inject->notes, builtin ? "nothing to add, its virtio drivers are built in"
                                           : "nothing to add, it has the virtio drivers");
    return TRUE;
  }
  if (v2v_uki_is_kernel (facts->kernel))
    return refuse_unified (facts->kernel, plan->index ? "lacks virtio drivers"
                                                      : "waits for the old hardware", error);
  inject->image = v2v_image_write (inject->old, edit, what, cancel, error);
  if (inject->image == NULL) {
    advise (error);
    return FALSE;
  }
  take_names (inject, plan);
  if (!g_bytes_equal (inject->image, inject->old))
    inject->outcome = V2V_INJECT_REWRITE;
  else
    g_clear_pointer (&inject->image, g_bytes_unref);
  return TRUE;
}

static char *
dup_version (const V2vKernel *kernel)
{
  if (kernel->modules_dir != NULL)
    return g_path_get_basename (kernel->modules_dir);
  return g_strdup (kernel->version);
}

V2vInject *
v2v_inject_initramfs (V2vFs *fs, const V2vGuest *guest, const V2vKernel *kernel,
                      V2vInjectWish wish, V2vCancel *cancel, GError **error)
{
  g_autoptr (V2vInject) inject = inject_new ();
  g_autoptr (V2vModules) modules = NULL;
  g_autofree char *version = dup_version (kernel);
  g_autofree char *fstab = NULL;
  g_autofree char *shown = NULL;
  g_autofree char *what = NULL;
  V2vInjectFacts facts = { .guest = guest, .kernel = kernel, .version = version, .wish = wish };
  gboolean builtin;

  if (!v2v_cancel_check (cancel, error) || !read_modules (fs, kernel, &modules, error)
      || !read_text (fs, "/etc/fstab", &fstab, error))
    return NULL;
  facts.modules = modules;
  facts.fstab = fstab;
  if (!v2v_inject_check_kernel (&facts, inject->warnings, &builtin, error))
    return NULL;
  if (kernel->initrd == NULL)
    return check_without_image (&facts, builtin, error) ? g_steal_pointer (&inject) : NULL;
  if (v2v_uki_is_kernel (kernel) && has_hardware_root (guest, kernel)) {
    (void) refuse_unified (kernel, "its root is named as the old hardware did", error);
    return NULL;
  }

  shown = v2v_str_printable (kernel->initrd, V2V_INJECT_SHOW_MAX);
  what = g_strdup_printf ("initramfs '%s'", shown);
  inject->old = v2v_inject_load (fs, kernel->initrd, V2V_SEGMENT_IMAGE_MAX, error);
  if (inject->old == NULL) {
    if (error != NULL)
      v2v_error_recode (*error, V2V_ERROR_NOT_FOUND, V2V_ERROR_REFUSED);
    advise (error);
    return NULL;
  }
  if (!edit_image (fs, &facts, what, builtin, cancel, inject, error))
    return NULL;
  return g_steal_pointer (&inject);
}
