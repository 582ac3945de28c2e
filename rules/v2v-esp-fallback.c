/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-esp-fallback.c - which loader firmware without boot variables should find
 */
#include <config.h>

#include "v2v-esp-fallback.h"

#include <string.h>

#define BOOT "BOOT"

/* UEFI 2.10, table 3.4, and what loaders call themselves. */
static const struct {
  const char *arch;
  const char *suffix;
} suffixes[] = {
  { "x86_64", "x64" },
  { "i386", "ia32" },
  { "aarch64", "aa64" },
};

/* Directories that do not have the name of os-release's ID. */
static const struct {
  const char *distro;
  const char *directory;
} vendors[] = {
  { "rhel", "redhat" },
  { "ol", "redhat" },
  { "opensuse-leap", "opensuse" },
  { "opensuse-tumbleweed", "opensuse" },
};

/* A loader and what it needs beside itself.  "%s" is the suffix. */
typedef struct {
  const char *loader;
  const char *needs;    /* or it starts nothing; NULL = nothing */
  const char *takes[2]; /* where there */
} Family;

static const Family vendor_families[] = {
  { "shim%s.efi", "grub%s.efi", { "mm%s.efi", NULL } },
  { "shim.efi", "grub.efi", { "MokManager.efi", "grub.cfg" } },
  { "grub%s.efi", NULL, { NULL, NULL } },
};

static const Family systemd_family = { "systemd-boot%s.efi", NULL, { NULL, NULL } };

typedef struct {
  const GPtrArray *names;
  const char *suffix;
} Esp;

void
v2v_esp_copy_free (V2vEspCopy *copy)
{
  if (copy == NULL)
    return;
  g_free (copy->from);
  g_free (copy->to);
  g_free (copy);
}

/* (transfer full): patterns are ours and have at most one "%s". */
static char *
dup_name (const char *pattern, const char *suffix)
{
  g_auto (GStrv) parts = g_strsplit (pattern, "%s", 2);

  return g_strjoinv (suffix, parts);
}

/* (nullable): the path as it is there, whatever its case. */
static const char *
find (const Esp *esp, const char *directory, const char *pattern)
{
  g_autofree char *name = dup_name (pattern, esp->suffix);
  g_autofree char *wanted = g_build_path ("/", directory, name, NULL);

  for (guint i = 0; i < esp->names->len; i++) {
    if (g_ascii_strcasecmp (g_ptr_array_index (esp->names, i), wanted) == 0)
      return g_ptr_array_index (esp->names, i);
  }
  return NULL;
}

/* (nullable): the best loader of a directory. */
static const Family *
find_family (const Esp *esp, const char *directory)
{
  for (gsize i = 0; i < G_N_ELEMENTS (vendor_families); i++) {
    const Family *family = &vendor_families[i];

    if (find (esp, directory, family->loader) != NULL
        && (family->needs == NULL || find (esp, directory, family->needs) != NULL))
      return family;
  }
  return NULL;
}

static gboolean
is_vendor (const char *directory, const char *distro)
{
  for (gsize i = 0; distro != NULL && i < G_N_ELEMENTS (vendors); i++) {
    if (g_str_equal (vendors[i].distro, distro)
        && g_ascii_strcasecmp (directory, vendors[i].directory) == 0)
      return TRUE;
  }
  return distro != NULL && g_ascii_strcasecmp (directory, distro) == 0;
}

/* (transfer container) (element-type utf8): directories of vendors with a loader in them. */
static GPtrArray *
list_vendors (const Esp *esp)
{
  GPtrArray *found = g_ptr_array_new ();

  for (guint i = 0; i < esp->names->len; i++) {
    const char *name = g_ptr_array_index (esp->names, i);

    if (strchr (name, '/') == NULL && g_ascii_strcasecmp (name, BOOT) != 0
        && find_family (esp, name) != NULL)
      g_ptr_array_add (found, (gpointer) name);
  }
  return found;
}

static void
add_copy (GPtrArray *copies, const Esp *esp, const char *from, const char *name)
{
  const char *directory = find (esp, BOOT, "");
  g_autofree char *base = name != NULL ? g_strdup (name) : g_path_get_basename (from);
  V2vEspCopy *copy;

  if (find (esp, BOOT, base) != NULL)
    return;
  copy = g_new0 (V2vEspCopy, 1);
  copy->from = g_strdup (from);
  copy->to = g_build_path ("/", directory != NULL ? directory : BOOT, base, NULL);
  g_ptr_array_add (copies, copy);
}

static GPtrArray *
copy_family (const Esp *esp, const char *directory, const Family *family)
{
  GPtrArray *copies = g_ptr_array_new_with_free_func ((GDestroyNotify) v2v_esp_copy_free);
  const char *const extra[] = { family->needs, family->takes[0], family->takes[1] };
  g_autofree char *upper = g_ascii_strup (esp->suffix, -1);
  g_autofree char *name = g_strconcat (BOOT, upper, ".EFI", NULL);

  add_copy (copies, esp, find (esp, directory, family->loader), name);
  for (gsize i = 0; i < G_N_ELEMENTS (extra); i++) {
    const char *from = extra[i] == NULL ? NULL : find (esp, directory, extra[i]);

    if (from != NULL)
      add_copy (copies, esp, from, NULL);
  }
  return copies;
}

/* (nullable): the distribution's own directory, or the only one. */
static const char *
choose_vendor (const GPtrArray *found, const char *distro)
{
  for (guint i = 0; i < found->len; i++) {
    if (is_vendor (g_ptr_array_index (found, i), distro))
      return g_ptr_array_index (found, i);
  }
  return found->len == 1 ? g_ptr_array_index (found, 0) : NULL;
}

static GPtrArray *
choose (const Esp *esp, const char *distro, char **out_why)
{
  g_autoptr (GPtrArray) found = list_vendors (esp);
  const char *vendor = choose_vendor (found, distro);

  if (vendor != NULL)
    return copy_family (esp, vendor, find_family (esp, vendor));
  if (found->len > 1) {
    *out_why = g_strdup_printf ("has loaders of %u systems, and none of the directories is "
                                "this guest's", found->len);
    return NULL;
  }
  if (find (esp, "systemd", systemd_family.loader) != NULL)
    return copy_family (esp, "systemd", &systemd_family);
  *out_why = g_strdup ("has no shim, GRUB or systemd-boot to copy");
  return NULL;
}

GPtrArray *
v2v_esp_fallback (const GPtrArray *names, const char *arch, const char *distro, char **out_why)
{
  Esp esp = { names, NULL };

  *out_why = NULL;
  for (gsize i = 0; arch != NULL && i < G_N_ELEMENTS (suffixes); i++) {
    if (g_str_equal (suffixes[i].arch, arch))
      esp.suffix = suffixes[i].suffix;
  }
  if (esp.suffix == NULL) {
    *out_why = g_strdup_printf ("is for an architecture whose loaders are not known ('%s')",
                                arch != NULL ? arch : "unknown");
    return NULL;
  }
  if (find (&esp, BOOT, "boot%s.efi") != NULL)
    return g_ptr_array_new_with_free_func ((GDestroyNotify) v2v_esp_copy_free);
  return choose (&esp, distro, out_why);
}
