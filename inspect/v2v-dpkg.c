/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-dpkg.c - dpkg's list of packages
 */
#include <config.h>

#include "v2v-dpkg.h"

#include <string.h>

/* Fields of the stanza under way; they point into the text. */
typedef struct {
  const char *start;
  gsize length;
} Span;

typedef struct {
  Span package;
  Span version;
  Span arch;
  Span status;
} Stanza;

static char *
dup_span (Span span)
{
  return span.start == NULL ? NULL : g_strndup (span.start, span.length);
}

/* The third word of "install ok installed"; dpkg(1) "PACKAGE STATES". */
static gboolean
is_installed (Span status)
{
  static const char *const states[] = { "installed",       "unpacked",         "half-configured",
                                        "triggers-awaited", "triggers-pending", NULL };
  g_autofree char *text = dup_span (status);
  const char *word = text == NULL ? NULL : strrchr (text, ' ');

  return text == NULL || g_strv_contains (states, word == NULL ? text : word + 1);
}

static gboolean
end_stanza (V2vGuest *guest, Stanza *stanza)
{
  if (stanza->package.start != NULL && is_installed (stanza->status)) {
    V2vPackage *package;

    if (guest->packages->len >= V2V_PACKAGES_MAX)
      return FALSE;
    package = v2v_guest_add_package (guest);
    package->name = dup_span (stanza->package);
    package->version = dup_span (stanza->version);
    package->arch = dup_span (stanza->arch);
  }
  memset (stanza, 0, sizeof *stanza);
  return TRUE;
}

static void
read_field (Stanza *stanza, const char *line, gsize length)
{
  const struct {
    const char *name;
    Span *span;
  } fields[] = {
    { "Package:", &stanza->package },
    { "Version:", &stanza->version },
    { "Architecture:", &stanza->arch },
    { "Status:", &stanza->status },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++) {
    gsize n = strlen (fields[i].name);

    if (length < n || g_ascii_strncasecmp (line, fields[i].name, n) != 0)
      continue;
    while (n < length && (line[n] == ' ' || line[n] == '\t'))
      n++;
    while (length > n && g_ascii_isspace (line[length - 1]))
      length--;
    if (length > n) {
      fields[i].span->start = line + n;
      fields[i].span->length = length - n;
    }
    return;
  }
}

gboolean
v2v_dpkg_parse (V2vGuest *guest, const char *text, gsize length)
{
  const char *end = text + length;
  Stanza stanza = { 0 };

  while (text < end) {
    const char *newline = memchr (text, '\n', (gsize) (end - text));
    gsize n = (gsize) ((newline == NULL ? end : newline) - text);

    if (n == 0 && !end_stanza (guest, &stanza))
      return FALSE;
    read_field (&stanza, text, n);
    text += newline == NULL ? n : n + 1;
  }
  return end_stanza (guest, &stanza);
}
