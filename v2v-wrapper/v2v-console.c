/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-console.c - what a person watching the program sees, on standard error
 */
#include <config.h>

#include "v2v-console.h"

#include <stdarg.h>
#include <stdio.h>

#include "v2v-str.h"

#define MAX_TEXT 4096

struct _V2vConsole {
  gboolean quiet;
  gint64 start; /* monotonic microseconds */
};

V2vConsole *
v2v_console_new (gboolean quiet)
{
  V2vConsole *console = g_new0 (V2vConsole, 1);

  console->quiet = quiet;
  console->start = g_get_monotonic_time ();
  return console;
}

void
v2v_console_free (V2vConsole *console)
{
  g_free (console);
}

double
v2v_console_elapsed (const V2vConsole *console)
{
  return (double) (g_get_monotonic_time () - console->start) / G_USEC_PER_SEC;
}

static char *
printable (const char *format, va_list args)
{
  g_autofree char *text = g_strdup_vprintf (format, args);

  return v2v_str_printable (text, MAX_TEXT);
}

void
v2v_console_stage (V2vConsole *console, const char *stage, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  if (console->quiet)
    return;
  va_start (args, format);
  text = printable (format, args);
  va_end (args);
  fprintf (stderr, "[%7.1f] %-8s %s\n", v2v_console_elapsed (console), stage, text);
}

void
v2v_console_detail (V2vConsole *console, const char *line)
{
  g_autofree char *text = v2v_str_printable (line, MAX_TEXT);

  if (!console->quiet)
    fprintf (stderr, "                   | %s\n", text);
}

void
v2v_console_text (V2vConsole *console, const char *text)
{
  if (console->quiet)
    return;
  fputs (text, stdout);
  fflush (stdout);
}

void
v2v_console_warning (V2vConsole *console, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list args;

  va_start (args, format);
  text = printable (format, args);
  va_end (args);
  fprintf (stderr, "v2v-wrapper: warning: %s\n", text);
}
