/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-verify-labels.c - do the files that a conversion wrote have SELinux labels?
 *
 * What it wrote is all below its state directory, and what its records there say.  They
 * are JSON in a guest, and read in a confined child like anything else of it.
 */
#include <config.h>

#include <json-glib/json-glib.h>
#include <string.h>

#include "v2v-confine.h"
#include "v2v-verify-private.h"

#define STATE_DIR "/var/lib/v2v-wrapper"
#define LABEL "security.selinux"
#define FILES_MAX 20000
#define RECORD_MAX (32 * 1024 * 1024)
#define RECORDS_MAX 100
#define RECORDS_TOTAL_MAX (64 * 1024 * 1024)
/* A record has a depth of six. */
#define DEPTH_MAX 32
#define TIMEOUT_S 15
/* Each is a round trip. */
#define LOOKS_MAX 2000
#define ROWS_MAX 10

typedef struct {
  V2vVerify *verify;
  GHashTable *paths; /* char* */
  gboolean enforcing;
  gsize left; /* bytes of records that may still be read */
} Labels;

/* (transfer full) (nullable): the last KEY=VALUE. */
static char *
dup_setting (const char *text, const char *key)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  char *value = NULL;

  for (guint i = 0; lines[i] != NULL; i++) {
    const char *line = g_strstrip (lines[i]);

    if (g_str_has_prefix (line, key) && line[strlen (key)] == '=') {
      g_free (value);
      value = g_strstrip (g_strdup (line + strlen (key) + 1));
    }
  }
  return value;
}

/* @out_mode: "enforcing" or "permissive"; NULL where SELinux is not used. */
static gboolean
read_mode (V2vVerify *self, char **out_mode, GError **error)
{
  const char *cmdline = v2v_verify_cmdline (self);
  g_autofree char *text = NULL;
  g_autofree char *mode = NULL;

  *out_mode = NULL;
  if (!v2v_verify_read (self, "/etc/selinux/config", V2V_FS_TEXT_MAX, &text, NULL, error))
    return FALSE;
  mode = text == NULL ? NULL : dup_setting (text, "SELINUX");
  if (mode == NULL || v2v_verify_has_word (cmdline, "selinux=0"))
    return TRUE;
  if (g_ascii_strcasecmp (mode, "enforcing") == 0)
    *out_mode = g_strdup (v2v_verify_has_word (cmdline, "enforcing=0") ? "permissive"
                                                                      : "enforcing");
  else if (g_ascii_strcasecmp (mode, "permissive") == 0)
    *out_mode = g_strdup ("permissive");
  return TRUE;
}

static const char *
kind_of (JsonObject *change, const char *member)
{
  JsonNode *node = json_object_get_member (change, member);
  JsonObject *state = node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node)
                                                                    : NULL;

  return state == NULL ? NULL : json_object_get_string_member_with_default (state, "kind", NULL);
}

/* Created or edited, and there after. */
static void
add_change (JsonObject *change, GByteArray *out)
{
  const char *path = json_object_get_string_member_with_default (change, "path", NULL);
  const char *uri = json_object_get_string_member_with_default (change, "path_uri", NULL);
  const char *after = kind_of (change, "after");
  g_autofree char *exact = uri == NULL ? NULL : g_uri_unescape_string (uri, NULL);

  if (exact != NULL)
    path = exact;
  if (path == NULL || *path != '/' || after == NULL || g_str_equal (after, "absent"))
    return;
  g_byte_array_append (out, (const guint8 *) path, (guint) strlen (path) + 1);
}

