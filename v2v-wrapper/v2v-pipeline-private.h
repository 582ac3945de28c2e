/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-pipeline-private.h - what the steps of a run share
 */
#pragma once

#include "v2v-appliance.h"
#include "v2v-engine-litter.h"
#include "v2v-engine.h"
#include "v2v-output.h"
#include "v2v-pipeline.h"
#include "v2v-report.h"
#include "v2v-rules.h"
#include "v2v-target.h"
#include "v2v-transaction.h"
#include "v2v-verdict.h"

G_BEGIN_DECLS

typedef struct {
  const V2vPipelineArgs *args;
  V2vReport *report;
  V2vOutput *output;
  V2vTransaction *tx;
  V2vGuest *before;        /* facts as the disks came */
  V2vGuest *after;         /* facts of what will be committed */
  V2vTarget *target;
  const V2vEngine *engine;
  char *engine_label;      /* "virt-v2v 2.2.0" */
  V2vSnapshot *snapshot;   /* what the engine must leave alone; NULL = not Linux */
  V2vRuleset *ruleset;     /* loaded before a disk is opened; NULL = describing only */
  GHashTable *options;     /* of the rules */
  V2vPlan *plan;           /* what the rules came to; NULL = no rules ran */
  GThread *comparing;      /* has the changes of the plan for itself; NULL = nobody does */
  V2vVerdict *verdict;     /* what verify/ found; NULL = not asked */
  gboolean explain;        /* as v2v_ruleset_run() has it */
  gboolean resumed;        /* an earlier run's commit was finished */
} V2vRun;

/**
 * v2v_run_inspect:
 * @overlays: (nullable): what to open instead of the source's disks
 * @read_only: open and mount read-only
 * @visit: (nullable): called with the guest still mounted
 *
 * Launches one appliance, reads the facts, lets @visit look or write, and closes it.
 * Each boot is counted in the report.
 *
 * Returns: (transfer full): the facts, or %NULL with @error.
 */
typedef gboolean (*V2vVisitFunc) (V2vRun *run, V2vAppliance *appliance, V2vFs *fs,
                                  V2vGuest *guest, GError **error);
V2vGuest *v2v_run_inspect (V2vRun *run, gboolean overlays, gboolean read_only,
                           const char *stage, V2vVisitFunc visit, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_run_verify:
 * @guest: the system that was converted, as the same appliance saw it before
 *
 * Unmounts everything, forgets what the appliance has cached, mounts read-only and reads
 * all facts anew into run->after: what will be committed is judged, not what was meant.
 * FALSE with %V2V_ERROR_REFUSED when the verdict is that it would not boot.
 */
gboolean v2v_run_verify (V2vRun *run, V2vAppliance *appliance, const V2vGuest *guest,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Lets verify/ judge a guest for the machine that it will run on: run->verdict. */
gboolean v2v_run_judge (V2vRun *run, V2vFs *fs, const V2vGuest *guest, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* Tells the verdict; FALSE with %V2V_ERROR_REFUSED when a check failed. */
gboolean v2v_run_accept (V2vRun *run, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The steps that change the guest (v2v-steps.c): inspect, choose the engine and do all
 * that needs no engine of its own; the engine; what comes after it. */
gboolean v2v_step_begin (V2vRun *run, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean v2v_step_engine (V2vRun *run, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean v2v_step_finish (V2vRun *run, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Rules on a draft that is thrown away: run->plan. */
gboolean v2v_step_plan (V2vRun *run, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The verdict on the disks as they are: run->verdict. */
gboolean v2v_step_judge (V2vRun *run, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Starts to compare what the plan changed line by line, for the report; and waits for it,
 * before anybody else asks or the plan grows.  Without a start there is nothing to wait for. */
void v2v_run_compare (V2vRun *run);
void v2v_run_compared (V2vRun *run);

/* Works out the target from run->after (or none) and writes the outputs under
 * temporary names. */
gboolean v2v_run_describe (V2vRun *run, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Writes the report (again), under its temporary name. */
gboolean v2v_run_write_report (V2vRun *run, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Gives the outputs their names and says which they are. */
gboolean v2v_run_publish (V2vRun *run, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What was added to the report since there were @from; what rules did. */
void v2v_say_warnings (V2vRun *run, guint from);
void v2v_say_changes (V2vRun *run, guint from);
void v2v_say_rules (V2vRun *run, const V2vPlan *plan);

/* Warns of RAID arrays that run without a member. */
void v2v_say_arrays (V2vRun *run, const V2vGuest *guest);

/* Warnings of the report and target, to the console, each once. */
void v2v_run_warn (V2vRun *run, const char *text);

void v2v_run_clear (V2vRun *run);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (V2vRun, v2v_run_clear)

G_END_DECLS
