/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "v2v-disk-format.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const char *const formats[] = { "qcow2", "vmdk" };

  (void) v2v_disk_format_sniff_tail (data, size);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autoptr (GError) error = NULL;
    gboolean ok = v2v_disk_format_check_header (formats[i], data, size, "fuzz", &error);

    g_assert_true (ok == (error == NULL));
    g_assert_true (!ok || g_strcmp0 (v2v_disk_format_sniff (data, size), formats[i]) == 0);
  }
  return 0;
}
