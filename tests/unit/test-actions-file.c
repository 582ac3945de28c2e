/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <fcntl.h>

#include "test-tree.h"
#include "v2v-action.h"
#include "v2v-draft.h"
#include "v2v-yaml.h"

typedef struct {
  Tree *tree;
  V2vDraft *draft;
  V2vRuleContext context;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  (void) data;
  f->tree = tree_new ();
  f->draft = v2v_draft_new (f->tree->fs);
  f->context.guest = f->tree->guest;
  f->context.draft = f->draft;
  f->context.options = g_hash_table_new (g_str_hash, g_str_equal);
  f->context.warnings = g_ptr_array_new_with_free_func (g_free);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  (void) data;
  g_hash_table_unref (f->context.options);
  g_ptr_array_unref (f->context.warnings);
  v2v_draft_free (f->draft);
  tree_free (f->tree);
}

/* The action of a one-key mapping; NULL with @error when it does not parse. */
static const V2vActionOps *
parse (const char *step, gpointer *out_data, GError **error)
{
  g_autoptr (V2vYaml) yaml = v2v_yaml_parse (step, strlen (step), "t.yaml", error);
  const V2vYamlNode *root, *key;
  const V2vActionOps *ops;
  V2vArgsScope scope = { .file = "t.yaml" };
  g_autoptr (V2vArgs) args = NULL;

  *out_data = NULL;
  g_assert_nonnull (yaml);
  root = v2v_yaml_document (yaml, 0);
  g_assert_cmpint (root->kind, ==, V2V_YAML_MAPPING);
  key = g_ptr_array_index (root->keys, 0);
  ops = v2v_action_find (key->text);
  g_assert_nonnull (ops);
  args = v2v_args_new (g_ptr_array_index (root->values, 0), ops->name, ops->shorthand, &scope,
                       error);
  if (args == NULL)
    return NULL;
  *out_data = ops->parse (args, error);
  if (*out_data == NULL)
    return NULL;
  if (v2v_args_finish (args, error))
    return ops;
  ops->free (g_steal_pointer (out_data));
  return NULL;
}

/* Runs one step in a savepoint; what it changes, NULL with @error when it failed. */
static GPtrArray *
run (Fixture *f, const char *step, GError **error)
{
  gpointer data;
  const V2vActionOps *ops = parse (step, &data, error);
  gboolean ok;

  g_assert_true (error == NULL || *error == NULL);
  g_assert_nonnull (ops);
  v2v_draft_begin (f->draft);
  ok = ops->apply (data, &f->context, error);
  ops->free (data);
  if (ok)
    return v2v_draft_end (f->draft);
  v2v_draft_rollback (f->draft);
  return NULL;
}

static void
assert_changes (Fixture *f, const char *step, guint n)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) changes = run (f, step, &error);
  g_autoptr (GPtrArray) again = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (changes->len, ==, n);
  again = run (f, step, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (again->len, ==, 0);
}

static void
assert_refused (Fixture *f, const char *step, const char *word)
{
  g_autoptr (GError) error = NULL;
  guint before = v2v_draft_generation (f->draft);

  g_assert_null (run (f, step, &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, word));
  g_assert_cmpuint (v2v_draft_generation (f->draft), >=, before);
}

