/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-os-release.h - which distribution a release file speaks of
 */
#pragma once

#include <glib.h>

#include "v2v-guest.h"

G_BEGIN_DECLS

/**
 * v2v_os_release_apply:
 * @text: content of os-release
 *
 * Sets distro, distro_like, version_id, product of @guest.
 *
 * Returns: %FALSE when there is no ID in it; nothing is set then.
 */
gboolean v2v_os_release_apply (V2vGuest *guest, const char *text);

/**
 * v2v_os_release_apply_line:
 * @text: redhat-release, system-release or SuSE-release of a guest without os-release
 *
 * The ids are those that os-release would have.
 *
 * Returns: %FALSE for a text that names no known distribution
 */
gboolean v2v_os_release_apply_line (V2vGuest *guest, const char *text);

/* Sets major and minor from "9.3", "12", "7.9.2009"; what is no number stays as it is. */
void v2v_os_release_split_version (V2vGuest *guest, const char *version);

/* "x86_64" from the first bytes of an ELF file, static; NULL for anything else. */
const char *v2v_elf_arch (const guint8 *data, gsize size);

G_END_DECLS
