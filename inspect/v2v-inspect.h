/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-inspect.h - read the facts of a guest
 */
#pragma once

#include <glib.h>

#include "v2v-appliance.h"
#include "v2v-guest.h"

G_BEGIN_DECLS

typedef enum {
  V2V_INSPECT_READ_ONLY = 1 << 0, /* mount read-only */
  /* The root is known from an earlier reading: other file systems are not searched for
   * systems, and how full FAT is is left out (it counts its clusters for that).  No rules are
   * going to look at these files. */
  V2V_INSPECT_AGAIN = 1 << 1,
} V2vInspectFlags;

/**
 * v2v_inspect:
 * @appliance: running, nothing mounted
 * @root: "first", "single", or a device: "/dev/sda1", "sda1", "/dev/vg/lv"
 * @source_hint: (nullable): V2V_source; weighs in the EC2 score only when it is "ec2"
 * @out_fs: (transfer full) (optional): the files, with what was read of them kept; to be
 *   freed before @appliance, and before anything else is mounted
 *
 * Reads disks, chooses the root, mounts the guest (it stays mounted), and reads every
 * fact.
 *
 * Returns: (transfer full): the facts.  %NULL with %V2V_ERROR_NO_OS (nothing there),
 * %V2V_ERROR_USAGE (two systems and "single", or @root holds none), or
 * %V2V_ERROR_REFUSED (the root cannot be mounted: encrypted, hibernated, damaged).
 */
V2vGuest *v2v_inspect (V2vAppliance *appliance, const char *root, V2vInspectFlags flags,
                       const char *source_hint, V2vFs **out_fs, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_inspect_tree:
 *
 * The part that needs only files: everything except disks, usage and mounting.
 * @guest has disks, partitions and file systems filled in (possibly by a test).
 */
gboolean v2v_inspect_tree (V2vFs *fs, V2vGuest *guest, const char *source_hint,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
