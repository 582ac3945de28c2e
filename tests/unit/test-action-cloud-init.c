/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>

#include "actions/v2v-cloud-init-text.h"
#include "test-action.h"
#include "v2v-yaml.h"

#define STEP "cloud-init: {datasources: [NoCloud, ConfigDrive, None]}"
#define OURS "/etc/cloud/cloud.cfg.d/zz-90-v2v-wrapper.cfg"
#define DS "/etc/cloud/ds-identify.cfg"
#define POLICY "policy: search,found=all,maybe=none,notfound=disabled\n"

static const char *
value_of (const V2vYamlNode *root, const char *key)
{
  return v2v_yaml_text (v2v_yaml_get (root, key));
}

/* As YAML, and as ds-identify reads it: a line that begins "datasource_list: [". */
static void
test_config (void)
{
  const char *names[] = { "NoCloud", "ConfigDrive", "None", NULL };
  g_autofree char *text = v2v_cloud_init_config (names, FALSE);
  g_autofree char *kept = v2v_cloud_init_config (names, TRUE);
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vYaml) yaml = v2v_yaml_parse (text, strlen (text), "ours", &error);
  const V2vYamlNode *root = v2v_yaml_document (yaml, 0);
  const V2vYamlNode *list = v2v_yaml_get (root, "datasource_list");

  g_assert_no_error (error);
  g_assert_cmpuint (list->values->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpstr (v2v_yaml_text (list->values->pdata[i]), ==, names[i]);
  g_assert_nonnull (strstr (text, "\ndatasource_list: [ NoCloud, ConfigDrive, None ]\n"));
  g_assert_cmpstr (v2v_yaml_text (v2v_yaml_get_path (root, "network", "config", NULL)), ==,
                   "disabled");
  g_assert_cmpstr (value_of (root, "ssh_deletekeys"), ==, "false");
  g_assert_cmpstr (value_of (root, "preserve_hostname"), ==, "true");
  g_assert_cmpstr (value_of (root, "manage_etc_hosts"), ==, "false");
  g_assert_cmpstr (value_of (root, "manual_cache_clean"), ==, "false");
  g_assert_cmpstr (
    v2v_yaml_text (v2v_yaml_get_path (root, "apt", "preserve_sources_list", NULL)), ==, "true");
  g_assert_cmpstr (v2v_yaml_text (v2v_yaml_get_path (root, "system_info", "default_user",
                                                     "lock_passwd", NULL)),
                   ==, "false");
  g_assert_null (v2v_yaml_get (root, "users"));
  g_assert_null (strstr (kept, "network:"));
}

static const struct {
  const char *before, *after;
} unpin_rows[] = {
  { "", "" },
  { "a: b\n", "a: b\n" },
  { "datasource_list: [ Ec2 ]\n", "#datasource_list: [ Ec2 ]\n" },
  { "datasource_list: [ Ec2 ]", "#datasource_list: [ Ec2 ]" },
  { "datasource_list: [ Ec2 ]\r\na: 1\r\n", "#datasource_list: [ Ec2 ]\r\na: 1\r\n" },
  { "a: 1\ndatasource_list: Ec2\nb: 2\n", "a: 1\n#datasource_list: Ec2\nb: 2\n" },
  { "\"datasource_list\": [Ec2]\n'datasource_list' : [x]\n",
    "#\"datasource_list\": [Ec2]\n#'datasource_list' : [x]\n" },
  { "# datasource_list: [ Ec2 ]\n", "# datasource_list: [ Ec2 ]\n" },
  { "datasource_list_x: 1\nxdatasource_list: 1\ndatasource_list:x\n",
    "datasource_list_x: 1\nxdatasource_list: 1\ndatasource_list:x\n" },
  /* ds-identify reads an indented one too. */
  { "x:\n  datasource_list: [Ec2]\n  y: 1\n", "x:\n#  datasource_list: [Ec2]\n  y: 1\n" },
  { "datasource_list:\n  - Ec2\n  - None\nb: 1\n", "#datasource_list:\n#  - Ec2\n#  - None\nb: 1\n" },
  { "datasource_list:\n- Ec2\n\n# why\n- None\n# end\n\nb: 1\n",
    "#datasource_list:\n#- Ec2\n\n# why\n#- None\n# end\n\nb: 1\n" },
  { "datasource_list: [\n  Ec2, # ]\n  'No]ne'\n]\nb: 1\n",
    "#datasource_list: [\n#  Ec2, # ]\n#  'No]ne'\n#]\nb: 1\n" },
  { "datasource_list:\n  [ Ec2,\n    None ]\nb: 1\n",
    "#datasource_list:\n#  [ Ec2,\n#    None ]\nb: 1\n" },
  /* Never closed: no YAML, but a line that ds-identify takes. */
  { "datasource_list: [ Ec2\nb: 1\n", "#datasource_list: [ Ec2\nb: 1\n" },
  { "datasource_list:", "#datasource_list:" },
  { "datasource_list:\n-", "#datasource_list:\n#-" },
  { "datasource: {Ec2: {strict_id: false}}\n", "datasource: {Ec2: {strict_id: false}}\n" },
  { "\tb: \xe9\ndatasource_list: [\xff]\n", "\tb: \xe9\n#datasource_list: [\xff]\n" },
};

