/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-record.c - what was done to a guest, kept in the guest
 */
#include <config.h>

#include "v2v-record.h"

#include <limits.h>
#include <string.h>

#include "v2v-json.h"
#include "v2v-record-private.h"

#define ORIGINAL_DIR V2V_DRAFT_STATE_DIR "/original"

typedef struct {
  V2vDraft *draft;
  GHashTable *spans; /* char* to V2vRecordSpan */
  guint number;
} Record;

static void
span_free (gpointer data)
{
  V2vRecordSpan *span = data;

  g_string_free (span->rules, TRUE);
  g_free (span->copy);
  g_free (span);
}

/* (transfer full): by path, borrowed from the plan. */
static GHashTable *
collect_spans (const V2vPlan *plan)
{
  GHashTable *spans = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, span_free);

  for (guint i = 0; i < plan->rules->len; i++) {
    const V2vPlanRule *rule = g_ptr_array_index (plan->rules, i);

    for (guint j = 0; j < rule->changes->len; j++) {
      const V2vFileChange *change = g_ptr_array_index (rule->changes, j);
      V2vRecordSpan *span = g_hash_table_lookup (spans, change->path);

      if (span == NULL) {
        span = g_new0 (V2vRecordSpan, 1);
        span->rules = g_string_new (NULL);
        span->first = change;
        g_hash_table_insert (spans, change->path, span);
      }
      span->last = change;
      g_string_append_printf (span->rules, "%s%s", span->rules->len > 0 ? " " : "", rule->id);
    }
  }
  return spans;
}

gboolean
v2v_record_span_differs (const V2vRecordSpan *span)
{
  return !v2v_file_state_equal (span->first->before, span->last->after);
}

static gboolean
has_difference (GHashTable *spans)
{
  GHashTableIter iter;
  gpointer span;

  g_hash_table_iter_init (&iter, spans);
  while (g_hash_table_iter_next (&iter, NULL, &span))
    if (v2v_record_span_differs (span))
      return TRUE;
  return FALSE;
}

/* Adds the names in a directory; one that is not there has none. */
static gboolean
add_names (V2vDraft *draft, const char *directory, GHashTable *names, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GPtrArray) rows = v2v_fs_list (v2v_draft_fs (draft), directory, &local);

  if (rows == NULL && !g_error_matches (local, V2V_ERROR, V2V_ERROR_NOT_FOUND)) {
    g_propagate_error (error, g_steal_pointer (&local));
    return FALSE;
  }
  for (guint i = 0; rows != NULL && i < rows->len; i++) {
    const V2vFileInfo *row = g_ptr_array_index (rows, i);

    g_hash_table_add (names, g_strdup (row->name));
  }
  return TRUE;
}

/* The first number that neither a record nor its originals have. */
static gboolean
choose_number (V2vDraft *draft, guint *out_number, GError **error)
{
  g_autoptr (GHashTable) names = NULL;

  names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!add_names (draft, V2V_DRAFT_STATE_DIR, names, error)
      || !add_names (draft, ORIGINAL_DIR, names, error))
    return FALSE;
  for (guint i = 1; i <= V2V_RECORD_MAX; i++) {
    g_autofree char *record = g_strdup_printf ("record-%u.json", i);
    g_autofree char *originals = g_strdup_printf ("%u", i);
    g_autofree char *undo = g_strdup_printf ("undo-%u.sh", i);

    if (!g_hash_table_contains (names, record) && !g_hash_table_contains (names, originals)
        && !g_hash_table_contains (names, undo)) {
      *out_number = i;
      return TRUE;
    }
  }
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
               "'" V2V_DRAFT_STATE_DIR "' has %d records already; remove old ones",
               V2V_RECORD_MAX);
  return FALSE;
}

/* What a rule moved aside, and is there at the end just as it was, needs no copy. */
static gboolean
is_moved_whole (const Record *record, const V2vRecordSpan *span)
{
  const char *to = span->first->moved_to;
  const V2vRecordSpan *target = to == NULL ? NULL : g_hash_table_lookup (record->spans, to);

  return target != NULL && v2v_file_state_equal (target->last->after, span->first->before);
}

/* JSON is UTF-8, names of files need not be: these are there once more, as in a URI. */
static void
set_path (JsonObject *object, const char *name, const char *path)
{
  g_autofree char *exact = NULL;
  g_autofree char *member = NULL;

  v2v_json_set_string (object, name, path);
  if (path == NULL || g_utf8_validate (path, -1, NULL))
    return;
  exact = g_uri_escape_bytes ((const guint8 *) path, strlen (path), "/");
  member = g_strconcat (name, "_uri", NULL);
  v2v_json_set_string (object, member, exact);
}

/* Puts the original of a file that is not kept elsewhere into the draft, and says in
 * @object where it is, or why not. */
