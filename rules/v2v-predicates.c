/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-predicates.c - the table of predicates: a new one is a file in predicates/ and a row here
 */
#include <config.h>

#include "v2v-predicate.h"

static const V2vPredicateOps *const table[] = {
  NULL,
};

const V2vPredicateOps *const *
v2v_predicates (void)
{
  return table;
}

const V2vPredicateOps *
v2v_predicate_find (const char *name)
{
  for (guint i = 0; table[i] != NULL; i++) {
    if (g_str_equal (table[i]->name, name))
      return table[i];
  }
  return NULL;
}
