/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-regex.c - PCRE2 with limits, for text that strangers wrote
 */
#include <config.h>

#include "v2v-regex.h"

#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* The interpreter counts these steps; the JIT would ignore the depth limit, so it
 * is not used.  A megabyte of ordinary text needs a few thousand. */
#define MATCH_LIMIT 1000000
#define DEPTH_LIMIT 1000
#define HEAP_LIMIT_KIB 20000

/* What a callout costs beside the bytes that were passed since the last one, measured:
 * some 30 ns against 0.2 ns. */
#define CALLOUT_COST 128

struct _V2vRegex {
  pcre2_code *code;
  pcre2_match_data *data;
  pcre2_match_context *context;
  guint64 budget;  /* of the search that is running */
  PCRE2_SIZE last; /* where its last callout was */
};

/* PCRE2 calls before each item of the pattern: the one place where the work for all
 * starting positions can be summed up. */
static int
count_work (pcre2_callout_block *block, void *user_data)
{
  V2vRegex *regex = user_data;
  PCRE2_SIZE at = block->current_position;
  guint64 cost = CALLOUT_COST + (at > regex->last ? at - regex->last : regex->last - at);

  regex->last = at;
  if (cost > regex->budget) {
    regex->budget = 0;
    return PCRE2_ERROR_MATCHLIMIT;
  }
  regex->budget -= cost;
  return 0;
}

V2vRegex *
v2v_regex_new (const char *pattern, GError **error)
{
  g_autoptr (V2vRegex) regex = g_new0 (V2vRegex, 1);
  PCRE2_SIZE offset;
  int code;

  regex->code = pcre2_compile ((PCRE2_SPTR) pattern, PCRE2_ZERO_TERMINATED,
                               PCRE2_DOTALL | PCRE2_NEVER_UTF | PCRE2_AUTO_CALLOUT, &code,
                               &offset, NULL);
  if (regex->code == NULL) {
    char reason[256] = "";

    pcre2_get_error_message (code, (PCRE2_UCHAR *) reason, sizeof reason);
    g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
                 "the regular expression '%s' is wrong at offset %zu: %s", pattern,
                 (size_t) offset, reason);
    return NULL;
  }
  regex->data = pcre2_match_data_create_from_pattern (regex->code, NULL);
  regex->context = pcre2_match_context_create (NULL);
  pcre2_set_match_limit (regex->context, MATCH_LIMIT);
  pcre2_set_depth_limit (regex->context, DEPTH_LIMIT);
  pcre2_set_heap_limit (regex->context, HEAP_LIMIT_KIB);
  pcre2_set_callout (regex->context, count_work, regex);
  return g_steal_pointer (&regex);
}

void
v2v_regex_free (V2vRegex *regex)
{
  if (regex == NULL)
    return;
  pcre2_code_free (regex->code);
  pcre2_match_data_free (regex->data);
  pcre2_match_context_free (regex->context);
  g_free (regex);
}

static char **
dup_groups (V2vRegex *regex, const char *subject)
{
  const PCRE2_SIZE *ovector = pcre2_get_ovector_pointer (regex->data);
  guint32 count = pcre2_get_ovector_count (regex->data);
  char **groups = g_new0 (char *, count + 1);

  for (guint32 i = 0; i < count; i++) {
    PCRE2_SIZE from = ovector[2 * i];
    PCRE2_SIZE to = ovector[2 * i + 1];

    /* \K inside a lookahead can make a match end before it starts. */
    if (from == PCRE2_UNSET || to < from)
      groups[i] = g_strdup ("");
    else
      groups[i] = g_strndup (subject + from, to - from);
  }
  return groups;
}

/* FALSE with @error; spends @budget. */
static gboolean
run (V2vRegex *regex, const char *subject, gsize length, gsize from, guint32 options,
     guint64 *budget, gboolean *out_matched, GError **error)
{
  char reason[256] = "";
  int rc;

  *out_matched = FALSE;
  if (length > V2V_REGEX_SUBJECT_MAX) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                 "%zu bytes are too many to search for a pattern", length);
    return FALSE;
  }
  regex->budget = *budget;
  regex->last = from;
  rc = pcre2_match (regex->code, (PCRE2_SPTR) subject, length, from, options, regex->data,
                    regex->context);
  *budget = regex->budget;
  *out_matched = rc >= 0;
  if (rc >= 0 || rc == PCRE2_ERROR_NOMATCH)
    return TRUE;
  pcre2_get_error_message (rc, (PCRE2_UCHAR *) reason, sizeof reason);
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
               "searching for a pattern was given up: %s", reason);
  return FALSE;
}

