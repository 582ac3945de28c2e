/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-emit-plan.c - what the rules would change, as a text that a person likes to read
 */
#include <config.h>

#include "v2v-emit-plan.h"

#include <string.h>

#include "v2v-diff.h"
#include "v2v-str.h"

#define WRAP_AT 92
/* Lines of one file's diff that are shown; all of them are in the JSON. */
#define DIFF_LINES_MAX 120
#define LINE_MAX_BYTES 400
/* Where "yes" and "no" stand behind conditions, but for very long ones. */
#define CONDITION_WIDTH 52

const char *
v2v_change_kind_name (const V2vFileChange *change)
{
  if (change->moved_to != NULL)
    return "disable";
  if (change->after->kind == V2V_STATE_ABSENT)
    return "remove";
  if (change->after->kind == V2V_STATE_LINK)
    return "link";
  if (change->after->kind == V2V_STATE_DIRECTORY)
    return "mkdir";
  return change->before->kind == V2V_STATE_FILE ? "write" : "create";
}

/* @text broken at blanks, each line behind @indent. */
static void
append_wrapped (GString *out, const char *indent, const char *text)
{
  g_autofree char *printable = v2v_str_printable (text, strlen (text));
  g_auto (GStrv) words = g_strsplit_set (printable, " \n", -1);
  gsize column = 0;

  for (guint i = 0; words[i] != NULL; i++) {
    gsize n = strlen (words[i]);

    if (n == 0)
      continue;
    if (column > 0 && column + 1 + n > WRAP_AT) {
      g_string_append_c (out, '\n');
      column = 0;
    }
    g_string_append (out, column == 0 ? indent : " ");
    column += column == 0 ? strlen (indent) : 1;
    g_string_append (out, words[i]);
    column += n;
  }
  g_string_append_c (out, '\n');
}

static void
append_diff (GString *out, const GPtrArray *lines)
{
  for (guint i = 0; i < lines->len && i < DIFF_LINES_MAX; i++) {
    g_autofree char *line
      = v2v_str_printable (g_ptr_array_index (lines, i), LINE_MAX_BYTES);

    /* Where a hunk stands helps nobody in a short configuration file. */
    if (g_str_has_prefix (line, "@@"))
      g_string_append (out, i == 0 ? "" : "        ...\n");
    else
      g_string_append_printf (out, "      %s\n", line);
  }
  if (lines->len > DIFF_LINES_MAX)
    g_string_append_printf (out, "        ... and %u more lines\n",
                            lines->len - DIFF_LINES_MAX);
}

/* "/etc/x: what happens to it". */
static void
append_headline (GString *out, const V2vFileChange *change)
{
  g_autofree char *path = v2v_str_printable (change->path, strlen (change->path));
  g_autofree char *other = NULL;
  const char *kind = v2v_change_kind_name (change);

  g_string_append_printf (out, "    %s", path);
  if (change->moved_to != NULL) {
    other = v2v_str_printable (change->moved_to, strlen (change->moved_to));
    g_string_append_printf (out, ": moved aside to %s", other);
  } else if (change->after->kind == V2V_STATE_LINK) {
    other = v2v_str_printable (change->after->link, strlen (change->after->link));
    g_string_append_printf (out, ": new link to %s", other);
  } else if (g_str_equal (kind, "remove")) {
    if (change->before->kind == V2V_STATE_LINK)
      other = v2v_str_printable (change->before->link, strlen (change->before->link));
    g_string_append_printf (out, ": removed%s%s", other != NULL ? ", a link to " : "",
                            other != NULL ? other : "");
  } else if (g_str_equal (kind, "create")) {
    g_string_append_printf (out, ": new, mode %04o", change->after->mode);
  } else if (g_str_equal (kind, "mkdir")) {
    g_string_append_printf (out, ": new directory, mode %04o", change->after->mode);
  }
  g_string_append_c (out, '\n');
}

