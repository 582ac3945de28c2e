/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-newc.c - headers and names of cpio archives in the "newc" format
 */
#include <config.h>

#include "v2v-newc.h"

#include <string.h>

#define MAGIC_SIZE 6

gboolean
v2v_newc_is_magic (const guint8 *data, gsize size)
{
  return size >= MAGIC_SIZE
         && (memcmp (data, "070701", MAGIC_SIZE) == 0 || memcmp (data, "070702", MAGIC_SIZE) == 0);
}

static gboolean
read_hex (const guint8 *digits, guint32 *out)
{
  *out = 0;
  for (guint i = 0; i < 8; i++) {
    int digit = g_ascii_xdigit_value ((char) digits[i]);

    if (digit < 0)
      return FALSE;
    *out = *out << 4 | (guint32) digit;
  }
  return TRUE;
}

gboolean
v2v_newc_parse (const guint8 raw[V2V_NEWC_HEADER_SIZE], V2vNewcHeader *out)
{
  if (!v2v_newc_is_magic (raw, V2V_NEWC_HEADER_SIZE))
    return FALSE;
  out->has_check = raw[MAGIC_SIZE - 1] == '2';
  for (guint i = 0; i < V2V_NEWC_N_FIELDS; i++) {
    if (!read_hex (raw + MAGIC_SIZE + 8 * i, &out->field[i]))
      return FALSE;
  }
  return TRUE;
}

void
v2v_newc_format (const V2vNewcHeader *header, guint8 out[V2V_NEWC_HEADER_SIZE])
{
  memcpy (out, header->has_check ? "070702" : "070701", MAGIC_SIZE);
  for (guint i = 0; i < V2V_NEWC_N_FIELDS; i++) {
    for (guint j = 0; j < 8; j++)
      out[MAGIC_SIZE + 8 * i + j]
        = (guint8) "0123456789ABCDEF"[header->field[i] >> (28 - 4 * j) & 15];
  }
}

guint
v2v_newc_padding (guint64 position)
{
  return (guint) (-position & 3);
}

guint32
v2v_newc_sum (guint32 so_far, const guint8 *data, gsize size)
{
  for (gsize i = 0; i < size; i++)
    so_far += data[i];
  return so_far;
}

char *
v2v_newc_path (const char *name)
{
  char *path = g_malloc (strlen (name) + 2);
  char *end = path;

  while (*name != '\0') {
    gsize n = strcspn (name, "/");

    if (n > 0 && !(n == 1 && *name == '.')) {
      if (end != path)
        *end++ = '/';
      memcpy (end, name, n);
      end += n;
    }
    name += n + (name[n] == '/' ? 1 : 0);
  }
  if (end == path)
    *end++ = '.';
  *end = '\0';
  return path;
}
