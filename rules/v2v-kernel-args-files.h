/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-kernel-args-files.h - the files of a draft that hold kernel command lines
 */
#pragma once

#include "v2v-draft.h"
#include "v2v-kernel-args.h"

G_BEGIN_DECLS

/* What one guest may have of them. */
#define V2V_KERNEL_ARGS_FILES_MAX 500
#define V2V_KERNEL_ARGS_BYTES_MAX (32 * 1024 * 1024)

/**
 * v2v_kernel_args_read:
 * @unread: (nullable) (element-type utf8): gets a message for each file that could not
 *   be read; %NULL = the first one is an error
 *
 * Each file once, under its real path, whatever links lead to it: grubenv is often one
 * to the EFI partition.  Links that lead nowhere are left out.
 *
 * Returns: (transfer full) (element-type V2vKernelArgsFile): in the order that
 * v2v_kernel_args_edit() wants; %NULL with @error
 */
GPtrArray *v2v_kernel_args_read (V2vDraft *draft, GPtrArray *unread, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* Writes those that were edited. */
gboolean v2v_kernel_args_write (V2vDraft *draft, const GPtrArray *files, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full) (element-type utf8): unified kernel images: they hold a command line
 * that nobody can edit, since it is signed with the rest. */
GPtrArray *v2v_kernel_args_find_images (V2vDraft *draft, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* The paths without wildcards. */
void v2v_kernel_args_add_paths (GPtrArray *paths);

G_END_DECLS
