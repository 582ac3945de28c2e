/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-boot-path.c - where a boot loader's path is in the guest
 */
#include <config.h>

#include "v2v-boot-path.h"

#include <string.h>

#include "v2v-fstab.h"

enum { CANDIDATES = 6 };

/* The paths to try for one field; all fields are looked up in one round trip. */
typedef struct {
  char **field;
  guint first; /* index of its candidates in the list of paths */
  guint n;
} Slot;

typedef struct {
  GPtrArray *paths; /* char* */
  GArray *slots;    /* Slot */
  gboolean separate_boot;
  const char *esp;
  const char *subvolume;      /* "/@rootfs", NULL */
  const char *boot_subvolume; /* "/@boot", NULL */
} Lookup;

/* A subvolume as a boot loader spells it; NULL for the top of a file system. */
static char *
spell (const char *name)
{
  if (name == NULL || *name == '\0' || g_str_equal (name, "/"))
    return NULL;
  return g_strconcat (*name == '/' ? "" : "/", name, NULL);
}

/* The subvolume that the guest's root is. */
static char *
dup_subvolume (const V2vGuest *guest)
{
  const V2vMount *root = v2v_guest_find_mount (guest, "/");
  g_autofree char *name = root == NULL ? NULL : v2v_fstab_dup_option (root->options, "subvol");
  const char *p = guest->root == NULL ? NULL : strstr (guest->root, "btrfsvol:/dev/");

  if (name != NULL)
    return spell (name);
  if (p == NULL)
    return spell (guest->root_subvolume);
  p = strchr (p + strlen ("btrfsvol:/dev/"), '/');
  return p == NULL ? NULL : spell (p + 1);
}

/* The subvolume that /boot is. */
static char *
dup_boot_subvolume (const V2vMount *boot)
{
  g_autofree char *name = boot == NULL ? NULL : v2v_fstab_dup_option (boot->options, "subvol");

  return spell (name);
}

/* NULL when @path is not in @subvolume; else the rest, from its "/". */
static const char *
inside (const char *path, const char *subvolume)
{
  if (subvolume == NULL || !g_str_has_prefix (path, subvolume)
      || path[strlen (subvolume)] != '/')
    return NULL;
  return path + strlen (subvolume);
}

static void
add (Lookup *lookup, Slot *slot, const char *prefix, const char *path)
{
  g_autofree char *whole = g_strconcat (prefix, *path == '/' ? "" : "/", path, NULL);

  if (slot->n < CANDIDATES) {
    g_ptr_array_add (lookup->paths, g_canonicalize_filename (whole, "/"));
    slot->n++;
  }
}

static void
add_field (Lookup *lookup, char **field)
{
  Slot slot = { .field = field, .first = lookup->paths->len };
  const char *path = *field;
  const char *close;

  if (path == NULL)
    return;
  close = *path == '(' ? strchr (path, ')') : NULL;
  if (close != NULL)
    path = close + 1;
  if (lookup->esp != NULL)
    add (lookup, &slot, lookup->esp, path);
  if (lookup->separate_boot)
    add (lookup, &slot, "/boot", path);
  if (inside (path, lookup->boot_subvolume) != NULL)
    add (lookup, &slot, "/boot", inside (path, lookup->boot_subvolume));
  if (inside (path, lookup->subvolume) != NULL)
    add (lookup, &slot, "", inside (path, lookup->subvolume));
  add (lookup, &slot, "", path);
  if (!lookup->separate_boot)
    add (lookup, &slot, "/boot", path);
  g_array_append_val (lookup->slots, slot);
}

static void
choose (const Slot *slot, const GPtrArray *paths, const GPtrArray *rows)
{
  guint chosen = slot->first;

  for (guint i = slot->n; i > 0; i--) {
    const V2vFileInfo *info = g_ptr_array_index (rows, slot->first + i - 1);

    if (info->kind != V2V_FILE_ABSENT)
      chosen = slot->first + i - 1;
  }
  g_free (*slot->field);
  *slot->field = g_strdup (g_ptr_array_index (paths, chosen));
}

gboolean
v2v_boot_paths_resolve (V2vFs *fs, V2vGuest *guest, const char *esp, GError **error)
{
  const V2vMount *boot = v2v_guest_find_mount (guest, "/boot");
  g_autofree char *subvolume = dup_subvolume (guest);
  g_autofree char *boot_subvolume = dup_boot_subvolume (boot);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GArray) slots = g_array_new (FALSE, FALSE, sizeof (Slot));
  g_autoptr (GPtrArray) rows = NULL;
  Lookup lookup = { .paths = paths,
                    .slots = slots,
                    .separate_boot = boot != NULL && boot->via != V2V_VIA_PSEUDO,
                    .esp = esp,
                    .subvolume = subvolume,
                    .boot_subvolume = boot_subvolume };

  for (guint i = 0; i < guest->bootloader->entries->len; i++) {
    V2vBootEntry *entry = g_ptr_array_index (guest->bootloader->entries, i);

    add_field (&lookup, &entry->kernel);
    add_field (&lookup, &entry->initrd);
  }
  g_ptr_array_add (paths, NULL);
  rows = v2v_fs_stat_many (fs, (const char *const *) paths->pdata, error);
  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < slots->len; i++)
    choose (&g_array_index (slots, Slot, i), paths, rows);
  return TRUE;
}
