/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-actions-file.h - actions on files and text, for the table of actions
 */
#pragma once

#include "v2v-action.h"

G_BEGIN_DECLS

extern const V2vActionOps v2v_action_comment_ops;
extern const V2vActionOps v2v_action_disable_ops;
extern const V2vActionOps v2v_action_edit_ops;
extern const V2vActionOps v2v_action_line_ops;
extern const V2vActionOps v2v_action_link_ops;
extern const V2vActionOps v2v_action_mdadm_ops;
extern const V2vActionOps v2v_action_refuse_ops;
extern const V2vActionOps v2v_action_remove_ops;
extern const V2vActionOps v2v_action_set_ops;
extern const V2vActionOps v2v_action_unset_ops;
extern const V2vActionOps v2v_action_warn_ops;
extern const V2vActionOps v2v_action_words_ops;
extern const V2vActionOps v2v_action_write_ops;

G_END_DECLS
