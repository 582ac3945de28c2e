/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-inject-names.h - device names inside an initramfs: which are gone on the target, and
 * what they are called there
 */
#pragma once

#include <glib.h>

#include "v2v-guest.h"

G_BEGIN_DECLS

typedef struct _V2vInjectNames V2vInjectNames;

/* @guest: (transfer none): outlives the result.  @fstab: (nullable) */
V2vInjectNames *v2v_inject_names_new (const V2vGuest *guest, const char *fstab)
  G_GNUC_WARN_UNUSED_RESULT;
void v2v_inject_names_free (V2vInjectNames *names); /* NULL is allowed */

/* As v2v_root_names_add(): before the first is looked up.  @parameter: "root", "resume" */
void v2v_inject_names_add (V2vInjectNames *names, const char *parameter, const char *value);

/**
 * v2v_inject_names_dup:
 * @out_why: (transfer full) (nullable): set for a device name that does not resolve
 *
 * Returns: (transfer full) (nullable): "UUID=..." or "PARTUUID=..."; %NULL to leave it
 */
char *v2v_inject_names_dup (V2vInjectNames *names, const char *parameter, const char *value,
                            char **out_why) G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_inject_names_is_gone:
 * @name: "/dev/nvme0n1p1", "/dev/disk/by-uuid/...", "UUID=..."
 *
 * TRUE for names of the source's hardware, and for file systems and partitions that are on
 * none of the disks: scratch disks and volumes that were left behind.  When there is an
 * encrypted container, which may hold anything, only the former.
 */
gboolean v2v_inject_names_is_gone (const V2vInjectNames *names, const char *name);

/* (transfer full): @name with \xNN taken back; of a systemd @unit, with a "/" in front and
 * for each "-" too. */
char *v2v_inject_unescape (const char *name, gboolean unit) G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full): without the quotes around it. */
char *v2v_inject_unquote (const char *value) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vInjectNames, v2v_inject_names_free)

G_END_DECLS
