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

struct _V2vRegex {
  pcre2_code *code;
  pcre2_match_data *data;
  pcre2_match_context *context;
};

V2vRegex *
v2v_regex_new (const char *pattern, GError **error)
{
  g_autoptr (V2vRegex) regex = g_new0 (V2vRegex, 1);
  PCRE2_SIZE offset;
  int code;

  regex->code = pcre2_compile ((PCRE2_SPTR) pattern, PCRE2_ZERO_TERMINATED,
                               PCRE2_DOTALL | PCRE2_NEVER_UTF, &code, &offset, NULL);
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

gboolean
v2v_regex_match (V2vRegex *regex, const char *subject, gboolean *out_matched,
                 char ***out_groups, GError **error)
{
  gsize length = strlen (subject);
  int rc;

  *out_matched = FALSE;
  if (out_groups != NULL)
    *out_groups = NULL;
  if (length > V2V_REGEX_SUBJECT_MAX) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                 "%zu bytes are too many to search for a pattern", length);
    return FALSE;
  }
  rc = pcre2_match (regex->code, (PCRE2_SPTR) subject, length, 0, 0, regex->data,
                    regex->context);
  if (rc == PCRE2_ERROR_NOMATCH)
    return TRUE;
  if (rc < 0) {
    char reason[256] = "";

    pcre2_get_error_message (rc, (PCRE2_UCHAR *) reason, sizeof reason);
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                 "searching for a pattern was given up: %s", reason);
    return FALSE;
  }
  *out_matched = TRUE;
  if (out_groups != NULL)
    *out_groups = dup_groups (regex, subject);
  return TRUE;
}
