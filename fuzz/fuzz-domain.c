/* SPDX-License-Identifier: GPL-2.0-or-later
 * fuzz-domain.c - any bytes as a domain XML; what is read must come out valid again
 */
#include <config.h>

#include "v2v-domain-xml.h"
#include "v2v-emit.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
emit_all (const V2vSource *source)
{
  g_autoptr (V2vRequest) request = v2v_request_new ();
  g_autoptr (V2vTarget) target = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *xml = NULL;
  g_autofree char *yaml = NULL;

  request->domain_xml = g_strdup ("fuzz");
  target = v2v_target_decide_all (source, NULL, request);
  xml = v2v_emit_libvirt_xml (target, &error);
  /* A path that XML cannot hold is the user's; a broken rule would be ours. */
  g_assert_true (xml != NULL || g_error_matches (error, V2V_ERROR, V2V_ERROR_USAGE));
  g_clear_error (&error);
  yaml = v2v_emit_kubevirt (target, V2V_KUBEVIRT_VM, &error);
  g_assert_no_error (error);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vSource) source
    = v2v_source_parse_domain ((const char *) data, size, "fuzz", warnings, &error);

  g_assert_true ((source == NULL) == (error != NULL));
  if (source != NULL)
    emit_all (source);
  return 0;
}
