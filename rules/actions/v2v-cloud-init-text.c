/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-cloud-init-text.c - edits of cloud-init's configuration, text in and text out
 */
#include <config.h>

#include "actions/v2v-cloud-init-text.h"

#include <string.h>

#include "v2v-yaml.h"

#define LIST_KEY "datasource_list"
#define POLICY "search,found=all,maybe=none,notfound=disabled"

/* default_user and not "users: []": an empty list would also take the default user away
 * from the key and password of a seed that is attached later. */
char *
v2v_cloud_init_config (const char *const *datasources, gboolean network)
{
  g_autofree char *list = g_strjoinv (", ", (char **) datasources);

  return g_strdup_printf (
    "# Written by v2v-wrapper: the cloud that this guest was made for is gone.\n"
    "# Without a seed cloud-init stays off; one that is attached is used.\n"
    LIST_KEY ": [ %s ]\n"
    "manual_cache_clean: false\n"
    "%s"
    "# What the guest has by now is its own: host keys, names, package sources, passwords.\n"
    "ssh_deletekeys: false\n"
    "preserve_hostname: true\n"
    "manage_etc_hosts: false\n"
    "apt: {preserve_sources_list: true}\n"
    "system_info: {default_user: {lock_passwd: false}}\n",
    list, network ? "" : "network: {config: disabled}\n");
}

/* One physical line; @end is behind its line end. */
typedef struct {
  const char *start, *end;
  gsize indent;
} Line;

static GArray *
split_lines (const char *text)
{
  GArray *lines = g_array_new (FALSE, FALSE, sizeof (Line));

  while (*text != '\0') {
    const char *newline = strchr (text, '\n');
    Line line = { text, newline != NULL ? newline + 1 : text + strlen (text),
                  strspn (text, " \t") };

    g_array_append_val (lines, line);
    text = line.end;
  }
  return lines;
}

/* What follows the key's colon, or NULL when the line has another key or none. */
static const char *
list_value (const Line *line)
{
  const char *p = line->start + line->indent;
  char quote = *p == '"' || *p == '\'' ? *p++ : '\0';

  if (strncmp (p, LIST_KEY, strlen (LIST_KEY)) != 0)
    return NULL;
  p += strlen (LIST_KEY);
  if (quote != '\0' && *p++ != quote)
    return NULL;
  p += strspn (p, " \t");
  if (*p != ':' || (p[1] != '\0' && strchr (" \t\r\n", p[1]) == NULL))
    return NULL;
  return p + 1;
}

static gboolean
is_blank_or_comment (const Line *line)
{
  const char *p = line->start + line->indent;

  return p == line->end || strchr ("#\r\n", *p) != NULL;
}

/* A value is a flow list while brackets are open. */
typedef struct {
  int depth;
  char quote;
} Flow;

static void
scan_flow (Flow *flow, const char *p, const char *end)
{
  const char *start = p;

  for (; p < end; p++) {
    if (flow->quote != '\0') {
      if (*p == '\\' && flow->quote == '"' && p + 1 < end)
        p++;
      else if (*p == flow->quote)
        flow->quote = '\0';
    } else if (*p == '#' && (p == start || strchr (" \t", p[-1]) != NULL)) {
      return;
    } else if (*p == '"' || *p == '\'') {
      flow->quote = *p;
    } else if (*p == '[' || *p == '{') {
      flow->depth++;
    } else if (*p == ']' || *p == '}') {
      flow->depth--;
    }
  }
}

/* Behind the last line of a list in brackets that begins in line @i; @i + 1 when it is
 * never closed: nothing but its first line means anything to anyone then. */
static guint
flow_end (const GArray *lines, guint i, const char *value)
{
  Flow flow = { 0 };

  for (guint j = i; j < lines->len; j++) {
    const Line *line = &g_array_index (lines, Line, j);

    scan_flow (&flow, j == i ? value : line->start, line->end);
    if (flow.depth <= 0 && flow.quote == '\0')
      return j + 1;
  }
  return i + 1;
}

