/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-initramfs.c - what an initramfs holds
 */
#include <config.h>

#include "v2v-initramfs.h"

#include <string.h>
#include <sys/stat.h>

#include "v2v-confine.h"
#include "v2v-segment.h"
#include "v2v-uki.h"

/* What comes out of the child: names, and pairs of a wanted file and what it holds.  A
 * GVariant of this type is safe to read whatever the bytes are. */
#define WIRE_TYPE "(aaya(ayay))"
#define WIRE_MAX (128 * 1024 * 1024)

V2vInitramfs *
v2v_initramfs_new (void)
{
  V2vInitramfs *initramfs = g_new0 (V2vInitramfs, 1);

  initramfs->names = g_ptr_array_new_with_free_func (g_free);
  initramfs->files = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                            (GDestroyNotify) g_bytes_unref);
  return initramfs;
}

void
v2v_initramfs_free (V2vInitramfs *initramfs)
{
  if (initramfs == NULL)
    return;
  g_ptr_array_unref (initramfs->names);
  g_hash_table_unref (initramfs->files);
  g_free (initramfs);
}

GBytes *
v2v_initramfs_find (const V2vInitramfs *initramfs, const char *name)
{
  return g_hash_table_lookup (initramfs->files, name);
}

typedef struct {
  V2vInitramfs *out;
  V2vInitramfsWanted wanted; /* NULL: none */
  GHashTable *buffers;       /* char* to GByteArray: wanted files */
  GByteArray *current;       /* of the entry that is being read; borrowed */
  gsize kept;                /* bytes of wanted files, also of those that were replaced */
} Reading;

static gboolean
begin_entry (const V2vSegmentEntry *entry, gpointer user_data, GError **error)
{
  Reading *reading = user_data;
  const guint32 *field = entry->header.field;
  g_autofree char *name = NULL;

  reading->current = NULL;
  if (entry->trailer)
    return TRUE;
  name = v2v_newc_path (entry->name);
  g_ptr_array_add (reading->out->names, g_strdup (name));
  if (reading->wanted == NULL || !S_ISREG (field[V2V_NEWC_MODE]) || !reading->wanted (name))
    return TRUE;
  reading->kept += field[V2V_NEWC_FILE_SIZE];
  if (field[V2V_NEWC_FILE_SIZE] > V2V_INITRAMFS_WANTED_MAX
      || reading->kept > V2V_INITRAMFS_WANTED_TOTAL_MAX) {
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED,
                         "a file in it is far larger than such files are");
    return FALSE;
  }
  reading->current = g_byte_array_new ();
  g_hash_table_replace (reading->buffers, g_steal_pointer (&name), reading->current);
  return TRUE;
}

static gboolean
add_data (const guint8 *data, gsize size, gpointer user_data, GError **error)
{
  Reading *reading = user_data;

  (void) error;
  if (reading->current != NULL)
    g_byte_array_append (reading->current, data, (guint) size);
  return TRUE;
}

/* With a NUL behind each. */
static void
take_buffers (Reading *reading)
{
  GHashTableIter iter;
  gpointer name, buffer;

  g_hash_table_iter_init (&iter, reading->buffers);
  while (g_hash_table_iter_next (&iter, &name, &buffer)) {
    GByteArray *bytes = buffer;
    guint8 *data = g_malloc (bytes->len + 1);

    if (bytes->len > 0)
      memcpy (data, bytes->data, bytes->len);
    data[bytes->len] = '\0';
    g_hash_table_replace (reading->out->files, g_strdup (name),
                          g_bytes_new_take (data, bytes->len));
  }
}

V2vInitramfs *
v2v_initramfs_parse (const guint8 *data, gsize size, V2vInitramfsWanted wanted, GError **error)
{
  static const V2vSegmentVisitor visitor = { .entry = begin_entry, .data = add_data };
  g_autoptr (GHashTable) buffers
    = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_byte_array_unref);
  g_autoptr (V2vInitramfs) out = v2v_initramfs_new ();
  Reading reading = { .out = out, .wanted = wanted, .buffers = buffers };

  gsize offset = 0;

  if (v2v_uki_is_program (data, size) && !v2v_uki_find_initrd (data, size, &offset, &size, error))
    return NULL;
  if (!v2v_segment_walk (data + offset, size, &visitor, &reading, error))
    return NULL;
  if (out->names->len == 0) {
    g_set_error_literal (error, V2V_ERROR, V2V_ERROR_REFUSED, "it is empty");
    return NULL;
  }
  take_buffers (&reading);
  return g_steal_pointer (&out);
}

GPtrArray *
v2v_initramfs_names (const guint8 *data, gsize size, GError **error)
{
  g_autoptr (V2vInitramfs) initramfs = v2v_initramfs_parse (data, size, NULL, error);

  return initramfs == NULL ? NULL : g_ptr_array_ref (initramfs->names);
}

