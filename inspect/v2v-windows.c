/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-windows.c - inspect a Windows guest
 *
 * Hives are copied to a private directory on the host for as long as the inspection
 * takes: libhivex needs files.
 */
#include <config.h>

#include <glib/gstdio.h>
#include <string.h>

#include "v2v-ec2-private.h"
#include "v2v-inspect-private.h"
#include "v2v-windows-private.h"

#define HIVE_MAX (512u * 1024 * 1024)

static void
hives_clear (V2vWindowsHives *hives)
{
  char *files[] = { hives->system_hive, hives->software_hive };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    if (files[i] != NULL)
      g_unlink (files[i]);
    g_free (files[i]);
  }
  if (hives->directory != NULL)
    g_rmdir (hives->directory);
  g_free (hives->directory);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (V2vWindowsHives, hives_clear)

static gboolean
make_directory (V2vWindowsHives *hives, GError **error)
{
  g_autoptr (GError) local = NULL;

  /* Mode 0700, as mkdtemp() has it: hives hold password hashes. */
  hives->directory = g_dir_make_tmp ("v2v-hives-XXXXXX", &local);
  if (hives->directory == NULL) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_STORAGE,
                 "making a directory for registry hives: %s", local->message);
    return FALSE;
  }
  return TRUE;
}

/* %NULL in both when it is not there or was refused: a row says so. */
static gboolean
fetch (V2vFs *fs, V2vGuest *guest, const V2vWindowsHives *hives, const char *name,
       char **out_guest_path, char **out_host_path, GError **error)
{
  g_autofree char *path
    = g_strdup_printf ("%s/System32/config/%s", guest->windows->systemroot, name);
  g_autofree char *host = g_build_filename (hives->directory, name, NULL);
  g_autofree char *real = NULL;
  GError *local = NULL;

  if (!v2v_windows_find (fs, guest, path, &real, error))
    return FALSE;
  if (real == NULL) {
    v2v_guest_add_unknown (guest, name, "there is no '%s'", path);
    return TRUE;
  }
  if (!v2v_fs_download (fs, real, host, HIVE_MAX, &local))
    return v2v_inspect_note (guest, name, local, error);
  *out_guest_path = g_steal_pointer (&real);
  *out_host_path = g_steal_pointer (&host);
  return TRUE;
}

static gboolean
read_registry (V2vFs *fs, V2vGuest *guest, GError **error)
{
  g_auto (V2vWindowsHives) hives = { 0 };
  V2vWindows *windows = guest->windows;

  if (!make_directory (&hives, error)
      || !fetch (fs, guest, &hives, "SOFTWARE", &windows->software_hive, &hives.software_hive,
                 error)
      || !fetch (fs, guest, &hives, "SYSTEM", &windows->system_hive, &hives.system_hive, error))
    return FALSE;
  v2v_windows_read_hives (guest, &hives);
  v2v_ec2_read_hives (guest, hives.system_hive, hives.software_hive);
  return TRUE;
}

/* Windows NT and 2000 were installed to /WINNT. */
static gboolean
find_systemroot (V2vFs *fs, V2vGuest *guest, char **out_path, GError **error)
{
  static const char *const names[] = { "/Windows", "/WINNT" };

  for (gsize i = 0; i < G_N_ELEMENTS (names) && *out_path == NULL; i++) {
    g_autofree char *config = g_strconcat (names[i], "/System32/config", NULL);
    g_autofree char *found = NULL;

    if (!v2v_windows_find (fs, guest, config, &found, error))
      return FALSE;
    if (found != NULL)
      *out_path = g_strndup (found, strlen (names[i]));
  }
  return TRUE;
}

static void
forget_names (V2vGuest *guest)
{
  char **names[] = { &guest->distro, &guest->version_id, &guest->product,
                     &guest->variant, &guest->arch,      &guest->hostname };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    g_clear_pointer (names[i], g_free);
}

gboolean
v2v_inspect_windows (V2vFs *fs, V2vGuest *guest, GError **error)
{
  g_autofree char *systemroot = NULL;

  if (!find_systemroot (fs, guest, &systemroot, error))
    return FALSE;
  if (systemroot == NULL)
    return TRUE;
  forget_names (guest);
  guest->os = V2V_OS_WINDOWS;
  guest->distro = g_strdup ("windows");
  v2v_guest_set_windows (guest)->systemroot = g_steal_pointer (&systemroot);
  /* Files first: the PE header wins over what the registry says of the processor. */
  return v2v_windows_read_files (fs, guest, error) && read_registry (fs, guest, error);
}
