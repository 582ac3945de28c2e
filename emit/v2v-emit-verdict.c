/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-emit-verdict.c - what verify/ found, for people and for programs
 */
#include <config.h>

#include "v2v-emit-verdict.h"

#include <string.h>

#include "v2v-emit.h"
#include "v2v-str.h"

#define SUBJECT_MAX_BYTES 200
#define EVIDENCE_MAX_BYTES 1000

static int
id_width (const V2vVerdict *verdict)
{
  gsize width = 0;

  for (guint i = 0; i < verdict->checks->len; i++) {
    const V2vCheck *check = g_ptr_array_index (verdict->checks, i);

    if (check->state == V2V_CHECK_FAILED || check->state == V2V_CHECK_WARNING)
      width = MAX (width, strlen (check->id));
  }
  return (int) width;
}

static void
append_rows (GString *out, const V2vVerdict *verdict, V2vCheckState state, const char *word)
{
  int width = id_width (verdict);

  for (guint i = 0; i < verdict->checks->len; i++) {
    const V2vCheck *check = g_ptr_array_index (verdict->checks, i);
    const char *subject = check->subject == NULL ? "" : check->subject;
    g_autofree char *shown = v2v_str_printable (subject, SUBJECT_MAX_BYTES);
    g_autofree char *evidence = v2v_str_printable (check->evidence, EVIDENCE_MAX_BYTES);

    if (check->state == state)
      g_string_append_printf (out, "%-7s  %-*s  %s%s%s\n", word, width, check->id, shown,
                              *shown == '\0' ? "" : ": ", evidence);
  }
}

static void
append_count (GString *out, guint n, const char *word)
{
  if (n > 0)
    g_string_append_printf (out, ", %u %s", n, word);
}

char *
v2v_emit_verdict_text (const V2vVerdict *verdict)
{
  GString *out = g_string_new (NULL);
  guint passed = v2v_verdict_count (verdict, V2V_CHECK_PASSED);

  append_rows (out, verdict, V2V_CHECK_FAILED, "FAILED");
  append_rows (out, verdict, V2V_CHECK_WARNING, "WARNING");
  g_string_append_printf (out, "%u check%s passed", passed, passed == 1 ? "" : "s");
  append_count (out, v2v_verdict_count (verdict, V2V_CHECK_FAILED), "failed");
  append_count (out, v2v_verdict_count (verdict, V2V_CHECK_WARNING), "with a warning");
  append_count (out, v2v_verdict_count (verdict, V2V_CHECK_SKIPPED), "skipped");
  g_string_append_c (out, '\n');
  return g_string_free (out, FALSE);
}

void
v2v_verdict_to_json (JsonObject *object, const V2vVerdict *verdict)
{
  JsonArray *array = v2v_json_child_array (object, "checks");

  for (guint i = 0; i < verdict->checks->len; i++) {
    const V2vCheck *check = g_ptr_array_index (verdict->checks, i);
    JsonObject *row = v2v_json_append_object (array);

    v2v_json_set_string (row, "id", check->id);
    v2v_json_set_string (row, "subject", check->subject);
    v2v_json_set_string (row, "state", v2v_check_state_name (check->state));
    v2v_json_set_string (row, "evidence", check->evidence);
  }
  json_object_set_int_member (object, "passed", v2v_verdict_count (verdict, V2V_CHECK_PASSED));
  json_object_set_int_member (object, "warnings",
                              v2v_verdict_count (verdict, V2V_CHECK_WARNING));
  json_object_set_int_member (object, "failed", v2v_verdict_count (verdict, V2V_CHECK_FAILED));
  json_object_set_int_member (object, "skipped", v2v_verdict_count (verdict, V2V_CHECK_SKIPPED));
}

char *
v2v_emit_verdict_json (const V2vVerdict *verdict)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *root = json_object_new ();

  json_node_take_object (node, root);
  json_object_set_int_member (root, "format", V2V_EMIT_JSON_FORMAT);
  v2v_verdict_to_json (root, verdict);
  return v2v_json_to_string (node);
}
