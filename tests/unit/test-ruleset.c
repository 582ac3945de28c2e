/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <string.h>
#include <sys/stat.h>

#include "test-language.h"
#include "test-tree.h"

/* A rule that says which file it is from. */
#define RULE(id, phase, text)                                                                \
  "---\nid: " id "\ntitle: T\nwhy: W\nphase: " phase "\ndo: [tell: '" text "']\n"
#define WITH_PARAM(id, value)                                                                \
  "---\nid: " id "\ntitle: T\nwhy: W\nphase: boot\nparams: {pool: {default: " value "}}\n"   \
  "do: [tell: '${pool}']\n"

/* Directories one, two and three of a temporary directory; @tree gives them. */
typedef struct {
  Tree *tree;
  char *one, *two, *three;
  const char *directories[4];
  V2vRulesetArgs args;
  V2vRuleset *ruleset;
  GError *error;
} Fixture;

static void
set_up (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  f->tree = tree_new ();
  f->one = g_build_filename (f->tree->root, "one", NULL);
  f->two = g_build_filename (f->tree->root, "two", NULL);
  f->three = g_build_filename (f->tree->root, "three", NULL);
  f->directories[0] = f->one;
  f->args.directories = f->directories;
}

static void
forget (Fixture *f)
{
  g_clear_pointer (&f->ruleset, v2v_ruleset_free);
  g_clear_error (&f->error);
}

static void
tear_down (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  forget (f);
  g_free (f->one);
  g_free (f->two);
  g_free (f->three);
  tree_free (f->tree);
}

static void
write_rules (Fixture *f, const char *path, const char *rules)
{
  g_autofree char *text = g_strconcat ("rules: 1\n", rules, NULL);

  tree_write (f->tree, path, text);
}

static void
load (Fixture *f)
{
  forget (f);
  f->ruleset = v2v_ruleset_load (&f->args, &f->error);
  g_assert_no_error (f->error);
  g_assert_nonnull (f->ruleset);
}

/* @message has "ROOT" where the temporary directory stands. */
static void
load_bad (Fixture *f, const char *message)
{
  g_autoptr (GString) wanted = g_string_new (message);

  g_string_replace (wanted, "ROOT", f->tree->root, 0);
  forget (f);
  f->ruleset = v2v_ruleset_load (&f->args, &f->error);
  g_assert_null (f->ruleset);
  g_assert_error (f->error, V2V_ERROR, V2V_ERROR_USAGE);
  g_assert_cmpstr (f->error->message, ==, wanted->str);
}

/* "id=text" of every rule in order, "(id=text)" when it is off. */
static void
assert_rules (Fixture *f, const char *expected)
{
  g_autoptr (GString) seen = g_string_new (NULL);
  GPtrArray *rules = v2v_ruleset_rules (f->ruleset);

  for (guint i = 0; i < rules->len; i++) {
    const V2vRule *rule = g_ptr_array_index (rules, i);
    const V2vStep *step = g_ptr_array_index (rule->steps, 0);
    const char *text = ((const Word *) step->data)->text;

    g_string_append_printf (seen, rule->enabled ? "%s%s=%s" : "%s(%s=%s)", i > 0 ? " " : "",
                            rule->id, text);
    g_assert_true (v2v_ruleset_find (f->ruleset, rule->id) == rule);
  }
  g_assert_cmpstr (seen->str, ==, expected);
}

static void
test_order (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  write_rules (f, "one/20-b.yaml", RULE ("e", "boot", "20") RULE ("a", "access", "20"));
  write_rules (f, "one/10-a.yml", RULE ("d", "boot", "10") RULE ("c", "boot", "10"));
  write_rules (f, "one/9.yaml", RULE ("f", "firstboot", "9") RULE ("g", "boot", "9"));
  write_rules (f, "one/empty.yaml", "");
  load (f);
  assert_rules (f, "a=20 d=10 c=10 e=20 g=9 f=9");

  /* The name of the file counts, not the directory it is in. */
  write_rules (f, "two/15-x.yaml", RULE ("x", "boot", "15"));
  write_rules (f, "two/10-a.yml", RULE ("y", "boot", "10"));
  f->directories[1] = f->two;
  load (f);
  assert_rules (f, "a=20 d=10 c=10 y=10 x=15 e=20 g=9 f=9");
}

