/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <string.h>

#include "v2v-initramfs.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static gboolean
is_even (const char *name)
{
  return strlen (name) % 2 == 0;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vInitramfs) initramfs = v2v_initramfs_parse (data, size, is_even, &error);

  g_assert_true ((initramfs == NULL) == (error != NULL));
  for (guint i = 0; initramfs != NULL && i < initramfs->names->len; i++) {
    g_autofree char *module = v2v_module_name (g_ptr_array_index (initramfs->names, i));

    (void) module;
  }
  return 0;
}
