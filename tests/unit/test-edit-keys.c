/* SPDX-License-Identifier: GPL-2.0-or-later
 * Expected texts are written by hand, from what systemd, GLib, ConfigParser, sh and
 * OpenSSH do with them.
 */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "edit/v2v-edit-keys.h"
#include "edit/v2v-edit-shell.h"
#include "v2v-error.h"

typedef struct {
  const char *text;
  const char *value;    /* NULL = unset */
  const char *expected; /* NULL = refused */
  const char *word;     /* in the message */
} Row;

static void
assert_edit (const char *text, const V2vEditKey *key, const char *expected, const char *word)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *out = NULL;
  g_autofree char *again = NULL;
  const char *member;
  gboolean ok;

  g_test_message ("'%.300s' = %s", text, key->value != NULL ? key->value : "(unset)");
  g_assert_cmpstr (v2v_edit_key_mistake (key, &member), ==, NULL);
  ok = key->value != NULL ? v2v_edit_set_key (text, key, &out, &error)
                          : v2v_edit_unset_key (text, key, &out, &error);
  if (expected == NULL) {
    g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
    g_assert_true (g_str_has_prefix (error->message, "line "));
    g_assert_nonnull (strstr (error->message, word));
    g_assert_false (ok);
    g_assert_null (out);
    return;
  }
  g_assert_no_error (error);
  g_assert_cmpstr (out, ==, expected);
  ok = key->value != NULL ? v2v_edit_set_key (out, key, &again, &error)
                          : v2v_edit_unset_key (out, key, &again, &error);
  g_assert_no_error (error);
  g_assert_true (ok);
  g_assert_cmpstr (again, ==, out);
}

static void
run_rows (V2vEditStyle style, const char *section, const char *name, const Row *rows,
          gsize n_rows)
{
  for (gsize i = 0; i < n_rows; i++) {
    V2vEditKey key = { .style = style,
                       .section = (char *) section,
                       .key = (char *) name,
                       .value = (char *) rows[i].value };

    assert_edit (rows[i].text, &key, rows[i].expected, rows[i].word);
  }
}

