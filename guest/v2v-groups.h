/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-groups.h - which physical volumes are in which volume group of LVM
 */
#pragma once

#include "v2v-appliance.h"

G_BEGIN_DECLS

/* TRUE when it matters for @guest: several physical volumes, and arrays or opened volumes that
 * some of them may lie on.  To ask costs a program in the appliance for each group. */
gboolean v2v_groups_matter (const V2vGuest *guest);

/* Fills @group of the physical volumes of @guest with these ids, which LVM shows with hyphens
 * as blkid does. */
void v2v_groups_note (V2vGuest *guest, const char *group, const char *const *uuids);

/* Fills @group of the physical volumes, where it matters.  What the appliance does not tell stays
 * unknown. */
void v2v_groups_read (V2vAppliance *appliance, V2vGuest *guest);

G_END_DECLS
