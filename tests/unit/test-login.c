/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "predicates/v2v-login.h"
#include "predicates/v2v-predicate-private.h"
#include "test-when.h"

#define HASH "$6$salt$0123456789abcdefghijklmnopqrstuvwxyz"
#define KEY "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIPhony me@example\n"

static void
test_accounts (void)
{
  static const char passwd[]
    = "root:x:0:0:root:/root:/bin/bash\n"
      "bin:x:1:1:bin:/bin:/bin/sh\n"
      "old:x:500:500::/home/old:/bin/bash\n"
      "ec2-user:x:1000:1000:EC2 Default User:/home/ec2-user:/bin/bash\n"
      "svc:x:1001:1001::/srv:/usr/sbin/nologin\n"
      "gone:x:1002:1002::/home/gone:/bin/bash\n"
      "bare:x:1003:1003::/home/bare:\n"
      "nobody:x:65534:65534::/:/bin/sh\n"
      "rel:x:1004:1004::home/rel:/bin/sh\n"
      "plain:" HASH ":1005:1005::/home/plain:/bin/sh\r\n"
      "neg:x:-1:1::/:/bin/sh\nshort:x:1\n:x:1:1::/:/bin/sh\n";
  static const char shadow[] = "root:*:19000:0:99999:7:::\n"
                               "old:" HASH ":19000:0:99999:7:::\n"
                               "ec2-user:!" HASH ":19000:0:99999:7:::\n"
                               "gone:" HASH ":19000:0:99999:7::1:\n"
                               "bare::19000:0:99999:7::99999:\n";
  static const struct {
    const char *name;
    gboolean has_password;
  } rows[] = { { "root", FALSE }, { "old", TRUE },   { "ec2-user", FALSE },
               { "bare", FALSE }, { "plain", TRUE } };
  g_autoptr (GPtrArray) logins = v2v_login_parse (passwd, shadow, 20000);
  g_autoptr (GPtrArray) unshadowed = v2v_login_parse (passwd, NULL, 20000);

  g_assert_cmpuint (logins->len, ==, G_N_ELEMENTS (rows));
  for (guint i = 0; i < logins->len; i++) {
    const V2vLogin *login = g_ptr_array_index (logins, i);

    g_assert_cmpstr (login->name, ==, rows[i].name);
    g_assert_cmpint (login->has_password, ==, rows[i].has_password);
  }
  g_assert_cmpuint (unshadowed->len, ==, 6);
}

static void
test_many_accounts (void)
{
  g_autoptr (GString) passwd = g_string_new (NULL);
  g_autoptr (GPtrArray) logins = NULL;

  for (guint i = 0; i < V2V_LOGINS_MAX + 10; i++)
    g_string_append_printf (passwd, "u%u:x:%u:1::/home/u:/bin/sh\n", i, 1000 + i);
  logins = v2v_login_parse (passwd->str, NULL, 0);
  g_assert_cmpuint (logins->len, ==, V2V_LOGINS_MAX);
}

