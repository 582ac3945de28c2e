/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-actions-boot.h - actions on what a guest boots by, for the table
 */
#pragma once

#include "v2v-action.h"

G_BEGIN_DECLS

extern const V2vActionOps v2v_action_esp_fallback_ops;
extern const V2vActionOps v2v_action_fstab_ops;
extern const V2vActionOps v2v_action_initramfs_ops;
extern const V2vActionOps v2v_action_kernel_args_ops;

G_END_DECLS
