/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-lvm.h - which logical volumes are snapshots of others
 */
#pragma once

#include "v2v-appliance.h"

G_BEGIN_DECLS

/**
 * v2v_lvm_read_origins:
 *
 * Sets V2vFilesystem.origin of snapshots, thick and thin, and puts them behind all others: what
 * is looked for by UUID or label, which a snapshot has from its origin, is the origin then.
 * LVM is asked only when two file systems have one UUID.  What it does not tell becomes an
 * unknown fact.
 */
void v2v_lvm_read_origins (V2vAppliance *appliance, V2vGuest *guest);

G_END_DECLS
