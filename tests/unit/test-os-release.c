/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "test-tree.h"
#include "v2v-inspect-private.h"
#include "v2v-os-release.h"
#include "v2v-shellvars.h"

typedef struct {
  const char *name;
  const char *path;
  const char *text;
  const char *path2;
  const char *text2;
  const char *distro;
  const char *version_id;
  int major, minor;
  const char *product;
} Row;

#define OS "/etc/os-release"

/* Texts as the distributions ship them, shortened. */
static const Row rows[] = {
  { "debian12", OS,
    "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\n"
    "VERSION=\"12 (bookworm)\"\nID=debian\n",
    "/etc/debian_version", "12.5\n", "debian", "12", 12, 5, "Debian GNU/Linux 12 (bookworm)" },
  { "debian-testing", OS, "PRETTY_NAME=\"Debian GNU/Linux trixie/sid\"\nID=debian\n",
    "/etc/debian_version", "trixie/sid\n", "debian", NULL, 0, 0, "Debian GNU/Linux trixie/sid" },
  { "ubuntu", OS, "PRETTY_NAME=\"Ubuntu 22.04.4 LTS\"\nVERSION_ID=\"22.04\"\nID=ubuntu\nID_LIKE=debian\n",
    "/etc/debian_version", "bookworm/sid\n", "ubuntu", "22.04", 22, 4, "Ubuntu 22.04.4 LTS" },
  { "amzn2023", OS, "NAME=\"Amazon Linux\"\nID=\"amzn\"\nID_LIKE=\"fedora\"\nVERSION_ID=\"2023\"\n"
    "PRETTY_NAME=\"Amazon Linux 2023.4.20240401\"\n", NULL, NULL,
    "amzn", "2023", 2023, 0, "Amazon Linux 2023.4.20240401" },
  { "amzn2", OS, "ID=\"amzn\"\nID_LIKE=\"centos rhel fedora\"\nVERSION_ID=\"2\"\nPRETTY_NAME=\"Amazon Linux 2\"\n",
    "/etc/system-release", "Amazon Linux release 2 (Karoo)\n", "amzn", "2", 2, 0, "Amazon Linux 2" },
  { "rhel9", OS, "ID=\"rhel\"\nVERSION_ID=\"9.3\"\nPRETTY_NAME=\"Red Hat Enterprise Linux 9.3 (Plow)\"\n",
    NULL, NULL, "rhel", "9.3", 9, 3, "Red Hat Enterprise Linux 9.3 (Plow)" },
  { "centos7", OS, "ID=\"centos\"\nVERSION_ID=\"7\"\nPRETTY_NAME=\"CentOS Linux 7 (Core)\"\n",
    "/etc/centos-release", "CentOS Linux release 7.9.2009 (Core)\n", "centos", "7", 7, 9, "CentOS Linux 7 (Core)" },
  { "ol8", OS, "ID=\"ol\"\nVERSION_ID=\"8.9\"\nPRETTY_NAME=\"Oracle Linux Server 8.9\"\n",
    "/etc/redhat-release", "Red Hat Enterprise Linux release 8.9 (Ootpa)\n", "ol", "8.9", 8, 9, "Oracle Linux Server 8.9" },
  { "almalinux", OS, "ID=\"almalinux\"\nVERSION_ID=\"9.3\"\nPRETTY_NAME='AlmaLinux 9.3'\n", NULL, NULL,
    "almalinux", "9.3", 9, 3, "AlmaLinux 9.3" },
  { "sles-sap", OS, "ID=\"sles_sap\"\nVERSION_ID=\"15.5\"\nPRETTY_NAME=\"SUSE Linux Enterprise Server for SAP Applications 15 SP5\"\n",
    NULL, NULL, "sles_sap", "15.5", 15, 5, "SUSE Linux Enterprise Server for SAP Applications 15 SP5" },
  { "tumbleweed", OS, "ID=\"opensuse-tumbleweed\"\nVERSION_ID=\"20240401\"\n", NULL, NULL,
    "opensuse-tumbleweed", "20240401", 20240401, 0, NULL },
  { "photon", OS, "NAME=\"VMware Photon OS\"\nVERSION=\"5.0\"\nID=photon\nVERSION_ID=5.0\nPRETTY_NAME=\"VMware Photon OS/Linux\"\n",
    "/etc/lsb-release", "DISTRIB_ID=\"VMware Photon OS\"\n", "photon", "5.0", 5, 0, "VMware Photon OS/Linux" },
  { "usr-lib", "/usr/lib/os-release", "ID=fedora\nVERSION_ID=39\n", NULL, NULL, "fedora", "39", 39, 0, NULL },
  { "no-id", OS, "PRETTY_NAME=x\n", "/etc/redhat-release", "CentOS release 6.10 (Final)\n",
    "centos", "6.10", 6, 10, "CentOS release 6.10 (Final)" },
  { "unheard", OS, "ID=hannah-montana\nVERSION_ID=1.2\n", NULL, NULL, "hannah-montana", "1.2", 1, 2, NULL },

  { "rhel6", "/etc/redhat-release", "Red Hat Enterprise Linux Server release 6.10 (Santiago)\n", NULL, NULL,
    "rhel", "6.10", 6, 10, "Red Hat Enterprise Linux Server release 6.10 (Santiago)" },
  { "ol6", "/etc/oracle-release", "Oracle Linux Server release 6.10\n",
    "/etc/redhat-release", "Red Hat Enterprise Linux Server release 6.10 (Santiago)\n",
    "ol", "6.10", 6, 10, "Oracle Linux Server release 6.10" },
  { "amzn1", "/etc/system-release", "Amazon Linux AMI release 2012.03\n", NULL, NULL,
    "amzn", "2012.03", 2012, 3, "Amazon Linux AMI release 2012.03" },
  { "sles11", "/etc/SuSE-release", "SUSE Linux Enterprise Server 11 (x86_64)\nVERSION = 11\nPATCHLEVEL = 4\n",
    NULL, NULL, "sles", "11.4", 11, 4, "SUSE Linux Enterprise Server 11 (x86_64)" },
  { "ubuntu1004", "/etc/lsb-release",
    "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=10.04\nDISTRIB_DESCRIPTION=\"Ubuntu 10.04.4 LTS\"\n",
    "/etc/debian_version", "squeeze/sid\n", "ubuntu", "10.04", 10, 4, "Ubuntu 10.04.4 LTS" },
  { "debian6", "/etc/debian_version", "6.0.10\n", NULL, NULL, "debian", "6.0.10", 6, 0, "Debian GNU/Linux 6.0.10" },
  { "nothing", "/etc/motd", "hello\n", NULL, NULL, "unknown", NULL, 0, 0, NULL },
};

