/* SPDX-License-Identifier: GPL-2.0-or-later
 * version.c - prints the version of the installed libguestfs, for scripts/build-appliance
 */
#include <guestfs.h>
#include <inttypes.h>
#include <stdio.h>

int
main (void)
{
  guestfs_h *g = guestfs_create_flags (GUESTFS_CREATE_NO_ENVIRONMENT);
  struct guestfs_version *v = g != NULL ? guestfs_version (g) : NULL;

  if (v == NULL)
    return 1;
  printf ("%" PRIi64 ".%" PRIi64 ".%" PRIi64 "\n", v->major, v->minor, v->release);
  guestfs_free_version (v);
  guestfs_close (g);
  return 0;
}
