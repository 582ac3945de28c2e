/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-predicate-package.c - package: what the package database lists
 *
 * A list that could not be read to its end still proves what it names.
 */
#include <config.h>

#include "v2v-glob.h"
#include "v2v-predicate-private.h"

static gpointer
package_parse (V2vArgs *args, GError **error)
{
  g_auto (GStrv) names = NULL;

  if (!v2v_args_take_strings (args, "name", TRUE, &names, error))
    return NULL;
  for (guint i = 0; names[i] != NULL; i++) {
    if (*names[i] == '\0') {
      v2v_args_error_at (args, "name", error, "an empty name matches no package");
      return NULL;
    }
  }
  return g_steal_pointer (&names);
}

static gboolean
package_test (gconstpointer data, V2vRuleContext *context, V2vTruth *out_truth,
              char **out_seen, GError **error)
{
  V2vAnswer answer = { out_truth, out_seen };
  const V2vGuest *guest = context->guest;
  const char *why = v2v_predicate_why_unknown (guest, "packages");

  (void) error;
  for (guint i = 0; i < guest->packages->len; i++) {
    const V2vPackage *package = g_ptr_array_index (guest->packages, i);
    g_autofree char *text = NULL;
    g_autofree char *shown = NULL;

    if (!v2v_glob_match_any (data, package->name))
      continue;
    text = g_strdup_printf ("%s %s", package->name,
                            package->version != NULL ? package->version : "");
    shown = v2v_predicate_dup_short (g_strchomp (text));
    return v2v_answer (answer, V2V_YES, "%s is installed", shown);
  }
  if (why != NULL)
    return v2v_answer (answer, V2V_CANNOT_TELL, "package list unknown: %s", why);
  return v2v_answer (answer, V2V_NO, "not installed");
}

const V2vPredicateOps v2v_predicate_package_ops = {
  .name = "package",
  .shorthand = "name",
  .summary = "A package is installed",
  .parse = package_parse,
  .free = v2v_predicate_free_strv,
  .test = package_test,
};
