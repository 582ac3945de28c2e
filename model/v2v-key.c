/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-key.c - a passphrase for encrypted volumes, plain data
 */
#include <config.h>

#include "v2v-key.h"

#include <string.h>

V2vKey *
v2v_key_new (void)
{
  return g_new0 (V2vKey, 1);
}

void
v2v_key_free (V2vKey *key)
{
  if (key == NULL)
    return;
  if (key->secret != NULL)
    explicit_bzero (key->secret, strlen (key->secret));
  g_free (key->id);
  g_free (key->file);
  g_free (key->secret);
  g_free (key);
}

gboolean
v2v_key_is_for (const V2vKey *key, const char *device, const char *uuid)
{
  return g_str_equal (key->id, "all") || g_str_equal (key->id, device)
         || (uuid != NULL && g_ascii_strcasecmp (key->id, uuid) == 0);
}
