/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-kernel-args-files.c - the files of a draft that hold kernel command lines
 */
#include <config.h>

#include "v2v-kernel-args-files.h"

#include <string.h>

#include "v2v-glob.h"
#include "v2v-str.h"

/* More of a path than this is not repeated in a message. */
#define SHOW_MAX 200

/* Per kind: what generates a configuration before what was generated. */
static const char *const globs[V2V_KERNEL_ARGS_N_KINDS][8] = {
  [V2V_KERNEL_ARGS_DEFAULT_GRUB] = { "/etc/default/grub", "/etc/default/grub.d/*.cfg" },
  [V2V_KERNEL_ARGS_GRUB_CFG]
  = { "/etc/grub.d/40_custom", "/boot/grub/grub.cfg", "/boot/grub2/grub.cfg",
      "/boot/grub/custom.cfg", "/boot/grub2/custom.cfg", "/boot/efi/EFI/*/grub.cfg",
      "/efi/EFI/*/grub.cfg" },
  [V2V_KERNEL_ARGS_BLS] = { "/boot/loader/entries/*.conf", "/boot/efi/loader/entries/*.conf",
                            "/efi/loader/entries/*.conf" },
  [V2V_KERNEL_ARGS_GRUBENV] = { "/boot/grub2/grubenv", "/boot/grub/grubenv",
                                "/boot/efi/EFI/*/grubenv", "/efi/EFI/*/grubenv" },
  [V2V_KERNEL_ARGS_CMDLINE] = { "/etc/kernel/cmdline" },
  [V2V_KERNEL_ARGS_LEGACY]
  = { "/boot/grub/menu.lst", "/boot/grub/grub.conf", "/etc/grub.conf" },
  [V2V_KERNEL_ARGS_EXTLINUX]
  = { "/boot/extlinux/extlinux.conf", "/boot/syslinux/syslinux.cfg", "/boot/extlinux.conf" },
};

static const char *const images[]
  = { "/boot/efi/EFI/Linux/*.efi", "/efi/EFI/Linux/*.efi", "/boot/EFI/Linux/*.efi", NULL };

typedef struct {
  V2vDraft *draft;
  GPtrArray *files;
  GPtrArray *unread;
  GHashTable *seen; /* char*: real paths */
  gsize bytes;
} Reader;

/* Takes one that could not be read as a fact, or passes the error. */
static gboolean
note_unread (const Reader *self, GError *local, GError **error)
{
  if (self->unread == NULL || !g_error_matches (local, V2V_ERROR, V2V_ERROR_REFUSED)) {
    g_propagate_error (error, local);
    return FALSE;
  }
  g_ptr_array_add (self->unread, g_strdup (local->message));
  g_error_free (local);
  return TRUE;
}

static gboolean
check_caps (const Reader *self, const char *path, GError **error)
{
  g_autofree char *shown = NULL;

  if (self->files->len < V2V_KERNEL_ARGS_FILES_MAX && self->bytes <= V2V_KERNEL_ARGS_BYTES_MAX)
    return TRUE;
  shown = v2v_str_printable (path, SHOW_MAX);
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
               "'%s': the boot loader's configuration has more than %d files or %d MiB", shown,
               V2V_KERNEL_ARGS_FILES_MAX, V2V_KERNEL_ARGS_BYTES_MAX / (1024 * 1024));
  return FALSE;
}

static gboolean
read_one (Reader *self, V2vKernelArgsKind kind, const char *path, GError **error)
{
  g_autofree char *real = NULL;
  g_autofree char *text = NULL;
  GError *local = NULL;

  real = v2v_draft_dup_real_path (self->draft, path, &local);
  if (real == NULL && g_error_matches (local, V2V_ERROR, V2V_ERROR_NOT_FOUND)) {
    g_error_free (local);
    return TRUE;
  }
  if (real == NULL)
    return note_unread (self, local, error);
  if (g_hash_table_contains (self->seen, real))
    return TRUE;
  g_hash_table_add (self->seen, g_strdup (real));
  if (!v2v_draft_read_text (self->draft, real, &text, &local))
    return note_unread (self, local, error);
  if (text == NULL)
    return TRUE;
  self->bytes += strlen (text);
  if (!check_caps (self, real, &local))
    return note_unread (self, local, error);
  g_ptr_array_add (self->files, v2v_kernel_args_file_new (kind, real, text));
  return TRUE;
}

static gboolean
read_kind (Reader *self, V2vKernelArgsKind kind, GError **error)
{
  g_autoptr (GPtrArray) paths = NULL;
  GError *local = NULL;

  paths = v2v_glob_expand (v2v_draft_fs (self->draft), globs[kind], V2V_GLOB_MAX, &local);
  if (paths == NULL)
    return note_unread (self, local, error);
  for (guint i = 0; i < paths->len; i++) {
    if (!read_one (self, kind, g_ptr_array_index (paths, i), error))
      return FALSE;
  }
  return TRUE;
}

GPtrArray *
v2v_kernel_args_read (V2vDraft *draft, GPtrArray *unread, GError **error)
{
  g_autoptr (GPtrArray) files
    = g_ptr_array_new_with_free_func ((GDestroyNotify) v2v_kernel_args_file_free);
  g_autoptr (GHashTable) seen
    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Reader self = { .draft = draft, .files = files, .unread = unread, .seen = seen };

  for (guint kind = 0; kind < V2V_KERNEL_ARGS_N_KINDS; kind++) {
    if (!read_kind (&self, (V2vKernelArgsKind) kind, error))
      return NULL;
  }
  return g_steal_pointer (&files);
}

gboolean
v2v_kernel_args_write (V2vDraft *draft, const GPtrArray *files, GError **error)
{
  for (guint i = 0; i < files->len; i++) {
    const V2vKernelArgsFile *file = g_ptr_array_index (files, i);

    if (file->edited != NULL
        && !v2v_draft_write_text (draft, file->path, file->edited, error))
      return FALSE;
  }
  return TRUE;
}

GPtrArray *
v2v_kernel_args_find_images (V2vDraft *draft, GError **error)
{
  return v2v_glob_expand (v2v_draft_fs (draft), images, V2V_GLOB_MAX, error);
}

void
v2v_kernel_args_add_paths (GPtrArray *paths)
{
  for (guint kind = 0; kind < V2V_KERNEL_ARGS_N_KINDS; kind++) {
    for (const char *const *glob = globs[kind]; *glob != NULL; glob++) {
      if (!v2v_glob_has_wildcards (*glob))
        g_ptr_array_add (paths, g_strdup (*glob));
    }
  }
}
