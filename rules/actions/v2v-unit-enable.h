/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-unit-enable.h - what "systemctl enable" does, in a draft
 */
#pragma once

#include "v2v-draft.h"

G_BEGIN_DECLS

/**
 * v2v_unit_enable:
 * @names: NULL-terminated, with a type; a template needs a default instance
 *
 * Makes the links that the [Install] section of each unit, and of the units that its
 * "Also=" names, asks for, and takes back our own drop-in that keeps it from starting.
 *
 * Returns: %FALSE with %V2V_ERROR_REFUSED when the guest has no systemd or not this unit,
 * or when the unit is masked or says nothing about enabling
 */
gboolean v2v_unit_enable (V2vDraft *draft, const char *const *names, GError **error)
  G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
