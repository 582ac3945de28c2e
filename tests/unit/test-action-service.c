/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>

#include "test-action.h"

#define ETC "/etc/systemd/system"
#define LIB "/usr/lib/systemd/system"
#define DROPIN ".d/90-v2v-wrapper.conf"
#define CONDITION "ConditionPathExists=/nonexistent/v2v-wrapper-disabled-this-unit\n"

static const char install[] = "[Service]\nExecStart=/bin/x\n[Install]\nWantedBy=multi-user.target\n";

static Tree *
systemd_tree (void)
{
  Tree *tree = tree_new ();

  tree_write (tree, "/usr/lib/systemd/systemd", "ELF");
  tree_write (tree, "/etc/machine-id", "0123456789abcdef0123456789abcdef\n");
  tree_mkdir (tree, ETC);
  return tree;
}

static void
check (const Tree *tree, const char *text, const char *expected)
{
  g_autoptr (V2vDraft) draft = assert_step (tree, text, expected, NULL);
}

static void
test_links (void)
{
  g_autoptr (Tree) tree = systemd_tree ();

  tree_write (tree, LIB "/a.service", install);
  tree_link (tree, ETC "/multi-user.target.wants/a.service", LIB "/a.service");
  tree_link (tree, ETC "/x.target.requires/a.service", LIB "/a.service");
  tree_link (tree, ETC "/y.target.upholds/a.service", "../../../../usr/lib/systemd/system/a.service");
  tree_link (tree, ETC "/a-alias.service", LIB "/a.service");
  /* By another name, of another unit, and not links that start anything. */
  tree_link (tree, ETC "/z.target.wants/a-alias.service", LIB "/a.service");
  tree_link (tree, ETC "/z.target.wants/b.service", LIB "/b.service");
  tree_link (tree, ETC "/z.target.wants/a.timer", LIB "/a.timer");
  tree_link (tree, ETC "/a.service.d/x.conf", "/srv/a.service");
  check (tree, "service: {name: a, state: disabled}",
         "- " ETC "/a-alias.service\n"
         "- " ETC "/multi-user.target.wants/a.service\n"
         "- " ETC "/x.target.requires/a.service\n"
         "- " ETC "/y.target.upholds/a.service\n"
         "- " ETC "/z.target.wants/a-alias.service\n");
}

/* The timer still starts it, and the rule does not name the timer. */
static void
test_warning (void)
{
  g_autoptr (Tree) tree = systemd_tree ();
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) none = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (V2vDraft) draft = NULL;
  g_autoptr (V2vDraft) both = NULL;

  tree_link (tree, ETC "/timers.target.wants/a.timer", LIB "/a.timer");
  draft = assert_step (tree, "service: {name: a.service, state: disabled}", "", warnings);
  g_assert_cmpuint (warnings->len, ==, 1);
  g_assert_cmpstr (warnings->pdata[0], ==, "'a.service' can still be started by 'a.timer'");
  both = assert_step (tree, "service: {name: [a.service, a.timer], state: disabled}",
                      "- " ETC "/timers.target.wants/a.timer\n", none);
  g_assert_cmpuint (none->len, ==, 0);
}

static void
test_absent (void)
{
  g_autoptr (Tree) tree = systemd_tree ();
  g_autoptr (Tree) empty = tree_new ();

  check (tree, "service: {name: nothing.service, state: disabled}", "");
  check (empty, "service: {name: nothing.service, state: disabled}", "");
  check (tree, "service: {name: nothing.service, drop-in: \"[Unit]\\n\"}", "");
}

/* A build of an agent that owns its unit in /etc; it must come out whole. */
static void
test_own_file (void)
{
  g_autoptr (Tree) tree = systemd_tree ();

  tree_write (tree, ETC "/amazon-ssm-agent.service", install);
  tree_write (tree, "/etc/init/amazon-ssm-agent.conf", "start on started\n");
  tree_link (tree, ETC "/multi-user.target.wants/amazon-ssm-agent.service",
             ETC "/amazon-ssm-agent.service");
  check (tree, "service: {name: amazon-ssm-agent.service, state: disabled}",
         "- " ETC "/multi-user.target.wants/amazon-ssm-agent.service\n");
}