static void
test_ini_set (void)
{
  static const Row rows[] = {
    { "[s]\nk=1\n", "2", "[s]\nk=2\n", NULL },
    { "[s]\r\nk = 1 \r\nx=1\r\n", "2", "[s]\r\nk = 2 \r\nx=1\r\n", NULL },
    { "[s]\nk=2", "2", "[s]\nk=2", NULL },
    { "[s]\n k  =  2  \n", "2", "[s]\n k  =  2  \n", NULL },
    /* A trailing comment is a part of the value for systemd and GLib. */
    { "[s]\nk=2 ; why\n", "2", "[s]\nk=2\n", NULL },
    { "[s]\nk=1\n", "a b;c#d=e", "[s]\nk=a b;c#d=e\n", NULL },
    { "[s]\nk=1\n", "", "[s]\nk=\n", NULL },
    { "[s]\nk=\n", "2", "[s]\nk=2\n", NULL },
    { "[s]\nk =   \n", "2", "[s]\nk =   2\n", NULL },
    { "[s]\nk\n", "2", "[s]\nk=2\n", NULL },
    { "[s]\nk: 1\n", "2", "[s]\nk: 2\n", NULL },
    { "[s]\nk=\xff\n", "2", "[s]\nk=2\n", NULL },
    /* Keys are case-sensitive, and not prefixes. */
    { "[s]\nK=1\nkk=1\nk2=1\n", "2", "[s]\nK=1\nkk=1\nk2=1\nk=2\n", NULL },
    { "[s]\n#k=1\n;k=1\n", "2", "[s]\n#k=1\n;k=1\nk=2\n", NULL },
    /* Only its section, in the last of its parts; the last of two is in effect. */
    { "[t]\nk=1\n", "2", "[t]\nk=1\n\n[s]\nk=2\n", NULL },
    { "[s]\nx=1\n[t]\nk=1\n[s]\ny=1\n", "2", "[s]\nx=1\n[t]\nk=1\n[s]\ny=1\nk=2\n", NULL },
    { "[s]\nk=1\n[t]\n[s]\ny=1\n", "2", "[s]\nk=2\n[t]\n[s]\ny=1\n", NULL },
    { "[s]\nk=2\nk=1\n", "2", "[s]\nk=2\nk=2\n", NULL },
    { "[s]\nk=1\nk=2\n", "2", "[s]\nk=1\nk=2\n", NULL },
    { "k=1\n[s]\n", "2", "k=1\n[s]\nk=2\n", NULL },
    { "[s] # c\nk=1\n", "2", "[s] # c\nk=2\n", NULL },
    { "[ss]\nk=1\n", "2", "[ss]\nk=1\n\n[s]\nk=2\n", NULL },
    /* Where a new key goes, and how it looks. */
    { "", "2", "[s]\nk=2\n", NULL },
    { "\n", "2", "\n[s]\nk=2\n", NULL },
    { "# c", "2", "# c\n\n[s]\nk=2\n", NULL },
    { "[t]\r\na = 1", "2", "[t]\r\na = 1\r\n\r\n[s]\r\nk = 2\r\n", NULL },
    { "[s]", "2", "[s]\nk=2\n", NULL },
    { "[s]\nx = 1\n\n\n[t]\n", "2", "[s]\nx = 1\nk = 2\n\n\n[t]\n", NULL },
    { "[s]\nx=1\n\n# about t\n# more\n[t]\n", "2",
      "[s]\nx=1\nk=2\n\n# about t\n# more\n[t]\n", NULL },
    { "[s]\n#x=1\n#y=1\n[t]\n", "2", "[s]\n#x=1\n#y=1\nk=2\n[t]\n", NULL },
    { "[s]\n\n# about t\n[t]\n", "2", "[s]\nk=2\n\n# about t\n[t]\n", NULL },
    { "  [s]\n  x=1\n  [t]\n", "2", "  [s]\n  x=1\n  k=2\n  [t]\n", NULL },
    { "[s]\n  [t]\n", "2", "[s]\n  k=2\n  [t]\n", NULL },
    { "[s]\n\tx=1\n\n", "2", "[s]\n\tx=1\n\tk=2\n\n", NULL },
    /* Values of several lines. */
    { "[s]\nk=1\n  2\n  3\nx=1\n", "2", "[s]\nk=2\nx=1\n", NULL },
    { "[s]\nk=1 \\\n2\nx=1\n", "2", "[s]\nk=2\nx=1\n", NULL },
    { "[s]\nk=2\n# c\n  3\n", "2", "[s]\nk=2\n# c\n", NULL },
    { "[s]\nk=1 \\\n# c\n2\nx=1\n", "2", "[s]\nk=2\n# c\nx=1\n", NULL },
    { "[s]\nk=\n  1\n\n  2\n[t]\n", "9", "[s]\nk=9\n\n[t]\n", NULL },
    { "[s]\nx=1 \\\n  [ -f y ] && z\nk=1\n", "2", "[s]\nx=1 \\\n  [ -f y ] && z\nk=2\n", NULL },
    { "[s]\nx=a\\\\\nk=1\n", "2", "[s]\nx=a\\\\\nk=2\n", NULL },
    /* Two readers, two files. */
    { "[s]\nx=1\n  k=1\n", "2", NULL, "line 3: " },
    { "[s]\nx=1 \\\nk=1\n", "2", NULL, "line 3: " },
    { "[s]\nk=1\n  x=1\n", "2", NULL, "line 3: " },
    { "[s]\nk=1 \\\nx=1\n", "2", NULL, "line 3: " },
    { "[s]\nx=1\n  [t]\nk=1\n", "2", NULL, "line 3: " },
    { "[t]\nx=1\n  [s]\nk=1\n", "2", NULL, "line 3: " },
    { "[s]\nx=1 \\\n", "2", NULL, "line 2: " },
    { "[s]\nx=1 \\\n# c\n\n[t]\n", "2", NULL, "line 2: " },
    { "[t]\nx=1 \\", "2", NULL, "line 2: " },
    { "[t]\nx=1 \\\r", "2", NULL, "line 2: " },
    { "[t]\nx=1\n  k=1\n  [u]\n", "2", "[t]\nx=1\n  k=1\n  [u]\n\n[s]\nk=2\n", NULL },
  };

  run_rows (V2V_EDIT_INI, "s", "k", rows, G_N_ELEMENTS (rows));
}

