/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-engine-output.c - follow what virt-v2v prints while it runs
 */
#include <config.h>

#include "v2v-engine-output.h"

#include <signal.h>
#include <string.h>

#include "v2v-engine-messages.h"
#include "v2v-error.h"
#include "v2v-json.h"
#include "v2v-str.h"

#define PREFIX "virt-v2v-in-place: "
#define WARNINGS_MAX 100
#define ERRORS_MAX 16
#define SEEN_MAX 512
#define TAIL_LINES 8
#define SHOW_MAX 300

struct _V2vEngineOutput {
  const V2vObserver *observer;
  V2vReport *report;
  gboolean json;       /* typed messages come: their text twins are dropped */
  GHashTable *seen;    /* lines of typed messages, to know the twins by */
  GHashTable *warned;  /* what has been told */
  GPtrArray *errors;   /* char*: error messages, whole */
  GQueue tail;         /* char*: the last lines of the tools below */
};

V2vEngineOutput *
v2v_engine_output_new (const V2vObserver *observer, V2vReport *report)
{
  V2vEngineOutput *output = g_new0 (V2vEngineOutput, 1);

  output->observer = observer;
  output->report = report;
  output->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  output->warned = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  output->errors = g_ptr_array_new_with_free_func (g_free);
  g_queue_init (&output->tail);
  return output;
}

void
v2v_engine_output_free (V2vEngineOutput *output)
{
  if (output == NULL)
    return;
  g_hash_table_unref (output->seen);
  g_hash_table_unref (output->warned);
  g_ptr_array_unref (output->errors);
  g_queue_clear_full (&output->tail, g_free);
  g_free (output);
}

static void
tell (V2vEngineOutput *output, const char *line)
{
  g_autofree char *clean = v2v_str_printable (line, 4096);

  if (output->observer != NULL && output->observer->line != NULL)
    output->observer->line (clean, output->observer->user_data);
}

static void
warn (V2vEngineOutput *output, const char *text)
{
  g_autofree char *told = v2v_message_translate_warning (text);

  if (told == NULL || g_hash_table_size (output->warned) >= WARNINGS_MAX
      || !g_hash_table_add (output->warned, g_strdup (told)))
    return;
  if (output->observer != NULL && output->observer->warning != NULL)
    output->observer->warning (told, output->observer->user_data);
  else
    v2v_report_warn (output->report, "%s", told);
}

static void
add_error (V2vEngineOutput *output, const char *text)
{
  if (output->errors->len < ERRORS_MAX)
    g_ptr_array_add (output->errors, g_strdup (text));
}

/* Each line of a typed message comes again as text; @report_lines: show them. */
static void
remember (V2vEngineOutput *output, const char *message, gboolean show)
{
  g_auto (GStrv) lines = g_strsplit (message, "\n", 64);

  for (guint i = 0; lines[i] != NULL; i++) {
    char *line = g_strchomp (lines[i]);

    if (*line == '\0')
      continue;
    if (show)
      tell (output, line);
    if (g_hash_table_size (output->seen) < SEEN_MAX)
      g_hash_table_add (output->seen, g_strdup (line));
  }
}

/* (transfer none) (nullable): json-glib's own getters do not check the type first. */
static const char *
string_member (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node)
      || json_node_get_value_type (node) != G_TYPE_STRING)
    return NULL;
  return json_node_get_string (node);
}

/* {"message": "...", "timestamp": "...", "type": "message|info|warning|error"} */
static gboolean
take_json (V2vEngineOutput *output, const char *line)
{
  g_autoptr (JsonParser) parser = NULL;
  const char *type, *message;
  JsonNode *root;

  if (*line != '{')
    return FALSE;
  parser = json_parser_new ();
  if (!json_parser_load_from_data (parser, line, -1, NULL))
    return FALSE;
  root = json_parser_get_root (parser);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return FALSE;
  type = string_member (json_node_get_object (root), "type");
  message = string_member (json_node_get_object (root), "message");
  if (type == NULL || message == NULL)
    return FALSE;

  output->json = TRUE;
  remember (output, message, strcmp (type, "warning") != 0);
  if (strcmp (type, "warning") == 0)
    warn (output, message);
  else if (strcmp (type, "error") == 0)
    add_error (output, message);
  return TRUE;
}

