/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "test-tree.h"
#include "v2v-inspect-private.h"

static const V2vCloudInit *
inspect (Tree *tree)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = v2v_inspect_cloud_init (tree->fs, tree->guest, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
  g_assert_nonnull (tree->guest->cloud_init);
  return tree->guest->cloud_init;
}

static void
add_package (Tree *tree, const char *name, const char *version)
{
  V2vPackage *package = v2v_guest_add_package (tree->guest);

  package->name = g_strdup (name);
  package->version = g_strdup (version);
}

static void
test_ec2 (void)
{
  g_autoptr (Tree) tree = tree_new ();
  const V2vCloudInit *ci;

  add_package (tree, "cloud-init", "22.4.2-1");
  tree_write (tree, "/etc/cloud/cloud.cfg", "users: [default]\n");
  tree_write (tree, "/etc/cloud/cloud.cfg.d/01_ec2.cfg", "datasource_list: [ Ec2 ]\n");
  tree_write (tree, "/var/lib/cloud/instances/i-0123456789abcdef0/datasource",
              "DataSourceEc2Local: DataSourceEc2Local\n");
  tree_link (tree, "/var/lib/cloud/instance", "/var/lib/cloud/instances/i-0123456789abcdef0");
  tree_write (tree, "/var/lib/cloud/data/instance-id", "i-0123456789abcdef0\n");
  ci = inspect (tree);
  g_assert_true (ci->installed);
  g_assert_cmpstr (ci->version, ==, "22.4.2-1");
  g_assert_cmpstr (ci->datasources, ==, "Ec2");
  g_assert_cmpstr (ci->datasources_file, ==, "/etc/cloud/cloud.cfg.d/01_ec2.cfg");
  g_assert_cmpstr (ci->cached, ==, "DataSourceEc2Local");
  g_assert_cmpstr (ci->instance_id, ==, "i-0123456789abcdef0");
  g_assert_cmpuint (tree->guest->unknown->len, ==, 0);
}

/* Names decide, not types of list; other suffixes and nested keys do not count. */
static void
test_order (void)
{
  g_autoptr (Tree) tree = tree_new ();
  const V2vCloudInit *ci;

  tree_write (tree, "/etc/cloud/cloud.cfg", "datasource_list: [Ec2, None]\n");
  tree_write (tree, "/etc/cloud/cloud.cfg.d/90_dpkg.cfg",
              "datasource_list:\n  - NoCloud\n  - ConfigDrive\n  - ~\n");
  tree_write (tree, "/etc/cloud/cloud.cfg.d/20_early.cfg", "datasource_list: [Azure]\n");
  tree_write (tree, "/etc/cloud/cloud.cfg.d/91_off.cfg.disabled", "datasource_list: [GCE]\n");
  tree_write (tree, "/etc/cloud/cloud.cfg.d/92_nested.cfg",
              "datasource: {datasource_list: [GCE]}\n");
  ci = inspect (tree);
  g_assert_true (ci->installed);
  g_assert_cmpstr (ci->datasources, ==, "NoCloud, ConfigDrive");
  g_assert_cmpstr (ci->datasources_file, ==, "/etc/cloud/cloud.cfg.d/90_dpkg.cfg");
}

static void
test_broken_file (void)
{
  g_autoptr (Tree) tree = tree_new ();
  const V2vCloudInit *ci;

  tree_write (tree, "/etc/cloud/cloud.cfg", "datasource_list: [Ec2]\n");
  tree_write (tree, "/etc/cloud/cloud.cfg.d/50.cfg", "datasource_list: [\n");
  tree_write (tree, "/etc/cloud/cloud.cfg.d/60.cfg", "datasource_list: {a: b}\n");
  ci = inspect (tree);
  g_assert_cmpstr (ci->datasources, ==, "Ec2");
  g_assert_nonnull (tree_unknown (tree, "/etc/cloud/cloud.cfg.d/50.cfg"));
  g_assert_cmpuint (tree->guest->unknown->len, ==, 1);
}

static void
test_version_without_packages (void)
{
  static const struct {
    const char *text;
    const char *want;
  } rows[] = {
    { "__VERSION__ = \"19.3\"\n_PACKAGED_VERSION = \"19.3-46.amzn2\"\n", "19.3-46.amzn2" },
    { "__VERSION__ = \"23.1\"\n_PACKAGED_VERSION = '@@PACKAGED_VERSION@@'\n", "23.1" },
    { "__VERSION__ = (1, 2)\n", NULL },
    { "", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (Tree) tree = tree_new ();

    tree_write (tree, "/usr/bin/cloud-init", "#!/usr/bin/python3\n");
    tree_mkdir (tree, "/usr/lib/python2.7/site-packages");
    tree_write (tree, "/usr/lib/python3.9/site-packages/cloudinit/version.py", rows[i].text);
    g_assert_true (inspect (tree)->installed);
    g_assert_cmpstr (tree->guest->cloud_init->version, ==, rows[i].want);
  }
}

static void
test_previous_state (void)
{
  g_autoptr (Tree) tree = tree_new ();
  const V2vCloudInit *ci;

  tree_write (tree, "/var/lib/cloud/data/previous-datasource", "DataSourceNone: none\n");
  tree_link (tree, "/var/lib/cloud/instance", "instances/iid-datasource-none");
  ci = inspect (tree);
  g_assert_false (ci->installed);
  g_assert_null (ci->datasources);
  g_assert_cmpstr (ci->cached, ==, "DataSourceNone");
  g_assert_cmpstr (ci->instance_id, ==, "iid-datasource-none");
}

static void
test_absent (void)
{
  g_autoptr (Tree) tree = tree_new ();
  const V2vCloudInit *ci = inspect (tree);

  g_assert_false (ci->installed);
  g_assert_null (ci->version);
  g_assert_null (ci->cached);
  g_assert_null (ci->instance_id);
  g_assert_cmpuint (tree->guest->unknown->len, ==, 0);
}

static void
test_hostile (void)
{
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (GString) big = g_string_new (NULL);
  g_autoptr (GString) list = g_string_new ("datasource_list: [");

  for (int i = 0; i < 1000; i++)
    g_string_append (list, "Ec2,");
  g_string_append (list, "]\n");
  g_string_set_size (big, 2 * V2V_FS_TEXT_MAX);
  memset (big->str, 'a', big->len);
  tree_write (tree, "/etc/cloud/cloud.cfg", list->str);
  tree_write (tree, "/etc/cloud/cloud.cfg.d/big.cfg", big->str);
  tree_write (tree, "/var/lib/cloud/data/instance-id", big->str);
  tree_mkdir (tree, "/var/lib/cloud/data/previous-datasource");
  inspect (tree);
  g_assert_cmpuint (strlen (tree->guest->cloud_init->datasources), <, 400);
  g_assert_nonnull (tree_unknown (tree, "/etc/cloud/cloud.cfg.d/big.cfg"));
  g_assert_nonnull (tree_unknown (tree, "/var/lib/cloud/data/instance-id"));
  g_assert_nonnull (tree_unknown (tree, "/var/lib/cloud/data/previous-datasource"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cloud-init/ec2", test_ec2);
  g_test_add_func ("/cloud-init/order", test_order);
  g_test_add_func ("/cloud-init/broken-file", test_broken_file);
  g_test_add_func ("/cloud-init/version-without-packages", test_version_without_packages);
  g_test_add_func ("/cloud-init/previous-state", test_previous_state);
  g_test_add_func ("/cloud-init/absent", test_absent);
  g_test_add_func ("/cloud-init/hostile", test_hostile);
  return g_test_run ();
}
