/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-verdict.c - what verify/ found: plain data
 */
#include <config.h>

#include "v2v-verdict.h"

const char *
v2v_check_state_name (V2vCheckState state)
{
  static const char *const names[] = { "passed", "warning", "failed", "skipped" };

  g_return_val_if_fail (state < G_N_ELEMENTS (names), NULL);
  return names[state];
}

static void
check_free (gpointer p)
{
  V2vCheck *check = p;

  g_free (check->id);
  g_free (check->subject);
  g_free (check->evidence);
  g_free (check);
}

V2vVerdict *
v2v_verdict_new (void)
{
  V2vVerdict *verdict = g_new0 (V2vVerdict, 1);

  verdict->checks = g_ptr_array_new_with_free_func (check_free);
  return verdict;
}

void
v2v_verdict_free (V2vVerdict *verdict)
{
  if (verdict == NULL)
    return;
  g_ptr_array_unref (verdict->checks);
  g_free (verdict);
}

void
v2v_verdict_add (V2vVerdict *verdict, const char *id, const char *subject,
                 V2vCheckState state, const char *evidence_format, ...)
{
  V2vCheck *check = g_new0 (V2vCheck, 1);
  va_list ap;

  check->id = g_strdup (id);
  check->subject = g_strdup (subject);
  check->state = state;
  va_start (ap, evidence_format);
  check->evidence = g_strdup_vprintf (evidence_format, ap);
  va_end (ap);
  g_ptr_array_add (verdict->checks, check);
}

guint
v2v_verdict_count (const V2vVerdict *verdict, V2vCheckState state)
{
  guint n = 0;

  for (guint i = 0; i < verdict->checks->len; i++)
    n += ((const V2vCheck *) g_ptr_array_index (verdict->checks, i))->state == state;
  return n;
}