static void
test_linked_unit (void)
{
  g_autoptr (Tree) tree = systemd_tree ();

  tree_write (tree, "/opt/a/a.service", install);
  tree_link (tree, ETC "/a.service", "/opt/a/a.service");
  tree_link (tree, ETC "/multi-user.target.wants/a.service", "/opt/a/a.service");
  check (tree, "service: {name: a.service, state: disabled}",
         "- " ETC "/multi-user.target.wants/a.service\n");
}

static void
test_instances (void)
{
  g_autoptr (Tree) tree = systemd_tree ();

  tree_write (tree, LIB "/policy-routes@.service", install);
  tree_link (tree, ETC "/multi-user.target.wants/policy-routes@ens5.service",
             LIB "/policy-routes@.service");
  tree_link (tree, ETC "/multi-user.target.wants/policy-routes@ens6.service",
             LIB "/policy-routes@.service");
  check (tree, "service: {name: policy-routes@.service, state: disabled}",
         "- " ETC "/multi-user.target.wants/policy-routes@ens5.service\n"
         "- " ETC "/multi-user.target.wants/policy-routes@ens6.service\n");
  check (tree, "service: {name: 'policy-routes@*.service', state: disabled}",
         "- " ETC "/multi-user.target.wants/policy-routes@ens5.service\n"
         "- " ETC "/multi-user.target.wants/policy-routes@ens6.service\n");
  check (tree, "service: {name: policy-routes@ens6, state: disabled}",
         "- " ETC "/multi-user.target.wants/policy-routes@ens6.service\n");
}

static void
test_static_link (void)
{
  g_autoptr (Tree) tree = systemd_tree ();
  g_autoptr (V2vDraft) draft = NULL;
  g_autofree char *text = NULL;

  tree_write (tree, LIB "/a.service", "[Service]\n");
  tree_link (tree, LIB "/multi-user.target.wants/a.service", "../a.service");
  /* Of a unit that has no file: nothing would start. */
  tree_link (tree, LIB "/multi-user.target.wants/gone.service", "../gone.service");
  tree_link (tree, "/lib", "usr/lib");
  draft = assert_step (tree, "service: {name: [a, gone], state: disabled}",
                       "+ " ETC "/a.service" DROPIN "\n", NULL);
  g_assert_true (v2v_draft_read_text (draft, ETC "/a.service" DROPIN, &text, NULL));
  g_assert_true (g_str_has_prefix (text, "# v2v-wrapper: "));
  g_assert_true (g_str_has_suffix (text, "\n[Unit]\n" CONDITION));
}

static void
test_static_masked (void)
{
  g_autoptr (Tree) tree = systemd_tree ();

  tree_write (tree, LIB "/a.service", "[Service]\n");
  tree_link (tree, LIB "/multi-user.target.wants/a.service", "../a.service");
  tree_link (tree, ETC "/a.service", "/dev/null");
  tree_link (tree, ETC "/multi-user.target.wants/b.service", "/dev/null");
  check (tree, "service: {name: [a, b], state: disabled}", "");
}

static void
test_preset (void)
{
  g_autoptr (Tree) tree = systemd_tree ();

  tree_write (tree, "/etc/machine-id", "uninitialized\n");
  tree_write (tree, LIB "/a.service", install);
  tree_write (tree, LIB "/b.service", install);
  tree_write (tree, LIB "/c.service", install);
  tree_write (tree, LIB "/static.service", "[Service]\n");
  tree_write (tree, ETC "/snap.d.d.service", install);
  tree_write (tree, LIB "-preset/90-default.preset", "enable b.service\n");
  tree_write (tree, LIB "-preset/50-x.preset", "disable b.service\n");
  tree_write (tree, "/etc/systemd/system-preset/50-x.preset", "disable c.service\n");
  tree_link (tree, "/etc/systemd/system-preset/10-masked.preset", "/dev/null");
  tree_write (tree, LIB "-preset/10-masked.preset", "disable *\n");
  check (tree, "service: {name: [a, b, c, static, snap.d.d], state: disabled}",
         "+ " ETC "/a.service" DROPIN "\n"
         "+ " ETC "/b.service" DROPIN "\n");
  tree_write (tree, "/etc/machine-id", "0123456789abcdef0123456789abcdef\n");
  check (tree, "service: {name: [a, b, c, static, snap.d.d], state: disabled}", "");
}

