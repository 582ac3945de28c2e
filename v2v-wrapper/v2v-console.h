/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-console.h - what a person watching the program sees: progress on
 * standard error, the result on standard output
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _V2vConsole V2vConsole;

V2vConsole *v2v_console_new (gboolean quiet) G_GNUC_WARN_UNUSED_RESULT;
void v2v_console_free (V2vConsole *console); /* NULL is allowed */

/* "[  12.3] STAGE     TEXT": one line when a stage begins or has a result.  All
 * text is made printable; quiet drops everything but warnings and errors. */
void v2v_console_stage (V2vConsole *console, const char *stage, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

/* A line of a tool's live output, set in under the stage. */
void v2v_console_detail (V2vConsole *console, const char *line);

/* A whole text for a person, on standard output; it is printable already. */
void v2v_console_text (V2vConsole *console, const char *text);

/* "v2v-wrapper: warning: TEXT" */
void v2v_console_warning (V2vConsole *console, const char *format, ...)
  G_GNUC_PRINTF (2, 3);

/* Seconds since the console was made. */
double v2v_console_elapsed (const V2vConsole *console);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vConsole, v2v_console_free)

G_END_DECLS
