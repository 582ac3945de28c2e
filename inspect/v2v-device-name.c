/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-device-name.c - taking the names of disks apart
 */
#include <config.h>

#include "v2v-device-name.h"

#include <string.h>

/* xvdzz is the 702nd disk; a larger number is no disk name. */
#define INDEX_MAX 1000

void
v2v_device_name_clear (V2vDeviceName *name)
{
  g_clear_pointer (&name->key, g_free);
}

/* Reads a decimal number of at most nine digits. */
static gboolean
read_number (const char **p, guint *out)
{
  gsize n = strspn (*p, "0123456789");

  if (n == 0 || n > 9)
    return FALSE;
  *out = (guint) g_ascii_strtoull (*p, NULL, 10);
  *p += n;
  return TRUE;
}

static void
set_letter (V2vDeviceName *out, guint index, guint number)
{
  /* On EC2 sdf and xvdf are one disk: the prefix is not part of the key. */
  out->kind = V2V_NAME_LETTER;
  out->key = g_strdup_printf ("letter %u", index);
  out->index = index;
  out->number = number;
}

/* "f1", "aa", as in xvdf1. */
static gboolean
parse_letters (const char *p, V2vDeviceName *out)
{
  guint index = 0;
  guint number = 0;

  if (!g_ascii_islower (*p))
    return FALSE;
  for (; g_ascii_islower (*p) && index <= INDEX_MAX; p++)
    index = index * 26 + (guint) (*p - 'a') + 1;
  if (index > INDEX_MAX || (*p != '\0' && !read_number (&p, &number)) || *p != '\0')
    return FALSE;
  set_letter (out, index - 1, number);
  return TRUE;
}

/* "0n1p2", as in nvme0n1p2. */
static gboolean
parse_nvme (const char *p, V2vDeviceName *out)
{
  guint controller;
  guint namespace_id;
  guint number = 0;

  if (!read_number (&p, &controller) || *p++ != 'n' || !read_number (&p, &namespace_id))
    return FALSE;
  if (*p == 'p' && (p++, !read_number (&p, &number)))
    return FALSE;
  if (*p != '\0')
    return FALSE;
  out->kind = V2V_NAME_NVME;
  out->key = g_strdup_printf ("nvme%un%u", controller, namespace_id);
  out->index = controller;
  out->number = number;
  return TRUE;
}

/* Cuts "-part3" off; the number is 0 without it. */
static char *
split_part (const char *name, guint *out_number)
{
  const char *part = g_strrstr (name, "-part");
  const char *p;

  *out_number = 0;
  if (part == NULL)
    return g_strdup (name);
  p = part + strlen ("-part");
  if (!read_number (&p, out_number) || *p != '\0') {
    *out_number = 0;
    return g_strdup (name);
  }
  return g_strndup (name, (gsize) (part - name));
}

/* The device number of xvdX in xen-vbd-N: major 202 with 16 minors for a..p, or
 * 1 << 28 with 256 from there on (xen/include/public/io/blkif.h). */
static gboolean
parse_xen_vbd (const char *base, guint number, V2vDeviceName *out)
{
  const char *p = base + strlen ("xen-vbd-");
  guint device;

  if (!read_number (&p, &device) || *p != '\0')
    return FALSE;
  if (device >> 28 == 1)
    set_letter (out, (device & 0xfffffff) >> 8, number != 0 ? number : device & 0xff);
  else if (device >> 8 == 202)
    set_letter (out, (device & 0xff) >> 4, number != 0 ? number : device & 0xf);
  else
    return FALSE;
  return TRUE;
}

/* nvme.1d0f-766f6c30...-416d...-00000001: the serial number in hexadecimal. */
static char *
dup_hex_serial (const char *base)
{
  GString *serial;
  const char *p = base + strlen ("nvme.");

  p += strcspn (p, "-");
  if (*p == '-')
    p++;
  serial = g_string_new (NULL);
  for (; g_ascii_isxdigit (p[0]) && g_ascii_isxdigit (p[1]); p += 2) {
    char c = (char) (g_ascii_xdigit_value (p[0]) << 4 | g_ascii_xdigit_value (p[1]));

    if (g_ascii_isalnum (c))
      g_string_append_c (serial, c);
  }
  return g_string_free (serial, FALSE);
}

