/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-action-crypttab.c - device names in /etc/crypttab become UUIDs
 */
#include <config.h>

#include "v2v-action-crypttab.h"

#include <string.h>

#include "v2v-crypttab.h"
#include "v2v-stable-name.h"
#include "v2v-str.h"

#define CRYPTTAB "/etc/crypttab"

/* More of a line than this is not repeated in a message. */
#define SHOW_MAX 200

#define BLANKS " \t\r"

typedef struct {
  const V2vGuest *guest;
  gboolean missing_is_optional;
  V2vReport *report;
} Rewrite;

/* Where the field that is the @n-th from 0 begins; the end of the line without one. */
static const char *
find_field (const char *line, guint n)
{
  const char *p = line + strspn (line, BLANKS);

  for (; n > 0; n--) {
    p += strcspn (p, BLANKS);
    p += strspn (p, BLANKS);
  }
  return p;
}

/* "name source [key [options]]" with another source. */
static char *
with_source (const char *line, const char *source)
{
  const char *at = find_field (line, 1);
  g_autofree char *before = g_strndup (line, (gsize) (at - line));

  return g_strconcat (before, source, at + strcspn (at, BLANKS), NULL);
}

static char *
with_nofail (const char *line)
{
  const char *key = find_field (line, 2);
  const char *options = find_field (line, 3);
  const char *add = *options != '\0' ? ",nofail" : *key != '\0' ? " nofail" : " none nofail";
  const char *at = *options != '\0' ? options + strcspn (options, BLANKS) : line + strlen (line);
  g_autofree char *before = NULL;

  while (*options == '\0' && strchr (BLANKS, at[-1]) != NULL)
    at--;
  before = g_strndup (line, (gsize) (at - line));
  return g_strconcat (before, add, at, NULL);
}

/* (transfer full) (nullable): the line as it is to be; NULL: as it is. */
static char *
rewrite_line (const Rewrite *rw, const char *line, const V2vCryptRow *row)
{
  g_autofree char *source = v2v_str_printable (row->source, SHOW_MAX);
  g_autofree char *name = NULL;
  const char *done = "left as it is";
  gboolean optional;

  if (!v2v_stable_name_is_hardware (row->source))
    return NULL;
  if (row->foreign) {
    v2v_report_warn (rw->report, CRYPTTAB " line %u: '%s' is no LUKS volume with a header of its "
                     "own: left as it is, name it by PARTUUID", row->line, source);
    return NULL;
  }
  if (row->device != NULL)
    name = v2v_stable_name_dup (rw->guest, row->device, row->random);
  if (name != NULL)
    return with_source (line, name);
  if (row->device != NULL) {
    v2v_report_warn (rw->report, CRYPTTAB " line %u: '%s' has no id of its own, it is left as "
                     "it is", row->line, source);
    return NULL;
  }
  optional = row->optional || !rw->missing_is_optional || (row->unfit && row->random);
  if (row->optional)
    done = "the boot goes on without it";
  else if (!optional)
    done = "made optional (nofail)";
  v2v_report_warn (rw->report, CRYPTTAB " line %u: '%s' %s (%s): %s", row->line, source,
                   !row->unfit ? "is on none of the disks"
                   : row->random ? "is written over at each boot, and that could lose data"
                                 : "is no LUKS volume here",
                   row->why != NULL ? row->why : "not found", done);
  return optional ? NULL : with_nofail (line);
}

static const V2vCryptRow *
find_row (const GPtrArray *rows, guint line)
{
  for (guint i = 0; i < rows->len; i++) {
    const V2vCryptRow *row = g_ptr_array_index (rows, i);

    if (row->line == line)
      return row;
  }
  return NULL;
}

/* Never quietly less than all. */
static void
warn_of_more (const Rewrite *rw, const GPtrArray *rows, guint lines)
{
  const V2vCryptRow *last;

  if (rows->len < V2V_CRYPTTAB_ENTRIES_MAX)
    return;
  last = g_ptr_array_index (rows, rows->len - 1);
  if (lines > last->line)
    v2v_report_warn (rw->report, CRYPTTAB " has %d entries up to line %u: what follows is left as "
                     "it is", V2V_CRYPTTAB_ENTRIES_MAX, last->line);
}

char *
v2v_action_crypttab_rewrite (const char *text, const V2vGuest *guest, const char *fstab,
                             gboolean missing_is_optional, V2vReport *report)
{
  g_autoptr (GPtrArray) rows = v2v_crypttab_parse (text, guest, fstab);
  Rewrite rw = { guest, missing_is_optional, report };
  GString *out = g_string_sized_new (strlen (text) + 256);
  guint lines = 0;

  while (*text != '\0') {
    gsize n = strcspn (text, "\n");
    g_autofree char *line = g_strndup (text, n);
    const V2vCryptRow *row = find_row (rows, ++lines);
    g_autofree char *edited = row == NULL ? NULL : rewrite_line (&rw, line, row);

    if (edited != NULL)
      v2v_report_add_change (report, "fstab", CRYPTTAB, line, edited,
                             "device names change with the bus, the UUID stays");
    g_string_append (out, edited != NULL ? edited : line);
    text += n;
    if (*text == '\n') {
      g_string_append_c (out, '\n');
      text++;
    }
  }
  warn_of_more (&rw, rows, lines);
  return g_string_free (out, FALSE);
}