static void
test_unpin (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (unpin_rows); i++) {
    g_autofree char *once = v2v_cloud_init_unpin (unpin_rows[i].before);
    g_autofree char *twice = v2v_cloud_init_unpin (once);

    if (strchr (unpin_rows[i].before, '\xff') == NULL)
      g_assert_cmpstr (once, ==, unpin_rows[i].after);
    g_assert_cmpmem (once, strlen (once), unpin_rows[i].after, strlen (unpin_rows[i].after));
    g_assert_cmpmem (twice, strlen (twice), once, strlen (once));
    g_assert_true (v2v_cloud_init_is_unpinned (unpin_rows[i].before, once));
  }
}

static void
test_is_unpinned (void)
{
  /* Nothing that works by lines can take these out. */
  g_assert_false (v2v_cloud_init_is_unpinned ("{datasource_list: [Ec2]}\n",
                                              "{datasource_list: [Ec2]}\n"));
  g_assert_false (v2v_cloud_init_is_unpinned ("datasource_list: &x [Ec2]\nb: *x\n",
                                              "#datasource_list: &x [Ec2]\nb: *x\n"));
  g_assert_true (v2v_cloud_init_is_unpinned ("{", "{"));
}

static void
test_ds_identify (void)
{
  static const struct {
    const char *before, *after;
  } rows[] = {
    { NULL, "# Written by v2v-wrapper: off when there is no datasource.\n" POLICY },
    { "", "# Written by v2v-wrapper: off when there is no datasource.\n" POLICY },
    { POLICY, POLICY },
    { "datasource: Ec2\n", POLICY },
    { "datasource: Ec2", POLICY },
    { "# hello\n  datasource : Ec2 # pin\nother: 1\n", "# hello\nother: 1\n" POLICY },
    { "#datasource: Ec2\n", "#datasource: Ec2\n" POLICY },
    { "# no end", "# no end\n" POLICY },
    { "a: 1\r\n", "a: 1\r\n" POLICY },
    { "policy: enabled\nx: 1\n", POLICY "x: 1\n" },
    { "policy: enabled\n" POLICY, POLICY },
    { POLICY "policy: enabled\n", POLICY },
    /* A last line without its end is never read. */
    { "policy: search,found=all,maybe=none,notfound=disabled", POLICY },
    { "policy:   search,found=all,maybe=none,notfound=disabled  # ours\n",
      "policy:   search,found=all,maybe=none,notfound=disabled  # ours\n" },
    { "datasources: x\n", "datasources: x\n" POLICY },
    { "# a datasource: x\n", "# a datasource: x\n" POLICY },
    { "\xff: \xfe\n", "\xff: \xfe\n" POLICY },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *once = v2v_ds_identify_rewrite (rows[i].before);
    g_autofree char *twice = v2v_ds_identify_rewrite (once);

    g_assert_cmpmem (once, strlen (once), rows[i].after, strlen (rows[i].after));
    g_assert_cmpstr (twice, ==, once);
  }
}

static void
check (const Tree *tree, const char *text, const char *expected)
{
  g_autoptr (V2vDraft) draft = assert_step (tree, text, expected, NULL);
}

static void
test_not_installed (void)
{
  g_autoptr (Tree) tree = tree_new ();

  check (tree, STEP, "");
  v2v_guest_set_cloud_init (tree->guest);
  check (tree, STEP, "");
}

