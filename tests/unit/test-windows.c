/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "test-hive-maker.h"
#include "test-tree.h"
#include "v2v-inspect-private.h"
#include "v2v-windows-private.h"

#define CONFIG "/Windows/System32/config/"
#define NT "Microsoft\\Windows NT\\CurrentVersion"

static void
write_hive (const Tree *tree, const char *path, const HiveKey *root, gboolean dirty)
{
  g_autoptr (GByteArray) bytes = hive_bytes (root, dirty);

  tree_write_bytes (tree, path, bytes->data, bytes->len);
}

static void
write_pe (const Tree *tree, const char *path, guint16 machine)
{
  guint8 data[1024] = { 'M', 'Z' };

  data[0x3c] = 0x80;
  memcpy (data + 0x80, "PE\0\0", 4);
  data[0x84] = (guint8) machine;
  data[0x85] = (guint8) (machine >> 8);
  tree_write_bytes (tree, path, data, sizeof data);
}

/* Server 2022 as on EC2. */
static HiveKey *
server_software (void)
{
  HiveKey *root = hive_new ("ROOT");

  hive_set_sz (root, NT, "ProductName", "Windows Server 2022 Datacenter");
  hive_set_sz (root, NT, "EditionID", "ServerDatacenter");
  hive_set_sz (root, NT, "InstallationType", "Server Core");
  hive_set_sz (root, NT, "CurrentBuildNumber", "20348");
  hive_set_sz (root, NT, "CurrentBuild", "20348");
  hive_set_sz (root, NT, "CurrentVersion", "6.3");
  hive_set_dword (root, NT, "CurrentMajorVersionNumber", 10);
  hive_set_dword (root, NT, "CurrentMinorVersionNumber", 0);
  return root;
}

static HiveKey *
server_system (void)
{
  HiveKey *root = hive_new ("ROOT");
  const char *set = "ControlSet002\\";
  g_autofree char *tcpip = g_strconcat (set, "Services\\Tcpip\\Parameters", NULL);
  g_autofree char *name = g_strconcat (set, "Control\\ComputerName\\ComputerName", NULL);
  g_autofree char *zone = g_strconcat (set, "Control\\TimeZoneInformation", NULL);
  g_autofree char *env = g_strconcat (set, "Control\\Session Manager\\Environment", NULL);

  hive_set_dword (root, "Select", "Current", 2);
  hive_key (root, "ControlSet001");
  hive_key (root, "ControlSetX");
  hive_set_sz (root, tcpip, "Hostname", "EC2AMAZ-1ABCDEF");
  hive_set_sz (root, name, "ComputerName", "OTHER");
  hive_set_dword (root, zone, "RealTimeIsUniversal", 1);
  hive_set_sz (root, zone, "TimeZoneKeyName", "UTC");
  hive_set_sz (root, env, "PROCESSOR_ARCHITECTURE", "AMD64");
  return root;
}

