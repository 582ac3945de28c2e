/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>

#include "actions/v2v-action-modules.h"

static const struct {
  const char *name, *before, *after;
  guint changes, warnings;
} rows[] = {
  { "empty", "", "", 0, 0 },
  { "plain", "nvme\next4\n", "nvme\next4\n", 0, 0 },
  { "leading-blank", "nvme\n xen-blkfront\n", "nvme\nxen-blkfront\n", 1, 0 },
  { "leading-tab", "\tnvme\n", "nvme\n", 1, 0 },
  { "arguments", "  loop max_loop=8\n", "loop max_loop=8\n", 1, 0 },
  { "arguments-stay", "loop  max_loop=8 x#y\n", "loop  max_loop=8 x#y\n", 0, 0 },
  { "blank-comment", "   # a comment\n", "   # a comment\n", 0, 0 },
  { "blank-line", "\n \t\n", "\n \t\n", 0, 0 },
  { "comment-behind", "nvme # for EC2\n", "# for EC2\nnvme\n", 1, 0 },
  { "comment-at-word", "nvme#x\n", "#x\nnvme\n", 1, 0 },
  { "both", "  nvme  # x", "# x\nnvme", 1, 0 },
  { "no-newline", "nvme\n ena", "nvme\nena", 1, 0 },
  { "crlf", "nvme\r\n", "nvme\r\n", 0, 0 },
  { "crlf-blank", "\r\n", "\r\n", 0, 0 },
  { "slash", "/lib/x.ko\n", "/lib/x.ko\n", 0, 1 },
  { "comma", "a,b\n", "a,b\n", 0, 1 },
};

static void
test_row (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  g_autoptr (V2vReport) report = v2v_report_new ();
  g_autoptr (V2vReport) again = v2v_report_new ();
  g_autofree char *once = v2v_action_modules_rewrite (rows[i].before, report);
  g_autofree char *twice = v2v_action_modules_rewrite (once, again);

  g_assert_cmpstr (once, ==, rows[i].after);
  g_assert_cmpuint (report->changes->len, ==, rows[i].changes);
  g_assert_cmpuint (report->warnings->len, ==, rows[i].warnings);
  g_assert_cmpstr (twice, ==, once);
  g_assert_cmpuint (again->changes->len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *path = g_strdup_printf ("/action-modules/%s", rows[i].name);

    g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_row);
  }
  return g_test_run ();
}
