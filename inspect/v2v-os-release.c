/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-os-release.c - distribution, version, architecture and name of a Linux guest
 */
#include <config.h>

#include "v2v-os-release.h"

#include <string.h>

#include "v2v-inspect-private.h"
#include "v2v-shellvars.h"

#define ELF_HEADER 64

static void
set (char **field, const char *value)
{
  g_free (*field);
  *field = value == NULL || *value == '\0' ? NULL : g_strdup (value);
}

void
v2v_os_release_split_version (V2vGuest *guest, const char *version)
{
  char *end;
  guint64 major = g_ascii_strtoull (version, &end, 10);

  if (end == version || !g_ascii_isdigit (*version) || major > G_MAXINT)
    return;
  guest->major = (int) major;
  if (*end == '.' && g_ascii_isdigit (end[1])) {
    guint64 minor = g_ascii_strtoull (end + 1, NULL, 10);

    if (minor <= G_MAXINT)
      guest->minor = (int) minor;
  }
}

gboolean
v2v_os_release_apply (V2vGuest *guest, const char *text)
{
  g_autoptr (GHashTable) vars = v2v_shellvars_parse (text);
  const char *id = g_hash_table_lookup (vars, "ID");
  const char *version = g_hash_table_lookup (vars, "VERSION_ID");
  const char *product = g_hash_table_lookup (vars, "PRETTY_NAME");

  if (id == NULL || *id == '\0')
    return FALSE;
  g_free (guest->distro);
  guest->distro = g_ascii_strdown (id, -1);
  set (&guest->distro_like, g_hash_table_lookup (vars, "ID_LIKE"));
  set (&guest->version_id, version);
  set (&guest->product, product != NULL ? product : g_hash_table_lookup (vars, "NAME"));
  if (version != NULL)
    v2v_os_release_split_version (guest, version);
  return TRUE;
}

/* The first that fits wins: "Red Hat Enterprise Linux" is everybody's ancestor. */
static const struct {
  const char *prefix;
  const char *id;
} release_lines[] = {
  { "Amazon Linux", "amzn" },
  { "AlmaLinux", "almalinux" },
  { "CentOS", "centos" },
  { "CloudLinux", "cloudlinux" },
  { "Fedora", "fedora" },
  { "Oracle Linux", "ol" },
  { "Enterprise Linux Enterprise Linux", "ol" },
  { "Red Hat Enterprise Linux", "rhel" },
  { "Rocky Linux", "rocky" },
  { "Scientific Linux", "scientific" },
  { "openSUSE", "opensuse" },
  { "SUSE Linux Enterprise", "sles" },
};

/* The first number in a line; SuSE-release says the service pack below it. */
static char *
dup_version (const char *text)
{
  g_autofree char *line = g_strndup (text, strcspn (text, "\n"));
  const char *digits = strpbrk (line, "0123456789");
  const char *patch = strstr (text, "\nPATCHLEVEL = ");
  g_autofree char *version = NULL;

  if (digits == NULL)
    return NULL;
  version = g_strndup (digits, strspn (digits, "0123456789."));
  if (patch == NULL || strchr (version, '.') != NULL)
    return g_steal_pointer (&version);
  patch += strlen ("\nPATCHLEVEL = ");
  return g_strdup_printf ("%s.%.*s", version, (int) strspn (patch, "0123456789"), patch);
}

gboolean
v2v_os_release_apply_line (V2vGuest *guest, const char *text)
{
  g_autofree char *version = dup_version (text);

  for (gsize i = 0; i < G_N_ELEMENTS (release_lines); i++) {
    if (!g_str_has_prefix (text, release_lines[i].prefix))
      continue;
    set (&guest->distro, release_lines[i].id);
    set (&guest->version_id, version);
    g_free (guest->product);
    guest->product = g_strstrip (g_strndup (text, strcspn (text, "\n")));
    if (version != NULL)
      v2v_os_release_split_version (guest, version);
    return TRUE;
  }
  return FALSE;
}