static void
test_ini_unset (void)
{
  static const Row rows[] = {
    { "", NULL, "", NULL },
    { "[s]\nx=1\n#k=1", NULL, "[s]\nx=1\n#k=1", NULL },
    { "[s]\nk=1\nx=1\nk=2\n[t]\nk=3\n[s]\n k = 4", NULL, "[s]\nx=1\n[t]\nk=3\n[s]\n", NULL },
    { "[s]\r\nk=1\r\n", NULL, "[s]\r\n", NULL },
    { "[s]\nk=1\n 2\n# c\n 3\nx=1\n", NULL, "[s]\n# c\nx=1\n", NULL },
    { "[s]\nk=1\n x=2\n", NULL, NULL, "line 3: " },
    { "[t]\nk=1\n", NULL, "[t]\nk=1\n", NULL },
  };

  run_rows (V2V_EDIT_INI, "s", "k", rows, G_N_ELEMENTS (rows));
}

static void
test_conf (void)
{
  static const Row rows[] = {
    { "", "2", "k = 2\n", NULL },
    { "a=1\n", "2", "a=1\nk=2\n", NULL },
    { "# c\na = 1", "2", "# c\na = 1\nk = 2\n", NULL },
    { "k = 1\nk = 1\n", "2", "k = 1\nk = 2\n", NULL },
    { "k =2\n", "2", "k =2\n", NULL },
    { "k=1\r\na=1\r\n", "2", "k=2\r\na=1\r\n", NULL },
    { "#k=1\n", "2", "#k=1\nk = 2\n", NULL },
    { "a=1\n[s]\n", "2", NULL, "line 2: a section begins" },
    { "k=1\na=1\nk=2\n", NULL, "a=1\n", NULL },
    { "a=1\n\n", "2", "a=1\nk=2\n\n", NULL },
  };

  run_rows (V2V_EDIT_CONF, NULL, "k", rows, G_N_ELEMENTS (rows));
}

