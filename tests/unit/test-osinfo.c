/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib/gstdio.h>

#include "v2v-inspect-private.h"
#include "v2v-osinfo.h"

typedef struct {
  const char *distro;
  int major, minor;
  const char *product;
  const char *id;
  const char *uri;
} LinuxRow;

static const LinuxRow linux_rows[] = {
  { "debian", 12, 0, NULL, "debian12", "http://debian.org/debian/12" },
  { "debian", 11, 9, NULL, "debian11", "http://debian.org/debian/11" },
  { "ubuntu", 22, 4, NULL, "ubuntu22.04", "http://ubuntu.com/ubuntu/22.04" },
  { "ubuntu", 24, 10, NULL, "ubuntu24.10", "http://ubuntu.com/ubuntu/24.10" },
  { "rhel", 9, 4, NULL, "rhel9.4", "http://redhat.com/rhel/9.4" },
  { "rhel", 8, 10, NULL, "rhel8.10", "http://redhat.com/rhel/8.10" },
  { "centos", 6, 10, NULL, "centos6.10", "http://centos.org/centos/6.10" },
  { "centos", 7, 9, NULL, "centos7.0", "http://centos.org/centos/7.0" },
  { "centos", 8, 0, "CentOS Linux 8", "centos8", "http://centos.org/centos/8" },
  { "centos", 8, 0, "CentOS Stream 8", "centos-stream8",
    "http://centos.org/centos-stream/8" },
  { "centos", 9, 0, NULL, "centos-stream9", "http://centos.org/centos-stream/9" },
  { "almalinux", 9, 4, NULL, "almalinux9", "http://almalinux.org/almalinux/9" },
  { "rocky", 10, 0, NULL, "rocky10", "http://rockylinux.org/rocky/10" },
  { "ol", 9, 4, NULL, "ol9.4", "http://oracle.com/ol/9.4" },
  { "fedora", 43, 0, NULL, "fedora43", "http://fedoraproject.org/fedora/43" },
  { "sles", 12, 5, NULL, "sles12sp5", "http://suse.com/sles/12.5" },
  { "sles", 15, 0, NULL, "sle15", "http://suse.com/sle/15" },
  { "sles", 15, 5, NULL, "sle15sp5", "http://suse.com/sle/15.5" },
  { "sles_sap", 15, 6, NULL, "sle15sp6", "http://suse.com/sle/15.6" },
  { "sles", 16, 0, NULL, "sles16.0", "http://suse.com/sles/16.0" },
  { "sled", 12, 4, NULL, "sled12sp4", "http://suse.com/sled/12.4" },
  { "sle-micro", 5, 4, NULL, "slem5.4", "http://suse.com/slem/5.4" },
  { "opensuse-leap", 15, 6, NULL, "opensuse15.6", "http://opensuse.org/opensuse/15.6" },
  { "opensuse-tumbleweed", 20240101, 0, NULL, "opensusetumbleweed",
    "http://opensuse.org/opensuse/tumbleweed" },
  { "alpine", 3, 20, NULL, "alpinelinux3.20",
    "http://alpinelinux.org/alpinelinux/3.20" },
  { "arch", 0, 0, NULL, "archlinux", "http://archlinux.org/archlinux/rolling" },
  { "nixos", 23, 5, NULL, "nixos-23.05", "http://nixos.org/nixos/23.05" },
  /* Known to have no id anywhere; a guess would be worse. */
  { "amzn", 2, 0, NULL, NULL, NULL },
  { "amzn", 2023, 0, NULL, NULL, NULL },
  { "photon", 5, 0, NULL, NULL, NULL },
};

static void
test_linux (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (linux_rows); i++) {
    const LinuxRow *row = &linux_rows[i];
    g_autoptr (V2vGuest) guest = v2v_guest_new ();
    g_autofree char *id = NULL;
    g_autofree char *uri = NULL;

    guest->os = V2V_OS_LINUX;
    guest->distro = g_strdup (row->distro);
    guest->major = row->major;
    guest->minor = row->minor;
    guest->product = g_strdup (row->product);
    g_assert_true (v2v_osinfo_from_rules (guest, &id, &uri));
    g_assert_cmpstr (id, ==, row->id);
    g_assert_cmpstr (uri, ==, row->uri);
  }
}

