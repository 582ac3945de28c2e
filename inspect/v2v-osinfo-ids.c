/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-osinfo-ids.c - rules from a distribution and its version to an osinfo id
 */
#include <config.h>

#include "v2v-osinfo.h"

#include <string.h>

/* How a vendor's releases are counted in the database. */
typedef enum {
  NONE,     /* the database has no id for it, at any version */
  ROLLING,  /* one id, URI .../rolling */
  MAJOR,    /* almalinux 9.4 is almalinux9 */
  DOTTED,   /* rhel 9.4 is rhel9.4 */
  MONTH,    /* ubuntu 22.4 is ubuntu22.04 */
  SP,       /* sles 12.5 is sles12sp5, but its URI ends in 12.5 */
} Counting;

typedef struct {
  const char *distro; /* os-release ID */
  int since;          /* lowest major version of this row */
  Counting counting;
  const char *id;     /* what stands before the version */
  const char *uri;
} Rule;

/* Rows of one distribution stand together, newest first. */
static const Rule rules[] = {
  { "almalinux", 1, MAJOR, "almalinux", "http://almalinux.org/almalinux/" },
  { "alpine", 1, DOTTED, "alpinelinux", "http://alpinelinux.org/alpinelinux/" },
  { "amzn", 0, NONE, NULL, NULL },
  { "anolis", 1, DOTTED, "anolis", "http://openanolis.cn/anolis/" },
  { "arch", 0, ROLLING, "archlinux", "http://archlinux.org/archlinux/" },
  { "azurelinux", 0, NONE, NULL, NULL },
  { "bottlerocket", 0, NONE, NULL, NULL },
  { "debian", 1, MAJOR, "debian", "http://debian.org/debian/" },
  { "eurolinux", 1, MAJOR, "eurolinux", "http://euro-linux.com/eurolinux/" },
  { "fedora", 1, MAJOR, "fedora", "http://fedoraproject.org/fedora/" },
  { "flatcar", 0, NONE, NULL, NULL },
  { "gentoo", 0, ROLLING, "gentoo", "http://gentoo.org/gentoo/" },
  { "kali", 0, NONE, NULL, NULL },
  { "kylin", 0, NONE, NULL, NULL },
  { "linuxmint", 0, NONE, NULL, NULL },
  { "mageia", 1, MAJOR, "mageia", "http://mageia.org/mageia/" },
  { "mariner", 0, NONE, NULL, NULL },
  { "miraclelinux", 1, DOTTED, "miraclelinux", "http://miraclelinux.com/miraclelinux/" },
  { "nixos", 1, MONTH, "nixos-", "http://nixos.org/nixos/" },
  { "ol", 1, DOTTED, "ol", "http://oracle.com/ol/" },
  { "openEuler", 0, NONE, NULL, NULL },
  { "opensuse", 1, DOTTED, "opensuse", "http://opensuse.org/opensuse/" },
  { "opensuse-leap", 1, DOTTED, "opensuse", "http://opensuse.org/opensuse/" },
  { "photon", 0, NONE, NULL, NULL },
  { "rhel", 1, DOTTED, "rhel", "http://redhat.com/rhel/" },
  { "rocky", 1, MAJOR, "rocky", "http://rockylinux.org/rocky/" },
  { "sl-micro", 0, NONE, NULL, NULL },
  { "sle-micro", 1, DOTTED, "slem", "http://suse.com/slem/" },
  /* SUSE renamed its products: one "sle" for server and desktop at 15, "sles" again
   * at 16, where service packs are minor versions. */
  { "sled", 15, SP, "sle", "http://suse.com/sle/" },
  { "sled", 1, SP, "sled", "http://suse.com/sled/" },
  { "sles", 16, DOTTED, "sles", "http://suse.com/sles/" },
  { "sles", 15, SP, "sle", "http://suse.com/sle/" },
  { "sles", 1, SP, "sles", "http://suse.com/sles/" },
  { "ubuntu", 4, MONTH, "ubuntu", "http://ubuntu.com/ubuntu/" },
};

static void
apply (const Rule *rule, int major, int minor, char **out_id, char **out_uri)
{
  switch (rule->counting) {
  case NONE:
    break;
  case ROLLING:
    *out_id = g_strdup (rule->id);
    *out_uri = g_strconcat (rule->uri, "rolling", NULL);
    break;
  case MAJOR:
    *out_id = g_strdup_printf ("%s%d", rule->id, major);
    *out_uri = g_strdup_printf ("%s%d", rule->uri, major);
    break;
  case DOTTED:
    *out_id = g_strdup_printf ("%s%d.%d", rule->id, major, minor);
    *out_uri = g_strdup_printf ("%s%d.%d", rule->uri, major, minor);
    break;
  case MONTH:
    *out_id = g_strdup_printf ("%s%d.%02d", rule->id, major, minor);
    *out_uri = g_strdup_printf ("%s%d.%02d", rule->uri, major, minor);
    break;
  case SP:
    *out_id = minor == 0 ? g_strdup_printf ("%s%d", rule->id, major)
                         : g_strdup_printf ("%s%dsp%d", rule->id, major, minor);
    *out_uri = minor == 0 ? g_strdup_printf ("%s%d", rule->uri, major)
                          : g_strdup_printf ("%s%d.%d", rule->uri, major, minor);
    break;
  default:
    g_assert_not_reached ();
  }
}