/* The same for a block list, whose dashes may stand right below the key. */
static guint
block_end (const GArray *lines, guint i)
{
  gsize indent = g_array_index (lines, Line, i).indent;
  guint end = i + 1;

  for (guint j = i + 1; j < lines->len; j++) {
    const Line *line = &g_array_index (lines, Line, j);
    const char *p = line->start + line->indent;

    if (is_blank_or_comment (line))
      continue;
    if (line->indent < indent
        || (line->indent == indent && !(*p == '-' && strchr (" \t\r\n", p[1]) != NULL)))
      break;
    end = j + 1;
  }
  return end;
}

static guint
value_end (const GArray *lines, guint i, const char *value)
{
  value += strspn (value, " \t");
  if (*value == '[' || *value == '{')
    return flow_end (lines, i, value);
  return block_end (lines, i);
}

char *
v2v_cloud_init_unpin (const char *text)
{
  g_autoptr (GArray) lines = split_lines (text);
  GString *out = g_string_sized_new (strlen (text) + 16);
  guint end = 0;

  for (guint i = 0; i < lines->len; i++) {
    const Line *line = &g_array_index (lines, Line, i);
    const char *value = i >= end ? list_value (line) : NULL;

    if (value != NULL)
      end = value_end (lines, i, value);
    if (i < end && !is_blank_or_comment (line))
      g_string_append_c (out, '#');
    g_string_append_len (out, line->start, line->end - line->start);
  }
  return g_string_free (out, FALSE);
}

gboolean
v2v_cloud_init_is_unpinned (const char *before, const char *after)
{
  g_autoptr (V2vYaml) was = v2v_yaml_parse (before, strlen (before), "before", NULL);
  g_autoptr (V2vYaml) is = v2v_yaml_parse (after, strlen (after), "after", NULL);

  /* cloud-init skips a file that it cannot read. */
  if (is == NULL)
    return was == NULL;
  return v2v_yaml_get (v2v_yaml_document (is, 0), LIST_KEY) == NULL;
}

/* (transfer full): without the blanks around, as ds-identify trims. */
static char *
dup_trimmed (const char *start, const char *end)
{
  while (start < end && strchr (" \t\n", *start) != NULL)
    start++;
  while (end > start && strchr (" \t\n", end[-1]) != NULL)
    end--;
  return g_strndup (start, (gsize) (end - start));
}

/* @out_key is NULL for a line that ds-identify does not take for a setting. */
static void
read_setting (const Line *line, char **out_key, char **out_value)
{
  const char *end = memchr (line->start, '#', (gsize) (line->end - line->start));
  const char *colon;

  if (end == NULL)
    end = line->end;
  colon = memchr (line->start, ':', (gsize) (end - line->start));
  *out_key = colon != NULL ? dup_trimmed (line->start, colon) : NULL;
  *out_value = colon != NULL ? dup_trimmed (colon + 1, end) : NULL;
}

char *
v2v_ds_identify_rewrite (const char *text)
{
  g_autoptr (GArray) lines = split_lines (text != NULL ? text : "");
  GString *out = g_string_new (NULL);
  gboolean has_policy = FALSE;

  if (lines->len == 0)
    g_string_append (out, "# Written by v2v-wrapper: off when there is no datasource.\n");
  for (guint i = 0; i < lines->len; i++) {
    const Line *line = &g_array_index (lines, Line, i);
    gboolean ended = line->end[-1] == '\n';
    g_autofree char *key = NULL;
    g_autofree char *value = NULL;

    read_setting (line, &key, &value);
    if (g_strcmp0 (key, "datasource") == 0 || (has_policy && g_strcmp0 (key, "policy") == 0))
      continue;
    if (g_strcmp0 (key, "policy") == 0) {
      has_policy = TRUE;
      /* "while read line" never sees a last line without its end. */
      if (!g_str_equal (value, POLICY) || !ended) {
        g_string_append (out, "policy: " POLICY "\n");
        continue;
      }
    }
    g_string_append_len (out, line->start, line->end - line->start);
  }
  if (!has_policy) {
    if (out->len > 0 && out->str[out->len - 1] != '\n')
      g_string_append_c (out, '\n');
    g_string_append (out, "policy: " POLICY "\n");
  }
  return g_string_free (out, FALSE);
}
