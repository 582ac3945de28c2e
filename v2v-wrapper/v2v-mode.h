/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-mode.h - which kind of input this is: DESIGN section 7's table
 */
#pragma once

#include <glib.h>

#include "v2v-error.h"

G_BEGIN_DECLS

typedef enum { V2V_MODE_DISK, V2V_MODE_LIBVIRTXML } V2vMode;

/* Everything that may decide.  V2V_source is not among it: it is a hint for rules. */
typedef struct {
  const char *flag;          /* -i, or NULL */
  const char *domain_file;   /* pod: where a domain XML would be; NULL outside a pod */
  gboolean domain_file_exists;
  const char *libvirt_url;   /* pod: V2V_libvirtURL */
  gboolean in_place;         /* pod: V2V_inPlace */
  guint n_disks;             /* given or found */
} V2vModeInput;

/**
 * v2v_mode_choose:
 * @out_mode: (out)
 * @out_reason: (out) (transfer full): for the log: "2 disks were found"
 *
 * -i flag > existing domain file, or libvirt URL with in-place > disks > error.
 * Errors: %V2V_ERROR_USAGE for an unknown flag value or no input at all.
 */
gboolean v2v_mode_choose (const V2vModeInput *input, V2vMode *out_mode, char **out_reason,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

const char *v2v_mode_name (V2vMode mode); /* as -i takes it */

G_END_DECLS