/* Guests older than os-release, or whose os-release is damaged. */
static gboolean
read_old_files (V2vFs *fs, V2vGuest *guest, GError **error)
{
  static const char *const files[] = { "/etc/oracle-release", "/etc/system-release",
                                       "/etc/redhat-release", "/etc/SuSE-release" };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree char *text = NULL;

    if (!v2v_inspect_read_text (fs, guest, files[i], &text, error))
      return FALSE;
    if (text != NULL && v2v_os_release_apply_line (guest, text))
      return TRUE;
  }
  return TRUE;
}

/* Ubuntu before 12.04 and everything that calls itself by lsb-release only. */
static gboolean
read_lsb_release (V2vFs *fs, V2vGuest *guest, GError **error)
{
  g_autoptr (GHashTable) vars = NULL;
  g_autofree char *text = NULL;
  const char *id;
  const char *version;

  if (!v2v_inspect_read_text (fs, guest, "/etc/lsb-release", &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  vars = v2v_shellvars_parse (text);
  id = g_hash_table_lookup (vars, "DISTRIB_ID");
  version = g_hash_table_lookup (vars, "DISTRIB_RELEASE");
  if (id == NULL || *id == '\0')
    return TRUE;
  guest->distro = g_ascii_strdown (id, -1);
  set (&guest->version_id, version);
  set (&guest->product, g_hash_table_lookup (vars, "DISTRIB_DESCRIPTION"));
  if (version != NULL)
    v2v_os_release_split_version (guest, version);
  return TRUE;
}

/* Debian's os-release says 12; debian_version says 12.5, or trixie/sid. */
static gboolean
read_debian_version (V2vFs *fs, V2vGuest *guest, GError **error)
{
  g_autofree char *text = NULL;

  if (guest->distro != NULL && !g_str_equal (guest->distro, "debian"))
    return TRUE;
  if (!v2v_inspect_read_text (fs, guest, "/etc/debian_version", &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  g_strstrip (text);
  if (guest->distro == NULL) {
    set (&guest->distro, "debian");
    guest->product = g_strdup_printf ("Debian GNU/Linux %s", text);
    if (g_ascii_isdigit (*text))
      set (&guest->version_id, text);
  }
  v2v_os_release_split_version (guest, text);
  return TRUE;
}

/* CentOS 7 and its kin keep the minor version out of os-release. */
static gboolean
read_minor_version (V2vFs *fs, V2vGuest *guest, GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *version = NULL;
  g_autofree char *prefix = NULL;

  if (guest->version_id == NULL || strchr (guest->version_id, '.') != NULL
      || g_strcmp0 (guest->distro, "centos") != 0)
    return TRUE;
  if (!v2v_inspect_read_text (fs, guest, "/etc/centos-release", &text, error))
    return FALSE;
  version = text == NULL ? NULL : dup_version (text);
  prefix = g_strconcat (guest->version_id, ".", NULL);
  if (version != NULL && g_str_has_prefix (version, prefix))
    v2v_os_release_split_version (guest, version);
  return TRUE;
}

static gboolean
read_distro (V2vFs *fs, V2vGuest *guest, GError **error)
{
  static const char *const files[] = { "/etc/os-release", "/usr/lib/os-release" };

  for (gsize i = 0; i < G_N_ELEMENTS (files) && guest->distro == NULL; i++) {
    g_autofree char *text = NULL;

    if (!v2v_inspect_read_text (fs, guest, files[i], &text, error))
      return FALSE;
    if (text != NULL)
      v2v_os_release_apply (guest, text);
  }
  if (guest->distro == NULL && !read_old_files (fs, guest, error))
    return FALSE;
  if (guest->distro == NULL && !read_lsb_release (fs, guest, error))
    return FALSE;
  if (!read_debian_version (fs, guest, error) || !read_minor_version (fs, guest, error))
    return FALSE;
  if (guest->distro == NULL)
    guest->distro = g_strdup ("unknown");
  return TRUE;
}

static const char *
machine_name (guint machine, gboolean is_64, gboolean big_endian)
{
  switch (machine) {
  case 3:
    return "i386";
  case 8:
    return is_64 ? "mips64" : "mips";
  case 21:
    return big_endian ? "ppc64" : "ppc64le";
  case 22:
    return "s390x";
  case 40:
    return "arm";
  case 62:
    return "x86_64";
  case 183:
    return "aarch64";
  case 243:
    return "riscv64";
  case 258:
    return "loongarch64";
  default:
    return NULL;
  }
}

/* ELF: byte 4 is the class, 5 the byte order, 18..19 the machine. */
const char *
v2v_elf_arch (const guint8 *data, gsize size)
{
  gboolean big_endian;

  if (size < 20 || memcmp (data, "\177ELF", 4) != 0)
    return NULL;
  big_endian = data[5] == 2;
  return machine_name (big_endian ? data[18] << 8 | data[19] : data[19] << 8 | data[18],
                       data[4] == 2, big_endian);
}

/* Programs of which every class of guest has one. */
static gboolean
read_arch (V2vFs *fs, V2vGuest *guest, GError **error)
{
  static const char *const files[]
    = { "/usr/bin/true",   "/bin/true",        "/usr/bin/ls",
        "/bin/ls",         "/bin/busybox",     "/sbin/init",
        "/usr/bin/bash",   "/bin/bash",        "/usr/lib/systemd/systemd",
        "/lib/systemd/systemd" };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autoptr (GBytes) bytes = NULL;
    GError *local = NULL;
    const char *arch;
    gsize size;

    bytes = v2v_fs_read_head (fs, files[i], ELF_HEADER, &local);
    if (bytes == NULL) {
      if (!v2v_inspect_note (guest, files[i], local, error))
        return FALSE;
      continue;
    }
    arch = v2v_elf_arch (g_bytes_get_data (bytes, &size), g_bytes_get_size (bytes));
    if (arch != NULL) {
      guest->arch = g_strdup (arch);
      return TRUE;
    }
  }
  v2v_guest_add_unknown (guest, "arch", "no program with a known ELF header was found");
  return TRUE;
}

/* The first line that is not a comment. */
static char *
first_word (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", 64);

  for (guint i = 0; lines[i] != NULL; i++) {
    g_strstrip (lines[i]);
    if (*lines[i] != '\0' && *lines[i] != '#')
      return g_strndup (lines[i], strcspn (lines[i], " \t\n"));
  }
  return NULL;
}

static gboolean
read_hostname (V2vFs *fs, V2vGuest *guest, GError **error)
{
  static const char *const files[] = { "/etc/hostname", "/etc/HOSTNAME" };
  g_autoptr (GHashTable) vars = NULL;
  g_autofree char *network = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (files) && guest->hostname == NULL; i++) {
    g_autofree char *text = NULL;

    if (!v2v_inspect_read_text (fs, guest, files[i], &text, error))
      return FALSE;
    if (text != NULL)
      guest->hostname = first_word (text);
  }
  if (guest->hostname != NULL)
    return TRUE;
  /* Red Hat before 7, Amazon Linux 1. */
  if (!v2v_inspect_read_text (fs, guest, "/etc/sysconfig/network", &network, error))
    return FALSE;
  if (network == NULL)
    return TRUE;
  vars = v2v_shellvars_parse (network);
  set (&guest->hostname, g_hash_table_lookup (vars, "HOSTNAME"));
  return TRUE;
}

gboolean
v2v_inspect_os_release (V2vFs *fs, V2vGuest *guest, GError **error)
{
  guest->os = V2V_OS_LINUX;
  return read_distro (fs, guest, error) && read_arch (fs, guest, error)
         && read_hostname (fs, guest, error);
}