static gboolean
append_change (GString *out, V2vFileChange *change, GError **error)
{
  const GPtrArray *lines;

  /* The other end of a move, and the directories on the way, are no news. */
  if (change->moved_from != NULL || change->after->kind == V2V_STATE_DIRECTORY)
    return TRUE;
  append_headline (out, change);
  if (change->moved_to != NULL || change->after->kind != V2V_STATE_FILE)
    return TRUE;
  if (!v2v_diff_change (change, &lines, error))
    return FALSE;
  if (lines == NULL)
    g_string_append_printf (out, "      %" G_GSIZE_FORMAT " bytes, sha256 %s\n",
                            g_bytes_get_size (change->after->bytes), change->after->sha256);
  else
    append_diff (out, lines);
  return TRUE;
}

static gboolean
is_news (const V2vPlanRule *rule)
{
  return rule->outcome == V2V_OUTCOME_CHANGES || rule->outcome == V2V_OUTCOME_WARNED
         || rule->outcome == V2V_OUTCOME_FAILED || rule->outcome == V2V_OUTCOME_UNKNOWN
         || rule->warnings->len > 0;
}

static gboolean
append_rule (GString *out, const V2vPlanRule *rule, GError **error)
{
  g_string_append_printf (out, "  %s - %s\n", rule->id, rule->title);
  append_wrapped (out, "    ", rule->why);
  for (guint i = 0; i < rule->changes->len; i++)
    if (!append_change (out, g_ptr_array_index (rule->changes, i), error))
      return FALSE;
  for (guint i = 0; i < rule->notes->len; i++)
    append_wrapped (out, "    ", g_ptr_array_index (rule->notes, i));
  for (guint i = 0; i < rule->warnings->len; i++)
    append_wrapped (out, "    ! ", g_ptr_array_index (rule->warnings, i));
  if (rule->error != NULL) {
    g_string_append (out, "    failed and taken back:\n");
    append_wrapped (out, "    ! ", rule->error);
  }
  return TRUE;
}

static gboolean
append_news (GString *out, const V2vPlan *plan, GError **error)
{
  int phase = -1;

  for (guint i = 0; i < plan->rules->len; i++) {
    const V2vPlanRule *rule = g_ptr_array_index (plan->rules, i);

    if (!is_news (rule))
      continue;
    if ((int) rule->phase != phase)
      g_string_append_printf (out, "%s%s\n", out->len > 0 ? "\n" : "",
                              v2v_phase_name (rule->phase));
    else
      g_string_append_c (out, '\n');
    phase = (int) rule->phase;
    if (!append_rule (out, rule, error))
      return FALSE;
  }
  return TRUE;
}

/* Of rules that are only named: why they did nothing. */
static void
append_reasons (GString *out, const V2vPlan *plan, V2vOutcome outcome)
{
  for (guint i = 0; i < plan->rules->len; i++) {
    const V2vPlanRule *rule = g_ptr_array_index (plan->rules, i);

    for (guint j = 0; rule->outcome == outcome && j < rule->notes->len; j++) {
      g_autofree char *text
        = g_strdup_printf ("%s: %s", rule->id, (char *) g_ptr_array_index (rule->notes, j));

      append_wrapped (out, "    ", text);
    }
  }
}

static void
append_ids (GString *out, const V2vPlan *plan, V2vOutcome outcome, const char *title)
{
  g_autoptr (GString) ids = g_string_new (NULL);

  for (guint i = 0; i < plan->rules->len; i++) {
    const V2vPlanRule *rule = g_ptr_array_index (plan->rules, i);

    if (rule->outcome == outcome)
      g_string_append_printf (ids, "%s%s", ids->len > 0 ? ", " : "", rule->id);
  }
  if (ids->len == 0)
    return;
  g_string_append_printf (out, "%s%s\n", out->len > 0 ? "\n" : "", title);
  append_wrapped (out, "  ", ids->str);
  append_reasons (out, plan, outcome);
}

