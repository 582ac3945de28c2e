/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-dpkg.h - dpkg's list of packages
 */
#pragma once

#include <glib.h>

#include "v2v-guest.h"

G_BEGIN_DECLS

#define V2V_PACKAGES_MAX 100000

/**
 * v2v_dpkg_parse:
 * @text: /var/lib/dpkg/status, or a file of status.d
 * @length: bytes of @text
 *
 * Adds the packages whose files are there to guest->packages; those that only left
 * their configuration are none.  A stanza without Status (status.d) counts.
 *
 * Returns: %FALSE when there are more than %V2V_PACKAGES_MAX
 */
gboolean v2v_dpkg_parse (V2vGuest *guest, const char *text, gsize length);

G_END_DECLS