/* Text twins of typed messages, and what virt-v2v adds to every error. */
static gboolean
is_noise (V2vEngineOutput *output, const char *line)
{
  if (*line == '\0' || g_str_has_prefix (line, "If reporting bugs, run ")
      || g_str_has_prefix (line, "  virt-v2v-in-place -v -x"))
    return TRUE;
  if (!output->json)
    return FALSE;
  return *line == '[' || g_str_has_prefix (line, PREFIX)
         || g_hash_table_contains (output->seen, line);
}

/* A virt-v2v whose messages are not typed: the text is all there is. */
static gboolean
take_text (V2vEngineOutput *output, const char *line)
{
  const char *rest = line + strlen (PREFIX);

  if (!g_str_has_prefix (line, PREFIX))
    return FALSE;
  if (g_str_has_prefix (rest, "warning: ")) {
    warn (output, rest + strlen ("warning: "));
    return TRUE;
  }
  if (g_str_has_prefix (rest, "error: "))
    add_error (output, rest + strlen ("error: "));
  tell (output, rest);
  return TRUE;
}

void
v2v_engine_output_line (const char *line, gboolean is_stderr, gpointer user_data)
{
  V2vEngineOutput *output = user_data;

  if (!is_stderr && take_json (output, line))
    return;
  if (is_noise (output, line) || take_text (output, line))
    return;
  tell (output, line);
  g_queue_push_tail (&output->tail, g_strdup (line));
  if (g_queue_get_length (&output->tail) > TAIL_LINES)
    g_free (g_queue_pop_head (&output->tail));
}

/* (transfer full): the beginning of an error that no row knows. */
static char *
first_line (const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", 2);
  g_autofree char *line = g_strdup (g_strstrip (lines[0]));
  gsize length = strlen (line);

  while (length > 0 && (line[length - 1] == '.' || line[length - 1] == ' '))
    line[--length] = '\0';
  return v2v_str_printable (line, SHOW_MAX);
}

static gboolean
explain (const char *text, const char *label, GError **error)
{
  V2vErrorCode code;
  g_autofree char *sentence = v2v_message_explain_failure (text, &code);

  if (sentence == NULL)
    return FALSE;
  g_set_error (error, V2V_ERROR, code, "%s stopped: %s", label, sentence);
  return TRUE;
}

/* Killed from outside: nothing that it said is the cause.  SIGKILL is what the kernel
 * sends when memory runs out, and then another try can help. */
static void
fail_by_signal (const char *label, int number, GError **error)
{
  if (number == SIGKILL)
    g_set_error (error, V2V_ERROR, V2V_ERROR_STORAGE,
                 "%s was killed (signal 9): did this machine run out of memory?", label);
  else
    g_set_error (error, V2V_ERROR, V2V_ERROR_INTERNAL, "%s was killed by signal %d (%s)",
                 label, number, g_strsignal (number));
}

gboolean
v2v_engine_output_fail (V2vEngineOutput *output, const char *label, int exit_status,
                        GError **error)
{
  if (exit_status > 128 && exit_status < 128 + 65) {
    fail_by_signal (label, exit_status - 128, error);
    return FALSE;
  }
  for (guint i = 0; i < output->errors->len; i++) {
    if (explain (g_ptr_array_index (output->errors, i), label, error))
      return FALSE;
  }
  if (output->errors->len > 0) {
    g_autofree char *line = first_line (g_ptr_array_index (output->errors, 0));

    g_set_error (error, V2V_ERROR, V2V_ERROR_INTERNAL, "%s failed: %s", label, line);
    return FALSE;
  }
  for (GList *l = output->tail.tail; l != NULL; l = l->prev) {
    if (explain (l->data, label, error))
      return FALSE;
  }
  if (output->tail.tail != NULL) {
    g_autofree char *line = first_line (output->tail.tail->data);

    g_set_error (error, V2V_ERROR, V2V_ERROR_INTERNAL, "%s failed (exit %d): %s", label,
                 exit_status, line);
    return FALSE;
  }
  g_set_error (error, V2V_ERROR, V2V_ERROR_INTERNAL,
               "%s failed (exit %d) without a message", label, exit_status);
  return FALSE;
}
