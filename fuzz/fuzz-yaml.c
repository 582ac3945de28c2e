/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <config.h>

#include "v2v-yaml.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Walks everything: the caps promise that this ends soon. */
static guint
walk (const V2vYamlNode *node, guint depth)
{
  guint n = 1;

  g_assert_cmpuint (depth, <=, V2V_YAML_DEPTH_MAX);
  g_assert_true ((node->kind == V2V_YAML_SCALAR) == (node->text != NULL));
  for (guint i = 0; node->values != NULL && i < node->values->len; i++)
    n += walk (g_ptr_array_index (node->values, i), depth + 1);
  for (guint i = 0; node->keys != NULL && i < node->keys->len; i++)
    n += walk (g_ptr_array_index (node->keys, i), depth + 1);
  if (node->keys != NULL)
    g_assert_cmpuint (node->keys->len, ==, node->values->len);
  return n;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vYaml) yaml = v2v_yaml_parse ((const char *) data, size, "fuzz", &error);
  guint n = 0;

  g_assert_true ((yaml == NULL) == (error != NULL));
  for (guint i = 0; yaml != NULL && i < v2v_yaml_n_documents (yaml); i++)
    n += walk (v2v_yaml_document (yaml, i), 1);
  g_assert_cmpuint (n, <=, V2V_YAML_NODES_MAX);
  return 0;
}