/* (nullable): the member, an array of objects. */
static JsonArray *
array_of (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

static JsonObject *
object_at (JsonArray *array, guint i)
{
  JsonNode *node = json_array_get_element (array, i);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* json-glib goes down with each bracket, and takes its time over it. */
static gboolean
is_deep (const char *text)
{
  gboolean in_string = FALSE;
  int depth = 0;

  for (; *text != '\0' && depth <= DEPTH_MAX; text++) {
    if (in_string && *text == '\\' && text[1] != '\0')
      text++;
    else if (*text == '"')
      in_string = !in_string;
    else if (!in_string && (*text == '[' || *text == '{'))
      depth++;
    else if (!in_string && (*text == ']' || *text == '}'))
      depth--;
  }
  return depth > DEPTH_MAX;
}

static gboolean
parse_in_child (GByteArray *out, gpointer user_data, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  JsonArray *rules;

  if (is_deep (user_data)) {
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED, "it is no record of a conversion");
    return FALSE;
  }
  if (!json_parser_load_from_data (parser, user_data, -1, error))
    return FALSE;
  if (!JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    return TRUE;
  rules = array_of (json_node_get_object (json_parser_get_root (parser)), "rules");
  for (guint i = 0; rules != NULL && i < json_array_get_length (rules); i++) {
    JsonObject *rule = object_at (rules, i);
    JsonArray *changes = rule == NULL ? NULL : array_of (rule, "changes");

    for (guint j = 0; changes != NULL && j < json_array_get_length (changes); j++) {
      JsonObject *change = object_at (changes, j);

      if (change != NULL)
        add_change (change, out);
    }
  }
  return TRUE;
}

static gboolean
read_record (Labels *labels, const char *path, const char *id, GError **error)
{
  V2vVerify *self = labels->verify;
  const V2vConfineLimits limits = { .timeout_s = TIMEOUT_S, .cancel = self->cancel };
  g_autofree char *what = g_strdup_printf ("reading '%s'", path);
  g_autofree char *text = NULL;
  g_autofree char *why = NULL;
  g_autoptr (GBytes) bytes = NULL;
  GError *local = NULL;
  const char *p, *end;
  gsize size;

  if (!v2v_verify_read (self, path, MIN (RECORD_MAX, labels->left), &text, &why, error))
    return FALSE;
  labels->left -= text == NULL ? 0 : MIN (labels->left, strlen (text));
  if (text != NULL)
    bytes = v2v_confine_run (what, parse_in_child, text, &limits, &local);
  if (local != NULL && !v2v_verify_note (local, &why, error))
    return FALSE;
  if (bytes == NULL) {
    v2v_verdict_add (self->verdict, id, path, V2V_CHECK_SKIPPED, "%s",
                     why == NULL ? "it is not there" : why);
    return TRUE;
  }
  p = g_bytes_get_data (bytes, &size);
  end = p + size;
  while (p != NULL && p < end && g_hash_table_size (labels->paths) < FILES_MAX) {
    g_hash_table_add (labels->paths, g_strndup (p, (gsize) (end - p)));
    p += strnlen (p, (gsize) (end - p)) + 1;
  }
  return TRUE;
}

/* All that is below the state directory, and what the records there name. */
static gboolean
collect (Labels *labels, const char *id, GError **error)
{
  V2vVerify *self = labels->verify;
  g_autoptr (GPtrArray) names = NULL;
  g_autofree char *why = NULL;
  GError *local = NULL;
  guint records = 0;

  names = v2v_fs_find (self->fs, STATE_DIR, FILES_MAX, &local);
  if (names == NULL) {
    gboolean absent = g_error_matches (local, V2V_ERROR, V2V_ERROR_NOT_FOUND);

    if (!v2v_verify_note (local, &why, error))
      return FALSE;
    if (!absent)
      v2v_verdict_add (self->verdict, id, STATE_DIR, V2V_CHECK_SKIPPED, "%s", why);
    return TRUE;
  }
  g_hash_table_add (labels->paths, g_strdup (STATE_DIR));
  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index (names, i);
    g_autofree char *path = g_build_path ("/", STATE_DIR, name, NULL);

    if (g_str_has_prefix (name, "record-") && g_str_has_suffix (name, ".json")
        && records++ < RECORDS_MAX && !read_record (labels, path, id, error))
      return FALSE;
    g_hash_table_add (labels->paths, g_steal_pointer (&path));
  }
  return TRUE;
}

/* An EFI system partition has no labels of files. */
static gboolean
is_on_fat (const V2vGuest *guest, const char *path)
{
  const V2vMount *best = NULL;
  gsize length = 0;

  for (guint i = 0; i < guest->mounts->len; i++) {
    const V2vMount *mount = g_ptr_array_index (guest->mounts, i);
    gsize n = mount->mountpoint == NULL ? 0 : strlen (mount->mountpoint);

    if (n > length && strncmp (path, mount->mountpoint, n) == 0
        && (path[n] == '/' || path[n] == '\0' || n == 1)) {
      best = mount;
      length = n;
    }
  }
  return best != NULL && g_strcmp0 (best->vfstype, "vfat") == 0;
}

static gboolean
is_label (GBytes *value)
{
  const char *text = value == NULL ? NULL : g_bytes_get_data (value, NULL);
  gsize size = value == NULL ? 0 : g_bytes_get_size (value);

  return text != NULL && size > 1 && g_strstr_len (text, (gssize) size, ":unlabeled_t:") == NULL;
}

/* @out_labelled: TRUE also for what is gone or cannot have a label. */
static gboolean
look_at (Labels *labels, const char *path, gboolean *out_labelled, GError **error)
{
  V2vVerify *self = labels->verify;
  g_autoptr (GBytes) value = NULL;
  GError *local = NULL;

  *out_labelled = TRUE;
  if (is_on_fat (self->guest, path))
    return TRUE;
  if (!v2v_fs_get_xattr (self->fs, path, LABEL, &value, &local))
    return v2v_verify_note (local, NULL, error);
  *out_labelled = is_label (value);
  return TRUE;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static gboolean
check_paths (Labels *labels, const char *id, GError **error)
{
  V2vVerify *self = labels->verify;
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  V2vCheckState state = labels->enforcing ? V2V_CHECK_FAILED : V2V_CHECK_WARNING;
  guint bad = 0;
  GHashTableIter iter;
  gpointer path;

  g_hash_table_iter_init (&iter, labels->paths);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    g_ptr_array_add (paths, path);
  g_ptr_array_sort (paths, compare);
  for (guint i = 0; i < MIN (paths->len, LOOKS_MAX); i++) {
    gboolean labelled;

    if (!look_at (labels, paths->pdata[i], &labelled, error))
      return FALSE;
    if (!labelled && bad++ < ROWS_MAX)
      v2v_verdict_add (self->verdict, id, paths->pdata[i], state,
                       "it has no SELinux label, so that confined programs are denied it");
  }
  if (bad > ROWS_MAX)
    v2v_verdict_add (self->verdict, id, NULL, state, "%u more files have no SELinux label",
                     bad - ROWS_MAX);
  if (paths->len > LOOKS_MAX)
    v2v_verdict_add (self->verdict, id, NULL, V2V_CHECK_SKIPPED,
                     "only %d of %u files were looked at", LOOKS_MAX, paths->len);
  if (bad == 0)
    v2v_verdict_add (self->verdict, id, NULL, V2V_CHECK_PASSED,
                     "the %u files that were written have SELinux labels", paths->len);
  return TRUE;
}

gboolean
v2v_verify_labels (V2vVerify *self, const char *id, GError **error)
{
  g_autoptr (GHashTable) paths = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Labels labels = { self, paths, FALSE, RECORDS_TOTAL_MAX };
  g_autofree char *mode = NULL;

  if (!read_mode (self, &mode, error))
    return FALSE;
  if (mode == NULL) {
    v2v_verdict_add (self->verdict, id, NULL, V2V_CHECK_SKIPPED,
                     "the guest does not use SELinux");
    return TRUE;
  }
  labels.enforcing = g_str_equal (mode, "enforcing");
  return collect (&labels, id, error) && check_paths (&labels, id, error);
}
