/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-initramfs.c - what an initramfs holds
 */
#include <config.h>

#include "v2v-initramfs.h"

#include <string.h>

#include "v2v-confine.h"
#include "v2v-error.h"
#include "v2v-segment.h"

static gboolean
add_name (const V2vSegmentEntry *entry, gpointer user_data, GError **error)
{
  if (!entry->trailer)
    g_ptr_array_add (user_data, v2v_newc_path (entry->name));
  return TRUE;
}

GPtrArray *
v2v_initramfs_names (const guint8 *data, gsize size, GError **error)
{
  static const V2vSegmentVisitor visitor = { .entry = add_name };
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  if (!v2v_segment_walk (data, size, &visitor, names, error))
    return NULL;
  if (names->len == 0) {
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED, "it is empty");
    return NULL;
  }
  return g_steal_pointer (&names);
}

/* In the confined child: the names, each with its NUL. */
static gboolean
list_in_child (GByteArray *out, gpointer user_data, GError **error)
{
  GBytes *image = user_data;
  g_autoptr (GPtrArray) names = NULL;
  const guint8 *data;
  gsize size;

  data = g_bytes_get_data (image, &size);
  names = v2v_initramfs_names (data, size, error);
  if (names == NULL)
    return FALSE;
  for (guint i = 0; i < names->len; i++) {
    const char *name = g_ptr_array_index (names, i);

    g_byte_array_append (out, (const guint8 *) name, (guint) strlen (name) + 1);
  }
  return TRUE;
}

GPtrArray *
v2v_initramfs_read (V2vFs *fs, const char *path, GError **error)
{
  g_autoptr (GBytes) image = v2v_fs_read (fs, path, V2V_SEGMENT_IMAGE_MAX, error);
  g_autofree char *what = g_strdup_printf ("reading '%s'", path);
  g_autoptr (GPtrArray) names = NULL;
  g_autoptr (GBytes) list = NULL;
  const char *end;
  const char *p;
  gsize size;

  if (image == NULL)
    return NULL;
  list = v2v_confine_run (what, list_in_child, image, NULL, error);
  if (list == NULL)
    return NULL;
  names = g_ptr_array_new_with_free_func (g_free);
  p = g_bytes_get_data (list, &size);
  end = p + size;
  while (p < end) {
    gsize n = strnlen (p, (gsize) (end - p));

    g_ptr_array_add (names, g_strndup (p, n));
    p += n + 1;
  }
  return g_steal_pointer (&names);
}

char *
v2v_module_name (const char *path)
{
  static const char *const suffixes[] = { ".ko", ".ko.gz", ".ko.xz", ".ko.zst" };
  const char *slash = strrchr (path, '/');
  const char *base = slash == NULL ? path : slash + 1;

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++) {
    if (g_str_has_suffix (base, suffixes[i])) {
      char *name = g_strndup (base, strlen (base) - strlen (suffixes[i]));

      return g_strdelimit (name, "-", '_');
    }
  }
  return NULL;
}
