/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-initramfs-image-edit.c - what is to change in an image, as data
 */
#include <config.h>

#include "v2v-initramfs-image.h"

static void
free_file (gpointer data)
{
  V2vImageFile *file = data;

  g_free (file->path);
  g_bytes_unref (file->data);
  g_free (file);
}

V2vImageEdit *
v2v_image_edit_new (void)
{
  V2vImageEdit *edit = g_new0 (V2vImageEdit, 1);

  edit->put = g_ptr_array_new_with_free_func (free_file);
  edit->remove = g_ptr_array_new_with_free_func (g_free);
  return edit;
}

void
v2v_image_edit_free (V2vImageEdit *edit)
{
  if (edit == NULL)
    return;
  g_ptr_array_unref (edit->put);
  g_ptr_array_unref (edit->remove);
  g_free (edit);
}

void
v2v_image_edit_put (V2vImageEdit *edit, const char *path, guint mode, GBytes *data)
{
  V2vImageFile *file = g_new0 (V2vImageFile, 1);

  file->path = g_strdup (path);
  file->mode = mode;
  file->data = g_bytes_ref (data);
  g_ptr_array_add (edit->put, file);
}

void
v2v_image_edit_remove (V2vImageEdit *edit, const char *path)
{
  g_ptr_array_add (edit->remove, g_strdup (path));
}