static void
inspect (Tree *tree)
{
  g_autoptr (GError) error = NULL;
  gboolean ok;

  tree->guest->os = V2V_OS_UNKNOWN;
  ok = v2v_inspect_windows (tree->fs, tree->guest, &error)
       && v2v_inspect_ec2 (tree->fs, tree->guest, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (ok);
}

static void
test_server (void)
{
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (HiveKey) software = server_software ();
  g_autoptr (HiveKey) system = server_system ();
  const V2vGuest *guest = tree->guest;

  write_hive (tree, CONFIG "SOFTWARE", software, FALSE);
  write_hive (tree, CONFIG "SYSTEM", system, FALSE);
  write_pe (tree, "/Windows/System32/cmd.exe", 0x8664);
  inspect (tree);
  g_assert_cmpint (guest->os, ==, V2V_OS_WINDOWS);
  g_assert_cmpstr (guest->distro, ==, "windows");
  g_assert_cmpstr (guest->product, ==, "Windows Server 2022 Datacenter");
  g_assert_cmpstr (guest->variant, ==, "Server");
  g_assert_cmpstr (guest->version_id, ==, "10.0");
  g_assert_cmpint (guest->major, ==, 10);
  g_assert_cmpint (guest->minor, ==, 0);
  g_assert_cmpstr (guest->arch, ==, "x86_64");
  g_assert_cmpstr (guest->hostname, ==, "EC2AMAZ-1ABCDEF");
  g_assert_cmpstr (guest->bootloader->kind, ==, "windows");
  g_assert_cmpstr (guest->windows->systemroot, ==, "/Windows");
  g_assert_cmpstr (guest->windows->software_hive, ==, CONFIG "SOFTWARE");
  g_assert_cmpstr (guest->windows->system_hive, ==, CONFIG "SYSTEM");
  g_assert_cmpstr (guest->windows->edition, ==, "ServerDatacenter");
  g_assert_cmpstr (guest->windows->build, ==, "20348");
  g_assert_cmpstr (guest->windows->current_control_set, ==, "ControlSet002");
  g_assert_cmpuint (guest->windows->control_sets->len, ==, 2);
  g_assert_true (guest->windows->rtc_utc);
  g_assert_cmpstr (guest->windows->timezone, ==, "UTC");
  g_assert_false (guest->windows->hibernated);
  g_assert_false (guest->windows->hives_dirty);
  g_assert_cmpuint (guest->unknown->len, ==, 0);
  v2v_inspect_osinfo (tree->guest);
  g_assert_cmpstr (guest->osinfo_id, ==, "win2k22");
}

/* Spelled as older setups did, a dirty hive, and the registry's word for the
 * processor because no program is there. */
static void
test_case (void)
{
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (HiveKey) software = server_software ();
  g_autoptr (HiveKey) system = server_system ();

  write_hive (tree, "/WINDOWS/system32/Config/software", software, FALSE);
  write_hive (tree, "/WINDOWS/system32/Config/System", system, TRUE);
  tree_write (tree, "/boot/bcd", "");
  inspect (tree);
  g_assert_cmpstr (tree->guest->windows->systemroot, ==, "/WINDOWS");
  g_assert_cmpstr (tree->guest->windows->system_hive, ==, "/WINDOWS/system32/Config/System");
  g_assert_cmpstr (tree->guest->windows->build, ==, "20348");
  g_assert_cmpstr (tree->guest->arch, ==, "x86_64");
  g_assert_cmpstr (tree->guest->bootloader->config, ==, "/boot/bcd");
  g_assert_true (tree->guest->windows->hives_dirty);
}

static void
test_client (void)
{
  static const struct {
    const char *product;
    const char *build;
    const char *want_product;
    const char *want_id;
  } rows[] = {
    { "Windows 10 Pro", "19045", "Windows 10 Pro", "win10" },
    { "Windows 10 Pro", "22631", "Windows 11 Pro", "win11" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Tree) tree = tree_new ();
    g_autoptr (HiveKey) software = hive_new ("ROOT");
    g_autoptr (HiveKey) system = server_system ();

    hive_set_sz (software, NT, "ProductName", rows[i].product);
    hive_set_sz (software, NT, "InstallationType", "Client");
    hive_set_sz (software, NT, "CurrentBuildNumber", rows[i].build);
    hive_set_dword (software, NT, "CurrentMajorVersionNumber", 10);
    hive_set_dword (software, NT, "CurrentMinorVersionNumber", 0);
    write_hive (tree, CONFIG "SOFTWARE", software, FALSE);
    write_hive (tree, CONFIG "SYSTEM", system, FALSE);
    write_pe (tree, "/Windows/System32/kernel32.dll", 0xaa64);
    inspect (tree);
    g_assert_cmpstr (tree->guest->product, ==, rows[i].want_product);
    g_assert_cmpstr (tree->guest->variant, ==, "Client");
    g_assert_cmpstr (tree->guest->arch, ==, "aarch64");
    v2v_inspect_osinfo (tree->guest);
    g_assert_cmpstr (tree->guest->osinfo_id, ==, rows[i].want_id);
  }
}

static void
test_server_2003 (void)
{
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (HiveKey) software = hive_new ("ROOT");
  g_autoptr (HiveKey) system = hive_new ("ROOT");

  hive_set_sz (software, NT, "ProductName", "Microsoft Windows Server 2003 R2");
  hive_set_sz (software, NT, "CurrentBuildNumber", "3790");
  hive_set_sz (software, NT, "CurrentVersion", "5.2");
  hive_set_dword (system, "Select", "Current", 1);
  hive_set_sz (system, "ControlSet001\\Control\\ComputerName\\ComputerName", "ComputerName",
               "OLD");
  write_hive (tree, "/WINNT/system32/config/software", software, FALSE);
  write_hive (tree, "/WINNT/system32/config/system", system, FALSE);
  write_pe (tree, "/WINNT/system32/cmd.exe", 0x14c);
  inspect (tree);
  g_assert_cmpstr (tree->guest->windows->systemroot, ==, "/WINNT");
  g_assert_cmpstr (tree->guest->variant, ==, "Server");
  g_assert_cmpstr (tree->guest->version_id, ==, "5.2");
  g_assert_cmpstr (tree->guest->hostname, ==, "OLD");
  g_assert_cmpstr (tree->guest->arch, ==, "i386");
  g_assert_false (tree->guest->windows->rtc_utc);
  v2v_inspect_osinfo (tree->guest);
  g_assert_cmpstr (tree->guest->osinfo_id, ==, "win2k3r2");
}

static void
test_hibernated (void)
{
  static const struct {
    const char *head;
    gboolean want;
  } rows[] = { { "hibr", TRUE },  { "HIBR", TRUE },  { "RSTR", TRUE }, { "wake", FALSE },
               { "WAKE", FALSE }, { "hib", FALSE },  { "", FALSE } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Tree) tree = tree_new ();

    tree_mkdir (tree, CONFIG);
    tree_write (tree, "/HIBERFIL.SYS", rows[i].head);
    inspect (tree);
    g_assert_cmpint (tree->guest->windows->hibernated, ==, rows[i].want);
  }
}

