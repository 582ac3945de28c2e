/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-str.c - strings that come from strangers
 */
#include <config.h>

#include "v2v-str.h"

#include <string.h>

/* The longest word that is compared for misspelling. */
#define NEAR_MAX 32

#define DNS_LABEL_MAX 63

/* Characters that reorder or hide text on a terminal though they are not
 * "control" to GLib. */
static gboolean
is_deceptive (gunichar c)
{
  return (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e)
         || (c >= 0x2066 && c <= 0x2069) || c == 0xfeff;
}

char *
v2v_str_printable (const char *text, gsize max)
{
  GString *out = g_string_new (NULL);
  const char *end = text + strnlen (text, max);

  while (text < end) {
    gunichar c = g_utf8_get_char_validated (text, end - text);
    gsize len = 1;

    if (c != (gunichar) -1 && c != (gunichar) -2) {
      len = (gsize) (g_utf8_next_char (text) - text);
      if (!g_unichar_iscntrl (c) && !is_deceptive (c)) {
        g_string_append_len (out, text, (gssize) len);
        text += len;
        continue;
      }
      if (c == '\t') {
        g_string_append_c (out, ' ');
        text++;
        continue;
      }
    }
    for (gsize i = 0; i < len; i++)
      g_string_append_printf (out, "\\x%02x", (unsigned char) text[i]);
    text += len;
  }
  return g_string_free (out, FALSE);
}

/* Skips zeros and returns the length of the number that follows. */
static gsize
digits (const char **p)
{
  gsize n = 0;

  while (**p == '0' && g_ascii_isdigit ((*p)[1]))
    (*p)++;
  while (g_ascii_isdigit ((*p)[n]))
    n++;
  return n;
}

int
v2v_str_compare_natural (const char *a, const char *b)
{
  while (*a != '\0' && *b != '\0') {
    if (g_ascii_isdigit (*a) && g_ascii_isdigit (*b)) {
      gsize la = digits (&a);
      gsize lb = digits (&b);
      int order = la != lb ? (la < lb ? -1 : 1) : memcmp (a, b, la);

      if (order != 0)
        return order;
      a += la;
      b += lb;
    } else if (*a != *b) {
      return (unsigned char) *a < (unsigned char) *b ? -1 : 1;
    } else {
      a++;
      b++;
    }
  }
  return (*a != '\0') - (*b != '\0');
}

gboolean
v2v_str_matches (const char *pattern, const char *text)
{
  const char *star = NULL;  /* behind the last one */
  const char *retry = NULL; /* where what follows it is tried next */

  while (*text != '\0') {
    if (*pattern == '*') {
      star = ++pattern;
      retry = text;
    } else if (*pattern == '?' || *pattern == *text) {
      pattern++;
      text++;
    } else if (star != NULL) {
      pattern = star;
      text = ++retry;
    } else {
      return FALSE;
    }
  }
  return pattern[strspn (pattern, "*")] == '\0';
}

char *
v2v_str_dns_label (const char *name, const char *fallback)
{
  GString *out = g_string_new (NULL);

  for (; *name != '\0' && out->len < DNS_LABEL_MAX; name++) {
    char c = g_ascii_tolower (*name);

    if (g_ascii_isalnum (c))
      g_string_append_c (out, c);
    else if (out->len > 0 && out->str[out->len - 1] != '-')
      g_string_append_c (out, '-');
  }
  while (out->len > 0 && out->str[out->len - 1] == '-')
    g_string_truncate (out, out->len - 1);
  if (out->len == 0)
    g_string_assign (out, fallback);
  return g_string_free (out, FALSE);
}

/* The distance of Damerau and Levenshtein, neighbours swapped counting as one mistake. */
static guint
count_mistakes (const char *a, gsize n_a, const char *b, gsize n_b)
{
  guint rows[NEAR_MAX + 1][NEAR_MAX + 1];

  for (guint i = 0; i <= n_a; i++)
    rows[i][0] = i;
  for (guint j = 0; j <= n_b; j++)
    rows[0][j] = j;
  for (guint i = 1; i <= n_a; i++) {
    for (guint j = 1; j <= n_b; j++) {
      guint best = rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);

      best = MIN (best, MIN (rows[i - 1][j], rows[i][j - 1]) + 1);
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        best = MIN (best, rows[i - 2][j - 2] + 1);
      rows[i][j] = best;
    }
  }
  return rows[n_a][n_b];
}

gboolean
v2v_str_is_near (const char *word, const char *wanted)
{
  gsize n_word = strnlen (word, NEAR_MAX + 1);
  gsize n_wanted = strnlen (wanted, NEAR_MAX + 1);
  guint allowed = n_wanted >= 6 ? 2 : 1;

  if (n_word > NEAR_MAX || n_wanted > NEAR_MAX || n_wanted < 2)
    return FALSE;
  return count_mistakes (word, n_word, wanted, n_wanted) <= allowed;
}
