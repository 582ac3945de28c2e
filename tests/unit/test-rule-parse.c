/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "test-language.h"

#define HEAD "rules: 1\n---\n"
/* The first line of a rule is line 3, what follows WHO is line 7. */
#define WHO "id: a\ntitle: T\nwhy: W\nphase: boot\n"
#define DO "do:\n  - tell: x\n"

static V2vRuleset *
parse (const char *text, gsize length, GError **error)
{
  return v2v_ruleset_new_from_text ("r.yaml", text, length, error);
}

static V2vRuleset *
parse_good (const char *text)
{
  g_autoptr (GError) error = NULL;
  V2vRuleset *ruleset = parse (text, strlen (text), &error);

  g_assert_no_error (error);
  g_assert_nonnull (ruleset);
  return ruleset;
}

static const char every_field[] = "# Rules of ours.\n"
                                  "rules: 1\n"
                                  "---\n"
                                  "# About a.\n"
                                  "id: ec2-a1\n"
                                  "title: Do A   # not this\n"
                                  "why: >\n"
                                  "  Because of\n"
                                  "  B.\n"
                                  "phase: cloud-init\n"
                                  "enabled: false\n"
                                  "on-error: warn\n"
                                  "params:\n"
                                  "  pool: {default: 2.pool, description: Where time is}\n"
                                  "  none: {default: ''}\n"
                                  "when:\n"
                                  "  say: 'yes'\n"
                                  "  any: [{has: '/etc/${pool}'}, {say: no}]\n"
                                  "do:\n"
                                  "  - put: {file: '/b/${pool}', text: '$${pool}${none}'}\n"
                                  "\n"
                                  "---\n";

static void
test_every_field (void)
{
  g_autoptr (V2vRuleset) ruleset = parse_good (every_field);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  const V2vRule *rule = v2v_ruleset_find (ruleset, "ec2-a1");
  const V2vParam *param;
  const V2vStep *step;

  g_assert_cmpuint (v2v_ruleset_rules (ruleset)->len, ==, 1);
  g_assert_cmpstr (rule->title, ==, "Do A");
  g_assert_cmpstr (rule->why, ==, "Because of B.");
  g_assert_cmpuint (rule->phase, ==, V2V_PHASE_CLOUD_INIT);
  g_assert_false (rule->enabled);
  g_assert_true (rule->warn_on_error);
  g_assert_cmpstr (rule->where, ==, "r.yaml:5");
  g_assert_null (rule->overrides);
  g_assert_null (rule->changed_by);
  g_assert_cmpuint (rule->params->len, ==, 2);
  param = g_ptr_array_index (rule->params, 0);
  g_assert_cmpstr (param->name, ==, "pool");
  g_assert_cmpstr (param->value, ==, "2.pool");
  g_assert_cmpstr (param->description, ==, "Where time is");
  param = g_ptr_array_index (rule->params, 1);
  g_assert_cmpstr (param->value, ==, "");
  g_assert_null (param->description);
  g_assert_cmpuint (rule->steps->len, ==, 1);
  step = g_ptr_array_index (rule->steps, 0);
  g_assert_cmpstr (step->ops->name, ==, "put");
  g_assert_cmpstr (step->where, ==, "r.yaml:20:5");
  g_assert_cmpstr (((const Word *) step->data)->path, ==, "/b/2.pool");
  g_assert_cmpstr (((const Word *) step->data)->text, ==, "${pool}");
  v2v_condition_add_paths (rule->when, paths);
  g_assert_cmpuint (paths->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (paths, 0), ==, "/etc/2.pool");
}

static void
test_defaults (void)
{
  g_autoptr (V2vRuleset) ruleset = parse_good (HEAD WHO DO);
  const V2vRule *rule = v2v_ruleset_find (ruleset, "a");

  g_assert_true (rule->enabled);
  g_assert_false (rule->warn_on_error);
  g_assert_null (rule->when);
  g_assert_cmpuint (rule->params->len, ==, 0);
  g_assert_null (v2v_ruleset_find (ruleset, "b"));
}

