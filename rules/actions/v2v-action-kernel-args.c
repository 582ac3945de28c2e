/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-action-kernel-args.c - kernel arguments go and come in every store of the guest
 */
#include <config.h>

#include <string.h>

#include "actions/v2v-actions-boot.h"
#include "v2v-kernel-args-files.h"
#include "v2v-root-names.h"
#include "v2v-str.h"

/* More of a path or an argument than this is not repeated in a message. */
#define SHOW_MAX 200

typedef struct {
  char **remove;
  char **add;
  gboolean root; /* device names become UUIDs */
} KernelArgs;

static void
kernel_args_free (gpointer data)
{
  KernelArgs *self = data;

  if (self == NULL)
    return;
  g_strfreev (self->remove);
  g_strfreev (self->add);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (KernelArgs, kernel_args_free)

static gboolean
check_add (V2vArgs *args, char **add, GError **error)
{
  for (; add != NULL && *add != NULL; add++) {
    if (!v2v_kernel_args_is_plain (*add))
      return v2v_args_error_at (args, "add", error,
                                "'%s' is not one argument that every boot loader can take: "
                                "blanks need double quotes, and none of ' $ ` \\ may be in it",
                                *add);
  }
  return TRUE;
}

static gpointer
kernel_args_parse (V2vArgs *args, GError **error)
{
  static const char *const roots[] = { "keep", "uuid", NULL };
  g_autoptr (KernelArgs) self = g_new0 (KernelArgs, 1);
  guint root;

  if (!v2v_args_take_strings (args, "remove", FALSE, &self->remove, error)
      || !v2v_args_take_strings (args, "add", FALSE, &self->add, error)
      || !v2v_args_take_choice (args, "root", roots, 0, &root, error)
      || !check_add (args, self->add, error))
    return NULL;
  self->root = root == 1;
  if (self->remove == NULL && self->add == NULL && !self->root) {
    v2v_args_error_at (args, "remove", error,
                       "say what to change: 'remove', 'add' or 'root: uuid'");
    return NULL;
  }
  return g_steal_pointer (&self);
}

/* (nullable): what stands behind "root=", a device name of the old hardware. */
static const char *
root_value (const char *arg)
{
  return g_str_has_prefix (arg, "root=") ? arg + strlen ("root=") : NULL;
}

static void
add_names (V2vRootNames *names, const GPtrArray *list)
{
  for (guint i = 0; i < list->len; i++) {
    const V2vKernelArg *arg = g_ptr_array_index (list, i);

    if (root_value (arg->text) != NULL)
      v2v_root_names_add (names, "root", root_value (arg->text));
    else if (g_str_has_prefix (arg->text, "resume="))
      v2v_root_names_add (names, "resume", arg->text + strlen ("resume="));
  }
}

/* A swap area that is gone costs a wait; a root that is gone costs the guest. */
static void
warn_about_roots (V2vRuleContext *context, V2vRootNames *names, const GPtrArray *list)
{
  g_autoptr (GHashTable) told = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < list->len; i++) {
    const V2vKernelArg *arg = g_ptr_array_index (list, i);
    const char *value = root_value (arg->text);
    g_autofree char *why = NULL;
    g_autofree char *name = NULL;
    g_autofree char *shown = NULL;
    g_autofree char *path = NULL;

    if (value == NULL || g_hash_table_contains (told, value))
      continue;
    name = v2v_root_names_dup (names, "root", value, arg->initrd, &why);
    if (why == NULL)
      continue;
    g_hash_table_add (told, (gpointer) value);
    shown = v2v_str_printable (arg->text, SHOW_MAX);
    path = v2v_str_printable (arg->file->path, SHOW_MAX);
    v2v_rule_context_warn (context,
                           "%s line %u: '%s' is left as it is, the guest may not boot: %s",
                           path, arg->line, shown, why);
  }
}

static char *
rename_device (const char *name, const char *value, gboolean initrd, gpointer user_data)
{
  return v2v_root_names_dup (user_data, name, value, initrd, NULL);
}

static gboolean
prepare_names (V2vRuleContext *context, const GPtrArray *files, V2vRootNames **out_names,
               GError **error)
{
  g_autofree char *fstab = NULL;
  g_autoptr (GPtrArray) list = NULL;

  if (context->guest->disks->len == 0) {
    v2v_rule_context_warn (context, "the disks are not known, so 'root=' on the kernel "
                           "command line is left as it is");
    return TRUE;
  }
  if (!v2v_draft_read_text (context->draft, "/etc/fstab", &fstab, error))
    return FALSE;
  list = v2v_kernel_args_list (files);
  *out_names = v2v_root_names_new (context->guest, fstab);
  add_names (*out_names, list);
  warn_about_roots (context, *out_names, list);
  return TRUE;
}

static gboolean
warn_about_images (V2vRuleContext *context, GError **error)
{
  g_autoptr (GPtrArray) found = v2v_kernel_args_find_images (context->draft, error);
  g_autofree char *shown = NULL;

  if (found == NULL)
    return FALSE;
  if (found->len == 0)
    return TRUE;
  shown = v2v_str_printable (g_ptr_array_index (found, 0), SHOW_MAX);
  v2v_rule_context_warn (context,
                         "the kernel arguments inside unified kernel images ('%s') cannot be "
                         "changed", shown);
  return TRUE;
}

static gboolean
kernel_args_apply (gconstpointer data, V2vRuleContext *context, GError **error)
{
  const KernelArgs *self = data;
  g_autoptr (GPtrArray) files = v2v_kernel_args_read (context->draft, NULL, error);
  g_autoptr (V2vRootNames) names = NULL;
  V2vKernelArgsEdit edit = { .remove = (const char *const *) self->remove,
                             .add = (const char *const *) self->add };

  if (files == NULL || !warn_about_images (context, error)
      || (self->root && !prepare_names (context, files, &names, error)))
    return FALSE;
  if (names != NULL) {
    edit.rename = rename_device;
    edit.user_data = names;
  }
  return v2v_kernel_args_edit (files, &edit, error)
         && v2v_kernel_args_write (context->draft, files, error);
}

static void
kernel_args_add_paths (gconstpointer data, GPtrArray *paths)
{
  const KernelArgs *self = data;

  v2v_kernel_args_add_paths (paths);
  if (self->root)
    g_ptr_array_add (paths, g_strdup ("/etc/fstab"));
}

const V2vActionOps v2v_action_kernel_args_ops = {
  .name = "kernel-args",
  .summary = "kernel arguments are removed, added and named in every place that has them",
  .parse = kernel_args_parse,
  .free = kernel_args_free,
  .apply = kernel_args_apply,
  .add_paths = kernel_args_add_paths,
};
