/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "v2v-xml.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (xmlDoc) doc = v2v_xml_parse ((const char *) data, size, "fuzz", &error);

  g_assert_true ((doc == NULL) == (error != NULL));
  if (doc != NULL) {
    g_autofree char *text = v2v_xml_dup_string (xmlDocGetRootElement (doc), "//name");

    (void) text;
  }
  return 0;
}