static void
test_no_rules (void)
{
  static const char *const texts[] = { "rules: 1", "rules: 1\n", "---\nrules: 1\n...\n",
                                       "# c\n--- {rules: 1}\n---\n---\n# c\n---\n",
                                       "\xef\xbb\xbfrules: '1'\r\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (V2vRuleset) ruleset = parse_good (texts[i]);
    g_auto (GStrv) paths = v2v_ruleset_dup_paths (ruleset);

    g_assert_cmpuint (v2v_ruleset_rules (ruleset)->len, ==, 0);
    g_assert_null (paths[0]);
  }
}

/* What "rules show" prints is what stands in the file. */
static void
test_source (void)
{
#define SAME NULL
  static const struct {
    const char *before, *rule, *after;
    const char *source; /* SAME = rule */
  } rows[] = {
    { HEAD, WHO DO, "", SAME },
    { HEAD, WHO DO, "---\n---\n", SAME },
    { HEAD, WHO DO, "...\n", SAME },
    { HEAD, WHO DO, "--- # next\n", SAME },
    { HEAD, "# about it\n" WHO DO "# the end\n", "---\n", SAME },
    { HEAD, WHO "do:\n  - tell: |\n      ---\n      ...\n", "---\n", SAME },
    { HEAD, WHO "do:\n- tell: ---x\n", "---\n", SAME },
    { "rules: 1\n--- # a\n\n\n", WHO DO, "\n\n\n", SAME },
    { "rules: 1\n---\t\n", WHO DO, "", SAME },
    { "rules: 1\n", "--- {id: a, title: T, why: W, phase: boot, do: [tell: x]}\n", "---\n",
      " {id: a, title: T, why: W, phase: boot, do: [tell: x]}\n" },
    { "rules: 1\n", "--- &x\nid: a\ntitle: T\nwhy: W\nphase: boot\n" DO, "",
      " &x\n" WHO DO },
    { "\xef\xbb\xbf# c\nrules: 1\n---\n", WHO DO, "", SAME },
    { "rules: 1\r\n---\r\n", "id: a\r\ntitle: T\r\nwhy: W\r\nphase: boot\r\ndo:\r\n- tell: x\n",
      "\r\n---\r\n", SAME },
    { "rules: 1\r---\r", "id: a\rtitle: T\rwhy: W\rphase: boot\rdo:\r- tell: x\n", "---\r", SAME },
    { "rules: 1\n# \xc2\x85---\n", WHO DO, "", SAME },
    { HEAD, "id: a\ntitle: T\nwhy: W\nphase: boot\ndo:\n- tell: \"a\xe2\x80\xa8 b\"\n",
      "---\n", SAME },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *text = g_strconcat (rows[i].before, rows[i].rule, rows[i].after, NULL);
    g_autoptr (V2vRuleset) ruleset = parse_good (text);
    const V2vRule *rule = v2v_ruleset_find (ruleset, "a");

    g_assert_nonnull (rule);
    g_assert_cmpstr (rule->text, ==, rows[i].source != SAME ? rows[i].source : rows[i].rule);
  }
}

typedef struct {
  const char *text;
  const char *message;
} Bad;

static void
check_bad (const Bad *rows, gsize n_rows)
{
  for (gsize i = 0; i < n_rows; i++) {
    g_autoptr (GError) error = NULL;

    g_assert_null (parse (rows[i].text, strlen (rows[i].text), &error));
    g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
    g_assert_cmpstr (error->message, ==, rows[i].message);
  }
}

