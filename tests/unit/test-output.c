/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <glib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "v2v-output.h"

static guint
count_files (const char *dir)
{
  g_autoptr (GDir) d = g_dir_open (dir, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (d) != NULL)
    n++;
  return n;
}

static void
test_publish (void)
{
  g_autofree char *base = g_dir_make_tmp ("v2v-output-XXXXXX", NULL);
  g_autofree char *dir = g_build_filename (base, "a", "b", NULL);
  g_autofree char *file = g_build_filename (dir, "vm.yaml", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vOutput) output = v2v_output_new (dir, &error);
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  g_assert_true (v2v_output_add (output, "vm.yaml", "one\n", &error));
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
  g_assert_true (v2v_output_add (output, "vm.yaml", "two\n", &error));
  g_assert_true (v2v_output_publish (output, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "two\n");
  g_assert_cmpuint (v2v_output_paths (output)->len, ==, 1);
  g_assert_cmpuint (count_files (dir), ==, 1);
}

static void
test_discard (void)
{
  g_autofree char *dir = g_dir_make_tmp ("v2v-output-XXXXXX", NULL);
  g_autoptr (V2vOutput) output = v2v_output_new (dir, NULL);

  g_assert_true (v2v_output_add (output, "vm.yaml", "one\n", NULL));
  g_clear_pointer (&output, v2v_output_free);
  g_assert_cmpuint (count_files (dir), ==, 0);
}

static void
test_unwritable (void)
{
  g_autofree char *base = g_dir_make_tmp ("v2v-output-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (base, "file", NULL);
  g_autofree char *below = g_build_filename (file, "dir", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vOutput) output = NULL;

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  output = v2v_output_new (below, &error);
  g_assert_null (output);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_STORAGE);
  g_clear_error (&error);
  /* /proc takes no files, whoever asks. */
  output = v2v_output_new ("/proc", &error);
  g_assert_null (output);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_STORAGE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/output/publish", test_publish);
  g_test_add_func ("/output/discard", test_discard);
  g_test_add_func ("/output/unwritable", test_unwritable);
  return g_test_run ();
}