static void
test_shell_set (void)
{
  static const Row rows[] = {
    { "", "v", "K=v\n", NULL },
    { "A=1", "v", "A=1\nK=v\n", NULL },
    { "A=1\r\n", "v", "A=1\r\nK=v\r\n", NULL },
    { "K=1\n", "v", "K=v\n", NULL },
    { "K=1\r\nA=1\r\n", "v", "K=v\r\nA=1\r\n", NULL },
    { "  K=1 # c\n", "v", "  K=v # c\n", NULL },
    { "export K=1; A=2\n", "v", "export K=v; A=2\n", NULL },
    { "export A=1 K=1\n", "v", "export A=1 K=v\n", NULL },
    { "A=1 K=1\n", "v", "A=1 K=v\n", NULL },
    /* In effect already, however it is spelt. */
    { "K=v\n", "v", "K=v\n", NULL },
    { "K=\"v\"\n", "v", "K=\"v\"\n", NULL },
    { "K='v' # c", "v", "K='v' # c", NULL },
    { "K=\\v\n", "v", "K=\\v\n", NULL },
    { "K='a'\"b\"c\n", "abc", "K='a'\"b\"c\n", NULL },
    { "K=\"a \\$b\"\n", "a $b", "K=\"a \\$b\"\n", NULL },
    { "K=\n", "", "K=\n", NULL },
    { "K=\"a\\b\"\n", "a\\b", "K=\"a\\b\"\n", NULL },
    /* The old quotes when they can hold the value, else what it needs. */
    { "K=\"1\"\n", "v", "K=\"v\"\n", NULL },
    { "K='1'\n", "v w", "K='v w'\n", NULL },
    { "K='1'\n", "it's", "K=\"it's\"\n", NULL },
    { "K=1\n", "v w", "K=\"v w\"\n", NULL },
    { "K=1\n", "$x", "K='$x'\n", NULL },
    { "K=\"1\"\n", "$x`\"\\", "K=\"\\$x\\`\\\"\\\\\"\n", NULL },
    { "K=1\n", "'$'", "K=\"'\\$'\"\n", NULL },
    { "K=1\n", "", "K=\"\"\n", NULL },
    { "", "a b", "K=\"a b\"\n", NULL },
    { "K=1\n", "*", "K=\"*\"\n", NULL },
    { "K=1\n", "~", "K=\"~\"\n", NULL },
    { "K='it'\\''s'\n", "v", "K=v\n", NULL },
    /* The whole value, whatever is in it. */
    { "K=\"a\nb # c\n\"\nA=1\n", "v", "K=\"v\"\nA=1\n", NULL },
    { "K=\"$K more\"\n", "v", "K=\"v\"\n", NULL },
    { "K=$(a \"b ) c\" d) # x\n", "v", "K=v # x\n", NULL },
    { "K=`a 'b' c`\n", "v", "K=v\n", NULL },
    { "K=${A:-b c}\n", "v", "K=v\n", NULL },
    { "K=\"${A:-it's}\"\n", "v", "K=\"v\"\n", NULL },
    { "K=$'a\\'b'\n", "v", "K=v\n", NULL },
    { "K=a\\\nb\n", "v", "K=v\n", NULL },
    /* Lines that only look like it. */
    { "# K=1\n", "v", "# K=1\nK=v\n", NULL },
    { "A=\"\nK=1\n\"\n", "v", "A=\"\nK=1\n\"\nK=v\n", NULL },
    { "KK=1\nk=1\nAK=1\n", "v", "KK=1\nk=1\nAK=1\nK=v\n", NULL },
    { "echo K=1\n", "v", "echo K=1\nK=v\n", NULL },
    { "K = 1\n", "v", "K = 1\nK=v\n", NULL },
    { "A=a#K=1\n", "v", "A=a#K=1\nK=v\n", NULL },
    /* The last one counts; where it is not certain to run, a new one does. */
    { "K=v\nK=1\n", "v", "K=v\nK=v\n", NULL },
    { "K=1\nK=v\n", "v", "K=1\nK=v\n", NULL },
    { "K=v\nif [ a ]; then\n  K=1\nfi\n", "v", "K=v\nif [ a ]; then\n  K=1\nfi\nK=v\n", NULL },
    { "if a; then K=1; fi\nK=2\n", "v", "if a; then K=1; fi\nK=v\n", NULL },
    { "[ a ] && K=1\n", "v", "[ a ] && K=1\nK=v\n", NULL },
    { "[ a ] ||\n  K=1\n", "v", "[ a ] ||\n  K=1\nK=v\n", NULL },
    { "f () { K=1; }\n", "v", "f () { K=1; }\nK=v\n", NULL },
    { "function f {\nK=1\n}\n", "v", "function f {\nK=1\n}\nK=v\n", NULL },
    { "case a in\n b|c) K=1;;\nesac\n", "v", "case a in\n b|c) K=1;;\nesac\nK=v\n", NULL },
    { "for i in 1 2; do K=$i; done\n", "v", "for i in 1 2; do K=$i; done\nK=v\n", NULL },
    { "( K=1 )\n", "v", "( K=1 )\nK=v\n", NULL },
    { "K=v\nK+=1\n", "v", "K=v\nK+=1\nK=v\n", NULL },
    { "echo if\nK=1\n", "v", "echo if\nK=v\n", NULL },
    { "[ a ] || exit 0\n", "v", "[ a ] || exit 0\nK=v\n", NULL },
    { "# a \\", "v", "# a \\\nK=v\n", NULL },
    /* No certainty. */
    { "A=\"1\nK=1\n", "v", NULL, "line 1: a quote" },
    { "A=1\nA='1\n", "v", NULL, "line 2: a quote" },
    { "A=$(\n", "v", NULL, "line 1: a quote" },
    { "A=$'\n", "v", NULL, "line 1: a quote" },
    { "cat <<E\nK=1\nE\n", "v", NULL, "line 1: here-documents" },
    { "K=1 cmd\n", "v", NULL, "line 1: 'K' is set for one command" },
    { "K=-a b\n", "v", NULL, "line 1: 'K' is set for one command" },
    { "K=(a b)\n", "v", NULL, "line 1: 'K' is an array" },
    { "A=1\nexit 0\n", "v", NULL, "line 2: " },
    { "exit 0\nK=1\n", "v", NULL, "line 2: line 1 keeps" },
    { "A=1 \\\n", "v", NULL, "line 1: " },
    { "A=1\\", "v", NULL, "line 1: " },
    { "A=1\\\r", "v", NULL, "line 1: " },
    { "if a; then\n", "v", NULL, "line 1: " },
    { "a &&\n", "v", NULL, "line 1: " },
  };

  run_rows (V2V_EDIT_SHELL, NULL, "K", rows, G_N_ELEMENTS (rows));
}

