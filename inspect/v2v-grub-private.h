/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-grub-private.h - making a menu
 */
#pragma once

#include "v2v-grub.h"

G_BEGIN_DECLS

/* The longest command or variable that is kept (Linux takes 2048 bytes). */
#define V2V_BOOT_TEXT_MAX 8192

V2vMenuEntry *v2v_menu_add (V2vMenu *menu);
void v2v_menu_drop_last (V2vMenu *menu);
gboolean v2v_menu_is_full (const V2vMenu *menu);
void v2v_menu_set_var (V2vMenu *menu, const char *name, const char *value);

/* An empty @spec changes nothing. */
void v2v_menu_set_default (V2vMenu *menu, const char *spec);

/* Appends the value of the $name or ${name} at *@p and moves behind it. */
void v2v_menu_expand_one (const V2vMenu *menu, const char **p, GString *out);

/* (transfer full): @text with its variables replaced. */
char *v2v_menu_expand (const V2vMenu *menu, const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
