/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-report.h - what was done, when and for how long
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  char *name;      /* "inspect", "convert (virt-v2v)" */
  double seconds;
} V2vStage;

typedef struct {
  char *action; /* "fstab", "virt-v2v", "clean-up" */
  char *path;   /* in the guest */
  char *before; /* a line or NULL */
  char *after;  /* a line or NULL: removed */
  char *why;
} V2vChange;

typedef struct {
  char *engine;         /* "virt-v2v 2.2.0", "none" */
  guint appliance_boots;
  guint appliance_calls; /* to our own appliances: nearly all are round trips */
  double commit_seconds; /* the window in which a crash needs a rerun */
  GPtrArray *stages;    /* V2vStage */
  GPtrArray *changes;   /* V2vChange */
  GPtrArray *warnings;  /* char* */
} V2vReport;

V2vReport *v2v_report_new (void) G_GNUC_WARN_UNUSED_RESULT;
void v2v_report_free (V2vReport *report); /* NULL is allowed */
void v2v_report_add_stage (V2vReport *report, const char *name, double seconds);
void v2v_report_add_change (V2vReport *report, const char *action, const char *path,
                            const char *before, const char *after, const char *why);
void v2v_report_warn (V2vReport *report, const char *format, ...) G_GNUC_PRINTF (2, 3);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vReport, v2v_report_free)

G_END_DECLS