static void
test_shell_unset (void)
{
  static const Row rows[] = {
    { "", NULL, "", NULL },
    { "A=1\n# K=1", NULL, "A=1\n# K=1", NULL },
    { "K=1\nA=1\n  export K=2 # c\r\nB=1\nK=3", NULL, "A=1\nB=1\n", NULL },
    { "A=1\nK=\"a\nb\"\nB=1\n", NULL, "A=1\nB=1\n", NULL },
    { "# a \\\nK=1\n", NULL, "# a \\\n", NULL },
    { "K+=1\n", NULL, "", NULL },
    { "K=1; A=2\n", NULL, NULL, "line 1: " },
    { "A=2; K=1\n", NULL, NULL, "line 1: " },
    { "A=2 K=1\n", NULL, NULL, "line 1: " },
    { "if a; then\nK=1\nfi\n", NULL, NULL, "line 2: " },
    { "K=1 cmd\n", NULL, NULL, "line 1: " },
  };

  run_rows (V2V_EDIT_SHELL, NULL, "K", rows, G_N_ELEMENTS (rows));
}

static void
test_ssh_set (void)
{
  static const Row rows[] = {
    { "", "no", "UseDNS no\n", NULL },
    { "UseDNS yes\n", "no", "UseDNS no\n", NULL },
    { "\tusedns\t yes \r\nX y\r\n", "no", "\tusedns\t no \r\nX y\r\n", NULL },
    { "UseDNS=yes\n", "no", "UseDNS=no\n", NULL },
    { "UseDNS = yes\n", "no", "UseDNS = no\n", NULL },
    { "UseDNS \"yes\"\n", "no", "UseDNS \"no\"\n", NULL },
    { "UseDNS \"yes\" # why\n", "no", "UseDNS \"no\" # why\n", NULL },
    { "UseDNS \"no\"\n", "no", "UseDNS \"no\"\n", NULL },
    { "UseDNS \"a\"\n", "a b", "UseDNS a b\n", NULL },
    { "UseDNS a  \"b\"\n", "a b", "UseDNS a  \"b\"\n", NULL },
    { "UseDNS \"a b\"\n", "a b", "UseDNS a b\n", NULL },
    { "UseDNS \"n'o\"\n", "no", "UseDNS \"no\"\n", NULL },
    { "UseDNS 'no'\n", "no", "UseDNS 'no'\n", NULL },
    { "UseDNS no \"x\n", "no", "UseDNS no\n", NULL },
    { "UseDNS \"no\n", "no", "UseDNS no\n", NULL },
    { "UseDNS\n", "no", "UseDNS no\n", NULL },
    { "UseDNS", "no", "UseDNS no", NULL },
    { "UseDNS=\n", "no", "UseDNS=no\n", NULL },
    { "UseDNS =#c\n", "no", "UseDNS =no #c\n", NULL },
    { "UseDNS #c\n", "no", "UseDNS no #c\n", NULL },
    /* The first one counts. */
    { "UseDNS yes\nUseDNS no\n", "no", "UseDNS no\nUseDNS no\n", NULL },
    { "UseDNS no\nUseDNS yes\n", "no", "UseDNS no\nUseDNS yes\n", NULL },
    { "#UseDNS yes\nUseDNSx yes\n", "no", "#UseDNS yes\nUseDNSx yes\nUseDNS no\n", NULL },
    /* Blocks go on to the end. */
    { "X y\nMatch all\n UseDNS yes\n", "no", "X y\nUseDNS no\nMatch all\n UseDNS yes\n", NULL },
    { "X y\r\n\r\n# anon\r\nmatch user a\r\n", "no",
      "X y\r\nUseDNS no\r\n\r\n# anon\r\nmatch user a\r\n", NULL },
    { "Match all\n", "no", "UseDNS no\nMatch all\n", NULL },
    { "HostKey a\nHost *\n", "no", "HostKey a\nUseDNS no\nHost *\n", NULL },
    { "#Match all\n", "no", "#Match all\nUseDNS no\n", NULL },
    { "X y", "no", "X y\nUseDNS no\n", NULL },
    { "X y\n\n", "no", "X y\nUseDNS no\n\n", NULL },
    { "UseDNS yes # \xff\n", "no", "UseDNS no # \xff\n", NULL },
  };

  run_rows (V2V_EDIT_SSH, NULL, "UseDNS", rows, G_N_ELEMENTS (rows));
}

