/* SPDX-License-Identifier: GPL-2.0-or-later
 * Input: one byte that says what to put and to remove, then the image.
 *
 * An edit that changes nothing writes nothing; a file that is put is found, and all else is
 * what it was; putting it again writes nothing.
 */
#include <config.h>

#include <string.h>

#include "v2v-initramfs-image-private.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static const char *const all[] = { "*", NULL };

static gboolean
is_same (const V2vImageEntry *a, const V2vImageEntry *b)
{
  if (a->mode != b->mode || (a->data == NULL) != (b->data == NULL))
    return FALSE;
  return a->data == NULL || g_bytes_equal (a->data, b->data);
}

/* All of @before is in @after, but what was removed and one file that was put, perhaps
 * where a link leads to. */
static void
check_rest (const V2vImage *before, const V2vImage *after, const char *removed)
{
  guint changed = 0;

  for (guint i = 0; i < before->entries->len; i++) {
    const V2vImageEntry *entry = g_ptr_array_index (before->entries, i);
    const V2vImageEntry *now = v2v_image_find (after, entry->path);

    if (removed != NULL && g_str_equal (entry->path, removed))
      continue;
    g_assert_nonnull (now);
    if (is_same (entry, now))
      continue;
    g_assert_cmpuint (now->mode, ==, 0100640);
    changed++;
  }
  g_assert_cmpuint (changed, <=, 1);
}

static GByteArray *
write_image (const guint8 *data, gsize size, const V2vImageEdit *edit)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  if (v2v_image_write_here (data, size, edit, out, &error))
    return g_steal_pointer (&out);
  g_assert_error (error, V2V_ERROR, V2V_ERROR_REFUSED);
  return NULL;
}

static void
check_edit (const V2vImage *before, const guint8 *data, gsize size, guint8 how)
{
  static const char *const puts[] = { "v2v/new/file", "init", "a", "lib/x", "b2" };
  const char *put = puts[how % G_N_ELEMENTS (puts)];
  const char *removed = NULL;
  g_autoptr (V2vImageEdit) edit = v2v_image_edit_new ();
  g_autoptr (GBytes) content = g_bytes_new_static ("content", 7);
  g_autoptr (GByteArray) out = NULL;
  g_autoptr (GByteArray) again = NULL;
  g_autoptr (V2vImage) after = NULL;
  g_autoptr (GError) error = NULL;

  v2v_image_edit_put (edit, put, 0640, content);
  if (how >= 128) {
    const V2vImageEntry *entry
      = g_ptr_array_index (before->entries, (how / 8) % before->entries->len);

    removed = entry->path;
    v2v_image_edit_remove (edit, removed);
  }
  out = write_image (data, size, edit);
  if (out == NULL || out->len == 0)
    return;
  after = v2v_image_read_here (out->data, out->len, all, &error);
  g_assert_no_error (error);
  check_rest (before, after, removed);
  again = write_image (out->data, out->len, edit);
  g_assert_true (again != NULL && again->len == 0);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (V2vImage) image = NULL;
  g_autoptr (V2vImage) sent = NULL;
  g_autoptr (V2vImageEdit) nothing = v2v_image_edit_new ();
  g_autoptr (GByteArray) wire = g_byte_array_new ();
  g_autoptr (GByteArray) same = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  if (size == 0)
    return 0;
  image = v2v_image_read_here (data + 1, size - 1, all, &error);
  g_assert_true ((image == NULL) == (error != NULL));
  if (image == NULL)
    return 0;
  v2v_image_to_wire (image, wire);
  bytes = g_bytes_new (wire->data, wire->len);
  sent = v2v_image_from_wire (bytes, &error);
  g_assert_no_error (error);
  check_rest (image, sent, NULL);
  same = write_image (data + 1, size - 1, nothing);
  g_assert_true (same != NULL && same->len == 0);
  check_edit (image, data + 1, size - 1, data[0]);
  return 0;
}
