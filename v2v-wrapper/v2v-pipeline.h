/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-pipeline.h - the steps of a run, in order
 */
#pragma once

#include <glib.h>

#include "v2v-cancel.h"
#include "v2v-console.h"
#include "v2v-guest.h"
#include "v2v-plan.h"
#include "v2v-request.h"
#include "v2v-source.h"
#include "v2v-verdict.h"

G_BEGIN_DECLS

typedef struct {
  const V2vRequest *request;
  V2vSource *source;   /* disks with path and format */
  V2vConsole *console;
  V2vCancel *cancel;
  gboolean pod;        /* names of the outputs as the pod's controller reads them */
} V2vPipelineArgs;

/**
 * v2v_pipeline_convert:
 *
 * load the rules -> check -> open the transaction -> inspect and first rules -> engine ->
 * inspect again and the other rules -> describe -> commit -> publish.  Until the commit begins, a failure leaves the disks
 * as they were.  An earlier run's unfinished commit is finished first, and then only
 * described.
 */
gboolean v2v_pipeline_convert (const V2vPipelineArgs *args, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_pipeline_describe:
 *
 * --skip-guest-conversion and "emit": reads the disks (unless --no-inspect) and writes
 * the descriptions.  The disks are only ever opened for reading.
 */
gboolean v2v_pipeline_describe (const V2vPipelineArgs *args, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_pipeline_inspect:
 *
 * Returns: (transfer full): the facts, read-only.
 */
V2vGuest *v2v_pipeline_inspect (const V2vPipelineArgs *args, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_pipeline_verify:
 *
 * Would the guest on the disks boot on virtio, and could it be reached?  Read-only.
 *
 * Returns: (transfer full): the verdict, also when checks failed
 */
V2vVerdict *v2v_pipeline_verify (const V2vPipelineArgs *args, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_pipeline_plan:
 * @explain: conditions of every rule, also of those that are off
 * @out_plan: (out) (transfer full)
 * @out_guest: (out) (transfer full): the facts
 *
 * What the rules would do, on a draft; the disks are only ever opened for reading.
 */
gboolean v2v_pipeline_plan (const V2vPipelineArgs *args, gboolean explain,
                            V2vPlan **out_plan, V2vGuest **out_guest, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
