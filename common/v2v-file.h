/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-file.h - host files: bounded reads, atomic writes
 */
#pragma once

#include <glib.h>

#include "v2v-error.h"

G_BEGIN_DECLS

/**
 * v2v_file_read:
 * @path: a host file
 * @max: more bytes than this is %V2V_ERROR_USAGE; nothing is read then
 * @out_length: (out) (optional)
 *
 * Regular files only: a FIFO or a device would block or never end.
 *
 * Returns: (transfer full): the bytes, with a NUL added; or %NULL with
 * %V2V_ERROR_NOT_FOUND, %V2V_ERROR_USAGE or %V2V_ERROR_STORAGE.
 */
char *v2v_file_read (const char *path, gsize max, gsize *out_length, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_file_write_atomic:
 * @mode: permission bits of the new file
 *
 * Writes a temporary neighbour, syncs it, renames it over @path and syncs the
 * directory: readers see the old file or the new one, after a crash too.
 */
gboolean v2v_file_write_atomic (const char *path, const char *data, gsize length, int mode,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* fsync of a directory or file by path. */
gboolean v2v_file_sync (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
