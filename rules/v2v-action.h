/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-action.h - what an action supplies: one file in actions/, one row in the table
 */
#pragma once

#include "v2v-args.h"
#include "v2v-context.h"

G_BEGIN_DECLS

typedef struct {
  const char *name;      /* "service", as rule files write it */
  const char *shorthand; /* the key that a bare scalar or list stands for; NULL = none */
  const char *summary;   /* a line for the generated page */
  gpointer (*parse) (V2vArgs *args, GError **error);
  void (*free) (gpointer data);
  /**
   * Edits the draft.  An edit that would change nothing is none: applied twice is
   * applied once.  A file that is not there is no error unless the action is about
   * creating it.  What the user should know goes to v2v_rule_context_warn().
   *
   * Returns: FALSE with @error: nothing of the rule is kept; the run is given up unless
   * the rule says on-error: warn and the code is %V2V_ERROR_REFUSED.
   */
  gboolean (*apply) (gconstpointer data, V2vRuleContext *context, GError **error);
  /* (nullable): as in #V2vPredicateOps */
  void (*add_paths) (gconstpointer data, GPtrArray *paths);
} V2vActionOps;

/* (transfer none) (nullable) */
const V2vActionOps *v2v_action_find (const char *name);
/* (transfer none): all rows, NULL-terminated. */
const V2vActionOps *const *v2v_actions (void);

G_END_DECLS
