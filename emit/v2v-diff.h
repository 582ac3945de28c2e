/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-diff.h - the lines in which two texts differ, as diff(1) shows them
 */
#pragma once

#include <glib.h>

#include "v2v-error.h"
#include "v2v-plan.h"

G_BEGIN_DECLS

/* Texts longer than this, or with NUL bytes, are not compared line by line. */
#define V2V_DIFF_MAX (1024 * 1024)

/**
 * v2v_diff_lines:
 * @before: (nullable): %NULL = nothing was there
 * @after: (nullable): %NULL = nothing is left
 *
 * A unified diff with two lines around each change, without the file header; every
 * line is printable and at most 4096 bytes long.  diff(1) does the work, on files in a
 * private directory; an @-line names no function.
 *
 * Returns: (transfer full) (element-type utf8): the lines; empty when the bytes are the
 * same; %NULL without an error when they cannot be shown as lines (size, NUL bytes)
 */
GPtrArray *v2v_diff_lines (GBytes *before, GBytes *after, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_diff_change:
 * @change: keeps the answer
 * @out_lines: (transfer none) (nullable): as v2v_diff_lines() of its two states
 */
gboolean v2v_diff_change (V2vFileChange *change, const GPtrArray **out_lines, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
