/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "actions/v2v-unit-text.h"

static void
test_names (void)
{
  static const struct {
    const char *name, *full, *unit_template;
  } rows[] = {
    { "ssh", "ssh.service", NULL },
    { "ssh.service", "ssh.service", NULL },
    { "a.timer", "a.timer", NULL },
    { "getty@tty1", "getty@tty1.service", "getty@.service" },
    { "getty@.service", "getty@.service", NULL },
    { "policy-routes@*.service", "policy-routes@*.service", "policy-routes@.service" },
    { "snap.amazon-ssm-agent.amazon-ssm-agent", "snap.amazon-ssm-agent.amazon-ssm-agent.service",
      NULL },
    { "systemd-fsck@dev-disk-by\\x2dlabel-UEFI.service",
      "systemd-fsck@dev-disk-by\\x2dlabel-UEFI.service", "systemd-fsck@.service" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *full = v2v_unit_dup_name (rows[i].name);
    g_autofree char *unit_template = v2v_unit_dup_template (full);

    g_assert_cmpstr (full, ==, rows[i].full);
    g_assert_cmpstr (unit_template, ==, rows[i].unit_template);
    g_assert_true (v2v_unit_is_name (full, TRUE));
  }
}

static void
test_bad_names (void)
{
  static const char *const bad[] = { "", "a/b", "../x", ".hidden", "a b", "a\n", "a%", "\xc3\xa9" };
  g_autofree char *lengthy = g_strnfill (256, 'a');

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (v2v_unit_is_name (bad[i], TRUE));
  g_assert_false (v2v_unit_is_name (lengthy, TRUE));
  g_assert_true (v2v_unit_is_name (lengthy + 1, FALSE));
  g_assert_true (v2v_unit_is_name ("a*", TRUE));
  g_assert_false (v2v_unit_is_name ("a*", FALSE));
}

static void
test_matches (void)
{
  g_assert_true (v2v_unit_matches ("a.service", "a.service"));
  g_assert_false (v2v_unit_matches ("a.service", "a.timer"));
  g_assert_false (v2v_unit_matches ("a.service", "aa.service"));
  g_assert_true (v2v_unit_matches ("a@.service", "a@eth0.service"));
  g_assert_true (v2v_unit_matches ("a@.service", "a@.service"));
  g_assert_false (v2v_unit_matches ("a@eth0.service", "a@eth1.service"));
  g_assert_true (v2v_unit_matches ("policy-routes@*.service", "policy-routes@ens5.service"));
  g_assert_false (v2v_unit_matches ("policy-routes@*.service", "policy-routes@ens5.timer"));
  g_assert_true (v2v_unit_matches ("*-policy-routes@.timer", "refresh-policy-routes@ens5.timer"));
}

static char *
join (char **list)
{
  return g_strjoinv (" ", list);
}

static void
test_install (void)
{
  static const char text[] = "[Unit]\nWantedBy=no.target\n"
                             "[Install]\r\n"
                             "; WantedBy=comment.target\n"
                             "WantedBy = multi-user.target\tgraphical.target\r\n"
                             "RequiredBy=a.target \\\n# between\n  b.target\n"
                             "UpheldBy=u.target\n"
                             "Alias=dbus-%p.service %i.%N %H.service a/b\n"
                             "Also=x.socket\n"
                             "DefaultInstance= tty1 \n"
                             "[Service]\nAlso=no.service\n";
  g_autoptr (V2vUnitInstall) install = v2v_unit_install_parse (text, "ge-t@1.service");
  g_autofree char *wanted = join (install->wanted_by);
  g_autofree char *required = join (install->required_by);
  g_autofree char *upheld = join (install->upheld_by);
  g_autofree char *aliases = join (install->aliases);
  g_autofree char *also = join (install->also);

  g_assert_cmpstr (wanted, ==, "multi-user.target graphical.target");
  g_assert_cmpstr (required, ==, "a.target b.target");
  g_assert_cmpstr (upheld, ==, "u.target");
  g_assert_cmpstr (aliases, ==, "dbus-ge-t.service 1.ge-t@1");
  g_assert_cmpstr (also, ==, "x.socket");
  g_assert_cmpstr (install->default_instance, ==, "tty1");
  g_assert_true (v2v_unit_install_is_useful (install));
}

static void
test_install_odd (void)
{
  static const char *const useless[]
    = { "",       "[Install]",        "[Install]\nWantedBy=", "[Install]\nWantedBy",
        "\\",     "[Install]\nWantedBy=%\n", "WantedBy=a.target\n",
        "[Install]\nWantedBy=a.target\nWantedBy=\n", "[Install]\nAlias=%Z.service\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (useless); i++) {
    g_autoptr (V2vUnitInstall) install = v2v_unit_install_parse (useless[i], "a.service");

    g_assert_false (v2v_unit_install_is_useful (install));
  }
}

static void
test_install_cap (void)
{
  g_autoptr (GString) text = g_string_new ("[Install]\nWantedBy=");
  g_autoptr (V2vUnitInstall) install = NULL;

  for (guint i = 0; i < 10000; i++)
    g_string_append_printf (text, "t%u.target ", i);
  install = v2v_unit_install_parse (text->str, "a.service");
  g_assert_cmpuint (g_strv_length (install->wanted_by), ==, 64);
}

static void
test_preset (void)
{
  static const char text[] = "# comment\n; enable c.service\n"
                             "  enable a*.service \r\n"
                             "disable a-late.service\n"
                             "enable getty@.service tty1 tty2\n"
                             "ignore i.service\n"
                             "bogus b.service\nenable b.service\n"
                             "disable *";

  g_assert_cmpint (v2v_unit_preset (text, "a-late.service"), ==, V2V_PRESET_ENABLE);
  g_assert_cmpint (v2v_unit_preset (text, "getty@tty2.service"), ==, V2V_PRESET_ENABLE);
  g_assert_cmpint (v2v_unit_preset (text, "getty@tty3.service"), ==, V2V_PRESET_DISABLE);
  g_assert_cmpint (v2v_unit_preset (text, "i.service"), ==, V2V_PRESET_DISABLE);
  g_assert_cmpint (v2v_unit_preset (text, "b.service"), ==, V2V_PRESET_ENABLE);
  g_assert_cmpint (v2v_unit_preset (text, "c.service"), ==, V2V_PRESET_DISABLE);
  g_assert_cmpint (v2v_unit_preset ("enable a.service", "b.service"), ==, V2V_PRESET_SILENT);
  g_assert_cmpint (v2v_unit_preset ("", "b.service"), ==, V2V_PRESET_SILENT);
}

static void
test_first_boot (void)
{
  g_assert_true (v2v_unit_is_first_boot (NULL));
  g_assert_true (v2v_unit_is_first_boot (""));
  g_assert_true (v2v_unit_is_first_boot ("\n"));
  g_assert_true (v2v_unit_is_first_boot ("uninitialized\n"));
  g_assert_false (v2v_unit_is_first_boot ("0123456789abcdef0123456789abcdef\n"));
}

/* Each part can come and go without the other, in any order. */
static void
test_dropin (void)
{
  g_autofree char *disabled = v2v_unit_dropin_disable (NULL);
  g_autofree char *again = v2v_unit_dropin_disable (disabled);
  g_autofree char *nothing = v2v_unit_dropin_enable (disabled);
  g_autofree char *set = v2v_unit_dropin_set (NULL, "[Service]\nNice=1");
  g_autofree char *both = v2v_unit_dropin_disable (set);
  g_autofree char *other = v2v_unit_dropin_set (both, "[Service]\nNice=2\n");
  g_autofree char *same = v2v_unit_dropin_set (other, "[Service]\nNice=2\n");
  g_autofree char *back = v2v_unit_dropin_enable (other);

  g_assert_nonnull (strstr (disabled, "\n[Unit]\nConditionPathExists=/nonexistent/"));
  g_assert_cmpstr (again, ==, disabled);
  g_assert_cmpstr (nothing, ==, "");
  g_assert_cmpstr (set, ==, "[Service]\nNice=1\n");
  g_assert_true (g_str_has_prefix (both, set) && g_str_has_suffix (both, disabled));
  g_assert_cmpstr (same, ==, other);
  g_assert_cmpstr (back, ==, "[Service]\nNice=2\n");
}

static void
test_override (void)
{
  static const struct {
    const char *before, *after;
  } rows[] = {
    { NULL, "manual\n" },
    { "", "manual\n" },
    { "manual", "manual" },
    { "  manual\t\r\n", "  manual\t\r\n" },
    { "#manual\n", "#manual\nmanual\n" },
    { "respawn", "respawn\nmanual\n" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *once = v2v_upstart_override (rows[i].before);
    g_autofree char *twice = v2v_upstart_override (once);

    g_assert_cmpstr (once, ==, rows[i].after);
    g_assert_cmpstr (twice, ==, once);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/unit-text/names", test_names);
  g_test_add_func ("/unit-text/bad-names", test_bad_names);
  g_test_add_func ("/unit-text/matches", test_matches);
  g_test_add_func ("/unit-text/install", test_install);
  g_test_add_func ("/unit-text/install-odd", test_install_odd);
  g_test_add_func ("/unit-text/install-cap", test_install_cap);
  g_test_add_func ("/unit-text/preset", test_preset);
  g_test_add_func ("/unit-text/first-boot", test_first_boot);
  g_test_add_func ("/unit-text/dropin", test_dropin);
  g_test_add_func ("/unit-text/override", test_override);
  return g_test_run ();
}
