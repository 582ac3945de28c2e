/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "test-tree.h"
#include "v2v-ec2-private.h"
#include "v2v-inspect-private.h"

static const V2vEc2 *
inspect_hint (Tree *tree, const char *hint)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = v2v_inspect_cloud_init (tree->fs, tree->guest, &error)
                && v2v_inspect_ec2 (tree->fs, tree->guest, hint, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
  return tree->guest->ec2;
}

static const V2vEc2 *
inspect (Tree *tree)
{
  return inspect_hint (tree, NULL);
}

/* 0 when there is no such row. */
static int
score_of (const V2vEc2 *ec2, const char *signal)
{
  int score = 0;

  for (guint i = 0; i < ec2->evidence->len; i++) {
    const V2vEvidence *row = g_ptr_array_index (ec2->evidence, i);

    if (g_str_equal (row->signal, signal))
      score += row->score;
  }
  return score;
}

static void
add_package (Tree *tree, const char *name)
{
  v2v_guest_add_package (tree->guest)->name = g_strdup (name);
}

static void
add_mount (Tree *tree, const char *spec)
{
  v2v_guest_add_mount (tree->guest)->spec = g_strdup (spec);
}

static void
add_kernel (Tree *tree, const char *version)
{
  v2v_guest_add_kernel (tree->guest)->version = g_strdup (version);
}

/* One file, one signal. */
static void
test_files (void)
{
  static const struct {
    const char *path;
    const char *text;
    const char *signal;
    int score;
  } rows[] = {
    { "/etc/image-id", "image_name=\"amzn2-ami-hvm\"\nimage_arch=\"x86_64\"\n", "image-id", 80 },
    { "/etc/image-id", "image_name=al2023-ami\n", "image-id", 80 },
    { "/etc/image-id", "image_name=\"other\"\n", "image-id", 0 },
    { "/etc/image-id", "image_name=\"amzn2-kvm\"\nimage_file=\"amzn2-kvm.qcow2\"\n", "image-id",
      0 },
    { "/etc/chrony.conf", "server 169.254.169.123 prefer iburst\n", "time-source", 50 },
    { "/etc/chrony.conf", "! server 169.254.169.123\n#server 169.254.169.123\n", "time-source",
      0 },
    { "/etc/chrony/sources.d/aws.sources", "server fd00:ec2::123\n", "time-source", 50 },
    { "/etc/systemd/timesyncd.conf.d/a.conf", "[Time]\nNTP=169.254.169.123\n", "time-source",
      50 },
    { "/etc/resolv.conf", "search eu-west-1.compute.internal\n", "resolver", 45 },
    { "/etc/resolv.conf", "search ec2.internal. corp\n", "resolver", 45 },
    { "/etc/resolv.conf", "search my-compute.internal\n", "resolver", 0 },
    { "/etc/resolv.conf", "search compute.internal.example.com\n", "resolver", 0 },
    { "/etc/resolv.conf", "search c.project.internal\n", "resolver", 0 },
    { "/var/lib/dhcp/dhclient.eth0.leases",
      "  option domain-name \"ec2.internal\";\n", "resolver", 45 },
    { "/var/lib/wicked/lease-eth0-dhcp-ipv4.xml",
      "    <dns:default-domain>eu-west-1.compute.internal</dns:default-domain>\n", "resolver",
      45 },
    { "/etc/apt/sources.list", "deb http://eu-west-1.ec2.archive.ubuntu.com/ubuntu jammy main\n",
      "apt-mirror", 55 },
    { "/etc/apt/sources.list.d/ubuntu.sources",
      "URIs: http://us-east-1.ec2.archive.ubuntu.com/ubuntu/\n", "apt-mirror", 55 },
    { "/etc/apt/sources.list", "deb http://archive.ubuntu.com/ubuntu jammy main\n", "apt-mirror",
      0 },
    { "/usr/lib/systemd/system/nm-cloud-setup.service.d/10-rh-enable-for-ec2.conf",
      "[Service]\nEnvironment=NM_CLOUD_SETUP_EC2=yes\n", "nm-cloud-setup", 55 },
    { "/etc/systemd/system/nm-cloud-setup.service.d/10-enable-ec2.conf",
      "[Service]\nEnvironment=\"NM_CLOUD_SETUP_EC2=true\"\n", "nm-cloud-setup", 55 },
    { "/etc/systemd/system/nm-cloud-setup.service.d/10-enable-ec2.conf",
      "[Service]\nEnvironment=NM_CLOUD_SETUP_EC2=no\n", "nm-cloud-setup", 0 },
    { "/etc/systemd/system/nm-cloud-setup.service.d/10-enable-ec2.conf",
      "[Service]\nEnvironment=NM_CLOUD_SETUP_EC2=once\n", "nm-cloud-setup", 0 },
    { "/etc/default/grub", "GRUB_CMDLINE_LINUX=\"nvme_core.io_timeout=4294967295\"\n",
      "nvme-timeout", 35 },
    { "/var/log/dmesg", "[ 0.0] DMI: Amazon EC2 m5.large/, BIOS 1.0 10/16/2017\n", "dmi-nitro",
      90 },
    { "/var/log/kern.log", "DMI: Xen HVM domU, BIOS 4.11.amazon 08/24/2006\n", "dmi-xen", 0 },
    { "/var/log/cloud-init.log", "util.py: DMI: Amazon EC2 c5.large/, BIOS 1.0\n", "dmi-nitro",
      90 },
    { "/var/log/journal/daa2c1aa0465e9a3080ce0d4938a5f5e/system.journal",
      "LPKSHHRH MESSAGE=DMI: Amazon EC2 t3.micro/, BIOS 1.0\n", "dmi-nitro", 90 },
    { "/var/log/journal/daa2c1aa0465e9a3080ce0d4938a5f5e/user-1000.journal",
      "MESSAGE=DMI: Amazon EC2 t3.micro/, BIOS 1.0\n", "dmi-nitro", 0 },
    { "/opt/aws/bin/cfn-init", "", "amazon-files", 25 },
    { "/var/log/amazon/ssm/errors.log", "", "amazon-files", 0 },
    { "/var/lib/cloud/instances/i-0123456789abcdef0/obj.pkl", "", "instance-id", 60 },
    { "/var/lib/cloud/instances/i-01234567/obj.pkl", "", "instance-id", 0 },
    { "/var/lib/cloud/data/instance-id", "i-01234567\n", "instance-id", 60 },
    { "/var/lib/cloud/data/instance-id", "i-0123456\n", "instance-id", 0 },
    { "/var/lib/cloud/data/instance-id", "i-0123456789ABCDEF0\n", "instance-id", 0 },
    { "/var/lib/cloud/data/previous-datasource", "DataSourceEc2: x\n", "datasource-cache", 90 },
    { "/etc/cloud/cloud.cfg", "datasource_list: [ Ec2, None ]\n", "datasource-list", 40 },
    { "/etc/cloud/cloud.cfg", "datasource_list: [ NoCloud, Ec2 ]\n", "datasource-list", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Tree) tree = tree_new ();
    const V2vEc2 *ec2;

    tree_write (tree, rows[i].path, rows[i].text);
    ec2 = inspect (tree);
    if (score_of (ec2, rows[i].signal) != rows[i].score)
      g_test_message ("%s: %s", rows[i].path, rows[i].text);
    g_assert_cmpint (score_of (ec2, rows[i].signal), ==, rows[i].score);
    g_assert_cmpint (ec2->score, ==, rows[i].score);
    g_assert_cmpint (ec2->is_ec2, ==, rows[i].score >= 60);
  }
}

