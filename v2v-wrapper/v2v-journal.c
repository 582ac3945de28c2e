/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-journal.c - how far a commit came, for the run that has to finish it
 */
#include <config.h>

#include "v2v-journal.h"

#include <limits.h>
#include <string.h>

#include "v2v-disk-format.h"
#include "v2v-file.h"
#include "v2v-json.h"
#include "v2v-str.h"

#define JOURNAL_VERSION 1
#define VERSION_KEY "v2v-wrapper-journal"
/* The whole document, a disk list, and for each disk an object. */
#define MAX_BRACKETS (2 + V2V_JOURNAL_MAX_DISKS)

static const char *const state_names[] = {
  [V2V_JOURNAL_PREPARED] = "prepared",
  [V2V_JOURNAL_COMMITTING] = "committing",
};

static void
journal_disk_free (gpointer p)
{
  V2vJournalDisk *disk = p;

  g_free (disk->path);
  g_free (disk->format);
  v2v_disk_id_clear (&disk->id);
  g_free (disk);
}

V2vJournal *
v2v_journal_new (void)
{
  V2vJournal *journal = g_new0 (V2vJournal, 1);

  journal->disks = g_ptr_array_new_with_free_func (journal_disk_free);
  return journal;
}

V2vJournalDisk *
v2v_journal_add (V2vJournal *journal)
{
  V2vJournalDisk *disk = g_new0 (V2vJournalDisk, 1);

  g_ptr_array_add (journal->disks, disk);
  return disk;
}

void
v2v_journal_free (V2vJournal *journal)
{
  if (journal == NULL)
    return;
  g_ptr_array_unref (journal->disks);
  g_free (journal);
}

/* File names are bytes, JSON is text: what is not plain ASCII is written %XX. */
static char *
escape (const char *text)
{
  return g_uri_escape_bytes ((const guint8 *) text, strlen (text), "/ :,+=@()!$&'*;");
}

static void
set_number (JsonObject *object, const char *key, guint64 value)
{
  /* As a string: JSON numbers lose what does not fit a signed or double. */
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, value);

  json_object_set_string_member (object, key, text);
}

static void
add_disk (JsonArray *list, const V2vJournalDisk *disk)
{
  JsonObject *object = v2v_json_append_object (list);
  g_autofree char *path = escape (disk->path);

  json_object_set_string_member (object, "path", path);
  json_object_set_string_member (object, "format", disk->format);
  json_object_set_boolean_member (object, "block", disk->id.block);
  set_number (object, "size", disk->id.size);
  set_number (object, "device", disk->id.device);
  set_number (object, "inode", disk->id.inode);
  set_number (object, "born", (guint64) disk->id.born);
  if (disk->id.serial != NULL) {
    g_autofree char *serial = escape (disk->id.serial);

    json_object_set_string_member (object, "serial", serial);
  }
  json_object_set_boolean_member (object, "done", disk->done);
}

char *
v2v_journal_to_string (const V2vJournal *journal)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *object = json_object_new ();
  JsonArray *list = json_array_new ();

  json_object_set_int_member (object, VERSION_KEY, JOURNAL_VERSION);
  json_object_set_string_member (object, "state", state_names[journal->state]);
  json_object_set_array_member (object, "disks", list);
  for (guint i = 0; i < journal->disks->len; i++)
    add_disk (list, g_ptr_array_index (journal->disks, i));
  json_node_take_object (root, object);
  return v2v_json_to_string (root);
}

static JsonNode *
member (JsonObject *object, const char *key, GType type)
{
  JsonNode *node = json_object_get_member (object, key);

  return node != NULL && json_node_get_value_type (node) == type ? node : NULL;
}

static gboolean
get_number (JsonObject *object, const char *key, guint64 *out)
{
  JsonNode *node = member (object, key, G_TYPE_STRING);

  return node != NULL
         && g_ascii_string_to_unsigned (json_node_get_string (node), 10, 0, G_MAXUINT64, out,
                                        NULL);
}

static gboolean
get_bool (JsonObject *object, const char *key, gboolean *out)
{
  JsonNode *node = member (object, key, G_TYPE_BOOLEAN);

  if (node != NULL)
    *out = json_node_get_boolean (node);
  return node != NULL;
}

/* NULL when absent, of another type, or not as escape() writes it. */
static char *
dup_text (JsonObject *object, const char *key)
{
  JsonNode *node = member (object, key, G_TYPE_STRING);

  return node != NULL ? g_uri_unescape_string (json_node_get_string (node), NULL) : NULL;
}