static void
test_what_is_read (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  write_rules (f, "one/a.yaml", RULE ("a", "boot", "1"));
  tree_write (f->tree, "one/.b.yaml", "not: rules\n");
  tree_write (f->tree, "one/a.yaml~", "not: rules\n");
  tree_write (f->tree, "one/a.YAML", "not: rules\n");
  tree_write (f->tree, "one/README", "not: rules\n");
  tree_mkdir (f->tree, "one/sub");
  tree_write (f->tree, "one/sub/c.yaml", "not: rules\n");
  load (f);
  assert_rules (f, "a=1");
}

/* The layout that a kubelet makes, and the same after an update. */
static void
test_config_map (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  g_autofree char *link = g_build_filename (f->one, "..data", NULL);

  write_rules (f, "one/..2026_01_01/a.yaml", RULE ("a", "boot", "old"));
  write_rules (f, "one/..2026_02_02/a.yaml", RULE ("a", "boot", "new"));
  tree_write (f->tree, "one/..2026_01_01/b.yml", "rules: 1\n");
  tree_write (f->tree, "one/..2026_02_02/b.yml", "rules: 1\n");
  tree_link (f->tree, "one/..data", "..2026_01_01");
  tree_link (f->tree, "one/a.yaml", "..data/a.yaml");
  tree_link (f->tree, "one/b.yml", "..data/b.yml");
  load (f);
  assert_rules (f, "a=old");
  g_assert_cmpint (g_remove (link), ==, 0);
  tree_link (f->tree, "one/..data", "..2026_02_02");
  load (f);
  assert_rules (f, "a=new");
  g_assert_true (g_str_has_suffix (v2v_ruleset_find (f->ruleset, "a")->where, "/one/a.yaml:3"));
}

static void
test_bad_directories (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  const char *none[] = { NULL };

  load_bad (f, "reading rules: the directory 'ROOT/one': No such file or directory");
  tree_write (f->tree, "one", "");
  load_bad (f, "reading rules: the directory 'ROOT/one': Not a directory");
  g_assert_cmpint (g_remove (f->one), ==, 0);
  tree_mkdir (f->tree, "one");
  load_bad (f, "reading rules: the directory 'ROOT/one' has no rule files, *.yaml or *.yml");
  tree_write (f->tree, "one/.x.yaml", "");
  load_bad (f, "reading rules: the directory 'ROOT/one' has no rule files, *.yaml or *.yml");
  f->directories[0] = "bad\x1b[31m\n";
  load_bad (f,
            "reading rules: the directory 'bad\\x1b[31m\\x0a': No such file or directory");
  f->directories[0] = "";
  load_bad (f, "reading rules: the directory '': No such file or directory");
  f->args.directories = none;
  load (f);
  assert_rules (f, "");
  f->args.directories = NULL;
  load (f);
}

static void
test_unreadable_directory (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  if (geteuid () == 0) {
    g_test_skip ("root reads every directory");
    return;
  }
  tree_mkdir (f->tree, "one");
  g_assert_cmpint (g_chmod (f->one, 0), ==, 0);
  load_bad (f, "reading rules: the directory 'ROOT/one': Permission denied");
  g_assert_cmpint (g_chmod (f->one, 0755), ==, 0);
  tree_write (f->tree, "one/a.yaml", "rules: 1\n");
  {
    g_autofree char *file = g_build_filename (f->one, "a.yaml", NULL);

    g_assert_cmpint (g_chmod (file, 0), ==, 0);
  }
  load_bad (f, "reading rules: opening 'ROOT/one/a.yaml': Permission denied");
}

