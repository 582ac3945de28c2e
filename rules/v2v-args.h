/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-args.h - the arguments of a predicate or action, taken one by one
 *
 * Each taken key is ticked off; what is left when all are taken is an unknown key, so
 * that a misspelt one is never silently ignored.  Every error is %V2V_ERROR_USAGE and
 * begins with FILE:LINE:COLUMN.
 */
#pragma once

#include <glib.h>

#include "v2v-regex.h"
#include "v2v-yaml.h"

G_BEGIN_DECLS

/* Where the text came from and what ${name} stands for in it. */
typedef struct {
  const char *file;   /* of the rule, as messages name it */
  GHashTable *params; /* char* to char*; NULL = no parameters */
  gsize *left;        /* bytes that all texts together may still have, parameters and
                       * aliases written out; NULL = no limit */
} V2vArgsScope;

typedef struct _V2vArgs V2vArgs;

/**
 * v2v_args_new:
 * @node: what stands behind the predicate's or action's name
 * @name: that name, for messages
 * @shorthand: (nullable): the key that a bare scalar or list stands for:
 *   "unit: a.service" is "unit: {name: a.service}"
 *
 * @scope and @node are borrowed.
 *
 * Returns: (transfer full): or %NULL with @error when @node is not a mapping and there
 * is no shorthand, or when a key stands there twice
 */
V2vArgs *v2v_args_new (const V2vYamlNode *node, const char *name, const char *shorthand,
                       const V2vArgsScope *scope, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void v2v_args_free (V2vArgs *args); /* NULL is allowed */

const V2vArgsScope *v2v_args_scope (const V2vArgs *args);
/* (transfer none) (nullable): the value of @key, not ticked off. */
const V2vYamlNode *v2v_args_peek (const V2vArgs *args, const char *key);
/* The same, ticked off. */
const V2vYamlNode *v2v_args_take_node (V2vArgs *args, const char *key);

/* All of these: @out is set to the default (NULL, 0) when the key is absent; absent and
 * @required is an error.  Strings have ${name} replaced. */
gboolean v2v_args_take_string (V2vArgs *args, const char *key, gboolean required,
                               char **out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A scalar or a list of them; NULL-terminated, not empty when given. */
gboolean v2v_args_take_strings (V2vArgs *args, const char *key, gboolean required,
                                char ***out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Absolute, no "..", no "//", not "/": a path in the guest. */
gboolean v2v_args_take_path (V2vArgs *args, const char *key, gboolean required, char **out,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* One or more of them, wildcards (* ? [) allowed in any component. */
gboolean v2v_args_take_globs (V2vArgs *args, const char *key, gboolean required,
                              char ***out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean v2v_args_take_regex (V2vArgs *args, const char *key, gboolean required,
                              V2vRegex **out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The index in @choices (NULL-terminated); @fallback when absent. */
gboolean v2v_args_take_choice (V2vArgs *args, const char *key, const char *const *choices,
                               guint fallback, guint *out, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;
/* true or false, unquoted. */
gboolean v2v_args_take_bool (V2vArgs *args, const char *key, gboolean fallback,
                             gboolean *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean v2v_args_take_uint (V2vArgs *args, const char *key, guint max, guint fallback,
                             guint *out, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* A quoted or plain octal number with a leading 0: 0644. */
gboolean v2v_args_take_mode (V2vArgs *args, const char *key, guint fallback, guint *out,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* FALSE with @error when a key was not taken: it is unknown. */
gboolean v2v_args_finish (V2vArgs *args, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Always FALSE: an error at a node, "FILE:LINE:COLUMN: MESSAGE". */
gboolean v2v_args_error (const V2vArgsScope *scope, const V2vYamlNode *node, GError **error,
                         const char *format, ...) G_GNUC_PRINTF (4, 5);
/* The same at the value of @key, or at the whole when it is absent. */
gboolean v2v_args_error_at (const V2vArgs *args, const char *key, GError **error,
                            const char *format, ...) G_GNUC_PRINTF (4, 5);
/* Always FALSE: "NAME needs 'KEY'" at the whole. */
gboolean v2v_args_error_missing (const V2vArgs *args, const char *key, GError **error);

/* TRUE for what can stand in ${}: letters, digits, "-" and "_". */
gboolean v2v_args_is_param (const char *name);

/**
 * v2v_args_expand:
 *
 * ${name} becomes the parameter, $$ a dollar sign; a dollar sign before anything else
 * stays.  An unknown parameter is an error.
 *
 * Returns: (transfer full): or %NULL with @error at @node
 */
char *v2v_args_expand (const V2vArgsScope *scope, const V2vYamlNode *node, const char *text,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vArgs, v2v_args_free)

G_END_DECLS
