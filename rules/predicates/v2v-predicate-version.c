/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-predicate-version.c - version: ">=2023", "12", ">=8 <10"
 */
#include <config.h>

#include <string.h>

#include "v2v-predicate-private.h"

/* More comparisons than anybody joins. */
#define COMPARISONS_MAX 16
/* No overflow below this many digits. */
#define DIGITS_MAX 18

typedef enum { EQUAL, LESS, LESS_EQUAL, GREATER, GREATER_EQUAL } Operator;

/* The longer ones first: "<=" begins with "<". */
static const struct {
  const char *text;
  Operator op;
} operators[] = {
  { "<=", LESS_EQUAL }, { ">=", GREATER_EQUAL }, { "<", LESS }, { ">", GREATER },
  { "=", EQUAL },
};

typedef struct {
  struct {
    Operator op;
    V2vVersion version;
  } comparisons[COMPARISONS_MAX];
  guint n;
} Range;

gboolean
v2v_version_parse (const char *text, V2vVersion *out_version)
{
  V2vVersion version = { .n = 0 };

  for (;;) {
    gsize digits = strspn (text, "0123456789");

    if (digits == 0 || digits > DIGITS_MAX || version.n == V2V_VERSION_NUMBERS_MAX)
      return FALSE;
    version.numbers[version.n++] = g_ascii_strtoull (text, NULL, 10);
    text += digits;
    if (text[0] != '.' || !g_ascii_isdigit (text[1]))
      break;
    text++;
  }
  version.more = *text != '\0';
  *out_version = version;
  return TRUE;
}

gboolean
v2v_version_compare (const V2vVersion *version, const V2vVersion *wanted, int *out_order)
{
  *out_order = 0;
  for (guint i = 0; i < wanted->n && *out_order == 0; i++) {
    guint64 number = i < version->n ? version->numbers[i] : 0;

    if (i >= version->n && version->more)
      return FALSE;
    *out_order = number < wanted->numbers[i] ? -1 : number > wanted->numbers[i];
  }
  return TRUE;
}

static Operator
take_operator (const char **text)
{
  for (gsize i = 0; i < G_N_ELEMENTS (operators); i++) {
    if (g_str_has_prefix (*text, operators[i].text)) {
      *text += strlen (operators[i].text);
      return operators[i].op;
    }
  }
  return EQUAL;
}

static gboolean
parse_comparison (Range *range, const char *word, const V2vArgs *args, GError **error)
{
  const char *number = word;
  Operator op = take_operator (&number);
  V2vVersion version;

  if (!v2v_version_parse (number, &version) || version.more)
    return v2v_args_error_at (args, "is", error,
                              "'%s' is no comparison of versions: write 12, >=2023 or \">=8 <10\"",
                              word);
  if (range->n == COMPARISONS_MAX)
    return v2v_args_error_at (args, "is", error, "more than %d comparisons", COMPARISONS_MAX);
  range->comparisons[range->n].op = op;
  range->comparisons[range->n].version = version;
  range->n++;
  return TRUE;
}

static gpointer
version_parse (V2vArgs *args, GError **error)
{
  g_autofree Range *range = g_new0 (Range, 1);
  g_autofree char *text = NULL;
  g_auto (GStrv) words = NULL;

  if (!v2v_args_take_string (args, "is", TRUE, &text, error))
    return NULL;
  words = g_strsplit_set (text, " \t", -1);
  for (guint i = 0; words[i] != NULL; i++) {
    if (*words[i] != '\0' && !parse_comparison (range, words[i], args, error))
      return NULL;
  }
  if (range->n == 0) {
    v2v_args_error_at (args, "is", error, "there is no comparison in it");
    return NULL;
  }
  return g_steal_pointer (&range);
}

static gboolean
holds (Operator op, int order)
{
  switch (op) {
  case LESS:
    return order < 0;
  case LESS_EQUAL:
    return order <= 0;
  case GREATER:
    return order > 0;
  case GREATER_EQUAL:
    return order >= 0;
  case EQUAL:
    return order == 0;
  default:
    g_assert_not_reached ();
  }
}

static V2vTruth
in_range (const Range *range, const V2vVersion *version)
{
  V2vTruth truth = V2V_YES;

  for (guint i = 0; i < range->n && truth != V2V_NO; i++) {
    int order;

    if (!v2v_version_compare (version, &range->comparisons[i].version, &order))
      truth = V2V_CANNOT_TELL;
    else if (!holds (range->comparisons[i].op, order))
      truth = V2V_NO;
  }
  return truth;
}

static gboolean
version_test (gconstpointer data, V2vRuleContext *context, V2vTruth *out_truth,
              char **out_seen, GError **error)
{
  V2vAnswer answer = { out_truth, out_seen };
  const char *why = v2v_predicate_why_unknown (context->guest, "version");
  const char *text = context->guest->version_id;
  g_autofree char *shown = NULL;
  V2vVersion version;

  (void) error;
  if (text == NULL)
    return v2v_answer (answer, V2V_CANNOT_TELL, "the version is not known%s%s",
                       why != NULL ? ": " : "", why != NULL ? why : "");
  shown = v2v_predicate_dup_short (text);
  if (!v2v_version_parse (text, &version))
    return v2v_answer (answer, V2V_CANNOT_TELL, "version is '%s', not a number", shown);
  return v2v_answer (answer, in_range (data, &version), "version is %s", shown);
}

const V2vPredicateOps v2v_predicate_version_ops = {
  .name = "version",
  .shorthand = "is",
  .summary = "The version of the operating system, compared number by number",
  .parse = version_parse,
  .free = g_free,
  .test = version_test,
};
