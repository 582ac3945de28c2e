/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-crypttab.c - /etc/crypttab, resolved against the volumes that were found
 *
 * "name source key options", of which the last two may be missing (crypttab(5)).
 */
#include <config.h>

#include "v2v-crypttab.h"

#include <string.h>

#include "v2v-fstab.h"
#include "v2v-overwrite.h"
#include "v2v-stable-name.h"

enum { NAME, SOURCE, KEY, OPTIONS, N_FIELDS };

static void
row_free (gpointer p)
{
  V2vCryptRow *row = p;

  g_free (row->name);
  g_free (row->source);
  g_free (row->device);
  g_free (row->why);
  g_free (row);
}

static gboolean
has_option (const char *options, const char *name)
{
  g_auto (GStrv) words = g_strsplit (options, ",", -1);

  return g_strv_contains ((const char *const *) words, name);
}

/* "swap" and "tmp" make a new file system at each boot, and imply "plain": systemd
 * crypttab(5).  Debian's "luks,swap" makes it inside of the volume. */
static gboolean
is_random (const char *key, const char *options)
{
  g_autofree char *tmp = v2v_fstab_dup_option (options, "tmp");

  if (has_option (options, "luks"))
    return FALSE;
  return has_option (options, "swap") || has_option (options, "tmp") || tmp != NULL
         || has_option (options, "plain")
         || (key != NULL && g_str_has_prefix (key, "/dev/")
             && (g_str_has_suffix (key, "random") || g_str_equal (key, "/dev/hwrng")));
}

/* BitLocker, TrueCrypt and LUKS with its header elsewhere. */
static gboolean
is_foreign (const char *options)
{
  static const char *const names[] = { "bitlk", "tcrypt", "tcrypt-hidden", "tcrypt-system",
                                       "tcrypt-veracrypt", "loopaes" };
  g_autofree char *header = v2v_fstab_dup_option (options, "header");

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (has_option (options, names[i]))
      return TRUE;
  return header != NULL;
}

/* NULL for comments, blank and short lines. */
static V2vCryptRow *
parse_line (char *line, guint number)
{
  char *fields[N_FIELDS] = { NULL };
  const char *options;
  V2vCryptRow *row;
  char *p = line;

  for (guint i = 0; i < N_FIELDS; i++) {
    p += strspn (p, " \t\r");
    if (*p == '\0' || (i == NAME && *p == '#'))
      break;
    fields[i] = p;
    p += strcspn (p, " \t\r");
    if (*p != '\0')
      *p++ = '\0';
  }
  if (fields[SOURCE] == NULL)
    return NULL;
  options = fields[OPTIONS] != NULL ? fields[OPTIONS] : "";
  row = g_new0 (V2vCryptRow, 1);
  row->line = number;
  row->name = g_strdup (fields[NAME]);
  row->source = g_strdup (fields[SOURCE]);
  row->random = is_random (fields[KEY], options);
  row->foreign = is_foreign (options);
  row->optional = has_option (options, "nofail") || has_option (options, "noauto");
  return row;
}

/* As if the sources stood in fstab, next to what stands there. */
static void
resolve (GPtrArray *rows, const V2vGuest *guest, const char *fstab)
{
  g_autoptr (V2vGuest) facts = v2v_stable_name_new_guest (guest, fstab);
  guint first = facts->mounts->len;

  for (guint i = 0; i < rows->len; i++) {
    const V2vCryptRow *row = g_ptr_array_index (rows, i);
    V2vMount *mount = v2v_guest_add_mount (facts);

    mount->line = V2V_FSTAB_ENTRIES_MAX + i + 1;
    mount->spec = g_strdup (row->source);
    /* One volume has one name. */
    mount->mountpoint = g_strconcat ("/dev/mapper/", row->name, NULL);
    mount->vfstype = g_strdup (row->random ? V2V_OVERWRITE_TYPE : "crypto_LUKS");
    mount->options = g_strdup ("defaults");
  }
  v2v_fstab_resolve (facts);
  for (guint i = 0; i < rows->len; i++) {
    V2vCryptRow *row = g_ptr_array_index (rows, i);
    V2vMount *mount = g_ptr_array_index (facts->mounts, first + i);

    row->device = g_steal_pointer (&mount->device);
    row->why = g_steal_pointer (&mount->why);
    row->unfit = mount->unfit;
  }
}

GPtrArray *
v2v_crypttab_parse (const char *text, const V2vGuest *guest, const char *fstab)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func (row_free);
  guint number = 1;

  for (const char *p = text; *p != '\0' && rows->len < V2V_CRYPTTAB_ENTRIES_MAX; number++) {
    gsize n = strcspn (p, "\n");
    g_autofree char *line = g_strndup (p, n);
    V2vCryptRow *row = parse_line (line, number);

    if (row != NULL)
      g_ptr_array_add (rows, row);
    p += p[n] == '\n' ? n + 1 : n;
  }
  resolve (rows, guest, fstab);
  return rows;
}

void
v2v_crypttab_name (V2vGuest *guest, const char *text, const char *fstab)
{
  g_autoptr (GPtrArray) rows = v2v_crypttab_parse (text, guest, fstab);

  for (guint i = 0; i < rows->len; i++) {
    const V2vCryptRow *row = g_ptr_array_index (rows, i);

    for (guint j = 0; j < guest->filesystems->len; j++) {
      V2vFilesystem *fs = g_ptr_array_index (guest->filesystems, j);

      if (row->device != NULL && fs->mapped == NULL
          && g_strcmp0 (fs->container, row->device) == 0)
        fs->mapped = g_strdup (row->name);
    }
  }
}
