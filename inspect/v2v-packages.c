/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-packages.c - package format, manager and list
 */
#include <config.h>

#include "v2v-dpkg.h"
#include "v2v-inspect-private.h"

/* A desktop's status file has some 5 MB. */
#define DPKG_STATUS_MAX (64 * 1024 * 1024)
#define STATUS_D_MAX 10000

/* dnf and its like are looked for before yum, which is a link to them later on. */
static const struct {
  const char *path;
  const char *manager;
  const char *format;
} managers[] = {
  { "/usr/bin/apt-get", "apt", "deb" }, { "/usr/bin/zypper", "zypper", "rpm" },
  { "/usr/bin/tdnf", "tdnf", "rpm" },   { "/usr/bin/dnf", "dnf", "rpm" },
  { "/usr/bin/microdnf", "dnf", "rpm" }, { "/usr/bin/dnf5", "dnf", "rpm" },
  { "/usr/bin/yum", "yum", "rpm" },     { "/sbin/apk", "apk", "apk" },
  { "/usr/bin/pacman", "pacman", "pacman" },
};

static const struct {
  const char *path;
  const char *format;
  const char *kind;
} databases[] = {
  { "/var/lib/dpkg/status", "deb", NULL },
  { "/var/lib/dpkg/status.d", "deb", NULL },
  { "/usr/lib/sysimage/rpm/rpmdb.sqlite", "rpm", "sqlite" },
  { "/usr/lib/sysimage/rpm/Packages.db", "rpm", "ndb" },
  { "/usr/lib/sysimage/rpm/Packages", "rpm", "Berkeley DB" },
  { "/var/lib/rpm/rpmdb.sqlite", "rpm", "sqlite" },
  { "/var/lib/rpm/Packages.db", "rpm", "ndb" },
  { "/var/lib/rpm/Packages", "rpm", "Berkeley DB" },
  { "/lib/apk/db/installed", "apk", NULL },
  { "/var/lib/pacman/local", "pacman", NULL },
};

enum { N_PATHS = G_N_ELEMENTS (managers) + G_N_ELEMENTS (databases) };

static gboolean
read_status (V2vFs *fs, V2vGuest *guest, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  GError *local = NULL;
  const char *text;
  gsize size;

  bytes = v2v_fs_read (fs, path, DPKG_STATUS_MAX, &local);
  if (bytes == NULL)
    return v2v_inspect_note (guest, "packages", local, error);
  text = g_bytes_get_data (bytes, &size);
  if (!v2v_dpkg_parse (guest, text, size))
    v2v_guest_add_unknown (guest, "packages", "'%s' lists more than %d packages", path,
                           V2V_PACKAGES_MAX);
  return TRUE;
}

/* One file per package, as in images without dpkg itself. */
static gboolean
read_status_d (V2vFs *fs, V2vGuest *guest, GError **error)
{
  g_autoptr (GPtrArray) list = NULL;

  if (!v2v_inspect_list (fs, guest, "/var/lib/dpkg/status.d", &list, error))
    return FALSE;
  for (guint i = 0; i < list->len && i < STATUS_D_MAX; i++) {
    const V2vFileInfo *info = g_ptr_array_index (list, i);
    g_autofree char *path = g_strconcat ("/var/lib/dpkg/status.d/", info->name, NULL);

    if (info->kind == V2V_FILE_REGULAR && !g_str_has_suffix (info->name, ".md5sums")
        && !read_status (fs, guest, path, error))
      return FALSE;
  }
  return TRUE;
}

/* The rows of managers[], then those of databases[]. */
static GPtrArray *
stat_all (V2vFs *fs, GError **error)
{
  const char *paths[N_PATHS + 1] = { NULL };
  gsize n = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (managers); i++)
    paths[n++] = managers[i].path;
  for (gsize i = 0; i < G_N_ELEMENTS (databases); i++)
    paths[n++] = databases[i].path;
  return v2v_fs_stat_many (fs, paths, error);
}

static gboolean
is_there (const GPtrArray *rows, gsize i)
{
  return ((V2vFileInfo *) g_ptr_array_index (rows, i))->kind != V2V_FILE_ABSENT;
}

/* The format is the database's; a Debian with rpm installed as a tool stays deb. */
static void
set_format (V2vGuest *guest, const GPtrArray *rows, const char **out_kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (databases) && guest->package_format == NULL; i++) {
    if (is_there (rows, G_N_ELEMENTS (managers) + i)) {
      guest->package_format = g_strdup (databases[i].format);
      *out_kind = databases[i].kind;
    }
  }
  for (gsize i = 0; i < G_N_ELEMENTS (managers); i++) {
    if (!is_there (rows, i))
      continue;
    if (guest->package_format == NULL)
      guest->package_format = g_strdup (managers[i].format);
    if (g_str_equal (guest->package_format, managers[i].format)) {
      guest->package_manager = g_strdup (managers[i].manager);
      return;
    }
  }
}

gboolean
v2v_inspect_packages (V2vFs *fs, V2vGuest *guest, GError **error)
{
  g_autoptr (GPtrArray) rows = stat_all (fs, error);
  const char *kind = NULL;

  if (rows == NULL)
    return FALSE;
  set_format (guest, rows, &kind);
  if (g_strcmp0 (guest->package_format, "deb") == 0)
    return read_status (fs, guest, "/var/lib/dpkg/status", error)
           && read_status_d (fs, guest, error);
  if (kind != NULL)
    v2v_guest_add_unknown (guest, "packages", "the rpm database is of kind %s, which is not read",
                           kind);
  else
    v2v_guest_add_unknown (guest, "packages", "%s",
                           guest->package_format == NULL
                             ? "no package database was found"
                             : "the package database is of a kind that is not read");
  return TRUE;
}
