/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-shellvars.h - NAME=value files that a shell could source
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Assignments beyond this number are ignored: no release file has so many. */
#define V2V_SHELLVARS_MAX 4096

/**
 * v2v_shellvars_parse:
 * @text: os-release, lsb-release, /etc/default/grub, ifcfg-eth0
 *
 * Reads assignments with shell quoting ('', "", backslash) and comments; nothing is
 * expanded.  A line that is not an assignment is skipped, the last of several
 * assignments wins, and "export" in front is allowed.
 *
 * Returns: (transfer full) (element-type utf8 utf8): name to value
 */
GHashTable *v2v_shellvars_parse (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
