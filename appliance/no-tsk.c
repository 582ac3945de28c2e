/* SPDX-License-Identifier: GPL-2.0-or-later
 * no-tsk.c - The Sleuth Kit, as our appliance has it: not at all
 *
 * guestfsd is linked with it for calls that look for deleted files, which v2v-wrapper never
 * makes; with it come three dozen libraries (curl, LDAP, Kerberos, GnuTLS, C++), and loading
 * them is half of what guestfsd takes to start.  Whoever makes such a call is told the
 * truth.  The names and what means failure: The Sleuth Kit's API documentation.
 */
#include <stddef.h>
#include <stdint.h>

const char *
tsk_error_get (void)
{
  return "The Sleuth Kit is not in this appliance";
}

uint32_t
tsk_error_get_errno (void)
{
  return 0;
}

void *
tsk_img_open (void)
{
  return NULL;
}

void *
tsk_fs_open_img (void)
{
  return NULL;
}

uint8_t
tsk_fs_dir_walk (void)
{
  return 1;
}

void
tsk_img_close (void)
{
}

void
tsk_fs_close (void)
{
}
