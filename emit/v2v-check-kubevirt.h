/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-check-kubevirt.h - what KubeVirt's admission would refuse, checked by us first
 */
#pragma once

#include "v2v-json.h"
#include "v2v-request.h"

G_BEGIN_DECLS

/**
 * v2v_check_kubevirt:
 * @root: a VirtualMachine or, for the fragment, a VirtualMachineInstanceSpec
 *
 * The admission rules of KubeVirt 1.9 for the objects that we emit, plus what a
 * converted guest needs (explicit bus, one disk with boot order 1).  Unknown keys
 * are an error as in KubeVirt's webhook: elsewhere they are silently lost.
 * Runs inside v2v_emit_kubevirt().
 *
 * Returns: %FALSE with %V2V_ERROR_INTERNAL naming the rule and the place.
 */
gboolean v2v_check_kubevirt (JsonNode *root, V2vKubevirt shape, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
