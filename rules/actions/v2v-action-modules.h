/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-action-modules.h - /etc/initramfs-tools/modules in the form that virt-v2v can edit
 */
#pragma once

#include <glib.h>

#include "v2v-report.h"

G_BEGIN_DECLS

/* The file that virt-v2v appends virtio modules to on Debian-like guests. */
#define V2V_ACTION_MODULES_FILE "/etc/initramfs-tools/modules"

/**
 * v2v_action_modules_rewrite:
 * @text: the file as it is
 * @report: each change, and a warning for each line that cannot be put right
 *
 * virt-v2v edits this file with Augeas' lens for /etc/modules, which is stricter than
 * initramfs-tools: one line that the lens does not know and virt-v2v dies half-way with
 * "aug_save: No error" (measured with 2.2.0).  Leading blanks of a module line are
 * removed and a comment behind a module moves to the line above; the meaning stays.
 *
 * Returns: (transfer full): the new text, byte-identical when nothing had to change.
 */
char *v2v_action_modules_rewrite (const char *text, V2vReport *report)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
