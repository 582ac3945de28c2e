/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-action-message.c - warn: tell the user something; refuse: and end the run
 */
#include <config.h>

#include "actions/v2v-actions-file.h"

static gpointer
message_parse (V2vArgs *args, GError **error)
{
  g_autofree char *text = NULL;

  if (!v2v_args_take_string (args, "text", TRUE, &text, error))
    return NULL;
  if (*g_strstrip (text) != '\0')
    return g_steal_pointer (&text);
  v2v_args_error_at (args, "text", error, "there is nothing in it");
  return NULL;
}

static gboolean
warn_apply (gconstpointer data, V2vRuleContext *context, GError **error)
{
  (void) error;
  v2v_rule_context_warn (context, "%s", (const char *) data);
  return TRUE;
}

static gboolean
refuse_apply (gconstpointer data, V2vRuleContext *context, GError **error)
{
  (void) context;
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED, "%s", (const char *) data);
  return FALSE;
}

const V2vActionOps v2v_action_warn_ops = {
  .name = "warn",
  .shorthand = "text",
  .summary = "tell the user something; nothing is changed",
  .parse = message_parse,
  .free = g_free,
  .apply = warn_apply,
};

const V2vActionOps v2v_action_refuse_ops = {
  .name = "refuse",
  .shorthand = "text",
  .summary = "end the run with this reason; nothing is changed",
  .parse = message_parse,
  .free = g_free,
  .apply = refuse_apply,
};