/* CentOS changed what it is twice.  7 has one id for all its updates; 8 was both
 * Linux and Stream, told apart only by the name; from 9 it is Stream. */
static void
from_centos (const V2vGuest *guest, char **out_id, char **out_uri)
{
  static const Rule stream
    = { "", 0, MAJOR, "centos-stream", "http://centos.org/centos-stream/" };
  static const Rule linux8 = { "", 0, MAJOR, "centos", "http://centos.org/centos/" };
  static const Rule older = { "", 0, DOTTED, "centos", "http://centos.org/centos/" };
  gboolean is_stream = guest->product != NULL && strstr (guest->product, "Stream") != NULL;

  if (guest->major >= 9 || (guest->major == 8 && is_stream))
    apply (&stream, guest->major, 0, out_id, out_uri);
  else if (guest->major == 8)
    apply (&linux8, 8, 0, out_id, out_uri);
  else
    apply (&older, guest->major, guest->major == 7 ? 0 : guest->minor, out_id, out_uri);
}

typedef struct {
  int major, minor;
  guint build; /* lowest build of this row */
  const char *client;
  const char *server;
} WindowsRow;

/* The version number has stood still at 10.0 since 2015; the build counts.  A
 * release between two rows (Server 1903) is named after the older one. */
static const WindowsRow windows_rows[] = {
  { 10, 0, 26100, "11", "2k25" }, { 10, 0, 22000, "11", "2k22" },
  { 10, 0, 20348, "10", "2k22" }, { 10, 0, 17763, "10", "2k19" },
  { 10, 0, 0, "10", "2k16" },     { 6, 3, 0, "8.1", "2k12r2" },
  { 6, 2, 0, "8", "2k12" },       { 6, 1, 0, "7", "2k8r2" },
  { 6, 0, 0, "vista", "2k8" },    { 5, 2, 0, "xp", "2k3" },
  { 5, 1, 0, "xp", NULL },        { 5, 0, 0, "2k", "2k" },
};

static void
from_windows (const V2vGuest *guest, char **out_id, char **out_uri)
{
  gboolean server = g_strcmp0 (guest->variant, "Server") == 0;
  guint64 build = 0;

  /* Without the variant a client and a server of the same build look alike. */
  if (guest->variant == NULL)
    return;
  if (guest->windows != NULL && guest->windows->build != NULL)
    build = g_ascii_strtoull (guest->windows->build, NULL, 10);

  for (gsize i = 0; i < G_N_ELEMENTS (windows_rows); i++) {
    const WindowsRow *row = &windows_rows[i];
    const char *name = server ? row->server : row->client;
    const char *r2 = "";

    if (row->major != guest->major || row->minor != guest->minor || build < row->build)
      continue;
    if (name == NULL)
      return;
    if (server && row->major == 5 && row->minor == 2 && guest->product != NULL
        && strstr (guest->product, "R2") != NULL)
      r2 = "r2";
    *out_id = g_strconcat ("win", name, r2, NULL);
    *out_uri = g_strconcat ("http://microsoft.com/win/", name, r2, NULL);
    return;
  }
}

gboolean
v2v_osinfo_from_rules (const V2vGuest *guest, char **out_id, char **out_uri)
{
  const char *distro = guest->distro != NULL ? guest->distro : "";

  *out_id = NULL;
  *out_uri = NULL;
  if (guest->os == V2V_OS_WINDOWS) {
    from_windows (guest, out_id, out_uri);
    return TRUE;
  }
  if (g_str_equal (distro, "opensuse-tumbleweed")) {
    *out_id = g_strdup ("opensusetumbleweed");
    *out_uri = g_strdup ("http://opensuse.org/opensuse/tumbleweed");
    return TRUE;
  }
  if (guest->major < 0 || guest->minor < 0)
    return FALSE;
  if (g_str_equal (distro, "centos") && guest->major > 0) {
    from_centos (guest, out_id, out_uri);
    return TRUE;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (rules); i++) {
    /* The SAP flavour says ID="sles_sap" and is the same system. */
    gboolean same = g_str_equal (rules[i].distro, distro)
                    || (g_str_equal (distro, "sles_sap") && g_str_equal (rules[i].distro, "sles"));

    if (same && guest->major >= rules[i].since) {
      apply (&rules[i], guest->major, guest->minor, out_id, out_uri);
      return TRUE;
    }
  }
  return FALSE;
}
