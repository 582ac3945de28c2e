/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-edit-private.h - what the styles of v2v-edit-keys.h share
 */
#pragma once

#include "edit/v2v-edit-keys.h"
#include "edit/v2v-edit-lines.h"

G_BEGIN_DECLS

typedef struct {
  const char *(*mistake) (const V2vEditKey *key, const char **out_member);
  gboolean (*set) (const char *text, const V2vEditKey *key, char **out_text,
                   GError **error);
  gboolean (*unset) (const char *text, const V2vEditKey *key, char **out_text,
                     GError **error);
} V2vEditStyleOps;

extern const V2vEditStyleOps v2v_edit_ini_ops;
extern const V2vEditStyleOps v2v_edit_shell_ops;
extern const V2vEditStyleOps v2v_edit_ssh_ops;
extern const V2vEditStyleOps v2v_edit_conf_ops;

/* TRUE when @text has a line break, or blanks at either end. */
gboolean v2v_edit_is_untidy (const char *text);

/* (transfer full): @text with @length bytes at @at replaced. */
char *v2v_edit_splice (const char *text, gsize at, gsize length, const char *replacement)
  G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): @text with @line, which has no ending, as a line of its own at @at, a
 * line's first byte or the end. */
char *v2v_edit_insert_line (const char *text, gsize at, const char *line)
  G_GNUC_WARN_UNUSED_RESULT;

/* Where a line goes that is to be the last one before @at, the beginning of a block or the
 * end: in front of blank lines, and of comments that stand right above the block. */
gsize v2v_edit_end_before (const char *text, gsize from, gsize at);

/* Always FALSE: %V2V_ERROR_REFUSED "line N: ...". */
gboolean v2v_edit_refuse (GError **error, guint line, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

G_END_DECLS
