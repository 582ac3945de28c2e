/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "v2v-initramfs.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) names = v2v_initramfs_names (data, size, &error);

  g_assert_true ((names == NULL) == (error != NULL));
  for (guint i = 0; names != NULL && i < names->len; i++) {
    g_autofree char *module = v2v_module_name (g_ptr_array_index (names, i));

    (void) module;
  }
  return 0;
}
