/* SPDX-License-Identifier: GPL-2.0-or-later
 * Input: modules.dep, modules.softdep, modules.alias and modules.builtin, with a line "--"
 * between them.
 */
#include <config.h>

#include <string.h>

#include "v2v-initramfs.h"
#include "v2v-modules.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_closure (const V2vModules *modules, const char *const *names)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) paths = v2v_modules_closure (modules, names, &error);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  if (paths == NULL) {
    g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
    return;
  }
  for (guint i = 0; i < paths->len; i++) {
    const char *path = g_ptr_array_index (paths, i);
    g_autofree char *name = v2v_module_name (path);

    g_assert_true (g_hash_table_add (seen, (gpointer) path));
    g_assert_nonnull (name);
    g_assert_true (*path != '/' && !g_str_has_prefix (path, "../")
                   && strstr (path, "/../") == NULL);
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  static const char *const names[] = { "a", "b_c", "d", NULL };
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto (GStrv) parts = g_strsplit (text, "\n--\n", 4);
  const char *part[4] = { NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (V2vModules) modules = NULL;

  for (guint i = 0; parts[i] != NULL; i++)
    part[i] = parts[i];
  modules = v2v_modules_new (part[0], part[1], part[2], part[3], &error);
  if (modules == NULL) {
    g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
    return 0;
  }
  check_closure (modules, names);
  for (const char *const *name = names; *name != NULL; name++) {
    const char *const one[] = { *name, NULL };

    g_assert_true ((v2v_modules_kind (modules, *name) == V2V_MODULE_LOADABLE)
                   == (v2v_modules_path (modules, *name) != NULL));
    check_closure (modules, one);
  }
  return 0;
}
