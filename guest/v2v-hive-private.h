/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-hive-private.h - the part that runs confined, for the fuzz target
 */
#pragma once

#include "v2v-hive.h"

G_BEGIN_DECLS

/* More bytes than this are no registry that Windows would load. */
#define V2V_HIVE_SIZE_MAX (512u * 1024 * 1024)
/* Bytes of one answer, and subkeys of one key. */
#define V2V_HIVE_ANSWER_MAX (1024 * 1024)
#define V2V_HIVE_SUBKEYS_MAX 100000

typedef struct {
  const char *path;
  const V2vHiveQuery *queries;
  guint n_queries;
} V2vHiveJob;

/**
 * v2v_hive_run_job:
 * @out: receives for each query a guint32 length, G_MAXUINT32 for an absent value,
 *   and that many bytes
 * @job: a #V2vHiveJob
 *
 * A #V2vConfinedFunc.
 */
gboolean v2v_hive_run_job (GByteArray *out, gpointer job, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