/* As an EC2 image that has been booted. */
static void
test_apply (void)
{
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (V2vDraft) draft = NULL;
  const char *names[] = { "NoCloud", "ConfigDrive", "None", NULL };
  g_autofree char *ours = v2v_cloud_init_config (names, FALSE);

  tree_write (tree, "/etc/cloud/cloud.cfg", "datasource_list: [ Ec2, None ]\n");
  tree_write (tree, "/etc/cloud/cloud.cfg.d/99-datasource.cfg", "datasource_list: [ Ec2 ]\n");
  tree_write (tree, "/etc/cloud/cloud.cfg.d/zzz.cfg", "a: 1\ndatasource_list:\n- Ec2\n");
  tree_write (tree, "/etc/cloud/cloud.cfg.d/ZZZ.cfg", "datasource_list: [ Ec2 ]\n");
  tree_write (tree, "/etc/cloud/cloud.cfg.d/zzz.cfg.bak", "datasource_list: [ Ec2 ]\n");
  tree_link (tree, "/etc/cloud/cloud.cfg.d/zzzz.cfg", "/gone");
  tree_mkdir (tree, "/etc/cloud/cloud.cfg.d/zzzzz.cfg");
  tree_write (tree, DS, "datasource: Ec2\n");
  tree_write (tree, "/var/lib/cloud/instances/i-1/manual-clean", "");
  tree_write (tree, "/var/lib/cloud/instances/i-1/obj.pkl", "x");
  tree_link (tree, "/var/lib/cloud/instance", "/var/lib/cloud/instances/i-1");
  draft = assert_step (tree, STEP,
                       "~ /etc/cloud/cloud.cfg.d/ZZZ.cfg\n"
                       "+ " OURS "\n"
                       "~ /etc/cloud/cloud.cfg.d/zzz.cfg\n"
                       "~ " DS "\n"
                       "- /var/lib/cloud/instances/i-1/manual-clean\n",
                       NULL);
  assert_draft_text (draft, OURS, ours);
  assert_draft_text (draft, DS, POLICY);
  assert_draft_text (draft, "/etc/cloud/cloud.cfg.d/zzz.cfg", "a: 1\n#datasource_list:\n#- Ec2\n");
}

/* By the facts alone: Alpine and others have it without a cloud.cfg. */
static void
test_by_facts (void)
{
  g_autoptr (Tree) tree = tree_new ();

  v2v_guest_set_cloud_init (tree->guest)->installed = TRUE;
  check (tree, STEP, "+ " OURS "\n+ " DS "\n");
}

static void
test_stubborn (void)
{
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (V2vDraft) draft = NULL;

  tree_write (tree, "/etc/cloud/cloud.cfg", "a: 1\n");
  tree_write (tree, "/etc/cloud/cloud.cfg.d/zzz.cfg", "{datasource_list: [Ec2], b: 1}\n");
  draft = assert_step (tree, STEP, "+ " OURS "\n+ " DS "\n", warnings);
  g_assert_cmpuint (warnings->len, ==, 1);
  g_assert_nonnull (strstr (warnings->pdata[0], "zzz.cfg"));
}

static void
test_refused (void)
{
  g_autoptr (Tree) tree = tree_new ();

  tree_write (tree, "/etc/cloud/cloud.cfg", "a: 1\n");
  tree_mkdir (tree, DS);
  assert_step_refused (tree, STEP, DS);
}

static void
test_parse (void)
{
  assert_parse_error ("cloud-init: {}", "datasources");
  assert_parse_error ("cloud-init: {datasources: [None]}", "two datasources");
  assert_parse_error ("cloud-init: {datasources: [NoCloud]}", "two datasources");
  assert_parse_error ("cloud-init: {datasources: [NoCloud, None]}", "two datasources");
  assert_parse_error ("cloud-init: {datasources: [NoCloud, NoCloud]}", "twice");
  assert_parse_error ("cloud-init: {datasources: [NoCloud, 'x, y']}", "not a datasource");
  assert_parse_error ("cloud-init: {datasources: [NoCloud, 'x ]\n']}", "not a datasource");
  assert_parse_error ("cloud-init: {datasources: [A, B], network: on}", "network");
  assert_parse_error ("cloud-init: {datasources: [A, B], users: []}", "users");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/action-cloud-init/config", test_config);
  g_test_add_func ("/action-cloud-init/unpin", test_unpin);
  g_test_add_func ("/action-cloud-init/is-unpinned", test_is_unpinned);
  g_test_add_func ("/action-cloud-init/ds-identify", test_ds_identify);
  g_test_add_func ("/action-cloud-init/not-installed", test_not_installed);
  g_test_add_func ("/action-cloud-init/apply", test_apply);
  g_test_add_func ("/action-cloud-init/by-facts", test_by_facts);
  g_test_add_func ("/action-cloud-init/stubborn", test_stubborn);
  g_test_add_func ("/action-cloud-init/refused", test_refused);
  g_test_add_func ("/action-cloud-init/parse", test_parse);
  return g_test_run ();
}
