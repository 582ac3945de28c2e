/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-emit-report.c - what was done and why, for machines and for people
 */
#include <config.h>

#include "v2v-emit.h"

#include "v2v-emit-guest-json.h"
#include "v2v-emit-plan.h"
#include "v2v-emit-verdict.h"
#include "v2v-fields.h"
#include "v2v-text.h"

#define FIELD(member, kind) V2V_FIELD (THIS, member, kind)

#define THIS V2vReport
static const V2vField report_fields[]
  = { FIELD (engine, STRING), FIELD (appliance_boots, UINT),
      FIELD (appliance_calls, UINT), FIELD (commit_seconds, DOUBLE) };
#undef THIS
#define THIS V2vStage
static const V2vField stage_fields[] = { FIELD (name, STRING), FIELD (seconds, DOUBLE) };
#undef THIS
#define THIS V2vChange
static const V2vField change_fields[]
  = { FIELD (action, STRING), FIELD (path, STRING), FIELD (before, STRING),
      FIELD (after, STRING), FIELD (why, STRING) };
#undef THIS
#define THIS V2vDecision
static const V2vField decision_fields[]
  = { FIELD (key, STRING), FIELD (value, STRING), FIELD (why, STRING) };
#undef THIS
#define THIS V2vTargetDisk
static const V2vField disk_fields[]
  = { FIELD (path, STRING), FIELD (format, STRING), FIELD (size, UINT64),
      FIELD (bus, BUS), FIELD (boot_order, UINT), FIELD (serial, STRING) };
#undef THIS
#define THIS V2vTargetNic
static const V2vField nic_fields[]
  = { FIELD (mac, STRING), FIELD (network, STRING), FIELD (bridge, BOOL),
      FIELD (model, NIC_MODEL), FIELD (link_down, BOOL) };
#undef THIS
#define THIS V2vTarget
static const V2vField target_fields[]
  = { FIELD (name, STRING),        FIELD (uuid, STRING),
      FIELD (os, OS),              FIELD (osinfo_id, STRING),
      FIELD (osinfo_uri, STRING),  FIELD (arch, STRING),
      FIELD (machine, STRING),     FIELD (memory_mib, UINT64),
      FIELD (vcpus, UINT),         FIELD (sockets, UINT),
      FIELD (cores, UINT),         FIELD (threads, UINT),
      FIELD (firmware, FIRMWARE),  FIELD (secure_boot, BOOL),
      FIELD (efi_persistent, BOOL), FIELD (smm, BOOL),
      FIELD (tpm, BOOL),           FIELD (clock_utc, BOOL),
      FIELD (timezone, STRING),    FIELD (virtio_transitional, BOOL),
      FIELD (tablet_virtio, BOOL), FIELD (rng, BOOL),
      FIELD (balloon, BOOL),       FIELD (agent_channel, BOOL),
      FIELD (usb_xhci, BOOL),      FIELD (hyperv, BOOL),
      FIELD (net_multiqueue, BOOL), FIELD (grace_seconds, UINT),
      FIELD (run_strategy, STRING) };
#undef THIS

#define ADD_LIST(object, name, array, table)                                                 \
  v2v_fields_add_list (object, name, array, table, G_N_ELEMENTS (table))

/* (transfer container): those of the run, then those of the target. */
static GPtrArray *
all_warnings (const V2vReport *report, const V2vTarget *target)
{
  GPtrArray *all = g_ptr_array_new ();

  g_ptr_array_extend (all, report->warnings, NULL, NULL);
  if (target != NULL)
    g_ptr_array_extend (all, target->warnings, NULL, NULL);
  return all;
}

static void
add_warnings (JsonObject *root, const V2vReport *report, const V2vTarget *target)
{
  g_autoptr (GPtrArray) warnings = all_warnings (report, target);
  JsonArray *array = v2v_json_child_array (root, "warnings");

  for (guint i = 0; i < warnings->len; i++) {
    g_autofree char *valid = g_utf8_make_valid (g_ptr_array_index (warnings, i), -1);

    json_array_add_string_element (array, valid);
  }
}

static void
add_target (JsonObject *root, const V2vTarget *target)
{
  JsonObject *object;

  v2v_fields_add_child (root, "target", target, target_fields, G_N_ELEMENTS (target_fields));
  if (target == NULL)
    return;
  object = v2v_json_child (root, "target");
  ADD_LIST (object, "disks", target->disks, disk_fields);
  ADD_LIST (object, "nics", target->nics, nic_fields);
  ADD_LIST (object, "decisions", target->decisions, decision_fields);
}

