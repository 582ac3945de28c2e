/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-hyperv.h - the Hyper-V features that Windows gets, by both names
 *
 * The twelve of the upstream Windows preferences.  Never evmcs (needs nested
 * virtualisation, ends migrations) and never passthrough (cannot migrate).
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  const char *libvirt;
  const char *kubevirt;
  guint retries;   /* of spinlocks */
  gboolean direct; /* of the synthetic timer */
} V2vHypervFeature;

extern const V2vHypervFeature v2v_hyperv_features[];
extern const gsize v2v_hyperv_n_features;

G_END_DECLS
