/* SPDX-License-Identifier: GPL-2.0-or-later
 * v2v-decide-network.c - model and address of each network interface
 */
#include <config.h>

#include "v2v-decide-private.h"

#include "v2v-str.h"

/* KubeVirt gives this one to the host side of a masqueraded pod network. */
#define RESERVED_MAC "02:00:00:00:00:00"

static const V2vDriverRow nic_rows[] = {
  { V2V_NIC_VIRTIO, "virtio", { "virtio_net", "virtio_pci" } },
  { V2V_NIC_E1000E, "e1000e", { "e1000e" } },
};
#define COMPAT_NIC (&nic_rows[1])

static gboolean
mac_is_used (const V2vTarget *target, const char *mac)
{
  for (guint i = 0; i < target->nics->len; i++) {
    const V2vTargetNic *nic = g_ptr_array_index (target->nics, i);

    if (nic->mac != NULL && g_ascii_strcasecmp (nic->mac, mac) == 0)
      return TRUE;
  }
  return FALSE;
}

static void
decide_mac (V2vTarget *target, const char *mac, guint index, V2vTargetNic *nic)
{
  g_autofree char *key = g_strdup_printf ("nic%u.mac", index);
  const char *problem = NULL;

  if (mac == NULL) {
    v2v_target_decide (target, key, "none", "not stated: the target makes one");
    return;
  }
  if (g_ascii_strcasecmp (mac, RESERVED_MAC) == 0)
    problem = "KubeVirt reserves it";
  else if (mac_is_used (target, mac))
    problem = "an earlier interface has it";
  if (problem != NULL) {
    v2v_target_decide (target, key, "none", "%s is not used: %s", mac, problem);
    v2v_target_warn (target, "network interface %u gets a new address: %s is not used "
                             "because %s", index, mac, problem);
    return;
  }
  nic->mac = g_ascii_strdown (mac, -1);
  v2v_target_decide (target, key, nic->mac, "as in the source");
}

static void
decide_model (V2vTarget *target, const V2vDecideArgs *args, guint index, V2vTargetNic *nic)
{
  g_auto (V2vDriverChoice) choice = { 0 };
  g_autofree char *key = g_strdup_printf ("nic%u.model", index);
  g_autofree char *what = g_strdup_printf ("network interface %u", index);

  v2v_decide_driver_row (args, nic_rows, G_N_ELEMENTS (nic_rows), COMPAT_NIC,
                         V2V_NEED_ANYWHERE, what, &choice);
  nic->model = (V2vNicModel) choice.row->value;
  v2v_target_decide (target, key, choice.row->name, "%s", choice.why);
  if (choice.warning != NULL)
    v2v_target_warn (target, "%s", choice.warning);
}

/* Without a network map every further interface has nowhere to go: a second pod
 * network is refused by KubeVirt. */
static void
decide_place (V2vTarget *target, guint index, const V2vTargetNic *nic)
{
  g_autofree char *key = g_strdup_printf ("nic%u.kubevirt", index);
  g_autofree char *name = NULL;

  if (index == 0) {
    v2v_target_decide (target, key, "pod network", "the first interface");
    return;
  }
  name = v2v_str_printable (nic->network != NULL ? nic->network : "not named", 128);
  v2v_target_decide (target, key, "left out", "only one interface can be on the pod network");
  v2v_target_warn (target, "network interface %u (%s, source network '%s') is left out of the "
                           "KubeVirt machine: add it with the network that it belongs to",
                   index, nic->mac != NULL ? nic->mac : "no address", name);
}

void
v2v_decide_networks (V2vTarget *target, const V2vDecideArgs *args)
{
  static const V2vSourceNic plain = { .mac = NULL };
  guint n = args->source->nics->len;
  /* A plain disk says nothing about networks; a domain without one means it. */
  gboolean add_one = n == 0 && args->request->domain_xml == NULL;

  for (guint i = 0; i < (add_one ? 1 : n); i++) {
    const V2vSourceNic *source
      = add_one ? &plain : g_ptr_array_index (args->source->nics, i);
    V2vTargetNic *nic = v2v_target_add_nic (target);

    nic->network = g_strdup (source->network);
    nic->bridge = source->bridge;
    nic->link_down = source->link_down;
    decide_mac (target, source->mac, i, nic);
    decide_model (target, args, i, nic);
    decide_place (target, i, nic);
  }
}
