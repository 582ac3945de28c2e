/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-verify-sshd.h - what sshd would make of its configuration
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* sshd stops at this depth of Include too. */
#define V2V_SSHD_DEPTH_MAX 16

/* The settings outside of Match blocks that sshd refuses to start without each other; the
 * first value of a keyword counts. */
typedef struct {
  char *keys_command, *keys_user;             /* AuthorizedKeysCommand[User] */
  char *principals_command, *principals_user; /* AuthorizedPrincipalsCommand[User] */
  char *mistake; /* the first line that sshd does not take */
  char *doubt;   /* the first that only old versions take */
} V2vSshd;

void v2v_sshd_clear (V2vSshd *sshd);

/* (nullable): what is behind Include, called for each argument in its place. */
typedef gboolean (*V2vSshdInclude) (const char *pattern, gpointer user_data, GError **error);

/**
 * v2v_sshd_parse:
 * @file: for messages
 *
 * Adds what @text says.  A Match block ends with its file.
 *
 * Returns: %FALSE with @error when @include failed
 */
gboolean v2v_sshd_parse (V2vSshd *sshd, const char *text, const char *file,
                         V2vSshdInclude include, gpointer user_data, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full) (nullable): why sshd would not start. */
char *v2v_sshd_dup_fault (const V2vSshd *sshd) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (V2vSshd, v2v_sshd_clear)

G_END_DECLS
