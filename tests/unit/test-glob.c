/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "test-tree.h"
#include "v2v-glob.h"

static void
test_match (void)
{
  static const struct {
    const char *pattern;
    const char *name;
    gboolean matches;
  } rows[] = {
    { "", "", TRUE },
    { "", "a", FALSE },
    { "a", "", FALSE },
    { "a", "a", TRUE },
    { "a", "A", FALSE },
    { "a", "ab", FALSE },
    { "*", "", TRUE },
    { "*", ".hidden", TRUE },
    { "*", "a/b", TRUE },
    { "**", "x", TRUE },
    { "a*", "a", TRUE },
    { "a*c", "abbbc", TRUE },
    { "a*c", "abbbcd", FALSE },
    { "*.rules", "75-persistent-net.rules", TRUE },
    { "*.rules", "75-persistent-net.rules.bak", FALSE },
    { "*a*b*c*", "xxaxxbxxcxx", TRUE },
    { "*a*b*c*", "xxaxxcxxbxx", FALSE },
    { "a?c", "abc", TRUE },
    { "a?c", "ac", FALSE },
    { "?", "\303\251", TRUE },         /* one character in UTF-8 */
    { "caf?", "caf\303\251", TRUE },
    { "caf?", "caf\351", TRUE },       /* and in Latin-1 */
    { "caf??", "caf\303\251", FALSE },
    { "[!a]x", "\303\251x", TRUE },
    { "[abc]", "b", TRUE },
    { "[abc]", "d", FALSE },
    { "[a-c]", "b", TRUE },
    { "[a-c]", "-", FALSE },
    { "[a-]", "-", TRUE },
    { "[-a]", "-", TRUE },
    { "[]a]", "]", TRUE },
    { "[!]a]", "]", FALSE },
    { "[!]a]", "b", TRUE },
    { "[^a]", "b", TRUE },
    { "[!a-c]", "b", FALSE },
    { "[*]", "*", TRUE },
    { "[*]", "x", FALSE },
    { "[", "[", TRUE },
    { "[a", "[a", TRUE },
    { "[!]", "[!]", TRUE },
    { "a[0-9]*z", "a7-z", TRUE },
    { "dev-sda\\x2d1.swap", "dev-sda\\x2d1.swap", TRUE },
    { "\\*", "\\abc", TRUE },
    { "policy-routes@*.service", "policy-routes@ens5.service", TRUE },
    { "policy-routes@*.service", "policy-routes@.service", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    if (v2v_glob_match (rows[i].pattern, rows[i].name) != rows[i].matches)
      g_error ("'%s' against '%s'", rows[i].pattern, rows[i].name);
  }
}

/* Naive backtracking needs 2^30 steps for it. */
static void
test_many_stars (void)
{
  g_autofree char *name = g_strnfill (100000, 'a');
  g_autoptr (GString) pattern = g_string_new (NULL);

  for (guint i = 0; i < 30; i++)
    g_string_append (pattern, "a*");
  g_string_append_c (pattern, 'b');
  g_assert_false (v2v_glob_match (pattern->str, name));
}

static void
test_any (void)
{
  static const char *const patterns[] = { "a*", "b", NULL };
  static const char *const none[] = { NULL };

  g_assert_true (v2v_glob_match_any (patterns, "b"));
  g_assert_true (v2v_glob_match_any (patterns, "abc"));
  g_assert_false (v2v_glob_match_any (patterns, "bc"));
  g_assert_false (v2v_glob_match_any (none, ""));
  g_assert_true (v2v_glob_has_wildcards ("/etc/[a]"));
  g_assert_false (v2v_glob_has_wildcards ("/etc/a\\b"));
}

/* @expected: paths joined by blanks */
static void
check (Tree *tree, const char *patterns, const char *expected)
{
  g_auto (GStrv) list = g_strsplit (patterns, " ", -1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) paths
    = v2v_glob_expand (tree->fs, (const char *const *) list, V2V_GLOB_MAX, &error);
  g_autofree char *joined = NULL;

  g_assert_no_error (error);
  g_assert_nonnull (paths);
  g_ptr_array_add (paths, NULL);
  joined = g_strjoinv (" ", (char **) paths->pdata);
  g_assert_cmpstr (joined, ==, expected);
}

static void
test_expand (void)
{
  g_autoptr (Tree) tree = tree_new ();

  tree_write (tree, "/etc/a.conf", "");
  tree_write (tree, "/etc/b.conf", "");
  tree_write (tree, "/etc/.hidden.conf", "");
  tree_write (tree, "/etc/sub/x.conf", "");
  tree_write (tree, "/etc/other/x.conf", "");
  tree_write (tree, "/etc/other/[y].conf", "");
  tree_write (tree, "/etc/.dir/x.conf", "");
  tree_link (tree, "/etc/dangling.conf", "/nowhere");
  tree_link (tree, "/etc/loop", "loop");
  tree_link (tree, "/etc/zlink", "sub");
  tree_link (tree, "/etc/up", "../../../../..");

  check (tree, "/etc/a.conf", "/etc/a.conf");
  check (tree, "/etc/none.conf", "");
  check (tree, "/etc/b.conf /etc/none /etc/a.conf", "/etc/b.conf /etc/a.conf");
  check (tree, "/etc/*.conf", "/etc/a.conf /etc/b.conf /etc/dangling.conf");
  check (tree, "/etc/.*.conf", "/etc/.hidden.conf");
  check (tree, "/etc/[.]hidden.conf", "");
  check (tree, "/etc/?hidden.conf", "");
  check (tree, "/etc/*/x.conf", "/etc/other/x.conf /etc/sub/x.conf /etc/zlink/x.conf");
  check (tree, "/*/*/x.conf", "/etc/other/x.conf /etc/sub/x.conf /etc/zlink/x.conf");
  check (tree, "/etc/other/[[]y].conf", "/etc/other/[y].conf");
  check (tree, "/e*/su[a-b]/*", "/etc/sub/x.conf");
  check (tree, "/*", "/etc");
  check (tree, "/etc/b.conf /etc/*.conf /etc/b.conf",
         "/etc/b.conf /etc/a.conf /etc/dangling.conf");
  check (tree, "/etc/a.conf/*", "");
  check (tree, "/etc/*/x.conf/*", "");
  check (tree, "/nowhere/*.conf", "");
  check (tree, "/etc/loop/*", "");
  check (tree, "/etc/dangling.conf", "/etc/dangling.conf");
  check (tree, "/etc/up/etc/a*", "/etc/up/etc/a.conf");
}

static void
refuse (Tree *tree, const char *pattern, guint max, const char *message)
{
  const char *const patterns[] = { pattern, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) paths = v2v_glob_expand (tree->fs, patterns, max, &error);

  g_assert_null (paths);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  g_assert_nonnull (strstr (error->message, message));
}

static void
test_caps (void)
{
  g_autoptr (Tree) tree = tree_new ();

  for (guint i = 0; i < 2050; i++) {
    g_autofree char *path = g_strdup_printf ("/d/%02u/%02u", i / 50, i % 50);

    tree_mkdir (tree, path);
  }
  refuse (tree, "/d/*", 40, "more than 40 paths");
  check (tree, "/d/*/none", "");
  check (tree, "/d/*/4[13]/none", "");
  refuse (tree, "/d/*/*", V2V_GLOB_MAX, "more than 2000 paths");
  check (tree, "/d/*/*/none", "");
}

/* A link to its own directory: wildcards must not walk for ever. */
static void
test_directory_cap (void)
{
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (GString) pattern = g_string_new (NULL);

  tree_mkdir (tree, "/d");
  tree_link (tree, "/d/a", ".");
  tree_link (tree, "/d/b", ".");
  g_string_append (pattern, "/d");
  for (guint i = 0; i < 20; i++)
    g_string_append (pattern, "/*");
  refuse (tree, pattern->str, V2V_GLOB_MAX, "more than 4000 directories");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/glob/match", test_match);
  g_test_add_func ("/glob/many-stars", test_many_stars);
  g_test_add_func ("/glob/any", test_any);
  g_test_add_func ("/glob/expand", test_expand);
  g_test_add_func ("/glob/caps", test_caps);
  g_test_add_func ("/glob/directory-cap", test_directory_cap);
  return g_test_run ();
}
