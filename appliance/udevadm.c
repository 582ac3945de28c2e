/* SPDX-License-Identifier: GPL-2.0-or-later
 * udevadm.c - stands in for udevadm in our appliance, which has no udevd
 *
 * guestfsd calls "udevadm settle" after nearly every operation that could change devices.
 * Device nodes are there at once, devtmpfs makes them; the one thing left to do is
 * what libdm leaves undone.  Other commands have nothing to talk to, and succeed.
 */
#include "device.h"

int
main (void)
{
  device_settle ();
  return 0;
}