static void
test_bad_version (void)
{
  static const Bad rows[] = {
    { "", "r.yaml:1:1: the file is empty: its first line must be 'rules: 1', the version of "
          "the language" },
    { "# c\n", "r.yaml:1:1: the file is empty: its first line must be 'rules: 1', the version "
               "of the language" },
    { "# c\n" WHO DO, "r.yaml:2:1: the first document must be 'rules: 1', the version of the "
                      "language; the rules follow, each after a line '---'" },
    { "- rules: 1\n", "r.yaml:1:1: the first document must be 'rules: 1', the version of the "
                      "language; the rules follow, each after a line '---'" },
    { "---\n---\nrules: 1\n",
      "r.yaml:2:1: the first document must be 'rules: 1', the version of the language; the "
      "rules follow, each after a line '---'" },
    { "rules: 2\n", "r.yaml:1:8: '2' is no version of the rule language that this program "
                    "knows: write 'rules: 1'" },
    { "rules: 1.0\n", "r.yaml:1:8: '1.0' is no version of the rule language that this program "
                      "knows: write 'rules: 1'" },
    { "rules:\n", "r.yaml:1:7: '' is no version of the rule language that this program knows: "
                  "write 'rules: 1'" },
    { "rules: [1]\n", "r.yaml:1:8: '...' is no version of the rule language that this program "
                      "knows: write 'rules: 1'" },
    { "rules: 1\nid: a\n",
      "r.yaml:2:1: the first document is only 'rules: 1': a line '---' must stand before 'id'" },
    { "[a]: b\nrules: 1\n",
      "r.yaml:1:1: the first document is only 'rules: 1': a line '---' must stand before "
      "'...'" },
    { "rules: 1\nrules: 1\n", "r.yaml:2:1: 'rules' stands here twice" },
  };

  check_bad (rows, G_N_ELEMENTS (rows));
}

static void
test_bad_head (void)
{
  static const Bad rows[] = {
    { HEAD "- id: a\n", "r.yaml:3:1: a rule needs a mapping, {key: value}" },
    { HEAD "text\n", "r.yaml:3:1: a rule needs a mapping, {key: value}" },
    { HEAD "~\n", "r.yaml:3:1: a rule needs a mapping, {key: value}" },
    { HEAD "{}\n", "r.yaml:3:1: a rule needs 'id'" },
    { HEAD "title: T\n", "r.yaml:3:1: a rule needs 'id'" },
    { HEAD "id: a\n", "r.yaml:3:1: rule 'a' needs 'title'" },
    { HEAD "id: a\ntitle: T\n", "r.yaml:3:1: rule 'a' needs 'why'" },
    { HEAD "id: a\ntitle: T\nwhy: W\n", "r.yaml:3:1: rule 'a' needs 'phase'" },
    { HEAD WHO, "r.yaml:3:1: rule 'a' needs 'do'" },
    { HEAD WHO "tilte: x\n" DO, "r.yaml:7:1: rule 'a' does not know 'tilte'" },
    { HEAD "id: a\ntilte: T\n", "r.yaml:4:1: rule 'a' does not know 'tilte'" },
    { HEAD WHO "<<: {enabled: true}\n" DO, "r.yaml:7:1: rule 'a' does not know '<<'" },
    { HEAD WHO "why: again\n" DO, "r.yaml:7:1: rule 'a': 'why' stands here twice" },
    { HEAD WHO DO "[x]: y\n", "r.yaml:9:1: rule 'a': a key must be a word" },
    { HEAD "id: A\n",
      "r.yaml:3:5: a rule: id: 'A' must be lower-case letters, digits and '-', begin with a "
      "letter, and have at most 63 characters" },
    { HEAD "id: 1a\n",
      "r.yaml:3:5: a rule: id: '1a' must be lower-case letters, digits and '-', begin with a "
      "letter, and have at most 63 characters" },
    { HEAD "id: a.b\n",
      "r.yaml:3:5: a rule: id: 'a.b' must be lower-case letters, digits and '-', begin with a "
      "letter, and have at most 63 characters" },
    { HEAD "id: ''\n",
      "r.yaml:3:5: a rule: id: '' must be lower-case letters, digits and '-', begin with a "
      "letter, and have at most 63 characters" },
    { HEAD "id: ~\n", "r.yaml:3:5: a rule: id: has no value (quote it: \"\" or '~')" },
    { HEAD "id: [a]\n", "r.yaml:3:5: a rule: id: must be a text" },
    { HEAD "id: a\ntitle: [T]\n", "r.yaml:4:8: rule 'a': title: must be a text" },
    { HEAD "id: a\ntitle: ' '\n", "r.yaml:4:8: rule 'a': title: is empty" },
    { HEAD "id: a\ntitle: \"x\\ny\"\n",
      "r.yaml:4:8: rule 'a': title: must be one line of at most 200 bytes" },
    { HEAD "id: a\ntitle: T\nwhy:\n",
      "r.yaml:5:5: rule 'a': why: has no value (quote it: \"\" or '~')" },
    { HEAD "id: a\ntitle: T\nwhy: W\nphase: boots\n",
      "r.yaml:6:8: rule 'a': phase: 'boots' is not one of access, storage, drivers, boot, "
      "network, agents, cloud-init, time, firstboot" },
    { HEAD "id: a\ntitle: T\nwhy: W\nphase: [boot]\n",
      "r.yaml:6:8: rule 'a': phase must be a text" },
    { HEAD WHO "enabled: yes\n" DO, "r.yaml:7:10: rule 'a': enabled: must be true or false" },
    { HEAD WHO "on-error: stop\n" DO,
      "r.yaml:7:11: rule 'a': on-error: 'stop' is not one of fail, warn" },
    { HEAD WHO "on-error: warn\n" DO "  - tell: y\n",
      "r.yaml:7:11: rule 'a': on-error: 'warn' is for a rule of a single step, this one has "
      "2" },
  };

  check_bad (rows, G_N_ELEMENTS (rows));
}

