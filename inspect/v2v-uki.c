/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-uki.c - the initramfs inside a unified kernel image
 */
#include <config.h>

#include "v2v-uki.h"

#include <string.h>

#include "v2v-error.h"

/* The DOS header says where the PE header is; COFF's follows its magic, then the optional
 * header and the sections (Microsoft, "PE Format"). */
#define DOS_SIZE 64
#define DOS_PE_OFFSET 0x3c
#define COFF_SIZE 24 /* with the magic */
#define COFF_SECTIONS 6
#define COFF_OPTIONAL_SIZE 20
#define SECTION_SIZE 40
#define SECTION_VIRTUAL_SIZE 8
#define SECTION_RAW_SIZE 16
#define SECTION_RAW_OFFSET 20
#define SECTION_NAME_MAX 8
/* As many as Windows loads; UKIs have about fifteen. */
#define SECTIONS_MAX 96

static guint
get16 (const guint8 *p)
{
  return p[0] | (guint) p[1] << 8;
}

static gsize
get32 (const guint8 *p)
{
  return get16 (p) | (gsize) get16 (p + 2) << 16;
}

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error (error, V2V_ERROR, V2V_ERROR_REFUSED, "a unified kernel image: %s", why);
  return FALSE;
}

gboolean
v2v_uki_is_program (const guint8 *data, gsize size)
{
  return size >= 2 && data[0] == 'M' && data[1] == 'Z';
}

/* (nullable): the table of sections. */
static const guint8 *
find_sections (const guint8 *data, gsize size, guint *out_n)
{
  gsize pe, table;

  if (size < DOS_SIZE || !v2v_uki_is_program (data, size))
    return NULL;
  pe = get32 (data + DOS_PE_OFFSET);
  if (pe > size || size - pe < COFF_SIZE || memcmp (data + pe, "PE\0\0", 4) != 0)
    return NULL;
  *out_n = get16 (data + pe + COFF_SECTIONS);
  table = pe + COFF_SIZE + get16 (data + pe + COFF_OPTIONAL_SIZE);
  if (*out_n > SECTIONS_MAX || table > size || size - table < (gsize) *out_n * SECTION_SIZE)
    return NULL;
  return data + table;
}

static gboolean
is_named (const guint8 *section, const char *name)
{
  return strncmp ((const char *) section, name, SECTION_NAME_MAX) == 0;
}

gboolean
v2v_uki_find_initrd (const guint8 *data, gsize size, gsize *out_offset, gsize *out_length,
                     GError **error)
{
  guint n = 0;
  const guint8 *section = find_sections (data, size, &n);
  const guint8 *initrd = NULL;
  gboolean has_kernel = FALSE;
  gsize offset, length;

  if (section == NULL)
    return refuse (error, "its PE header is damaged");
  for (; n > 0; n--, section += SECTION_SIZE) {
    has_kernel |= is_named (section, ".linux");
    if (!is_named (section, ".initrd"))
      continue;
    if (initrd != NULL)
      return refuse (error, "it has several initramfs images, for several profiles");
    initrd = section;
  }
  if (!has_kernel)
    return refuse (error, "it is none, there is no kernel in it");
  if (initrd == NULL)
    return refuse (error, "there is no initramfs in it");
  offset = get32 (initrd + SECTION_RAW_OFFSET);
  /* The raw size is rounded up, the virtual size is not. */
  length = MIN (get32 (initrd + SECTION_VIRTUAL_SIZE), get32 (initrd + SECTION_RAW_SIZE));
  if (offset > size || size - offset < length)
    return refuse (error, "it is truncated");
  *out_offset = offset;
  *out_length = length;
  return TRUE;
}

gboolean
v2v_uki_is_path (const char *path)
{
  static const char directory[] = "/efi/linux/";
  g_autofree char *lower = g_ascii_strdown (path, -1);
  const char *hit = strstr (lower, directory);

  return hit != NULL && g_str_has_suffix (lower, ".efi")
         && strchr (hit + strlen (directory), '/') == NULL;
}

gboolean
v2v_uki_is_kernel (const V2vKernel *kernel)
{
  return kernel->initrd != NULL && g_strcmp0 (kernel->vmlinuz, kernel->initrd) == 0;
}
