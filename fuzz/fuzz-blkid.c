/* SPDX-License-Identifier: GPL-2.0-or-later
 * Labels, device names and paths as a guest can make them.
 */
#include <config.h>

#include <string.h>

#include "v2v-appliance-private.h"
#include "v2v-md.h"
#include "v2v-names.h"
#include "v2v-probe.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autofree char *plain = v2v_disks_unescape (text);
  g_autofree char *directory = NULL;
  g_autofree char *name = NULL;
  g_autoptr (V2vGuest) guest = v2v_guest_new ();
  g_autoptr (V2vProbe) probe = v2v_probe_parse (text, 1);
  guint disk;
  guint number;

  g_assert_true (probe == NULL || probe->disks->len == 1);
  g_assert_cmpuint (strlen (plain), <=, strlen (text));
  v2v_md_parse (text, guest);
  guest->root = g_strdup ("/dev/md0");
  (void) v2v_guest_root_array (guest);
  (void) v2v_guest_find_outside (guest, guest->root);
  (void) v2v_disks_parse_name (text, &disk, &number);
  (void) v2v_accel_cpu_can (text);
  if (text[0] == '/') {
    v2v_names_split (text, &directory, &name);
    g_assert_null (strchr (name, '/'));
    g_assert_cmpint (directory[0], ==, '/');
  }
  return 0;
}
