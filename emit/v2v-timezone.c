/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-timezone.c - Windows names of time zones
 */
#include <config.h>

#include "v2v-timezone.h"

#include <string.h>
#include <unicode/ucal.h>
#include <unicode/ustring.h>

#define NAME_MAX_BYTES 128 /* the registry key names are under 40 */

char *
v2v_timezone_from_windows (const char *name)
{
  UChar windows[NAME_MAX_BYTES + 1];
  UChar iana[NAME_MAX_BYTES];
  char utf8[NAME_MAX_BYTES];
  UErrorCode status = U_ZERO_ERROR;
  int32_t length;

  if (strlen (name) > NAME_MAX_BYTES)
    return NULL;
  u_strFromUTF8 (windows, G_N_ELEMENTS (windows), NULL, name, -1, &status);
  length = ucal_getTimeZoneIDForWindowsID (windows, -1, NULL, iana, G_N_ELEMENTS (iana),
                                           &status);
  if (U_FAILURE (status) || length <= 0 || length >= (int32_t) G_N_ELEMENTS (iana))
    return NULL;
  u_strToUTF8 (utf8, sizeof utf8, NULL, iana, length, &status);
  if (U_FAILURE (status) || status == U_STRING_NOT_TERMINATED_WARNING)
    return NULL;
  return g_strdup (utf8);
}
