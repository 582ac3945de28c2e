/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-glob.h - names and paths by wildcards: * ? [a-z] [!x]
 *
 * Bytes are compared, whatever the locale: a guest's Latin-1 names are no error.  A
 * backslash is an ordinary character, since names of units have it ("dev-sda\x2d1.swap");
 * a star itself is written "[*]".
 */
#pragma once

#include <glib.h>

#include "v2v-fs.h"

G_BEGIN_DECLS

/* The paths that a list of patterns may stand for. */
#define V2V_GLOB_MAX 2000
/* What one call does for it: directories listed, names tried on the way. */
#define V2V_GLOB_DIRECTORIES_MAX 4000
#define V2V_GLOB_TRIED_MAX (100 * 1000)

gboolean v2v_glob_has_wildcards (const char *pattern);

/**
 * v2v_glob_match:
 *
 * The whole of @name, to which neither '/' nor a leading dot is special.  Steps are
 * bounded by the product of both lengths.  "?" and "[!x]" take a whole UTF-8 character;
 * what stands in brackets is compared as bytes, and a bracket that is never closed is
 * an ordinary character.
 */
gboolean v2v_glob_match (const char *pattern, const char *name);

/* TRUE when one of @patterns (NULL-terminated) matches. */
gboolean v2v_glob_match_any (const char *const *patterns, const char *name);

/**
 * v2v_glob_expand:
 * @fs: the draft's, v2v_draft_fs()
 * @patterns: NULL-terminated, absolute; wildcards in any component, where a leading dot
 *   must stand as it is
 * @max: V2V_GLOB_MAX if nothing speaks for less
 *
 * The paths that are there, files, directories and links (dangling ones too): in the
 * order of @patterns, names of a directory sorted, none twice.  A path without wildcards
 * that is not there is left out.
 *
 * Returns: (transfer full) (element-type utf8): not NULL-terminated, maybe empty; %NULL
 * with %V2V_ERROR_REFUSED for more than @max paths or when a cap is met, or with the error
 * of @fs
 */
GPtrArray *v2v_glob_expand (V2vFs *fs, const char *const *patterns, guint max,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
