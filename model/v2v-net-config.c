/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-net-config.c - which network cards a configuration is for
 */
#include <config.h>

#include <fnmatch.h>
#include <string.h>

#include "v2v-guest.h"

#define DRIVER "virtio_net"

gboolean
v2v_net_config_takes_virtio (const V2vNetConfig *row)
{
  gboolean negated = row->driver != NULL && row->driver[0] == '!';
  g_auto (GStrv) words = NULL;

  if (row->driver == NULL)
    return TRUE;
  words = g_strsplit_set (row->driver + negated, " \t", -1);
  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0' && fnmatch (words[i], DRIVER, 0) == 0)
      return !negated;
  return negated;
}
