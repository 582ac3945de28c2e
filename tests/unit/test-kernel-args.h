/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-kernel-args.h - edits of one file, for the tests of kernel arguments
 */
#pragma once

#include <glib.h>
#include <string.h>

#include "v2v-error.h"
#include "v2v-kernel-args.h"

#define UUID "11111111-1111-4111-8111-111111111111"

/* Stands for the guest's facts: /dev/xvda1 and /dev/nvme0n1p1 are the root. */
static inline char *
rename_root (const char *name, const char *value, gboolean initrd, gpointer user_data)
{
  guint *asked = user_data;

  (*asked)++;
  if (!g_str_equal (value, "/dev/xvda1") && !g_str_equal (value, "/dev/nvme0n1p1"))
    return NULL;
  if (g_str_equal (name, "resume"))
    return g_strdup ("UUID=2222-22");
  return g_strdup (initrd ? "UUID=" UUID : "PARTUUID=aaaa-01");
}

enum { DEFAULT = V2V_KERNEL_ARGS_DEFAULT_GRUB, CFG = V2V_KERNEL_ARGS_GRUB_CFG,
       BLS = V2V_KERNEL_ARGS_BLS, ENV = V2V_KERNEL_ARGS_GRUBENV,
       CMDLINE = V2V_KERNEL_ARGS_CMDLINE, LEGACY = V2V_KERNEL_ARGS_LEGACY,
       EXTLINUX = V2V_KERNEL_ARGS_EXTLINUX };

static inline char *
edit_one (int kind, const char *text, const V2vKernelArgsEdit *edit)
{
  g_autoptr (GPtrArray) files
    = g_ptr_array_new_with_free_func ((GDestroyNotify) v2v_kernel_args_file_free);
  V2vKernelArgsFile *file = v2v_kernel_args_file_new ((V2vKernelArgsKind) kind, "/x", text);
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (files, file);
  if (!v2v_kernel_args_edit (files, edit, &error)) {
    g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
    g_assert_cmpint (kind, ==, ENV);
    g_assert_null (file->edited);
  }
  return g_strdup (file->edited != NULL ? file->edited : text);
}