static gboolean
keep_original (const Record *record, V2vRecordSpan *span, JsonObject *object, GError **error)
{
  const V2vFileState *before = span->first->before;
  g_autofree char *copy = NULL;

  span->moved = is_moved_whole (record, span);
  if (before->kind != V2V_STATE_FILE || !v2v_record_span_differs (span) || span->moved)
    return TRUE;
  copy = g_strdup_printf (ORIGINAL_DIR "/%u%s", record->number, span->first->path);
  if (g_bytes_get_size (before->bytes) > V2V_RECORD_ORIGINAL_MAX) {
    v2v_json_set_string (object, "original_omitted", "larger than 1 MiB");
    return TRUE;
  }
  if (strlen (copy) >= PATH_MAX) {
    v2v_json_set_string (object, "original_omitted", "its path would be too long");
    return TRUE;
  }
  set_path (object, "original", copy);
  span->copy = g_steal_pointer (&copy);
  return v2v_draft_put (record->draft, span->copy, before->bytes, 0600, error);
}

static void
set_state (JsonObject *parent, const char *name, const V2vFileState *state)
{
  static const char *const kinds[] = { "absent", "file", "link", "directory" };
  JsonObject *object = v2v_json_child (parent, name);
  g_autofree char *mode = g_strdup_printf ("%04o", state->mode);

  v2v_json_set_string (object, "kind", kinds[state->kind]);
  v2v_json_set_string (object, "link", state->link);
  v2v_json_set_string (object, "sha256", state->sha256);
  if (state->bytes != NULL)
    json_object_set_int_member (object, "size", (gint64) g_bytes_get_size (state->bytes));
  if (state->kind == V2V_STATE_FILE || state->kind == V2V_STATE_DIRECTORY) {
    v2v_json_set_string (object, "mode", mode);
    json_object_set_int_member (object, "uid", state->uid);
    json_object_set_int_member (object, "gid", state->gid);
  }
}

static gboolean
add_change (const Record *record, JsonArray *array, const V2vFileChange *change,
            GError **error)
{
  V2vRecordSpan *span = g_hash_table_lookup (record->spans, change->path);
  JsonObject *object = v2v_json_append_object (array);

  set_path (object, "path", change->path);
  set_path (object, "moved_to", change->moved_to);
  set_path (object, "moved_from", change->moved_from);
  set_state (object, "before", change->before);
  set_state (object, "after", change->after);
  return span->first != change || keep_original (record, span, object, error);
}

static gboolean
add_rule (const Record *record, JsonArray *array, const V2vPlanRule *rule, GError **error)
{
  JsonObject *object;
  JsonArray *changes;

  if (rule->changes->len == 0)
    return TRUE;
  object = v2v_json_append_object (array);
  v2v_json_set_string (object, "id", rule->id);
  v2v_json_set_string (object, "phase", v2v_phase_name (rule->phase));
  v2v_json_set_string (object, "title", rule->title);
  v2v_json_set_string (object, "why", rule->why);
  changes = v2v_json_child_array (object, "changes");
  for (guint i = 0; i < rule->changes->len; i++)
    if (!add_change (record, changes, g_ptr_array_index (rule->changes, i), error))
      return FALSE;
  return TRUE;
}

static gboolean
put_record (const Record *record, const V2vPlan *plan, JsonNode *root, GError **error)
{
  JsonArray *rules = v2v_json_child_array (json_node_get_object (root), "rules");
  g_autofree char *path = NULL;
  g_autoptr (GBytes) bytes = NULL;
  char *text;

  for (guint i = 0; i < plan->rules->len; i++)
    if (!add_rule (record, rules, g_ptr_array_index (plan->rules, i), error))
      return FALSE;
  text = v2v_json_to_string (root);
  bytes = g_bytes_new_take (text, strlen (text));
  path = g_strdup_printf (V2V_DRAFT_STATE_DIR "/record-%u.json", record->number);
  return v2v_draft_put (record->draft, path, bytes, 0600, error);
}

/* What the record says, for a shell. */
static gboolean
put_undo (const Record *record, const char *program_version, const char *when, GError **error)
{
  g_autofree char *heading
    = g_strdup_printf ("Takes back what v2v-wrapper %s did to this guest on %s.",
                       program_version, when);
  g_autofree char *path = g_strdup_printf (V2V_DRAFT_STATE_DIR "/undo-%u.sh", record->number);
  char *text = v2v_undo_script (record->spans, heading);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));

  return v2v_draft_put (record->draft, path, bytes, 0700, error);
}

gboolean
v2v_record_add (V2vDraft *draft, const V2vPlan *plan, const char *program_version,
                const char *when_iso8601, GError **error)
{
  g_autoptr (GHashTable) spans = collect_spans (plan);
  g_autoptr (JsonNode) root = NULL;
  Record record = { draft, spans, 0 };
  JsonObject *object;

  if (!has_difference (spans))
    return TRUE;
  if (!choose_number (draft, &record.number, error)) {
    g_prefix_error (error, "recording the conversion: ");
    return FALSE;
  }
  root = json_node_new (JSON_NODE_OBJECT);
  object = json_object_new ();
  json_node_take_object (root, object);
  json_object_set_int_member (object, "format", V2V_RECORD_FORMAT);
  v2v_json_set_string (object, "program", "v2v-wrapper");
  v2v_json_set_string (object, "version", program_version);
  v2v_json_set_string (object, "when", when_iso8601);
  if (put_record (&record, plan, root, error)
      && put_undo (&record, program_version, when_iso8601, error))
    return TRUE;
  g_prefix_error (error, "recording the conversion: ");
  return FALSE;
}
