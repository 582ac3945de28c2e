/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>

#include "actions/v2v-first-boot-text.h"
#include "test-action.h"

#define ETC "/etc/systemd/system"
#define STATE "/var/lib/v2v-wrapper"
#define SCRIPTS STATE "/first-boot"
#define LOG "/var/log/v2v-wrapper-first-boot.log"
#define UNIT "v2v-wrapper-first-boot.service"

#define HELLO "first-boot: {name: hello, script: \"#!/bin/sh\\necho hello\\n\"}"

static void
test_apply (void)
{
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (V2vDraft) draft = NULL;
  g_autoptr (GError) error = NULL;

  tree_write (tree, "/usr/lib/systemd/systemd", "ELF");
  draft = assert_step (tree, HELLO,
                       "+ " ETC "/multi-user.target.wants/" UNIT " -> " ETC "/" UNIT "\n"
                       "+ " ETC "/" UNIT "\n"
                       "+ " STATE "/first-boot-run\n"
                       "+ " SCRIPTS "/hello\n",
                       NULL);
  assert_draft_text (draft, SCRIPTS "/hello", "#!/bin/sh\necho hello\n");
  assert_draft_text (draft, STATE "/first-boot-run", v2v_first_boot_runner);
  assert_draft_text (draft, ETC "/" UNIT, v2v_first_boot_unit);
}

static void
test_refused (void)
{
  g_autoptr (Tree) tree = tree_new ();

  tree_write (tree, "/sbin/initctl", "ELF");
  assert_step_refused (tree, HELLO, "'hello' needs systemd");
}

static void
test_parse (void)
{
  static const char *const names[]
    = { "a/b", "..", "", ".x", "a b", "x.failed", "x.running", "-x" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++) {
    g_autofree char *step
      = g_strdup_printf ("first-boot: {name: '%s', script: '#!/bin/sh'}", names[i]);

    assert_parse_error (step, "is not a name");
  }
  assert_parse_error ("first-boot: {name: a, script: 'echo x'}", "interpreter");
  assert_parse_error ("first-boot: {name: a}", "script");
  assert_parse_error ("first-boot: {script: '#!/bin/sh'}", "name");
  assert_parse_error ("first-boot: {name: a, script: '#!/bin/sh', when: now}", "when");
}

/* The one source: what make put into the library is what stands in scripts/. */
static void
test_source (void)
{
  const char *srcdir = g_getenv ("V2V_SRCDIR");
  static const struct {
    const char *file, *text;
  } rows[] = { { "first-boot-run", v2v_first_boot_runner },
               { "first-boot.service", v2v_first_boot_unit } };

  if (srcdir == NULL) {
    g_test_skip ("V2V_SRCDIR is not set");
    return;
  }
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_build_filename (srcdir, "scripts", rows[i].file, NULL);
    g_autofree char *text = NULL;
    g_autoptr (GError) error = NULL;

    g_file_get_contents (path, &text, NULL, &error);
    g_assert_no_error (error);
    g_assert_cmpstr (text, ==, rows[i].text);
  }
}

/* A guest as it is when the action's changes have been written. */
static Tree *
guest_tree (void)
{
  Tree *tree = tree_new ();
  g_autofree char *runner = NULL;

  tree_write (tree, STATE "/first-boot-run", v2v_first_boot_runner);
  runner = tree_host_path (tree, STATE "/first-boot-run");
  g_assert_cmpint (chmod (runner, 0755), ==, 0);
  tree_write (tree, ETC "/" UNIT, v2v_first_boot_unit);
  tree_write (tree, ETC "/other.service", "");
  tree_link (tree, ETC "/multi-user.target.wants/" UNIT, ETC "/" UNIT);
  tree_mkdir (tree, SCRIPTS);
  return tree;
}

static void
add_script (const Tree *tree, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (SCRIPTS, name, NULL);
  g_autofree char *host = tree_host_path (tree, path);

  tree_write (tree, path, text);
  g_assert_cmpint (chmod (host, 0755), ==, 0);
}