static void
test_ssh_unset (void)
{
  static const Row rows[] = {
    { "X y\nusedns yes\nUseDNS no\nMatch all\n UseDNS no\n", NULL,
      "X y\nMatch all\n UseDNS no\n", NULL },
    { "#UseDNS no\r\nUseDNS no", NULL, "#UseDNS no\r\n", NULL },
    { "X y", NULL, "X y", NULL },
  };

  run_rows (V2V_EDIT_SSH, NULL, "UseDNS", rows, G_N_ELEMENTS (rows));
}

/* A value that is in effect and a key that is absent leave every byte. */
static void
test_untouched (void)
{
  static const char *const odd[] = {
    "", "\n", "\r\n", "\t\n", "# only\n; comments\n", "a\r\r\n", "caf\xe9=1\n", "\xff\xfe",
    "x = 1\r\ny=2\n\n\n", "x=1", "'a'\n", "=\n", "==\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (odd); i++) {
    for (guint style = 0; style < V2V_N_EDIT_STYLES; style++) {
      V2vEditKey key = { .style = (V2vEditStyle) style,
                         .section = style == V2V_EDIT_INI ? (char *) "s" : NULL,
                         .key = (char *) "Key" };
      V2vEditKey with_value = key;
      g_autofree char *set = NULL;
      g_autoptr (GError) error = NULL;

      assert_edit (odd[i], &key, odd[i], NULL);
      with_value.value = (char *) "v";
      g_assert_true (v2v_edit_set_key (odd[i], &with_value, &set, &error));
      g_assert_no_error (error);
      g_assert_true (g_str_has_prefix (set, odd[i]) || strstr (set, "Key") != NULL);
      assert_edit (set, &with_value, set, NULL);
    }
  }
}

