/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "v2v-args.h"
#include "v2v-error.h"

/* What "x: " stands before in a file t.yaml; it lives as long as the fixture. */
typedef struct {
  V2vYaml *yaml;
  GHashTable *params;
  V2vArgsScope scope;
  V2vArgs *args; /* NULL: see error */
  GError *error;
} Fixture;

static Fixture *
fixture_new (const char *text, const char *shorthand)
{
  Fixture *f = g_new0 (Fixture, 1);
  g_autoptr (GError) error = NULL;

  f->yaml = v2v_yaml_parse (text, strlen (text), "t.yaml", &error);
  g_assert_no_error (error);
  f->params = g_hash_table_new (g_str_hash, g_str_equal);
  g_hash_table_insert (f->params, (gpointer) "pool", (gpointer) "2.pool");
  g_hash_table_insert (f->params, (gpointer) "empty", (gpointer) "");
  g_hash_table_insert (f->params, (gpointer) "tricky", (gpointer) "${pool}$$");
  f->scope.file = "t.yaml";
  f->scope.params = f->params;
  f->args = v2v_args_new (v2v_yaml_get (v2v_yaml_document (f->yaml, 0), "x"), "act", shorthand,
                          &f->scope, &f->error);
  return f;
}

static void
fixture_free (Fixture *f)
{
  v2v_args_free (f->args);
  g_clear_error (&f->error);
  g_hash_table_unref (f->params);
  v2v_yaml_free (f->yaml);
  g_free (f);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

typedef enum { NEW, STRING, STRINGS, PATH, GLOBS, REGEX, CHOICE, BOOL, UINT, MODE, FINISH } Take;

static const char *const choices[] = { "ini", "shell", NULL };

/* What was taken, as text: lists joined by "|", "-" for nothing; NULL = refused. */
static char *
take_key (Fixture *f, Take take, gboolean required)
{
  g_autofree char *string = NULL;
  g_auto (GStrv) strings = NULL;
  g_autoptr (V2vRegex) regex = NULL;
  guint n = 0;
  gboolean flag = FALSE, ok = FALSE;

  if (f->args == NULL)
    return NULL;
  switch (take) {
  case STRING:
    ok = v2v_args_take_string (f->args, "k", required, &string, &f->error);
    break;
  case PATH:
    ok = v2v_args_take_path (f->args, "k", required, &string, &f->error);
    break;
  case STRINGS:
    ok = v2v_args_take_strings (f->args, "k", required, &strings, &f->error);
    break;
  case GLOBS:
    ok = v2v_args_take_globs (f->args, "k", required, &strings, &f->error);
    break;
  case REGEX:
    ok = v2v_args_take_regex (f->args, "k", required, &regex, &f->error);
    return ok ? g_strdup (regex != NULL ? "regex" : "-") : NULL;
  case CHOICE:
    ok = v2v_args_take_choice (f->args, "k", choices, 7, &n, &f->error);
    return ok ? g_strdup_printf ("%u", n) : NULL;
  case BOOL:
    ok = v2v_args_take_bool (f->args, "k", TRUE, &flag, &f->error);
    return ok ? g_strdup (flag ? "true" : "false") : NULL;
  case UINT:
    ok = v2v_args_take_uint (f->args, "k", 100, 42, &n, &f->error);
    return ok ? g_strdup_printf ("%u", n) : NULL;
  case MODE:
    ok = v2v_args_take_mode (f->args, "k", 0600, &n, &f->error);
    return ok ? g_strdup_printf ("%04o", n) : NULL;
  case NEW:
  case FINISH:
    return v2v_args_finish (f->args, &f->error) ? g_strdup ("done") : NULL;
  default:
    g_assert_not_reached ();
  }
  if (!ok) {
    g_assert_null (string);
    g_assert_null (strings);
    return NULL;
  }
  if (strings != NULL)
    return g_strjoinv ("|", strings);
  return string != NULL ? g_steal_pointer (&string) : g_strdup ("-");
}

typedef struct {
  const char *text;
  Take take;
  const char *expected; /* value, or the message when @bad */
} Row;

static void
check_row (const Row *row, const char *shorthand, gboolean required, gboolean bad)
{
  g_autoptr (Fixture) f = fixture_new (row->text, shorthand);
  g_autofree char *value = take_key (f, row->take, required);

  if (bad) {
    g_assert_null (value);
    g_assert_error (f->error, V2V_ERROR, V2V_ERROR_USAGE);
    g_assert_cmpstr (f->error->message, ==, row->expected);
  } else {
    g_assert_no_error (f->error);
    g_assert_cmpstr (value, ==, row->expected);
  }
}

static void
test_good (void)
{
  static const Row rows[] = {
    { "x: {k: v}", STRING, "v" },
    { "x: v", STRING, "v" },
    { "x: ''", STRING, "" },
    { "x: '~'", STRING, "~" },
    { "x: \"null\"", STRING, "null" },
    { "x: |\n  a\n  b\n", STRING, "a\nb\n" },
    { "x: {other: v}", STRING, "-" },
    { "x: {}", STRINGS, "-" },
    { "x: 12", STRING, "12" },
    { "x: ${pool}", STRING, "2.pool" },
    { "x: a${pool}b${pool}", STRING, "a2.poolb2.pool" },
    { "x: ${empty}", STRING, "" },
    /* A value is not looked at again. */
    { "x: ${tricky}", STRING, "${pool}$$" },
    { "x: $$", STRING, "$" },
    { "x: $${pool}", STRING, "${pool}" },
    { "x: $$${pool}", STRING, "$2.pool" },
    { "x: $", STRING, "$" },
    { "x: a$b $1 ${", STRING, "a$b $1 ${" },
    { "x: '${} ${pool ${po ol} ${pool:-x}'", STRING, "${} ${pool ${po ol} ${pool:-x}" },
    { "x: v", STRINGS, "v" },
    { "x: [v]", STRINGS, "v" },
    { "x: {k: [a, '', '${pool}']}", STRINGS, "a||2.pool" },
    { "x: [&v a, *v, *v]", STRINGS, "a|a|a" },
    { "x: /etc/fstab", PATH, "/etc/fstab" },
    { "x: /etc/a b\\c", PATH, "/etc/a b\\c" },
    { "x: /etc/...", PATH, "/etc/..." },
    { "x: /etc/.hidden", PATH, "/etc/.hidden" },
    { "x: /${pool}", PATH, "/2.pool" },
    { "x: [/a/*.conf, '/b/[xy]?', /c]", GLOBS, "/a/*.conf|/b/[xy]?|/c" },
    { "x: '^a(b|c)$'", REGEX, "regex" },
    { "x: {}", REGEX, "-" },
    { "x: shell", CHOICE, "1" },
    { "x: {}", CHOICE, "7" },
    { "x: true", BOOL, "true" },
    { "x: false", BOOL, "false" },
    { "x: {}", BOOL, "true" },
    { "x: 0", UINT, "0" },
    { "x: '100'", UINT, "100" },
    { "x: 007", UINT, "7" },
    { "x: {}", UINT, "42" },
    { "x: 0644", MODE, "0644" },
    { "x: '0755'", MODE, "0755" },
    { "x: 01777", MODE, "1777" },
    { "x: 0000", MODE, "0000" },
    { "x: {}", MODE, "0600" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    check_row (&rows[i], "k", FALSE, FALSE);
}

static void
test_bad (void)
{
  static const Row rows[] = {
    { "x: {k: 1, k: 2}", NEW, "t.yaml:1:11: act: 'k' stands here twice" },
    { "x: {[a]: 1}", NEW, "t.yaml:1:5: act: a key must be a word" },
    { "x: {<<: {k: v}}", STRING, "t.yaml:1:4: act needs 'k'" },
    { "x: {}", STRING, "t.yaml:1:4: act needs 'k'" },
    { "x:\n  other: 1", STRINGS, "t.yaml:2:3: act needs 'k'" },
    { "x: {other: 1, kk: 2}", STRING, "t.yaml:1:4: act needs 'k'" },
    { "x: {k: [a]}", STRING, "t.yaml:1:8: act: k must be a text" },
    { "x: [a]", STRING, "t.yaml:1:4: act: k must be a text" },
    { "x: {k: {a: b}}", STRINGS, "t.yaml:1:8: act: k must be a text" },
    { "x: ~", STRING, "t.yaml:1:4: act: k has no value (quote it: \"\" or '~')" },
    { "x: null", STRINGS, "t.yaml:1:4: act: k has no value (quote it: \"\" or '~')" },
    { "x: {k: }", STRING, "t.yaml:1:8: act: k has no value (quote it: \"\" or '~')" },
    { "x: ${pol}", STRING,
      "t.yaml:1:4: '${pol}' is no parameter of this rule ('$$' is a dollar sign)" },
    { "x: [a, 'b ${no-such} c']", STRINGS,
      "t.yaml:1:8: '${no-such}' is no parameter of this rule ('$$' is a dollar sign)" },
    { "x: []", STRINGS, "t.yaml:1:4: act: k must have 1 to 1000 entries" },
    { "x: [a, [b]]", STRINGS, "t.yaml:1:8: act: k must be a text" },
    { "x: [a, ~]", STRINGS, "t.yaml:1:8: act: k has no value (quote it: \"\" or '~')" },
    { "x: ''", PATH, "t.yaml:1:4: act: k: the path '' is not absolute: it must begin with '/'" },
    { "x: etc/fstab", PATH,
      "t.yaml:1:4: act: k: the path 'etc/fstab' is not absolute: it must begin with '/'" },
    { "x: /", PATH, "t.yaml:1:4: act: k: the path '/' names no file" },
    { "x: //", PATH,
      "t.yaml:1:4: act: k: the path '//' must be written without '//', '.', '..' and a slash "
      "at its end" },
    { "x: /etc/", PATH,
      "t.yaml:1:4: act: k: the path '/etc/' must be written without '//', '.', '..' and a "
      "slash at its end" },
    { "x: /etc/../x", PATH,
      "t.yaml:1:4: act: k: the path '/etc/../x' must be written without '//', '.', '..' and a "
      "slash at its end" },
    { "x: /./x", GLOBS,
      "t.yaml:1:4: act: k: the path '/./x' must be written without '//', '.', '..' and a "
      "slash at its end" },
    { "x: /etc/*", PATH, "t.yaml:1:4: act: k: the path '/etc/*' must not have wildcards here" },
    { "x: \"/etc/a\\nb\"", PATH,
      "t.yaml:1:4: act: k: the path '/etc/a\\x0ab' has a line break in it" },
    { "x: [/a, b]", GLOBS,
      "t.yaml:1:9: act: k: the path 'b' is not absolute: it must begin with '/'" },
    { "x: /${tricky}/${empty}", PATH,
      "t.yaml:1:4: act: k: the path '/${pool}$$/' must be written without '//', '.', '..' and "
      "a slash at its end" },
    { "x: '(a'", REGEX, "t.yaml:1:4: act: k: REGEX" },
    { "x: ${empty}", REGEX, "t.yaml:1:4: act: k: is empty" },
    { "x: {k: INI}", CHOICE, "t.yaml:1:8: act: k: 'INI' is not one of ini, shell" },
    { "x: [ini]", CHOICE, "t.yaml:1:4: act: k must be a text" },
    { "x: yes", BOOL, "t.yaml:1:4: act: k: must be true or false" },
    { "x: 'true'", BOOL, "t.yaml:1:4: act: k: must be true or false" },
    { "x: True", BOOL, "t.yaml:1:4: act: k: must be true or false" },
    { "x: ~", BOOL, "t.yaml:1:4: act: k: must be true or false" },
    { "x: [true]", BOOL, "t.yaml:1:4: act: k: must be true or false" },
    { "x: -1", UINT, "t.yaml:1:4: act: k: '-1' is not a number from 0 to 100" },
    { "x: 101", UINT, "t.yaml:1:4: act: k: '101' is not a number from 0 to 100" },
    { "x: 0x10", UINT, "t.yaml:1:4: act: k: '0x10' is not a number from 0 to 100" },
    { "x: '5 '", UINT, "t.yaml:1:4: act: k: '5 ' is not a number from 0 to 100" },
    { "x: ''", UINT, "t.yaml:1:4: act: k: '' is not a number from 0 to 100" },
    { "x: 99999999999999999999", UINT,
      "t.yaml:1:4: act: k: '99999999999999999999' is not a number from 0 to 100" },
    { "x: 644", MODE,
      "t.yaml:1:4: act: k: '644' is not a mode: write octal digits after a 0, as in 0644" },
    { "x: 0", MODE,
      "t.yaml:1:4: act: k: '0' is not a mode: write octal digits after a 0, as in 0644" },
    { "x: 0888", MODE,
      "t.yaml:1:4: act: k: '0888' is not a mode: write octal digits after a 0, as in 0644" },
    { "x: 010000", MODE,
      "t.yaml:1:4: act: k: '010000' is not a mode: write octal digits after a 0, as in 0644" },
    { "x: 0o644", MODE,
      "t.yaml:1:4: act: k: '0o644' is not a mode: write octal digits after a 0, as in 0644" },
    { "x:\n  {k: 1, kk: 2}", FINISH, "t.yaml:2:4: act does not know 'k'" },
    { "x: {\"a\\e[31m\": 1}", FINISH, "t.yaml:1:5: act does not know 'a\\x1b[31m'" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    Row row = rows[i];
    g_autofree char *wanted = NULL;

    /* The words after the place are PCRE2's own. */
    if (g_str_has_suffix (row.expected, "REGEX")) {
      g_autoptr (GError) error = NULL;

      g_assert_null (v2v_regex_new ("(a", &error));
      wanted = g_strdup_printf ("t.yaml:1:4: act: k: %s", error->message);
      row.expected = wanted;
    }
    check_row (&row, "k", TRUE, TRUE);
  }
}

static void
test_no_shorthand (void)
{
  static const char *const texts[] = { "x: v", "x: [v]", "x: ", "x: ~" };
  g_autoptr (Fixture) empty = fixture_new ("x: {}", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (Fixture) f = fixture_new (texts[i], NULL);

    g_assert_null (f->args);
    g_assert_error (f->error, V2V_ERROR, V2V_ERROR_USAGE);
    g_assert_nonnull (strstr (f->error->message, "act needs a mapping, {key: value}"));
  }
  g_assert_nonnull (empty->args);
  g_assert_true (v2v_args_finish (empty->args, NULL));
}

/* A bare value is one key and no other; each key that is taken is known. */
static void
test_ticks (void)
{
  g_autoptr (Fixture) bare = fixture_new ("x: v", "k");
  g_autoptr (Fixture) f = fixture_new ("x: {a: 1, b: 2}", "k");
  g_autofree char *value = NULL;

  g_assert_nonnull (v2v_args_peek (bare->args, "k"));
  g_assert_null (v2v_args_peek (bare->args, "other"));
  g_assert_true (v2v_args_take_string (bare->args, "other", FALSE, &value, NULL));
  g_assert_null (value);
  g_assert_true (v2v_args_scope (bare->args) == &bare->scope);

  g_assert_nonnull (v2v_args_peek (f->args, "a"));
  g_assert_true (v2v_args_take_string (f->args, "a", TRUE, &value, NULL));
  g_assert_cmpstr (value, ==, "1");
  g_assert_false (v2v_args_finish (f->args, &f->error));
  g_assert_cmpstr (f->error->message, ==, "t.yaml:1:11: act does not know 'b'");
  g_clear_error (&f->error);
  g_assert_nonnull (v2v_args_take_node (f->args, "b"));
  g_assert_true (v2v_args_finish (f->args, NULL));
}

static void
test_no_params (void)
{
  g_autoptr (Fixture) f = fixture_new ("x: a${pool}", "k");
  g_autofree char *value = NULL;

  f->scope.params = NULL;
  g_assert_false (v2v_args_take_string (f->args, "k", TRUE, &value, &f->error));
  g_assert_cmpstr (f->error->message, ==,
                   "t.yaml:1:4: '${pool}' is no parameter of this rule ('$$' is a dollar sign)");
}

static char *
dup_long (const char *before, char c, gsize n, const char *after)
{
  g_autofree char *filler = g_strnfill (n, c);

  return g_strconcat (before, filler, after, NULL);
}

/* A text of @n bytes between @before and @after: taken or not. */
static void
check_length (const char *before, gsize n, const char *after, Take take, const char *message)
{
  g_autofree char *text = dup_long (before, 'a', n, after);
  g_autoptr (Fixture) f = fixture_new (text, "k");
  g_autofree char *value = take_key (f, take, TRUE);

  g_assert_true ((value != NULL) == (message == NULL));
  if (message == NULL)
    return;
  g_assert_error (f->error, V2V_ERROR, V2V_ERROR_USAGE);
  g_assert_nonnull (strstr (f->error->message, message));
  g_assert_cmpuint (strlen (f->error->message), <, 600);
}

static void
test_caps (void)
{
  g_autoptr (GString) list = g_string_new ("x: [a");
  g_autoptr (GString) path = g_string_new ("x: ");
  g_autoptr (Fixture) f = NULL;
  g_autofree char *value = NULL;

  check_length ("x: ", 256 * 1024, "", STRING, NULL);
  check_length ("x: ", 256 * 1024 + 1, "", STRING, "the text is longer than 262144 bytes");
  check_length ("x: ", 256 * 1024 - 3, "${pool}", STRING, "the text is longer than");
  check_length ("x: /", 255, "/b", PATH, NULL);
  check_length ("x: /", 256, "/b", PATH, "has a name that is longer than a name can be");
  check_length ("x: ", 2000, "", CHOICE, "aaa...aaa");
  check_length ("x: {\"", 1000, "\": 1}", FINISH, "act does not know 'aaa");

  for (int i = 0; i < 4096 / 64; i++)
    g_string_append (path, "/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb");
  check_length (path->str, 0, "", PATH, "is longer than a path can be");

  for (int i = 1; i < 1001; i++)
    g_string_append (list, ",a");
  g_string_append (list, "]");
  f = fixture_new (list->str, "k");
  value = take_key (f, STRINGS, TRUE);
  g_assert_null (value);
  g_assert_cmpstr (f->error->message, ==, "t.yaml:1:4: act: k must have 1 to 1000 entries");
}

/* A cut message is still text: no half of a character. */
static void
test_message_cut (void)
{
  for (int i = 0; i < 4; i++) {
    g_autoptr (GString) text = g_string_new ("x: ");
    g_autoptr (Fixture) f = NULL;
    g_autofree char *value = NULL;

    for (int j = 0; j < i; j++)
      g_string_append_c (text, 'a');
    for (int j = 0; j < 500; j++)
      g_string_append (text, "\xe2\x82\xac");
    f = fixture_new (text->str, "k");
    value = take_key (f, CHOICE, TRUE);
    g_assert_null (value);
    g_assert_true (g_utf8_validate (f->error->message, -1, NULL));
    g_assert_null (strstr (f->error->message, "\\x"));
    g_assert_nonnull (strstr (f->error->message, "\xe2\x82\xac...\xe2\x82\xac"));
    g_assert_true (g_str_has_suffix (f->error->message, "is not one of ini, shell"));
  }
}

/* What all texts together may have is counted, whoever they belong to. */
static void
test_budget (void)
{
  g_autoptr (Fixture) f = fixture_new ("x: [&v abcd, *v, *v]", "k");
  g_auto (GStrv) strings = NULL;
  gsize left = 15;

  f->scope.left = &left;
  g_assert_true (v2v_args_take_strings (f->args, "k", TRUE, &strings, &f->error));
  g_assert_cmpuint (left, ==, 0);
  g_clear_pointer (&strings, g_strfreev);
  left = 14;
  g_assert_false (v2v_args_take_strings (f->args, "k", TRUE, &strings, &f->error));
  g_assert_error (f->error, V2V_ERROR, V2V_ERROR_USAGE);
  g_assert_cmpstr (f->error->message, ==,
                   "t.yaml:1:5: the rules are too large with all parameters and aliases "
                   "written out");
  g_assert_null (strings);
}

static void
test_names (void)
{
  g_assert_true (v2v_args_is_param ("pool"));
  g_assert_true (v2v_args_is_param ("NTP_pool-2"));
  g_assert_false (v2v_args_is_param (""));
  g_assert_false (v2v_args_is_param ("a.b"));
  g_assert_false (v2v_args_is_param ("a b"));
  g_assert_false (v2v_args_is_param ("\xc3\xa4"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/args/good", test_good);
  g_test_add_func ("/args/bad", test_bad);
  g_test_add_func ("/args/no-shorthand", test_no_shorthand);
  g_test_add_func ("/args/ticks", test_ticks);
  g_test_add_func ("/args/no-params", test_no_params);
  g_test_add_func ("/args/caps", test_caps);
  g_test_add_func ("/args/message-cut", test_message_cut);
  g_test_add_func ("/args/budget", test_budget);
  g_test_add_func ("/args/names", test_names);
  return g_test_run ();
}