static void
assert_text (Fixture *f, const char *path, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert_true (v2v_draft_read_text (f->draft, path, &text, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}

static guint
mode_of (Fixture *f, const char *path)
{
  const char *const paths[] = { path, NULL };
  g_autoptr (GPtrArray) rows = v2v_fs_stat_many (v2v_draft_fs (f->draft), paths, NULL);

  g_assert_nonnull (rows);
  return ((const V2vFileInfo *) g_ptr_array_index (rows, 0))->mode;
}

static void
test_parse_mistakes (void)
{
  static const struct {
    const char *step, *word;
  } rows[] = {
    { "write: {file: /a}", "needs 'text'" },
    { "write: {file: a, text: x}", "absolute" },
    { "write: {file: /a*, text: x}", "wildcards" },
    { "write: {file: /a, text: x, mode: 644}", "mode" },
    { "write: {file: /a, text: x, user: root}", "does not know 'user'" },
    { "remove: /etc/../x", "'..'" },
    { "disable: {}", "needs 'file'" },
    { "link: {path: /a, target: ''}", "no link" },
    { "edit: {file: /a, pattern: x}", "either" },
    { "edit: {file: /a, pattern: x, replace: y, delete: true}", "either" },
    { "edit: {file: /a, pattern: x, delete: false}", "either" },
    { "edit: {file: /a, pattern: '(x', replace: y}", "offset 2" },
    { "edit: {file: /a, pattern: x, section-with: '(', replace: y}", "offset 1" },
    { "edit: {file: /a, pattern: x, section-without: '(', replace: y}", "offset 1" },
    { "comment: {file: /a, pattern: x, section-with: x}", "section-with" },
    { "edit: {file: /a, pattern: x, replace: '\\1'}", "0 groups" },
    { "edit: {file: /a, pattern: x, replace: '\\n'}", "backslash" },
    { "edit: {file: /a, pattern: x, replace: \"\\r\"}", "line break" },
    { "comment: {file: /a, pattern: x, prefix: ' '}", "begin a comment" },
    { "line: {file: /a, text: ''}", "one line" },
    { "line: {file: /a, text: \"a\\nb\"}", "one line" },
    { "line: {file: /a, text: x, mode: '0600'}", "create: true" },
    { "set: {file: /a, key: k, value: v}", "style: it is needed" },
    { "set: {file: /a, style: yaml, key: k, value: v}", "not one of ini, shell, ssh, conf" },
    { "set: {file: /a, style: ini, key: k, value: v}", "needs its section" },
    { "set: {file: /a, style: shell, key: k}", "needs 'value'" },
    { "set: {file: /a, style: shell, key: a-b, value: v}", "no variable" },
    { "set: {file: /a*, style: shell, key: k, value: v, create: true}", "which file" },
    { "set: {file: /a, style: conf, key: k, value: \"a\\nb\"}", "line breaks" },
    { "unset: {file: /a, style: conf, key: k, value: v}", "does not know 'value'" },
    { "unset: {file: /a, style: conf, section: s, key: k}", "only ini files" },
    { "warn: ' '", "nothing in it" },
    { "refuse: [a, b]", "text" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    gpointer data;

    g_assert_null (parse (rows[i].step, &data, &error));
    g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
    g_test_message ("%s", error->message);
    g_assert_true (g_str_has_prefix (error->message, "t.yaml:1:"));
    g_assert_nonnull (strstr (error->message, rows[i].word));
  }
}

static void
test_write (Fixture *f, gconstpointer data)
{
  (void) data;
  tree_write (f->tree, "/etc/same", "x\n");
  tree_write_bytes (f->tree, "/etc/binary", "a\0b", 3);
  tree_mkdir (f->tree, "/etc/dir");
  tree_link (f->tree, "/etc/null", "/dev/null");
  assert_changes (f, "write: {file: /etc/same, text: \"x\\n\", mode: '0600'}", 0);
  g_assert_cmpuint (mode_of (f, "/etc/same"), !=, 0600);
  assert_changes (f, "write: {file: /etc/binary, text: y}", 1);
  assert_text (f, "/etc/binary", "y");
  /* Two directories and a file. */
  assert_changes (f, "write: {file: /opt/new/file, text: z, mode: '0600'}", 3);
  g_assert_cmpuint (mode_of (f, "/opt/new/file"), ==, 0600);
  assert_refused (f, "write: {file: /etc/dir, text: x}", "/etc/dir");
  assert_refused (f, "write: {file: /etc/null, text: x}", "/etc/null");
}

static void
test_remove (Fixture *f, gconstpointer data)
{
  (void) data;
  tree_write (f->tree, "/etc/a.conf", "a");
  tree_write (f->tree, "/etc/b.conf", "b");
  tree_write (f->tree, "/etc/keep", "k");
  tree_link (f->tree, "/etc/c.conf", "keep");
  tree_link (f->tree, "/etc/d.conf", "nowhere");
  tree_mkdir (f->tree, "/etc/dir.d");
  assert_changes (f, "remove: [/etc/*.conf, /etc/absent]", 4);
  assert_text (f, "/etc/a.conf", NULL);
  assert_text (f, "/etc/keep", "k");
  assert_refused (f, "remove: /etc/dir.d", "/etc/dir.d");
}

static void
test_disable (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) changes = NULL;

  (void) data;
  tree_write (f->tree, "/etc/udev/rules.d/70-persistent-net.rules", "r\n");
  changes = run (f, "disable: /etc/udev/rules.d/70-*.rules", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (changes->len, >, 0);
  assert_text (f, "/etc/udev/rules.d/70-persistent-net.rules", NULL);
  assert_text (f, V2V_DRAFT_DISABLED_DIR "/etc/udev/rules.d/70-persistent-net.rules", "r\n");
  assert_changes (f, "disable: /etc/udev/rules.d/70-*.rules", 0);
}

static void
test_link (Fixture *f, gconstpointer data)
{
  (void) data;
  tree_mkdir (f->tree, "/etc/systemd");
  tree_write (f->tree, "/etc/file", "x");
  assert_changes (f, "link: {path: /etc/systemd/x.service, target: /dev/null}", 1);
  assert_refused (f, "link: {path: /etc/systemd/x.service, target: ../y}", "x.service");
  assert_refused (f, "link: {path: /etc/file, target: x}", "/etc/file");
}

static void
test_edit (Fixture *f, gconstpointer data)
{
  (void) data;
  tree_write (f->tree, "/etc/chrony.conf", "server 169.254.169.123 prefer\r\n# server\r\nmakestep");
  tree_write (f->tree, "/etc/conf.d/a.conf", "x=1\n");
  tree_write (f->tree, "/etc/conf.d/b.conf", "y=1\n");
  tree_mkdir (f->tree, "/etc/conf.d/sub.conf");
  tree_link (f->tree, "/etc/conf.d/masked.conf", "/dev/null");
  tree_link (f->tree, "/etc/conf.d/dir.conf", "sub.conf");
  assert_changes (f, "edit: {file: /etc/chrony.conf, pattern: '^server .*', replace: 'pool x'}", 1);
  assert_text (f, "/etc/chrony.conf", "pool x\r\n# server\r\nmakestep");
  assert_changes (f, "comment: {file: [/etc/chrony.conf, /etc/absent], pattern: makestep}", 1);
  assert_text (f, "/etc/chrony.conf", "pool x\r\n# server\r\n#makestep");
  assert_changes (f, "edit: {file: /etc/chrony.conf, pattern: '^pool', delete: true}", 1);
  assert_changes (f, "edit: {file: /etc/conf.d/*.conf, pattern: '=1$', replace: '=2'}", 2);
  assert_text (f, "/etc/conf.d/a.conf", "x=2\n");
  assert_text (f, "/etc/conf.d/b.conf", "y=2\n");
  tree_write (f->tree, "/etc/a.repo", "[a]\nx=1\ny=1\n[b]\nx=1\n");
  tree_write (f->tree, "/etc/b.repo", "x=1\n");
  assert_changes (f, "edit: {file: /etc/*.repo, section-with: ^y=, pattern: ^x=1, replace: x=0}", 1);
  assert_text (f, "/etc/a.repo", "[a]\nx=0\ny=1\n[b]\nx=1\n");
  assert_changes (f, "edit: {file: /etc/*.repo, section-with: ^y=, pattern: ^x, delete: true}", 1);
  assert_text (f, "/etc/a.repo", "[a]\ny=1\n[b]\nx=1\n");
  assert_changes (f, "edit: {file: /etc/*.repo, section-without: ^y=, pattern: ^x, delete: true}", 2);
  assert_text (f, "/etc/a.repo", "[a]\ny=1\n[b]\n");
  assert_text (f, "/etc/b.repo", "");
  assert_changes (f, "line: {file: /etc/chrony.conf, text: makestep 1 3}", 1);
  assert_text (f, "/etc/chrony.conf", "# server\r\n#makestep\r\nmakestep 1 3\r\n");
  assert_changes (f, "line: {file: /etc/absent, text: a}", 0);
  assert_changes (f, "line: {file: /etc/new, text: a, create: true, mode: '0640'}", 1);
  assert_text (f, "/etc/new", "a\n");
  g_assert_cmpuint (mode_of (f, "/etc/new"), ==, 0640);
  assert_refused (f, "edit: {file: /etc/new, pattern: a, replace: aa}", "'/etc/new'");
}

static void
test_set (Fixture *f, gconstpointer data)
{
  (void) data;
  tree_write (f->tree, "/etc/default/grub", "A=1\nTIMEOUT=\"0\" # c\n");
  tree_write (f->tree, "/etc/default/grub.d/50.cfg", "TIMEOUT=0\n");
  tree_write (f->tree, "/etc/ssh/sshd_config", "X y\nMatch all\n");
  assert_changes (f, "set: {file: [/etc/default/grub, /etc/default/grub.d/*.cfg], style: shell, "
                     "key: TIMEOUT, value: '5'}", 2);
  assert_text (f, "/etc/default/grub", "A=1\nTIMEOUT=\"5\" # c\n");
  assert_text (f, "/etc/default/grub.d/50.cfg", "TIMEOUT=5\n");
  assert_changes (f, "unset: {file: /etc/default/grub, style: shell, key: A}", 1);
  assert_changes (f, "set: {file: /etc/ssh/sshd_config, style: ssh, key: UseDNS, value: no}", 1);
  assert_text (f, "/etc/ssh/sshd_config", "X y\nUseDNS no\nMatch all\n");
  assert_changes (f, "set: {file: /etc/absent, style: conf, key: k, value: v}", 0);
  assert_changes (f, "set: {file: [/etc/new], style: ini, section: s, key: k, value: v, "
                     "create: true}", 1);
  assert_text (f, "/etc/new", "[s]\nk=v\n");
  tree_write (f->tree, "/etc/bad", "A='1\n");
  assert_refused (f, "set: {file: /etc/bad, style: shell, key: A, value: '2'}",
                  "editing '/etc/bad': line 1: ");
}

static void
test_messages (Fixture *f, gconstpointer data)
{
  (void) data;
  assert_changes (f, "warn: 100% of it is yours", 0);
  g_assert_cmpuint (f->context.warnings->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (f->context.warnings, 0), ==, "100% of it is yours");
  assert_refused (f, "refuse: not 100% today", "not 100% today");
}

/* Every action on text ("@" is the path), at every odd thing that can be there. */
static void
test_hostile_paths (Fixture *f, gconstpointer data)
{
  static const char *const steps[] = {
    "edit: {file: @, pattern: root, replace: toor}",
    "edit: {file: @, pattern: root, delete: true}",
    "comment: {file: @, pattern: root}",
    "line: {file: @, text: x}",
    "set: {file: @, style: conf, key: k, value: v}",
    "unset: {file: @, style: conf, key: k}",
  };
  static const char *const refused[]
    = { "/etc/loop", "/etc/self", "/etc/dir", "/etc/fifo", "/etc/nul", "/etc/big", "/etc/huge" };
  g_autofree char *fifo = tree_host_path (f->tree, "/etc/fifo");
  g_autofree char *huge = tree_host_path (f->tree, "/etc/huge");
  g_autofree char *big = g_strnfill (V2V_FS_TEXT_MAX + 1, 'a');
  gint64 start = g_get_monotonic_time ();
  int fd;

  (void) data;
  tree_write (f->tree, "/etc/passwd", "root\nk = v\n");
  tree_link (f->tree, "/etc/loop", "loop2");
  tree_link (f->tree, "/etc/loop2", "loop");
  tree_link (f->tree, "/etc/self", "self");
  tree_mkdir (f->tree, "/etc/dir");
  tree_write_bytes (f->tree, "/etc/nul", "a\0root\n", 7);
  tree_write (f->tree, "/etc/big", big);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  fd = g_open (huge, O_CREAT | O_WRONLY, 0600);
  g_assert_cmpint (ftruncate (fd, 1 << 30), ==, 0);
  close (fd);
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) {
    for (guint j = 0; j < G_N_ELEMENTS (refused); j++) {
      g_autoptr (GString) step = g_string_new (steps[i]);

      g_string_replace (step, "@", refused[j], 0);
      assert_refused (f, step->str, refused[j]);
    }
  }
  g_assert_cmpint (g_get_monotonic_time () - start, <, 10 * G_USEC_PER_SEC);
}

/* Absolute and upward links stay inside the guest; what they name is edited, not they. */
static void
test_links (Fixture *f, gconstpointer data)
{
  (void) data;
  tree_write (f->tree, "/srv/real", "a=1\n");
  tree_link (f->tree, "/etc/absolute", "/srv/real");
  tree_link (f->tree, "/etc/upward", "../../../../../../srv/real");
  tree_link (f->tree, "/etc/dangling", "/srv/absent");
  assert_changes (f, "set: {file: /etc/absolute, style: conf, key: a, value: '2'}", 1);
  assert_text (f, "/srv/real", "a=2\n");
  assert_changes (f, "set: {file: /etc/upward, style: conf, key: a, value: '3'}", 1);
  assert_text (f, "/srv/real", "a=3\n");
  assert_refused (f, "set: {file: /etc/dangling, style: conf, key: a, value: '3', create: true}",
                  "/etc/dangling");
  assert_refused (f, "line: {file: /etc/dangling, text: x, create: true}", "/etc/dangling");
  assert_refused (f, "write: {file: /etc/dangling, text: x}", "/etc/dangling");
}

/* A step that fails on its second file leaves the first one. */
static void
test_all_or_nothing (Fixture *f, gconstpointer data)
{
  (void) data;
  tree_write (f->tree, "/etc/a", "x\n");
  tree_write_bytes (f->tree, "/etc/b", "\0", 1);
  assert_refused (f, "edit: {file: [/etc/a, /etc/b], pattern: x, replace: y}", "/etc/b");
  assert_text (f, "/etc/a", "x\n");
}

static void
test_paths (void)
{
  static const struct {
    const char *step, *path; /* NULL: none */
  } rows[] = {
    { "write: {file: /a, text: x}", "/a" },
    { "remove: /a*", NULL },
    { "disable: /a", "/a" },
    { "link: {path: /a, target: b}", "/a" },
    { "edit: {file: [/a, /b*], pattern: x, delete: true}", "/a" },
    { "line: {file: /a, text: x}", "/a" },
    { "set: {file: /a, style: conf, key: k, value: v}", "/a" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
    gpointer data;
    const V2vActionOps *ops = parse (rows[i].step, &data, NULL);

    g_assert_nonnull (ops);
    ops->add_paths (data, paths);
    ops->free (data);
    g_assert_cmpuint (paths->len, ==, rows[i].path != NULL ? 1 : 0);
    if (rows[i].path != NULL)
      g_assert_cmpstr (g_ptr_array_index (paths, 0), ==, rows[i].path);
  }
}

#define add(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/actions-file/parse-mistakes", test_parse_mistakes);
  g_test_add_func ("/actions-file/paths", test_paths);
  add ("/actions-file/write", test_write);
  add ("/actions-file/remove", test_remove);
  add ("/actions-file/disable", test_disable);
  add ("/actions-file/link", test_link);
  add ("/actions-file/edit", test_edit);
  add ("/actions-file/set", test_set);
  add ("/actions-file/messages", test_messages);
  add ("/actions-file/hostile-paths", test_hostile_paths);
  add ("/actions-file/links", test_links);
  add ("/actions-file/all-or-nothing", test_all_or_nothing);
  return g_test_run ();
}
