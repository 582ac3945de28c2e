/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-osinfo.c - ask libosinfo's database
 */
#include <config.h>

#include "v2v-osinfo.h"

#include <osinfo/osinfo.h>
#include <string.h>

#include "v2v-inspect-private.h"
#include "v2v-xml.h"

/* libosinfo 1.10 leaks 184 bytes for each load; the leak checker would report them
 * for every program that inspects a guest. */
#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#define LEAKS_BEGIN() __lsan_disable ()
#define LEAKS_END() __lsan_enable ()
#else
#define LEAKS_BEGIN() (void) 0
#define LEAKS_END() (void) 0
#endif

/* (transfer full) (nullable) */
static OsinfoDb *
load_database (V2vGuest *guest)
{
  g_autoptr (OsinfoLoader) loader = osinfo_loader_new ();
  g_autoptr (GError) local = NULL;

  /* A damaged or missing database costs the long URI, not the conversion. */
  LEAKS_BEGIN ();
  osinfo_loader_process_default_path (loader, &local);
  LEAKS_END ();
  if (local != NULL) {
    v2v_guest_add_unknown (guest, "osinfo-db", "loading the osinfo database: %s",
                           local->message);
    return NULL;
  }
  return g_object_ref (osinfo_loader_get_db (loader));
}

static gboolean
has_short_id (OsinfoProduct *product, const char *id)
{
  g_autoptr (GList) ids
    = osinfo_entity_get_param_value_list (OSINFO_ENTITY (product),
                                          OSINFO_PRODUCT_PROP_SHORT_ID);

  /* One system may have several: centos7 and centos7.0. */
  return g_list_find_custom (ids, id, (GCompareFunc) g_strcmp0) != NULL;
}

static gboolean
is_release (OsinfoOs *os, const V2vGuest *guest)
{
  const char *version = osinfo_product_get_version (OSINFO_PRODUCT (os));

  return guest->version_id != NULL
         && g_strcmp0 (osinfo_os_get_distro (os), guest->distro) == 0
         && g_strcmp0 (version, guest->version_id) == 0;
}

static void
ask_database (OsinfoDb *db, V2vGuest *guest)
{
  g_autoptr (OsinfoOsList) list = osinfo_db_get_os_list (db);
  int n = osinfo_list_get_length (OSINFO_LIST (list));

  for (int i = 0; i < n; i++) {
    OsinfoOs *os = OSINFO_OS (osinfo_list_get_nth (OSINFO_LIST (list), i));
    gboolean found = guest->osinfo_id != NULL
                       ? has_short_id (OSINFO_PRODUCT (os), guest->osinfo_id)
                       : is_release (os, guest);

    if (!found)
      continue;
    if (guest->osinfo_id == NULL)
      guest->osinfo_id = g_strdup (osinfo_product_get_short_id (OSINFO_PRODUCT (os)));
    g_free (guest->osinfo_uri);
    guest->osinfo_uri = g_strdup (osinfo_entity_get_id (OSINFO_ENTITY (os)));
    return;
  }
}

/* TRUE when the administrator or the user has additions of his own. */
static gboolean
has_additions (void)
{
  const char *local = g_getenv ("OSINFO_LOCAL_DIR");
  const char *user = g_getenv ("OSINFO_USER_DIR");
  g_autofree char *config = g_build_filename (g_get_user_config_dir (), "osinfo", NULL);

  return g_getenv ("OSINFO_DATA_DIR") != NULL
         || g_file_test (local != NULL ? local : "/etc/osinfo", G_FILE_TEST_EXISTS)
         || g_file_test (user != NULL ? user : config, G_FILE_TEST_EXISTS);
}

/* TRUE when the file says that @id is the system of that URI. */
static gboolean
file_agrees (const char *path, const char *id)
{
  g_autoptr (xmlDoc) doc = v2v_xml_load (path, NULL);
  g_autoptr (GPtrArray) nodes = NULL;

  if (doc == NULL)
    return FALSE;
  nodes = v2v_xml_find_all (xmlDocGetRootElement (doc), "os/short-id");
  for (guint i = 0; i < nodes->len; i++) {
    g_autofree char *text = v2v_xml_dup_string (g_ptr_array_index (nodes, i), ".");

    if (g_strcmp0 (text, id) == 0)
      return TRUE;
  }
  return FALSE;
}

/* TRUE when the whole database need not be loaded, which takes 0.25 s even when there is
 * none: it comes with the names of all PCI devices.  libosinfo insists on one place for
 * each system: http://debian.org/debian/11 is in os/debian.org/debian-11.xml.  What our
 * rules name and is not in its place came after the database. */
static gboolean
is_settled (const V2vGuest *guest)
{
  const char *system = g_getenv ("OSINFO_SYSTEM_DIR");
  const char *start = guest->osinfo_uri == NULL ? NULL : strstr (guest->osinfo_uri, "://");
  g_autofree char *rest = NULL;
  g_autofree char *path = NULL;
  char *slash;

  if (start == NULL || has_additions ())
    return FALSE;
  rest = g_strconcat (start + strlen ("://"), ".xml", NULL);
  slash = strchr (rest, '/');
  if (slash == NULL)
    return FALSE;
  g_strdelimit (slash + 1, "/", '-');
  path = g_build_filename (system != NULL ? system : "/usr/share/osinfo", "os", rest, NULL);
  return !g_file_test (path, G_FILE_TEST_EXISTS) || file_agrees (path, guest->osinfo_id);
}

void
v2v_inspect_osinfo (V2vGuest *guest)
{
  g_autoptr (OsinfoDb) db = NULL;
  gboolean known;

  g_clear_pointer (&guest->osinfo_id, g_free);
  g_clear_pointer (&guest->osinfo_uri, g_free);
  known = v2v_osinfo_from_rules (guest, &guest->osinfo_id, &guest->osinfo_uri);
  if ((known && guest->osinfo_id == NULL) || guest->distro == NULL || is_settled (guest))
    return;
  db = load_database (guest);
  if (db != NULL)
    ask_database (db, guest);
}
