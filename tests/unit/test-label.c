/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <sys/stat.h>

#include "test-tree.h"
#include "v2v-label.h"

#define POLICY "/etc/selinux/targeted/contexts/files/file_contexts"
#define ETC "system_u:object_r:etc_t:s0"

static const char policy[]
  = "# a small policy\n"
    "/.*\tsystem_u:object_r:default_t:s0\n"
    "/etc/.*\t\t" ETC "\n"
    "/etc/systemd/system(/.*)?\tsystem_u:object_r:systemd_unit_file_t:s0\n"
    "/etc/cloud\t-d\tsystem_u:object_r:cloud_dir_t:s0\n"
    "/etc/alias\t-l\tsystem_u:object_r:alias_t:s0\n"
    "/etc/exact\t--\tsystem_u:object_r:exact_t:s0\n"
    "/usr/lib/systemd/system/.*\tsystem_u:object_r:systemd_unit_file_t:s0\n"
    "/run/.*\t<<none>>\n"
    "/proc/.*\t--\t<<none>>  \n"
    "/var/lib(/.*)?\tsystem_u:object_r:var_lib_t:s0\n";

static Tree *
policy_tree (const char *contexts)
{
  Tree *tree = tree_new ();

  tree_write (tree, "/etc/selinux/config",
              "# SELINUX=disabled\n SELINUX=enforcing \nSELINUXTYPE=targeted\r\n");
  if (contexts != NULL)
    tree_write (tree, POLICY, contexts);
  return tree;
}

static V2vLabels *
load (const Tree *tree)
{
  g_autoptr (GError) error = NULL;
  V2vLabels *labels = NULL;
  gboolean ok = v2v_labels_load (tree->fs, &labels, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
  return labels;
}

static void
assert_label (V2vLabels *labels, const char *path, guint mode, const char *want)
{
  const char *paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = v2v_labels_lookup_many (labels, paths, &mode, NULL, &error);
  GBytes *row;
  gsize length;
  const char *value;

  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 1);
  row = rows->pdata[0];
  if (want == NULL) {
    g_assert_null (row);
    return;
  }
  g_assert_nonnull (row);
  value = g_bytes_get_data (row, &length);
  /* The NUL is a part of the value, as setfilecon(3) writes it. */
  g_assert_cmpmem (value, length, want, strlen (want) + 1);
}

static void
assert_refused (V2vLabels *labels, const char *path, const char *message)
{
  const char *paths[] = { path, NULL };
  guint mode = S_IFREG | 0644;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = v2v_labels_lookup_many (labels, paths, &mode, NULL, &error);

  g_assert_null (rows);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, POLICY));
  if (message != NULL && strstr (error->message, message) == NULL)
    g_error ("%s", error->message);
}

static void
test_lookup (void)
{
  static const struct {
    const char *path;
    guint mode;
    const char *label;
  } rows[] = {
    { "/etc/x.conf", S_IFREG, ETC },
    { "/etc/systemd/system", S_IFDIR, "system_u:object_r:systemd_unit_file_t:s0" },
    { "/etc/systemd/system/a.service.d/b.conf", S_IFREG,
      "system_u:object_r:systemd_unit_file_t:s0" },
    { "/etc/cloud", S_IFDIR, "system_u:object_r:cloud_dir_t:s0" },
    { "/etc/cloud", S_IFREG, ETC },
    { "/etc/alias", S_IFLNK, "system_u:object_r:alias_t:s0" },
    { "/etc/alias", S_IFREG, ETC },
    { "/etc/exact", S_IFREG | 0755, "system_u:object_r:exact_t:s0" },
    { "/etc/exact", S_IFDIR, ETC },
    { "/run/x", S_IFREG, NULL },
    { "/proc/x", S_IFREG, NULL },
    { "/proc/x", S_IFDIR, "system_u:object_r:default_t:s0" },
    { "/opt/x", S_IFREG, "system_u:object_r:default_t:s0" },
  };
  g_autoptr (Tree) tree = policy_tree (policy);
  g_autoptr (V2vLabels) labels = load (tree);

  g_assert_nonnull (labels);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    assert_label (labels, rows[i].path, rows[i].mode, rows[i].label);
}

