/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-cloud-init-text.h - edits of cloud-init's configuration, text in and text out
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * v2v_cloud_init_config:
 * @datasources: NULL-terminated, two or more beside None
 * @network: whether a datasource may configure the network
 *
 * Source of facts: ds-identify (cloud-init 22.4 to 26.2) reads lines, not YAML, and only a
 * list on one line; cloud-init merges the files by name, the last one wins by key.
 *
 * Returns: (transfer full): a file for cloud.cfg.d
 */
char *v2v_cloud_init_config (const char *const *datasources, gboolean network)
  G_GNUC_WARN_UNUSED_RESULT;

/**
 * v2v_cloud_init_unpin:
 *
 * Puts "#" in front of each line of each datasource_list, at any depth since ds-identify
 * does not know depths, whether the list stands on one line or more.
 *
 * Returns: (transfer full): @text byte for byte but for those
 */
char *v2v_cloud_init_unpin (const char *text) G_GNUC_WARN_UNUSED_RESULT;

/* FALSE when cloud-init would still see a datasource_list in @after, or cannot read it
 * though it could read @before. */
gboolean v2v_cloud_init_is_unpinned (const char *before, const char *after);

/**
 * v2v_ds_identify_rewrite:
 * @text: (nullable): /etc/cloud/ds-identify.cfg, %NULL when it is not there
 *
 * Drops "datasource:" and sets "policy:" to what makes cloud-init stay off when no
 * datasource is found, which is not the default everywhere (aarch64 up to 22.4).
 *
 * Returns: (transfer full): every other line as it was
 */
char *v2v_ds_identify_rewrite (const char *text) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
