/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-windows-files.c - what a Windows guest's files say
 */
#include <config.h>

#include <string.h>

#include "v2v-inspect-private.h"
#include "v2v-windows-private.h"

/* The PE header of a program stands in its first page. */
#define PE_HEAD 4096

/* (transfer full) (nullable): the name in @directory that is @name but for case. */
static gboolean
find_name (V2vFs *fs, V2vGuest *guest, const char *directory, const char *name,
           char **out_name, GError **error)
{
  g_autoptr (GPtrArray) names = NULL;

  if (!v2v_inspect_list (fs, guest, directory, &names, error))
    return FALSE;
  for (guint i = 0; i < names->len && *out_name == NULL; i++) {
    const V2vFileInfo *info = g_ptr_array_index (names, i);

    if (g_ascii_strcasecmp (info->name, name) == 0)
      *out_name = g_strdup (info->name);
  }
  return TRUE;
}

static gboolean
exists (V2vFs *fs, V2vGuest *guest, const char *path, gboolean *out_exists, GError **error)
{
  const char *const paths[] = { path, NULL };
  g_autoptr (GPtrArray) rows = NULL;
  GError *local = NULL;

  *out_exists = FALSE;
  rows = v2v_fs_stat_many (fs, paths, &local);
  if (rows == NULL)
    return v2v_inspect_note (guest, path, local, error);
  *out_exists = ((const V2vFileInfo *) g_ptr_array_index (rows, 0))->kind != V2V_FILE_ABSENT;
  return TRUE;
}

gboolean
v2v_windows_find (V2vFs *fs, V2vGuest *guest, const char *path, char **out_path,
                  GError **error)
{
  g_auto (GStrv) names = g_strsplit (path, "/", -1);
  g_autoptr (GString) found = g_string_new (NULL);
  gboolean there;

  *out_path = NULL;
  if (!exists (fs, guest, path, &there, error))
    return FALSE;
  if (there) {
    *out_path = g_strdup (path);
    return TRUE;
  }
  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree char *name = NULL;

    if (*names[i] == '\0')
      continue;
    if (!find_name (fs, guest, found->len == 0 ? "/" : found->str, names[i], &name, error))
      return FALSE;
    if (name == NULL)
      return TRUE;
    g_string_append_printf (found, "/%s", name);
  }
  *out_path = g_strdup (found->str);
  return TRUE;
}

static guint16
get_le16 (const guint8 *p)
{
  return (guint16) (p[0] | p[1] << 8);
}

static guint32
get_le32 (const guint8 *p)
{
  return (guint32) get_le16 (p) | (guint32) get_le16 (p + 2) << 16;
}

const char *
v2v_windows_pe_arch (const guint8 *data, gsize length)
{
  guint32 header;

  if (length < 0x40 || memcmp (data, "MZ", 2) != 0)
    return NULL;
  header = get_le32 (data + 0x3c);
  if (header > length || length - header < 6 || memcmp (data + header, "PE\0\0", 4) != 0)
    return NULL;
  switch (get_le16 (data + header + 4)) {
  case 0x8664:
    return "x86_64";
  case 0x014c:
    return "i386";
  case 0xaa64:
    return "aarch64";
  case 0x01c4:
    return "arm";
  default:
    return NULL;
  }
}

/* (transfer full) (nullable): the first bytes of a file, NULL when it is not there. */
static gboolean
read_head (V2vFs *fs, V2vGuest *guest, const char *path, gsize length, GBytes **out_head,
           GError **error)
{
  g_autofree char *real = NULL;
  GError *local = NULL;

  *out_head = NULL;
  if (!v2v_windows_find (fs, guest, path, &real, error))
    return FALSE;
  if (real == NULL)
    return TRUE;
  *out_head = v2v_fs_read_head (fs, real, length, &local);
  return *out_head != NULL || v2v_inspect_note (guest, real, local, error);
}

static gboolean
read_arch (V2vFs *fs, V2vGuest *guest, GError **error)
{
  static const char *const names[] = { "cmd.exe", "kernel32.dll", "ntoskrnl.exe" };

  for (gsize i = 0; i < G_N_ELEMENTS (names) && guest->arch == NULL; i++) {
    g_autofree char *path
      = g_strdup_printf ("%s/System32/%s", guest->windows->systemroot, names[i]);
    g_autoptr (GBytes) head = NULL;

    if (!read_head (fs, guest, path, PE_HEAD, &head, error))
      return FALSE;
    if (head != NULL) {
      gsize length;
      const guint8 *data = g_bytes_get_data (head, &length);

      guest->arch = g_strdup (v2v_windows_pe_arch (data, length));
    }
  }
  return TRUE;
}

/* "hibr" is a sleeping Windows, "rstr" one whose waking was cut off; "wake" or
 * zeros are left behind by one that woke up. */
static gboolean
read_hibernation (V2vFs *fs, V2vGuest *guest, GError **error)
{
  static const char *const asleep[] = { "hibr", "HIBR", "rstr", "RSTR" };
  g_autoptr (GBytes) head = NULL;

  if (!read_head (fs, guest, "/hiberfil.sys", 4, &head, error))
    return FALSE;
  if (head == NULL || g_bytes_get_size (head) != 4)
    return TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (asleep); i++) {
    if (memcmp (g_bytes_get_data (head, NULL), asleep[i], 4) == 0)
      guest->windows->hibernated = TRUE;
  }
  return TRUE;
}

/* The boot store is on the system volume only on old or one-partition disks. */
static gboolean
read_bootloader (V2vFs *fs, V2vGuest *guest, GError **error)
{
  V2vBootloader *bootloader = v2v_guest_set_bootloader (guest, "windows");

  return v2v_windows_find (fs, guest, "/Boot/BCD", &bootloader->config, error);
}

gboolean
v2v_windows_read_files (V2vFs *fs, V2vGuest *guest, GError **error)
{
  return read_arch (fs, guest, error) && read_hibernation (fs, guest, error)
         && read_bootloader (fs, guest, error);
}