static void
test_bad_params (void)
{
  static const Bad rows[] = {
    { HEAD WHO "params: x\n" DO, "r.yaml:7:9: params needs a mapping, {key: value}" },
    { HEAD WHO "params: [x]\n" DO, "r.yaml:7:9: params needs a mapping, {key: value}" },
    { HEAD WHO "params:\n  p: x\n" DO,
      "r.yaml:8:6: parameter 'p' needs a mapping, {key: value}" },
    { HEAD WHO "params:\n  p: {}\n" DO, "r.yaml:8:6: parameter 'p' needs 'default'" },
    { HEAD WHO "params:\n  p: {description: x}\n" DO,
      "r.yaml:8:6: parameter 'p' needs 'default'" },
    { HEAD WHO "params:\n  p: {default: }\n" DO,
      "r.yaml:8:16: parameter 'p': default: has no value (quote it: \"\" or '~')" },
    { HEAD WHO "params:\n  p: {default: [x]}\n" DO,
      "r.yaml:8:16: parameter 'p': default: must be a text" },
    { HEAD WHO "params:\n  p: {default: x, type: int}\n" DO,
      "r.yaml:8:19: parameter 'p' does not know 'type'" },
    { HEAD WHO "params:\n  p: {default: x}\n  p: {default: x}\n" DO,
      "r.yaml:9:3: params: 'p' stands here twice" },
    { HEAD WHO "params:\n  a b: {default: x}\n" DO,
      "r.yaml:8:3: the parameter name 'a b' must be letters, digits, '-' and '_'" },
    { HEAD WHO "params:\n  a.b: {default: x}\n" DO,
      "r.yaml:8:3: the parameter name 'a.b' must be letters, digits, '-' and '_'" },
    { HEAD WHO "do: [tell: '${p}']\n",
      "r.yaml:7:12: '${p}' is no parameter of this rule ('$$' is a dollar sign)" },
    { HEAD WHO "when: {say: '${p}'}\n" DO,
      "r.yaml:7:13: '${p}' is no parameter of this rule ('$$' is a dollar sign)" },
    /* A parameter is no way around what a place wants. */
    { HEAD WHO "params: {p: {default: ../x}}\ndo:\n- put: {file: '/a/${p}', text: x}\n",
      "r.yaml:9:15: put: file: the path '/a/../x' must be written without '//', '.', '..' and "
      "a slash at its end" },
  };

  check_bad (rows, G_N_ELEMENTS (rows));
}

#define DO_BAD "'do' must be a list of actions, each '- ACTION: ARGUMENTS'"
#define STEP_BAD "a step must be one action, '- ACTION: ARGUMENTS'"
#define ONLY_PACKAGE                                                                         \
  "only 'package' decides here, and a guest's package list cannot always be read: write "    \
  "'any:' with a 'path' or 'unit' of that package too"