/* Nothing of it is opened in a way that waits, and nothing is left out unsaid. */
static void
test_bad_files (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  g_autofree char *file = g_build_filename (f->tree->root, "one/a.yaml", NULL);

  tree_mkdir (f->tree, "one");
  g_assert_cmpint (mkfifo (file, 0600), ==, 0);
  load_bad (f, "reading rules: 'ROOT/one/a.yaml' is not a regular file");
  g_assert_cmpint (g_remove (file), ==, 0);
  tree_mkdir (f->tree, "one/a.yaml");
  load_bad (f, "reading rules: 'ROOT/one/a.yaml' is not a regular file");
  g_assert_cmpint (g_remove (file), ==, 0);
  tree_link (f->tree, "one/a.yaml", "/dev/zero");
  load_bad (f, "reading rules: 'ROOT/one/a.yaml' is not a regular file");
  g_assert_cmpint (g_remove (file), ==, 0);
  tree_link (f->tree, "one/a.yaml", "..data/a.yaml");
  load_bad (f, "reading rules: opening 'ROOT/one/a.yaml': No such file or directory");
  g_assert_cmpint (g_remove (file), ==, 0);
  tree_link (f->tree, "one/a.yaml", "a.yaml");
  load_bad (f, "reading rules: opening 'ROOT/one/a.yaml': Too many levels of symbolic links");
  g_assert_cmpint (g_remove (file), ==, 0);
  tree_write (f->tree, "one/a\x1b\n.yaml", "rules: 2\n");
  load_bad (f, "ROOT/one/a\\x1b\\x0a.yaml:1:8: '2' is no version of the rule language that this "
               "program knows: write 'rules: 1'");
}

static void
write_big (Fixture *f, const char *path, gsize size)
{
  g_autofree char *text = g_malloc (size);

  memset (text, '#', size);
  memcpy (text, "rules: 1 ", 9);
  tree_write_bytes (f->tree, path, text, size);
}

static void
test_too_much (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (GString) rules = g_string_new (NULL);
  g_autofree char *big = g_build_filename (f->tree->root, "one/a.yaml", NULL);

  write_big (f, "one/a.yaml", 10 * 1024 * 1024);
  load_bad (f, "reading rules: 'ROOT/one/a.yaml' is too large: 10485760 bytes, at most 1048576 "
               "are read");
  for (int i = 0; i < 5; i++) {
    g_autofree char *path = g_strdup_printf ("one/%c.yaml", 'a' + i);

    write_big (f, path, V2V_YAML_SIZE_MAX);
  }
  load_bad (f, "reading rules: 'ROOT/one/e.yaml': all rule files together are larger than "
               "4194304 bytes");
  tree_remove_all (f->one);

  for (int i = 0; i < V2V_RULE_FILES_MAX; i++) {
    g_autofree char *path = g_strdup_printf ("one/%d.yaml", i);

    tree_write (f->tree, path, "rules: 1\n");
  }
  load (f);
  tree_write (f->tree, "two/a.yaml", "rules: 1\n");
  f->directories[1] = f->two;
  load_bad (f, "reading rules: with the directory 'ROOT/two' there are more than 200 rule files");
  tree_remove_all (f->one);

  for (int i = 0; i < 600; i++)
    g_string_append_printf (rules, RULE ("r%d", "boot", "1"), i);
  write_rules (f, "one/a.yaml", rules->str);
  g_string_truncate (rules, 0);
  for (int i = 600; i < V2V_RULES_MAX; i++)
    g_string_append_printf (rules, RULE ("r%d", "boot", "1"), i);
  write_rules (f, "two/a.yaml", rules->str);
  load (f);
  g_assert_cmpuint (v2v_ruleset_rules (f->ruleset)->len, ==, V2V_RULES_MAX);
  g_string_append (rules, RULE ("more", "boot", "1"));
  write_rules (f, "two/a.yaml", rules->str);
  load_bad (f, "ROOT/two/a.yaml:2403:5: more than 1000 rules");
}

static void
test_twice (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  write_rules (f, "one/a.yaml", RULE ("x", "boot", "1"));
  write_rules (f, "one/b.yaml", RULE ("y", "boot", "1") RULE ("x", "boot", "1"));
  load_bad (f, "ROOT/one/b.yaml:9:5: the id 'x' stands in this directory twice, also at "
               "ROOT/one/a.yaml:3");
  /* A change in the directory of its rule is no override either. */
  write_rules (f, "one/b.yaml", "---\nenabled: false\nid: x\n");
  load_bad (f, "ROOT/one/b.yaml:4:5: the id 'x' stands in this directory twice, also at "
               "ROOT/one/a.yaml:3");
}

