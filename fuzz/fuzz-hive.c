/* SPDX-License-Identifier: GPL-2.0-or-later
 * What runs in the confined child, without the child.
 */
#include <config.h>

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "v2v-hive-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const V2vHiveQuery queries[]
    = { { "", NULL },       { "Select", "Current" }, { "Text", "multi" },
        { "Text", "lone" }, { "Text", "qword" },     { "ControlSet001\\Control", NULL } };
  int fd = memfd_create ("hive", MFD_CLOEXEC);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  V2vHiveJob job = { .path = path, .queries = queries, .n_queries = G_N_ELEMENTS (queries) };

  g_assert_cmpint (fd, >=, 0);
  if (write (fd, data, size) == (ssize_t) size && !v2v_hive_run_job (out, &job, &error))
    g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  close (fd);
  return 0;
}
