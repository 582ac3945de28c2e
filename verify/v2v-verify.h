/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-verify.h - will this guest boot on virtio, and can it be reached?
 *
 * Judges a fresh reading of the guest, never what the rules think they did.
 */
#pragma once

#include "v2v-cancel.h"
#include "v2v-fs.h"
#include "v2v-guest.h"
#include "v2v-verdict.h"

G_BEGIN_DECLS

typedef struct {
  const char *bus; /* of the target's boot disk: "virtio" (virtio-blk), "scsi" (virtio-scsi),
                    * "sata" */
  gboolean uefi;   /* the target's firmware */
  gboolean mac_kept; /* the network cards keep the MAC addresses of the source */
} V2vVerifyTarget;

/**
 * v2v_verify:
 * @fs: the guest, mounted anew, read-only
 * @guest: facts read anew from it
 * @target: what it will run on
 *
 * Returns: (transfer full): the verdict, a row for each check and subject; %NULL with @error
 * only when nothing can be read any more
 */
V2vVerdict *v2v_verify (V2vFs *fs, const V2vGuest *guest, const V2vVerifyTarget *target,
                        V2vCancel *cancel, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
