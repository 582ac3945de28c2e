/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-net-config.c - which network cards a configuration is for
 */
#include <config.h>

#include <fnmatch.h>
#include <string.h>

#include "v2v-guest.h"

#define DRIVER "virtio_net"

/* systemd.network(5), and what other readers have in common with it. */
static gboolean
takes_any (char **words, gboolean negated)
{
  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0' && fnmatch (words[i], DRIVER, 0) == 0)
      return !negated;
  return negated;
}

/* NetworkManager's setting "match": one of the elements, or of those with "|", and each with "&"
 * or "!", which turns it round; a backslash begins the pattern. */
static gboolean
takes_each (char **words)
{
  gboolean optional = FALSE;
  gboolean hit = FALSE;

  for (guint i = 0; words[i] != NULL; i++) {
    const char *p = words[i];
    gboolean mandatory = *p == '&' || *p == '!';
    gboolean inverted, matches;

    p += *p == '&' || *p == '|' ? 1 : 0;
    inverted = *p == '!';
    p += inverted ? 1 : 0;
    p += *p == '\\' ? 1 : 0;
    if (*words[i] == '\0')
      continue;
    matches = (fnmatch (p, DRIVER, 0) == 0) != inverted;
    if (mandatory && !matches)
      return FALSE;
    optional |= !mandatory;
    hit |= !mandatory && matches;
  }
  return hit || !optional;
}

gboolean
v2v_net_config_takes_virtio (const V2vNetConfig *row)
{
  gboolean negated = row->driver != NULL && row->driver[0] == '!';
  g_auto (GStrv) words = NULL;

  if (row->driver == NULL)
    return TRUE;
  if (g_strcmp0 (row->kind, "networkmanager") == 0) {
    words = g_strsplit_set (row->driver, " \t", -1);
    return takes_each (words);
  }
  words = g_strsplit_set (row->driver + negated, " \t", -1);
  return takes_any (words, negated);
}
