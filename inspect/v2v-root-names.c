/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-root-names.c - device names on the kernel command line, led back to file systems
 *
 * They are looked up as if they stood in fstab, next to what stands there.
 */
#include <config.h>

#include "v2v-root-names.h"

#include <string.h>

#include "v2v-fstab.h"
#include "v2v-stable-name.h"

struct _V2vRootNames {
  const V2vGuest *guest;
  V2vGuest *facts;     /* with a row for each name */
  GHashTable *by_name; /* char* "root=/dev/xvda1" to V2vMount, both borrowed or owned */
  gboolean resolved;
};

static char *
dup_key (const char *parameter, const char *value)
{
  return g_strconcat (parameter, "=", value, NULL);
}

/* The root that the default entry names, as inspection read it. */
static void
add_default (V2vRootNames *names)
{
  const V2vBootloader *loader = names->guest->bootloader;

  for (guint i = 0; loader != NULL && i < loader->entries->len; i++) {
    const V2vBootEntry *entry = g_ptr_array_index (loader->entries, i);
    g_auto (GStrv) words = NULL;

    if (!entry->is_default || entry->cmdline == NULL)
      continue;
    words = g_strsplit_set (entry->cmdline, " \t", -1);
    for (char **word = words; *word != NULL; word++) {
      if (g_str_has_prefix (*word, "root="))
        v2v_root_names_add (names, "root", *word + strlen ("root="));
    }
  }
}

V2vRootNames *
v2v_root_names_new (const V2vGuest *guest, const char *fstab)
{
  V2vRootNames *names = g_new0 (V2vRootNames, 1);

  names->guest = guest;
  names->facts = v2v_stable_name_new_guest (guest, fstab);
  names->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  add_default (names);
  return names;
}

void
v2v_root_names_free (V2vRootNames *names)
{
  if (names == NULL)
    return;
  g_hash_table_unref (names->by_name);
  v2v_guest_free (names->facts);
  g_free (names);
}

void
v2v_root_names_add (V2vRootNames *names, const char *parameter, const char *value)
{
  g_autofree char *key = dup_key (parameter, value);
  gboolean root = g_str_equal (parameter, "root");
  V2vMount *mount;

  g_return_if_fail (!names->resolved);
  if (!v2v_stable_name_is_hardware (value) || g_hash_table_contains (names->by_name, key)
      || g_hash_table_size (names->by_name) >= V2V_ROOT_NAMES_MAX)
    return;
  mount = v2v_guest_add_mount (names->facts);
  mount->line = V2V_FSTAB_ENTRIES_MAX + names->facts->mounts->len;
  mount->spec = g_strdup (value);
  mount->mountpoint = g_strdup (root ? "/" : "none");
  mount->vfstype = g_strdup (root ? "auto" : "swap");
  mount->options = g_strdup ("defaults");
  g_hash_table_insert (names->by_name, g_steal_pointer (&key), mount);
}

char *
v2v_root_names_dup (V2vRootNames *names, const char *parameter, const char *value,
                    gboolean initrd, char **out_why)
{
  g_autofree char *key = dup_key (parameter, value);
  const V2vMount *mount = g_hash_table_lookup (names->by_name, key);
  g_autofree char *why = NULL;
  char *name = NULL;

  if (!names->resolved)
    v2v_fstab_resolve (names->facts);
  names->resolved = TRUE;
  if (mount != NULL && mount->device != NULL)
    name = v2v_stable_name_dup (names->guest, mount->device, !initrd);
  if (mount != NULL && mount->device == NULL)
    why = g_strdup (mount->why != NULL ? mount->why : "it is on none of the disks");
  else if (mount != NULL && name == NULL)
    why = g_strdup_printf (initrd ? "'%s' has neither a UUID nor a PARTUUID of its own"
                                  : "'%s' has no PARTUUID, and there is no initrd to find "
                                    "another name",
                           mount->device);
  if (out_why != NULL)
    *out_why = g_steal_pointer (&why);
  return name;
}
