/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-engine-messages.h - what virt-v2v says, in words that help
 */
#pragma once

#include <glib.h>

#include "v2v-error.h"

G_BEGIN_DECLS

/**
 * v2v_message_explain_failure:
 * @text: an error message of virt-v2v or of a tool below it, any length
 * @out_code: (out): what the user can do about it
 *
 * Returns: (transfer full) (nullable): one sentence; %NULL when no row of the table
 * matches.
 */
char *v2v_message_explain_failure (const char *text, V2vErrorCode *out_code)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_message_translate_warning:
 * @text: a warning of virt-v2v, without its "warning:"
 *
 * Returns: (transfer full) (nullable): what to tell the user, a row's words or @text on
 * one line; %NULL for one that is known to mean nothing here.
 */
char *v2v_message_translate_warning (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
