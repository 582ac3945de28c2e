/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-request.c - allocation for V2vRequest; no logic
 */
#include <config.h>

#include "v2v-request.h"

#include "v2v-key.h"

V2vRequest *
v2v_request_new (void)
{
  V2vRequest *request = g_new0 (V2vRequest, 1);

  request->root = g_strdup ("single");
  request->engine = g_strdup ("auto");
  request->initramfs = g_strdup ("auto");
  request->agents = g_strdup ("disable");
  request->guest_agent = g_strdup ("keep");
  request->keys = g_ptr_array_new_with_free_func ((GDestroyNotify) v2v_key_free);
  return request;
}

void
v2v_request_free (V2vRequest *request)
{
  if (request == NULL)
    return;
  g_strfreev (request->disks);
  g_free (request->domain_xml);
  g_free (request->format);
  g_free (request->name);
  g_free (request->root);
  g_free (request->source);
  g_free (request->engine);
  g_free (request->initramfs);
  g_free (request->agents);
  g_free (request->guest_agent);
  g_free (request->output_dir);
  g_free (request->work_dir);
  g_strfreev (request->rules_dirs);
  g_strfreev (request->rules_enable);
  g_strfreev (request->rules_disable);
  g_strfreev (request->rules_params);
  g_strfreev (request->rules_shown);
  g_clear_pointer (&request->keys, g_ptr_array_unref);
  g_free (request->authorized_keys);
  g_free (request);
}
