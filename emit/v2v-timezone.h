/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-timezone.h - Windows names of time zones
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * v2v_timezone_from_windows:
 * @name: a TimeZoneKeyName, "W. Europe Standard Time"; guest text
 *
 * By ICU, which carries the CLDR table windowsZones.
 *
 * Returns: (transfer full) (nullable): the IANA name, "Europe/Berlin"; %NULL when
 * the name is not known.
 */
char *v2v_timezone_from_windows (const char *name) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