static void
test_override (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  const V2vRule *rule;

  write_rules (f, "one/10.yaml", RULE ("a", "boot", "1") RULE ("b", "boot", "1")
                                   RULE ("c", "boot", "1"));
  write_rules (f, "two/99.yaml", RULE ("z", "boot", "2") RULE ("b", "boot", "2"));
  f->directories[1] = f->two;
  load (f);
  assert_rules (f, "a=1 b=2 c=1 z=2");
  rule = v2v_ruleset_find (f->ruleset, "b");
  g_assert_true (g_str_has_suffix (rule->where, "/two/99.yaml:9"));
  g_assert_true (g_str_has_suffix (rule->overrides, "/one/10.yaml:9"));
  g_assert_null (v2v_ruleset_find (f->ruleset, "a")->overrides);

  /* Its own phase, and once more. */
  write_rules (f, "three/50.yaml", RULE ("b", "access", "3"));
  f->directories[2] = f->three;
  load (f);
  assert_rules (f, "b=3 a=1 c=1 z=2");
  rule = v2v_ruleset_find (f->ruleset, "b");
  g_assert_true (g_str_has_suffix (rule->overrides, "/two/99.yaml:9"));

  /* What is replaced is still checked. */
  write_rules (f, "two/99.yaml", "---\nid: b\ntitle: T\nwhy: W\nphase: boot\ndo: []\n");
  load_bad (f, "ROOT/two/99.yaml:7:5: 'do' must be a list of actions, each '- ACTION: "
               "ARGUMENTS'");
}

static void
test_change (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  const V2vRule *rule;

  write_rules (f, "one/10.yaml", WITH_PARAM ("a", "x") RULE ("b", "boot", "1"));
  write_rules (f, "two/10.yaml", "---\nid: b\nenabled: false\n---\nid: a\nparams: {pool: y}\n");
  f->directories[1] = f->two;
  load (f);
  assert_rules (f, "a=y (b=1)");
  rule = v2v_ruleset_find (f->ruleset, "b");
  g_assert_true (g_str_has_suffix (rule->where, "/one/10.yaml:10"));
  g_assert_true (g_str_has_suffix (rule->changed_by, "/two/10.yaml:3"));
  g_assert_null (rule->overrides);
  g_assert_nonnull (strstr (rule->text, "title: T"));

  write_rules (f, "three/1.yaml", "---\nid: b\nenabled: true\n---\nid: a\nenabled: false\n"
                                  "params: {pool: 'no ${pool}'}\n");
  f->directories[2] = f->three;
  load (f);
  assert_rules (f, "(a=no ${pool}) b=1");

  /* A rule of its own is not changed by what changed the one that it replaces. */
  write_rules (f, "three/1.yaml", RULE ("b", "boot", "3"));
  load (f);
  assert_rules (f, "a=y b=3");
  g_assert_null (v2v_ruleset_find (f->ruleset, "b")->changed_by);

  write_rules (f, "three/1.yaml", "---\nid: a\nparams: {poool: y}\n");
  load_bad (f, "ROOT/three/1.yaml:4:10: rule 'a' has no parameter 'poool'");
  write_rules (f, "three/1.yaml", "---\nid: c\nenabled: false\n");
  load_bad (f, "ROOT/three/1.yaml:3:5: there is no rule 'c' in an earlier directory to change; a "
               "rule of its own needs 'title', 'why', 'phase' and 'do'");
}

static void
test_enable (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  const char *enable[] = { "b", "b", NULL };
  const char *disable[] = { "a", NULL };

  write_rules (f, "one/a.yaml", RULE ("a", "boot", "1") RULE ("b", "boot", "1"));
  write_rules (f, "two/a.yaml", "---\nid: b\nenabled: false\n");
  f->directories[1] = f->two;
  load (f);
  assert_rules (f, "a=1 (b=1)");
  f->args.enable = enable;
  f->args.disable = disable;
  load (f);
  assert_rules (f, "(a=1) b=1");
  enable[1] = "nosuch\n";
  load_bad (f, "--enable 'nosuch\\x0a': there is no such rule");
  enable[1] = "a";
  load_bad (f, "the rule 'a' is asked for by --enable and by --disable");
  enable[1] = NULL;
  disable[0] = "";
  load_bad (f, "--disable '': there is no such rule");
}

