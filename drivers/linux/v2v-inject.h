/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-inject.h - virtio into the initramfs of one kernel
 */
#pragma once

#include "v2v-fs.h"
#include "v2v-guest.h"
#include "v2v-initramfs-image.h"

G_BEGIN_DECLS

typedef enum {
  V2V_INJECT_NEEDED, /* what the root cannot be found without */
  V2V_INJECT_ALL,    /* and all else that virtio and SATA machines have */
} V2vInjectWish;

typedef enum {
  V2V_INJECT_NOTHING,  /* all is built in or in the image already, and nothing waits for the
                        * source's hardware */
  V2V_INJECT_REWRITE,  /* a new image was made */
} V2vInjectOutcome;

typedef struct {
  V2vInjectOutcome outcome;
  GBytes *image;       /* REWRITE: the new one */
  GBytes *old;         /* the one that is there; NULL when there is none */
  GPtrArray *modules;  /* char*: names of modules that were added */
  GPtrArray *notes;    /* char*: what was done: "removed what waits for '/dev/nvme0n1p1'", or
                        * why nothing was */
  GPtrArray *warnings; /* char*: what the user must know: a name that could not be led back */
} V2vInject;

void v2v_inject_free (V2vInject *inject); /* NULL is allowed */

/**
 * v2v_inject_initramfs:
 * @fs: the guest, mostly the draft
 * @kernel: with modules_dir and initrd
 *
 * An image needs virtio_pci, virtio_blk, and virtio_scsi with sd_mod (which no dependency
 * list names: closure goes by the disk's own alias).  Where one of them is missing, it gets
 * virtio_net, virtio_rng, virtio_balloon, virtio_console and ahci too, as far as the kernel
 * has them; an image that has the first four is not written for the sake of those, which
 * the guest loads from its root, unless @wish says so: a root that is unlocked or mounted by
 * network needs virtio_net before.
 *
 * Modules come from the guest's own tree, with its own index files, to where the image has
 * its modules.  udev loads them by alias; initramfs-tools lists them in conf/modules too.
 * What waits for the source's hardware, or for a file system that is on none of the disks,
 * is taken out: dracut's hooks and device units; root= and resume= by name in
 * etc/cmdline.d and in conf/conf.d of initramfs-tools become UUIDs; LVM's devices file goes.
 *
 * Returns: (transfer full): or %NULL with %V2V_ERROR_REFUSED: the kernel lacks
 * virtio altogether, no image, a UKI that would have to be changed, a squashfs image of
 * dracut, names in the image that are not those of the guest's index
 */
V2vInject *v2v_inject_initramfs (V2vFs *fs, const V2vGuest *guest, const V2vKernel *kernel,
                                 V2vInjectWish wish, V2vCancel *cancel, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vInject, v2v_inject_free)

G_END_DECLS
