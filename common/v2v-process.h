/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-process.h - run a helper program, bounded and stoppable
 */
#pragma once

#include <glib.h>

#include "v2v-cancel.h"

G_BEGIN_DECLS

/* One line of the child's output, without its newline, valid UTF-8 and free of
 * control characters, at most 4096 bytes. */
typedef void (*V2vLineFunc) (const char *line, gboolean is_stderr, gpointer user_data);

typedef struct {
  const char *const *argv;   /* argv[0] is looked up in PATH */
  const char *const *setenv; /* "NAME=VALUE" strings added to ours, or NULL */
  const char *cwd;           /* or NULL */
  const char *what;          /* for messages, "committing disk 1"; NULL = argv[0] */
  V2vLineFunc on_line;       /* or NULL */
  gpointer user_data;
  gsize max_output;          /* bytes of each stream to keep; 0 = 1 MiB */
  guint timeout_s;           /* 0 = none; the process group is killed after it */
  V2vCancel *cancel;         /* or NULL */
} V2vProcess;

typedef struct {
  int exit_status;  /* 0..255, or 128 + signal */
  char *out;        /* the last max_output bytes of standard output, NUL-ended */
  char *err;        /* the same of standard error */
} V2vProcessResult;

/**
 * v2v_process_run:
 *
 * Runs the program to its end.  Standard input is /dev/null, the child leads its
 * own process group, and dies with us (PR_SET_PDEATHSIG).  The caller's
 * thread must outlive the call, which it does by definition.
 *
 * When the program ends, what is left of its process group is killed; children that
 * still hold its output get three seconds to end by themselves.
 *
 * A program that ran and failed is not an error here: look at exit_status.
 * Errors: not installed (%V2V_ERROR_NOT_FOUND), timed out (%V2V_ERROR_STORAGE),
 * cancelled (the reason given to v2v_cancel_fire()).
 *
 * @out_result: (out caller-allocates): clear with v2v_process_result_clear()
 */
gboolean v2v_process_run (const V2vProcess *process, V2vProcessResult *out_result,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_process_check:
 *
 * As v2v_process_run(), but a non-zero exit is %V2V_ERROR_STORAGE with the last
 * non-empty line of standard error as the reason.
 *
 * @out_stdout: (out) (optional) (transfer full)
 */
gboolean v2v_process_check (const V2vProcess *process, char **out_stdout, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

void v2v_process_result_clear (V2vProcessResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (V2vProcessResult, v2v_process_result_clear)

G_END_DECLS
