/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-windows-private.h - files of a Windows guest
 */
#pragma once

#include <glib.h>

#include "v2v-fs.h"
#include "v2v-guest.h"

G_BEGIN_DECLS

/* What an inspection reads from the registry; missing parts are %NULL. */
typedef struct {
  char *directory;     /* host, private */
  char *system_hive;   /* host copy */
  char *software_hive; /* host copy */
} V2vWindowsHives;

/**
 * v2v_windows_find:
 * @path: absolute, letter case does not matter
 * @out_path: (transfer full) (nullable): the path as it is spelled on the disk
 *
 * Windows does not care about case and neither does its setup over the years, but
 * the appliance and a directory of a test do.  A spelling that is exactly @path is
 * preferred; of others the first in the order of names.
 *
 * Returns: %FALSE with @error as the other readers.
 */
gboolean v2v_windows_find (V2vFs *fs, V2vGuest *guest, const char *path, char **out_path,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer none) (nullable): "x86_64", "i386", "aarch64" or "arm" from the first
 * bytes of a PE file; %NULL when they are not one. */
const char *v2v_windows_pe_arch (const guint8 *data, gsize length);

/* Sets arch from a program that every Windows has, hibernated, and the boot loader. */
gboolean v2v_windows_read_files (V2vFs *fs, V2vGuest *guest, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* Sets everything that the hives tell. */
void v2v_windows_read_hives (V2vGuest *guest, const V2vWindowsHives *hives);

G_END_DECLS
