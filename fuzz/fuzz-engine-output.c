/* SPDX-License-Identifier: GPL-2.0-or-later
 * Input: what virt-v2v prints (a line that begins with '!' is standard error), parts of
 * which are the guest's words; and its answers to the handshake.
 */
#include <config.h>

#include <string.h>

#include "v2v-engine-handshake.h"
#include "v2v-engine-output.h"

#define LINES_MAX 200

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", LINES_MAX);
  g_autoptr (V2vReport) report = v2v_report_new ();
  g_autoptr (V2vEngineOutput) output = v2v_engine_output_new (NULL, report);
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vHandshake) handshake = NULL;

  for (guint i = 0; lines[i] != NULL; i++)
    v2v_engine_output_line (*lines[i] == '!' ? lines[i] + 1 : lines[i], *lines[i] == '!',
                            output);
  g_assert_false (v2v_engine_output_fail (output, "virt-v2v", 1, &error));
  g_assert_nonnull (error);
  g_assert_null (strchr (error->message, '\n'));

  handshake = v2v_handshake_parse ("x", text, text, text, NULL);
  return 0;
}
