/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-action-esp-fallback.c - firmware finds a loader without the old machine's variables
 */
#include <config.h>

#include <string.h>

#include "actions/v2v-actions-boot.h"
#include "v2v-esp-fallback.h"
#include "v2v-str.h"

#define NAMES_MAX 5000
/* GRUB has 3 MiB, a loader with everything in it perhaps ten. */
#define LOADER_MAX (64 * 1024 * 1024)
/* For the directory and the last cluster of each file. */
#define ROOM (256 * 1024)
/* More of a name than this is not repeated in a message. */
#define SHOW_MAX 200

static gpointer
esp_fallback_parse (V2vArgs *args, GError **error)
{
  (void) args;
  (void) error;
  return g_strdup ("");
}

/* (nullable): how the EFI system partition is mounted. */
static const V2vMount *
find_esp (const V2vGuest *guest)
{
  static const char *const places[] = { "/boot/efi", "/efi", "/boot" };

  for (gsize i = 0; i < G_N_ELEMENTS (places); i++) {
    const V2vMount *mount = v2v_guest_find_mount (guest, places[i]);

    if (mount != NULL && mount->device != NULL
        && (g_strcmp0 (mount->vfstype, "vfat") == 0 || g_strcmp0 (mount->vfstype, "msdos") == 0
            || g_strcmp0 (mount->vfstype, "auto") == 0))
      return mount;
  }
  return NULL;
}

/* The directory EFI in whatever letters it has; *@out_efi is NULL when there is none. */
static gboolean
find_efi (V2vFs *fs, const char *esp, char **out_efi, GError **error)
{
  GError *local = NULL;
  g_autoptr (GPtrArray) rows = v2v_fs_list (fs, esp, &local);

  *out_efi = NULL;
  if (rows == NULL && g_error_matches (local, V2V_ERROR, V2V_ERROR_NOT_FOUND)) {
    g_error_free (local);
    return TRUE;
  }
  if (rows == NULL) {
    g_propagate_error (error, local);
    return FALSE;
  }
  for (guint i = 0; i < rows->len && *out_efi == NULL; i++) {
    const V2vFileInfo *row = g_ptr_array_index (rows, i);

    if (row->kind == V2V_FILE_DIRECTORY && g_ascii_strcasecmp (row->name, "EFI") == 0)
      *out_efi = g_build_path ("/", esp, row->name, NULL);
  }
  return TRUE;
}

/* Silent about a guest that starts by BIOS: there the copy is for those who want both. */
static void
warn (V2vRuleContext *context, const char *esp, const char *why)
{
  g_autofree char *place = v2v_str_printable (esp, SHOW_MAX);

  if (context->guest->firmware == V2V_FIRMWARE_UEFI)
    v2v_rule_context_warn (context,
                           "the EFI system partition ('%s') %s: firmware without this guest's "
                           "boot variables may not start it", place, why);
}

/* (transfer full) (element-type GBytes): the contents, in the order of @copies. */
static GPtrArray *
read_all (V2vFs *fs, const char *efi, const GPtrArray *copies, gsize *out_total, GError **error)
{
  g_autoptr (GPtrArray) contents
    = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  *out_total = 0;
  for (guint i = 0; i < copies->len; i++) {
    const V2vEspCopy *copy = g_ptr_array_index (copies, i);
    g_autofree char *from = g_build_path ("/", efi, copy->from, NULL);
    GBytes *bytes = v2v_fs_map (fs, from, LOADER_MAX, error);

    if (bytes == NULL) {
      /* It was listed a moment ago. */
      if (error != NULL)
        v2v_error_recode (*error, V2V_ERROR_NOT_FOUND, V2V_ERROR_REFUSED);
      return NULL;
    }
    *out_total += g_bytes_get_size (bytes);
    g_ptr_array_add (contents, bytes);
  }
  return g_steal_pointer (&contents);
}

/* FALSE when it is known that the partition is too full. */
static gboolean
has_room (const V2vGuest *guest, const V2vMount *esp, gsize total)
{
  const V2vFilesystem *fs = v2v_guest_find_filesystem (guest, esp->device);

  return fs == NULL || fs->size == 0 || fs->free >= total + ROOM;
}

static gboolean
copy_all (V2vRuleContext *context, const V2vMount *esp, const char *efi,
          const GPtrArray *copies, GError **error)
{
  gsize total;
  g_autoptr (GPtrArray) contents
    = read_all (v2v_draft_fs (context->draft), efi, copies, &total, error);

  if (contents == NULL)
    return FALSE;
  if (!has_room (context->guest, esp, total)) {
    warn (context, esp->mountpoint, "has no room for a copy of its loader");
    return TRUE;
  }
  for (guint i = 0; i < copies->len; i++) {
    const V2vEspCopy *copy = g_ptr_array_index (copies, i);
    g_autofree char *to = g_build_path ("/", efi, copy->to, NULL);

    if (!v2v_draft_put (context->draft, to, g_ptr_array_index (contents, i), 0644, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
add_fallback (V2vRuleContext *context, const V2vMount *esp, GError **error)
{
  V2vFs *fs = v2v_draft_fs (context->draft);
  const V2vGuest *guest = context->guest;
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GPtrArray) copies = NULL;
  g_autofree char *efi = NULL;
  g_autofree char *why = NULL;

  if (!find_efi (fs, esp->mountpoint, &efi, error))
    return FALSE;
  if (efi == NULL) {
    warn (context, esp->mountpoint, "has no directory EFI");
    return TRUE;
  }
  names = v2v_fs_find (fs, efi, NAMES_MAX, error);
  if (names == NULL)
    return FALSE;
  copies = v2v_esp_fallback (names, guest->arch, guest->distro, &why);
  if (copies != NULL)
    return copies->len == 0 || copy_all (context, esp, efi, copies, error);
  warn (context, esp->mountpoint, why);
  return TRUE;
}

/* A disk that can do both is taken for BIOS, but may be started by UEFI all the same when
 * the new machine is described elsewhere. */
static gboolean
esp_fallback_apply (gconstpointer data, V2vRuleContext *context, GError **error)
{
  const V2vGuest *guest = context->guest;
  const V2vBootloader *bootloader = guest->bootloader;
  gboolean uefi = guest->firmware == V2V_FIRMWARE_UEFI;
  const V2vMount *esp = find_esp (guest);

  (void) data;
  if ((!uefi && (bootloader == NULL || !bootloader->esp_loader))
      || (bootloader != NULL && bootloader->esp_fallback))
    return TRUE;
  if (esp != NULL)
    return add_fallback (context, esp, error);
  if (uefi)
    v2v_rule_context_warn (context, "it is not known where the EFI system partition is "
                           "mounted: firmware without this guest's boot variables may not "
                           "start it");
  return TRUE;
}

const V2vActionOps v2v_action_esp_fallback_ops = {
  .name = "esp-fallback",
  .summary = "a UEFI guest has EFI/BOOT/BOOT<ARCH>.EFI: a copy of its own loader",
  .parse = esp_fallback_parse,
  .free = g_free,
  .apply = esp_fallback_apply,
};
