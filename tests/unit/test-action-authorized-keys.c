/* SPDX-License-Identifier: GPL-2.0-or-later
 * --authorized-key, from the host's file to the guest's
 */
#include <config.h>

#include <glib/gstdio.h>

#include "test-action.h"
#include "v2v-keys.h"

#define KEY "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPhony me@example"
#define OTHER "ssh-rsa AAAAB3NzaC1yc2EAAAADAQAB other"

static Tree *
guest_new (void)
{
  Tree *tree = tree_new ();

  tree_write (tree, "/etc/passwd",
              "root:x:0:0:root:/root:/bin/bash\n"
              "ssm-user:x:1001:1001::/home/ssm-user:/bin/bash\n"
              "deploy:x:1002:1002::/srv/deploy:/bin/bash\n"
              "ubuntu:x:1000:1000::/home/ubuntu:/bin/bash\n"
              "lost:x:1003:1003::/home/lost:/bin/bash\n"
              "svc:x:1004:1004::/srv:/usr/sbin/nologin\n");
  tree_write (tree, "/etc/shadow", "root:*:19000::::::\n");
  tree_mkdir (tree, "/root");
  tree_mkdir (tree, "/home/ubuntu");
  tree_mkdir (tree, "/srv/deploy");
  return tree;
}

static gboolean
give (const Tree *tree, V2vDraft *draft, const char *keys, GError **error)
{
  g_auto (Step) step = { NULL };
  g_autofree char *option = g_strconcat ("authorized-keys=", keys, NULL);
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);

  g_assert_true (step_parse (&step, "authorized-keys: {}", error));
  return step_apply_with (&step, tree, draft, option, warnings, NULL, error);
}

static void
assert_given (const Tree *tree, const char *keys, const char *path, const char *text)
{
  g_autoptr (V2vDraft) draft = v2v_draft_new (tree->fs);
  g_autoptr (GError) error = NULL;

  /* Twice is once. */
  for (guint i = 0; i < 2; i++) {
    g_assert_true (give (tree, draft, keys, &error));
    g_assert_no_error (error);
    assert_draft_text (draft, path, text);
  }
}

