/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-osinfo.h - the name that libosinfo gives an operating system
 *
 * Two sources.  Our own rules (v2v-osinfo-ids.c) name every distribution that we
 * convert, also releases newer than the database of the conversion host.  libosinfo
 * has the last word about URIs, and names what our rules do not know.  Of its database
 * one small file is read when that is enough; loading all of it takes 0.25 s.
 */
#pragma once

#include <glib.h>

#include "v2v-guest.h"

G_BEGIN_DECLS

/**
 * v2v_osinfo_from_rules:
 * @out_id: (transfer full) (nullable): short id, "debian12"
 * @out_uri: (transfer full) (nullable): "http://debian.org/debian/12"
 *
 * Uses os, distro, major, minor, product, variant and the Windows build of @guest.
 * No guest text goes into the result, only numbers.
 *
 * Returns: %TRUE when a rule knows @guest->distro, even when it has no id at all
 * (Amazon Linux, Photon): then both are %NULL and no database need be asked.
 */
gboolean v2v_osinfo_from_rules (const V2vGuest *guest, char **out_id, char **out_uri);

G_END_DECLS