static void
test_bad_body (void)
{
  static const Bad rows[] = {
    { HEAD WHO "do:\n", "r.yaml:7:4: " DO_BAD },
    { HEAD WHO "do: []\n", "r.yaml:7:5: " DO_BAD },
    { HEAD WHO "do: {tell: x}\n", "r.yaml:7:5: " DO_BAD },
    { HEAD WHO "do: tell\n", "r.yaml:7:5: " DO_BAD },
    { HEAD WHO "do: [tell]\n", "r.yaml:7:6: " STEP_BAD },
    { HEAD WHO "do: [[tell: x]]\n", "r.yaml:7:6: " STEP_BAD },
    { HEAD WHO "do: [{}]\n", "r.yaml:7:6: " STEP_BAD },
    { HEAD WHO "do:\n  -\n", "r.yaml:8:4: " STEP_BAD },
    { HEAD WHO "do:\n  - tell: x\n    put: y\n",
      "r.yaml:9:5: a step is one action: a second one needs a '- ' of its own" },
    { HEAD WHO "do: [{[tell]: x}]\n", "r.yaml:7:6: the name of an action must be a word" },
    { HEAD WHO "do:\n  - tel: x\n",
      "r.yaml:8:5: there is no action 'tel'; there are put, tell, fail, stop" },
    { HEAD WHO "do:\n  - tell: {txt: x}\n", "r.yaml:8:12: tell does not know 'txt': is it 'text'?" },
    { HEAD WHO "do:\n  - tell: {say: x}\n", "r.yaml:8:11: tell needs 'text'" },
    { HEAD WHO "do:\n  - put: {flie: /x, text: y}\n",
      "r.yaml:8:11: put does not know 'flie': is it 'file'?" },
    { HEAD WHO "do:\n  - tell: {text: x, to: y}\n", "r.yaml:8:21: tell does not know 'to'" },
    { HEAD WHO "do:\n  - put: /x\n", "r.yaml:8:10: put needs a mapping, {key: value}" },
    { HEAD WHO "do:\n  - tell: x\n  - put: {file: x, text: y}\n",
      "r.yaml:9:17: put: file: the path 'x' is not absolute: it must begin with '/'" },
    { HEAD WHO "when:\n" DO, "r.yaml:7:6: 'when' must have conditions; leave it out for a rule "
                             "that always applies" },
    { HEAD WHO "when: {}\n" DO, "r.yaml:7:7: 'when' must have conditions; leave it out for a "
                                "rule that always applies" },
    { HEAD WHO "when: linux\n" DO, "r.yaml:7:7: 'when' must have conditions; leave it out for "
                                   "a rule that always applies" },
    { HEAD WHO "when: {say: x, sya: y}\n" DO,
      "r.yaml:7:16: 'sya' is no predicate; there are: say, has, package, os, all, any, not" },
    { HEAD WHO "when: {package: x}\n" DO, "r.yaml:7:7: " ONLY_PACKAGE },
    { HEAD WHO "when:\n  os: x\n  any: [package: x, package: y]\n" DO,
      "r.yaml:8:3: " ONLY_PACKAGE },
    /* Off or not, a rule is checked. */
    { HEAD WHO "enabled: false\ndo: []\n", "r.yaml:8:5: " DO_BAD },
  };
  g_autoptr (V2vRuleset) good
    = parse_good (HEAD WHO "when: {os: x, any: [package: x, has: /x]}\n" DO);

  g_assert_nonnull (good);
  check_bad (rows, G_N_ELEMENTS (rows));
}

