/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-engine-xml.h - the machine as virt-v2v has to see it
 */
#pragma once

#include <glib.h>

#include "v2v-source.h"

G_BEGIN_DECLS

/**
 * v2v_engine_xml_new:
 * @overlays: absolute path of the qcow2 overlay of each disk, in source order
 *
 * A libvirt domain for `virt-v2v-in-place -i libvirtxml`.  It is preferred to `-i disk`
 * because only here each disk has an explicit format and the bus of the source:
 * virt-v2v maps the guest's device names from that bus, so stating the target's would
 * leave /dev/sda in place.  What it cannot express (NVMe, Xen) is left out, which it
 * takes for IDE; fstab has no such names any more by then.
 *
 * Names, memory and network cards of the source are not told: converting in place uses
 * none of them.
 *
 * Returns: (transfer full)
 */
char *v2v_engine_xml_new (const V2vSource *source, const char *const *overlays)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