/* The exit status of the runner. */
static int
run (const Tree *tree)
{
  g_autofree char *runner = tree_host_path (tree, STATE "/first-boot-run");
  const char *argv[] = { "/bin/sh", runner, NULL };
  g_auto (GStrv) env = g_environ_setenv (g_get_environ (), "V2V_FIRST_BOOT_ROOT", tree->root,
                                         TRUE);
  g_autoptr (GError) error = NULL;
  g_autofree char *err = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, env, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
                &err, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (err, ==, "");
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

static gboolean
exists (const Tree *tree, const char *path)
{
  g_autofree char *host = g_build_filename (tree->root, path, NULL);

  return g_file_test (host, G_FILE_TEST_EXISTS) || g_file_test (host, G_FILE_TEST_IS_SYMLINK);
}

static void
assert_gone (const Tree *tree)
{
  g_assert_false (exists (tree, STATE "/first-boot-run"));
  g_assert_false (exists (tree, ETC "/" UNIT));
  g_assert_false (exists (tree, ETC "/multi-user.target.wants/" UNIT));
  g_assert_true (exists (tree, ETC "/other.service"));
}

/* (transfer full): the log without its times. */
static char *
log_text (const Tree *tree)
{
  g_autofree char *host = tree_host_path (tree, LOG);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GRegex) times = g_regex_new ("^[0-9TZ:-]+ ", G_REGEX_MULTILINE, 0, &error);
  struct stat st;

  g_file_get_contents (host, &text, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (stat (host, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
  return g_regex_replace_literal (times, text, -1, 0, "", 0, NULL);
}

static void
test_order (void)
{
  g_autoptr (Tree) tree = guest_tree ();
  g_autofree char *log = NULL;

  add_script (tree, "20-b", "#!/bin/sh\necho b; echo bad >&2; cat\n");
  add_script (tree, "10-a", "#!/bin/sh\necho a >\"$V2V_FIRST_BOOT_ROOT/made\"; umask; pwd\n");
  add_script (tree, "Z", "#!/bin/sh\nexit 0\n");
  g_assert_cmpint (run (tree), ==, 0);
  log = log_text (tree);
  {
    g_autofree char *expected
      = g_strdup_printf ("10-a: runs\n0022\n%s\n10-a: done\n"
                         "20-b: runs\nb\nbad\n20-b: done\n"
                         "Z: runs\nZ: done\n"
                         "all scripts have been run, 0 failed\n",
                         tree->root);

    g_assert_cmpstr (log, ==, expected);
  }
  assert_gone (tree);
  g_assert_true (exists (tree, "/made"));
  g_assert_false (exists (tree, SCRIPTS));
  g_assert_true (exists (tree, STATE));
}

static void
test_failure (void)
{
  g_autoptr (Tree) tree = guest_tree ();
  g_autofree char *log = NULL;

  add_script (tree, "a", "#!/bin/sh\nexit 3\n");
  add_script (tree, "b", "#!/bin/sh\nkill -9 $$\n");
  add_script (tree, "c", "#!/no/such/interpreter\n");
  add_script (tree, "d", "#!/bin/sh\n");
  g_assert_cmpint (run (tree), ==, 1);
  log = log_text (tree);
  g_assert_nonnull (strstr (log, "a: failed with status 3; kept as a.failed\n"));
  g_assert_nonnull (strstr (log, "b: failed with status 137; kept as b.failed\n"));
  g_assert_nonnull (strstr (log, "c.failed\n"));
  g_assert_nonnull (strstr (log, "d: done\nall scripts have been run, 3 failed\n"));
  assert_gone (tree);
  g_assert_true (exists (tree, SCRIPTS "/a.failed"));
  g_assert_true (exists (tree, SCRIPTS "/b.failed"));
  g_assert_true (exists (tree, SCRIPTS "/c.failed"));
  g_assert_false (exists (tree, SCRIPTS "/d"));
  g_assert_false (exists (tree, SCRIPTS "/d.failed"));
}

/* A script that reboots the guest, or a power cut: not run again, the others are. */
static void
test_interrupted (void)
{
  g_autoptr (Tree) tree = guest_tree ();
  g_autofree char *log = NULL;

  add_script (tree, "a.running", "#!/bin/sh\necho again\n");
  add_script (tree, "old.failed", "#!/bin/sh\necho again\n");
  add_script (tree, "b", "#!/bin/sh\necho b\n");
  g_assert_cmpint (run (tree), ==, 1);
  log = log_text (tree);
  g_assert_cmpstr (log, ==,
                   "a: was interrupted; kept as a.failed\n"
                   "b: runs\nb\nb: done\n"
                   "all scripts have been run, 1 failed\n");
  assert_gone (tree);
  g_assert_true (exists (tree, SCRIPTS "/a.failed"));
  g_assert_true (exists (tree, SCRIPTS "/old.failed"));
}

/* Not a link, not a directory, and nothing at all. */
static void
test_odd (void)
{
  g_autoptr (Tree) tree = guest_tree ();
  g_autoptr (Tree) empty = guest_tree ();
  g_autofree char *log = NULL;

  tree_link (tree, SCRIPTS "/link", "/bin/false");
  tree_mkdir (tree, SCRIPTS "/directory");
  add_script (tree, "with-text", "echo no interpreter is a shell script\n");
  g_assert_cmpint (run (tree), ==, 0);
  log = log_text (tree);
  g_assert_cmpstr (log, ==,
                   "with-text: runs\nno interpreter is a shell script\nwith-text: done\n"
                   "all scripts have been run, 0 failed\n");
  assert_gone (tree);
  g_assert_true (exists (tree, SCRIPTS "/directory"));
  g_assert_cmpint (run (empty), ==, 0);
  assert_gone (empty);
}

/* A log that cannot be written must not keep the scripts from running. */
static void
test_no_log (void)
{
  g_autoptr (Tree) tree = guest_tree ();

  tree_mkdir (tree, LOG);
  add_script (tree, "a", "#!/bin/sh\n: >\"$V2V_FIRST_BOOT_ROOT/made\"\n");
  g_assert_cmpint (run (tree), ==, 0);
  g_assert_true (exists (tree, "/made"));
  assert_gone (tree);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/action-first-boot/apply", test_apply);
  g_test_add_func ("/action-first-boot/refused", test_refused);
  g_test_add_func ("/action-first-boot/parse", test_parse);
  g_test_add_func ("/action-first-boot/source", test_source);
  g_test_add_func ("/action-first-boot/order", test_order);
  g_test_add_func ("/action-first-boot/failure", test_failure);
  g_test_add_func ("/action-first-boot/interrupted", test_interrupted);
  g_test_add_func ("/action-first-boot/odd", test_odd);
  g_test_add_func ("/action-first-boot/no-log", test_no_log);
  return g_test_run ();
}
