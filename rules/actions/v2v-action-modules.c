/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-action-modules.c - /etc/initramfs-tools/modules in the form that virt-v2v can edit
 */
#include <config.h>

#include "v2v-action-modules.h"

#include <string.h>

#include "v2v-str.h"

#define SHOW_MAX 200

/* What the lens of /etc/modules takes for a line:
 *   blanks and "#"...              a comment or an empty line
 *   WORD                           WORD = no blank, '#', ',' or '/'
 *   WORD blanks ARGUMENTS          ARGUMENTS do not begin with '#'
 * The first character of a module line must be WORD's. */
typedef struct {
  const char *word; /* NULL: blank or comment */
  const char *word_end;
  const char *comment; /* a '#' where ARGUMENTS would begin, or NULL */
} Line;

static gboolean
is_blank (char c)
{
  return c == ' ' || c == '\t';
}

static Line
parse_line (const char *line, const char *end)
{
  Line parsed = { 0 };
  const char *p = line;

  while (p < end && is_blank (*p))
    p++;
  if (p == end || *p == '#' || *p == '\r')
    return parsed;
  parsed.word = p;
  while (p < end && !is_blank (*p) && *p != '#')
    p++;
  parsed.word_end = p;
  while (p < end && is_blank (*p))
    p++;
  if (p < end && *p == '#')
    parsed.comment = p;
  return parsed;
}

/* The lens has no room for these in a module's name, and neither has the kernel. */
static gboolean
is_hopeless (const Line *line)
{
  for (const char *p = line->word; p < line->word_end; p++) {
    if (*p == ',' || *p == '/')
      return TRUE;
  }
  return line->word == line->word_end;
}

static void
append_line (GString *out, const char *line, const char *end, V2vReport *report)
{
  Line parsed = parse_line (line, end);
  g_autoptr (GString) after = NULL;
  g_autofree char *before = NULL;

  if (parsed.word == NULL) {
    g_string_append_len (out, line, end - line);
    return;
  }
  before = g_strndup (line, (gsize) (end - line));
  if (is_hopeless (&parsed)) {
    g_autofree char *shown = v2v_str_printable (before, SHOW_MAX);

    v2v_report_warn (report, "%s: '%s' is no module name and virt-v2v may stop at it: "
                     "remove the line in the guest", V2V_ACTION_MODULES_FILE, shown);
    g_string_append_len (out, line, end - line);
    return;
  }
  if (parsed.word == line && parsed.comment == NULL) {
    g_string_append_len (out, line, end - line);
    return;
  }
  after = g_string_new (NULL);
  if (parsed.comment != NULL) {
    g_string_append_len (after, parsed.comment, end - parsed.comment);
    g_string_append_c (after, '\n');
    end = parsed.word_end;
  }
  g_string_append_len (after, parsed.word, end - parsed.word);
  g_string_append_len (out, after->str, (gssize) after->len);
  v2v_report_add_change (report, "initramfs-modules", V2V_ACTION_MODULES_FILE, before,
                         after->str, "virt-v2v cannot edit the file with this line");
}

char *
v2v_action_modules_rewrite (const char *text, V2vReport *report)
{
  GString *out = g_string_sized_new (strlen (text) + 64);

  while (*text != '\0') {
    const char *newline = strchr (text, '\n');
    const char *end = newline != NULL ? newline : text + strlen (text);

    append_line (out, text, end, report);
    if (newline != NULL)
      g_string_append_c (out, '\n');
    text = newline != NULL ? newline + 1 : end;
  }
  return g_string_free (out, FALSE);
}
