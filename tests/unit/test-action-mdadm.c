/* SPDX-License-Identifier: GPL-2.0-or-later
 * What is done to a text is in test-md; here is which files it is done to.
 */
#include <config.h>

#include "test-action.h"

#define STEP "mdadm: [/etc/mdadm.conf, /etc/mdadm/*.conf]"

static void
test_files (void)
{
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (V2vDraft) draft = NULL;

  tree_write (tree, "/etc/mdadm.conf", "DEVICE\n  /dev/nvme1n1\n  /dev/nvme2n1\n");
  tree_write (tree, "/etc/mdadm/mdadm.conf",
              "ARRAY /dev/md0\n\tUUID=a:b:c:d # data\n\n\tdevices=/dev/xvdf,/dev/xvdg");
  tree_write (tree, "/etc/mdadm/other.conf", "DEVICE partitions\n  /dev/nvme1n1\n");
  tree_write (tree, "/etc/mdadm/mdadm.conf.bak", "DEVICE /dev/nvme1n1\n");
  draft = assert_step (tree, STEP, "~ /etc/mdadm.conf\n~ /etc/mdadm/mdadm.conf\n", NULL);
  assert_draft_text (draft, "/etc/mdadm.conf",
                     "DEVICE partitions\n  /dev/nvme1n1\n  /dev/nvme2n1\n");
  assert_draft_text (draft, "/etc/mdadm/mdadm.conf",
                     "ARRAY /dev/md0\n\tUUID=a:b:c:d # data\n\n");
}

static void
test_none (void)
{
  g_autoptr (Tree) tree = tree_new ();
  g_autoptr (V2vDraft) draft = NULL;

  tree_mkdir (tree, "/etc/mdadm");
  draft = assert_step (tree, STEP, "", NULL);
}

static void
test_refused (void)
{
  g_autoptr (Tree) tree = tree_new ();

  assert_parse_error ("mdadm: {}", "file");
  assert_parse_error ("mdadm: {file: /etc/mdadm.conf, device: x}", "device");
  assert_parse_error ("mdadm: etc/mdadm.conf", "etc/mdadm.conf");
  tree_mkdir (tree, "/etc/mdadm.conf");
  assert_step_refused (tree, STEP, "/etc/mdadm.conf");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/action/mdadm/files", test_files);
  g_test_add_func ("/action/mdadm/none", test_none);
  g_test_add_func ("/action/mdadm/refused", test_refused);
  return g_test_run ();
}
