/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-action-fstab.h - device names in /etc/fstab become UUIDs
 */
#pragma once

#include <glib.h>

#include "v2v-guest.h"
#include "v2v-report.h"

G_BEGIN_DECLS

/**
 * v2v_action_fstab_rewrite:
 * @text: the file as it is
 * @guest: its mounts as inspected (line numbers, resolved devices, UUIDs)
 * @report: each change, and a warning for each name that does not resolve
 *
 * Names that come from the source's hardware (/dev/nvme0n1p2, /dev/xvdf1, /dev/sda1,
 * /dev/disk/by-id/nvme-..., by-path) become UUID=..., or PARTUUID=... when the file
 * system has no UUID of its own; PARTUUID= and PARTLABEL= become UUID=... when there is
 * one, since virt-v2v with libguestfs before 1.53.5 cannot follow them (virt-v2v then
 * fails on a root so named); every other byte stays.  A name that is on none of
 * the disks, UUID= and LABEL= included, keeps its spec and gets "nofail" and a device
 * timeout, since systemd would otherwise stop the boot in emergency mode; never for /
 * and /usr, and not when "nofail" or "noauto" is there.  What resolves by UUID=,
 * LABEL=, LVM and other mapper names, pseudo file systems and comments are
 * left alone.
 *
 * A row of @guest->mounts counts only when its line begins with its spec.
 *
 * Returns: (transfer full): the new text, byte-identical when nothing had to change.
 */
char *v2v_action_fstab_rewrite (const char *text, const V2vGuest *guest,
                                V2vReport *report) G_GNUC_WARN_UNUSED_RESULT;

/* What becomes of a line whose device is on none of the disks. */
typedef enum {
  V2V_FSTAB_MISSING_NOFAIL, /* made optional */
  V2V_FSTAB_MISSING_KEEP,   /* only told */
} V2vFstabMissing;

/* The same with a choice. */
char *v2v_action_fstab_rewrite_as (const char *text, const V2vGuest *guest,
                                   V2vFstabMissing missing, V2vReport *report)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
