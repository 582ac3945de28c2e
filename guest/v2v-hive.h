/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-hive.h - read a Windows registry hive from a host copy
 *
 * Reading only, by libhivex, in the confined child: the hive is the guest's.
 */
#pragma once

#include <glib.h>

#include "v2v-error.h"

G_BEGIN_DECLS

/* One value that the caller wants, or one list of subkeys. */
typedef struct {
  const char *key;   /* "Select" or "Microsoft\\Windows NT\\CurrentVersion" */
  const char *value; /* NULL: the names of the subkeys, joined by newlines */
} V2vHiveQuery;

/**
 * v2v_hive_read_many:
 * @path: a host file, a private copy
 * @queries: @n_queries of them
 * @out_values: (out) (array length=n_queries): each (transfer full) (nullable):
 *   strings as UTF-8, DWORD and QWORD in decimal, NULL when key or value is absent
 * @out_dirty: (out): the header's two sequence numbers differ
 *
 * Errors: %V2V_ERROR_REFUSED when the file is not a hive or libhivex rejects it.
 */
gboolean v2v_hive_read_many (const char *path, const V2vHiveQuery *queries,
                             guint n_queries, char **out_values, gboolean *out_dirty,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
