/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-luks-keys.h - --key: passphrases of encrypted volumes out of host files
 */
#pragma once

#include <glib.h>

#include "v2v-key.h"

G_BEGIN_DECLS

/* Of one file; cryptsetup takes passphrases of up to 512 bytes from a keyboard. */
#define V2V_LUKS_KEY_FILE_MAX 8192

/* Each is tried on each volume, and one try takes seconds. */
#define V2V_LUKS_KEYS_MAX 64

/* Where the conversion pod has them, one in each file. */
#define V2V_LUKS_KEYS_DIRECTORY "/etc/luks"

/**
 * v2v_luks_keys_read:
 * @given: (nullable): virt-v2v's selectors "ID:file:FILE", NULL-terminated; ID is "all", a
 *   device or a UUID.  A passphrase as an argument (ID:key:...), which everybody on the
 *   host could see, and ID:clevis, for which the appliance would need a network, are refused.
 *
 * The passphrase is the first line of the file, as for virt-v2v.
 *
 * Returns: (transfer full) (element-type V2vKey): %NULL with @error, %V2V_ERROR_USAGE: a
 * selector that is none, or a file that cannot be read, is too big or has no passphrase
 */
GPtrArray *v2v_luks_keys_read (const char *const *given, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_luks_keys_add_directory:
 * @keys: (element-type V2vKey): gets one for all volumes from each file, in the order of
 *   the names
 *
 * A directory that is not there has none.  Names that begin with ".." are how Kubernetes
 * replaces a volume's files at once, and directories are skipped.
 */
gboolean v2v_luks_keys_add_directory (GPtrArray *keys, const char *directory, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
