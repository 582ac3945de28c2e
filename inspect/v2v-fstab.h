/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-fstab.h - /etc/fstab, resolved against the file systems that were found
 *
 * libguestfs 1.48 resolves by UUID, LABEL and PARTUUID only; it maps letters without
 * regard to gaps and drops NVMe names, so this is our own.  Text and facts in, rows
 * out: no guest is touched.
 */
#pragma once

#include <glib.h>

#include "v2v-guest.h"

G_BEGIN_DECLS

/* Lines beyond this number of entries are ignored. */
#define V2V_FSTAB_ENTRIES_MAX 1024

/**
 * v2v_fstab_parse:
 *
 * Appends one row to guest->mounts for each entry of @text, with its line number.
 * Escapes (\040) are decoded in mountpoint and options; the spec stays as written.
 * A line with less than two fields is no entry.
 *
 * Returns: %FALSE when there were more than %V2V_FSTAB_ENTRIES_MAX
 */
gboolean v2v_fstab_parse (V2vGuest *guest, const char *text);

/**
 * v2v_fstab_resolve:
 *
 * Fills via, and device or why, of all rows from fstab.  Uses disks, partitions,
 * file systems and root of @guest.
 */
void v2v_fstab_resolve (V2vGuest *guest);

/* TRUE when blkid's @type can be mounted as fstab's @vfstype ("auto", a list). */
gboolean v2v_fstab_type_fits (const char *type, const char *vfstype);

/* TRUE when both name one block device: "btrfsvol:/dev/sda1/@" is "/dev/sda1". */
gboolean v2v_fstab_same_device (const char *a, const char *b);

/* (transfer full): the value of "subvol=" or such in mount options; NULL. */
char *v2v_fstab_dup_option (const char *options, const char *name) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
