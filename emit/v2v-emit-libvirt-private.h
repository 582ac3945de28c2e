/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-emit-libvirt-private.h - what the two halves of the domain XML share
 */
#pragma once

#include "v2v-target.h"
#include "v2v-xml.h"

G_BEGIN_DECLS

gboolean v2v_libvirt_is_x86 (const V2vTarget *target);
void v2v_libvirt_add_devices (xmlNode *domain, const V2vTarget *target);

G_END_DECLS
