/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-mdadm.h - which disks mdadm.conf lets mdadm see, see mdadm.conf(5)
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Where mdadm reads any file *.conf, too. */
#define V2V_MDADM_DIRECTORY "/etc/mdadm.conf.d"
#define V2V_MDADM_DIRECTORY_DEBIAN "/etc/mdadm/mdadm.conf.d"

/* TRUE for mdadm.conf in either place, and what is read with it.  @path: with a slash at its
 * start or, as in an initramfs, without. */
gboolean v2v_mdadm_is_config (const char *path);

/* TRUE when mdadm would leave disks alone because they are not called as on the source: by
 * lines DEVICE that name hardware and not all partitions, or by devices= of an array that has
 * a UUID or name as well. */
gboolean v2v_mdadm_excludes (const char *text);

/* TRUE when devices= of the source's hardware is all that tells an array: taken away, nothing
 * would be left to know it by. */
gboolean v2v_mdadm_knows_by_disks (const char *text);

/**
 * v2v_mdadm_dup_free:
 *
 * The text with the word "partitions" in such DEVICE lines, and without such devices=.  All
 * else stays byte by byte; what is there now is done once.
 *
 * Returns: (transfer full) (nullable): %NULL when nothing is to be changed
 */
char *v2v_mdadm_dup_free (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