static void
test_mistakes (void)
{
  static const struct {
    V2vEditStyle style;
    const char *section, *key, *value, *member;
  } rows[] = {
    { V2V_EDIT_INI, NULL, "k", "v", "section" },   { V2V_EDIT_INI, "", "k", "v", "section" },
    { V2V_EDIT_INI, "[s]", "k", "v", "section" },  { V2V_EDIT_INI, "s\n", "k", "v", "section" },
    { V2V_EDIT_CONF, "s", "k", "v", "section" },   { V2V_EDIT_SHELL, "s", "k", "v", "section" },
    { V2V_EDIT_INI, "s", "", "v", "key" },         { V2V_EDIT_INI, "s", " k", "v", "key" },
    { V2V_EDIT_INI, "s", "a=b", "v", "key" },      { V2V_EDIT_INI, "s", "#k", "v", "key" },
    { V2V_EDIT_INI, "s", "k", "a\nb", "value" },   { V2V_EDIT_INI, "s", "k", "a\\", "value" },
    { V2V_EDIT_INI, "s", "k", " a", "value" },     { V2V_EDIT_CONF, NULL, "k", "a\r", "value" },
    { V2V_EDIT_SHELL, NULL, "1k", "v", "key" },    { V2V_EDIT_SHELL, NULL, "a-b", "v", "key" },
    { V2V_EDIT_SHELL, NULL, "k", "a\nb", "value" }, { V2V_EDIT_SSH, NULL, "a b", "v", "key" },
    { V2V_EDIT_SSH, NULL, "match", "v", "key" },   { V2V_EDIT_SSH, NULL, "Host", "v", "key" },
    { V2V_EDIT_SSH, NULL, "k", "", "value" },      { V2V_EDIT_SSH, NULL, "k", "\"a", "value" },
    { V2V_EDIT_SSH, NULL, "k", "a #b", "value" },  { V2V_EDIT_SSH, NULL, "k", "=a", "value" },
    { V2V_EDIT_SSH, NULL, "k", "#a", "value" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    V2vEditKey key = { .style = rows[i].style,
                       .section = (char *) rows[i].section,
                       .key = (char *) rows[i].key,
                       .value = (char *) rows[i].value };
    const char *member = NULL;

    g_assert_nonnull (v2v_edit_key_mistake (&key, &member));
    g_assert_cmpstr (member, ==, rows[i].member);
  }
}

/* Deep, wide and quick. */
static void
test_hostile (void)
{
  g_autoptr (GString) nested = g_string_new ("K=");
  g_autoptr (GString) many = g_string_new (NULL);
  g_autoptr (GString) wanted = g_string_new (NULL);
  gint64 start = g_get_monotonic_time ();
  V2vEditKey key = { .style = V2V_EDIT_SHELL, .key = (char *) "K", .value = (char *) "v" };

  for (guint i = 0; i < 200 * 1000; i++)
    g_string_append (nested, "\"$(");
  assert_edit (nested->str, &key, NULL, "nested");
  while (many->len < 1000 * 1000)
    g_string_append (many, "K=\n");
  g_string_append (wanted, many->str);
  g_string_insert (wanted, (gssize) wanted->len - 1, "v");
  /* An empty unquoted value has no style of its own. */
  assert_edit (many->str, &key, wanted->str, NULL);
  key.value = NULL;
  assert_edit (many->str, &key, "", NULL);
  key.style = V2V_EDIT_CONF;
  assert_edit (many->str, &key, "", NULL);
  key.style = V2V_EDIT_SSH;
  assert_edit (many->str, &key, "", NULL);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 30 * G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/edit-keys/ini-set", test_ini_set);
  g_test_add_func ("/edit-keys/ini-unset", test_ini_unset);
  g_test_add_func ("/edit-keys/conf", test_conf);
  g_test_add_func ("/edit-keys/shell-set", test_shell_set);
  g_test_add_func ("/edit-keys/shell-unset", test_shell_unset);
  g_test_add_func ("/edit-keys/ssh-set", test_ssh_set);
  g_test_add_func ("/edit-keys/ssh-unset", test_ssh_unset);
  g_test_add_func ("/edit-keys/untouched", test_untouched);
  g_test_add_func ("/edit-keys/mistakes", test_mistakes);
  g_test_add_func ("/edit-keys/hostile", test_hostile);
  return g_test_run ();
}
