/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-kernel-drivers.h - where each kernel has the drivers that we look for
 */
#pragma once

#include <glib.h>

#include "v2v-fs.h"
#include "v2v-guest.h"

G_BEGIN_DECLS

/* The initramfs images of this many bootable kernels are read, newest first and the
 * default one in any case. */
#define V2V_INITRAMFS_READ_MAX 8

/**
 * v2v_inspect_drivers:
 *
 * Fills drivers of all guest->kernels: built in (modules.builtin, or the kernel's
 * config where that is absent), in the initramfs, or only on disk (modules.dep, or a
 * search where that is absent; the file must exist).
 */
gboolean v2v_inspect_drivers (V2vFs *fs, V2vGuest *guest, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
