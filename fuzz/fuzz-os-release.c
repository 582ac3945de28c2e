/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "v2v-kernels.h"
#include "v2v-os-release.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (V2vGuest) guest = v2v_guest_new ();
  g_autofree char *path = NULL;

  g_assert_true (v2v_os_release_apply (guest, text) == (guest->distro != NULL));
  v2v_os_release_apply_line (guest, text);
  v2v_os_release_split_version (guest, text);
  (void) v2v_elf_arch (data, size);
  (void) v2v_kernel_version_of (text);
  (void) v2v_kernel_list_has_module (text, "virtio_blk", &path);
  (void) v2v_kernel_config_has_builtin (text, "virtio_blk");
  return 0;
}
