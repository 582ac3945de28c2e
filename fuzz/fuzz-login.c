/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <string.h>

#include "predicates/v2v-login.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static gboolean
include (V2vLoginSshd *sshd, const char *pattern, gpointer user_data, GError **error)
{
  const char *text = user_data;

  g_assert_nonnull (pattern);
  g_assert_cmpuint (sshd->n_includes, <=, V2V_LOGIN_INCLUDES_MAX);
  return v2v_login_sshd_parse (sshd, text, include, user_data, error);
}

/* NUL bytes part passwd, shadow, sshd_config and authorized_keys. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ("", size + 4);
  const char *parts[4];
  const char *p = text;
  g_autoptr (GPtrArray) logins = NULL;
  g_auto (V2vLoginSshd) sshd = { 0 };
  g_autoptr (GError) error = NULL;

  if (size > 0)
    memcpy (text, data, size);
  for (guint i = 0; i < 4; i++) {
    parts[i] = p;
    p = MIN (p + strlen (p) + 1, text + size + 3);
  }
  logins = v2v_login_parse (parts[0], *parts[1] == '\0' ? NULL : parts[1], 20000);
  g_assert_cmpuint (logins->len, <=, V2V_LOGINS_MAX);
  g_assert_true (v2v_login_sshd_parse (&sshd, parts[2], include, (gpointer) parts[2], &error));
  if (v2v_login_has_key (parts[3]))
    g_assert_cmpuint (strlen (parts[3]), >, strlen ("ssh-rsa AAAA"));
  for (guint i = 0; i < logins->len; i++) {
    const V2vLogin *login = g_ptr_array_index (logins, i);
    g_auto (GStrv) paths = v2v_login_key_paths (&sshd, login);

    (void) v2v_login_sshd_takes (&sshd, login);
    for (guint j = 0; paths[j] != NULL; j++) {
      g_assert_true (g_path_is_absolute (paths[j]));
      g_assert_null (strstr (paths[j], "/../"));
    }
  }
  return 0;
}