/* Rows say what is missing; what could be read is there. */
static void
test_damaged (void)
{
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (HiveKey) system = hive_new ("ROOT");

  hive_set_dword (system, "Select", "Current", 3);
  hive_set_sz (system, "ControlSet001\\Services\\Tcpip\\Parameters", "Hostname", "HALF");
  tree_write (tree, CONFIG "SOFTWARE", "regf, but not really");
  write_hive (tree, CONFIG "SYSTEM", system, FALSE);
  tree_write (tree, "/Windows/System32/cmd.exe", "MZ");
  inspect (tree);
  g_assert_nonnull (tree_unknown (tree, "SOFTWARE"));
  g_assert_nonnull (tree_unknown (tree, "current-control-set"));
  g_assert_null (tree->guest->windows->current_control_set);
  g_assert_cmpstr (tree->guest->hostname, ==, "HALF");
  g_assert_null (tree->guest->product);
  g_assert_null (tree->guest->arch);
  v2v_inspect_osinfo (tree->guest);
  g_assert_null (tree->guest->osinfo_id);
}

static void
test_no_hives (void)
{
  g_autoptr (Tree) tree = tree_new ();

  tree_mkdir (tree, CONFIG "SYSTEM");
  inspect (tree);
  g_assert_nonnull (strstr (tree_unknown (tree, "SOFTWARE"), "there is no"));
  g_assert_nonnull (strstr (tree_unknown (tree, "SYSTEM"), "directory"));
  g_assert_null (tree->guest->windows->software_hive);
}

static void
test_not_windows (void)
{
  g_autoptr (Tree) tree = tree_new ();

  tree_mkdir (tree, "/Windows");
  inspect (tree);
  g_assert_null (tree->guest->windows);
  g_assert_cmpint (tree->guest->os, ==, V2V_OS_UNKNOWN);
}

static void
test_pe (void)
{
  guint8 data[256] = { 'M', 'Z' };

  g_assert_null (v2v_windows_pe_arch (data, 0));
  g_assert_null (v2v_windows_pe_arch (data, sizeof data));
  data[0x3c] = 250;
  memcpy (data + 250, "PE\0\0", 4);
  data[254] = 0x64;
  data[255] = 0x86;
  g_assert_cmpstr (v2v_windows_pe_arch (data, 256), ==, "x86_64");
  g_assert_null (v2v_windows_pe_arch (data, 255));
  data[255] = 0x99;
  g_assert_null (v2v_windows_pe_arch (data, 256));
  memset (data + 0x3c, 0xff, 4);
  g_assert_null (v2v_windows_pe_arch (data, 256));
}

static int
score_of (const Tree *tree, const char *signal)
{
  for (guint i = 0; i < tree->guest->ec2->evidence->len; i++) {
    const V2vEvidence *row = g_ptr_array_index (tree->guest->ec2->evidence, i);

    if (g_str_equal (row->signal, signal))
      return row->score;
  }
  return 0;
}

