/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-record.h - what was done to a guest, kept in the guest
 *
 * Years later nobody has the report of a conversion, but everybody has the guest:
 *
 *   /var/lib/v2v-wrapper/record-N.json   each rule that changed something, why, and each
 *                                        file before and after it
 *   /var/lib/v2v-wrapper/original/N/PATH what was at PATH before the conversion
 *   /var/lib/v2v-wrapper/disabled/PATH   what was moved aside
 *   /var/lib/v2v-wrapper/undo-N.sh       a script that takes it all back, or parts
 *
 * undo-N.sh does it.  By hand: to take a change back, find its path in the newest record and undo what it says, in the
 * order from the last change to the first:
 *
 *   "moved_to": TO         mv TO PATH
 *   "original": FILE       cat FILE > PATH, which keeps owner, mode and label; when "after"
 *                          is "absent", cp FILE PATH with "mode", "uid" and "gid" of
 *                          "before", then restorecon PATH where SELinux is used
 *   before is a "link"     ln -s LINK PATH, when "after" is not in its place any more
 *   before is "absent"     rm PATH, or rmdir PATH when that leaves a directory empty
 *
 * A "sha256" of "after" that is not that of the file says that somebody changed it since.
 * A name that is not UTF-8 is there once more, exactly, as "path_uri" with %XX in it.
 * Records may gain members; "format" grows when one changes its meaning.
 */
#pragma once

#include "v2v-draft.h"

G_BEGIN_DECLS

#define V2V_RECORD_FORMAT 1
/* Originals that are larger are not kept; their record says so. */
#define V2V_RECORD_ORIGINAL_MAX (1024 * 1024)
/* The conversions of one guest. */
#define V2V_RECORD_MAX 10000

/**
 * v2v_record_add:
 * @draft: after all rules of @plan, before its flush, and outside of a savepoint
 * @when_iso8601: "2026-01-31T12:00:00Z"
 *
 * Puts the record of @plan and the originals of what it edits or removes into @draft, so
 * that they are written with the same flush.  All are root's only (0600, below a
 * directory of 0700): an original may hold secrets.  A plan that comes to nothing, also
 * one whose rules undo each other, leaves none.
 *
 * Returns: FALSE with @error: %V2V_ERROR_REFUSED when something is in the way
 */
gboolean v2v_record_add (V2vDraft *draft, const V2vPlan *plan, const char *program_version,
                         const char *when_iso8601, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
