/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-keys.h - --authorized-key: public keys out of host files
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Of one file; a key has less than a kilobyte. */
#define V2V_KEYS_FILE_MAX (64 * 1024)

/**
 * v2v_keys_read:
 * @given: (nullable): "FILE" or "USER:FILE", NULL-terminated
 *
 * Returns: (transfer full): "USER:KEY" and a line break for each key, USER may be empty;
 * or %NULL with @error, %V2V_ERROR_USAGE: a file that cannot be read, that has anything but
 * public keys and comments, or none
 */
char *v2v_keys_read (const char *const *given, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