static void
test_many (void)
{
  const char *paths[] = { "/etc/a", "/run/b", "/var/lib/v2v-wrapper", "/etc/a", NULL };
  const guint modes[] = { S_IFREG, S_IFREG, S_IFDIR, S_IFREG };
  const char *none[] = { NULL };
  g_autoptr (Tree) tree = policy_tree (policy);
  g_autoptr (V2vLabels) labels = load (tree);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = v2v_labels_lookup_many (labels, paths, modes, NULL, &error);
  g_autoptr (GPtrArray) empty = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 4);
  g_assert_cmpstr (g_bytes_get_data (rows->pdata[0], NULL), ==, ETC);
  g_assert_null (rows->pdata[1]);
  g_assert_cmpstr (g_bytes_get_data (rows->pdata[2], NULL), ==,
                   "system_u:object_r:var_lib_t:s0");
  g_assert_true (g_bytes_equal (rows->pdata[0], rows->pdata[3]));
  empty = v2v_labels_lookup_many (labels, none, modes, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (empty->len, ==, 0);
}

/* What a path that the policy does not know gets: nothing, and no error. */
static void
test_unknown_path (void)
{
  g_autoptr (Tree) tree = policy_tree ("/etc/x\t" ETC "\n");
  g_autoptr (V2vLabels) labels = load (tree);
  g_autoptr (Tree) empty = policy_tree ("");
  g_autoptr (V2vLabels) none = load (empty);

  assert_label (labels, "/opt/x", S_IFREG, NULL);
  assert_label (labels, "/etc/x", S_IFREG, ETC);
  assert_label (none, "/etc/x", S_IFREG, NULL);
}

/* The files beside file_contexts, each of them read. */
static void
test_beside (void)
{
  g_autoptr (Tree) tree = policy_tree (policy);
  g_autoptr (V2vLabels) labels = NULL;

  tree_write (tree, POLICY ".local", "/etc/local\tsystem_u:object_r:local_t:s0\n"
                                     "/etc/gone\t<<none>>\n");
  tree_write (tree, POLICY ".homedirs", "/home/[^/]+\t-d\tsystem_u:object_r:home_t:s0\n");
  tree_write (tree, POLICY ".subs_dist", "/lib /usr/lib\n");
  tree_write (tree, POLICY ".subs", "/srv/etc /etc\n");
  /* Never looked at, and not a policy. */
  tree_write (tree, POLICY ".bin", "\x8a\xff\x7c\xf9");
  labels = load (tree);
  assert_label (labels, "/etc/local", S_IFREG, "system_u:object_r:local_t:s0");
  assert_label (labels, "/etc/gone", S_IFREG, NULL);
  assert_label (labels, "/home/ann", S_IFDIR, "system_u:object_r:home_t:s0");
  assert_label (labels, "/lib/systemd/system/x.service", S_IFREG,
                "system_u:object_r:systemd_unit_file_t:s0");
  assert_label (labels, "/srv/etc/x", S_IFREG, ETC);
}

static void
test_without (void)
{
  static const char *const configs[] = { "SELINUX=disabled\n", "SELINUX=Disabled" };
  g_autoptr (Tree) tree = tree_new ();

  g_assert_null (load (tree));
  for (gsize i = 0; i < G_N_ELEMENTS (configs); i++) {
    tree_write (tree, "/etc/selinux/config", configs[i]);
    tree_write (tree, POLICY, policy);
    g_assert_null (load (tree));
  }
}

static void
test_no_policy (void)
{
  g_autoptr (Tree) tree = policy_tree (NULL);

  g_assert_null (load (tree));
}

