/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-engine-gate.h - which guests virt-v2v takes
 */
#pragma once

#include <glib.h>

#include "v2v-engine-handshake.h"
#include "v2v-guest.h"

G_BEGIN_DECLS

/**
 * v2v_gate_distro:
 * @id: an os-release ID, e.g. "almalinux"
 * @id_like: (nullable): its ID_LIKE
 *
 * libguestfs decides by release files rather than by os-release, so IDs are mapped to
 * what it would say; "redhat-based" is any clone with an /etc/redhat-release.
 *
 * Returns: (transfer none) (nullable): libguestfs' name when virt-v2v converts it,
 * %NULL when it does not.
 */
const char *v2v_gate_distro (const char *id, const char *id_like);

/**
 * v2v_gate_check:
 *
 * Can this virt-v2v convert this guest?  Looks at facts and at files of the host
 * (VIRT_TOOLS_DATA_DIR, VIRTIO_WIN), never at the disks.
 *
 * Errors: %V2V_ERROR_UNSUPPORTED with one sentence, %V2V_ERROR_NO_OS,
 * %V2V_ERROR_REFUSED for a hibernated Windows.
 */
gboolean v2v_gate_check (const V2vGuest *guest, const V2vHandshake *handshake,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* FALSE: virt-v2v cannot be told which root, and takes the single one. */
gboolean v2v_gate_can_name_root (const V2vGuest *guest);

G_END_DECLS
