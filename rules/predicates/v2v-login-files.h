/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-login-files.h - what v2v-login.h knows, read from a guest
 */
#pragma once

#include "predicates/v2v-login.h"
#include "v2v-fs.h"

G_BEGIN_DECLS

/**
 * v2v_login_read_text:
 * @out_text: (transfer full) (nullable): %NULL when it is absent or cannot be read
 * @unread: (inout): why the first file that is there could not be read
 *
 * Returns: %FALSE with @error only when nothing can be read any more
 */
gboolean v2v_login_read_text (V2vFs *fs, const char *path, char **out_text, char **unread,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Adds what sshd_config and the files that it includes say; else as above. */
gboolean v2v_login_read_sshd (V2vFs *fs, V2vLoginSshd *sshd, char **unread, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* @out_logins: (transfer full) (nullable): %NULL when there is no /etc/passwd to read. */
gboolean v2v_login_read_accounts (V2vFs *fs, GPtrArray **out_logins, char **unread,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
