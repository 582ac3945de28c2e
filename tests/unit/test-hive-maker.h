/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-hive-maker.h - write small registry hives for tests
 *
 * regf 1.3: a base block of 4 KiB, then one hbin that holds all cells.  Offsets
 * count from the hbin.  A cell begins with its size, negative while it is in use.
 */
#pragma once

#include <glib.h>
#include <string.h>

#define HIVE_BASE 4096
#define HIVE_NONE 0xffffffffu
#define HIVE_SZ 1u
#define HIVE_BINARY 3u
#define HIVE_DWORD 4u
#define HIVE_MULTI_SZ 7u
#define HIVE_QWORD 11u

typedef struct {
  char *name;
  guint32 type;
  GBytes *data;
} HiveValue;

typedef struct {
  char *name;
  GPtrArray *keys;   /* HiveKey */
  GPtrArray *values; /* HiveValue */
} HiveKey;

static inline void
hive_value_free (gpointer p)
{
  HiveValue *value = p;

  g_free (value->name);
  g_bytes_unref (value->data);
  g_free (value);
}

static inline void
hive_free (gpointer p)
{
  HiveKey *key = p;

  g_free (key->name);
  g_ptr_array_unref (key->keys);
  g_ptr_array_unref (key->values);
  g_free (key);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HiveKey, hive_free)

static inline HiveKey *
hive_new (const char *name)
{
  HiveKey *key = g_new0 (HiveKey, 1);

  key->name = g_strdup (name);
  key->keys = g_ptr_array_new_with_free_func (hive_free);
  key->values = g_ptr_array_new_with_free_func (hive_value_free);
  return key;
}

/* The key "A\\B", made where it is absent. */
static inline HiveKey *
hive_key (HiveKey *key, const char *path)
{
  g_auto (GStrv) names = g_strsplit (path, "\\", -1);

  for (guint i = 0; names[i] != NULL; i++) {
    HiveKey *found = NULL;

    for (guint j = 0; j < key->keys->len && found == NULL; j++) {
      HiveKey *child = g_ptr_array_index (key->keys, j);

      if (g_str_equal (child->name, names[i]))
        found = child;
    }
    if (found == NULL) {
      found = hive_new (names[i]);
      g_ptr_array_add (key->keys, found);
    }
    key = found;
  }
  return key;
}

static inline void
hive_set (HiveKey *root, const char *path, const char *name, guint32 type,
          const void *data, gsize length)
{
  HiveValue *value = g_new0 (HiveValue, 1);

  value->name = g_strdup (name);
  value->type = type;
  value->data = g_bytes_new (data, length);
  g_ptr_array_add (hive_key (root, path)->values, value);
}

static inline void
hive_set_dword (HiveKey *root, const char *path, const char *name, guint32 number)
{
  guint32 le = GUINT32_TO_LE (number);

  hive_set (root, path, name, HIVE_DWORD, &le, sizeof le);
}

/* UTF-16 with its NUL; in a MULTI_SZ "|" stands between strings. */
static inline void
hive_set_text (HiveKey *root, const char *path, const char *name, guint32 type,
               const char *text)
{
  glong n = 0;
  g_autofree gunichar2 *utf16 = g_utf8_to_utf16 (text, -1, NULL, &n, NULL);
  g_autofree gunichar2 *le = g_new0 (gunichar2, n + 2);

  for (glong i = 0; i < n; i++)
    le[i] = GUINT16_TO_LE (type == HIVE_MULTI_SZ && utf16[i] == '|' ? 0 : utf16[i]);
  hive_set (root, path, name, type, le, (gsize) (n + (type == HIVE_MULTI_SZ ? 2 : 1)) * 2);
}

static inline void
hive_set_sz (HiveKey *root, const char *path, const char *name, const char *text)
{
  hive_set_text (root, path, name, HIVE_SZ, text);
}

static inline void
hive_put16 (GByteArray *out, gsize at, guint16 v)
{
  v = GUINT16_TO_LE (v);
  memcpy (out->data + at, &v, sizeof v);
}

static inline void
hive_put32 (GByteArray *out, gsize at, guint32 v)
{
  v = GUINT32_TO_LE (v);
  memcpy (out->data + at, &v, sizeof v);
}

/* Returns the offset of a new cell with room for @length bytes of content. */
static inline guint32
hive_cell (GByteArray *out, gsize length)
{
  guint32 at = out->len;
  guint32 size = (guint32) ((length + 4 + 7) & ~(gsize) 7);

  g_byte_array_set_size (out, at + size);
  memset (out->data + at, 0, size);
  hive_put32 (out, at, (guint32) -(gint32) size);
  return at;
}