static GVariant *
bytes_variant (GBytes *bytes)
{
  return g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE);
}

static GVariant *
to_wire (const V2vInitramfs *initramfs)
{
  GVariantBuilder builder;
  GHashTableIter iter;
  gpointer name, bytes;

  g_variant_builder_init (&builder, G_VARIANT_TYPE (WIRE_TYPE));
  g_variant_builder_open (&builder, G_VARIANT_TYPE_BYTESTRING_ARRAY);
  for (guint i = 0; i < initramfs->names->len; i++)
    g_variant_builder_add_value (
      &builder, g_variant_new_bytestring (g_ptr_array_index (initramfs->names, i)));
  g_variant_builder_close (&builder);
  g_variant_builder_open (&builder, G_VARIANT_TYPE ("a(ayay)"));
  g_hash_table_iter_init (&iter, initramfs->files);
  while (g_hash_table_iter_next (&iter, &name, &bytes))
    g_variant_builder_add (&builder, "(@ay@ay)", g_variant_new_bytestring (name),
                           bytes_variant (bytes));
  g_variant_builder_close (&builder);
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/* The bytes of a byte array, with a NUL behind them. */
static GBytes *
dup_bytes (GVariant *array)
{
  gsize size;
  gconstpointer data = g_variant_get_fixed_array (array, &size, 1);
  guint8 *copy = g_malloc (size + 1);

  if (size > 0)
    memcpy (copy, data, size);
  copy[size] = '\0';
  return g_bytes_new_take (copy, size);
}

static V2vInitramfs *
from_wire (GBytes *bytes)
{
  V2vInitramfs *initramfs = v2v_initramfs_new ();
  g_autoptr (GVariant) wire
    = g_variant_ref_sink (g_variant_new_from_bytes (G_VARIANT_TYPE (WIRE_TYPE), bytes, FALSE));
  g_autoptr (GVariant) names = g_variant_get_child_value (wire, 0);
  g_autoptr (GVariant) files = g_variant_get_child_value (wire, 1);

  for (gsize i = 0; i < g_variant_n_children (names); i++) {
    g_autoptr (GVariant) name = g_variant_get_child_value (names, i);

    g_ptr_array_add (initramfs->names, g_variant_dup_bytestring (name, NULL));
  }
  for (gsize i = 0; i < g_variant_n_children (files); i++) {
    g_autoptr (GVariant) row = g_variant_get_child_value (files, i);
    g_autoptr (GVariant) name = g_variant_get_child_value (row, 0);
    g_autoptr (GVariant) data = g_variant_get_child_value (row, 1);

    g_hash_table_replace (initramfs->files, g_variant_dup_bytestring (name, NULL),
                          dup_bytes (data));
  }
  return initramfs;
}

typedef struct {
  GBytes *image;
  V2vInitramfsWanted wanted;
} Job;

static gboolean
parse_in_child (GByteArray *out, gpointer user_data, GError **error)
{
  const Job *job = user_data;
  g_autoptr (V2vInitramfs) initramfs = NULL;
  g_autoptr (GVariant) wire = NULL;
  const guint8 *data;
  gsize size;

  data = g_bytes_get_data (job->image, &size);
  initramfs = v2v_initramfs_parse (data, size, job->wanted, error);
  if (initramfs == NULL)
    return FALSE;
  wire = to_wire (initramfs);
  g_byte_array_append (out, g_variant_get_data (wire), (guint) g_variant_get_size (wire));
  return TRUE;
}

V2vInitramfs *
v2v_initramfs_open (V2vFs *fs, const char *path, V2vInitramfsWanted wanted, V2vCancel *cancel,
                    GError **error)
{
  const V2vConfineLimits limits = { .max_output = WIRE_MAX, .cancel = cancel };
  g_autoptr (GBytes) image = v2v_fs_read (fs, path, V2V_SEGMENT_IMAGE_MAX, error);
  g_autofree char *what = g_strdup_printf ("reading '%s'", path);
  Job job = { image, wanted };
  g_autoptr (GBytes) wire = NULL;

  if (image == NULL)
    return NULL;
  wire = v2v_confine_run (what, parse_in_child, &job, &limits, error);
  return wire == NULL ? NULL : from_wire (wire);
}

GPtrArray *
v2v_initramfs_read (V2vFs *fs, const char *path, GError **error)
{
  g_autoptr (V2vInitramfs) initramfs = v2v_initramfs_open (fs, path, NULL, NULL, error);

  return initramfs == NULL ? NULL : g_ptr_array_ref (initramfs->names);
}

gboolean
v2v_initramfs_is_squashed (const GPtrArray *names)
{
  static const char *const images[]
    = { "squash-root.img", "squashfs-root.img", "squash/root.img", "erofs-root.img", NULL };

  for (guint i = 0; i < names->len; i++)
    if (g_strv_contains (images, g_ptr_array_index (names, i)))
      return TRUE;
  return FALSE;
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
