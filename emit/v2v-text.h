/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-text.h - titled sections of aligned columns for people
 *
 * The one place through which guest text reaches a terminal: every cell is made
 * printable and bounded here.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _V2vText V2vText;

V2vText *v2v_text_new (void) G_GNUC_WARN_UNUSED_RESULT;

/* Starts a section; a section without rows is not written. */
void v2v_text_section (V2vText *text, const char *title);

/* A row of cells, ended by NULL; an empty cell is "". */
void v2v_text_row (V2vText *text, const char *first, ...) G_GNUC_NULL_TERMINATED;

/* A row of @label and one formatted cell. */
void v2v_text_pair (V2vText *text, const char *label, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

/* The same, left out when @value is NULL. */
void v2v_text_known (V2vText *text, const char *label, const char *value);

/* (transfer full): swallows @text. */
char *v2v_text_finish (V2vText *text) G_GNUC_WARN_UNUSED_RESULT;

/* @value or "-". */
const char *v2v_text_or_dash (const char *value);

/* (transfer full): "10.0 GiB". */
char *v2v_text_size (guint64 bytes) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
