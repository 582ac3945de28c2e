/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-emit-verdict.h - what verify/ found, for people and for programs
 */
#pragma once

#include "v2v-json.h"
#include "v2v-verdict.h"

G_BEGIN_DECLS

/**
 * v2v_emit_verdict_text:
 *
 * A line for each check that failed or warns, failures first, then how many passed and were
 * skipped.
 *
 * Returns: (transfer full): printable text
 */
char *v2v_emit_verdict_text (const V2vVerdict *verdict) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): every row with its evidence. */
char *v2v_emit_verdict_json (const V2vVerdict *verdict) G_GNUC_WARN_UNUSED_RESULT;

/* The same members put into @object. */
void v2v_verdict_to_json (JsonObject *object, const V2vVerdict *verdict);

G_END_DECLS
