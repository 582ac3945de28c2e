/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-actions.c - the table of actions: a new one is a file in actions/ and a row here
 */
#include <config.h>

#include "v2v-action.h"

static const V2vActionOps *const table[] = {
  NULL,
};

const V2vActionOps *const *
v2v_actions (void)
{
  return table;
}

const V2vActionOps *
v2v_action_find (const char *name)
{
  for (guint i = 0; table[i] != NULL; i++) {
    if (g_str_equal (table[i]->name, name))
      return table[i];
  }
  return NULL;
}
