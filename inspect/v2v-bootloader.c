/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-bootloader.c - which boot loader the guest has, and what it would boot
 *
 * The first configuration that is really one wins: a left-over grub.conf or the
 * stub on the ESP ("configfile $prefix/grub.cfg") does not hide /boot/grub2/grub.cfg.
 */
#include <config.h>

#include <string.h>

#include "v2v-boot-path.h"
#include "v2v-esp.h"
#include "v2v-grub.h"
#include "v2v-inspect-private.h"

#define BLS_DIR "/boot/loader/entries"

typedef struct {
  V2vFs *fs;
  V2vGuest *guest;
  char *esp;      /* mountpoint of the ESP, NULL = not there */
  const char *extlinux; /* a configuration of extlinux without an entry, NULL = none */
  V2vEsp loaders;
} Reader;

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const V2vMenuEntry *const *x = a;
  const V2vMenuEntry *const *y = b;

  if ((*x)->top != (*y)->top)
    return (*x)->top < (*y)->top ? -1 : 1;
  return ((*x)->sub > (*y)->sub) - ((*x)->sub < (*y)->sub);
}

/* Moves the menu's entries into the facts, in the order of the menu. */
static gboolean
take_menu (Reader *self, V2vMenu *menu, const char *kind, const char *config,
           const char *relative_to, GError **error)
{
  V2vBootloader *bootloader = v2v_guest_set_bootloader (self->guest, kind);
  const V2vMenuEntry *first = v2v_menu_default (menu);

  bootloader->config = g_strdup (config);
  bootloader->bls = menu->blscfg;
  g_ptr_array_sort (menu->entries, compare_places);
  for (guint i = 0; i < menu->entries->len; i++) {
    V2vMenuEntry *m = g_ptr_array_index (menu->entries, i);
    V2vBootEntry *entry = v2v_bootloader_add_entry (bootloader);

    *entry = m->entry;
    memset (&m->entry, 0, sizeof m->entry);
    if (entry->file == NULL)
      entry->file = g_strdup (config);
    entry->is_default = m == first;
  }
  return v2v_boot_paths_resolve (self->fs, self->guest, relative_to, error);
}

/* Reads all of a directory of BLS files into a menu, newest first. */
static gboolean
read_bls (Reader *self, const char *directory, V2vMenu *menu, GError **error)
{
  g_autoptr (GPtrArray) list = NULL;

  if (!v2v_inspect_list (self->fs, self->guest, directory, &list, error))
    return FALSE;
  for (guint i = 0; i < list->len && menu->entries->len < V2V_BOOT_ENTRIES_MAX; i++) {
    const char *name = ((V2vFileInfo *) g_ptr_array_index (list, i))->name;
    g_autofree char *path = g_build_path ("/", directory, name, NULL);
    g_autofree char *text = NULL;
    g_autofree char *id = NULL;
    guint before = menu->entries->len;

    if (!g_str_has_suffix (name, ".conf"))
      continue;
    if (!v2v_inspect_read_text (self->fs, self->guest, path, &text, error))
      return FALSE;
    if (text == NULL)
      continue;
    id = g_strndup (name, strlen (name) - strlen (".conf"));
    v2v_bls_parse (menu, id, text);
    if (menu->entries->len > before)
      ((V2vMenuEntry *) menu->entries->pdata[before])->entry.file = g_steal_pointer (&path);
  }
  v2v_bls_sort (menu);
  return TRUE;
}

/* Puts the entries of @bls where blscfg stands in @menu. */
static void
merge_bls (V2vMenu *menu, V2vMenu *bls)
{
  guint n = bls->entries->len;

  for (guint i = 0; i < menu->entries->len; i++) {
    V2vMenuEntry *m = g_ptr_array_index (menu->entries, i);

    if (m->top >= menu->bls_top)
      m->top += n;
  }
  while (bls->entries->len > 0) {
    V2vMenuEntry *m = g_ptr_array_steal_index (bls->entries, bls->entries->len - 1);

    m->top += menu->bls_top;
    g_ptr_array_add (menu->entries, m);
  }
}