/* by-id and by-path: one key for all links of one EBS volume. */
static void
parse_id (const char *name, V2vDeviceName *out)
{
  static const char ebs[] = "nvme-Amazon_Elastic_Block_Store_";
  g_autofree char *base = split_part (name, &out->number);

  if (g_str_has_prefix (base, "xen-vbd-") && parse_xen_vbd (base, out->number, out))
    return;
  out->kind = V2V_NAME_ID;
  if (g_str_has_prefix (base, "nvme-Amazon_EC2_NVMe_Instance_Storage_")) {
    out->instance_store = TRUE;
  } else if (g_str_has_prefix (base, ebs)) {
    const char *volume = base + strlen (ebs);

    out->key = g_strndup (volume, strcspn (volume, "_-"));
    return;
  } else if (g_str_has_prefix (base, "nvme.1d0f-")) {
    out->key = dup_hex_serial (base);
    out->instance_store = !g_str_has_prefix (out->key, "vol");
    return;
  }
  out->key = g_strdup (base);
}

static gboolean
is_removable (const char *name)
{
  return g_str_has_prefix (name, "fd") || g_str_has_prefix (name, "sr")
         || g_str_has_prefix (name, "scd") || g_str_has_prefix (name, "cdrom")
         || g_str_has_prefix (name, "dvd") || g_str_has_prefix (name, "floppy");
}

void
v2v_device_name_parse (const char *path, V2vDeviceName *out)
{
  static const char *const by[] = { "disk/by-id/", "disk/by-path/" };
  static const char *const prefixes[] = { "sd", "xvd", "vd", "hd" };
  const char *name;

  memset (out, 0, sizeof *out);
  if (!g_str_has_prefix (path, "/dev/"))
    return;
  name = path + strlen ("/dev/");
  for (gsize i = 0; i < G_N_ELEMENTS (by); i++) {
    if (g_str_has_prefix (name, by[i])) {
      name += strlen (by[i]);
      if (g_str_has_prefix (name, "dm-") || g_str_has_prefix (name, "md-"))
        out->kind = V2V_NAME_MAPPER;
      else
        parse_id (name, out);
      return;
    }
  }
  for (gsize i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (name, prefixes[i])
        && parse_letters (name + strlen (prefixes[i]), out))
      return;
  if (g_str_has_prefix (name, "nvme") && parse_nvme (name + strlen ("nvme"), out))
    return;
  if (is_removable (name))
    out->kind = V2V_NAME_REMOVABLE;
  else if (strchr (name, '/') != NULL || g_str_has_prefix (name, "md")
           || g_str_has_prefix (name, "dm-"))
    out->kind = V2V_NAME_MAPPER;
}

char *
v2v_device_name_from_mapper (const char *name)
{
  g_autoptr (GString) out = g_string_new ("/dev/");
  gboolean split = FALSE;

  for (; *name != '\0'; name++) {
    if (*name != '-') {
      g_string_append_c (out, *name);
    } else if (name[1] == '-') {
      g_string_append_c (out, '-');
      name++;
    } else if (!split) {
      g_string_append_c (out, '/');
      split = TRUE;
    } else {
      return NULL;
    }
  }
  return split ? g_strdup (out->str) : NULL;
}

char *
v2v_device_name_unescape (const char *name)
{
  GString *out = g_string_new (NULL);

  for (; *name != '\0'; name++) {
    if (name[0] == '\\' && name[1] == 'x' && g_ascii_isxdigit (name[2])
        && g_ascii_isxdigit (name[3])) {
      char c = (char) (g_ascii_xdigit_value (name[2]) << 4 | g_ascii_xdigit_value (name[3]));

      if (c != '\0')
        g_string_append_c (out, c);
      name += 3;
    } else {
      g_string_append_c (out, *name);
    }
  }
  return g_string_free (out, FALSE);
}
