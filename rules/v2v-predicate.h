/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-predicate.h - what a predicate supplies: one row in the table of predicates
 */
#pragma once

#include "v2v-args.h"
#include "v2v-context.h"

G_BEGIN_DECLS

typedef struct {
  const char *name;      /* "unit", as rule files write it */
  const char *shorthand; /* the key that a bare scalar stands for */
  const char *summary;   /* a line for the generated page */
  /* The arguments as the predicate's own data; NULL with @error at its place. */
  gpointer (*parse) (V2vArgs *args, GError **error);
  void (*free) (gpointer data);
  /**
   * Reads facts and the draft.  @out_seen: (transfer full): the value that decided, in
   * words for a person, always set.  CANNOT_TELL when a fact is unknown or a file could
   * not be read (%V2V_ERROR_REFUSED), with the reason in @out_seen.
   *
   * Returns: FALSE with @error only when nothing can be read any more (cancelled, the
   * appliance died).
   */
  gboolean (*test) (gconstpointer data, V2vRuleContext *context, V2vTruth *out_truth,
                    char **out_seen, GError **error);
  /* (nullable): adds the paths, without wildcards, that test() will look at, so that all
   * can be fetched together. */
  void (*add_paths) (gconstpointer data, GPtrArray *paths);
} V2vPredicateOps;

/* (transfer none) (nullable) */
const V2vPredicateOps *v2v_predicate_find (const char *name);
/* (transfer none): all rows, NULL-terminated. */
const V2vPredicateOps *const *v2v_predicates (void);

G_END_DECLS
