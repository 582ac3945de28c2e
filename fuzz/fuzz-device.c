/* SPDX-License-Identifier: GPL-2.0-or-later
 * What the init of our appliance reads from a guest's disk.
 */
#include <config.h>

#include <glib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "device.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  int fd = memfd_create ("disk", MFD_CLOEXEC);
  g_autofree char *text = g_strndup ((const char *) data, size);
  char out[DEVICE_PATH_MAX];

  g_assert_cmpint (write (fd, data, size), ==, (gssize) size);
  (void) device_signatures (fd);
  close (fd);
  if (device_encode (data, size, out, sizeof out) == 0) {
    g_assert_null (strchr (out, '/'));
    g_assert_cmpint (out[0], !=, '.');
  }
  if (device_path_name (text, (int) size, out, sizeof out) == 0)
    g_assert_null (strchr (out, '/'));
  return 0;
}
