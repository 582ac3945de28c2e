/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-rule-file.c - one rule file: its characters, its first document, the others' text
 */
#include <config.h>

#include "v2v-rule-parse.h"

#include <string.h>

#define BOM "\xef\xbb\xbf"
#define NEL 0x85
#define LINE_SEPARATOR 0x2028
#define PARAGRAPH_SEPARATOR 0x2029
#define BYTE_ORDER_MARK 0xfeff

#define LANGUAGE "1"

static void
document_free (gpointer p)
{
  V2vRuleDocument *document = p;

  v2v_rule_free (document->rule);
  g_free (document);
}

void
v2v_rule_file_free (V2vRuleFile *file)
{
  if (file == NULL)
    return;
  g_ptr_array_unref (file->documents);
  v2v_yaml_free (file->yaml);
  g_free (file->basename);
  g_free (file->name);
  g_free (file);
}

static gboolean
fail (const char *name, guint line, guint column, GError **error, const char *format, ...)
  G_GNUC_PRINTF (5, 6);

static gboolean
fail (const char *name, guint line, guint column, GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list ap;

  va_start (ap, format);
  message = g_strdup_vprintf (format, ap);
  va_end (ap);
  g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE, "%s:%u:%u: %s", name, line, column, message);
  return FALSE;
}

/* What YAML 1.1 takes for the end of a line, so that our lines are the parser's. */
static gboolean
is_break (gunichar c)
{
  return c == '\n' || c == '\r' || c == NEL || c == LINE_SEPARATOR
         || c == PARAGRAPH_SEPARATOR;
}

static gboolean
is_allowed (gunichar c)
{
  if (c < 0x20)
    return c == '\t' || is_break (c);
  if (c >= 0x7f && c < 0xa0)
    return c == NEL;
  return c != BYTE_ORDER_MARK && c != 0xfffe && c != 0xffff;
}

/* Checks every character and notes where lines begin.  The parser would find the same
 * mistakes, but it counts bytes then, and a person wants a line. */
static gboolean
read_lines (const char *name, const char *text, gsize length, GArray *lines, GError **error)
{
  gboolean has_bom = length >= strlen (BOM) && memcmp (text, BOM, strlen (BOM)) == 0;
  gsize offset = has_bom ? strlen (BOM) : 0;
  const char *p = text + offset;
  const char *end = text + length;
  guint column = 1;

  g_array_append_val (lines, offset);
  for (; p < end; column++) {
    gunichar c = g_utf8_get_char_validated (p, end - p);

    if (*p != '\0' && (c == (gunichar) -1 || c == (gunichar) -2))
      return fail (name, lines->len, column, error,
                   "the byte 0x%02x is not UTF-8 text", (guint) (guchar) *p);
    if (*p == '\0' || !is_allowed (c))
      return fail (name, lines->len, column, error,
                   "the control character U+%04X is not allowed here (write \"\\x..\" in "
                   "double quotes)",
                   *p == '\0' ? 0 : (guint) c);
    p += *p == '\r' && p + 1 < end && p[1] == '\n' ? 2 : g_utf8_skip[(guchar) *p];
    if (is_break (c)) {
      offset = (gsize) (p - text);
      g_array_append_val (lines, offset);
      column = 0;
    }
  }
  return TRUE;
}

/* "---" or "..." alone or before a blank, in the first column. */
static gboolean
is_mark (const char *line, gsize length, const char *mark)
{
  if (length < 3 || strncmp (line, mark, 3) != 0)
    return FALSE;
  return length == 3 || strchr (" \t\r\n", line[3]) != NULL
         || is_break (g_utf8_get_char_validated (line + 3, (gssize) length - 3));
}

char *
v2v_rule_dup_source (const char *text, gsize length, const GArray *lines, guint line)
{
  g_autofree char *source = NULL;
  gsize start = g_array_index (lines, gsize, 0);
  gsize end = length;

  for (guint i = line; i > 0; i--) {
    gsize at = g_array_index (lines, gsize, i - 1);

    if (!is_mark (text + at, length - at, "---"))
      continue;
    /* "--- {id: x}" is a document on the line of its mark. */
    start = i == line ? at + 3 : g_array_index (lines, gsize, i);
    break;
  }
  for (guint i = line; i < lines->len; i++) {
    gsize at = g_array_index (lines, gsize, i);

    if (is_mark (text + at, length - at, "---") || is_mark (text + at, length - at, "...")) {
      end = at;
      break;
    }
  }
  while (start < end && strchr ("\r\n", text[start]) != NULL)
    start++;
  source = g_strndup (text + start, end - start);
  g_strchomp (source);
  return g_strconcat (source, "\n", NULL);
}

/* The first document is the version of the language and nothing else. */
static gboolean
check_version (const char *name, const V2vYaml *yaml, GError **error)
{
  const V2vYamlNode *root = v2v_yaml_document (yaml, 0);
  const V2vYamlNode *value = v2v_yaml_get (root, "rules");
  V2vArgsScope scope = { .file = name };

  if (root == NULL)
    return fail (name, 1, 1, error, "the file is empty: its first line must be 'rules: "
                                    LANGUAGE "', the version of the language");
  if (value == NULL)
    return v2v_args_error (&scope, root, error,
                           "the first document must be 'rules: " LANGUAGE
                           "', the version of the language; the rules follow, each after "
                           "a line '---'");
  if (g_strcmp0 (v2v_yaml_text (value), LANGUAGE) != 0)
    return v2v_args_error (&scope, value, error,
                           "'%s' is no version of the rule language that this program "
                           "knows: write 'rules: " LANGUAGE "'",
                           value->kind == V2V_YAML_SCALAR ? value->text : "...");
  for (guint i = 0; i < root->keys->len; i++) {
    const V2vYamlNode *key = g_ptr_array_index (root->keys, i);

    if (key->kind != V2V_YAML_SCALAR || !g_str_equal (key->text, "rules"))
      return v2v_args_error (&scope, key, error,
                             "the first document is only 'rules: " LANGUAGE
                             "': a line '---' must stand before '%s'",
                             key->kind == V2V_YAML_SCALAR ? key->text : "...");
    if (i > 0)
      return v2v_args_error (&scope, key, error, "'rules' stands here twice");
  }
  return TRUE;
}

static gboolean
is_empty (const V2vYamlNode *node)
{
  return node->kind == V2V_YAML_SCALAR && !node->quoted && *node->text == '\0';
}

V2vRuleFile *
v2v_rule_file_parse (const char *name, const char *text, gsize length, GError **error)
{
  g_autoptr (GArray) lines = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_autoptr (V2vRuleFile) file = g_new0 (V2vRuleFile, 1);

  file->name = g_strdup (name);
  file->basename = g_path_get_basename (name);
  file->documents = g_ptr_array_new_with_free_func (document_free);
  if (!read_lines (name, text, length, lines, error))
    return NULL;
  file->yaml = v2v_yaml_parse (text, length, name, error);
  if (file->yaml == NULL || !check_version (name, file->yaml, error))
    return NULL;
  for (guint i = 1; i < v2v_yaml_n_documents (file->yaml); i++) {
    const V2vYamlNode *node = v2v_yaml_document (file->yaml, i);
    V2vRuleDocument *document;

    if (is_empty (node))
      continue;
    document = g_new0 (V2vRuleDocument, 1);
    document->file = file->name;
    document->node = node;
    document->position = i;
    g_ptr_array_add (file->documents, document);
    if (!v2v_rule_document_parse_head (document, error))
      return NULL;
    document->rule->text = v2v_rule_dup_source (text, length, lines, node->line);
  }
  return g_steal_pointer (&file);
}
