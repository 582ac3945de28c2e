/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-keys.c - --authorized-key: public keys out of host files
 */
#include <config.h>

#include "v2v-keys.h"

#include <string.h>
#include <sys/stat.h>

#include "predicates/v2v-login.h"
#include "v2v-error.h"

/* The text of a small regular file, which a pipe or /dev/zero is not. */
static gboolean
read_file (const char *path, char **out_text, GError **error)
{
  g_autoptr (GError) local = NULL;
  struct stat st;
  gsize length;

  if (stat (path, &st) == 0 && (!S_ISREG (st.st_mode) || st.st_size > V2V_KEYS_FILE_MAX)) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
                 "--authorized-key: '%s' is no file of at most %d bytes", path,
                 V2V_KEYS_FILE_MAX);
    return FALSE;
  }
  if (g_file_get_contents (path, out_text, &length, &local))
    return TRUE;
  g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE, "--authorized-key: %s", local->message);
  return FALSE;
}

static gboolean
add_file (GString *keys, const char *user, const char *path, GError **error)
{
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint n = 0;

  if (!read_file (path, &text, error))
    return FALSE;
  lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++) {
    const char *line = g_strstrip (lines[i]);

    if (*line == '\0' || *line == '#')
      continue;
    /* Its text is not repeated: it may be a private key. */
    if (!v2v_login_is_key (line) || !g_utf8_validate (line, -1, NULL)) {
      g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE,
                   "--authorized-key: '%s' line %u is no public key: give the file that ends "
                   "in .pub", path, i + 1);
      return FALSE;
    }
    g_string_append_printf (keys, "%s:%s\n", user, line);
    n++;
  }
  if (n > 0)
    return TRUE;
  g_set_error (error, V2V_ERROR, V2V_ERROR_USAGE, "--authorized-key: there is no key in '%s'",
               path);
  return FALSE;
}

char *
v2v_keys_read (const char *const *given, GError **error)
{
  g_autoptr (GString) keys = g_string_new (NULL);

  for (guint i = 0; given != NULL && given[i] != NULL; i++) {
    const char *colon = strchr (given[i], ':');
    const char *slash = strchr (given[i], '/');
    gboolean has_user = colon != NULL && colon > given[i] && (slash == NULL || slash > colon);
    g_autofree char *user
      = has_user ? g_strndup (given[i], (gsize) (colon - given[i])) : g_strdup ("");

    if (!add_file (keys, user, has_user ? colon + 1 : given[i], error))
      return NULL;
  }
  return g_string_free (g_steal_pointer (&keys), FALSE);
}
