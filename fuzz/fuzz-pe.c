/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "v2v-windows-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  (void) v2v_windows_pe_arch (data, size);
  return 0;
}
