/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-ruleset.h - rules from YAML files, checked, merged and put in order
 */
#pragma once

#include "v2v-action.h"
#include "v2v-condition.h"
#include "v2v-plan.h"

G_BEGIN_DECLS

#define V2V_RULES_MAX 1000            /* in a set */
#define V2V_STEPS_MAX 100             /* in a rule */
#define V2V_RULE_FILES_MAX 200        /* in a set */
#define V2V_RULES_SIZE_MAX (4 * 1024 * 1024) /* bytes of all files of a set */

typedef struct {
  const V2vActionOps *ops;
  gpointer data;   /* of ops */
  char *where;     /* FILE:LINE:COLUMN */
} V2vStep;

typedef struct {
  char *name;
  char *value;      /* after --param */
  char *description;
} V2vParam;

typedef struct {
  char *id, *title, *why;
  V2vPhase phase;
  gboolean enabled;
  gboolean warn_on_error; /* on-error: warn */
  char *where;            /* FILE:LINE */
  char *overrides;        /* FILE:LINE of the rule that this one replaces; NULL */
  char *changed_by;       /* FILE:LINE of the document that set enabled or params; NULL */
  char *text;             /* the document as it stands in the file */
  GPtrArray *params;      /* V2vParam */
  V2vCondition *when;     /* NULL = always */
  GPtrArray *steps;       /* V2vStep */
} V2vRule;

typedef struct _V2vRuleset V2vRuleset;

typedef struct {
  const char *const *directories; /* later ones override by id; NULL-terminated */
  const char *const *enable;      /* ids; NULL-terminated or NULL */
  const char *const *disable;
  const char *const *params;      /* "NAME=VALUE" or "RULE.NAME=VALUE" */
} V2vRulesetArgs;

/**
 * v2v_ruleset_load:
 *
 * Reads *.yaml and *.yml of each directory, sorted by name; hidden names are skipped,
 * links followed (a mounted ConfigMap is links into ..data).  Checks everything that can
 * be checked without a guest, also of rules that are replaced or off.
 *
 * A rule of a later directory replaces the one with its id wholly and runs at the place
 * of that one (file name, position), in its own phase.  A document of nothing but "id",
 * "enabled" and "params" (names and values) changes that rule.
 *
 * Returns: (transfer full): or %NULL with %V2V_ERROR_USAGE: not YAML, an unknown key or
 * word, a wrong type, an id twice in one directory, an id of @enable, @disable or
 * @params that no rule has
 */
V2vRuleset *v2v_ruleset_load (const V2vRulesetArgs *args, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;
void v2v_ruleset_free (V2vRuleset *ruleset); /* NULL is allowed */

/* (transfer none) (element-type V2vRule): in the order in which they run: by phase, file
 * name, directory, position */
GPtrArray *v2v_ruleset_rules (const V2vRuleset *ruleset);
/* (transfer none) (nullable) */
const V2vRule *v2v_ruleset_find (const V2vRuleset *ruleset, const char *id);

/* (transfer full): one of each literal path that an enabled rule may look at, sorted,
 * NULL-terminated. */
char **v2v_ruleset_dup_paths (const V2vRuleset *ruleset) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_ruleset_run:
 * @phases: bit 1 << phase for each phase to run
 * @explain: for people who ask why: the condition of a rule that is off is evaluated too,
 *   and a step that is refused ends only its own rule (%V2V_OUTCOME_FAILED)
 * @plan: a row for each rule is appended, up to the one that failed; it owns what the
 *   rule warned of
 *
 * Each rule: condition, then its steps in a savepoint, all or nothing.  What a step
 * warned of is dropped when it is taken back.
 *
 * Returns: %FALSE with @error naming the rule: a step failed (nothing of the rule was
 * kept), the condition could not be read at all, "refuse" (%V2V_ERROR_REFUSED), cancelled
 */
gboolean v2v_ruleset_run (const V2vRuleset *ruleset, V2vRuleContext *context, guint phases,
                          gboolean explain, V2vPlan *plan, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vRuleset, v2v_ruleset_free)

G_END_DECLS
