/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-edit-shell.h - assignments in a text as the shell reads it
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Substitutions inside each other: "$(echo "$(...)")". */
#define V2V_SHELL_NEST_MAX 20

typedef enum {
  V2V_SHELL_PLAIN,    /* certain to run, and nothing but it changes the variable */
  V2V_SHELL_MAYBE,    /* inside if, case, a loop or function, behind && or || */
  V2V_SHELL_APPEND,   /* KEY+=value */
  V2V_SHELL_COMMAND,  /* KEY=value command: for that command only; another reader
                       * (systemd) takes all of the line */
  V2V_SHELL_ARRAY,    /* KEY=(...) */
} V2vShellKind;

typedef struct {
  V2vShellKind kind;
  gsize start, end;               /* of the value as it is written */
  gsize command_start, command_end; /* "export KEY=value" */
  guint words;                    /* in the command, without "export" */
  guint line;
} V2vShellAssignment;

/**
 * v2v_shell_find:
 * @out_found: (out) (transfer full) (element-type V2vShellAssignment): of @name, in order
 * @out_blocker: (out): the line that keeps a line at the end of the text from being run,
 *   or from being a line of its own; 0 = none
 *
 * Not a shell: words, quotes, substitutions, comments and what makes a command
 * conditional, enough to be certain where a variable is set.
 *
 * Returns: FALSE with %V2V_ERROR_REFUSED "line N: ..." for a quote that is never closed
 * and for here-documents
 */
gboolean v2v_shell_find (const char *text, const char *name, GArray **out_found,
                         guint *out_blocker, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full) (nullable): the value of a word; %NULL when the shell would put
 * something in it. */
char *v2v_shell_dup_literal (const char *word, gsize length) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): @value as a word, in the quotes of @old ("" = as needed) when they
 * can hold it. */
char *v2v_shell_quote (const char *value, const char *old, gsize old_length)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
