/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include <string.h>

#include "v2v-module-index.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* A name that is found has a path at least, none that is not asked for is needed. */
static void
check (GPtrArray *paths)
{
  for (guint i = 0; paths != NULL && i < paths->len; i++)
    g_assert_cmpstr (g_ptr_array_index (paths, i), !=, "");
  if (paths != NULL)
    g_ptr_array_unref (paths);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GBytes) index = g_bytes_new (data, size);
  g_autofree char *text = g_strndup ((const char *) data, size);

  check (v2v_module_index_find (index, "virtio_blk"));
  check (v2v_module_index_find (index, ""));
  check (v2v_module_index_find_text (text, "virtio_blk"));
  (void) v2v_module_index_has_value (index, "virtio_blk");
  return 0;
}
