/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-command.h - the subcommands: a table of verbs
 */
#pragma once

#include <glib.h>

#include "v2v-cancel.h"

G_BEGIN_DECLS

typedef struct {
  const char *name;
  const char *usage;   /* "convert [OPTION...] DISK..." */
  const char *summary; /* a line for the overview */
  gboolean (*run) (char **argv, V2vCancel *cancel, GError **error);
} V2vCommand;

/* (transfer none) (nullable) */
const V2vCommand *v2v_command_find (const char *name);

/* The overview of all commands, as --help prints it. (transfer full) */
char *v2v_command_help (void) G_GNUC_WARN_UNUSED_RESULT;

/* What a call without a command does in a conversion pod. */
gboolean v2v_command_pod (char **argv, V2vCancel *cancel, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
