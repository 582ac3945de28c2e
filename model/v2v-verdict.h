/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-verdict.h - what verify/ found: plain data
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  V2V_CHECK_PASSED,
  V2V_CHECK_WARNING, /* it boots, but somebody should know */
  V2V_CHECK_FAILED,  /* the guest would not boot, or nobody could reach it */
  V2V_CHECK_SKIPPED, /* does not concern this guest, or could not be looked at: @evidence */
} V2vCheckState;
const char *v2v_check_state_name (V2vCheckState state);

typedef struct {
  char *id;       /* stable: "kernel-drivers", "fstab" */
  char *subject;  /* "6.1.0-56-cloud-amd64", "/etc/fstab line 3"; NULL = the guest */
  V2vCheckState state;
  char *evidence; /* what was seen, for a person */
} V2vCheck;

typedef struct {
  GPtrArray *checks; /* V2vCheck, in a fixed order */
} V2vVerdict;

V2vVerdict *v2v_verdict_new (void) G_GNUC_WARN_UNUSED_RESULT;
void v2v_verdict_free (V2vVerdict *verdict); /* NULL is allowed */
void v2v_verdict_add (V2vVerdict *verdict, const char *id, const char *subject,
                      V2vCheckState state, const char *evidence_format, ...)
  G_GNUC_PRINTF (5, 6);
guint v2v_verdict_count (const V2vVerdict *verdict, V2vCheckState state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vVerdict, v2v_verdict_free)

G_END_DECLS
