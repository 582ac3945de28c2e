/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-check-domain.h - what libvirt and qemu would refuse and no schema says
 */
#pragma once

#include "v2v-xml.h"

G_BEGIN_DECLS

/**
 * v2v_check_domain:
 * @domain: the root of a domain XML that we made
 *
 * Rules: domain-name, disk-target, boot-order, topology, firmware-features,
 * machine-bus, mac, serial.  Runs inside v2v_emit_libvirt_xml().
 *
 * Returns: %FALSE with %V2V_ERROR_INTERNAL naming the rule.
 */
gboolean v2v_check_domain (xmlNode *domain, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
