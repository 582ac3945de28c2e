/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-actions.c - the table of actions: a new one is a file in actions/ and a row here
 */
#include <config.h>

#include "v2v-action.h"

#include "actions/v2v-actions-boot.h"
#include "actions/v2v-actions-file.h"
#include "actions/v2v-actions-system.h"

static const V2vActionOps *const table[] = {
  &v2v_action_authorized_keys_ops,
  &v2v_action_card_name_ops,
  &v2v_action_cloud_init_ops,
  &v2v_action_comment_ops,
  &v2v_action_disable_ops,
  &v2v_action_edit_ops,
  &v2v_action_esp_fallback_ops,
  &v2v_action_first_boot_ops,
  &v2v_action_fstab_ops,
  &v2v_action_initramfs_ops,
  &v2v_action_kernel_args_ops,
  &v2v_action_line_ops,
  &v2v_action_link_ops,
  &v2v_action_mdadm_ops,
  &v2v_action_refuse_ops,
  &v2v_action_remove_ops,
  &v2v_action_service_ops,
  &v2v_action_set_ops,
  &v2v_action_unset_ops,
  &v2v_action_warn_ops,
  &v2v_action_words_ops,
  &v2v_action_write_ops,
  NULL,
};

const V2vActionOps *const *
v2v_actions (void)
{
  return table;
}

const V2vActionOps *
v2v_action_find (const char *name)
{
  for (guint i = 0; table[i] != NULL; i++) {
    if (g_str_equal (table[i]->name, name))
      return table[i];
  }
  return NULL;
}
