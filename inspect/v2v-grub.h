/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-grub.h - boot entries in the files of boot loaders, as text
 *
 * Nothing is executed: variables are expanded, conditions are not evaluated (both
 * branches are read, the first "linux" of an entry counts, and an empty default is
 * ignored, which is what grub-mkconfig's header comes to).  Kernel paths are as
 * written, relative to whatever the loader calls root.
 */
#pragma once

#include <glib.h>

#include "v2v-guest.h"

G_BEGIN_DECLS

#define V2V_BOOT_ENTRIES_MAX 512

/* One entry of a menu before paths are led back to the guest's root. */
typedef struct {
  V2vBootEntry entry; /* file, is_default are the caller's */
  char *id;           /* --id or BLS file name without .conf; NULL */
  guint top;          /* index in the top-level menu, counting submenus */
  guint sub;          /* index inside its submenu */
  char *submenu;      /* title of the submenu, NULL = top level */
  char *submenu_id;
} V2vMenuEntry;

typedef struct {
  GPtrArray *entries;   /* V2vMenuEntry */
  GHashTable *vars;     /* char* to char*: set and loaded variables */
  char *default_spec;   /* "0", "1>2", a title or an id, as in the file; NULL */
  gboolean blscfg;      /* the menu takes in /boot/loader/entries */
  guint bls_top;        /* ... at this index of the top-level menu */
} V2vMenu;

V2vMenu *v2v_menu_new (void) G_GNUC_WARN_UNUSED_RESULT;
void v2v_menu_free (V2vMenu *menu); /* NULL is allowed */

/* grubenv and photon.cfg: NAME=value lines; adds to menu->vars. */
void v2v_grubenv_parse (V2vMenu *menu, const char *text);

/* grub.cfg.  menu->vars may hold what load_env would load. */
void v2v_grub_parse (V2vMenu *menu, const char *text);

/* menu.lst, grub.conf of GRUB 0.97. */
void v2v_grub_legacy_parse (V2vMenu *menu, const char *text);

/* extlinux.conf, syslinux.cfg. */
void v2v_extlinux_parse (V2vMenu *menu, const char *text);

/* loader.conf of systemd-boot: the default only. */
void v2v_loader_conf_parse (V2vMenu *menu, const char *text);

/**
 * v2v_bls_parse:
 * @id: file name without ".conf"
 *
 * One Boot Loader Specification file, $variables expanded from menu->vars.
 */
void v2v_bls_parse (V2vMenu *menu, const char *id, const char *text);

/* Sorts the entries newest first, as blscfg and systemd-boot do: by id, by version. */
void v2v_bls_sort (V2vMenu *menu);

/**
 * v2v_menu_default:
 *
 * Returns: (transfer none) (nullable): the entry that boots when nobody presses a key
 */
V2vMenuEntry *v2v_menu_default (const V2vMenu *menu);

/* (transfer full): the paths that a grub.cfg gives to "load_env -f" and
 * "configfile"; NULL-terminated. */
char **v2v_grub_dup_env_files (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vMenu, v2v_menu_free)

G_END_DECLS
