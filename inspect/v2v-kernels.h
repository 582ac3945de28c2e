/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-kernels.h - names of kernels and their initramfs images
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * v2v_kernel_version_of:
 * @name: a file name in /boot
 *
 * Returns: (transfer none) (nullable): where the version begins ("6.1.0-18-amd64" in
 * "vmlinuz-6.1.0-18-amd64"); %NULL for anything that is no bootable kernel image:
 * rescue and kdump kernels, copies that package managers leave behind
 */
const char *v2v_kernel_version_of (const char *name);

/**
 * v2v_kernel_find_initrd:
 * @names: (element-type utf8): file names in /boot
 * @version: of the kernel
 *
 * Debian: initrd.img-VER; dracut: initramfs-VER.img; SUSE: initrd-VER; Alpine and Arch:
 * initramfs-FLAVOUR[.img].
 *
 * Returns: (transfer none) (nullable): one of @names
 */
const char *v2v_kernel_find_initrd (const GHashTable *names, const char *version);

/* TRUE when @list (modules.builtin, modules.dep, one path at the start of each line)
 * names the module; @out_path (nullable) (transfer full): its path. */
gboolean v2v_kernel_list_has_module (const char *list, const char *name, char **out_path);

/* TRUE when a kernel's config says CONFIG_X=y for the driver @name. */
gboolean v2v_kernel_config_has_builtin (const char *config, const char *name);

G_END_DECLS
