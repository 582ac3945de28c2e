/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-ruleset-private.h - between the files of v2v-ruleset, and for their tests
 */
#pragma once

#include "v2v-rule-parse.h"

G_BEGIN_DECLS

struct _V2vRuleset {
  GPtrArray *rules;  /* V2vRule, in the order in which they run */
  GHashTable *by_id; /* char* to V2vRule, both borrowed */
};

/**
 * v2v_ruleset_read_directory:
 * @directory: as the user wrote it
 * @index: which one it is, from 0
 * @files: (element-type V2vRuleFile): what it holds is appended
 * @left: bytes that all files together may still have; reduced
 */
gboolean v2v_ruleset_read_directory (const char *directory, guint index, GPtrArray *files,
                                     gsize *left, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_ruleset_new_from_text:
 * @name: of the file that @text would be
 *
 * A set of one file, for tests.
 *
 * Returns: (transfer full): or %NULL with @error as v2v_ruleset_load() has it
 */
V2vRuleset *v2v_ruleset_new_from_text (const char *name, const char *text, gsize length,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
