/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-record-private.h - one path over all rules of a conversion, and the script of it
 */
#pragma once

#include "v2v-plan.h"

G_BEGIN_DECLS

typedef struct {
  const V2vFileChange *first, *last;
  GString *rules; /* ids, parted by blanks */
  char *copy;     /* where the original is kept; NULL */
  gboolean moved; /* the original is at first->moved_to, as it was */
} V2vRecordSpan;

gboolean v2v_record_span_differs (const V2vRecordSpan *span);

/**
 * v2v_undo_script:
 * @spans: char* to V2vRecordSpan
 * @heading: (element-type utf8): what the script is about, one line
 *
 * A script for the guest's /bin/sh that takes back what was done: what the record says, for
 * those who read no JSON.  Names from the guest are quoted bytes and nothing else.
 *
 * Returns: (transfer full)
 */
char *v2v_undo_script (GHashTable *spans, const char *heading) G_GNUC_WARN_UNUSED_RESULT;

/* scripts/undo-head and scripts/undo-tail: make writes the .c. */
extern const char v2v_undo_head[];
extern const char v2v_undo_tail[];

G_END_DECLS