static void
test_keys (void)
{
  static const struct {
    const char *text;
    gboolean want;
  } rows[] = {
    { KEY, TRUE },
    { "  ssh-rsa\tAAAAB3Nza\r\n", TRUE },
    { "ecdsa-sha2-nistp256 AAAAE2Vj x\n", TRUE },
    { "sk-ssh-ed25519@openssh.com AAAAGnNr x\n", TRUE },
    { "# " KEY, FALSE },
    { "", FALSE },
    { "\n \n", FALSE },
    { "ssh-rsa\n", FALSE },
    { "ssh-rsa BBBB\n", FALSE },
    { "ssh-rsaAAAA\n", FALSE },
    { "no-pty,from=\"10.0.0.0/8, 192.168.0.1\" " KEY, TRUE },
    { "environment=\"command=x\" " KEY, TRUE },
    /* What cloud-init puts before root's keys. */
    { "no-port-forwarding,no-agent-forwarding,no-X11-forwarding,command=\"echo 'Please login "
      "as the user \\\"ec2-user\\\" rather than the user \\\"root\\\".';echo;sleep 10\" " KEY,
      FALSE },
    { "Command=\"rrsync /\" " KEY "#\n" KEY, TRUE },
    { "\"unclosed " KEY, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_assert_cmpint (v2v_login_has_key (rows[i].text), ==, rows[i].want);
  }
  g_assert_true (v2v_login_is_key (KEY));
  g_assert_true (v2v_login_is_key ("command=\"x\" " KEY));
  g_assert_false (v2v_login_is_key ("-----BEGIN OPENSSH PRIVATE KEY-----"));
}

static const char *const user[]
  = { "/etc/passwd", "root:x:0:0:root:/root:/bin/bash\n"
                     "ec2-user:x:1000:1000:EC2 Default User:/home/ec2-user:/bin/bash\n" };
static const char *const locked[]
  = { "/etc/shadow", "root:*LOCK*:14600::::::\nec2-user:!!:19800:0:99999:7:::\n" };

static When *
guest_new (void)
{
  When *when = when_new ();

  tree_write (when->tree, user[0], user[1]);
  tree_write (when->tree, locked[0], locked[1]);
  return when;
}

static void
test_nobody (void)
{
  g_autoptr (When) when = guest_new ();

  tree_write (when->tree, "/home/ec2-user/.ssh/authorized_keys", "# none yet\n");
  tree_write (when->tree, "/home/other/.ssh/authorized_keys", KEY);
  assert_when (when, "login: any", V2V_NO, "none of 2 accounts has a password or a key");
  assert_when (when, "login: key", V2V_NO, "none of 2 accounts has a key");
  assert_when (when, "login: password", V2V_NO, "none of 2 accounts has a password");
  assert_no_parse ("login: keys",
                   "t.yaml:1:8: login: by: 'keys' is not one of any, key, password");
}

static void
test_somebody (void)
{
  static const struct {
    const char *file, *text, *sshd, *seen;
  } rows[] = {
    { "/home/ec2-user/.ssh/authorized_keys", KEY, "",
      "ec2-user has a key in /home/ec2-user/.ssh/authorized_keys" },
    { "/root/.ssh/authorized_keys2", KEY, "PermitRootLogin prohibit-password\n",
      "root has a key in /root/.ssh/authorized_keys2" },
    { "/etc/ssh/keys/ec2-user", KEY, "authorizedkeysfile=/etc/ssh/keys/%u\n",
      "ec2-user has a key in /etc/ssh/keys/ec2-user" },
    { "/home/ec2-user/.keys", KEY,
      "Include sshd_config.d/*.conf\nAuthorizedKeysFile .ssh/authorized_keys\n",
      "ec2-user has a key in /home/ec2-user/.keys" },
    { "/home/ec2-user/.ssh/authorized_keys", KEY, "AllowUsers ec2-*@10.0.0.0/8\n",
      "ec2-user has a key in /home/ec2-user/.ssh/authorized_keys" },
    /* No UTF-8: found by fuzz-login. */
    { "/home/ec2-user/.ssh/authorized_keys", KEY, "AllowUsers *a9\xf2\xa1\x01 ec2-use?\n",
      "ec2-user has a key in /home/ec2-user/.ssh/authorized_keys" },
    { "/x", "", "AuthorizedKeysCommand /usr/bin/sss_ssh_authorizedkeys %u\n",
      "/usr/bin/sss_ssh_authorizedkeys gives keys" },
    { "/etc/shadow", "root:*:1::::::\nec2-user:" HASH ":19000:0:99999:7:::\n", "",
      "ec2-user has a password" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (When) when = guest_new ();

    tree_write (when->tree, "/etc/ssh/sshd_config.d/50-own.conf",
                "AuthorizedKeysFile %h/.keys\n");
    tree_write (when->tree, "/etc/ssh/sshd_config", rows[i].sshd);
    tree_write (when->tree, rows[i].file, rows[i].text);
    assert_when (when, "login: any", V2V_YES, rows[i].seen);
  }
}

/* A key that sshd does not take is no way in. */
static void
test_refused_keys (void)
{
  static const char *const rows[] = {
    "PubkeyAuthentication no\n",
    "AllowUsers admin\nAllowUsers deploy\n",
    "DenyUsers ec2-user\n",
    "AuthorizedKeysFile none\n",
    "AuthorizedKeysFile /etc/ssh/keys/%u\n",
    "AuthorizedKeysCommand \"/opt/aws/bin/eic_run_authorized_keys\" %u %f\nDenyUsers *\n",
    "AuthorizedKeysCommand none\nDenyUsers ec2-?ser\n",
    "PubkeyAuthentication no\nPubkeyAuthentication yes\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (When) when = guest_new ();

    tree_write (when->tree, "/home/ec2-user/.ssh/authorized_keys", KEY);
    tree_write (when->tree, "/etc/ssh/sshd_config", rows[i]);
    assert_when (when, "login: key", V2V_NO, "none of 2 accounts has a key");
  }
}

static void
test_match_and_root (void)
{
  g_autoptr (When) no = guest_new ();
  g_autoptr (When) sometimes = guest_new ();

  tree_write (no->tree, "/root/.ssh/authorized_keys", KEY);
  tree_write (no->tree, "/etc/ssh/sshd_config", "PermitRootLogin no\n");
  assert_when (no, "login: key", V2V_NO, "none of 2 accounts has a key");
  /* What holds for some only is not looked at. */
  tree_write (sometimes->tree, "/root/.ssh/authorized_keys", KEY);
  tree_write (sometimes->tree, "/etc/ssh/sshd_config",
              "Match Address 10.0.0.1\nPermitRootLogin no\n");
  assert_when (sometimes, "login: key", V2V_YES,
               "root has a key in /root/.ssh/authorized_keys");
}

static void
test_unread (void)
{
  g_autoptr (When) empty = when_new ();
  g_autoptr (When) odd = guest_new ();

  assert_when (empty, "login: any", V2V_CANNOT_TELL, "there is no /etc/passwd");
  tree_mkdir (odd->tree, "/etc/ssh/sshd_config");
  assert_when (odd, "login: any", V2V_CANNOT_TELL,
               "reading '/etc/ssh/sshd_config': it is a directory");
}

/* A file that includes itself, and a great many. */
static void
test_includes_end (void)
{
  g_autoptr (When) when = guest_new ();

  tree_write (when->tree, "/etc/ssh/sshd_config",
              "Include /etc/ssh/sshd_config\nInclude /etc/ssh/*\nDenyUsers *\n");
  tree_write (when->tree, "/home/ec2-user/.ssh/authorized_keys", KEY);
  assert_when (when, "login: key", V2V_NO, "none of 2 accounts has a key");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/login/accounts", test_accounts);
  g_test_add_func ("/login/many-accounts", test_many_accounts);
  g_test_add_func ("/login/keys", test_keys);
  g_test_add_func ("/login/nobody", test_nobody);
  g_test_add_func ("/login/somebody", test_somebody);
  g_test_add_func ("/login/refused-keys", test_refused_keys);
  g_test_add_func ("/login/match-and-root", test_match_and_root);
  g_test_add_func ("/login/unread", test_unread);
  g_test_add_func ("/login/includes-end", test_includes_end);
  return g_test_run ();
}
