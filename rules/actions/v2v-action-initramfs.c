/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-action-initramfs.c - virtio into the initramfs of every kernel that can be booted
 */
#include <config.h>

#include <string.h>

#include "actions/v2v-actions-boot.h"
#include "v2v-fstab.h"
#include "v2v-inject.h"
#include "v2v-str.h"

#define SHOW_MAX 200
#define MIB (1024 * 1024)
/* What the file system itself needs when a file grows. */
#define SLACK (1 * MIB)
/* What stays free for the guest's next kernel when the old image is kept. */
#define SPARE (32 * MIB)
#define OLD_SUFFIX ".v2v-wrapper-old"

/* Free bytes of one file system, as far as this run has not used them. */
typedef struct {
  const V2vFilesystem *fs;
  guint64 left;
} Space;

typedef struct {
  V2vRuleContext *context;
  GArray *spaces; /* Space */
  V2vInjectWish wish;
  gboolean full;  /* the last kernel failed for want of room */
} Serving;

static gpointer
initramfs_parse (V2vArgs *args, GError **error)
{
  (void) args;
  (void) error;
  return g_strdup ("");
}

/* (nullable): of the file system that holds @path; NULL when it is not known */
static const V2vFilesystem *
find_filesystem (const V2vGuest *guest, const char *path)
{
  const char *device = v2v_guest_find_device (guest, guest->root);
  gsize longest = 0;

  for (guint i = 0; i < guest->mounts->len; i++) {
    const V2vMount *mount = g_ptr_array_index (guest->mounts, i);
    gsize n = mount->mountpoint == NULL ? 0 : strlen (mount->mountpoint);

    if (mount->device != NULL && n > 1 && n > longest
        && g_str_has_prefix (path, mount->mountpoint) && path[n] == '/') {
      device = mount->device;
      longest = n;
    }
  }
  for (guint i = 0; device != NULL && i < guest->filesystems->len; i++) {
    const V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, i);

    if (v2v_fstab_same_device (fs->device, device))
      return fs->size > 0 ? fs : NULL;
  }
  return NULL;
}

/* (nullable) (transfer none) */
static Space *
find_space (GArray *spaces, const V2vGuest *guest, const char *path)
{
  const V2vFilesystem *fs = find_filesystem (guest, path);
  Space space = { .fs = fs };

  if (fs == NULL)
    return NULL;
  for (guint i = 0; i < spaces->len; i++)
    if (g_array_index (spaces, Space, i).fs == fs)
      return &g_array_index (spaces, Space, i);
  space.left = fs->free;
  g_array_append_val (spaces, space);
  return &g_array_index (spaces, Space, spaces->len - 1);
}

/* @out_keep: the old image can stay next to the new one.  %V2V_ERROR_STORAGE */
static gboolean
take_space (Space *space, const V2vInject *inject, const char *path, gboolean *out_keep,
            GError **error)
{
  guint64 old = g_bytes_get_size (inject->old);
  guint64 new = g_bytes_get_size (inject->image);
  guint64 growth = new > old ? new - old : 0;

  *out_keep = space != NULL && space->left >= new + old + SPARE;
  if (space == NULL)
    return TRUE;
  if (growth > 0 && growth + SLACK > space->left) {
    g_autofree char *shown = v2v_str_printable (path, SHOW_MAX);

    g_set_error (error, V2V_ERROR, V2V_ERROR_STORAGE,
                 "the file system of '%s' is full: %" G_GUINT64_FORMAT " MiB more must be free "
                 "for the new initramfs, remove old kernels in the guest",
                 shown, (growth + SLACK - space->left + MIB - 1) / MIB);
    return FALSE;
  }
  space->left -= MIN (space->left, growth + (*out_keep ? old : 0));
  return TRUE;
}

/* What the guest can be repaired with when the new image is none after all.  The first one
 * ever kept stays. */
static gboolean
keep_old (V2vRuleContext *context, const V2vInject *inject, const char *path, GError **error)
{
  g_autofree char *old = g_strconcat (path, OLD_SUFFIX, NULL);
  const char *paths[] = { path, old, NULL };
  g_autoptr (GPtrArray) rows
    = v2v_fs_stat_many (v2v_draft_fs (context->draft), paths, error);
  g_autofree char *shown = v2v_str_printable (old, SHOW_MAX);

  if (rows == NULL)
    return FALSE;
  if (((const V2vFileInfo *) g_ptr_array_index (rows, 1))->kind != V2V_FILE_ABSENT) {
    v2v_rule_context_note (context, "'%s' is there already and stays", shown);
    return TRUE;
  }
  v2v_rule_context_note (context, "the old image is kept as '%s'", shown);
  return v2v_draft_put (context->draft, old, inject->old,
                        ((const V2vFileInfo *) g_ptr_array_index (rows, 0))->mode, error);
}

/* GRUB with check_signatures=enforce loads nothing whose .sig beside it does not fit. */
static gboolean
check_unsigned (V2vRuleContext *context, const V2vKernel *kernel, const char *real,
                GError **error)
{
  g_autofree char *named = g_strconcat (kernel->initrd, ".sig", NULL);
  g_autofree char *beside = g_strconcat (real, ".sig", NULL);
  const char *paths[] = { named, beside, NULL };
  g_autoptr (GPtrArray) rows
    = v2v_fs_stat_many (v2v_draft_fs (context->draft), paths, error);

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++) {
    g_autofree char *shown = NULL;

    if (((const V2vFileInfo *) g_ptr_array_index (rows, i))->kind == V2V_FILE_ABSENT)
      continue;
    shown = v2v_str_printable (paths[i], SHOW_MAX);
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                 "'%s' signs an initramfs without virtio, and GRUB would not load a changed "
                 "one: put virtio into it and sign it anew in the guest, or remove the "
                 "signature if GRUB does not ask for it", shown);
    return FALSE;
  }
  return TRUE;
}

