/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-module-index.h - what modprobe and udev would find in a module index
 *
 * depmod writes modules.dep as text, and as a trie (modules.dep.bin, modules.alias.bin)
 * that libkmod reads instead: kmod's libkmod-index.c describes the format.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * v2v_module_index_find_text:
 * @text: modules.dep
 * @name: a module's name, with underscores
 *
 * Returns: (transfer full) (element-type utf8): the module's path and those of all that it
 * needs; %NULL when it is not listed
 */
GPtrArray *v2v_module_index_find_text (const char *text, const char *name)
  G_GNUC_WARN_UNUSED_RESULT;

/* The same in modules.dep.bin; a damaged file knows nothing. */
GPtrArray *v2v_module_index_find (GBytes *index, const char *name) G_GNUC_WARN_UNUSED_RESULT;

/* TRUE when modules.alias.bin leads some alias to @name. */
gboolean v2v_module_index_has_value (GBytes *index, const char *name);

G_END_DECLS
