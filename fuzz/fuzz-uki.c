/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "v2v-uki.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  gsize offset = 0;
  gsize length = 0;
  guint sum = 0;

  if (v2v_uki_find_initrd (data, size, &offset, &length, &error)) {
    g_assert_true (offset <= size && length <= size - offset);
    for (gsize i = 0; i < length; i++)
      sum += data[offset + i];
    g_assert_true (sum > 0 || length < size);
  } else {
    g_assert_nonnull (error);
  }
  return 0;
}