gboolean
v2v_regex_match (V2vRegex *regex, const char *subject, gboolean *out_matched,
                 char ***out_groups, GError **error)
{
  guint64 budget = V2V_REGEX_BUDGET;

  if (out_groups != NULL)
    *out_groups = NULL;
  if (!run (regex, subject, strlen (subject), 0, 0, &budget, out_matched, error))
    return FALSE;
  if (*out_matched && out_groups != NULL)
    *out_groups = dup_groups (regex, subject);
  return TRUE;
}

static void
get_spans (V2vRegex *regex, V2vRegexSpan spans[V2V_REGEX_SPANS])
{
  const PCRE2_SIZE *ovector = pcre2_get_ovector_pointer (regex->data);
  guint32 count = pcre2_get_ovector_count (regex->data);

  for (guint32 i = 0; i < V2V_REGEX_SPANS; i++) {
    gboolean unset = i >= count || ovector[2 * i] == PCRE2_UNSET
                     || ovector[2 * i + 1] < ovector[2 * i];

    spans[i].start = unset ? -1 : (gssize) ovector[2 * i];
    spans[i].end = unset ? -1 : (gssize) ovector[2 * i + 1];
  }
}

gboolean
v2v_regex_search (V2vRegex *regex, const char *subject, gsize length, gsize from,
                  guint64 *budget, V2vRegexSpan spans[V2V_REGEX_SPANS],
                  gboolean *out_matched, GError **error)
{
  if (!run (regex, subject, length, from, 0, budget, out_matched, error))
    return FALSE;
  if (*out_matched)
    get_spans (regex, spans);
  return TRUE;
}

gboolean
v2v_regex_check_template (const V2vRegex *regex, const char *text, GError **error)
{
  guint32 groups = 0;

  pcre2_pattern_info (regex->code, PCRE2_INFO_CAPTURECOUNT, &groups);
  for (; *text != '\0'; text++) {
    if (*text != '\\')
      continue;
    text++;
    if (*text != '\\' && !g_ascii_isdigit (*text)) {
      g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
                   "a backslash stands before a digit (\\0 to \\9, the groups) or before "
                   "another one");
      return FALSE;
    }
    if (*text != '\\' && (guint32) (*text - '0') > groups) {
      g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
                   "\\%c is not there: the pattern has %u groups", *text, groups);
      return FALSE;
    }
  }
  return TRUE;
}

static void
append_template (GString *out, const char *text, const char *subject,
                 const V2vRegexSpan spans[V2V_REGEX_SPANS])
{
  for (; *text != '\0'; text++) {
    const V2vRegexSpan *span;

    if (*text != '\\' || text[1] == '\0') {
      g_string_append_c (out, *text);
      continue;
    }
    text++;
    if (!g_ascii_isdigit (*text)) {
      g_string_append_c (out, *text);
      continue;
    }
    span = &spans[*text - '0'];
    if (span->start >= 0)
      g_string_append_len (out, subject + span->start, span->end - span->start);
  }
}

gboolean
v2v_regex_replace (V2vRegex *regex, const char *subject, gsize length, const char *text,
                   guint64 *budget, GString *out, gboolean *out_matched, GError **error)
{
  gsize begin = out->len;
  gsize copied = 0, at = 0;
  guint32 options = 0;

  *out_matched = FALSE;
  while (at <= length) {
    V2vRegexSpan spans[V2V_REGEX_SPANS];
    gboolean matched;

    if (!run (regex, subject, length, at, options, budget, &matched, error))
      return FALSE;
    /* Behind an empty match another empty one at the same place is none. */
    if (!matched && options != 0) {
      options = 0;
      at++;
      continue;
    }
    if (!matched)
      break;
    get_spans (regex, spans);
    /* \K and lookbehinds can make a match begin before what is copied already. */
    if (spans[0].start < (gssize) copied)
      break;
    *out_matched = TRUE;
    g_string_append_len (out, subject + copied, spans[0].start - (gssize) copied);
    append_template (out, text, subject, spans);
    if (out->len - begin > V2V_REGEX_SUBJECT_MAX) {
      g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                   "the text would grow to more than %d bytes", V2V_REGEX_SUBJECT_MAX);
      return FALSE;
    }
    copied = (gsize) spans[0].end;
    at = copied;
    options = spans[0].end == spans[0].start ? PCRE2_NOTEMPTY_ATSTART | PCRE2_ANCHORED : 0;
  }
  g_string_append_len (out, subject + copied, (gssize) (length - copied));
  return TRUE;
}
