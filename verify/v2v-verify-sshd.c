/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-verify-sshd.c - what sshd would make of its configuration
 */
#include <config.h>

#include "v2v-verify-sshd.h"

#include <string.h>

#include "v2v-str.h"

#define BLANKS " \t\r"

void
v2v_sshd_clear (V2vSshd *sshd)
{
  g_free (sshd->keys_command);
  g_free (sshd->keys_user);
  g_free (sshd->principals_command);
  g_free (sshd->principals_user);
  g_free (sshd->mistake);
  g_free (sshd->doubt);
}

/* "Keyword value", "Keyword=value" and "Keyword "value"": the keyword and what is behind it.
 * FALSE for blank lines and comments. */
static gboolean
split_line (char *line, char **out_keyword, char **out_value)
{
  gsize n;

  g_strstrip (line);
  if (*line == '\0' || *line == '#')
    return FALSE;
  /* A keyword may stand in quotes. */
  line += *line == '"';
  n = strcspn (line, BLANKS "=\"");
  *out_keyword = line;
  *out_value = line + n;
  if (line[n] != '\0') {
    line[n] = '\0';
    (*out_value)++;
    *out_value += strspn (*out_value, BLANKS "=");
  }
  if (**out_value == '#')
    **out_value = '\0';
  return TRUE;
}

static char **
find_setting (V2vSshd *sshd, const char *keyword)
{
  const struct {
    const char *keyword;
    char **value;
  } rows[] = {
    { "AuthorizedKeysCommand", &sshd->keys_command },
    { "AuthorizedKeysCommandUser", &sshd->keys_user },
    { "AuthorizedPrincipalsCommand", &sshd->principals_command },
    { "AuthorizedPrincipalsCommandUser", &sshd->principals_user },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_ascii_strcasecmp (keyword, rows[i].keyword) == 0)
      return rows[i].value;
  return NULL;
}

/* OpenSSH 8.4 takes none, 9.2 and 10.0 do not start with it: tried. */
static gboolean
may_be_empty (const char *keyword)
{
  static const char *const lists[] = { "AcceptEnv",  "AllowGroups", "AllowUsers",
                                       "AuthorizedKeysFile", "DenyGroups", "DenyUsers" };

  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    if (g_ascii_strcasecmp (keyword, lists[i]) == 0)
      return TRUE;
  return FALSE;
}

/* The words of an Include, quotes taken off. */
static gboolean
run_include (const char *value, V2vSshdInclude include, gpointer user_data, GError **error)
{
  g_auto (GStrv) words = g_strsplit_set (value, BLANKS, -1);

  for (guint i = 0; include != NULL && words[i] != NULL; i++) {
    g_strdelimit (words[i], "\"", ' ');
    g_strstrip (words[i]);
    if (words[i][0] != '\0' && !include (words[i], user_data, error))
      return FALSE;
  }
  return TRUE;
}

static void
note_empty (char **where, const char *keyword, const char *file, guint line)
{
  g_autofree char *shown = v2v_str_printable (keyword, 80);

  if (*where == NULL)
    *where = g_strdup_printf ("'%s' line %u: %s has no value", file, line, shown);
}

gboolean
v2v_sshd_parse (V2vSshd *sshd, const char *text, const char *file, V2vSshdInclude include,
                gpointer user_data, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gboolean in_match = FALSE;

  for (guint i = 0; lines[i] != NULL; i++) {
    char *keyword, *value;
    char **setting;

    if (!split_line (lines[i], &keyword, &value))
      continue;
    if (*value == '\0')
      note_empty (may_be_empty (keyword) ? &sshd->doubt : &sshd->mistake, keyword, file, i + 1);
    in_match |= g_ascii_strcasecmp (keyword, "Match") == 0;
    setting = in_match ? NULL : find_setting (sshd, keyword);
    if (setting != NULL && *setting == NULL && *value != '\0')
      *setting = g_strdup (value);
    /* What is included in a Match block belongs to it. */
    if (!in_match && g_ascii_strcasecmp (keyword, "Include") == 0
        && !run_include (value, include, user_data, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
is_half (const char *command, const char *user)
{
  return command != NULL && g_ascii_strcasecmp (command, "none") != 0 && user == NULL;
}

/* sshd.c: both are checked before it listens. */
char *
v2v_sshd_dup_fault (const V2vSshd *sshd)
{
  if (sshd->mistake != NULL)
    return g_strdup (sshd->mistake);
  if (is_half (sshd->keys_command, sshd->keys_user))
    return g_strdup ("AuthorizedKeysCommand is set without AuthorizedKeysCommandUser");
  if (is_half (sshd->principals_command, sshd->principals_user))
    return g_strdup ("AuthorizedPrincipalsCommand is set without "
                     "AuthorizedPrincipalsCommandUser");
  return NULL;
}
