/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-engine-handshake.h - which virt-v2v is installed, what it can, what it breaks
 */
#pragma once

#include <glib.h>

#include "v2v-cancel.h"

G_BEGIN_DECLS

/* What a version does wrong, or cannot, and somebody here works around. */
typedef enum {
  V2V_QUIRK_ALWAYS_TRIMS = 1 << 0,
  V2V_QUIRK_FSTAB_NVME = 1 << 1,
  V2V_QUIRK_AUGEAS_DIES = 1 << 2,
  V2V_QUIRK_LITTER = 1 << 3,
  V2V_QUIRK_KERNEL_CORE_SPLIT = 1 << 4,
  V2V_QUIRK_ESP_STUB = 1 << 5,
} V2vQuirk;

typedef struct {
  char *program;          /* absolute path of virt-v2v-in-place */
  guint version[3];
  char *version_text;     /* "2.2.0" */
  GPtrArray *capabilities; /* char*, "input:libvirtxml", "--no-fstrim" */
  guint quirks;           /* V2vQuirk bits */
} V2vHandshake;

/**
 * v2v_handshake_run:
 *
 * Looks for virt-v2v-in-place in PATH, then in the libexec directories, and asks it for
 * --version, --machine-readable and --help.  It runs for milliseconds and touches
 * nothing.
 *
 * Returns: (transfer full): or %NULL with %V2V_ERROR_UNSUPPORTED when it is not
 * installed, answers nonsense or is older than 2.0, each in a sentence that says what to
 * install.
 */
V2vHandshake *v2v_handshake_run (V2vCancel *cancel, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_handshake_parse:
 * @program: for messages
 * @version: what --version printed, "virt-v2v-in-place 2.7.1rhel=9,release=14.el9_6"
 * @capabilities: what --machine-readable printed
 * @help: what --help printed; long options in it become capabilities "--name"
 *
 * Returns: (transfer full): or %NULL with %V2V_ERROR_UNSUPPORTED
 */
V2vHandshake *v2v_handshake_parse (const char *program, const char *version,
                                   const char *capabilities, const char *help,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean v2v_handshake_can (const V2vHandshake *handshake, const char *capability);

/* (transfer none): why @quirk matters, one sentence; %NULL for an unknown one. */
const char *v2v_handshake_quirk_why (V2vQuirk quirk);

void v2v_handshake_free (V2vHandshake *handshake); /* NULL is allowed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vHandshake, v2v_handshake_free)

G_END_DECLS