static void
assert_refused (const Tree *tree, const char *keys, const char *message)
{
  g_autoptr (V2vDraft) draft = v2v_draft_new (tree->fs);
  g_autoptr (GError) error = NULL;

  g_assert_false (give (tree, draft, keys, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  if (strstr (error->message, message) == NULL)
    g_error ("'%s' does not say '%s'", error->message, message);
}

static void
test_given (void)
{
  g_autoptr (Tree) tree = guest_new ();
  g_autoptr (V2vDraft) draft = assert_step (tree, "authorized-keys: {}", "", NULL);

  tree_write (tree, "/srv/deploy/.ssh/authorized_keys", "# mine\n" OTHER);
  assert_given (tree, ":" KEY "\n", "/home/ubuntu/.ssh/authorized_keys", KEY "\n");
  assert_given (tree, "root:" KEY "\n", "/root/.ssh/authorized_keys", KEY "\n");
  assert_given (tree, "deploy:" KEY "\ndeploy:" OTHER "\n", "/srv/deploy/.ssh/authorized_keys",
                "# mine\n" OTHER "\n" KEY "\n");
}

static void
assert_owner (const Tree *tree, const char *path, guint mode, guint uid, guint gid)
{
  const char *const paths[] = { path, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = v2v_fs_stat_many (tree->fs, paths, &error);
  const V2vFileInfo *info;

  g_assert_no_error (error);
  info = g_ptr_array_index (rows, 0);
  g_assert_cmpint (info->kind, !=, V2V_FILE_ABSENT);
  g_assert_cmpuint (info->mode, ==, mode);
  /* Nobody else can give files away. */
  if (geteuid () == 0) {
    g_assert_cmpuint (info->uid, ==, uid);
    g_assert_cmpuint (info->gid, ==, gid);
  }
}

/* What is made in a home directory is its user's, and what stands there stays so.  A link of
 * the user's gets nobody a file outside. */
static void
test_owner (void)
{
  g_autoptr (Tree) tree = guest_new ();
  g_autoptr (V2vDraft) draft = v2v_draft_new (tree->fs);
  g_autofree char *keys = tree_host_path (tree, "/srv/deploy/.ssh/authorized_keys");
  g_autofree char *home = tree_host_path (tree, "/data/jo");
  g_autoptr (GError) error = NULL;

  tree_write (tree, "/etc/passwd",
              "root:x:0:0:root:/root:/bin/bash\ndeploy:x:1002:100::/srv/deploy:/bin/bash\n"
              "ubuntu:x:1000:1001::/home/ubuntu:/bin/bash\njo:x:1005:1006::/home/jo:/bin/bash\n"
              "mo:x:1007:1007::/home/mo:/bin/bash\nodd:x:4294967295:1::/srv:/bin/sh\n");
  tree_write (tree, "/srv/deploy/.ssh/authorized_keys", "# mine\n" OTHER);
  g_assert_cmpint (g_chmod (keys, 0640), ==, 0);
  tree_mkdir (tree, "/data/jo");
  tree_link (tree, "/home/jo", "../data/jo");
  tree_mkdir (tree, "/home/mo");
  tree_mkdir (tree, "/etc/profile.d");
  tree_link (tree, "/home/mo/.ssh", "/etc/profile.d");
  g_assert_true (give (tree, draft, ":" KEY "\ndeploy:" KEY "\njo:" KEY "\nmo:" KEY "\nroot:" KEY "\n",
                       &error));
  g_assert_no_error (error);
  g_assert_true (v2v_draft_flush (draft, NULL, NULL, &error));
  g_assert_no_error (error);
  assert_owner (tree, "/home/ubuntu/.ssh", 0700, 1000, 1001);
  assert_owner (tree, "/home/ubuntu/.ssh/authorized_keys", 0600, 1000, 1001);
  assert_owner (tree, "/srv/deploy/.ssh/authorized_keys", 0640, 0, 0);
  assert_owner (tree, "/data/jo/.ssh", 0700, 1005, 1006);
  assert_owner (tree, "/data/jo/.ssh/authorized_keys", 0600, 1005, 1006);
  assert_owner (tree, "/etc/profile.d/authorized_keys", 0644, 0, 0);
  assert_owner (tree, "/root/.ssh/authorized_keys", 0600, 0, 0);
  assert_refused (tree, "odd:" KEY "\n", "there is no account 'odd'");
}

/* Where sshd looks is where the key goes. */
static void
test_sshd (void)
{
  g_autoptr (Tree) tree = guest_new ();
  g_autoptr (Tree) none = guest_new ();

  tree_write (tree, "/etc/ssh/sshd_config",
              "AuthorizedKeysFile /etc/ssh/keys/%u\nPermitRootLogin no\n");
  assert_given (tree, ":" KEY "\n", "/etc/ssh/keys/ubuntu", KEY "\n");
  assert_refused (tree, "root:" KEY "\n", "sshd_config lets 'root' use no key");
  tree_write (none, "/etc/ssh/sshd_config", "AuthorizedKeysFile none\n");
  assert_refused (none, ":" KEY "\n", "sshd_config lets 'ubuntu' use no key");
}

static void
test_default_user (void)
{
  g_autoptr (Tree) first = tree_new ();
  g_autoptr (Tree) root = tree_new ();
  g_autoptr (Tree) nobody = tree_new ();

  tree_write (first, "/etc/passwd",
              "root:x:0:0::/root:/bin/sh\nssm-user:x:1001:1::/home/s:/bin/sh\n"
              "jo:x:1002:1::/home/jo:/bin/sh\nmo:x:1003:1::/home/mo:/bin/sh\n");
  tree_mkdir (first, "/home/jo");
  assert_given (first, ":" KEY "\n", "/home/jo/.ssh/authorized_keys", KEY "\n");
  tree_write (root, "/etc/passwd",
              "root:x:0:0::/root:/bin/sh\nssm-user:x:1001:1::/home/s:/bin/sh\n");
  tree_mkdir (root, "/root");
  assert_given (root, ":" KEY "\n", "/root/.ssh/authorized_keys", KEY "\n");
  tree_write (nobody, "/etc/passwd", "bin:x:1:1::/bin:/sbin/nologin\n");
  assert_refused (nobody, ":" KEY "\n", "no account in /etc/passwd can take a key");
}

static void
test_refused (void)
{
  g_autoptr (Tree) tree = guest_new ();
  g_autoptr (Tree) empty = tree_new ();
  g_autoptr (Tree) odd = guest_new ();

  assert_refused (tree, "jo:" KEY "\n", "there is no account 'jo'");
  assert_refused (tree, "svc:" KEY "\n", "there is no account 'svc'");
  assert_refused (tree, "lost:" KEY "\n", "the home directory '/home/lost' of 'lost'");
  assert_refused (empty, ":" KEY "\n", "there is no /etc/passwd");
  tree_mkdir (odd, "/etc/ssh/sshd_config");
  assert_refused (odd, ":" KEY "\n", "reading '/etc/ssh/sshd_config'");
  tree_mkdir (tree, "/home/ubuntu/.ssh/authorized_keys");
  assert_refused (tree, ":" KEY "\n", "authorized_keys");
}

static void
test_files (void)
{
  static const struct {
    const char *text;
    const char *message; /* NULL: it is taken */
  } rows[] = {
    { "# me\n\n" KEY "\n" OTHER "\r\n", NULL },
    { "", "there is no key in" },
    { "# none\n", "there is no key in" },
    { KEY "\n-----BEGIN OPENSSH PRIVATE KEY-----\n", "line 2 is no public key" },
    { "ssh-rsa AAAA \xff\n", "line 1 is no public key" },
  };
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "v2v-test-key.pub", NULL);
  g_autofree char *user = g_strconcat ("root:", path, NULL);
  const char *given[] = { path, user, NULL };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *keys = NULL;

    g_assert_true (g_file_set_contents (path, rows[i].text, -1, NULL));
    keys = v2v_keys_read (given, &error);
    if (rows[i].message == NULL) {
      g_assert_no_error (error);
      g_assert_cmpstr (keys, ==,
                       ":" KEY "\n:" OTHER "\nroot:" KEY "\nroot:" OTHER "\n");
      continue;
    }
    g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
    g_assert_nonnull (strstr (error->message, rows[i].message));
    g_assert_null (strstr (error->message, "PRIVATE"));
  }
  g_remove (path);
}

static void
test_no_files (void)
{
  static const char *const rows[] = { "/nonexistent.pub", "/dev/zero", "/", "root:/dev/null" };
  g_autofree char *none = v2v_keys_read (NULL, NULL);

  g_assert_cmpstr (none, ==, "");
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    const char *given[] = { rows[i], NULL };
    g_autoptr (GError) error = NULL;

    g_assert_null (v2v_keys_read (given, &error));
    g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
    g_assert_true (g_str_has_prefix (error->message, "--authorized-key: "));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/authorized-keys/given", test_given);
  g_test_add_func ("/authorized-keys/owner", test_owner);
  g_test_add_func ("/authorized-keys/sshd", test_sshd);
  g_test_add_func ("/authorized-keys/default-user", test_default_user);
  g_test_add_func ("/authorized-keys/refused", test_refused);
  g_test_add_func ("/authorized-keys/files", test_files);
  g_test_add_func ("/authorized-keys/no-files", test_no_files);
  return g_test_run ();
}
