/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-hyperv.c - the Hyper-V features that Windows gets, by both names
 */
#include <config.h>

#include "v2v-hyperv.h"

const V2vHypervFeature v2v_hyperv_features[] = {
  { "relaxed", "relaxed", 0, FALSE },
  { "vapic", "vapic", 0, FALSE },
  { "spinlocks", "spinlocks", 8191, FALSE },
  { "vpindex", "vpindex", 0, FALSE },
  { "runtime", "runtime", 0, FALSE },
  { "synic", "synic", 0, FALSE },
  { "stimer", "synictimer", 0, TRUE },
  { "reset", "reset", 0, FALSE },
  { "frequencies", "frequencies", 0, FALSE },
  { "reenlightenment", "reenlightenment", 0, FALSE },
  { "tlbflush", "tlbflush", 0, FALSE },
  { "ipi", "ipi", 0, FALSE },
};
const gsize v2v_hyperv_n_features = G_N_ELEMENTS (v2v_hyperv_features);
