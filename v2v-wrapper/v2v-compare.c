/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-compare.c - the texts that rules changed, compared while the guest is verified
 *
 * A report shows what changed line by line, which diff(1) finds out.  Meanwhile this program
 * would wait for the appliance: another thread does it.
 */
#include <config.h>

#include "v2v-diff.h"
#include "v2v-pipeline-private.h"

static gpointer
compare (gpointer data)
{
  GPtrArray *changes = data;

  for (guint i = 0; i < changes->len; i++) {
    const GPtrArray *lines;
    g_autoptr (GError) error = NULL;

    /* The report tries again, and has somebody to tell. */
    if (!v2v_diff_change (g_ptr_array_index (changes, i), &lines, &error)) {
      g_debug ("%s", error->message);
      break;
    }
  }
  g_ptr_array_unref (changes);
  return NULL;
}

/* (transfer container): what reports show as text. */
static GPtrArray *
list_texts (const V2vPlan *plan)
{
  GPtrArray *changes = g_ptr_array_new ();

  for (guint i = 0; i < plan->rules->len; i++) {
    const V2vPlanRule *rule = g_ptr_array_index (plan->rules, i);

    for (guint j = 0; j < rule->changes->len; j++) {
      V2vFileChange *change = g_ptr_array_index (rule->changes, j);

      if (change->moved_from == NULL && change->after->kind == V2V_STATE_FILE)
        g_ptr_array_add (changes, change);
    }
  }
  return changes;
}

void
v2v_run_compare (V2vRun *run)
{
  v2v_run_compared (run);
  if (run->plan != NULL)
    run->comparing = g_thread_new ("compare", compare, list_texts (run->plan));
}

void
v2v_run_compared (V2vRun *run)
{
  GThread *thread = g_steal_pointer (&run->comparing);

  if (thread != NULL)
    g_thread_join (thread);
}