char *
v2v_emit_plan_changes_text (const V2vPlan *plan, GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);

  if (!append_news (out, plan, error))
    return NULL;
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* Files, each once, without directories and the far ends of moves. */
static guint
count_files (const V2vPlan *plan)
{
  g_autoptr (GHashTable) paths = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < plan->rules->len; i++) {
    const V2vPlanRule *rule = g_ptr_array_index (plan->rules, i);

    for (guint j = 0; j < rule->changes->len; j++) {
      const V2vFileChange *change = g_ptr_array_index (rule->changes, j);

      if (change->moved_from == NULL && change->after->kind != V2V_STATE_DIRECTORY)
        g_hash_table_add (paths, change->path);
    }
  }
  return g_hash_table_size (paths);
}

static guint
count_outcome (const V2vPlan *plan, V2vOutcome outcome)
{
  guint n = 0;

  for (guint i = 0; i < plan->rules->len; i++)
    n += ((const V2vPlanRule *) g_ptr_array_index (plan->rules, i))->outcome == outcome;
  return n;
}

char *
v2v_emit_plan_text (const V2vPlan *plan, GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);
  guint rules = count_outcome (plan, V2V_OUTCOME_CHANGES);
  guint files = count_files (plan);

  if (!append_news (out, plan, error))
    return NULL;
  append_ids (out, plan, V2V_OUTCOME_NOTHING, "Matched, and all is as it should be");
  append_ids (out, plan, V2V_OUTCOME_NO_MATCH, "Matched nothing");
  append_ids (out, plan, V2V_OUTCOME_OFF, "Switched off");
  append_ids (out, plan, V2V_OUTCOME_NOT_RUN, "Not asked for");
  if (out->len > 0)
    g_string_append_c (out, '\n');
  if (rules == 0)
    g_string_append (out, "Nothing has to change.\n");
  else
    g_string_append_printf (out, "%u rule%s would change %u file%s.  Nothing was written.\n",
                            rules, rules == 1 ? "" : "s", files, files == 1 ? "" : "s");
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* Two columns: the condition, indented, and what was seen. */
static void
append_condition (GString *out, const V2vConditionResult *result, guint depth)
{
  g_autofree char *text = v2v_str_printable (result->text, LINE_MAX_BYTES);
  g_autofree char *seen
    = result->seen != NULL ? v2v_str_printable (result->seen, LINE_MAX_BYTES) : NULL;
  g_autofree char *indented = g_strdup_printf ("%*s%s", (int) (4 + depth * 2), "", text);

  if (g_utf8_strlen (indented, -1) > CONDITION_WIDTH)
    g_string_append_printf (out, "%s\n%*s %s", indented, CONDITION_WIDTH, "",
                            v2v_truth_name (result->truth));
  else
    g_string_append_printf (out, "%-*s %s", CONDITION_WIDTH, indented,
                            v2v_truth_name (result->truth));
  if (seen != NULL)
    g_string_append_printf (out, ": %s", seen);
  g_string_append_c (out, '\n');
  for (guint i = 0; i < result->children->len; i++)
    append_condition (out, g_ptr_array_index (result->children, i), depth + 1);
}

static const char *
verdict (const V2vPlanRule *rule)
{
  if (rule->outcome == V2V_OUTCOME_OFF)
    return rule->when == NULL || rule->when->truth == V2V_YES
             ? "switched off (its condition is met)"
             : "switched off (its condition is not met either)";
  if (rule->when == NULL)
    return "applies: it has no condition";
  switch (rule->when->truth) {
  case V2V_YES:
    return "applies";
  case V2V_NO:
    return "does not apply";
  case V2V_CANNOT_TELL:
    return "cannot tell whether it applies: it is left out";
  }
  g_return_val_if_reached (NULL);
}

char *
v2v_emit_explain_text (const V2vPlan *plan)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < plan->rules->len; i++) {
    const V2vPlanRule *rule = g_ptr_array_index (plan->rules, i);

    g_string_append_printf (out, "%s%s (%s, %s) %s\n", i > 0 ? "\n" : "", rule->id,
                            v2v_phase_name (rule->phase), rule->where, verdict (rule));
    if (rule->when != NULL)
      append_condition (out, rule->when, 0);
  }
  return g_string_free (out, FALSE);
}
