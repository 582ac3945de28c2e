/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-actions-system.h - the actions about what runs in a guest
 */
#pragma once

#include "v2v-action.h"

G_BEGIN_DECLS

extern const V2vActionOps v2v_action_authorized_keys_ops;
extern const V2vActionOps v2v_action_card_name_ops;
extern const V2vActionOps v2v_action_cloud_init_ops;
extern const V2vActionOps v2v_action_first_boot_ops;
extern const V2vActionOps v2v_action_service_ops;

G_END_DECLS
