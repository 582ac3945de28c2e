/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-engine-output.h - follow what virt-v2v prints while it runs
 */
#pragma once

#include <glib.h>

#include "v2v-engine.h"

G_BEGIN_DECLS

/* The option that makes virt-v2v print each message as one line of JSON, typed and
 * whole, besides the text for people. */
#define V2V_ENGINE_OUTPUT_OPTION "--machine-readable=stream:stdout"

typedef struct _V2vEngineOutput V2vEngineOutput;

/**
 * v2v_engine_output_new:
 * @observer: (nullable): gets each line once, and each warning
 * @report: gets warnings when @observer has nobody for them
 */
V2vEngineOutput *v2v_engine_output_new (const V2vObserver *observer, V2vReport *report)
  G_GNUC_WARN_UNUSED_RESULT;
void v2v_engine_output_free (V2vEngineOutput *output); /* NULL is allowed */

/* A V2vLineFunc; @output is the V2vEngineOutput. */
void v2v_engine_output_line (const char *line, gboolean is_stderr, gpointer output);

/**
 * v2v_engine_output_fail:
 * @label: "virt-v2v 2.2.0"
 * @exit_status: as in V2vProcessResult, not 0
 *
 * Says in one sentence why the run failed.
 *
 * Returns: always %FALSE, with @error set
 */
gboolean v2v_engine_output_fail (V2vEngineOutput *output, const char *label,
                                 int exit_status, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vEngineOutput, v2v_engine_output_free)

G_END_DECLS
