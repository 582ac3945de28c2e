/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-predicate-login.c - login: somebody can log in by what the guest itself knows
 *
 * "No" is for certain as far as accounts in files go; accounts of a directory (LDAP, AD)
 * are for the rule to ask about.  An AuthorizedKeysCommand of somebody's counts as keys.
 */
#include <config.h>

#include <string.h>

#include "predicates/v2v-login-files.h"
#include "v2v-predicate-private.h"

#define PASSWD "/etc/passwd"
#define SHADOW "/etc/shadow"
#define SSHD_CONFIG "/etc/ssh/sshd_config"

/* A guest with more accounts is asked about the first ones. */
#define KEY_FILES_MAX 200

typedef enum { LOGIN_ANY, LOGIN_KEY, LOGIN_PASSWORD } By;

typedef struct {
  V2vFs *fs;
  V2vLoginSshd sshd;
  char *unread; /* the first file that could not be read, and why */
} Search;

static gpointer
login_parse (V2vArgs *args, GError **error)
{
  static const char *const names[] = { "any", "key", "password", NULL };
  guint by;

  if (!v2v_args_take_choice (args, "by", names, LOGIN_ANY, &by, error))
    return NULL;
  return g_memdup2 (&by, sizeof by);
}

/* Instance Connect's command is what goes away. */
static gboolean
has_own_command (const V2vLoginSshd *sshd)
{
  return sshd->keys_command != NULL && g_ascii_strcasecmp (sshd->keys_command, "none") != 0
         && strstr (sshd->keys_command, "eic_run_authorized_keys") == NULL;
}

/* @out_path: (transfer full): of the file with a key; NULL when there is none. */
static gboolean
find_key (Search *self, const V2vLogin *login, guint *n_files, char **out_path,
          GError **error)
{
  g_auto (GStrv) paths = v2v_login_key_paths (&self->sshd, login);

  *out_path = NULL;
  if (!v2v_login_sshd_takes (&self->sshd, login))
    return TRUE;
  for (guint i = 0; paths[i] != NULL && *n_files < KEY_FILES_MAX; i++) {
    g_autofree char *text = NULL;

    ++*n_files;
    if (!v2v_login_read_text (self->fs, paths[i], &text, &self->unread, error))
      return FALSE;
    if (text != NULL && v2v_login_has_key (text)) {
      *out_path = g_strdup (paths[i]);
      return TRUE;
    }
  }
  return TRUE;
}

static gboolean
answer_password (const GPtrArray *logins, V2vAnswer answer, gboolean *out_found)
{
  for (guint i = 0; i < logins->len; i++) {
    const V2vLogin *login = g_ptr_array_index (logins, i);
    g_autofree char *name = v2v_predicate_dup_short (login->name);

    if (login->has_password) {
      *out_found = TRUE;
      return v2v_answer (answer, V2V_YES, "%s has a password", name);
    }
  }
  *out_found = FALSE;
  return TRUE;
}

static gboolean
answer_key (Search *self, const GPtrArray *logins, V2vAnswer answer, gboolean *out_found,
            GError **error)
{
  guint n_files = 0;

  *out_found = TRUE;
  if (has_own_command (&self->sshd)) {
    g_autofree char *shown = v2v_predicate_dup_short (self->sshd.keys_command);

    return v2v_answer (answer, V2V_YES, "%s gives keys", shown);
  }
  for (guint i = 0; i < logins->len; i++) {
    const V2vLogin *login = g_ptr_array_index (logins, i);
    g_autofree char *path = NULL;

    if (!find_key (self, login, &n_files, &path, error))
      return FALSE;
    if (path != NULL) {
      g_autofree char *name = v2v_predicate_dup_short (login->name);
      g_autofree char *shown = v2v_predicate_dup_short (path);

      return v2v_answer (answer, V2V_YES, "%s has a key in %s", name, shown);
    }
  }
  *out_found = FALSE;
  return TRUE;
}

static gboolean
search (Search *self, By by, V2vAnswer answer, GError **error)
{
  g_autoptr (GPtrArray) logins = NULL;
  gboolean found = FALSE;

  if (!v2v_login_read_accounts (self->fs, &logins, &self->unread, error)
      || !v2v_login_read_sshd (self->fs, &self->sshd, &self->unread, error))
    return FALSE;
  if (logins == NULL)
    return v2v_answer (answer, V2V_CANNOT_TELL, "%s",
                       self->unread != NULL ? self->unread : "there is no " PASSWD);
  if (by != LOGIN_KEY && (!answer_password (logins, answer, &found) || found))
    return TRUE;
  if (by != LOGIN_PASSWORD && !answer_key (self, logins, answer, &found, error))
    return FALSE;
  if (found)
    return TRUE;
  if (self->unread != NULL)
    return v2v_answer (answer, V2V_CANNOT_TELL, "%s", self->unread);
  return v2v_answer (answer, V2V_NO, "none of %u accounts has %s", logins->len,
                     by == LOGIN_KEY        ? "a key"
                     : by == LOGIN_PASSWORD ? "a password"
                                            : "a password or a key");
}

static gboolean
login_test (gconstpointer data, V2vRuleContext *context, V2vTruth *out_truth, char **out_seen,
            GError **error)
{
  V2vAnswer answer = { out_truth, out_seen };
  Search self = { .fs = v2v_draft_fs (context->draft) };
  gboolean ok = search (&self, (By) * (const guint *) data, answer, error);

  v2v_login_sshd_clear (&self.sshd);
  g_free (self.unread);
  return ok;
}

static void
login_add_paths (gconstpointer data, GPtrArray *paths)
{
  (void) data;
  g_ptr_array_add (paths, g_strdup (PASSWD));
  g_ptr_array_add (paths, g_strdup (SHADOW));
  g_ptr_array_add (paths, g_strdup (SSHD_CONFIG));
}

const V2vPredicateOps v2v_predicate_login_ops = {
  .name = "login",
  .shorthand = "by",
  .summary = "An account of the guest's has a password or a key of its own",
  .parse = login_parse,
  .free = g_free,
  .test = login_test,
  .add_paths = login_add_paths,
};
