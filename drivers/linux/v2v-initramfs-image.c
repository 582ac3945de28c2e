/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-initramfs-image.c - the confined child around reading and writing, and plain data
 */
#include <config.h>

#include "v2v-initramfs-image.h"

#include <string.h>

#include "v2v-confine.h"
#include "v2v-initramfs-image-private.h"

#define MIB ((gsize) 1024 * 1024)

V2vImage *
v2v_image_new (void)
{
  V2vImage *image = g_new0 (V2vImage, 1);

  image->entries = g_ptr_array_new ();
  image->segments = g_array_new (FALSE, FALSE, sizeof (V2vImageSegment));
  image->modules_segment = -1;
  return image;
}

void
v2v_image_add_entry (V2vImage *image, const char *path, guint mode, GBytes *data)
{
  V2vImageEntry *entry = g_new0 (V2vImageEntry, 1);

  entry->path = g_strdup (path);
  entry->mode = mode;
  entry->data = data != NULL ? g_bytes_ref (data) : NULL;
  g_ptr_array_add (image->entries, entry);
}

void
v2v_image_free (V2vImage *image)
{
  if (image == NULL)
    return;
  for (guint i = 0; i < image->entries->len; i++) {
    V2vImageEntry *entry = g_ptr_array_index (image->entries, i);

    g_free (entry->path);
    g_clear_pointer (&entry->data, g_bytes_unref);
    g_free (entry);
  }
  g_ptr_array_unref (image->entries);
  g_array_unref (image->segments);
  g_free (image);
}

const V2vImageEntry *
v2v_image_find (const V2vImage *image, const char *path)
{
  guint low = 0;
  guint high = image->entries->len;

  while (low < high) {
    guint middle = low + (high - low) / 2;
    const V2vImageEntry *entry = g_ptr_array_index (image->entries, middle);
    int order = strcmp (path, entry->path);

    if (order == 0)
      return entry;
    if (order < 0)
      high = middle;
    else
      low = middle + 1;
  }
  return NULL;
}

typedef struct {
  GBytes *image;
  const char *const *wanted;
  const V2vImageEdit *edit;
} Job;

static gboolean
read_in_child (GByteArray *out, gpointer user_data, GError **error)
{
  const Job *job = user_data;
  g_autoptr (V2vImage) image = NULL;
  const guint8 *data;
  gsize size;

  data = g_bytes_get_data (job->image, &size);
  image = v2v_image_read_here (data, size, job->wanted, error);
  if (image == NULL)
    return FALSE;
  v2v_image_to_wire (image, out);
  return TRUE;
}

V2vImage *
v2v_image_read (GBytes *image, const char *const *wanted, const char *what, V2vCancel *cancel,
                GError **error)
{
  static const char *const nothing[] = { NULL };
  Job job = { .image = image, .wanted = wanted != NULL ? wanted : nothing };
  /* What is kept, beside the paths of as many entries as there may be. */
  V2vConfineLimits limits = { .max_memory = 768 * MIB,
                              .max_output = V2V_IMAGE_WANTED_TOTAL_MAX + 128 * MIB,
                              .timeout_s = 120,
                              .cancel = cancel };
  g_autofree char *doing = g_strdup_printf ("reading %s", what);
  g_autoptr (GBytes) wire = v2v_confine_run (doing, read_in_child, &job, &limits, error);
  V2vImage *result;

  if (wire == NULL)
    return NULL;
  result = v2v_image_from_wire (wire, error);
  if (result == NULL)
    g_prefix_error (error, "%s: ", doing);
  return result;
}

static gboolean
write_in_child (GByteArray *out, gpointer user_data, GError **error)
{
  const Job *job = user_data;
  const guint8 *data;
  gsize size;

  data = g_bytes_get_data (job->image, &size);
  return v2v_image_write_here (data, size, job->edit, out, error);
}

GBytes *
v2v_image_write (GBytes *image, const V2vImageEdit *edit, const char *what, V2vCancel *cancel,
                 GError **error)
{
  Job job = { .image = image, .edit = edit };
  /* The new image while it grows, what a compressor needs, and all paths twice. */
  V2vConfineLimits limits = { .max_memory = 1536 * MIB,
                              .max_output = V2V_SEGMENT_IMAGE_MAX,
                              .timeout_s = 300,
                              .cancel = cancel };
  g_autofree char *doing = g_strdup_printf ("rewriting %s", what);
  g_autoptr (GBytes) written = v2v_confine_run (doing, write_in_child, &job, &limits, error);

  if (written == NULL)
    return NULL;
  return g_bytes_ref (g_bytes_get_size (written) == 0 ? image : written);
}
