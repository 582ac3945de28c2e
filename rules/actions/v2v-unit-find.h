/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-unit-find.h - where a guest has its units, and what starts them
 */
#pragma once

#include <glib.h>

#include "v2v-fs.h"

G_BEGIN_DECLS

/* What an administrator decides stands here; all that we edit does. */
#define V2V_UNIT_ETC "/etc/systemd/system"
/* Ours, in the directory UNIT.d below it. */
#define V2V_UNIT_DROPIN "90-v2v-wrapper.conf"

/* Directories with unit files, best first, NULL-terminated: without those in /run, which
 * no guest that is off has. */
extern const char *const v2v_unit_directories[];

/* Is systemd what starts this guest?  Ubuntu 14.04 has units, and upstart starts it. */
gboolean v2v_unit_fs_has_systemd (V2vFs *fs);

/**
 * v2v_unit_find_file:
 * @out_path: (transfer full) (nullable): the file of @unit, or of the template that it is
 *   an instance of; %NULL when there is none
 * @out_masked: (optional): it is a link to /dev/null or empty
 */
gboolean v2v_unit_find_file (V2vFs *fs, const char *unit, char **out_path,
                             gboolean *out_masked, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/* (transfer full) (element-type utf8) (nullable): names of the unit files and template
 * files that @name means, sorted; %NULL with @error. */
GPtrArray *v2v_unit_find_names (V2vFs *fs, const char *name, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_unit_find_started:
 * @name: wildcards and templates as in v2v_unit_matches()
 *
 * Units with a file that the next boot starts although /etc does not say so: by a link in
 * a vendor's *.wants, *.requires or *.upholds, or by a preset when the first boot is still
 * to come.  What a generator or another unit asks for while the guest runs cannot be seen
 * from here.
 *
 * Returns: (transfer full) (element-type utf8): their names, sorted; %NULL with @error
 */
GPtrArray *v2v_unit_find_started (V2vFs *fs, const char *name, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