static void
test_facts (void)
{
  g_autoptr (Tree) tree = tree_new ();
  const V2vEc2 *ec2;
  V2vBootEntry *entry;

  add_mount (tree, "/dev/xvdf");
  add_mount (tree, "/dev/disk/by-id/nvme-Amazon_Elastic_Block_Store_vol0123");
  add_package (tree, "ec2-instance-connect");
  add_package (tree, "ec2-hibinit-agent");
  add_package (tree, "rh-amazon-rhui-client-ha");
  add_package (tree, "awscli");
  add_package (tree, "amazon-ssm-agent");
  g_ptr_array_add (tree->guest->units, g_strdup ("amazon-ssm-agent.service"));
  add_kernel (tree, "6.8.0-1009-aws");
  tree->guest->hostname = g_strdup ("ip-172-31-5-6.ec2.internal");
  entry = v2v_bootloader_add_entry (v2v_guest_set_bootloader (tree->guest, "grub2"));
  entry->cmdline = g_strdup ("root=/dev/nvme0n1p1 nvme_core.io_timeout=4294967295");
  ec2 = inspect (tree);
  g_assert_cmpint (score_of (ec2, "fstab-xvd"), ==, 20);
  g_assert_cmpint (score_of (ec2, "fstab-nvme"), ==, 70);
  g_assert_cmpint (score_of (ec2, "package"), ==, 70);
  g_assert_cmpint (score_of (ec2, "ssm-agent"), ==, 15);
  g_assert_cmpint (score_of (ec2, "kernel"), ==, 60);
  g_assert_cmpint (score_of (ec2, "hostname"), ==, 10);
  g_assert_cmpint (score_of (ec2, "nvme-timeout"), ==, 35);
  g_assert_cmpint (ec2->score, ==, 100);
  g_assert_true (ec2->is_ec2);
  g_assert_cmpstr (ec2->generation, ==, "nitro");
}

