/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-emit.h - facts and target as text for the next system
 */
#pragma once

#include <glib.h>

#include "v2v-guest.h"
#include "v2v-plan.h"
#include "v2v-report.h"
#include "v2v-request.h"
#include "v2v-source.h"
#include "v2v-target.h"
#include "v2v-verdict.h"

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

/* The number under "format" in every JSON that we write.  Members are added freely; it
 * grows when one changes its meaning or goes away. */
#define V2V_EMIT_JSON_FORMAT 1

/**
 * v2v_emit_libvirt_xml:
 *
 * For "virsh define".  No paths of
 * firmware images, both firmware features stated.
 *
 * Returns: (transfer full): UTF-8 ending in a newline; or %NULL with
 * %V2V_ERROR_INTERNAL when the result breaks a rule of v2v_check_domain(), or
 * %V2V_ERROR_USAGE for a disk path that XML cannot hold.
 */
char *v2v_emit_libvirt_xml (const V2vTarget *target, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_emit_kubevirt:
 * @shape: a VirtualMachine, or the fragment: what stands under spec.template.spec
 *
 * YAML with every string quoted.  Disk N is volume "disk-N" on the claim
 * "NAME-disk-N"; complete without a preference.
 *
 * Returns: (transfer full): UTF-8 ending in a newline; or %NULL with
 * %V2V_ERROR_INTERNAL when the result breaks a rule of v2v_check_kubevirt().
 */
char *v2v_emit_kubevirt (const V2vTarget *target, V2vKubevirt shape, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* v2v-inspection XML, as virt-v2v-inspector writes and Forklift reads it; @target may be
 * NULL.  (transfer full) */
char *v2v_emit_inspection_xml (const V2vGuest *guest, const V2vTarget *target)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_emit_guest_json:
 *
 * Every field of #V2vGuest under its own name, and "format".  A string that is not
 * there is null.  Enumerations are words: os linux|windows|other|unknown, firmware
 * bios|uefi|unknown, via uuid|label|partuuid|partlabel|by_id|nvme|xvd|mapper|pseudo|
 * none.  "drivers" of a kernel maps each name to builtin|in_initramfs|on_disk|absent|
 * unknown.
 *
 * Returns: (transfer full)
 */
char *v2v_emit_guest_json (const V2vGuest *guest) G_GNUC_WARN_UNUSED_RESULT;

/* Sections of aligned columns; guest text is made printable.  (transfer full) */
char *v2v_emit_guest_text (const V2vGuest *guest) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_emit_report_json:
 * @plan: (nullable)
 * @verdict: (nullable)
 * @guest: (nullable)
 * @target: (nullable)
 *
 * "format", "version", the fields of #V2vReport, "warnings" of report and target
 * together, "target" (fields of #V2vTarget with "disks", "nics" and "decisions") and
 * "guest" as in v2v_emit_guest_json().  "plan": what the rules did, as
 * v2v_emit_plan_json() has it, and "verify", when there is one.
 *
 * Returns: (transfer full): or %NULL with @error (texts could not be compared)
 */
char *v2v_emit_report_json (const V2vReport *report, const V2vPlan *plan,
                            const V2vVerdict *verdict, const V2vGuest *guest,
                            const V2vTarget *target, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;
char *v2v_emit_report_text (const V2vReport *report, const V2vPlan *plan,
                            const V2vGuest *guest, const V2vTarget *target, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* The KubeVirt object name that v2v_emit_kubevirt() gives. (transfer full) */
char *v2v_emit_object_name (const V2vTarget *target) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