static void
test_snap (void)
{
  static const char unit[] = "snap.amazon-ssm-agent.amazon-ssm-agent.service";
  g_autoptr (Tree) tree = systemd_tree ();
  g_autofree char *file = g_strconcat (ETC "/", unit, NULL);
  g_autofree char *link = g_strconcat (ETC "/multi-user.target.wants/", unit, NULL);
  g_autofree char *step = g_strdup_printf ("service: {name: %s, state: disabled}", unit);
  g_autofree char *expected = g_strdup_printf ("- %s\n", link);

  tree_write (tree, file, install);
  tree_link (tree, link, file);
  check (tree, step, expected);
}

/* What a rule wanted in the drop-in stays when another one disables the unit. */
static void
test_dropin (void)
{
  g_autoptr (Tree) tree = systemd_tree ();
  g_autoptr (V2vDraft) draft = NULL;
  g_autoptr (V2vDraft) disabled = NULL;
  g_autofree char *text = NULL;

  tree_write (tree, LIB "/a.service", "[Service]\n");
  tree_link (tree, LIB "/multi-user.target.wants/a.service", "../a.service");
  draft = assert_step (tree, "service: {name: a, drop-in: \"[Service]\\nNice=1\"}",
                       "+ " ETC "/a.service" DROPIN "\n", NULL);
  assert_draft_text (draft, ETC "/a.service" DROPIN, "[Service]\nNice=1\n");
  tree_write (tree, ETC "/a.service" DROPIN, "[Service]\nNice=1\n");
  disabled = assert_step (tree, "service: {name: a, state: disabled}",
                          "~ " ETC "/a.service" DROPIN "\n", NULL);
  g_assert_true (v2v_draft_read_text (disabled, ETC "/a.service" DROPIN, &text, NULL));
  g_assert_true (g_str_has_prefix (text, "[Service]\nNice=1\n#"));
  g_assert_true (g_str_has_suffix (text, CONDITION));
  tree_write (tree, ETC "/a.service" DROPIN, text);
  check (tree, "service: {name: a, drop-in: \"[Service]\\nNice=1\"}", "");
}

static void
test_upstart (void)
{
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (V2vDraft) draft = NULL;

  tree_write (tree, "/sbin/initctl", "ELF");
  tree_mkdir (tree, ETC); /* Ubuntu 14.04 has it */
  tree_write (tree, "/etc/init/amazon-ssm-agent.conf", "start on started\n");
  tree_write (tree, "/etc/init/other.conf", "x\n");
  tree_write (tree, "/etc/init/other.override", "# mine");
  draft = assert_step (tree, "service: {name: [amazon-ssm-agent, other, gone], state: disabled}",
                       "+ /etc/init/amazon-ssm-agent.override\n"
                       "~ /etc/init/other.override\n",
                       NULL);
  assert_draft_text (draft, "/etc/init/amazon-ssm-agent.override", "manual\n");
  assert_draft_text (draft, "/etc/init/other.override", "# mine\nmanual\n");
}

