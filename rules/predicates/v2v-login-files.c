/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-login-files.c - accounts and sshd's configuration, read from a guest
 */
#include <config.h>

#include "predicates/v2v-login-files.h"

#include "v2v-error.h"
#include "v2v-glob.h"

#define PASSWD "/etc/passwd"
#define SHADOW "/etc/shadow"
#define SSHD_CONFIG "/etc/ssh/sshd_config"

#define MICROSECONDS_PER_DAY (G_GINT64_CONSTANT (24) * 3600 * G_USEC_PER_SEC)

typedef struct {
  V2vFs *fs;
  char **unread;
} Reader;

gboolean
v2v_login_read_text (V2vFs *fs, const char *path, char **out_text, char **unread,
                     GError **error)
{
  GError *local = NULL;
  g_autoptr (GBytes) bytes = v2v_fs_read (fs, path, V2V_FS_TEXT_MAX, &local);
  gsize length;
  const char *data;

  *out_text = NULL;
  if (bytes != NULL) {
    data = g_bytes_get_data (bytes, &length);
    /* As C programs see it: up to the first NUL. */
    *out_text = length == 0 ? g_strdup ("") : g_strndup (data, length);
    return TRUE;
  }
  if (!g_error_matches (local, V2V_ERROR, V2V_ERROR_NOT_FOUND)
      && !g_error_matches (local, V2V_ERROR, V2V_ERROR_REFUSED)) {
    g_propagate_error (error, local);
    return FALSE;
  }
  if (local->code == V2V_ERROR_REFUSED && *unread == NULL)
    *unread = g_strdup (local->message);
  g_error_free (local);
  return TRUE;
}

static gboolean
include_files (V2vLoginSshd *sshd, const char *pattern, gpointer user_data, GError **error)
{
  Reader *self = user_data;
  g_autofree char *path = g_canonicalize_filename (pattern, "/etc/ssh");
  const char *globs[] = { path, NULL };
  g_autoptr (GPtrArray) paths = NULL;
  GError *local = NULL;

  paths = v2v_glob_expand (self->fs, globs, V2V_GLOB_MAX, &local);
  if (paths == NULL) {
    if (g_error_matches (local, V2V_ERROR, V2V_ERROR_REFUSED)) {
      g_error_free (local);
      return TRUE;
    }
    g_propagate_error (error, local);
    return FALSE;
  }
  for (guint i = 0; i < paths->len && sshd->n_includes < V2V_LOGIN_INCLUDES_MAX; i++) {
    g_autofree char *text = NULL;

    sshd->n_includes++;
    if (!v2v_login_read_text (self->fs, g_ptr_array_index (paths, i), &text, self->unread, error))
      return FALSE;
    if (text != NULL && !v2v_login_sshd_parse (sshd, text, include_files, self, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
v2v_login_read_sshd (V2vFs *fs, V2vLoginSshd *sshd, char **unread, GError **error)
{
  Reader reader = { fs, unread };
  g_autofree char *text = NULL;

  if (!v2v_login_read_text (fs, SSHD_CONFIG, &text, unread, error))
    return FALSE;
  return text == NULL || v2v_login_sshd_parse (sshd, text, include_files, &reader, error);
}

gboolean
v2v_login_read_accounts (V2vFs *fs, GPtrArray **out_logins, char **unread, GError **error)
{
  g_autofree char *passwd = NULL, *shadow = NULL;

  *out_logins = NULL;
  if (!v2v_login_read_text (fs, PASSWD, &passwd, unread, error)
      || !v2v_login_read_text (fs, SHADOW, &shadow, unread, error))
    return FALSE;
  if (passwd != NULL)
    *out_logins = v2v_login_parse (passwd, shadow, g_get_real_time () / MICROSECONDS_PER_DAY);
  return TRUE;
}
