/* SPDX-License-Identifier: GPL-2.0-or-later
 * The input mode table of the design, row by row.
 */
#include <config.h>

#include <glib.h>
#include <string.h>

#include "v2v-mode.h"

static const struct {
  const char *what;
  V2vModeInput input;
  int want; /* -1: an error */
} rows[] = {
  { "flag disk beats a domain file",
    { .flag = "disk", .domain_file_exists = TRUE, .n_disks = 1 },
    V2V_MODE_DISK },
  { "flag libvirtxml beats disks", { .flag = "libvirtxml", .n_disks = 2 },
    V2V_MODE_LIBVIRTXML },
  { "domain file beats disks", { .domain_file_exists = TRUE, .n_disks = 1 },
    V2V_MODE_LIBVIRTXML },
  { "URL and in-place", { .libvirt_url = "esx://h", .in_place = TRUE, .n_disks = 1 },
    V2V_MODE_LIBVIRTXML },
  { "URL alone does not select", { .libvirt_url = "esx://h", .n_disks = 1 }, V2V_MODE_DISK },
  { "an empty URL does not select", { .libvirt_url = "", .in_place = TRUE, .n_disks = 1 },
    V2V_MODE_DISK },
  { "in-place alone does not select", { .in_place = TRUE, .n_disks = 1 }, V2V_MODE_DISK },
  { "nothing", { 0 }, -1 },
  { "unknown flag", { .flag = "ova", .n_disks = 1 }, -1 },
};

static void
test_rows (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_autofree char *reason = NULL;
    V2vMode mode = V2V_MODE_DISK;
    gboolean ok = v2v_mode_choose (&rows[i].input, &mode, &reason, &error);

    g_test_message ("%s", rows[i].what);
    if (rows[i].want < 0) {
      g_assert_false (ok);
      g_assert_error (error, V2V_ERROR, V2V_ERROR_USAGE);
    } else {
      g_assert_no_error (error);
      g_assert_cmpint ((int) mode, ==, rows[i].want);
      g_assert_cmpuint (strlen (reason), >, 0);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mode/rows", test_rows);
  return g_test_run ();
}
