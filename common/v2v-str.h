/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-str.h - strings that come from strangers
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * v2v_str_printable:
 * @text: any bytes
 * @max: most bytes of @text to look at
 *
 * Guest text must not drive a terminal or forge a log line: bytes that are not
 * valid UTF-8, and control characters (C0, DEL, C1, bidirectional overrides), are
 * written as \xNN.
 *
 * Returns: (transfer full): valid UTF-8 on one line.
 */
char *v2v_str_printable (const char *text, gsize max) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_str_compare_natural:
 *
 * Orders digits as numbers: disk2 before disk10.  For GCompareFunc on strings.
 */
int v2v_str_compare_natural (const char *a, const char *b);

/**
 * v2v_str_is_near:
 *
 * TRUE when @word may be @wanted misspelt: one letter too many, too few, wrong, or two
 * in the wrong order; two such mistakes in words of six letters or more.  Words of more
 * than 32 bytes are never near.
 */
gboolean v2v_str_is_near (const char *word, const char *wanted);

/**
 * v2v_str_matches:
 * @pattern: "*" for any bytes, "?" for one; there is no escape
 *
 * Any bytes, UTF-8 or not (which g_pattern_match_simple() aborts on), in time of no more
 * than the product of the two lengths.
 */
gboolean v2v_str_matches (const char *pattern, const char *text);

/**
 * v2v_str_dns_label:
 * @name: any name
 * @fallback: what to return when nothing usable is left
 *
 * Lower case, [a-z0-9-], starts and ends with a letter or digit, at most 63
 * bytes: a DNS-1123 label as Kubernetes wants object names to be.
 */
char *v2v_str_dns_label (const char *name, const char *fallback)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