/* The key that is missing or wrong, or NULL. */
static const char *
parse_disk (JsonNode *node, V2vJournalDisk *disk)
{
  JsonObject *object;
  guint64 born = 0;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return "disks";
  object = json_node_get_object (node);
  disk->path = dup_text (object, "path");
  if (disk->path == NULL || !g_path_is_absolute (disk->path))
    return "path";
  disk->format = dup_text (object, "format");
  if (disk->format == NULL || !v2v_disk_format_is_known (disk->format))
    return "format";
  if (!get_bool (object, "block", &disk->id.block))
    return "block";
  if (!get_bool (object, "done", &disk->done))
    return "done";
  if (!get_number (object, "size", &disk->id.size))
    return "size";
  if (!get_number (object, "device", &disk->id.device))
    return "device";
  if (!get_number (object, "inode", &disk->id.inode))
    return "inode";
  if (!get_number (object, "born", &born))
    return "born";
  disk->id.born = (gint64) born;
  disk->id.serial = dup_text (object, "serial");
  if (disk->id.serial == NULL && json_object_has_member (object, "serial"))
    return "serial";
  return NULL;
}

static const char *
parse_disks (JsonNode *node, V2vJournal *journal)
{
  JsonArray *list;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return "disks";
  list = json_node_get_array (node);
  if (json_array_get_length (list) == 0
      || json_array_get_length (list) > V2V_JOURNAL_MAX_DISKS)
    return "disks";
  for (guint i = 0; i < json_array_get_length (list); i++) {
    const char *wrong = parse_disk (json_array_get_element (list, i), v2v_journal_add (journal));

    if (wrong != NULL)
      return wrong;
  }
  return NULL;
}

static const char *
parse_root (JsonNode *root, V2vJournal *journal)
{
  JsonNode *version, *state;
  JsonObject *object;

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return VERSION_KEY;
  object = json_node_get_object (root);
  version = member (object, VERSION_KEY, G_TYPE_INT64);
  if (version == NULL || json_node_get_int (version) != JOURNAL_VERSION)
    return VERSION_KEY;
  state = member (object, "state", G_TYPE_STRING);
  if (state == NULL)
    return "state";
  for (guint i = 0; i < G_N_ELEMENTS (state_names); i++) {
    if (g_str_equal (json_node_get_string (state), state_names[i])) {
      journal->state = (V2vJournalState) i;
      return parse_disks (json_object_get_member (object, "disks"), journal);
    }
  }
  return "state";
}

/* json-glib reads nested values by recursion without a limit, so that 64 KiB of "["
 * end the process.  escape() leaves no bracket in a string of ours. */
static gboolean
is_shallow (const char *data, gsize length)
{
  gsize brackets = 0;

  for (gsize i = 0; i < length; i++)
    brackets += data[i] == '[' || data[i] == '{';
  return brackets <= MAX_BRACKETS;
}

V2vJournal *
v2v_journal_parse (const char *data, gsize length, const char *name, GError **error)
{
  g_autoptr (V2vJournal) journal = v2v_journal_new ();
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  const char *wrong = NULL;

  if (length > V2V_JOURNAL_MAX_SIZE || !is_shallow (data, length)
      || !g_utf8_validate (data, (gssize) length, NULL)
      || !json_parser_load_from_data (parser, data, (gssize) length, NULL)) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED, "journal '%s' is damaged", name);
    return NULL;
  }
  wrong = parse_root (json_parser_get_root (parser), journal);
  if (wrong == NULL)
    return g_steal_pointer (&journal);
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
               "journal '%s' is damaged or from another version: '%s' is not understood",
               name, wrong);
  return NULL;
}

char *
v2v_journal_dup_disk_list (const V2vJournal *journal)
{
  GString *list = g_string_new (NULL);

  for (guint i = 0; i < journal->disks->len; i++) {
    const V2vJournalDisk *disk = g_ptr_array_index (journal->disks, i);
    g_autofree char *name = v2v_str_printable (disk->path, PATH_MAX);

    g_string_append_printf (list, "%s'%s'", i > 0 ? ", " : "", name);
  }
  return g_string_free (list, FALSE);
}

V2vJournal *
v2v_journal_load (const char *file, GError **error)
{
  g_autofree char *data = NULL;
  gsize length;

  data = v2v_file_read (file, V2V_JOURNAL_MAX_SIZE, &length, error);
  return data != NULL ? v2v_journal_parse (data, length, file, error) : NULL;
}

gboolean
v2v_journal_save (const V2vJournal *journal, const char *file, GError **error)
{
  g_autofree char *text = v2v_journal_to_string (journal);

  return v2v_file_write_atomic (file, text, strlen (text), 0600, error);
}
