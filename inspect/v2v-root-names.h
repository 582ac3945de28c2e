/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-root-names.h - the device names that kernel arguments give to "root" and "resume"
 */
#pragma once

#include <glib.h>

#include "v2v-guest.h"

G_BEGIN_DECLS

/* Names beyond this number are not looked up: no boot menu has as many. */
#define V2V_ROOT_NAMES_MAX 64

typedef struct _V2vRootNames V2vRootNames;

/**
 * v2v_root_names_new:
 * @guest: (transfer none): outlives the result
 * @fstab: (nullable): /etc/fstab as it is now: which other names are used decides what
 *   each of them means
 *
 * The name by which the default entry of @guest finds its root is the surest.
 */
V2vRootNames *v2v_root_names_new (const V2vGuest *guest, const char *fstab)
  G_GNUC_WARN_UNUSED_RESULT;
void v2v_root_names_free (V2vRootNames *names); /* NULL is allowed */

/* Notes one value; what is no device name of the source's hardware is ignored.  All are
 * added before the first is looked up. */
void v2v_root_names_add (V2vRootNames *names, const char *parameter, const char *value);

/**
 * v2v_root_names_dup:
 * @initrd: FALSE: the kernel itself looks for it
 * @out_why: (transfer full) (optional) (nullable): set when it is a device name that
 *   does not resolve
 *
 * Returns: (transfer full) (nullable): "UUID=..." or "PARTUUID=..."; %NULL to leave it
 */
char *v2v_root_names_dup (V2vRootNames *names, const char *parameter, const char *value,
                          gboolean initrd, char **out_why) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vRootNames, v2v_root_names_free)

G_END_DECLS