/* As on Amazon Linux 1: /etc/rc3.d is a link to rc.d/rc3.d. */
static void
test_sysv (void)
{
  g_autoptr (Tree) tree = tree_new ();

  tree_write (tree, "/etc/rc.d/init.d/cloud-init", "#!/bin/sh\n");
  tree_link (tree, "/etc/rc.d/rc3.d/S52cloud-init", "../init.d/cloud-init");
  tree_link (tree, "/etc/rc.d/rc3.d/S53cloud-init-local", "../init.d/cloud-init-local");
  tree_link (tree, "/etc/rc.d/rc0.d/K10cloud-init", "../init.d/cloud-init");
  tree_write (tree, "/etc/rc.d/rc5.d/S52cloud-init", "#!/bin/sh\n");
  tree_link (tree, "/etc/rc3.d", "rc.d/rc3.d");
  check (tree, "service: {name: cloud-init, state: disabled}",
         "- /etc/rc.d/rc3.d/S52cloud-init\n"
         "- /etc/rc.d/rc5.d/S52cloud-init\n"
         "+ /var/lib/v2v-wrapper/disabled/etc/rc.d/rc5.d/S52cloud-init\n");
}

/* With systemd a run level link only counts when there is no unit of that name. */
static void
test_sysv_on_systemd (void)
{
  g_autoptr (Tree) tree = systemd_tree ();

  tree_write (tree, LIB "/ssh.service", install);
  tree_link (tree, "/etc/rc2.d/S01ssh", "../init.d/ssh");
  tree_link (tree, "/etc/rc2.d/S01old", "../init.d/old");
  check (tree, "service: {name: [ssh, old], state: disabled}", "- /etc/rc2.d/S01old\n");
}

static void
test_openrc (void)
{
  g_autoptr (Tree) tree = tree_new ();

  tree_write (tree, "/sbin/openrc", "ELF");
  tree_link (tree, "/etc/runlevels/default/cloud-init", "/etc/init.d/cloud-init");
  tree_link (tree, "/etc/runlevels/default/sshd", "/etc/init.d/sshd");
  check (tree, "service: {name: cloud-init, state: disabled}",
         "- /etc/runlevels/default/cloud-init\n");
}

static void
test_enable (void)
{
  g_autoptr (Tree) tree = systemd_tree ();

  tree_write (tree, LIB "/systemd-networkd.service",
              "[Install]\nWantedBy=multi-user.target\n"
              "Alias=dbus-org.freedesktop.network1.service\n"
              "Also=systemd-networkd.socket systemd-network-generator.service gone.socket\n");
  tree_write (tree, LIB "/systemd-networkd.socket",
              "[Install]\nWantedBy=sockets.target\nAlso=systemd-networkd.service\n");
  tree_write (tree, LIB "/systemd-network-generator.service", "[Install]\nWantedBy=x.target\n");
  tree_link (tree, ETC "/x.target.wants/systemd-network-generator.service",
             "/lib/systemd/system/systemd-network-generator.service");
  check (tree, "service: {name: systemd-networkd, state: enabled}",
         "+ " ETC "/dbus-org.freedesktop.network1.service -> " LIB "/systemd-networkd.service\n"
         "+ " ETC "/multi-user.target.wants/systemd-networkd.service -> " LIB
         "/systemd-networkd.service\n"
         "+ " ETC "/sockets.target.wants/systemd-networkd.socket -> " LIB
         "/systemd-networkd.socket\n");
}

static void
test_enable_template (void)
{
  g_autoptr (Tree) tree = systemd_tree ();

  tree_write (tree, LIB "/a@.service",
              "[Install]\nRequiredBy=a-%i.target\nDefaultInstance=one\n");
  tree_write (tree, LIB "/b@.service", "[Install]\nWantedBy=b.target\n");
  check (tree, "service: {name: a@.service, state: enabled}",
         "+ " ETC "/a-one.target.requires/a@one.service -> " LIB "/a@.service\n");
  check (tree, "service: {name: a@two, state: enabled}",
         "+ " ETC "/a-two.target.requires/a@two.service -> " LIB "/a@.service\n");
  assert_step_refused (tree, "service: {name: b@.service, state: enabled}", "a template");
}

static void
test_enable_alias (void)
{
  g_autoptr (Tree) tree = systemd_tree ();

  tree_write (tree, LIB "/ssh.service", install);
  tree_link (tree, LIB "/sshd.service", "ssh.service");
  tree_link (tree, "/lib", "usr/lib");
  check (tree, "service: {name: sshd, state: enabled}",
         "+ " ETC "/multi-user.target.wants/ssh.service -> " LIB "/ssh.service\n");
}