static gboolean
write_image (V2vRuleContext *context, const V2vKernel *kernel, const V2vInject *inject,
             gboolean keep, GError **error)
{
  g_autofree char *real = v2v_draft_dup_real_path (context->draft, kernel->initrd, error);
  g_autofree char *shown = NULL;

  if (real == NULL || !check_unsigned (context, kernel, real, error)
      || (keep && !keep_old (context, inject, real, error))
      || !v2v_draft_write (context->draft, real, inject->image, error))
    return FALSE;
  if (keep)
    return TRUE;
  shown = v2v_str_printable (real, SHOW_MAX);
  v2v_rule_context_note (context, "the old '%s' is not kept: there is too little room, or how "
                         "much there is is not known", shown);
  return TRUE;
}

static void
tell (V2vRuleContext *context, const V2vKernel *kernel, const V2vInject *inject)
{
  g_autofree char *version = v2v_str_printable (kernel->version, SHOW_MAX);

  for (guint i = 0; i < inject->notes->len; i++)
    v2v_rule_context_note (context, "initramfs of kernel '%s': %s", version,
                           (const char *) g_ptr_array_index (inject->notes, i));
  for (guint i = 0; i < inject->warnings->len; i++)
    v2v_rule_context_warn (context, "%s", (const char *) g_ptr_array_index (inject->warnings, i));
}

static gboolean
serve_kernel (Serving *self, const V2vKernel *kernel, GError **error)
{
  V2vRuleContext *context = self->context;
  g_autoptr (V2vInject) inject
    = v2v_inject_initramfs (v2v_draft_fs (context->draft), context->guest, kernel, self->wish,
                            context->cancel, error);
  gboolean keep = FALSE;

  if (inject == NULL)
    return FALSE;
  if (inject->outcome == V2V_INJECT_REWRITE) {
    Space *space = find_space (self->spaces, context->guest, kernel->initrd);

    self->full = !take_space (space, inject, kernel->initrd, &keep, error);
    if (self->full || !write_image (context, kernel, inject, keep, error))
      return FALSE;
  }
  tell (context, kernel, inject);
  return TRUE;
}

static gboolean
is_default (const V2vGuest *guest, const V2vKernel *kernel)
{
  const V2vKernel *other = v2v_guest_default_kernel (guest);

  return other == NULL || !other->is_default || other->vmlinuz == NULL || other == kernel;
}

/* A kernel that is not the one that boots may stay as it is. */
static gboolean
serve_or_forgive (Serving *self, const V2vKernel *kernel, GError **error)
{
  V2vRuleContext *context = self->context;
  g_autoptr (GError) local = NULL;
  g_autofree char *version = NULL;

  self->full = FALSE;
  if (serve_kernel (self, kernel, &local))
    return TRUE;
  if (is_default (context->guest, kernel)
      || (!self->full && !g_error_matches (local, V2V_ERROR, V2V_ERROR_REFUSED))) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  version = v2v_str_printable (kernel->version, SHOW_MAX);
  v2v_rule_context_warn (context, "kernel '%s', which is not the default, cannot boot on virtio "
                         "and is left as it is: %s", version, local->message);
  return TRUE;
}

/* The ones that boot by default first: others get the room that is left. */
static gboolean
serve_all (Serving *self, gboolean defaults, guint *bootable, GError **error)
{
  const GPtrArray *kernels = self->context->guest->kernels;

  for (guint i = 0; i < kernels->len; i++) {
    const V2vKernel *kernel = g_ptr_array_index (kernels, i);

    if (kernel->vmlinuz == NULL || is_default (self->context->guest, kernel) != defaults)
      continue;
    (*bootable)++;
    if (!serve_or_forgive (self, kernel, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
initramfs_apply (gconstpointer data, V2vRuleContext *context, GError **error)
{
  const char *mode = g_hash_table_lookup (context->options, "initramfs");
  g_autoptr (GArray) spaces = g_array_new (FALSE, FALSE, sizeof (Space));
  Serving self = { .context = context, .spaces = spaces };
  guint bootable = 0;

  (void) data;
  if (g_strcmp0 (mode, "keep") == 0) {
    v2v_rule_context_note (context, "every image is left as it is, which was asked for");
    return TRUE;
  }
  self.wish = g_strcmp0 (mode, "inject") == 0 ? V2V_INJECT_ALL : V2V_INJECT_NEEDED;
  if (!serve_all (&self, TRUE, &bootable, error) || !serve_all (&self, FALSE, &bootable, error))
    return FALSE;
  if (bootable > 0)
    return TRUE;
  g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED,
                       "no kernel that could be booted was found in the guest");
  return FALSE;
}

const V2vActionOps v2v_action_initramfs_ops = {
  .name = "initramfs",
  .summary = "every kernel that can be booted finds a virtio disk with its initramfs",
  .parse = initramfs_parse,
  .free = g_free,
  .apply = initramfs_apply,
};
