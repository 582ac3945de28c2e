/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-predicate-private.c - what the predicates share
 */
#include <config.h>

#include "v2v-predicate-private.h"

#include <string.h>

#include "v2v-str.h"

#define SEEN_MAX 400

/* The first @max bytes at most, no character cut in two. */
static char *
dup_beginning (const char *text, gsize max)
{
  gsize length = strlen (text);
  g_autofree char *shown = NULL;

  if (length <= max)
    return v2v_str_printable (text, length);
  while (max > 0 && ((guchar) text[max] & 0xc0) == 0x80)
    max--;
  shown = v2v_str_printable (text, max);
  return g_strconcat (shown, "...", NULL);
}

char *
v2v_predicate_dup_short (const char *text)
{
  return dup_beginning (text, V2V_SEEN_TEXT_MAX);
}

gboolean
v2v_answer (V2vAnswer answer, V2vTruth truth, const char *format, ...)
{
  g_autofree char *seen = NULL;
  va_list ap;

  va_start (ap, format);
  seen = g_strdup_vprintf (format, ap);
  va_end (ap);
  *answer.truth = truth;
  *answer.seen = dup_beginning (seen, SEEN_MAX);
  return TRUE;
}

gboolean
v2v_answer_unread (V2vAnswer answer, GError *local, GError **error)
{
  if (!g_error_matches (local, V2V_ERROR, V2V_ERROR_REFUSED)
      && !g_error_matches (local, V2V_ERROR, V2V_ERROR_NOT_FOUND)) {
    g_propagate_error (error, local);
    return FALSE;
  }
  v2v_answer (answer, V2V_CANNOT_TELL, "%s", local->message);
  g_error_free (local);
  return TRUE;
}

const char *
v2v_predicate_why_unknown (const V2vGuest *guest, const char *fact)
{
  for (guint i = 0; i < guest->unknown->len; i++) {
    const V2vUnknown *row = g_ptr_array_index (guest->unknown, i);

    if (g_str_equal (row->fact, fact))
      return row->why;
  }
  return NULL;
}

void
v2v_predicate_free_strv (gpointer data)
{
  g_strfreev (data);
}
