/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-rules.h - the rules of one run: which, with which settings, and running them
 */
#pragma once

#include "v2v-request.h"
#include "v2v-ruleset.h"
#include "v2v-source.h"

G_BEGIN_DECLS

/* Phases as bits.  What virt-v2v stumbles over is put right before it runs; what it
 * writes anew (grub.cfg), and what it leaves to us, after.  A rule whose work it does
 * (drivers for the kernels that are there) says so: option: {name: engine, value: native}. */
#define V2V_PHASES_ALL ((1u << V2V_N_PHASES) - 1)
#define V2V_PHASES_BEFORE_ENGINE                                                             \
  (1u << V2V_PHASE_ACCESS | 1u << V2V_PHASE_STORAGE | 1u << V2V_PHASE_NETWORK)
#define V2V_PHASES_AFTER_ENGINE (V2V_PHASES_ALL & ~V2V_PHASES_BEFORE_ENGINE)

/* (transfer full): where the default rules are: V2V_DATADIR/rules (tests, ./run) or
 * where they were installed. */
char *v2v_rules_default_dir (void) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): the rules that a request asks for, checked. */
V2vRuleset *v2v_rules_load (const V2vRequest *request, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_rules_options:
 * @source: (nullable)
 *
 * What the predicate "option" can ask for: "mac" is "kept" when the description of the
 * source gives a MAC address to each network card, else "new"; "engine"; "agents";
 * "guest-agent".  And "initramfs", which the action of that name looks at.
 *
 * Returns: (transfer full) (element-type utf8 utf8)
 */
GHashTable *v2v_rules_options (const V2vRequest *request, const V2vSource *source)
  G_GNUC_WARN_UNUSED_RESULT;

typedef struct {
  const V2vRuleset *ruleset;
  const V2vGuest *guest;
  GHashTable *options;
  guint phases;
  gboolean explain; /* as v2v_ruleset_run() has it */
  gboolean write;     /* flush to the guest, with a record of what was done */
  V2vCancel *cancel;
} V2vRulesRun;

/**
 * v2v_rules_run:
 * @fs: the guest
 * @plan: rows are appended
 *
 * Runs rules on a draft of @fs and, with run->write, writes the draft and labels for what
 * it created.
 */
gboolean v2v_rules_run (const V2vRulesRun *run, V2vFs *fs, V2vPlan *plan, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
