/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "v2v-dpkg.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (V2vGuest) guest = v2v_guest_new ();

  (void) v2v_dpkg_parse (guest, (const char *) data, size);
  for (guint i = 0; i < guest->packages->len; i++)
    g_assert_nonnull (((V2vPackage *) g_ptr_array_index (guest->packages, i))->name);
  return 0;
}