static gboolean
load_env (Reader *self, V2vMenu *menu, const char *path, GError **error)
{
  g_autofree char *text = NULL;

  if (!v2v_inspect_read_text (self->fs, self->guest, path, &text, error))
    return FALSE;
  if (text != NULL)
    v2v_grubenv_parse (menu, text);
  return TRUE;
}

/* grubenv beside the file, and the files that it names itself (Photon does). */
static gboolean
load_all_env (Reader *self, V2vMenu *menu, const char *directory, const char *text,
              GError **error)
{
  g_autofree char *grubenv = g_build_path ("/", directory, "grubenv", NULL);
  g_auto (GStrv) files = v2v_grub_dup_env_files (text);

  if (!load_env (self, menu, grubenv, error))
    return FALSE;
  for (guint i = 0; files[i] != NULL; i++)
    if (files[i][0] == '/' && !load_env (self, menu, files[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
read_grub2 (Reader *self, const char *directory, GError **error)
{
  g_autofree char *config = g_build_path ("/", directory, "grub.cfg", NULL);
  g_autoptr (V2vMenu) menu = v2v_menu_new ();
  g_autofree char *text = NULL;

  if (!v2v_inspect_read_text (self->fs, self->guest, config, &text, error))
    return FALSE;
  if (text == NULL)
    return TRUE;
  if (!load_all_env (self, menu, directory, text, error))
    return FALSE;
  v2v_grub_parse (menu, text);
  if (menu->blscfg) {
    g_autoptr (V2vMenu) bls = v2v_menu_new ();

    g_hash_table_unref (bls->vars);
    bls->vars = g_hash_table_ref (menu->vars);
    if (!read_bls (self, BLS_DIR, bls, error))
      return FALSE;
    merge_bls (menu, bls);
  }
  if (menu->entries->len == 0)
    return TRUE;
  return take_menu (self, menu, "grub2", config, NULL, error);
}

/* A grub.cfg on the ESP that is no stub: CentOS 7, Fedora before 34. */
static gboolean
read_grub2_on_esp (Reader *self, const char *esp, GError **error)
{
  g_autofree char *efi = g_build_path ("/", esp, "EFI", NULL);
  g_autoptr (GPtrArray) list = NULL;

  if (!v2v_inspect_list (self->fs, self->guest, efi, &list, error))
    return FALSE;
  for (guint i = 0; i < list->len && self->guest->bootloader == NULL; i++) {
    const V2vFileInfo *info = g_ptr_array_index (list, i);
    g_autofree char *directory = g_build_path ("/", efi, info->name, NULL);

    if (info->kind == V2V_FILE_DIRECTORY && !read_grub2 (self, directory, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_grub_legacy (Reader *self, const char *config, GError **error)
{
  g_autoptr (V2vMenu) menu = v2v_menu_new ();
  g_autofree char *text = NULL;

  if (!v2v_inspect_read_text (self->fs, self->guest, config, &text, error))
    return FALSE;
  if (text != NULL)
    v2v_grub_legacy_parse (menu, text);
  return menu->entries->len == 0
         || take_menu (self, menu, "grub-legacy", config, NULL, error);
}

/* Unified kernel images are entries without a file. */
static gboolean
add_unified (Reader *self, V2vMenu *menu, const char *root, GError **error)
{
  g_autofree char *directory = g_build_path ("/", root, "EFI/Linux", NULL);
  g_autofree char *prefix = g_strdup ("efi /EFI/Linux/");
  g_autoptr (GPtrArray) list = NULL;

  if (!v2v_inspect_list (self->fs, self->guest, directory, &list, error))
    return FALSE;
  for (guint i = 0; i < list->len; i++) {
    const char *name = ((V2vFileInfo *) g_ptr_array_index (list, i))->name;
    g_autofree char *text = g_strconcat (prefix, name, NULL);

    if (g_str_has_suffix (name, ".efi") && strpbrk (name, "$\n") == NULL)
      v2v_bls_parse (menu, name, text);
  }
  v2v_bls_sort (menu);
  return TRUE;
}

static gboolean
read_systemd_boot (Reader *self, const char *root, GError **error)
{
  g_autofree char *config = g_build_path ("/", root, "loader/loader.conf", NULL);
  g_autofree char *directory = g_build_path ("/", root, "loader/entries", NULL);
  g_autoptr (V2vMenu) menu = v2v_menu_new ();
  g_autofree char *text = NULL;

  if (!v2v_inspect_read_text (self->fs, self->guest, config, &text, error))
    return FALSE;
  if (text != NULL)
    v2v_loader_conf_parse (menu, text);
  if (!read_bls (self, directory, menu, error) || !add_unified (self, menu, root, error))
    return FALSE;
  menu->blscfg = TRUE;
  return menu->entries->len == 0
         || take_menu (self, menu, "systemd-boot", config, root, error);
}

static gboolean
read_extlinux (Reader *self, const char *config, GError **error)
{
  g_autofree char *directory = g_path_get_dirname (config);
  g_autoptr (V2vMenu) menu = v2v_menu_new ();
  g_autofree char *text = NULL;

  if (!v2v_inspect_read_text (self->fs, self->guest, config, &text, error))
    return FALSE;
  if (text != NULL)
    v2v_extlinux_parse (menu, text);
  /* What it includes (Debian's does) is not read. */
  if (text != NULL && menu->entries->len == 0 && self->extlinux == NULL)
    self->extlinux = config;
  /* Paths without a slash in front are relative to the configuration. */
  return menu->entries->len == 0
         || take_menu (self, menu, "extlinux", config, directory, error);
}

typedef struct {
  gboolean (*read) (Reader *self, const char *where, GError **error);
  const char *where;
} Source;

static gboolean
read_config (Reader *self, GError **error)
{
  const Source sources[] = {
    { read_grub2, "/boot/grub2" },
    { read_grub2, "/boot/grub" },
    { read_grub2_on_esp, self->esp },
    { read_grub_legacy, "/boot/grub/menu.lst" },
    { read_grub_legacy, "/boot/grub/grub.conf" },
    { read_systemd_boot, self->esp },
    { read_systemd_boot, "/boot" },
    { read_extlinux, "/boot/extlinux/extlinux.conf" },
    { read_extlinux, "/boot/extlinux.conf" },
    { read_extlinux, "/boot/syslinux/syslinux.cfg" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (sources) && self->guest->bootloader == NULL; i++) {
    if (sources[i].where != NULL && !sources[i].read (self, sources[i].where, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
find_esp (Reader *self, GError **error)
{
  static const char *const places[] = { "/boot/efi", "/efi", "/boot" };

  for (gsize i = 0; i < G_N_ELEMENTS (places) && self->esp == NULL; i++) {
    gboolean found;

    if (!v2v_esp_read (self->fs, self->guest, places[i], &self->loaders, &found, error))
      return FALSE;
    if (found)
      self->esp = g_strdup (places[i]);
  }
  return TRUE;
}

gboolean
v2v_inspect_bootloader (V2vFs *fs, V2vGuest *guest, GError **error)
{
  Reader self = { .fs = fs, .guest = guest };
  gboolean ok = find_esp (&self, error) && read_config (&self, error);

  if (ok && guest->bootloader == NULL && (self.loaders.fallback || self.loaders.loader)) {
    v2v_guest_set_bootloader (guest, "unknown");
    v2v_guest_add_unknown (guest, "bootloader",
                           "the EFI system partition has a loader, but no configuration of one "
                           "that is known was found");
  }
  if (ok && guest->bootloader == NULL && self.extlinux != NULL) {
    v2v_guest_set_bootloader (guest, "extlinux")->config = g_strdup (self.extlinux);
    v2v_guest_add_unknown (guest, "bootloader",
                           "'%s' has no entry with a kernel, and what it includes is not read",
                           self.extlinux);
  }
  if (ok && guest->bootloader != NULL) {
    guest->bootloader->esp_fallback = self.loaders.fallback;
    guest->bootloader->esp_loader = self.loaders.loader;
  }
  g_free (self.esp);
  return ok;
}
