/* SPDX-License-Identifier: GPL-2.0-or-later
 * test-uki.h - makes PE programs with sections, as ukify puts them together
 */
#pragma once

#include <glib.h>
#include <string.h>

typedef struct {
  const char *name; /* at most eight bytes; NULL ends a list */
  const void *data;
  gsize size;
} UkiSection;

#define UKI_PE 0x80
#define UKI_OPTIONAL 240 /* PE32+ with 16 data directories */
#define UKI_TABLE (UKI_PE + 24 + UKI_OPTIONAL)
#define UKI_ALIGN 512

static inline void
uki_put (guint8 *at, guint32 value, guint bytes)
{
  for (guint i = 0; i < bytes; i++)
    at[i] = (guint8) (value >> (8 * i));
}

static inline GByteArray *
uki_new (const UkiSection *sections)
{
  GByteArray *out = g_byte_array_new ();
  guint n = 0;

  while (sections[n].name != NULL)
    n++;
  g_byte_array_set_size (out, UKI_TABLE + 40 * n);
  memset (out->data, 0, out->len);
  memcpy (out->data, "MZ", 2);
  uki_put (out->data + 0x3c, UKI_PE, 4);
  memcpy (out->data + UKI_PE, "PE\0\0", 4);
  uki_put (out->data + UKI_PE + 4, 0x8664, 2);
  uki_put (out->data + UKI_PE + 6, n, 2);
  uki_put (out->data + UKI_PE + 20, UKI_OPTIONAL, 2);
  uki_put (out->data + UKI_PE + 24, 0x20b, 2);
  for (guint i = 0; i < n; i++) {
    guint offset = (out->len + UKI_ALIGN - 1) / UKI_ALIGN * UKI_ALIGN;
    guint raw = ((guint) sections[i].size + UKI_ALIGN - 1) / UKI_ALIGN * UKI_ALIGN;
    guint before = out->len;
    guint8 *row;

    g_byte_array_set_size (out, offset + raw);
    memset (out->data + before, 0, out->len - before);
    memcpy (out->data + offset, sections[i].data, sections[i].size);
    row = out->data + UKI_TABLE + 40 * i;
    memcpy (row, sections[i].name, MIN (strlen (sections[i].name), 8));
    uki_put (row + 8, (guint32) sections[i].size, 4);
    uki_put (row + 12, 0x10000 * (i + 1), 4);
    uki_put (row + 16, raw, 4);
    uki_put (row + 20, offset, 4);
  }
  return out;
}
