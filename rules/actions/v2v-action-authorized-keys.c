/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-action-authorized-keys.c - the SSH keys that this run was asked to give
 *
 * The option "authorized-keys" has a line "USER:KEY" for each of them; without USER it is
 * for the default user.  A new file in a home directory is its user's, who can change it as
 * any other.  What is in the file stays.
 */
#include <config.h>

#include "actions/v2v-actions-system.h"

#include <string.h>

#include "edit/v2v-edit-text.h"
#include "predicates/v2v-login-files.h"
#include "v2v-error.h"

static gpointer
keys_parse (V2vArgs *args, GError **error)
{
  (void) args;
  (void) error;
  return g_new0 (char, 1);
}

/* (transfer none) (nullable): the account that the image was made with, else the first
 * user, else root. */
static const V2vLogin *
find_default (const GPtrArray *logins)
{
  static const char *const usual[]
    = { "ec2-user", "ubuntu", "admin",    "debian", "cloud-user", "rocky",
        "centos",   "fedora", "almalinux", "opc",    "opensuse",   NULL };
  const V2vLogin *first = NULL;

  for (guint i = 0; i < logins->len; i++) {
    const V2vLogin *login = g_ptr_array_index (logins, i);

    if (g_strv_contains (usual, login->name))
      return login;
    /* Session Manager's user is made by its agent, which is gone. */
    if ((first == NULL || (first->uid == 0 && login->uid != 0))
        && !g_str_equal (login->name, "ssm-user"))
      first = login;
  }
  return first;
}

static const V2vLogin *
find_login (const GPtrArray *logins, const char *user, GError **error)
{
  const V2vLogin *login = *user == '\0' ? find_default (logins) : NULL;

  for (guint i = 0; i < logins->len && *user != '\0' && login == NULL; i++) {
    const V2vLogin *other = g_ptr_array_index (logins, i);

    if (g_str_equal (other->name, user))
      login = other;
  }
  if (login == NULL && *user == '\0')
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED,
                         "no account in /etc/passwd can take a key");
  else if (login == NULL)
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                 "there is no account '%s' in /etc/passwd that could log in: give the key to "
                 "another one, --authorized-key USER:FILE", user);
  return login;
}

static gboolean
add_line (V2vDraft *draft, const V2vLogin *login, const char *path, const char *line,
          GError **error)
{
  const V2vDraftOwner owner = { login->home, login->uid, login->gid };
  g_autofree char *old = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (!v2v_draft_read_text (draft, path, &old, error))
    return FALSE;
  text = v2v_edit_add_line (old != NULL ? old : "", line);
  if (g_strcmp0 (old, text) == 0)
    return TRUE;
  bytes = g_bytes_new (text, strlen (text));
  return v2v_draft_put_owned (draft, path, bytes, &owner, error);
}

static gboolean
add_key (V2vRuleContext *context, const V2vLoginSshd *sshd, const GPtrArray *logins,
         const char *entry, GError **error)
{
  const char *colon = strchr (entry, ':');
  g_autofree char *user = g_strndup (entry, (gsize) (colon - entry));
  const V2vLogin *login = find_login (logins, user, error);
  g_auto (GStrv) paths = NULL;

  if (login == NULL)
    return FALSE;
  paths = v2v_login_key_paths (sshd, login);
  if (paths[0] == NULL || !v2v_login_sshd_takes (sshd, login)) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                 "sshd_config lets '%s' use no key: give it to another account, "
                 "--authorized-key USER:FILE", login->name);
    return FALSE;
  }
  if (!v2v_fs_is_dir (v2v_draft_fs (context->draft), login->home)) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED,
                 "the home directory '%s' of '%s' is not there: give the key to another "
                 "account, --authorized-key USER:FILE", login->home, login->name);
    return FALSE;
  }
  return add_line (context->draft, login, paths[0], colon + 1, error);
}

static gboolean
add_keys (V2vRuleContext *context, const char *given, V2vLoginSshd *sshd, char **unread,
          GError **error)
{
  V2vFs *fs = v2v_draft_fs (context->draft);
  g_auto (GStrv) entries = g_strsplit (given, "\n", -1);
  g_autoptr (GPtrArray) logins = NULL;

  if (!v2v_login_read_accounts (fs, &logins, unread, error)
      || !v2v_login_read_sshd (fs, sshd, unread, error))
    return FALSE;
  if (logins == NULL || *unread != NULL) {
    g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED, "a key cannot be added: %s",
                 *unread != NULL ? *unread : "there is no /etc/passwd");
    return FALSE;
  }
  for (guint i = 0; entries[i] != NULL; i++) {
    if (strchr (entries[i], ':') != NULL
        && !add_key (context, sshd, logins, entries[i], error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
keys_apply (gconstpointer data, V2vRuleContext *context, GError **error)
{
  const char *given = g_hash_table_lookup (context->options, "authorized-keys");
  g_auto (V2vLoginSshd) sshd = { 0 };
  g_autofree char *unread = NULL;

  (void) data;
  return given == NULL || *given == '\0' || add_keys (context, given, &sshd, &unread, error);
}

const V2vActionOps v2v_action_authorized_keys_ops = {
  .name = "authorized-keys",
  .summary = "accounts get the SSH keys of --authorized-key",
  .parse = keys_parse,
  .free = g_free,
  .apply = keys_apply,
};