static inline guint32
hive_write_value (GByteArray *out, const HiveValue *value)
{
  gsize length;
  const void *data = g_bytes_get_data (value->data, &length);
  gsize n = strlen (value->name);
  guint32 vk = hive_cell (out, 20 + n);
  guint32 where = 0;

  if (length > 4) {
    where = hive_cell (out, length);
    memcpy (out->data + where + 4, data, length);
  }
  memcpy (out->data + vk + 4, "vk", 2);
  hive_put16 (out, vk + 6, (guint16) n);
  hive_put32 (out, vk + 8, (guint32) length | (length > 4 ? 0 : 0x80000000u));
  hive_put32 (out, vk + 12, where);
  if (length > 0 && length <= 4)
    memcpy (out->data + vk + 12, data, length);
  hive_put32 (out, vk + 16, value->type);
  hive_put16 (out, vk + 20, 1); /* the name is ASCII */
  memcpy (out->data + vk + 24, value->name, n);
  return vk;
}

/* A security descriptor that all keys share, in a ring of one. */
static inline guint32
hive_write_security (GByteArray *out)
{
  guint32 sk = hive_cell (out, 20 + 20);

  memcpy (out->data + sk + 4, "sk", 2);
  hive_put32 (out, sk + 8, sk);
  hive_put32 (out, sk + 12, sk);
  hive_put32 (out, sk + 16, 1);
  hive_put32 (out, sk + 20, 20);
  out->data[sk + 24] = 1; /* revision; self-relative, without owner or lists */
  hive_put16 (out, sk + 26, 0x8000);
  return sk;
}

static inline guint32
hive_write_key (GByteArray *out, const HiveKey *key, guint32 parent, guint32 sk, guint16 flags)
{
  gsize n = strlen (key->name);
  guint32 nk = hive_cell (out, 76 + n);
  guint32 keys = HIVE_NONE, values = HIVE_NONE;

  if (key->keys->len > 0) {
    keys = hive_cell (out, 4 + 8 * (gsize) key->keys->len);
    memcpy (out->data + keys + 4, "lf", 2);
    hive_put16 (out, keys + 6, (guint16) key->keys->len);
  }
  for (guint i = 0; i < key->keys->len; i++) {
    const HiveKey *child = g_ptr_array_index (key->keys, i);
    guint32 at = hive_write_key (out, child, nk, sk, 0x20);

    hive_put32 (out, keys + 8 + 8 * (gsize) i, at);
    memcpy (out->data + keys + 12 + 8 * (gsize) i, child->name, MIN (4, strlen (child->name)));
  }
  if (key->values->len > 0)
    values = hive_cell (out, 4 * (gsize) key->values->len);
  for (guint i = 0; i < key->values->len; i++) {
    guint32 at = hive_write_value (out, g_ptr_array_index (key->values, i));

    hive_put32 (out, values + 4 + 4 * (gsize) i, at);
  }
  memcpy (out->data + nk + 4, "nk", 2);
  hive_put16 (out, nk + 6, flags);
  hive_put32 (out, nk + 20, parent);
  hive_put32 (out, nk + 24, key->keys->len);
  hive_put32 (out, nk + 32, keys);
  hive_put32 (out, nk + 36, HIVE_NONE);
  hive_put32 (out, nk + 40, key->values->len);
  hive_put32 (out, nk + 44, values);
  hive_put32 (out, nk + 48, sk);
  hive_put32 (out, nk + 52, HIVE_NONE);
  hive_put16 (out, nk + 76, (guint16) n);
  memcpy (out->data + nk + 80, key->name, n);
  return nk;
}

/* (transfer full): the hive as bytes; @dirty makes its sequence numbers differ. */
static inline GByteArray *
hive_bytes (const HiveKey *root, gboolean dirty)
{
  g_autoptr (GByteArray) bins = g_byte_array_new ();
  GByteArray *out = g_byte_array_new ();
  guint32 used, sum = 0, nk, sk;

  g_byte_array_set_size (bins, 32);
  memset (bins->data, 0, 32);
  memcpy (bins->data, "hbin", 4);
  sk = hive_write_security (bins);
  nk = hive_write_key (bins, root, 0, sk, 0x2c);
  used = bins->len;
  g_byte_array_set_size (bins, (used + 8 + 4095) & ~4095u);
  memset (bins->data + used, 0, bins->len - used);
  hive_put32 (bins, used, bins->len - used); /* the rest is one free cell */
  hive_put32 (bins, 8, bins->len);

  g_byte_array_set_size (out, HIVE_BASE);
  memset (out->data, 0, HIVE_BASE);
  memcpy (out->data, "regf", 4);
  hive_put32 (out, 4, dirty ? 2 : 1);
  hive_put32 (out, 8, 1);
  hive_put32 (out, 20, 1);
  hive_put32 (out, 24, 3);
  hive_put32 (out, 32, 1);
  hive_put32 (out, 36, nk);
  hive_put32 (out, 40, bins->len);
  hive_put32 (out, 44, 1);
  for (gsize i = 0; i < 0x1fc; i += 4) {
    guint32 word;

    memcpy (&word, out->data + i, sizeof word);
    sum ^= GUINT32_FROM_LE (word);
  }
  hive_put32 (out, 0x1fc, sum);
  g_byte_array_append (out, bins->data, bins->len);
  return out;
}