static void
test_generation (void)
{
  static const struct {
    const char *dmesg;
    const char *syslog;
    const char *want;
  } rows[] = {
    { "DMI: Amazon EC2 t3.micro/, BIOS 1.0\n", "", "nitro" },
    { "DMI: Xen HVM domU, BIOS 4.2.amazon\n", "", "xen" },
    { "DMI: Xen HVM domU, BIOS 4.2.amazon\n", "x\0DMI: Amazon EC2 m5.large\n", "both" },
    { "", "", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Tree) tree = tree_new ();

    tree_write (tree, "/var/lib/cloud/data/instance-id", "i-0123456789abcdef0\n");
    tree_write (tree, "/var/log/dmesg", rows[i].dmesg);
    /* A NUL, as a crash leaves it in a log, hides nothing. */
    tree_write_bytes (tree, "/var/log/syslog", rows[i].syslog, i == 2 ? 27 : 0);
    g_assert_true (inspect (tree)->is_ec2);
    g_assert_cmpstr (tree->guest->ec2->generation, ==, rows[i].want);
  }
}

/* EC2Config's name for a computer, and names that only begin like it. */
static void
test_computer_name (void)
{
  static const struct {
    V2vOsType os;
    const char *name;
    int score;
  } rows[] = {
    { V2V_OS_WINDOWS, "IP-0A00010F", 25 },     { V2V_OS_WINDOWS, "ip-0a00010f", 25 },
    { V2V_OS_WINDOWS, "IP-0A00010", 0 },       { V2V_OS_WINDOWS, "IP-0A00010F2", 0 },
    { V2V_OS_WINDOWS, "IP-0A00010G", 0 },      { V2V_OS_WINDOWS, "WIN-0A00010F", 0 },
    { V2V_OS_WINDOWS, "EC2AMAZ-1ABCDEF", 25 }, { V2V_OS_LINUX, "ip-0a00010f", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Tree) tree = tree_new ();

    tree->guest->os = rows[i].os;
    tree->guest->hostname = g_strdup (rows[i].name);
    g_assert_cmpint (score_of (inspect (tree), "computer-name"), ==, rows[i].score);
  }
}

/* The boot messages stand at the head of a log, however long it is. */
static void
test_long_log (void)
{
  g_autoptr (Tree) tree = tree_new ();
  g_autofree char *log = g_malloc0 (5 * 1024 * 1024);

  strcpy (log, "kernel: DMI: Amazon EC2 m5.large/, BIOS 1.0\n");
  tree_write_bytes (tree, "/var/log/messages", log, 5 * 1024 * 1024);
  g_assert_cmpint (score_of (inspect (tree), "dmi-nitro"), ==, 90);
}

static void
test_hint (void)
{
  static const struct {
    const char *hint;
    gboolean want;
  } rows[] = { { "ec2", TRUE }, { "EC2", TRUE }, { "vsphere", FALSE }, { "", FALSE } };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Tree) tree = tree_new ();

    g_assert_cmpint (inspect_hint (tree, rows[i].hint)->is_ec2, ==, rows[i].want);
    g_assert_cmpint (score_of (tree->guest->ec2, "hint"), ==, rows[i].want ? 60 : 0);
  }
}

/* Guests that only look like it. */
static void
test_decoy_hybrid (void)
{
  g_autoptr (Tree) tree = tree_new ();
  const V2vEc2 *ec2;

  /* A server on premises, on XenServer, managed by AWS Systems Manager. */
  add_package (tree, "amazon-ssm-agent");
  add_package (tree, "amazon-cloudwatch-agent");
  add_package (tree, "awscli");
  g_ptr_array_add (tree->guest->units, g_strdup ("amazon-ssm-agent.service"));
  add_mount (tree, "/dev/xvda1");
  tree->guest->hostname = g_strdup ("ip-10-0-0-5");
  tree_mkdir (tree, "/opt/aws/amazon-cloudwatch-agent");
  tree_mkdir (tree, "/opt/aws/oddment");
  tree_mkdir (tree, "/var/log/amazon/ssm");
  tree_write (tree, "/var/log/dmesg", "DMI: Xen HVM domU, BIOS 4.7\n");
  ec2 = inspect (tree);
  g_assert_cmpint (ec2->score, >=, 60);
  g_assert_false (ec2->is_ec2);
  g_assert_null (ec2->generation);
}