/* No SELINUXTYPE is "targeted", the last one wins, the name leads nowhere else. */
static void
test_type (void)
{
  static const char *const bad[] = { "../../x", "..", "", "a/b", "a b" };
  g_autoptr (Tree) tree = tree_new ();

  tree_write (tree, "/etc/selinux/config", "SELINUX=permissive\n");
  tree_write (tree, POLICY, policy);
  tree_write (tree, "/etc/selinux/mls/contexts/files/file_contexts", "/x\ta:b:c:d\n");
  v2v_labels_free (load (tree));
  tree_write (tree, "/etc/selinux/config", "SELINUXTYPE=targeted\nSELINUXTYPE=mls");
  {
    g_autoptr (V2vLabels) labels = load (tree);

    assert_label (labels, "/x", S_IFREG, "a:b:c:d");
  }
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autofree char *text = g_strdup_printf ("SELINUXTYPE=%s\n", bad[i]);
    g_autoptr (GError) error = NULL;
    V2vLabels *labels;

    tree_write (tree, "/etc/selinux/config", text);
    g_assert_false (v2v_labels_load (tree->fs, &labels, &error));
    g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  }
}

static void
test_nul (void)
{
  static const char *const suffixes[] = { "", ".local", ".homedirs", ".subs", ".subs_dist" };

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    g_autoptr (Tree) tree = policy_tree (policy);
    g_autofree char *path = g_strconcat (POLICY, suffixes[i], NULL);
    g_autoptr (GError) error = NULL;
    V2vLabels *labels;

    tree_write_bytes (tree, path, "/x\0y\ta:b:c:d\n", 13);
    g_assert_false (v2v_labels_load (tree->fs, &labels, &error));
    g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
    g_assert_nonnull (strstr (error->message, path));
  }
}

static void
test_too_large (void)
{
  g_autoptr (Tree) tree = policy_tree (NULL);
  g_autofree char *host = tree_host_path (tree, POLICY);
  g_autoptr (GError) error = NULL;
  V2vLabels *labels;

  tree_write (tree, POLICY, "x");
  g_assert_cmpint (truncate (host, 17 * 1024 * 1024), ==, 0);
  g_assert_false (v2v_labels_load (tree->fs, &labels, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
}

static void
test_malformed (void)
{
  static const char *const bad[] = { "/etc/x\n", "/etc/(\t" ETC "\n", "/etc/x -q " ETC "\n",
                                     "/etc/x\t\xe9:b:c:d\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autoptr (Tree) tree = policy_tree (bad[i]);
    g_autoptr (V2vLabels) labels = load (tree);

    assert_refused (labels, "/etc/x", NULL);
  }
}

/* A regular expression that takes for ever is not "no label". */
static void
test_catastrophic (void)
{
  g_autoptr (Tree) tree = policy_tree ("/((a+)+)+[0-9]\t" ETC "\n");
  g_autoptr (V2vLabels) labels = load (tree);
  gint64 start = g_get_monotonic_time ();

  assert_refused (labels, "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac", NULL);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 60 * G_TIME_SPAN_SECOND);
}

/* Serialized PCRE2 code in place of the text: only text, and malformed. */
static void
test_compiled (void)
{
  g_autoptr (Tree) tree = policy_tree ("\x8a\xff\x7c\xf9 x\n");
  g_autoptr (V2vLabels) labels = load (tree);

  assert_refused (labels, "/etc/x", NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/label/lookup", test_lookup);
  g_test_add_func ("/label/many", test_many);
  g_test_add_func ("/label/unknown-path", test_unknown_path);
  g_test_add_func ("/label/beside", test_beside);
  g_test_add_func ("/label/without", test_without);
  g_test_add_func ("/label/no-policy", test_no_policy);
  g_test_add_func ("/label/type", test_type);
  g_test_add_func ("/label/nul", test_nul);
  g_test_add_func ("/label/too-large", test_too_large);
  g_test_add_func ("/label/malformed", test_malformed);
  g_test_add_func ("/label/catastrophic", test_catastrophic);
  g_test_add_func ("/label/compiled", test_compiled);
  return g_test_run ();
}