char *
v2v_emit_report_json (const V2vReport *report, const V2vPlan *plan, const V2vVerdict *verdict,
                      const V2vGuest *guest, const V2vTarget *target, GError **error)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *root = json_object_new ();

  json_node_take_object (node, root);
  json_object_set_int_member (root, "format", V2V_EMIT_JSON_FORMAT);
  v2v_json_set_string (root, "version", PACKAGE_VERSION);
  v2v_fields_add (root, report, report_fields, G_N_ELEMENTS (report_fields));
  add_warnings (root, report, target);
  ADD_LIST (root, "stages", report->stages, stage_fields);
  ADD_LIST (root, "changes", report->changes, change_fields);
  if (plan != NULL && !v2v_plan_to_json (v2v_json_child (root, "plan"), plan, error))
    return NULL;
  if (verdict != NULL)
    v2v_verdict_to_json (v2v_json_child (root, "verify"), verdict);
  add_target (root, target);
  if (guest != NULL)
    v2v_guest_to_json (v2v_json_child (root, "guest"), guest);
  else
    json_object_set_null_member (root, "guest");
  return v2v_json_to_string (node);
}

static double
total_seconds (const V2vReport *report)
{
  double total = 0;

  for (guint i = 0; i < report->stages->len; i++)
    total += ((const V2vStage *) g_ptr_array_index (report->stages, i))->seconds;
  return total;
}

static void
write_summary (V2vText *text, const V2vReport *report, const V2vGuest *guest)
{
  v2v_text_section (text, "Summary");
  if (guest != NULL && guest->product != NULL)
    v2v_text_row (text, "guest", guest->product, NULL);
  v2v_text_known (text, "engine", report->engine);
  v2v_text_pair (text, "time", "%.1f s", total_seconds (report));
  if (report->appliance_boots > 0)
    v2v_text_pair (text, "appliance boots", "%u", report->appliance_boots);
  if (report->commit_seconds > 0)
    v2v_text_pair (text, "commit", "%.1f s", report->commit_seconds);
}

static void
write_stages (V2vText *text, const V2vReport *report)
{
  v2v_text_section (text, "Stages");
  for (guint i = 0; i < report->stages->len; i++) {
    const V2vStage *stage = g_ptr_array_index (report->stages, i);

    v2v_text_pair (text, v2v_text_or_dash (stage->name), "%8.1f s", stage->seconds);
  }
}

static void
write_changes (V2vText *text, const V2vReport *report)
{
  v2v_text_section (text, "Changes around the engine");
  for (guint i = 0; i < report->changes->len; i++) {
    const V2vChange *change = g_ptr_array_index (report->changes, i);

    v2v_text_pair (text, v2v_text_or_dash (change->path), "%s: %s",
                   v2v_text_or_dash (change->action), v2v_text_or_dash (change->why));
    if (change->before != NULL)
      v2v_text_pair (text, "", "- %s", change->before);
    if (change->after != NULL)
      v2v_text_pair (text, "", "+ %s", change->after);
  }
}

static void
write_decisions (V2vText *text, const V2vTarget *target)
{
  v2v_text_section (text, "The target and why");
  for (guint i = 0; target != NULL && i < target->decisions->len; i++) {
    const V2vDecision *decision = g_ptr_array_index (target->decisions, i);

    v2v_text_row (text, decision->key, decision->value, decision->why, NULL);
  }
}

static void
write_warnings (V2vText *text, const V2vReport *report, const V2vTarget *target)
{
  g_autoptr (GPtrArray) warnings = all_warnings (report, target);

  v2v_text_section (text, "Warnings");
  for (guint i = 0; i < warnings->len; i++)
    v2v_text_row (text, "!", g_ptr_array_index (warnings, i), NULL);
}

char *
v2v_emit_report_text (const V2vReport *report, const V2vPlan *plan, const V2vGuest *guest,
                      const V2vTarget *target, GError **error)
{
  g_autofree char *changes = NULL;
  g_autofree char *rest = NULL;
  V2vText *text;

  if (plan != NULL) {
    changes = v2v_emit_plan_changes_text (plan, error);
    if (changes == NULL)
      return NULL;
  }
  text = v2v_text_new ();
  write_summary (text, report, guest);
  write_stages (text, report);
  write_changes (text, report);
  write_decisions (text, target);
  write_warnings (text, report, target);
  rest = v2v_text_finish (text);
  if (changes == NULL || *changes == '\0')
    return g_steal_pointer (&rest);
  return g_strconcat ("Changes in the guest\n\n", changes, "\n", rest, NULL);
}