/* A version that could not be read must not become "debian0". */
static void
test_linux_unknown (void)
{
  static const LinuxRow rows[] = {
    { "debian", 0, 0, NULL, NULL, NULL },
    { "centos", 0, 0, NULL, NULL, NULL },
    { "ubuntu", 0, 0, NULL, NULL, NULL },
    { "rhel", 0, 0, NULL, NULL, NULL },
    { "sles", 0, 0, NULL, NULL, NULL },
    { "fedora", -1, 0, NULL, NULL, NULL },
    { "nosuchdistro", 1, 0, NULL, NULL, NULL },
    { NULL, 1, 0, NULL, NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (V2vGuest) guest = v2v_guest_new ();
    g_autofree char *id = NULL;
    g_autofree char *uri = NULL;

    guest->os = V2V_OS_LINUX;
    guest->distro = g_strdup (rows[i].distro);
    guest->major = rows[i].major;
    g_assert_false (v2v_osinfo_from_rules (guest, &id, &uri));
    g_assert_null (id);
    g_assert_null (uri);
  }
}

static void
test_windows (void)
{
  static const struct {
    int major, minor;
    const char *build;
    const char *variant;
    const char *product;
    const char *id;
  } rows[] = {
    { 10, 0, "14393", "Server", NULL, "win2k16" },
    { 10, 0, "17763", "Server", NULL, "win2k19" },
    { 10, 0, "19042", "Server", NULL, "win2k19" },
    { 10, 0, "20348", "Server", NULL, "win2k22" },
    { 10, 0, "25398", "Server", NULL, "win2k22" },
    { 10, 0, "26100", "Server", NULL, "win2k25" },
    { 10, 0, "19045", "Client", "Windows 10 Pro", "win10" },
    { 10, 0, "20348", "Client", NULL, "win10" },
    /* Windows 11 still calls itself Windows 10 in ProductName. */
    { 10, 0, "22000", "Client", "Windows 10 Pro", "win11" },
    { 10, 0, "26100", "Client", "Windows 10 Pro", "win11" },
    { 6, 3, "9600", "Server", NULL, "win2k12r2" },
    { 6, 3, "9600", "Client", NULL, "win8.1" },
    { 6, 2, "9200", "Server", NULL, "win2k12" },
    { 6, 1, "7601", "Server", NULL, "win2k8r2" },
    { 6, 1, "7601", "Client", NULL, "win7" },
    { 6, 0, "6002", "Client", NULL, "winvista" },
    { 5, 2, "3790", "Server", "Windows Server 2003 R2", "win2k3r2" },
    { 5, 2, "3790", "Server", "Windows Server 2003", "win2k3" },
    { 5, 1, "2600", "Client", NULL, "winxp" },
    { 10, 0, "20348", NULL, NULL, NULL },
    { 11, 0, "1", "Client", NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (V2vGuest) guest = v2v_guest_new ();
    g_autofree char *id = NULL;
    g_autofree char *uri = NULL;

    guest->os = V2V_OS_WINDOWS;
    guest->distro = g_strdup ("windows");
    guest->major = rows[i].major;
    guest->minor = rows[i].minor;
    guest->variant = g_strdup (rows[i].variant);
    guest->product = g_strdup (rows[i].product);
    v2v_guest_set_windows (guest)->build = g_strdup (rows[i].build);
    g_assert_true (v2v_osinfo_from_rules (guest, &id, &uri));
    g_assert_cmpstr (id, ==, rows[i].id);
    g_assert_true ((uri == NULL) == (id == NULL));
    if (uri != NULL) {
      g_autofree char *want = g_strconcat ("http://microsoft.com/win/", id + 3, NULL);

      g_assert_cmpstr (uri, ==, want);
    }
  }
}

static V2vGuest *
inspect (const char *distro, const char *version_id, int major, int minor)
{
  V2vGuest *guest = v2v_guest_new ();

  guest->os = V2V_OS_LINUX;
  guest->distro = g_strdup (distro);
  guest->version_id = g_strdup (version_id);
  guest->major = major;
  guest->minor = minor;
  v2v_inspect_osinfo (guest);
  return guest;
}

/* The installed database agrees with our rules, is asked about what they do not
 * know, and leaves alone what nobody knows. */
static void
test_database (void)
{
  g_autoptr (V2vGuest) debian = inspect ("debian", "11", 11, 0);
  g_autoptr (V2vGuest) future = inspect ("debian", "99", 99, 0);
  g_autoptr (V2vGuest) pureos = inspect ("pureos", "10", 10, 0);
  g_autoptr (V2vGuest) nobody = inspect ("nosuchdistro", "1", 1, 0);
  g_autoptr (V2vGuest) amazon = inspect ("amzn", "2023", 2023, 0);

  if (debian->unknown->len != 0) {
    g_test_skip ("the osinfo database is not installed");
    return;
  }
  g_assert_cmpstr (debian->osinfo_id, ==, "debian11");
  g_assert_cmpstr (debian->osinfo_uri, ==, "http://debian.org/debian/11");
  g_assert_cmpstr (future->osinfo_id, ==, "debian99");
  g_assert_cmpstr (future->osinfo_uri, ==, "http://debian.org/debian/99");
  g_assert_cmpstr (pureos->osinfo_id, ==, "pureos10");
  g_assert_cmpstr (pureos->osinfo_uri, ==, "http://pureos.net/pureos/10");
  g_assert_null (nobody->osinfo_id);
  g_assert_null (amazon->osinfo_id);
  g_assert_null (amazon->osinfo_uri);
}

/* A database that cannot be loaded shows when it is. */
static void
test_one_file (void)
{
  static const struct {
    int major;
    const char *file; /* of the system; NULL: the database does not know it */
    guint unknown;
  } rows[] = { { 11, "<short-id>other</short-id><short-id>debian11</short-id>", 0 },
               { 12, NULL, 0 },
               { 10, "<short-id>buster</short-id>", 1 },
               { 9, "<short-id>debian9</short", 1 } };
  g_autofree char *dir = g_dir_make_tmp ("test-osinfo-XXXXXX", NULL);
  g_autofree char *vendor = g_build_filename (dir, "os", "debian.org", NULL);
  g_autofree char *broken = g_build_filename (vendor, "broken.xml", NULL);

  g_assert_cmpint (g_mkdir_with_parents (vendor, 0700), ==, 0);
  g_assert_true (g_file_set_contents (broken, "<libosinfo", -1, NULL));
  g_setenv ("OSINFO_SYSTEM_DIR", dir, TRUE);
  g_setenv ("OSINFO_LOCAL_DIR", "/nonexistent", TRUE);
  g_setenv ("OSINFO_USER_DIR", "/nonexistent", TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *version = g_strdup_printf ("%d", rows[i].major);
    g_autofree char *uri = g_strdup_printf ("http://debian.org/debian/%d", rows[i].major);
    g_autofree char *path = g_strdup_printf ("%s/debian-%d.xml", vendor, rows[i].major);
    g_autofree char *text
      = g_strdup_printf ("<libosinfo version='0.0.1'><os id='%s'>%s</os></libosinfo>", uri,
                         rows[i].file);
    g_autoptr (V2vGuest) guest = NULL;

    if (rows[i].file != NULL)
      g_assert_true (g_file_set_contents (path, text, -1, NULL));
    guest = inspect ("debian", version, rows[i].major, 0);
    g_assert_cmpstr (guest->osinfo_uri, ==, uri);
    g_assert_cmpuint (guest->unknown->len, ==, rows[i].unknown);
    g_unlink (path);
  }
  g_unsetenv ("OSINFO_SYSTEM_DIR");
  g_unsetenv ("OSINFO_LOCAL_DIR");
  g_unsetenv ("OSINFO_USER_DIR");
  g_unlink (broken);
  g_rmdir (vendor);
  *strrchr (vendor, '/') = '\0';
  g_rmdir (vendor);
  g_rmdir (dir);
}

static void
test_no_database (void)
{
  g_autoptr (V2vGuest) guest = NULL;

  /* libosinfo reads its directory from the environment. */
  g_setenv ("OSINFO_SYSTEM_DIR", "/nonexistent", TRUE);
  g_setenv ("OSINFO_LOCAL_DIR", "/nonexistent", TRUE);
  g_setenv ("OSINFO_USER_DIR", "/nonexistent", TRUE);
  guest = inspect ("debian", "11", 11, 0);
  g_unsetenv ("OSINFO_SYSTEM_DIR");
  g_unsetenv ("OSINFO_LOCAL_DIR");
  g_unsetenv ("OSINFO_USER_DIR");
  g_assert_cmpstr (guest->osinfo_id, ==, "debian11");
  g_assert_cmpstr (guest->osinfo_uri, ==, "http://debian.org/debian/11");
}

/* Where the rules and the reference list of known ids both have an opinion, they
 * must be the same. */
static void
test_reference (void)
{
  const char *shared = g_getenv ("V2V_SHARED");
  g_autofree char *path
    = shared != NULL ? g_build_filename (shared, "data/kubevirt/osinfo-preference.tsv", NULL)
                     : g_build_filename (g_getenv ("V2V_SRCDIR") ? g_getenv ("V2V_SRCDIR") : ".",
                                         "../shared/data/kubevirt/osinfo-preference.tsv", NULL);
  g_autofree char *text = NULL;
  guint found = 0;

  if (!g_file_get_contents (path, &text, NULL, NULL)) {
    g_test_skip ("osinfo-preference.tsv is not here (set V2V_SHARED)");
    return;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (linux_rows); i++) {
    g_autofree char *line
      = linux_rows[i].id == NULL
          ? NULL
          : g_strdup_printf ("\n%s\t%s\t", linux_rows[i].id, linux_rows[i].uri);

    if (line == NULL)
      continue;
    if (strstr (text, line) == NULL)
      g_test_message ("not in the list: %s", linux_rows[i].id);
    else
      found++;
  }
  g_assert_cmpuint (found, ==, 27);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/osinfo/linux", test_linux);
  g_test_add_func ("/osinfo/linux-unknown", test_linux_unknown);
  g_test_add_func ("/osinfo/windows", test_windows);
  g_test_add_func ("/osinfo/database", test_database);
  g_test_add_func ("/osinfo/one-file", test_one_file);
  g_test_add_func ("/osinfo/no-database", test_no_database);
  g_test_add_func ("/osinfo/reference", test_reference);
  return g_test_run ();
}