static void
test_ec2 (void)
{
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (HiveKey) software = server_software ();
  g_autoptr (HiveKey) system = server_system ();
  const char *services = "ControlSet002\\Services\\";
  g_autofree char *launch = g_strconcat (services, "Amazon EC2Launch", NULL);
  g_autofree char *ssm = g_strconcat (services, "AmazonSSMAgent", NULL);
  g_autofree char *tcpip = g_strconcat (services, "Tcpip\\Parameters", NULL);
  g_autofree char *time = g_strconcat (services, "W32Time\\Parameters", NULL);

  hive_set_sz (software, "Amazon\\MachineImage", "AMIName", "Windows_Server-2022-English");
  hive_set_sz (software, NT "\\SoftwareProtectionPlatform", "KeyManagementServiceName",
               "169.254.169.250");
  hive_set_sz (software, "Amazon\\PVDriver", "Version", "8.4");
  hive_set_sz (system, launch, "ImagePath", "\"C:\\Program Files\\Amazon\\EC2Launch\\x.exe\"");
  hive_set_sz (system, ssm, "ImagePath", "C:\\Program Files\\Amazon\\SSM\\x.exe");
  hive_set_sz (system, tcpip, "SearchList", "eu-west-1.ec2-utilities.amazonaws.com,corp");
  hive_set_sz (system, time, "NtpServer", "169.254.169.123,0x9");
  hive_key (system, "ControlSet002\\Enum\\PCI\\VEN_1D0F&DEV_8061&SUBSYS_00001D0F&REV_00");
  hive_key (system, "ControlSet002\\Enum\\PCI\\VEN_5853&DEV_0001&SUBSYS_00015853&REV_01");
  write_hive (tree, CONFIG "SOFTWARE", software, FALSE);
  write_hive (tree, CONFIG "SYSTEM", system, FALSE);
  tree_mkdir (tree, "/programdata/Amazon/EC2-Windows/Launch");
  inspect (tree);
  g_assert_cmpint (score_of (tree, "machine-image"), ==, 95);
  g_assert_cmpint (score_of (tree, "kms"), ==, 55);
  g_assert_cmpint (score_of (tree, "pci-amazon"), ==, 95);
  g_assert_cmpint (score_of (tree, "pci-xen"), ==, 60);
  g_assert_cmpint (score_of (tree, "ec2launch"), ==, 60);
  g_assert_cmpint (score_of (tree, "ssm-agent"), ==, 20);
  g_assert_cmpint (score_of (tree, "search-list"), ==, 55);
  g_assert_cmpint (score_of (tree, "time-source"), ==, 50);
  g_assert_cmpint (score_of (tree, "computer-name"), ==, 25);
  g_assert_cmpint (score_of (tree, "launch-scripts"), ==, 60);
  g_assert_cmpint (tree->guest->ec2->score, ==, 100);
  g_assert_true (tree->guest->ec2->is_ec2);
  g_assert_cmpstr (tree->guest->ec2->generation, ==, "both");
}

/* On XenServer, managed by Systems Manager. */
static void
test_ec2_decoy (void)
{
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (HiveKey) software = server_software ();
  g_autoptr (HiveKey) system = hive_new ("ROOT");

  hive_set_dword (system, "Select", "Current", 1);
  hive_set_sz (system, "ControlSet001\\Services\\AmazonSSMAgent", "ImagePath", "x");
  hive_key (system, "ControlSet001\\Enum\\PCI\\VEN_5853&DEV_0001&SUBSYS_00015853&REV_01");
  hive_set_sz (software, NT "\\SoftwareProtectionPlatform", "KeyManagementServiceName",
               "kms.example.com");
  write_hive (tree, CONFIG "SOFTWARE", software, FALSE);
  write_hive (tree, CONFIG "SYSTEM", system, FALSE);
  inspect (tree);
  g_assert_cmpint (tree->guest->ec2->score, ==, 20);
  g_assert_false (tree->guest->ec2->is_ec2);
  g_assert_null (tree->guest->ec2->generation);
}

/* No copy of a hive is left behind. */
static void
test_no_litter (void)
{
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (HiveKey) software = server_software ();
  g_autoptr (GDir) dir = g_dir_open (g_get_tmp_dir (), 0, NULL);
  const char *name;

  write_hive (tree, CONFIG "SOFTWARE", software, FALSE);
  inspect (tree);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_assert_false (g_str_has_prefix (name, "v2v-hives-"));
}

/* Without room for copies there is nothing to go on with. */
static void
test_no_tmp (void)
{
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *moved = g_strconcat (g_get_tmp_dir (), ".away", NULL);

  tree_mkdir (tree, CONFIG);
  /* The open tree moves along; the place for copies is gone. */
  g_assert_cmpint (g_rename (g_get_tmp_dir (), moved), ==, 0);
  g_assert_false (v2v_inspect_windows (tree->fs, tree->guest, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_STORAGE);
  g_assert_cmpint (g_rename (moved, g_get_tmp_dir ()), ==, 0);
}

int
main (int argc, char **argv)
{
  g_autofree char *tmp = g_dir_make_tmp ("v2v-windows-XXXXXX", NULL);
  int rc;

  /* Before anything asks GLib for it. */
  g_setenv ("TMPDIR", tmp, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/windows/server", test_server);
  g_test_add_func ("/windows/case", test_case);
  g_test_add_func ("/windows/client", test_client);
  g_test_add_func ("/windows/server-2003", test_server_2003);
  g_test_add_func ("/windows/hibernated", test_hibernated);
  g_test_add_func ("/windows/damaged", test_damaged);
  g_test_add_func ("/windows/no-hives", test_no_hives);
  g_test_add_func ("/windows/not-windows", test_not_windows);
  g_test_add_func ("/windows/pe", test_pe);
  g_test_add_func ("/windows/ec2", test_ec2);
  g_test_add_func ("/windows/ec2-decoy", test_ec2_decoy);
  g_test_add_func ("/windows/no-litter", test_no_litter);
  g_test_add_func ("/windows/no-tmp", test_no_tmp);
  rc = g_test_run ();
  tree_remove_all (tmp);
  return rc;
}