static void
test_params (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  const char *params[] = { "a.pool=one", "pool=all", NULL };

  write_rules (f, "one/a.yaml", WITH_PARAM ("a", "x") WITH_PARAM ("b", "x")
                                  RULE ("c", "boot", "1"));
  f->args.params = params;
  load (f);
  assert_rules (f, "a=one b=all c=1");
  params[0] = "pool=first";
  params[1] = "pool=a=${pool} $$";
  load (f);
  assert_rules (f, "a=a=${pool} $$ b=a=${pool} $$ c=1");
  params[1] = "pool=";
  load (f);
  assert_rules (f, "a= b= c=1");
}

static void
test_bad_params (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  static const struct {
    const char *param, *message;
  } rows[] = {
    { "poool=secret", "--param 'poool': no rule has this parameter" },
    { "d.pool=secret", "--param 'd.pool': there is no rule 'd'" },
    { "c.pool=secret", "--param 'c.pool': rule 'c' has no parameter 'pool'" },
    { "a.b.pool=secret", "--param 'a.b.pool': rule 'a' has no parameter 'b.pool'" },
    { ".pool=secret", "--param '.pool': there is no rule ''" },
    { "a.=secret", "--param 'a.': rule 'a' has no parameter ''" },
    { "pool", "--param 'pool': must be NAME=VALUE or RULE.NAME=VALUE" },
    { "=secret", "--param '': must be NAME=VALUE or RULE.NAME=VALUE" },
    { "", "--param '': must be NAME=VALUE or RULE.NAME=VALUE" },
    { "pool=\xff", "--param 'pool': the value is not UTF-8 text" },
    { "po\x1bl=x", "--param 'po\\x1bl': no rule has this parameter" },
  };
  g_autofree char *filler = g_strnfill (4097, 'x');
  g_autofree char *longest = g_strconcat ("pool=", filler, NULL);
  const char *params[] = { NULL, NULL };

  write_rules (f, "one/a.yaml", WITH_PARAM ("a", "x") RULE ("c", "boot", "1"));
  f->args.params = params;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    params[0] = rows[i].param;
    load_bad (f, rows[i].message);
  }
  params[0] = longest;
  load_bad (f, "--param 'pool': the value is longer than 4096 bytes");
}

/* A value is checked where it is used, and the place says so. */
static void
test_param_in_place (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  const char *params[] = { "dir=/etc/../x", NULL };

  write_rules (f, "one/a.yaml", "---\nid: a\ntitle: T\nwhy: W\nphase: boot\n"
                                "params: {dir: {default: /etc}}\n"
                                "do: [put: {file: '${dir}/f', text: x}]\n");
  f->args.params = params;
  load_bad (f, "ROOT/one/a.yaml:8:18: put: file: the path '/etc/../x/f' must be written without "
               "'//', '.', '..' and a slash at its end");
}

static void
test_paths (Fixture *f, G_GNUC_UNUSED gconstpointer data)
{
  g_auto (GStrv) paths = NULL;
  g_autofree char *joined = NULL;

  write_rules (f, "one/a.yaml",
               "---\nid: a\ntitle: T\nwhy: W\nphase: boot\n"
               "when: {any: [has: /z, not: {has: /b}, say: x]}\n"
               "do: [{put: {file: /b, text: x}}, {put: {file: /a, text: x}}, {tell: x}]\n"
               "---\nid: b\ntitle: T\nwhy: W\nphase: boot\nenabled: false\n"
               "do: [put: {file: /off, text: x}]\n"
               "---\nid: c\ntitle: T\nwhy: W\nphase: access\n"
               "do: [put: {file: /z, text: x}]\n");
  load (f);
  paths = v2v_ruleset_dup_paths (f->ruleset);
  joined = g_strjoinv (" ", paths);
  g_assert_cmpstr (joined, ==, "/a /b /z");
}

static void
add (const char *name, void (*test) (Fixture *f, gconstpointer data))
{
  g_autofree char *path = g_strconcat ("/ruleset/", name, NULL);

  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("order", test_order);
  add ("what-is-read", test_what_is_read);
  add ("config-map", test_config_map);
  add ("bad-directories", test_bad_directories);
  add ("unreadable-directory", test_unreadable_directory);
  add ("bad-files", test_bad_files);
  add ("too-much", test_too_much);
  add ("twice", test_twice);
  add ("override", test_override);
  add ("change", test_change);
  add ("enable", test_enable);
  add ("params", test_params);
  add ("bad-params", test_bad_params);
  add ("param-in-place", test_param_in_place);
  add ("paths", test_paths);
  return g_test_run ();
}
