/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-edit-keys.h - set and unset a key in a file of one of four styles: text in, text out
 *
 *   ini    [section], "key=value" or "key: value"; the last one is what readers take.
 *          systemd, GLib and ConfigParser disagree about indented lines and about a
 *          backslash at the end of a line; where that decides, the edit is refused.
 *   shell  KEY=value as the shell reads it; the last one that is certain to run
 *   ssh    "Keyword value" before any Match or Host block; the first one.  Of keywords
 *          that add up (Port, AcceptEnv) that is the first one too.
 *   conf   "key = value" without sections; the last one
 *
 * Every byte that is not the value stays: comments, order, spacing, endings, quotes that
 * can hold the value.  A value that is in effect already, however it is spelt, changes
 * nothing.  What cannot be done safely is %V2V_ERROR_REFUSED, with "line N: ".
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
  V2V_EDIT_INI,
  V2V_EDIT_SHELL,
  V2V_EDIT_SSH,
  V2V_EDIT_CONF,
  V2V_N_EDIT_STYLES,
} V2vEditStyle;

/* As rule files write them, NULL-terminated, by #V2vEditStyle. */
extern const char *const v2v_edit_style_names[V2V_N_EDIT_STYLES + 1];

typedef struct {
  V2vEditStyle style;
  char *section; /* ini; NULL for all others */
  char *key;
  char *value;   /* NULL = to unset */
} V2vEditKey;

void v2v_edit_key_free (V2vEditKey *key); /* NULL is allowed */

/**
 * v2v_edit_key_mistake:
 * @out_member: (out) (transfer none): "section", "key" or "value"
 *
 * Returns: (transfer none) (nullable): why the style cannot have this key; %NULL = it can
 */
const char *v2v_edit_key_mistake (const V2vEditKey *key, const char **out_member);

/**
 * v2v_edit_set_key:
 * @key: without a mistake, with a value
 * @out_text: (out) (transfer full): the same text when the value is in effect already
 *
 * A key that is not there is added: at its section's end (ini; a section that is not
 * there follows the last one), before the first block (ssh), at the end (shell, conf).
 */
gboolean v2v_edit_set_key (const char *text, const V2vEditKey *key, char **out_text,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Removes the lines of every occurrence; of ssh those before the first block. */
gboolean v2v_edit_unset_key (const char *text, const V2vEditKey *key, char **out_text,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vEditKey, v2v_edit_key_free)

G_END_DECLS
