/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-emit.h - facts and target as text for the next system
 */
#pragma once

#include <glib.h>

#include "v2v-guest.h"
#include "v2v-report.h"
#include "v2v-request.h"
#include "v2v-source.h"
#include "v2v-target.h"

#include "v2v-error.h"

G_BEGIN_DECLS

/**
 * v2v_target_decide_all:
 * @guest: (nullable): the facts after conversion; %NULL with --no-inspect
 *
 * Works out the machine to run on, each field with its reason.
 *
 * Returns: (transfer full)
 */
V2vTarget *v2v_target_decide_all (const V2vSource *source, const V2vGuest *guest,
                                  const V2vRequest *request) G_GNUC_WARN_UNUSED_RESULT;

/* All (transfer full), UTF-8, ending in a newline. */
char *v2v_emit_libvirt_xml (const V2vTarget *target, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;
char *v2v_emit_kubevirt (const V2vTarget *target, V2vKubevirt shape, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;
char *v2v_emit_inspection_xml (const V2vGuest *guest, const V2vTarget *target)
  G_GNUC_WARN_UNUSED_RESULT; /* v2v-inspection XML, as Forklift reads; @target may be NULL */
char *v2v_emit_guest_json (const V2vGuest *guest) G_GNUC_WARN_UNUSED_RESULT;
char *v2v_emit_guest_text (const V2vGuest *guest) G_GNUC_WARN_UNUSED_RESULT;
char *v2v_emit_report_json (const V2vReport *report, const V2vGuest *guest,
                            const V2vTarget *target) G_GNUC_WARN_UNUSED_RESULT;
char *v2v_emit_report_text (const V2vReport *report, const V2vGuest *guest,
                            const V2vTarget *target) G_GNUC_WARN_UNUSED_RESULT;

/* The KubeVirt object name that v2v_emit_kubevirt() gives. (transfer full) */
char *v2v_emit_object_name (const V2vTarget *target) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
