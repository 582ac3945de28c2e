/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-condition.h - "when": predicates joined by all, any and not
 */
#pragma once

#include "v2v-args.h"
#include "v2v-context.h"

G_BEGIN_DECLS

typedef struct _V2vCondition V2vCondition;

/**
 * v2v_condition_parse:
 * @node: a mapping (each key a predicate, all of them must hold) or a list of
 *   conditions (all); "all", "any" take a list or mapping, "not" a condition
 *
 * Returns: (transfer full): or %NULL with %V2V_ERROR_USAGE "FILE:LINE:COLUMN: ..."
 */
V2vCondition *v2v_condition_parse (const V2vYamlNode *node, const V2vArgsScope *scope,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
void v2v_condition_free (V2vCondition *condition); /* NULL is allowed */

/**
 * v2v_condition_test:
 *
 * Evaluates every leaf, decided or not, so that "explain" can show all of them.
 *
 * Returns: (transfer full): the tree with truth and what was seen; %NULL with @error
 * only when nothing can be read any more
 */
V2vConditionResult *v2v_condition_test (const V2vCondition *condition,
                                        V2vRuleContext *context, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* The literal paths that the predicates will look at. */
void v2v_condition_add_paths (const V2vCondition *condition, GPtrArray *paths);

/**
 * v2v_condition_only_package:
 *
 * TRUE when every way to meet the condition takes a "package", and nothing else tells of
 * the thing that the rule is about: such a rule is silent on every guest whose package
 * database cannot be read.  os, distro, family, version, arch, source and option tell
 * nothing of it, since guests of a family share them; nor does what stands under "not".
 *
 *   {os: linux, package: x}                    yes
 *   {any: [{package: x}, {package: y}]}        yes
 *   {any: [{package: x}, {path: /usr/bin/x}]}  no
 *   [{path: /etc/x}, {package: x}]             no
 *   {not: {package: x}}                        no
 */
gboolean v2v_condition_only_package (const V2vCondition *condition);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vCondition, v2v_condition_free)

G_END_DECLS
