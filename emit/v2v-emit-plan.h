/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-emit-plan.h - what the rules would change, for people and for programs
 */
#pragma once

#include "v2v-guest.h"
#include "v2v-json.h"
#include "v2v-plan.h"

#include "v2v-error.h"

G_BEGIN_DECLS

/**
 * v2v_emit_plan_text:
 *
 * By phase and rule: its title, why, and the diff of each file; then the rules that
 * matched and found all well, and those that did not match.
 *
 * Returns: (transfer full): printable text, or %NULL with @error (diff(1) failed)
 */
char *v2v_emit_plan_text (const V2vPlan *plan, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Only the rules that changed or said something: for the report of a conversion. */
char *v2v_emit_plan_changes_text (const V2vPlan *plan, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_emit_plan_json:
 * @guest: (nullable): who it is about
 *
 * "changes" is a list in the order in which the rules ran, empty on a converted disk;
 * "rules" a row for each rule with its outcome.
 *
 * Returns: (transfer full): or %NULL with @error
 */
char *v2v_emit_plan_json (const V2vPlan *plan, const V2vGuest *guest, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* The same members put into @object. */
gboolean v2v_plan_to_json (JsonObject *object, const V2vPlan *plan, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* For each rule its condition as a tree with what was seen. (transfer full) */
char *v2v_emit_explain_text (const V2vPlan *plan) G_GNUC_WARN_UNUSED_RESULT;
char *v2v_emit_explain_json (const V2vPlan *plan) G_GNUC_WARN_UNUSED_RESULT;

/* "create", "write", "remove", "disable", "link", "mkdir": in JSON and tests. */
const char *v2v_change_kind_name (const V2vFileChange *change);

G_END_DECLS
