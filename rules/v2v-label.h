/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-label.h - SELinux labels for the files that we create
 */
#pragma once

#include "v2v-cancel.h"
#include "v2v-fs.h"

G_BEGIN_DECLS

typedef struct _V2vLabels V2vLabels;

/**
 * v2v_labels_load:
 * @out_labels: (transfer full) (nullable): %NULL when the guest does not use SELinux: no
 *   /etc/selinux/config, SELINUX=disabled in it, or no file_contexts of its SELINUXTYPE
 *
 * Reads the text file_contexts, .local, .homedirs, .subs and .subs_dist of the guest.
 */
gboolean v2v_labels_load (V2vFs *fs, V2vLabels **out_labels, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;
void v2v_labels_free (V2vLabels *labels); /* NULL is allowed */

/**
 * v2v_labels_lookup_many:
 * @paths: NULL-terminated; @modes: st_mode with the file type, one for each
 *
 * Asks libselinux, in a confined child, since file_contexts is a guest's regular
 * expressions.
 *
 * Returns: (transfer full) (element-type GBytes): a row per path: the value of
 * security.selinux with its NUL, or NULL where the policy says <<none>>
 */
GPtrArray *v2v_labels_lookup_many (V2vLabels *labels, const char *const *paths,
                                   const guint *modes, V2vCancel *cancel, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (V2vLabels, v2v_labels_free)

G_END_DECLS
