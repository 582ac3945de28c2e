/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-context.h - what conditions and actions may look at while rules run
 */
#pragma once

#include <glib.h>

#include "v2v-cancel.h"
#include "v2v-draft.h"
#include "v2v-guest.h"

G_BEGIN_DECLS

typedef struct {
  const V2vGuest *guest; /* facts as inspected, before any rule; never NULL */
  V2vDraft *draft;       /* the files; what a rule reads of the guest it reads here */
  GHashTable *options;   /* char* to char*: how this run was asked for, e.g. "mac" is
                          * "kept" or "new", "engine" is "virt-v2v", "initramfs" is
                          * "auto", "inject" or "keep"; never NULL */
  V2vCancel *cancel;     /* or NULL */
  GPtrArray *warnings;   /* char*: of the rule that is running; actions append */
  GPtrArray *notes;      /* char*: the same for what is no trouble; or NULL */
} V2vRuleContext;

void v2v_rule_context_warn (V2vRuleContext *context, const char *format, ...)
  G_GNUC_PRINTF (2, 3);
/* What the list of changes does not tell, or why there are none. */
void v2v_rule_context_note (V2vRuleContext *context, const char *format, ...)
  G_GNUC_PRINTF (2, 3);

G_END_DECLS
