/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-units.c - what starts at boot
 *
 * A systemd unit is enabled when /etc/systemd/system/X.wants, .requires or .upholds
 * links to it and it is not masked.  Presets and the static links below /usr/lib do
 * not count: they are the distribution's, not a decision for this guest.  Guests
 * without systemd: the S links of run level 3 (SysV, "sshd") or every OpenRC run
 * level, by the name of the script without ".service".
 */
#include <config.h>

#include <string.h>

#include "v2v-inspect-private.h"

#define UNIT_DIR "/etc/systemd/system"
#define UNITS_MAX 20000

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* Sorts, and keeps one of each. */
static void
finish (GPtrArray *units)
{
  g_ptr_array_sort (units, compare_strings);
  for (guint i = units->len; i > 1; i--)
    if (g_str_equal (units->pdata[i - 1], units->pdata[i - 2]))
      g_ptr_array_remove_index (units, i - 1);
}

static gboolean
is_wants (const char *directory)
{
  return g_str_has_suffix (directory, ".wants") || g_str_has_suffix (directory, ".requires")
         || g_str_has_suffix (directory, ".upholds");
}

/* A link to /dev/null, or an empty file. */
static GHashTable *
masked_units (GPtrArray *list)
{
  GHashTable *masked = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < list->len; i++) {
    const V2vFileInfo *info = g_ptr_array_index (list, i);

    if (g_strcmp0 (info->link, "/dev/null") == 0
        || (info->kind == V2V_FILE_REGULAR && info->size == 0))
      g_hash_table_add (masked, info->name);
  }
  return masked;
}

/* One listing and one search: a round trip for each of a dozen directories costs more. */
static gboolean
read_systemd (V2vFs *fs, V2vGuest *guest, gboolean *out_found, GError **error)
{
  g_autoptr (GPtrArray) list = NULL;
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GHashTable) masked = NULL;
  GError *local = NULL;

  *out_found = FALSE;
  if (!v2v_fs_is_dir (fs, UNIT_DIR))
    return TRUE;
  *out_found = TRUE;
  list = v2v_fs_list (fs, UNIT_DIR, &local);
  if (list == NULL)
    return v2v_inspect_note (guest, "units", local, error);
  names = v2v_fs_find (fs, UNIT_DIR, UNITS_MAX, &local);
  if (names == NULL)
    return v2v_inspect_note (guest, "units", local, error);
  masked = masked_units (list);
  for (guint i = 0; i < names->len; i++) {
    g_auto (GStrv) parts = g_strsplit (g_ptr_array_index (names, i), "/", 3);

    if (g_strv_length (parts) == 2 && is_wants (parts[0])
        && !g_hash_table_contains (masked, parts[1]))
      g_ptr_array_add (guest->units, g_strdup (parts[1]));
  }
  return TRUE;
}

static gboolean
read_sysv (V2vFs *fs, V2vGuest *guest, GError **error)
{
  static const char *const directories[] = { "/etc/rc.d/rc3.d", "/etc/rc3.d", "/etc/rc2.d",
                                             "/etc/init.d/rc3.d" };

  for (gsize i = 0; i < G_N_ELEMENTS (directories) && guest->units->len == 0; i++) {
    g_autoptr (GPtrArray) list = NULL;

    if (!v2v_inspect_list (fs, guest, directories[i], &list, error))
      return FALSE;
    for (guint j = 0; j < list->len; j++) {
      const char *name = ((V2vFileInfo *) g_ptr_array_index (list, j))->name;

      if (name[0] == 'S' && g_ascii_isdigit (name[1]) && g_ascii_isdigit (name[2])
          && name[3] != '\0')
        g_ptr_array_add (guest->units, g_strdup (name + 3));
    }
  }
  return TRUE;
}

static gboolean
read_openrc (V2vFs *fs, V2vGuest *guest, GError **error)
{
  g_autoptr (GPtrArray) names = NULL;
  GError *local = NULL;

  names = v2v_fs_find (fs, "/etc/runlevels", UNITS_MAX, &local);
  if (names == NULL)
    return v2v_inspect_note (guest, "units", local, error);
  for (guint i = 0; i < names->len; i++) {
    const char *slash = strchr (g_ptr_array_index (names, i), '/');

    if (slash != NULL && strchr (slash + 1, '/') == NULL)
      g_ptr_array_add (guest->units, g_strdup (slash + 1));
  }
  return TRUE;
}

gboolean
v2v_inspect_units (V2vFs *fs, V2vGuest *guest, GError **error)
{
  gboolean systemd;

  if (!read_systemd (fs, guest, &systemd, error))
    return FALSE;
  if (!systemd && (!read_openrc (fs, guest, error) || !read_sysv (fs, guest, error)))
    return FALSE;
  finish (guest->units);
  return TRUE;
}
