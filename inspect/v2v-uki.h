/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-uki.h - the initramfs inside a unified kernel image
 *
 * A UKI is a PE program with sections: .linux is the kernel, .initrd the initramfs as it
 * would be a file, others hold the command line and the like (UAPI group, "Unified Kernel
 * Image").  It is read here and never written: its signature, and what a TPM measured of it,
 * would not fit any more.
 */
#pragma once

#include <glib.h>

#include "v2v-guest.h"

G_BEGIN_DECLS

/* TRUE when it begins as a PE program does, which no initramfs can. */
gboolean v2v_uki_is_program (const guint8 *data, gsize size);

/**
 * v2v_uki_find_initrd:
 * @data: the whole file
 * @out_offset: of the initramfs in it
 *
 * No more of PE is parsed than the table of sections.
 *
 * Returns: %FALSE with %V2V_ERROR_REFUSED: not a unified kernel image, damaged, without an
 * initramfs, or with several of them for several profiles
 */
gboolean v2v_uki_find_initrd (const guint8 *data, gsize size, gsize *out_offset,
                              gsize *out_length, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* TRUE when firmware or systemd-boot finds @path by itself: "EFI/Linux/NAME.efi" on the
 * file system of the loader (UAPI group, "Boot Loader Specification", type 2). */
gboolean v2v_uki_is_path (const char *path);

/* TRUE when the kernel's initramfs is a part of its image. */
gboolean v2v_uki_is_kernel (const V2vKernel *kernel);

G_END_DECLS
