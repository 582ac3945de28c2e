/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-context.c - what conditions and actions may look at while rules run
 */
#include <config.h>

#include "v2v-context.h"

void
v2v_rule_context_warn (V2vRuleContext *context, const char *format, ...)
{
  va_list ap;

  va_start (ap, format);
  g_ptr_array_add (context->warnings, g_strdup_vprintf (format, ap));
  va_end (ap);
}

void
v2v_rule_context_note (V2vRuleContext *context, const char *format, ...)
{
  va_list ap;

  if (context->notes == NULL)
    return;
  va_start (ap, format);
  g_ptr_array_add (context->notes, g_strdup_vprintf (format, ap));
  va_end (ap);
}