static void
test_decoy_agents_only (void)
{
  g_autoptr (Tree) tree = tree_new ();
  const V2vEc2 *ec2;

  add_package (tree, "amazon-ssm-agent");
  add_package (tree, "awscli");
  tree_mkdir (tree, "/var/log/amazon/ssm");
  ec2 = inspect (tree);
  g_assert_cmpint (ec2->score, ==, 15);
  g_assert_false (ec2->is_ec2);
}

/* Amazon Linux 2 for KVM has the kernel of the AMI. */
static void
test_decoy_amazon_on_kvm (void)
{
  g_autoptr (Tree) tree = tree_new ();
  const V2vEc2 *ec2;

  tree_write (tree, "/etc/image-id",
              "image_name=\"amzn2-kvm\"\nimage_file=\"amzn2-kvm-2.0.x86_64.xfs.gpt\"\n");
  tree_write (tree, "/etc/cloud/cloud.cfg", "datasource_list: [ NoCloud, AltCloud, None ]\n");
  add_kernel (tree, "5.10.205-195.807.amzn2.x86_64");
  add_package (tree, "amazon-ssm-agent");
  ec2 = inspect (tree);
  g_assert_cmpint (ec2->score, ==, 15);
  g_assert_false (ec2->is_ec2);
}

/* OpenStack serves EC2's metadata and hands out short instance ids. */
static void
test_decoy_openstack (void)
{
  g_autoptr (Tree) tree = tree_new ();

  tree_write (tree, "/var/lib/cloud/data/instance-id", "i-0000abcd\n");
  tree_write (tree, "/var/lib/cloud/data/previous-datasource",
              "DataSourceOpenStackLocal: DataSourceOpenStackLocal\n");
  g_assert_cmpint (inspect (tree)->score, ==, 0);
}

static void
test_empty (void)
{
  g_autoptr (Tree) tree = tree_new ();
  const V2vEc2 *ec2 = inspect (tree);

  g_assert_cmpint (ec2->score, ==, 0);
  g_assert_cmpuint (ec2->evidence->len, ==, 0);
  g_assert_cmpuint (tree->guest->unknown->len, ==, 0);
}

static void
test_instance_id (void)
{
  static const char *const bad[]
    = { NULL, "", "i-", "j-01234567", "i-0123456", "i-012345678", "i-0123456789abcdef",
        "i-0123456789abcdef01", "i-0123456g" };
  gboolean is_long;

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (v2v_ec2_is_instance_id (bad[i], &is_long));
  g_assert_true (v2v_ec2_is_instance_id ("i-01234567", &is_long));
  g_assert_false (is_long);
  g_assert_true (v2v_ec2_is_instance_id ("i-0123456789abcdef0", &is_long));
  g_assert_true (is_long);
}

/* A long line and a huge log stay small. */
static void
test_hostile (void)
{
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (GString) line = g_string_new ("server 169.254.169.123 ");
  g_autofree char *log = g_malloc0 (5 * 1024 * 1024);
  const V2vEvidence *row;

  for (int i = 0; i < 10000; i++)
    g_string_append (line, "x\x1b[2J");
  tree_write (tree, "/etc/chrony.conf", line->str);
  tree_write_bytes (tree, "/var/log/messages", log, 5 * 1024 * 1024);
  tree_link (tree, "/etc/resolv.conf", "/run/systemd/resolve/stub-resolv.conf");
  tree_link (tree, "/etc/ntp.conf", "ntp.conf");
  inspect (tree);
  g_assert_cmpuint (tree->guest->ec2->evidence->len, ==, 1);
  row = g_ptr_array_index (tree->guest->ec2->evidence, 0);
  g_assert_cmpuint (strlen (row->detail), <, 300);
  g_assert_cmpuint (tree->guest->unknown->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ec2/files", test_files);
  g_test_add_func ("/ec2/facts", test_facts);
  g_test_add_func ("/ec2/generation", test_generation);
  g_test_add_func ("/ec2/computer-name", test_computer_name);
  g_test_add_func ("/ec2/long-log", test_long_log);
  g_test_add_func ("/ec2/hint", test_hint);
  g_test_add_func ("/ec2/decoy-hybrid", test_decoy_hybrid);
  g_test_add_func ("/ec2/decoy-agents-only", test_decoy_agents_only);
  g_test_add_func ("/ec2/decoy-amazon-on-kvm", test_decoy_amazon_on_kvm);
  g_test_add_func ("/ec2/decoy-openstack", test_decoy_openstack);
  g_test_add_func ("/ec2/empty", test_empty);
  g_test_add_func ("/ec2/instance-id", test_instance_id);
  g_test_add_func ("/ec2/hostile", test_hostile);
  return g_test_run ();
}
