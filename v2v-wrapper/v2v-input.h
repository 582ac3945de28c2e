/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-input.h - from options and environment to the source machine
 */
#pragma once

#include <glib.h>

#include "v2v-cancel.h"
#include "v2v-console.h"
#include "v2v-options.h"
#include "v2v-pod.h"
#include "v2v-source.h"

G_BEGIN_DECLS

/**
 * v2v_input_load:
 * @options: their request's disks are filled in from the volumes in a pod
 * @pod: (nullable): in a conversion pod
 *
 * Chooses the input mode (logged with its reason) and reads the source's description.
 * With libvirtxml, disks given (or found) stand for those of the XML, in order, and
 * must be as many.
 *
 * Returns: (transfer full): or %NULL with @error.
 */
V2vSource *v2v_input_load (const V2vOptions *options, const V2vPod *pod,
                           V2vConsole *console, V2vCancel *cancel, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
