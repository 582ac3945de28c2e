/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-esp.c - what an EFI system partition can boot
 */
#include <config.h>

#include "v2v-esp.h"

#include <string.h>

#include "v2v-inspect-private.h"

#define ESP_NAMES_MAX 5000

gboolean
v2v_esp_is (const V2vPartition *partition)
{
  return g_strcmp0 (partition->type_guid, V2V_ESP_TYPE) == 0
         || partition->mbr_type == V2V_ESP_MBR_TYPE;
}

/* UEFI 2.10, table 3.4. */
static gboolean
is_fallback (const char *base, const char *arch)
{
  static const struct {
    const char *arch;
    const char *name;
  } rows[] = {
    { "x86_64", "bootx64.efi" },       { "aarch64", "bootaa64.efi" },
    { "i386", "bootia32.efi" },        { "arm", "bootarm.efi" },
    { "riscv64", "bootriscv64.efi" },  { "loongarch64", "bootloongarch64.efi" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if ((arch == NULL || g_str_equal (arch, rows[i].arch))
        && g_ascii_strcasecmp (base, rows[i].name) == 0)
      return TRUE;
  return FALSE;
}

void
v2v_esp_classify (const GPtrArray *names, const char *arch, V2vEsp *out)
{
  memset (out, 0, sizeof *out);
  for (guint i = 0; i < names->len; i++) {
    g_autofree char *name = g_ascii_strdown (g_ptr_array_index (names, i), -1);
    const char *slash = strrchr (name, '/');

    /* fwupd's capsule loader starts no system. */
    if (slash == NULL || !g_str_has_suffix (name, ".efi")
        || g_str_has_prefix (slash + 1, "fwup"))
      continue;
    if (g_str_has_prefix (name, "boot/"))
      out->fallback |= is_fallback (slash + 1, arch);
    else
      out->loader = TRUE;
  }
}

gboolean
v2v_esp_read (V2vFs *fs, V2vGuest *guest, const char *mountpoint, V2vEsp *out,
              gboolean *out_found, GError **error)
{
  static const char *const directories[] = { "EFI", "efi", "Efi" };
  g_autoptr (GPtrArray) names = NULL;
  GError *local = NULL;

  memset (out, 0, sizeof *out);
  *out_found = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (directories) && names == NULL; i++) {
    g_autofree char *path = g_build_path ("/", mountpoint, directories[i], NULL);

    g_clear_error (&local);
    names = v2v_fs_find (fs, path, ESP_NAMES_MAX, &local);
    if (names == NULL && !g_error_matches (local, V2V_ERROR, V2V_ERROR_NOT_FOUND))
      break;
  }
  if (names == NULL)
    return v2v_inspect_note (guest, "esp", local, error);
  *out_found = TRUE;
  v2v_esp_classify (names, guest->arch, out);
  return TRUE;
}
