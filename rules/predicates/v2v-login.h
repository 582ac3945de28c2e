/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-login.h - who could log in: accounts, keys, and what sshd says about them
 *
 * Text in, answers out; no guest is touched.  What only a running guest knows (PAM,
 * directories such as LDAP, groups, Match blocks) is not looked at.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Accounts beyond this number are not looked at; nor are files behind Include. */
#define V2V_LOGINS_MAX 1024
#define V2V_LOGIN_INCLUDES_MAX 100

/* An account with a shell and a home directory. */
typedef struct {
  char *name, *home;
  guint uid, gid;
  gboolean has_password; /* one that can be typed: neither empty nor locked */
  gboolean locked;       /* by "!", which sshd without PAM heeds for keys too */
} V2vLogin;

/**
 * v2v_login_parse:
 * @shadow: (nullable): without it passwords stand in @passwd
 * @today: days since 1970; accounts that expired before it are left out
 *
 * Accounts of people: root, and those whose uid distributions give to users (500 and up,
 * nobody excepted).
 *
 * Returns: (transfer full) (element-type V2vLogin)
 */
GPtrArray *v2v_login_parse (const char *passwd, const char *shadow, gint64 today)
  G_GNUC_WARN_UNUSED_RESULT;

/* TRUE when @text, an authorized_keys file, has a key that gives a shell: not one with
 * command=, as cloud-init has it to turn root away. */
gboolean v2v_login_has_key (const char *text);

/* TRUE when @line is a public key as authorized_keys takes it, with or without options. */
gboolean v2v_login_is_key (const char *line);

/* What sshd_config says outside of Match blocks; the first value of a keyword counts. */
typedef struct {
  char **keys_files;       /* AuthorizedKeysFile; NULL = sshd's default */
  char *keys_command;      /* AuthorizedKeysCommand */
  char *root, *public_key; /* PermitRootLogin, PubkeyAuthentication */
  char *pam;               /* UsePAM; NULL: not said, and distributions say yes */
  GPtrArray *allow, *deny; /* AllowUsers, DenyUsers: all of them count; or NULL */
  guint n_includes;
} V2vLoginSshd;

void v2v_login_sshd_clear (V2vLoginSshd *sshd);

/* Called for each argument of Include, in its place. */
typedef gboolean (*V2vLoginInclude) (V2vLoginSshd *sshd, const char *pattern,
                                     gpointer user_data, GError **error);

/* Adds what @text says.  FALSE with @error when @include failed. */
gboolean v2v_login_sshd_parse (V2vLoginSshd *sshd, const char *text, V2vLoginInclude include,
                               gpointer user_data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Whether sshd lets @login in by a key at all. */
gboolean v2v_login_sshd_takes (const V2vLoginSshd *sshd, const V2vLogin *login);

/* (transfer full): where sshd looks for keys of @login; NULL-terminated, may be empty. */
char **v2v_login_key_paths (const V2vLoginSshd *sshd, const V2vLogin *login)
  G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (V2vLoginSshd, v2v_login_sshd_clear)

G_END_DECLS