static void
test_bad_text (void)
{
  static const Bad rows[] = {
    { HEAD "id: [a\n", "r.yaml:4:1: did not find expected ',' or ']'" },
    { HEAD "id: *x\n", "r.yaml:3:5: an alias without an anchor" },
    { HEAD "id: a\n--- }\n", "r.yaml:4:5: did not find expected node content" },
    { HEAD "id: \"\xc3\xa4\xff\"\n", "r.yaml:3:7: the byte 0xff is not UTF-8 text" },
    { HEAD "id: \xc3\xa4\n  \xed\xa0\x80\n", "r.yaml:4:3: the byte 0xed is not UTF-8 text" },
    { HEAD "id: \xf0\x9f\x98", "r.yaml:3:5: the byte 0xf0 is not UTF-8 text" },
    { "\xff\xfer\1u\1", "r.yaml:1:1: the byte 0xff is not UTF-8 text" },
    { HEAD "id: a\x1b[31m\n", "r.yaml:3:6: the control character U+001B is not allowed here "
                              "(write \"\\x..\" in double quotes)" },
    { HEAD "id: a\x7f\n", "r.yaml:3:6: the control character U+007F is not allowed here "
                          "(write \"\\x..\" in double quotes)" },
    { HEAD "id: \xc2\x9b\n", "r.yaml:3:5: the control character U+009B is not allowed here "
                             "(write \"\\x..\" in double quotes)" },
    { "rules: 1\r\n---\r\nid: a\r\n \1", "r.yaml:4:2: the control character U+0001 is not "
                                         "allowed here (write \"\\x..\" in double quotes)" },
    { HEAD "\xef\xbb\xbfid: a\n", "r.yaml:3:1: the control character U+FEFF is not allowed here "
                                  "(write \"\\x..\" in double quotes)" },
    { HEAD WHO "do: [tell: \"a\\0b\"]\n", "r.yaml:7:12: a NUL character in a string" },
    { HEAD WHO DO "---\n" WHO DO,
      "r.yaml:10:5: the id 'a' stands in this directory twice, also at r.yaml:3" },
    { HEAD "id: a\nenabled: false\n",
      "r.yaml:3:5: there is no rule 'a' in an earlier directory to change; a rule of its own "
      "needs 'title', 'why', 'phase' and 'do'" },
    { HEAD "id: a\nparams: {p: [x]}\n", "r.yaml:4:13: parameter 'p': must be a text" },
    { HEAD "id: a\nparams: {p: }\n", "r.yaml:4:13: parameter 'p': must be a text" },
    { HEAD "id: a\nparams: p\n", "r.yaml:4:9: params needs a mapping, {key: value}" },
  };
  static const char nul[] = HEAD "id: a\0b\n";
  g_autoptr (GError) error = NULL;

  check_bad (rows, G_N_ELEMENTS (rows));
  g_assert_null (parse (nul, sizeof nul - 1, &error));
  g_assert_cmpstr (error->message, ==, "r.yaml:3:6: the control character U+0000 is not allowed "
                                       "here (write \"\\x..\" in double quotes)");
}

/* Whatever words this libyaml has for it. */
static void
test_tab (void)
{
  const char *text = HEAD "id: a\n\ttitle: T\n";
  g_autoptr (GError) error = NULL;

  g_assert_null (parse (text, strlen (text), &error));
  g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
  g_assert_true (g_str_has_prefix (error->message, "r.yaml:4:1: found "));
}

/* Every text of a message comes from the rule file: it is shown, it does not act. */
static void
test_printable (void)
{
  const char *text = HEAD WHO "\"a\\e]0;x\\a\": 1\n" DO;
  g_autoptr (GError) error = NULL;

  g_assert_null (parse (text, strlen (text), &error));
  g_assert_cmpstr (error->message, ==, "r.yaml:7:1: rule 'a' does not know 'a\\x1b]0;x\\x07'");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rule-parse/every-field", test_every_field);
  g_test_add_func ("/rule-parse/defaults", test_defaults);
  g_test_add_func ("/rule-parse/no-rules", test_no_rules);
  g_test_add_func ("/rule-parse/source", test_source);
  g_test_add_func ("/rule-parse/bad-version", test_bad_version);
  g_test_add_func ("/rule-parse/bad-head", test_bad_head);
  g_test_add_func ("/rule-parse/bad-params", test_bad_params);
  g_test_add_func ("/rule-parse/bad-body", test_bad_body);
  g_test_add_func ("/rule-parse/bad-text", test_bad_text);
  g_test_add_func ("/rule-parse/tab", test_tab);
  g_test_add_func ("/rule-parse/printable", test_printable);
  return g_test_run ();
}
