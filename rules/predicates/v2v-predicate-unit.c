/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-predicate-unit.c - unit: what starts at boot, as the draft has it
 */
#include <config.h>

#include <string.h>

#include "v2v-glob.h"
#include "v2v-inspect-private.h"
#include "v2v-predicate-private.h"

typedef enum { STATE_ENABLED, STATE_PRESENT } State;

typedef struct {
  char **names;
  State state;
} Unit;

static void
unit_free (gpointer data)
{
  Unit *unit = data;

  if (unit == NULL)
    return;
  g_strfreev (unit->names);
  g_free (unit);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Unit, unit_free)

static gpointer
unit_parse (V2vArgs *args, GError **error)
{
  static const char *const states[] = { "enabled", "present", NULL };
  g_autoptr (Unit) unit = g_new0 (Unit, 1);
  guint state;

  if (!v2v_args_take_strings (args, "name", TRUE, &unit->names, error)
      || !v2v_args_take_choice (args, "state", states, STATE_ENABLED, &state, error))
    return NULL;
  for (guint i = 0; unit->names[i] != NULL; i++) {
    if (*unit->names[i] == '\0' || strchr (unit->names[i], '/') != NULL) {
      v2v_args_error_at (args, "name", error, "'%s' is no name of a unit", unit->names[i]);
      return NULL;
    }
  }
  unit->state = (State) state;
  return g_steal_pointer (&unit);
}

/* What systemd.unit(5) lets a unit's name end with. */
static gboolean
has_unit_suffix (const char *name)
{
  static const char *const suffixes[]
    = { ".automount", ".device", ".mount", ".path",   ".scope", ".service",
        ".slice",     ".socket", ".swap",  ".target", ".timer" };

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    if (g_str_has_suffix (name, suffixes[i]))
      return TRUE;
  }
  return FALSE;
}

char **
v2v_unit_enabled_patterns (const char *const *names)
{
  GPtrArray *patterns = g_ptr_array_new ();

  for (; *names != NULL; names++) {
    g_ptr_array_add (patterns, g_strdup (*names));
    if (!has_unit_suffix (*names))
      g_ptr_array_add (patterns, g_strconcat (*names, ".service", NULL));
    else if (g_str_has_suffix (*names, ".service"))
      g_ptr_array_add (patterns, g_strndup (*names, strlen (*names) - strlen (".service")));
  }
  g_ptr_array_add (patterns, NULL);
  return (char **) g_ptr_array_free (patterns, FALSE);
}

/* "a@b.service" to "a@.service"; NULL when @name is no instance. */
static char *
dup_template (const char *name)
{
  const char *at = strchr (name, '@');
  const char *dot = strrchr (name, '.');

  if (at == NULL || dot == NULL || dot <= at + 1)
    return NULL;
  return g_strdup_printf ("%.*s%s", (int) (at + 1 - name), name, dot);
}

char **
v2v_unit_file_patterns (const char *const *names)
{
  static const char *const directories[]
    = { "/etc/systemd/system/", "/usr/lib/systemd/system/", "/lib/systemd/system/" };
  GPtrArray *patterns = g_ptr_array_new ();

  for (; *names != NULL; names++) {
    const char *suffix = has_unit_suffix (*names) ? NULL : ".service";
    g_autofree char *full = g_strconcat (*names, suffix, NULL);
    g_autofree char *template = dup_template (full);

    for (gsize i = 0; i < G_N_ELEMENTS (directories); i++) {
      g_ptr_array_add (patterns, g_strconcat (directories[i], full, NULL));
      if (template != NULL)
        g_ptr_array_add (patterns, g_strconcat (directories[i], template, NULL));
    }
  }
  g_ptr_array_add (patterns, NULL);
  return (char **) g_ptr_array_free (patterns, FALSE);
}

/* Read anew each time: earlier rules may have disabled it, and what is under the draft
 * remembers its listings. */
static gboolean
test_enabled (const Unit *unit, V2vFs *fs, V2vAnswer answer, GError **error)
{
  g_autoptr (V2vGuest) scratch = v2v_guest_new ();
  g_auto (GStrv) patterns
    = v2v_unit_enabled_patterns ((const char *const *) unit->names);
  GError *local = NULL;
  const char *why;

  if (!v2v_inspect_units (fs, scratch, &local))
    return v2v_answer_unread (answer, local, error);
  for (guint i = 0; i < scratch->units->len; i++) {
    const char *name = g_ptr_array_index (scratch->units, i);
    g_autofree char *shown = NULL;

    if (!v2v_glob_match_any ((const char *const *) patterns, name))
      continue;
    shown = v2v_predicate_dup_short (name);
    return v2v_answer (answer, V2V_YES, "%s is enabled", shown);
  }
  if (scratch->unknown->len == 0)
    return v2v_answer (answer, V2V_NO, "not enabled");
  why = ((const V2vUnknown *) g_ptr_array_index (scratch->unknown, 0))->why;
  return v2v_answer (answer, V2V_CANNOT_TELL, "enabled units unknown: %s", why);
}

/* A masked unit is a link to /dev/null, which says nothing about the unit itself. */
static gboolean
test_present (const Unit *unit, V2vFs *fs, V2vAnswer answer, GError **error)
{
  g_auto (GStrv) patterns = v2v_unit_file_patterns ((const char *const *) unit->names);
  g_autoptr (GPtrArray) found = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  GError *local = NULL;

  found = v2v_glob_expand (fs, (const char *const *) patterns, V2V_GLOB_MAX, &local);
  if (found == NULL)
    return v2v_answer_unread (answer, local, error);
  g_ptr_array_add (found, NULL);
  rows = v2v_fs_stat_many (fs, (const char *const *) found->pdata, &local);
  if (rows == NULL)
    return v2v_answer_unread (answer, local, error);
  for (guint i = 0; i < rows->len; i++) {
    const V2vFileInfo *info = g_ptr_array_index (rows, i);
    g_autofree char *shown = NULL;

    if (info->kind == V2V_FILE_DIRECTORY || g_strcmp0 (info->link, "/dev/null") == 0)
      continue;
    shown = v2v_predicate_dup_short (info->name);
    return v2v_answer (answer, V2V_YES, "%s is there", shown);
  }
  return v2v_answer (answer, V2V_NO, "no unit file of that name");
}

static gboolean
unit_test (gconstpointer data, V2vRuleContext *context, V2vTruth *out_truth, char **out_seen,
           GError **error)
{
  V2vAnswer answer = { out_truth, out_seen };
  const Unit *unit = data;
  V2vFs *fs = v2v_draft_fs (context->draft);

  if (unit->state == STATE_PRESENT)
    return test_present (unit, fs, answer, error);
  return test_enabled (unit, fs, answer, error);
}

static void
unit_add_paths (gconstpointer data, GPtrArray *paths)
{
  const Unit *unit = data;
  g_auto (GStrv) patterns = NULL;

  if (unit->state != STATE_PRESENT)
    return;
  patterns = v2v_unit_file_patterns ((const char *const *) unit->names);
  for (guint i = 0; patterns[i] != NULL; i++) {
    if (!v2v_glob_has_wildcards (patterns[i]))
      g_ptr_array_add (paths, g_strdup (patterns[i]));
  }
}

const V2vPredicateOps v2v_predicate_unit_ops = {
  .name = "unit",
  .shorthand = "name",
  .summary = "A service or other unit starts at boot, or is installed",
  .parse = unit_parse,
  .free = unit_free,
  .test = unit_test,
  .add_paths = unit_add_paths,
};