static void
test_distro (gconstpointer data)
{
  const Row *row = data;
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (GError) error = NULL;

  tree_write (tree, row->path, row->text);
  if (row->path2 != NULL)
    tree_write (tree, row->path2, row->text2);
  g_assert_true (v2v_inspect_os_release (tree->fs, tree->guest, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (tree->guest->distro, ==, row->distro);
  g_assert_cmpstr (tree->guest->version_id, ==, row->version_id);
  g_assert_cmpint (tree->guest->major, ==, row->major);
  g_assert_cmpint (tree->guest->minor, ==, row->minor);
  g_assert_cmpstr (tree->guest->product, ==, row->product);
}

static void
test_shellvars (void)
{
  static const struct {
    const char *text;
    const char *want; /* of A */
  } table[] = {
    { "A=b", "b" },
    { "A=b # c", "b" },
    { "A=\"b c\"", "b c" },
    { "A='b \"c'", "b \"c" },
    { "A=\"\\$x\\\"y\\\\z\\n\"", "$x\"y\\z\\n" },
    { "A=b\\ c", "b c" },
    { "A=b'c'\"d\"e", "bcde" },
    { "  export A=b\nB=c", "b" },
    { "A=1\nA=2", "2" },
    { "#A=1\n A=3\r\n", "3" },
    { "A=", "" },
    { "A=\"never closed\nB=1", "never closed\nB=1" },
    { "1A=x\nA b=c\nA =x", NULL },
    { "A=b;B=c", "b" },
    { "A=x\\", "x\\" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (GHashTable) vars = v2v_shellvars_parse (table[i].text);

    g_assert_cmpstr (g_hash_table_lookup (vars, "A"), ==, table[i].want);
  }
}

static void
test_elf (void)
{
  static const struct {
    guint8 class, order, low, high;
    const char *arch;
  } table[] = {
    { 2, 1, 62, 0, "x86_64" },  { 1, 1, 3, 0, "i386" },     { 2, 1, 183, 0, "aarch64" },
    { 2, 2, 0, 22, "s390x" },   { 2, 1, 21, 0, "ppc64le" }, { 2, 2, 0, 21, "ppc64" },
    { 2, 1, 243, 0, "riscv64" }, { 2, 1, 2, 1, "loongarch64" }, { 2, 1, 99, 99, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    guint8 header[20] = { 0x7f, 'E', 'L', 'F', table[i].class, table[i].order };

    header[18] = table[i].low;
    header[19] = table[i].high;
    g_assert_cmpstr (v2v_elf_arch (header, sizeof header), ==, table[i].arch);
    g_assert_null (v2v_elf_arch (header, 19));
  }
  g_assert_null (v2v_elf_arch ((const guint8 *) "#!/bin/sh and more text", 23));
}

/* The release file is a directory, a loop, a FIFO or too large: the next one counts. */
static void
test_hostile (void)
{
  static const char *const kinds[] = { "directory", "loop", "fifo", "large" };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_autoptr (Tree) tree = tree_new ();
    g_autofree char *host = tree_host_path (tree, OS);
    g_autoptr (GError) error = NULL;

    if (g_str_equal (kinds[i], "directory"))
      tree_mkdir (tree, OS);
    else if (g_str_equal (kinds[i], "loop"))
      tree_link (tree, OS, "os-release");
    else if (g_str_equal (kinds[i], "fifo"))
      g_assert_cmpint (mkfifo (host, 0600), ==, 0);
    else {
      tree_write (tree, OS, "ID=large\n");
      g_assert_cmpint (truncate (host, 1024 * 1024 * 1024), ==, 0);
    }
    tree_write (tree, "/usr/lib/os-release", "ID=rocky\nVERSION_ID=9.1\n");
    g_assert_true (v2v_inspect_os_release (tree->fs, tree->guest, &error));
    g_assert_no_error (error);
    g_assert_cmpstr (tree->guest->distro, ==, "rocky");
    if (!g_str_equal (kinds[i], "loop"))
      g_assert_nonnull (tree_unknown (tree, OS));
    g_assert_nonnull (tree_unknown (tree, "arch"));
  }
}

static void
test_hostname (void)
{
  static const struct {
    const char *path;
    const char *text;
    const char *want;
  } table[] = {
    { "/etc/hostname", "# x\n\nweb01 \n", "web01" },
    { "/etc/HOSTNAME", "suse.example\n", "suse.example" },
    { "/etc/sysconfig/network", "NETWORKING=yes\nHOSTNAME=\"old\"\n", "old" },
    { "/etc/hostname", "\n", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autoptr (Tree) tree = tree_new ();

    tree_write (tree, table[i].path, table[i].text);
    g_assert_true (v2v_inspect_os_release (tree->fs, tree->guest, NULL));
    g_assert_cmpstr (tree->guest->hostname, ==, table[i].want);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strconcat ("/os-release/distro/", rows[i].name, NULL);

    g_test_add_data_func (path, &rows[i], test_distro);
  }
  g_test_add_func ("/os-release/shellvars", test_shellvars);
  g_test_add_func ("/os-release/elf", test_elf);
  g_test_add_func ("/os-release/hostile", test_hostile);
  g_test_add_func ("/os-release/hostname", test_hostname);
  return g_test_run ();
}
