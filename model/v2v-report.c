/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-report.c - allocation for V2vReport; no logic
 */
#include <config.h>

#include "v2v-report.h"

#include <stdarg.h>

static void
stage_free (gpointer p)
{
  V2vStage *stage = p;

  g_free (stage->name);
  g_free (stage);
}

static void
change_free (gpointer p)
{
  V2vChange *change = p;

  g_free (change->action);
  g_free (change->path);
  g_free (change->before);
  g_free (change->after);
  g_free (change->why);
  g_free (change);
}

V2vReport *
v2v_report_new (void)
{
  V2vReport *report = g_new0 (V2vReport, 1);

  report->stages = g_ptr_array_new_with_free_func (stage_free);
  report->changes = g_ptr_array_new_with_free_func (change_free);
  report->warnings = g_ptr_array_new_with_free_func (g_free);
  return report;
}

void
v2v_report_free (V2vReport *report)
{
  if (report == NULL)
    return;
  g_free (report->engine);
  g_ptr_array_unref (report->stages);
  g_ptr_array_unref (report->changes);
  g_ptr_array_unref (report->warnings);
  g_free (report);
}

void
v2v_report_add_stage (V2vReport *report, const char *name, double seconds)
{
  V2vStage *stage = g_new0 (V2vStage, 1);

  stage->name = g_strdup (name);
  stage->seconds = seconds;
  g_ptr_array_add (report->stages, stage);
}

void
v2v_report_add_change (V2vReport *report, const char *action, const char *path,
                       const char *before, const char *after, const char *why)
{
  V2vChange *change = g_new0 (V2vChange, 1);

  change->action = g_strdup (action);
  change->path = g_strdup (path);
  change->before = g_strdup (before);
  change->after = g_strdup (after);
  change->why = g_strdup (why);
  g_ptr_array_add (report->changes, change);
}

void
v2v_report_warn (V2vReport *report, const char *format, ...)
{
  va_list args;

  va_start (args, format);
  g_ptr_array_add (report->warnings, g_strdup_vprintf (format, args));
  va_end (args);
}
