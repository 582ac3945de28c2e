/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-inject.h - virtio into the initramfs of one kernel
 */
#pragma once

#include "v2v-fs.h"
#include "v2v-guest.h"
#include "v2v-initramfs-image.h"

G_BEGIN_DECLS

typedef enum {
  V2V_INJECT_NOTHING,  /* all is built in or in the image already, and nothing waits for the
                        * source's hardware */
  V2V_INJECT_REWRITE,  /* a new image was made */
} V2vInjectOutcome;

typedef struct {
  V2vInjectOutcome outcome;
  GBytes *image;       /* REWRITE: the new one */
  GPtrArray *modules;  /* char*: names of modules that were added */
  GPtrArray *notes;    /* char*: for a person: "removed the hook that waits for /dev/nvme0n1p1" */
} V2vInject;

void v2v_inject_free (V2vInject *inject); /* NULL is allowed */

/**
 * v2v_inject_initramfs:
 * @fs: the guest, mostly the draft
 * @kernel: with modules_dir and initrd
 *
 * What the kernel needs to find a virtio disk: virtio_pci, virtio_blk, virtio_scsi with
 * sd_mod (which no dependency list names: closure goes by the disk's own alias), virtio_net,
 * virtio_rng, virtio_balloon, virtio_console where the kernel has them, ahci with sd_mod.
 * Modules come from the guest's own tree, with its own index files; the file that makes
 * initramfs-tools (conf/modules) or dracut (etc/modules-load.d) load them is written where
 * udev would not.  What waits for the source's hardware is taken out: dracut's
 * devexists-* hooks and etc/cmdline.d/* that name it, LVM's devices file, conf/conf.d/resume
 * of initramfs-tools.
 *
 * Returns: (transfer full): or %NULL with %V2V_ERROR_REFUSED: the kernel lacks
 * virtio altogether, no image, a UKI, a squashfs image of dracut, names in the image that
 * are not those of the guest's index
 */
V2vInject *v2v_inject_initramfs (V2vFs *fs, const V2vGuest *guest, const V2vKernel *kernel,
                                 V2vCancel *cancel, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vInject, v2v_inject_free)

G_END_DECLS
