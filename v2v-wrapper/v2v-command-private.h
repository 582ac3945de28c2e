/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-command-private.h - what the files of subcommands share
 */
#pragma once

#include "v2v-command.h"
#include "v2v-options.h"
#include "v2v-pipeline.h"
#include "v2v-pod.h"

G_BEGIN_DECLS

typedef gboolean (*V2vCommandWork) (const V2vPipelineArgs *args, GError **error);

/* What every command on disks does first: reads its input, then hands it to @work. */
gboolean v2v_command_with_source (const V2vOptions *options, const V2vPod *pod,
                                  V2vConsole *console, V2vCancel *cancel,
                                  V2vCommandWork work, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* Writes the result to standard output. */
gboolean v2v_command_print (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* --verbose: the programs that are run go to the log. */
void v2v_command_log_programs (const V2vRequest *request);

gboolean v2v_command_plan (char **argv, V2vCancel *cancel, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;
gboolean v2v_command_explain (char **argv, V2vCancel *cancel, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;
gboolean v2v_command_rules (char **argv, V2vCancel *cancel, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