/* Enabling takes back what disabling put there, and only that. */
static void
test_enable_undoes (void)
{
  g_autoptr (Tree) tree = systemd_tree ();
  g_autoptr (V2vDraft) disabled = NULL;
  g_autofree char *text = NULL;

  tree_write (tree, LIB "/a.service", install);
  tree_link (tree, LIB "/multi-user.target.wants/a.service", "../a.service");
  tree_link (tree, ETC "/multi-user.target.wants/a.service", LIB "/a.service");
  disabled = assert_step (tree, "service: {name: a, state: disabled}",
                          "+ " ETC "/a.service" DROPIN "\n"
                          "- " ETC "/multi-user.target.wants/a.service\n",
                          NULL);
  g_assert_true (v2v_draft_read_text (disabled, ETC "/a.service" DROPIN, &text, NULL));
  tree_write (tree, ETC "/a.service" DROPIN, text);
  check (tree, "service: {name: a, state: enabled}", "- " ETC "/a.service" DROPIN "\n");
}

static void
test_enable_refused (void)
{
  g_autoptr (Tree) tree = systemd_tree ();
  g_autoptr (Tree) other = tree_new ();

  tree_write (tree, LIB "/static.service", "[Service]\n");
  tree_write (tree, LIB "/masked.service", install);
  tree_link (tree, ETC "/masked.service", "/dev/null");
  tree_write (tree, LIB "/taken.service", "[Install]\nAlias=display.service\n");
  tree_link (tree, ETC "/display.service", LIB "/gdm.service");
  tree_link (tree, LIB "/dangling.service", "gone.service");
  assert_step_refused (tree, "service: {name: gone, state: enabled}", "not there");
  assert_step_refused (tree, "service: {name: static, state: enabled}", "no [Install]");
  assert_step_refused (tree, "service: {name: masked, state: enabled}", "masked");
  assert_step_refused (tree, "service: {name: taken, state: enabled}", "display.service");
  assert_step_refused (tree, "service: {name: dangling, state: enabled}", "dangling");
  assert_step_refused (other, "service: {name: a, state: enabled}", "systemd");
}

static void
test_parse (void)
{
  assert_parse_error ("service: {name: a}", "one of state and drop-in");
  assert_parse_error ("service: {name: a, state: disabled, drop-in: \"[Unit]\"}",
                      "one of state and drop-in");
  assert_parse_error ("service: {name: a, state: masked}", "masked");
  assert_parse_error ("service: {state: disabled}", "name");
  assert_parse_error ("service: {name: a/b, state: disabled}", "not the name of a unit");
  assert_parse_error ("service: {name: 'a*', state: enabled}", "wildcards");
  assert_parse_error ("service: {name: a, drop-in: Nice=1}", "section");
  assert_parse_error ("service: {name: a, state: disabled, now: true}", "now");
  assert_parse_error ("service: a", "mapping");
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *path;
    GTestFunc func;
  } tests[] = {
    { "links", test_links },
    { "warning", test_warning },
    { "absent", test_absent },
    { "own-file", test_own_file },
    { "linked-unit", test_linked_unit },
    { "instances", test_instances },
    { "static-link", test_static_link },
    { "static-masked", test_static_masked },
    { "preset", test_preset },
    { "snap", test_snap },
    { "drop-in", test_dropin },
    { "upstart", test_upstart },
    { "sysv", test_sysv },
    { "sysv-on-systemd", test_sysv_on_systemd },
    { "openrc", test_openrc },
    { "enable", test_enable },
    { "enable-template", test_enable_template },
    { "enable-alias", test_enable_alias },
    { "enable-undoes", test_enable_undoes },
    { "enable-refused", test_enable_refused },
    { "parse", test_parse },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree char *path = g_strconcat ("/action-service/", tests[i].path, NULL);

    g_test_add_func (path, tests[i].func);
  }
  return g_test_run ();
}
